"""What a registration may cost its partner: the complexity budget, and what it costs in truth.

The form is built from `ASKED`, so that what is counted is what is asked. A cap is not a target: whoever wants to ask for
more takes something away first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

ASKED: Mapping[str, bool] = {
    "customer_name": True,
    "family": True,
    "country": True,
    "title": True,
    "amount": False,
    "close_on": False,
    "problem": False,
    "contact": False,
}
"""The fields of the form in their order, and which of them must be filled in."""

SCREENS = ("deals:new",)
"""The screens between *New* and *In review* on which somebody has to do something."""

MOST_FIELDS = 8  # what fits on a phone without scrolling twice, and is filled in within a minute
MOST_REQUIRED = 4  # a project is a customer, a family and a country; the fourth is what its partner calls it
MOST_SCREENS = 1  # each further screen loses some of those who began
MOST_MEDIAN = Fraction(8)  # business hours: half of all know within a working day
MOST_RESUBMITTED = Fraction(1, 5)  # more, and the form does not say what is needed


@dataclass(frozen=True, slots=True)
class Effort:
    """A submitted registration: hours by the clock and business hours to its decision (None: not yet), how often sent again."""

    submitted_at: datetime
    hours: Fraction | None
    business_hours: Fraction | None
    resubmissions: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What several registrations cost; None where none of them has been decided."""

    submitted: int
    undecided: int
    median: Fraction | None
    p90: Fraction | None
    business_median: Fraction | None
    business_p90: Fraction | None
    resubmitted: Fraction


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of the budget and its cap."""

    name: str
    value: Fraction | None
    most: Fraction

    @property
    def is_over(self) -> bool:
        """Whether the budget is overrun."""
        return self.value is not None and self.value > self.most


def figures_of(efforts: Sequence[Effort]) -> Figures:
    """What these registrations cost."""
    hours = sorted(each.hours for each in efforts if each.hours is not None)
    business = sorted(each.business_hours for each in efforts if each.business_hours is not None)
    again = sum(1 for each in efforts if each.resubmissions)
    return Figures(
        submitted=len(efforts),
        undecided=len(efforts) - len(hours),
        median=_at(hours, Fraction(1, 2)),
        p90=_at(hours, Fraction(9, 10)),
        business_median=_at(business, Fraction(1, 2)),
        business_p90=_at(business, Fraction(9, 10)),
        resubmitted=Fraction(again, len(efforts)) if efforts else Fraction(0),
    )


def _at(ordered: Sequence[Fraction], share: Fraction) -> Fraction | None:
    """The least value that so large a share does not exceed (nearest rank)."""
    return ordered[-(-len(ordered) * share.numerator // share.denominator) - 1] if ordered else None


def measures_of(figures: Figures, *, decision_hours: int) -> tuple[Measure, ...]:
    """The budget's lines; nine of ten decisions within the hours that the program itself promises."""
    return (
        Measure("fields", Fraction(len(ASKED)), Fraction(MOST_FIELDS)),
        Measure("required", Fraction(sum(ASKED.values())), Fraction(MOST_REQUIRED)),
        Measure("screens", Fraction(len(SCREENS)), Fraction(MOST_SCREENS)),
        Measure("business_median", figures.business_median, MOST_MEDIAN),
        Measure("business_p90", figures.business_p90, Fraction(decision_hours)),
        Measure("resubmitted", figures.resubmitted, MOST_RESUBMITTED),
    )
