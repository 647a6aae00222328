"""Fiscal periods, as the paragraph Periods of program.md names them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True)
class FiscalStart:
    """Month and day (01 to 28) on which a fiscal year begins."""

    month: int
    day: int


@dataclass(frozen=True)
class Span:
    """One period: its kind, its fiscal year, its number in that year (1 based) and its days (`until` exclusive)."""

    kind: str
    year: int
    number: int
    start: date
    until: date

    @property
    def label(self) -> str:
        """`2019-07`, `2019-Q3`, `2019-H2`, `2019`; a month is named by the calendar month of its first day."""
        return {
            "month": f"{self.start.year:04d}-{self.start.month:02d}",
            "quarter": f"{self.year:04d}-Q{self.number}",
            "half": f"{self.year:04d}-H{self.number}",
            "year": f"{self.year:04d}",
        }[self.kind]

    def holds(self, day: date) -> bool:
        return self.start <= day < self.until


def month_start(fiscal: FiscalStart, year: int, months: int) -> date:
    """The day on which the fiscal month `months` (0 based) of the fiscal year begins."""
    counted = fiscal.month - 1 + months
    return date(year + counted // 12, counted % 12 + 1, fiscal.day)


def span(fiscal: FiscalStart, kind: str, year: int, number: int) -> Span:
    length = MONTHS[kind]
    begin = month_start(fiscal, year, (number - 1) * length)
    return Span(kind, year, number, begin, month_start(fiscal, year, number * length))


def year_before(fiscal: FiscalStart, period: Span) -> Span:
    """The whole period with the same number in the previous fiscal year (step 4)."""
    return span(fiscal, period.kind, period.year - 1, period.number)


def overlapping(fiscal: FiscalStart, kind: str, first: date, until: date) -> list[Span]:
    """Every period of the kind that overlaps the days from `first` up to, not including, `until`, in order of time."""
    years = range(first.year - 1, until.year + 1)
    spans = [span(fiscal, kind, year, number) for year in years for number in range(1, 12 // MONTHS[kind] + 1)]
    return [each for each in spans if each.start < until and each.until > first]


def chosen(spans: Collection[Span], labels: Collection[str] | None) -> list[Span]:
    """All of them, or exactly those whose label was asked for."""
    return [each for each in spans if labels is None or each.label in labels]
