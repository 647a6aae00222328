"""Who holds a territory on which days, and as what: pure.

A missed covenant weakens what its holder has, from a day on: exclusive becomes selective or open. The weakest of what
followed counts, so the order in which results are recorded does not matter, and a target that is reached later gives
nothing back: for that the territory is given anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from hansa.programs.territories import Coverage

CovenantOutcome = Literal["kept", "notice", "selective", "open"]
"""What follows from a covenant's result: nothing, a notice, or the coverage that the holding has from a day on."""
_STRENGTH: dict[str, int] = {"open": 0, "selective": 1, "exclusive": 2}


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a territory, from a day until another (exclusive; None is open)."""

    territory: str
    holder_id: str
    from_on: date
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the holding stands on a day.

        >>> Holding("North", "7", date(2026, 1, 1), date(2027, 1, 1)).holds_on(date(2027, 1, 1))
        False
        """
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What followed from a covenant's result, from a day on."""

    outcome: CovenantOutcome
    from_on: date


def coverage_on(day: date, coverage: Coverage, consequences: Iterable[Consequence]) -> Coverage:
    """What a holding is on a day: the weakest of the territory's coverage and of what has followed by then.

    >>> coverage_on(date(2026, 5, 1), "exclusive", [Consequence("open", date(2026, 5, 1))])
    'open'
    """
    weakest = coverage
    for each in consequences:
        if each.from_on <= day and (each.outcome == "selective" or each.outcome == "open"):
            weakest = min(weakest, each.outcome, key=_STRENGTH.__getitem__)
    return weakest


def as_exclusive(holding: Holding, consequences: Iterable[Consequence]) -> Holding | None:
    """The holding on the days on which an exclusive territory is exclusive to it; None where there are none."""
    lost = [each.from_on for each in consequences if each.outcome in ("selective", "open")]
    ends = [day for day in (holding.until_on, *lost) if day is not None]
    until = min(ends) if ends else None
    return None if until is not None and until <= holding.from_on else replace(holding, until_on=until)
