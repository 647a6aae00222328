"""Programs × sales for the comparison of engine and oracle: small, and made so that things collide.

Few partners, products and days; days that open and close periods; amounts that land on band edges; equal remainders and
equal payouts; ids that sort unlike numbers. `cases()` follows program.md but for a rate that may be missing;
`flawed_cases()` (in flaws.py) breaks one thing in each.

Hypothesis draws the number from which a case is made. The choices within a case are not drawn one by one: that gave
mostly near-empty cases (19 of 400 paid anything) at three times the cost. Shrinking is done by reduce.py instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.oracle.cases import Case, Row
from tests.oracle.numbers import MINOR_DIGITS, fixed_point
from tests.oracle.periods import MONTHS, FiscalStart, month_start, overlapping

FISCAL_STARTS = ["01-01", "07-01", "02-15", "04-06", "10-28", "12-28"]
CURRENCIES = ["USD", "USD", "USD", "JPY", "KWD", "EUR"]
PARTNER_IDS = ["P1", "p1", "012", "no", "Ünï, Co", "1:30"]
PRODUCT_IDS = ["B1", "B2", "07", "~x"]
PAYEE_IDS = {"distributor": ["", "D1", "P1", "\U0001f600"], "rep": ["", "7", "07", '"R", x', "～r"]}
TYPES = ["VAR", "VAR|Warehouse", "Warehouse|Specialty Bike Shop", "var", "VAR ", "", "Warehouse"]
TYPE_WORDS = ["VAR", "Warehouse", "Specialty Bike Shop", "var", "VAR "]
TIERS = ["Registered", "Silver", "Gold"]
TERRITORIES = ["Northwest", "Canada", "no"]
CATEGORIES = ["Bikes", "Parts", "on"]
FAMILIES = ["Road", "Mountain"]
LINE_IDS = [
    "1",
    "2",
    "9",
    "10",
    "11",
    "100",
    "L-9",
    "L-10",
    "l-9",
    "é",
    "z",
    "～",
    "\U0001f600",
    "ä1",
    "Z",
    "a b",
    "001",
    "²",
]
RATES = ["0%", "1%", "2%", "2.5%", "3.5%", "7.125%", "33.3333%", "100%", "0.05%"]
PER_UNIT = ["0", "1", "3", "0.5", "0.125"]
FIXED = ["0", "1", "5", "100", "1000"]
MONEY_STEPS = ["0", "1", "50", "100", "250", "1000", "25000"]
QUANTITY_STEPS = ["0", "1", "2.5", "5", "10", "100"]
GROWTH_STEPS = ["-100%", "-50%", "-0.5%", "0%", "10%", "33.3333%", "100%", "400%"]
WHOLE_AMOUNTS = [0, 1, 10, 25, 50, 50, 100, 100, 150, 200, 250, 500, 1000, 25000, -50, -100, -1000]
HUGE_AMOUNTS = [10**13, 10**13 - 1, -(10**13)]
QUANTITIES = ["1", "1", "1", "2", "3", "5", "10", "-1", "-5", "0", "0.5", "2.5", "0.333", "-0.25", "2.50", "100000"]
FINE_QUANTITIES = ["0.123456789", "-0.000000001", "1000000.0000001", "999999999999"]
RATE_TEXTS = {
    "JPY": ["0.0067", "0.00912345678901", "0.005"],
    "USD": ["1", "0.9", "1.23456789012", "0.333333333333", "1.5"],
    "EUR": ["1.1", "0.98765432109", "1.005"],
    "KWD": ["3.25", "2.5"],
}
RATE_AGES = [0, 1, 3, 6, 7, 7]
PAYEES = ["partner", "partner", "partner", "distributor", "rep"]
PARTNER_CELLS = {"type": TYPES, "tier": [*TIERS, ""], "territory": [*TERRITORIES, ""]}
PRODUCT_CELLS = {"category": [*CATEGORIES, ""], "family": [*FAMILIES, ""]}
WHO = {"types": TYPE_WORDS, "tiers": TIERS, "territories": TERRITORIES, "partners": PARTNER_IDS}
WHAT = {"categories": CATEGORIES, "families": FAMILIES, "products": PRODUCT_IDS, "except_products": PRODUCT_IDS}


@dataclass(frozen=True)
class Header:
    """What programs share that are settled together."""

    currency: str
    starts: str
    whole_months: int
    effective: dict[str, str]
    extreme: bool


def cases() -> st.SearchStrategy[Case]:
    """Cases in which a program stands and sales are made under it."""
    return st.integers(0, 2**40).map(case_from)


def case_from(number: int) -> Case:
    """The case of this number: the same each time. In one of ten a rate may be missing."""
    rng = Random(number)
    return a_case(rng, a_header(rng), number, whole=rng.random() < 0.9)


def a_header(rng: Random) -> Header:
    starts, whole_months = rng.choice(FISCAL_STARTS), rng.choice([0, 0, 3, 6, 12, 12, 24])
    currency, effective = rng.choice(CURRENCIES), effective_days(rng, starts, whole_months)
    return Header(currency, starts, whole_months, effective, extreme=rng.random() < 0.3)


def a_case(rng: Random, header: Header, number: int, *, whole: bool) -> Case:
    """`whole` cases lack no rate."""
    document = a_document(rng, header)
    days = days_that_matter(document)
    partners = dated_rows(rng, "partner", PARTNER_IDS, PARTNER_CELLS, days)
    products = dated_rows(rng, "product", PRODUCT_IDS, PRODUCT_CELLS, days)
    lines = sales(rng, document, partners, products, extreme=header.extreme)
    rates = rates_for(rng, header.currency, lines, RATE_AGES if whole else [7, 7, 8, 9, -1])
    return Case(document, lines, partners, products, rates, asked_periods(rng, document), number=number)


def some(rng: Random, values: list[str], most: int = 3) -> list[str]:
    """One to so many different values."""
    return rng.sample(values, rng.randint(1, min(most, len(values))))


# Programs


def a_document(rng: Random, header: Header) -> dict[str, Any]:
    group = (rng.choice(PAYEES), rng.choice(list(MONTHS)))
    incentives = [an_incentive(rng, 0, header.whole_months, group)]
    for at in range(1, rng.randint(1, 4)):
        rival = rng.random() < 0.25
        incentives.append(
            a_rival(rng, incentives[0], at) if rival else an_incentive(rng, at, header.whole_months, group)
        )
    return {
        "hansa": "1",
        "program": "Test",
        "version": "2019",
        "currency": header.currency,
        "fiscal_year_starts": header.starts,
        "effective": header.effective,
        "tiers": [{"name": tier} for tier in TIERS],
        "incentives": incentives,
    }


def effective_days(rng: Random, starts: str, whole_months: int) -> dict[str, str]:
    """From the start of fiscal 2019 for so many whole months; with 0 the days cut periods."""
    fiscal = FiscalStart(int(starts[:2]), int(starts[3:]))
    first, until = month_start(fiscal, 2019, 0), month_start(fiscal, 2019, whole_months)
    if not whole_months:
        first = date(2019, 1, 1) + timedelta(days=rng.randrange(240))
        until = first + timedelta(days=rng.choice([1, 20, 45, 100, 200, 400]))
    return {"from": first.isoformat(), "until": until.isoformat()}


def an_incentive(rng: Random, at: int, whole_months: int, group: tuple[str, str]) -> dict[str, Any]:
    """One incentive; growth only where `effective` cuts none of its periods."""
    grouped = rng.random() < 0.5
    payee, period = group if grouped else (rng.choice(PAYEES), rng.choice(list(MONTHS)))
    measures = ["net_amount", "quantity", "net_amount"]
    if whole_months and whole_months % MONTHS[period] == 0:
        measures += ["growth"] * 3
    measure = rng.choice(measures)
    stepped = measure != "growth" and rng.random() < 0.5
    raw: dict[str, Any] = {
        "id": rng.choice(["a", "Z", "é", "10", "no"]) + str(at),
        "name": f"Incentive {at}",
        "kind": rng.choice(["rebate", "commission", "spiff", "mdf"]),
        "period": period,
        "bands": some_bands(rng, measure, stepped),
    }
    said = {"payee": payee != "partner", "measure": measure != "net_amount", "method": stepped}
    words = {"payee": payee, "measure": measure, "method": "stepped" if stepped else "retrospective"}
    raw |= {key: words[key] for key in words if said[key] or rng.random() < 0.5}
    raw |= limits(rng)
    filters = {"who": few_keys(rng, WHO), "what": few_keys(rng, WHAT)}
    raw |= {key: value for key, value in filters.items() if value}
    return raw | ({"exclusive_group": "g"} if grouped else {})


def a_rival(rng: Random, first: dict[str, Any], at: int) -> dict[str, Any]:
    """The first incentive once more, perhaps with other limits: a tie where the first one has a group."""
    again = {key: value for key, value in first.items() if key not in ("cap", "minimum")}
    return again | {"id": f"r{at}"} | limits(rng)


def some_bands(rng: Random, measure: str, stepped: bool) -> list[dict[str, str]]:
    steps = {"net_amount": MONEY_STEPS, "quantity": QUANTITY_STEPS, "growth": GROWTH_STEPS}[measure]
    values = {"rate": RATES, "per_unit": PER_UNIT, "fixed": FIXED}
    pays = {"net_amount": ["rate", "rate", "fixed"], "quantity": list(values), "growth": ["rate", "fixed"]}[measure]
    if stepped:
        pays = ["per_unit" if measure == "quantity" else "rate"]
    starts = sorted(rng.sample(range(len(steps)), rng.randint(1, 4)))
    kinds = [rng.choice(pays) for _ in starts]
    return [{"from": steps[at], kind: rng.choice(values[kind])} for at, kind in zip(starts, kinds, strict=True)]


def limits(rng: Random) -> dict[str, str]:
    cap, minimum = rng.choice([None, None, None, "5", "100", "1000"]), rng.choice([None, None, None, "1", "5"])
    return {key: value for key, value in (("cap", cap), ("minimum", minimum)) if value}


def few_keys(rng: Random, lists: dict[str, list[str]]) -> dict[str, list[str]]:
    """Mostly none, so that most lines are eligible; else one or two."""
    return {key: some(rng, lists[key]) for key in rng.sample(list(lists), rng.choice([0, 0, 0, 0, 1, 1, 2]))}


def asked_periods(rng: Random, document: dict[str, Any]) -> list[str] | None:
    """Mostly every period; else one or two labels that some incentive has."""
    labels = {span.label for each in document["incentives"] for span in overlapping(*reach(document, each["period"]))}
    return some(rng, sorted(labels), 2) if rng.random() < 0.25 else None


def reach(document: dict[str, Any], kind: str) -> tuple[FiscalStart, str, date, date]:
    starts, effective = document["fiscal_year_starts"], document["effective"]
    first, until = date.fromisoformat(effective["from"]), date.fromisoformat(effective["until"])
    return FiscalStart(int(starts[:2]), int(starts[3:])), kind, first, until


# Sales


def days_that_matter(document: dict[str, Any]) -> list[date]:
    """First and last days of periods and of `effective`, and the same a year before."""
    fiscal, _, first, until = reach(document, "month")
    quarters = overlapping(fiscal, "quarter", first, until)[:3]
    days = [first, first + timedelta(days=3), until - timedelta(days=1), first - timedelta(days=1), until]
    days += [day for span in quarters for day in (span.start, span.until - timedelta(days=1))]
    return sorted({*days, *(day - timedelta(days=365) for day in days)})


def dated_rows(rng: Random, key: str, ids: list[str], cells: dict[str, list[str]], days: list[date]) -> list[Row]:
    """One to three rows for each of a few ids: unbounded, or one after the other with or without a gap."""
    rows: list[Row] = []
    for name in some(rng, ids):
        cuts = sorted(rng.sample(days, rng.choice([0, 0, 1, 2])))
        spans = list(pairwise(["", *(day.isoformat() for day in cuts), ""]))
        if len(spans) > 1 and rng.random() < 0.5:
            spans.pop(rng.randrange(len(spans)))
        for first, until in spans:
            values = {column: rng.choice(texts) for column, texts in cells.items()}
            rows.append({key: name, **values, "valid_from": first, "valid_until": until})
    rng.shuffle(rows)
    return rows


def sales(
    rng: Random, document: dict[str, Any], partners: list[Row], products: list[Row], *, extreme: bool
) -> list[Row]:
    """Up to 16 lines on a few days, most of them in effect or a year before. `extreme`: some numbers are very large or
    very fine.
    """
    foreign, currency, days = rng.random() < 0.4, document["currency"], days_that_matter(document)
    in_effect = [
        day for day in days if document["effective"]["from"] <= day.isoformat() < document["effective"]["until"]
    ]
    few_days = rng.choices(days, k=rng.randint(1, 3)) + rng.choices(in_effect, k=4)
    if any(each.get("measure") == "growth" for each in document["incentives"]):
        few_days += [day - timedelta(days=365) for day in few_days]
    partner_ids, product_ids = (
        sorted({row["partner"] for row in partners}),
        sorted({row["product"] for row in products}),
    )
    return [
        {
            "line_id": name,
            "sold_on": rng.choice(few_days).isoformat(),
            "partner": rng.choice(partner_ids),
            "product": rng.choice(product_ids),
            "quantity": rng.choice(FINE_QUANTITIES if extreme and rng.random() < 0.06 else QUANTITIES),
            "distributor": rng.choice(PAYEE_IDS["distributor"]),
            "rep": rng.choice(PAYEE_IDS["rep"]),
            "territory": rng.choice(["", "", *TERRITORIES]),
            **priced(rng, currency, foreign, extreme),
        }
        for name in rng.sample(LINE_IDS, rng.choice([0, 1, 3, 6, 9, 12, 16]))
    ]


def priced(rng: Random, home: str, foreign: bool, extreme: bool) -> Row:
    """A net amount on, just under or just over a round one, at times huge, in the minor unit of its currency."""
    others = [code for code in ("EUR", "JPY", "USD", "KWD") if code != home] if foreign else []
    said = rng.choice(["", "", home, *others])
    digits = MINOR_DIGITS[said or home]
    whole = rng.choice(HUGE_AMOUNTS if extreme and rng.random() < 0.06 else WHOLE_AMOUNTS)
    minor = whole * 10**digits + rng.choice([0, 0, 0, 1, -1, 5])
    return {"currency": said, "net_amount": fixed_point(minor, digits)}


def rates_for(rng: Random, home: str, lines: list[Row], ages: list[int]) -> list[Row] | None:
    """One or two rates of these ages for each foreign line."""
    rates: dict[tuple[str, str], str] = {}
    for line in lines:
        if line["currency"] in ("", home):
            continue
        for age in rng.choices(ages, k=rng.randint(1, 2)):
            day = date.fromisoformat(line["sold_on"]) - timedelta(days=age)
            rates.setdefault((line["currency"], day.isoformat()), rng.choice(rate_texts(home, line["currency"])))
    if not rates and rng.random() < 0.5:
        return None
    return [{"currency": currency, "date": day, "rate": rate} for (currency, day), rate in rates.items()]


def rate_texts(home: str, currency: str) -> list[str]:
    """Rates that keep the largest amounts inside the share's decimal(18, minor unit)."""
    return ["149.5", "161.234567891", "0.7"] if home == "JPY" else RATE_TEXTS[currency]
