"""Whether the holder of a territory kept what it promised to sell, and what follows: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hansa.engines.settlement import ProgramDocument
from hansa.kernel.period import Period, PeriodKind, periods_between
from hansa.kernel.plain import Plain, from_plain
from hansa.kernel.ruling import Ruling
from hansa.programs.rules.holdings import CovenantOutcome, Holding
from hansa.programs.territories import Territory


@dataclass(frozen=True, slots=True)
class CovenantInputs:
    """What a covenant is decided by: the territory as the program defined it, a period's label, and its result.

    `result` is money of the program's currency or a quantity, by the covenant's measure.
    """

    territory: Territory
    period: str
    result: Decimal


def rule_on_covenant(inputs: CovenantInputs) -> Ruling[CovenantOutcome]:
    """What follows from a period's result: the promise kept, or the consequence that the program names.

    Raises ValueError for a territory without covenant.
    """
    territory, covenant = inputs.territory, inputs.territory.covenant
    if covenant is None:
        raise ValueError(f"{territory.name} has no covenant")
    target = f"The target of {territory.name} for {inputs.period}"
    grounds = f"{inputs.result:f} of {covenant.at_least:f} ({covenant.measure}, by the {covenant.period})."
    if inputs.result >= covenant.at_least:
        return Ruling("kept", f"{target} was reached.", grounds)
    if covenant.consequence == "notice":
        reason = f"{target} was missed. The holding stays {territory.coverage}; this is a notice."
        return Ruling("notice", reason, grounds)
    reason = f"{target} was missed: the holding becomes {covenant.consequence}."
    return Ruling(covenant.consequence, reason, grounds)


def replay_covenant(inputs: Plain) -> Ruling[CovenantOutcome]:
    """The ruling over stored inputs. Raises NotReadable for what are none."""
    return rule_on_covenant(from_plain(CovenantInputs, inputs))


def whole_periods(kind: PeriodKind, holding: Holding, paying: ProgramDocument, today: date) -> tuple[Period, ...]:
    """The periods that a holding answers for under a program: ended, with the last day in the program's time, and held
    from the first day to the last.
    """
    ends = [day for day in (holding.until_on, paying.effective_until, today) if day is not None]
    found = periods_between(kind, holding.from_on, min(ends), paying.fiscal_year)
    return tuple(
        each for each in found if holding.from_on <= each.start and paying.effective_from < each.until <= min(ends)
    )
