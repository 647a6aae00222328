"""Territories in the world: a program that defines two, a holding beside that of a rival, missed covenants."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from hansa.kernel.money import Money
from hansa.kit.scope import acting
from hansa.programs.operations import create_program, hold_territory, publish, record_covenant_result
from tests.world.cast import OPERATORS, admitted

if TYPE_CHECKING:
    from tests.world.story import World

SLUG = "aurora-channel"
GIVEN, ENDED = datetime(2026, 1, 2, 9, 0, tzinfo=UTC), datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
HOLDERS = ("elm", "fir")
DOCUMENT = """\
hansa: 1
program: {program}
version: "2026"
currency: EUR
fiscal_year_starts: 01-01
effective: {{from: 2026-01-01, until: 2041-01-01}}
tiers: [{{name: Registered}}, {{name: Gold}}]
territories:
  - name: {territory}
    countries: [AT]
    coverage: exclusive
    covenant: {{period: month, at_least: 9000000, consequence: selective}}
  - {{name: {other}, countries: [LU], coverage: selective}}
"""


def divide(world: World) -> None:
    """Publish the program, give its first territory to two rivals, and record what one of them sold."""
    operator, network = OPERATORS[SLUG], world.networks[SLUG]
    word = lambda what, audience: world.canaries.text(operator, what, audience)  # noqa: E731
    with acting(world.scope(f"{operator}.owner")):
        names = {key: word(key, admitted(SLUG)) for key in ("program", "territory", "other")}
        program = create_program(network=network, name=names["program"], text=DOCUMENT.format(**names), at=GIVEN)
        publish(program=program, revision=1, note="", at=GIVEN)
        world.territories = (names["territory"], names["other"])
        for holder in HOLDERS:
            held = hold_territory(
                network=network, territory=names["territory"], holder_id=world.organizations[holder].id,
                from_on=date(2026, 1, 1), reason=word("holding", {operator, holder}), at=GIVEN,
            )  # fmt: skip
            result = record_covenant_result(
                network=network, holding_id=held.id, period="2026-01",
                figure=Money(world.canaries.prime({operator, holder}) * 100, "EUR"),
                source=word("source", {operator, holder}), at=ENDED,
            )  # fmt: skip
            world.holdings[holder] = (held, result)
