"""Generated cases tell program.md from its likely misreadings: each changes a payout or share within so many cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from tests.oracle import books, numbers, settle, tables
from tests.oracle.cases import Case
from tests.oracle.document import Band, Incentive
from tests.oracle.generators import case_from
from tests.oracle.periods import FiscalStart, Span, span
from tests.oracle.refused import OracleRefused
from tests.oracle.settle import Entry, oracle_settle

Misreading = tuple[Any, str, Callable[..., Any]]
CASES = 1_500


def result(case: Case) -> object:
    """Payouts without their reasons, and shares; or that it was refused."""
    try:
        rows, shares = oracle_settle(case.text, case.kept_lines, case.partners, case.products, case.rates, case.periods)
    except OracleRefused:
        return "refused"
    return [{**row, "reason": ""} for row in rows], shares


@cache
def right_result(number: int) -> object:
    return result(case_from(number))


def half_even(value: Fraction) -> int:
    return round(value)


def half_up(value: Fraction) -> int:
    return int((value + Fraction(1, 2)) // 1)


def rate_of_the_day_only(kept: books.Books, currency: str, on: date) -> Fraction | None:
    return Fraction(1) if currency == kept.program.currency else kept.rates.get((currency, on))


def rate_six_days_old(kept: books.Books, currency: str, on: date) -> Fraction | None:
    days = [on - timedelta(days=age) for age in range(7)]
    found = [kept.rates[currency, day] for day in days if (currency, day) in kept.rates]
    return Fraction(1) if currency == kept.program.currency else next(iter(found), None)


def amount_unrounded(kept: books.Books, line: tables.Line) -> Fraction:
    return line.net_amount * (books.rate_on(kept, line.currency, line.sold_on) or 0)


def next_band_only(bands: tuple[Band, ...], measure: Fraction | None) -> Band | None:
    return next((band for band in reversed(bands) if measure is not None and band.start < measure), None)


def whole_at_the_last(bands: tuple[Band, ...], measure: Fraction) -> Fraction:
    """Stepped, but what lies under the first `from` is paid too."""
    return settle_stepped((replace(bands[0], start=Fraction(0)), *bands[1:]), measure)


def last_of_a_tie(entries: list[Entry]) -> list[Entry]:
    return list(reversed(settle_groups(list(reversed(entries)))))


def cap_before_minimum(program: Any, incentive: Incentive, exact: Fraction) -> int:
    """Round only after the minimum was looked at."""
    below = incentive.minimum is not None and exact < incentive.minimum
    return 0 if below else settle_limits(program, incentive, exact)


def types_whole(partners: tables.Register, incentive: Incentive, line: tables.Line) -> bool:
    """A type with `|` in it taken as one word."""
    types = {tables.cell_on(partners, line.partner, "type", line.sold_on)}
    others = {key: values for key, values in incentive.who.items() if key != "types"}
    return books_who(partners, replace(incentive, who=others), line) and bool(incentive.who.get("types", types) & types)


def no_own_territory(partners: tables.Register, incentive: Incentive, line: tables.Line) -> bool:
    return books_who(partners, incentive, replace(line, territory=""))


def weight_always_amount(kept: books.Books, entry: Entry, line: tables.Line) -> Fraction:
    return max(Fraction(0), books.amount(kept, line)) or Fraction(1, 10**30)


def weight_of_returns(kept: books.Books, entry: Entry, line: tables.Line) -> Fraction:
    return settle_weight(kept, replace(entry), line) + (1 if line.net_amount < 0 else 0)


def calendar_year_before(fiscal: FiscalStart, period: Span) -> Span:
    return replace(span(fiscal, period.kind, period.year - 1, period.number), start=period.start - timedelta(days=360))


def whatever_day(register: tables.Register, key: str, column: str, on: date) -> str:
    return register[key][-1].row.get(column, "")


def last_day_included(dated: tables.Dated, on: date) -> bool:
    return (dated.first is None or dated.first <= on) and (dated.until is None or on <= dated.until)


def in_effect_only(kept: books.Books, incentive: Incentive, period: Span, *, earlier: bool = False) -> object:
    return books.lines_by_payee(kept, incentive, period)


def effective_overlooked(kept: books.Books, incentive: Incentive, period: Span, *, earlier: bool = False) -> object:
    return books.lines_by_payee(kept, incentive, period, earlier=True)


def ordered(items: Iterable[Any], key: Callable[[Any], Any], of_text: Callable[[str], Any]) -> list[Any]:
    """`sorted` with another order of texts, also where a text is part of a key."""

    def converted(item: Any) -> Any:
        found = key(item)
        parts = found if isinstance(found, tuple) else (found,)
        return tuple(of_text(part) if isinstance(part, str) else part for part in parts)

    return sorted(items, key=converted)


def by_utf16(items: Iterable[Any], key: Callable[[Any], Any] = lambda item: item) -> list[Any]:
    return ordered(items, key, lambda text: text.encode("utf-16-be"))


def by_number(items: Iterable[Any], key: Callable[[Any], Any] = lambda item: item) -> list[Any]:
    return ordered(items, key, lambda text: (0, int(text), text) if text.isdecimal() else (1, 0, text))


settle_stepped, settle_groups, settle_limits = settle.stepped, settle.one_of_each_group, settle.rounded_and_limited
settle_weight, books_who = settle.weight, books.who_matches
MISREADINGS: dict[str, Misreading] = {
    "half to even": (numbers, "half_away", half_even),
    "half up": (numbers, "half_away", half_up),
    "only the rate of the day": (books, "rate_on", rate_of_the_day_only),
    "a rate of at most six days": (books, "rate_on", rate_six_days_old),
    "amounts unrounded": (settle, "amount", amount_unrounded),
    "a band reached only when passed": (settle, "reached", next_band_only),
    "stepped from nought": (settle, "stepped", whole_at_the_last),
    "the last of a tie wins": (settle, "one_of_each_group", last_of_a_tie),
    "groups overlooked": (settle, "one_of_each_group", list),
    "minimum before rounding": (settle, "rounded_and_limited", cap_before_minimum),
    "an earlier base only in effect": (settle, "lines_by_payee", in_effect_only),
    "effective overlooked": (settle, "lines_by_payee", effective_overlooked),
    "ids in the order of UTF-16": (settle, "sorted", by_utf16),
    "ids in the order of numbers": (settle, "sorted", by_number),
    "types not split": (books, "who_matches", types_whole),
    "the line's territory overlooked": (books, "who_matches", no_own_territory),
    "always weighted by amount": (settle, "weight", weight_always_amount),
    "returns take a share": (settle, "weight", weight_of_returns),
    "another earlier period": (settle, "year_before", calendar_year_before),
    "the last row whatever the day": (books, "cell_on", whatever_day),
    "until inclusive": (tables.Dated, "valid_on", last_day_included),
}


@pytest.mark.parametrize("name", sorted(MISREADINGS))
def test_a_misreading_shows(name: str) -> None:
    assert any(shows(name, number) for number in range(CASES))


def shows(name: str, number: int) -> bool:
    """Whether the case of this number comes out differently under the misreading."""
    owner, function, wrong = MISREADINGS[name]
    right = right_result(number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, function, wrong, raising=False)
        return result(case_from(number)) != right
