"""Which incentives want the lines of which days: the periods asked for, and the growth bases of the year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from hansa.engines.settlement.compile import literal_mask, words
from hansa.engines.settlement.document import ProgramDocument
from hansa.kernel.period import MONTHS_OF, Period


@dataclass(frozen=True, slots=True)
class Asked:
    """What one settlement pays: the numbers of the periods asked for, by incentive (place in the document)."""

    document: ProgramDocument
    periods: Mapping[int, tuple[Period, ...]]

    def numbers(self, index: int) -> tuple[int, ...]:
        """Period numbers asked of an incentive."""
        return tuple(each.number for each in self.periods[index])

    def wants(self, index: int, month: int, inside: bool) -> bool:
        """Whether an incentive needs the lines of a fiscal month; `inside` says whether they lie in `effective`."""
        incentive = self.document.incentives[index]
        months = MONTHS_OF[incentive.period]
        number, asked = month // months, self.numbers(index)
        earlier = incentive.measure == "growth" and number + 12 // months in asked
        return earlier or (inside and number in asked)


def asked_periods(document: ProgramDocument, labels: Sequence[str] | None) -> Asked:
    """Every period that overlaps `effective`, or those with one of `labels`."""
    return Asked(
        document,
        {
            index: tuple(each for each in document.periods(incentive.period) if labels is None or each.label in labels)
            for index, incentive in enumerate(document.incentives)
        },
    )


def calendar_sql(asked: Asked) -> str:
    """One row for each day that some incentive wants: day, fiscal month and the mask of those incentives."""
    incentives = asked.document.incentives
    columns = ", ".join(f"c{word}" for word in words(len(incentives)))
    rows = [
        f"(DATE '{start}', DATE '{until}', {month}, {', '.join(map(str, masks))})"
        for start, until, month, masks in _segments(asked)
    ]
    zeros = ", ".join(f"0::BIGINT AS {column}" for column in columns.split(", "))
    if not rows:
        return f"SELECT NULL::DATE AS day, 0 AS month, {zeros} WHERE false"
    typed = ", ".join(f"{column}::BIGINT AS {column}" for column in columns.split(", "))
    return (
        "SELECT unnest(generate_series(start, until - 1, INTERVAL 1 DAY))::DATE AS day,"
        f" month::INTEGER AS month, {typed}"
        f" FROM (VALUES {', '.join(rows)}) AS segment(start, until, month, {columns})"
    )


def _segments(asked: Asked) -> list[tuple[date, date, int, list[int]]]:
    """Days in a row that the same incentives want, cut at fiscal months and at both ends of `effective`."""
    document = asked.document
    found: list[tuple[date, date, int, list[int]]] = []
    for month in sorted(_months(asked)):
        start, until = document.fiscal_year.first_day(month), document.fiscal_year.first_day(month + 1)
        cuts = sorted(
            {start, until, *(d for d in (document.effective_from, document.effective_until) if start < d < until)}
        )
        for since, end in pairwise(cuts):
            inside = document.effective_from <= since < document.effective_until
            wanted = [asked.wants(index, month, inside) for index in asked.periods]
            if any(wanted):
                found.append((since, end, month, [literal_mask(wanted, word) for word in words(len(wanted))]))
    return found


def _months(asked: Asked) -> set[int]:
    found: set[int] = set()
    for index, incentive in enumerate(asked.document.incentives):
        months = MONTHS_OF[incentive.period]
        for number in asked.numbers(index):
            found.update(range(number * months, (number + 1) * months))
            if incentive.measure == "growth":
                found.update(range(number * months - 12, (number + 1) * months - 12))
    return found
