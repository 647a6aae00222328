"""Cases with one thing wrong. A flaw takes a sound case and returns a broken one, or None where it does not apply."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tests.oracle.cases import Case, Row
from tests.oracle.generators import cases

Flaw = Callable[[Case], Case | None]
Document = dict[str, Any]


def with_incentive(**change: Any) -> Flaw:
    """The first incentive with these keys set, or without them where they are None."""

    def flaw(case: Case) -> Case:
        document = copy.deepcopy(case.document)
        first = document["incentives"][0]
        first |= change
        document["incentives"][0] = {key: value for key, value in first.items() if value is not None}
        return replace(case, document=document)

    return flaw


def with_top(**change: Any) -> Flaw:
    """The document with these keys set, or without them where they are None."""

    def flaw(case: Case) -> Case:
        document = {key: value for key, value in (case.document | change).items() if value is not None}
        return replace(case, document=document)

    return flaw


def with_first(table: str, **change: str) -> Flaw:
    """The first row of lines, partners, products or rates with other cells."""

    def flaw(case: Case) -> Case | None:
        rows: list[Row] = getattr(case, table)
        return with_table(case, table, [rows[0] | change, *rows[1:]]) if rows else None

    return flaw


def with_table(case: Case, table: str, rows: list[Row]) -> Case:
    changed: dict[str, Any] = {table: rows}
    return replace(case, **changed)


def with_row(table: str, **change: str) -> Flaw:
    """The first row of a table once more, with other cells."""

    def flaw(case: Case) -> Case | None:
        rows: list[Row] = getattr(case, table)
        return with_table(case, table, [*rows, rows[0] | change]) if rows else None

    return flaw


def steps(measure: str, *bands: tuple[str, str, str], **more: Any) -> Flaw:
    """A first incentive of this measure with these bands, each (from, what it pays, value)."""
    listed = [{"from": start, pays: value} for start, pays, value in bands]
    return with_incentive(measure=measure, bands=listed, **more)


def two_unlike(case: Case) -> Case | None:
    """A group of two that settle in different periods."""
    document = copy.deepcopy(case.document)
    first = document["incentives"][0] | {"exclusive_group": "x", "period": "month"}
    document["incentives"] = [first, first | {"id": "other", "period": "year"}]
    return replace(case, document=document, periods=None)


def grown_in_a_cut_period(case: Case) -> Case | None:
    document = copy.deepcopy(case.document)
    document["effective"] = {"from": "2019-01-01", "until": "2019-12-30"}
    band = {"from": "0%", "rate": "1%"}
    document["incentives"] = [
        {"id": "g", "name": "g", "kind": "rebate", "period": "year", "measure": "growth", "bands": [band]}
    ]
    return replace(case, document=document, periods=None)


def twice(case: Case) -> Case:
    document = copy.deepcopy(case.document)
    document["incentives"].append(document["incentives"][0])
    return replace(case, document=document)


FLAWS: dict[str, Flaw] = {
    "unknown key": with_incentive(percent="5%"),
    "unknown top key": with_top(efective={"from": "2019-01-01"}),
    "unknown who": with_incentive(who={"type": ["VAR"]}),
    "empty who list": with_incentive(who={"types": []}),
    "empty what list": with_incentive(what={"except_products": []}),
    "unknown kind": with_incentive(kind="bonus"),
    "unknown payee": with_incentive(payee="vendor"),
    "unknown period": with_incentive(period="week"),
    "unknown measure": with_incentive(measure="margin"),
    "unknown method": with_incentive(method="marginal"),
    "no period": with_incentive(period=None),
    "no bands": with_incentive(bands=[]),
    "no bands key": with_incentive(bands=None),
    "twice the same id": twice,
    "duplicate key": lambda case: replace(case, tail="currency: USD\n"),
    "not YAML": lambda case: replace(case, tail="  - ]\n"),
    "other format": with_top(hansa="2"),
    "no effective": with_top(effective=None),
    "effective without until": with_top(effective={"from": "2019-01-01"}),
    "effective backwards": with_top(effective={"from": "2019-06-01", "until": "2019-06-01"}),
    "effective no day": with_top(effective={"from": "2019-02-29", "until": "2020-01-01"}),
    "fiscal day 29": with_top(fiscal_year_starts="01-29"),
    "fiscal month 13": with_top(fiscal_year_starts="13-01"),
    "unknown currency": with_top(currency="QQQ"),
    "cap below minimum": with_incentive(cap="5", minimum="6"),
    "negative cap": with_incentive(cap="-5", minimum=None),
    "negative minimum": with_incentive(minimum="-5", cap=None),
    "equal bands": steps("net_amount", ("5", "rate", "1%"), ("5.00", "rate", "2%")),
    "bands descend": steps("quantity", ("10", "fixed", "1"), ("9", "fixed", "2")),
    "negative from": steps("net_amount", ("-1", "rate", "1%")),
    "negative rate": steps("net_amount", ("0", "rate", "-1%")),
    "negative fixed": steps("net_amount", ("0", "fixed", "-1"), method="retrospective"),
    "rate without percent": steps("net_amount", ("0", "rate", "0.01")),
    "fixed with percent": steps("net_amount", ("0", "fixed", "1%"), method="retrospective"),
    "from with percent": steps("net_amount", ("5%", "rate", "1%")),
    "exponent": steps("net_amount", ("1e3", "rate", "1%")),
    "infinite": steps("net_amount", ("0", "fixed", "inf"), method="retrospective"),
    "two values": with_incentive(bands=[{"from": "0", "rate": "1%", "fixed": "1"}]),
    "no value": with_incentive(bands=[{"from": "0"}]),
    "no from": with_incentive(bands=[{"rate": "1%"}]),
    "per unit of net amount": steps("net_amount", ("0", "per_unit", "1"), method="retrospective"),
    "stepped fixed": steps("net_amount", ("0", "fixed", "1"), method="stepped"),
    "stepped rate of quantity": steps("quantity", ("0", "rate", "1%"), method="stepped"),
    "stepped mix": steps("quantity", ("0", "per_unit", "1"), ("5", "fixed", "2"), method="stepped"),
    "group of unlike": two_unlike,
    "growth cut": grown_in_a_cut_period,
    "repeated line": with_row("lines"),
    "unknown partner": with_first("lines", partner="Nobody"),
    "unknown product": with_first("lines", product="Nothing"),
    "empty partner": with_first("lines", partner=""),
    "empty line id": with_first("lines", line_id=""),
    "empty quantity": with_first("lines", quantity=""),
    "no number": with_first("lines", net_amount="12,50"),
    "not a number": with_first("lines", quantity="NaN"),
    "no day": with_first("lines", sold_on="2019-02-30"),
    "day with time": with_first("lines", sold_on="2019-02-03T00:00:00Z"),
    "day with slashes": with_first("lines", sold_on="03/02/2019"),
    "short day": with_first("lines", sold_on="2019-2-3"),
    "too fine": with_first("lines", currency="", net_amount="1.2345"),
    "two partner rows": with_row("partners"),
    "two product rows": with_row("products"),
    "partner row without id": with_row("partners", partner=""),
    "partner row with a bad day": with_first("partners", valid_from="yesterday"),
    "two rates": with_row("rates"),
    "two unlike rates": with_row("rates", rate="77"),
    "rate of 0": with_first("rates", rate="0"),
    "negative rate of exchange": with_first("rates", rate="-1.5"),
    "empty rate": with_first("rates", rate=""),
    "missing column": lambda case: replace(case, dropped=("net_amount",)) if case.lines else None,
    "missing rep": lambda case: (
        replace(case, dropped=("rep",))
        if case.lines and any(each.get("payee") == "rep" for each in case.document["incentives"])
        else None
    ),
    "unknown label": lambda case: replace(case, periods=["2019-Q5"]),
    "label outside": lambda case: replace(case, periods=["1999", "1999-01", "1999-Q1", "1999-H1"]),
}


def flawed_cases() -> st.SearchStrategy[Case]:
    """Cases in which one thing is wrong; `flaw` names it."""
    names = st.sampled_from(sorted(FLAWS))
    return st.tuples(names, cases()).map(lambda drawn: broken(*drawn)).filter(lambda case: case.flaw != "")


def broken(name: str, case: Case) -> Case:
    """The case with this flaw; unchanged, and without a flaw's name, where the flaw does not apply."""
    flawed = FLAWS[name](case)
    return case if flawed is None else replace(flawed, flaw=name)
