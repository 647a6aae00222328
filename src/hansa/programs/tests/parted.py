"""A network whose program divides the world: an exclusive territory with a covenant, one that it meets, an open one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from hansa.kit.scope import acting, system
from hansa.networks.operations.membership import Role
from hansa.networks.operations.roster import Dated, Entry, admit_members
from hansa.networks.tests.story import NOW, Story, tell
from hansa.organizations.operations import create_organization
from hansa.programs.models import CovenantResult, TerritoryHolding
from hansa.programs.operations import create_program, hold_territory, publish, record_covenant_result
from hansa.programs.territories import address_of

TEXT = """\
hansa: 1
program: Partner Program
version: "2026"
currency: EUR
fiscal_year_starts: 01-01
effective: {from: 2026-01-01, until: 2041-01-01}
territories:
  - name: Häfen
    countries: [DE, US]
    regions: [US-WA]
    postcodes: [{country: DE, from: 20, until: 28}]
    families: [Boats]
    coverage: exclusive
    covenant: {period: quarter, at_least: 1000.50, consequence: selective}
  - name: Nord
    countries: [DE, DK]
    coverage: exclusive
    covenant: {measure: quantity, period: quarter, at_least: 10, consequence: open}
  - {name: Süd, countries: [IT], coverage: selective, segments: [Public]}
  - {name: Rest, countries: [FR]}
  - {name: Feld}
"""
MAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
HARBOURS = address_of("Häfen")
MEETING = "Häfen and Nord are both exclusive in DE."


def divided() -> Story:
    """The story with that program published."""
    story = tell()
    with acting(story.scope("anna")):
        program = create_program(network=story.network, name="Parts", text=TEXT, at=NOW)
        publish(program=program, revision=1, note="", at=NOW)
    return story


def given(
    story: Story, company: str, *, territory: str = "Häfen", at: datetime = NOW, **more: object
) -> TerritoryHolding:
    """A holding from the first of January on."""
    said = {"from_on": date(2026, 1, 1), **more}
    with acting(story.scope("anna")):
        return hold_territory(
            network=story.network, territory=territory, holder_id=story.companies[company].id, at=at, **said
        )


def recorded(
    story: Story, held: TerritoryHolding, figure: object, *, at: datetime = MAY, **more: object
) -> CovenantResult:
    """A result of the first quarter, unless said otherwise."""
    said = {"period": "2026-Q1", "source": "Report of April", **more}
    with acting(story.scope("anna")):
        return record_covenant_result(network=story.network, holding_id=held.id, figure=figure, at=at, **said)


def crowd(story: Story, count: int) -> None:
    """More members by the names `extra1` and on."""
    names = [f"extra{number}" for number in range(1, count + 1)]
    with acting(system("more companies for a test")):
        for name in names:
            values = {"name": name.title(), "country": "DE"}
            story.companies[name] = create_organization(at=NOW, values=values).organization
    entries = [
        Entry(name, name.title(), (Dated(Role(("Shop",))),), organization_id=story.companies[name].id) for name in names
    ]
    with acting(replace(story.scope("anna"), system="entering more members")):
        admit_members(network=story.network, entries=entries, at=NOW)


def rows() -> tuple[object, ...]:
    """Everything that a refused write could have changed."""
    from hansa.activity.models import Event

    with acting(system("reading rows")):
        holdings = TerritoryHolding.objects.order_by("id").values_list("territory", "holder_id", "from_on", "until_on")
        results = CovenantResult.objects.order_by("id").values_list("period", "result", "outcome", "from_on")
        return list(holdings), list(results), Event.objects.count()
