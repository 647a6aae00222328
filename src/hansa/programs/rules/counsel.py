"""What counsel should look at before a territory is given: a notice with its rule, never legal advice. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hansa.programs.rules.holdings import Holding
from hansa.programs.territories import Territory

EUROPEAN_UNION = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
ECONOMIC_AREA = EUROPEAN_UNION | {"IS", "LI", "NO"}
"""The European Economic Area: the Regulation is a text with EEA relevance."""
MOST_HOLDERS = 5
RULE = "Regulation (EU) 2022/720, Article 1(1)(h) and Article 4(b)(i)"
"""Exclusive distribution: a territory allocated to a maximum of five exclusive distributors."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What counsel is told: the rule, the first day, how many hold the territory then, and all of it in words."""

    rule: str
    on: date
    holders: int
    words: str


def sixth_holder_notice(
    territory: Territory, holdings: Sequence[Holding], on: date, until: date | None = None
) -> Notice | None:
    """A notice where on some day from `on` to `until` (exclusive; None is open) more than five hold an exclusive
    territory in the European Economic Area.

    `holdings` stand as far as they are exclusive. A holder with several counts once. It forbids nothing.
    """
    touched = sorted(ECONOMIC_AREA & set(territory.countries))
    if territory.coverage != "exclusive" or not touched:
        return None
    own = [each for each in holdings if each.territory == territory.name]
    starts = {each.from_on for each in own if each.from_on > on and (until is None or each.from_on < until)}
    for day in sorted({on} | starts):
        holders = {each.holder_id for each in own if each.holds_on(day)}
        if len(holders) > MOST_HOLDERS:
            return Notice(RULE, day, len(holders), _words(territory.name, touched, day, len(holders)))
    return None


def _words(name: str, touched: list[str], day: date, holders: int) -> str:
    return (
        f"From {day.isoformat()} on {name} has {holders} exclusive holders, and lies in the European Economic Area "
        f"({', '.join(touched)}). {RULE}, knows exclusive distribution with at most {MOST_HOLDERS} for a territory; with "
        "more, a restriction of active sales by others may fall outside the block exemption. Have counsel look at this: "
        "it is a notice for counsel, not legal advice. Passive sales stay free in any case."
    )
