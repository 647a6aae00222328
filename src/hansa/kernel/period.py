"""Fiscal periods: months, quarters, halves and years of a fiscal year that starts on any day 01 to 28 of any month.

A fiscal year is named by the calendar year in which it begins. Fiscal months begin on the start day and are named by
the calendar year and month of their first day. Everything counts in *fiscal months*: month 0 is the first one of
fiscal year 0, and a period of `n` months with number `k` holds the fiscal months `k * n` to `k * n + n - 1`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

PeriodKind = Literal["month", "quarter", "half", "year"]

MONTHS_OF: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}

_LABELS: tuple[tuple[PeriodKind, re.Pattern[str]], ...] = (
    ("month", re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")),
    ("quarter", re.compile(r"([0-9]{4})-Q([1-4])")),
    ("half", re.compile(r"([0-9]{4})-H([12])")),
    ("year", re.compile(r"([0-9]{4})()")),
)


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """The day on which each fiscal year begins: `month` 1 to 12, `day` 1 to 28."""

    month: int = 1
    day: int = 1

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1 <= self.day <= 28):
            raise ValueError("a fiscal year starts on a day 01 to 28 of a month 01 to 12")

    def month_holding(self, day: date) -> int:
        """The fiscal month in which `day` lies.

        >>> FiscalYear(7, 1).month_holding(date(2020, 1, 15)) == 2019 * 12 + 6
        True
        """
        return day.year * 12 + (day.month - 1) - (day.day < self.day) - (self.month - 1)

    def first_day(self, month: int) -> date:
        """The calendar day on which fiscal month `month` begins. Raises ValueError outside the years 1 to 9999."""
        year, offset = divmod(month + self.month - 1, 12)
        return date(year, offset + 1, self.day)


@dataclass(frozen=True, slots=True)
class Period:
    """One fiscal period: `start` to `until` (exclusive). `number` counts periods of its kind since fiscal year 0."""

    kind: PeriodKind
    number: int
    label: str
    start: date
    until: date


def period(kind: PeriodKind, number: int, year: FiscalYear) -> Period:
    """The period of `kind` with that running `number`.

    >>> period("quarter", 2019 * 4 + 2, FiscalYear(7, 1)).label, period("quarter", 2019 * 4 + 2, FiscalYear(7, 1)).start
    ('2019-Q3', datetime.date(2020, 1, 1))
    """
    months = MONTHS_OF[kind]
    start, until = year.first_day(number * months), year.first_day((number + 1) * months)
    fiscal_year, place = divmod(number, 12 // months)
    label = {
        "month": f"{start.year:04d}-{start.month:02d}",
        "quarter": f"{fiscal_year:04d}-Q{place + 1}",
        "half": f"{fiscal_year:04d}-H{place + 1}",
        "year": f"{fiscal_year:04d}",
    }[kind]
    return Period(kind, number, label, start, until)


def period_holding(kind: PeriodKind, day: date, year: FiscalYear) -> Period:
    """The period of `kind` in which `day` lies."""
    return period(kind, year.month_holding(day) // MONTHS_OF[kind], year)


def periods_between(kind: PeriodKind, start: date, until: date, year: FiscalYear) -> tuple[Period, ...]:
    """Every period of `kind` that overlaps `start` to `until` (exclusive), in order."""
    first = period_holding(kind, start, year)
    found = [first]
    while found[-1].until < until:
        found.append(period(kind, found[-1].number + 1, year))
    return tuple(found) if start < until else ()


def period_named(label: str, year: FiscalYear) -> Period:
    """The period with that label. Raises ValueError for anything that is no label.

    >>> period_named("2019-H2", FiscalYear(7, 1)).start
    datetime.date(2020, 1, 1)
    """
    for kind, pattern in _LABELS:
        if match := pattern.fullmatch(label):
            named, place = int(match[1]), int(match[2] or 1)
            if kind == "month":
                return period(kind, year.month_holding(date(named, place, year.day)), year)
            return period(kind, named * (12 // MONTHS_OF[kind]) + place - 1, year)
    raise ValueError(f"{label!r} is not a period such as 2019-07, 2019-Q3, 2019-H2 or 2019")


def year_before(that: Period, year: FiscalYear) -> Period:
    """The whole period with the same number in the previous fiscal year."""
    return period(that.kind, that.number - 12 // MONTHS_OF[that.kind], year)
