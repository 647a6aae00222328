"""Small programs, partners and products for the examples worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.oracle.refused import OracleRefused
from tests.oracle.settle import oracle_settle

TEN_PERCENT = "bands: [{from: 0, rate: 10%}]"
PARTNERS = [
    {"partner": "P1", "type": "VAR|Warehouse", "tier": "Gold", "territory": "Northwest"},
    {"partner": "P2", "type": "VAR", "tier": "Silver", "territory": "Canada"},
    {"partner": "P3", "type": "", "tier": "Silver", "territory": "", "valid_from": "2019-02-01", "valid_until": "2019-03-01"},
    {"partner": "P3", "type": "VAR", "tier": "Gold", "territory": "Canada", "valid_from": "2019-04-01"},
]  # fmt: skip
PRODUCTS = [
    {"product": "B1", "category": "Bikes", "family": "Road"},
    {"product": "B2", "category": "Bikes", "family": "Mountain", "valid_until": "2019-02-01"},
    {"product": "B2", "category": "Parts", "family": "", "valid_from": "2019-02-01"},
]
Row = dict[str, str]


def program(
    *incentives: str, currency: str = "USD", starts: str = "01-01", effective: str = "2019-01-01, until: 2020-01-01"
) -> str:
    head = f"hansa: 1\nprogram: Test\nversion: v1\ncurrency: {currency}\nfiscal_year_starts: {starts}\n"
    head += f"effective: {{from: {effective}}}\ntiers: [{{name: Silver}}, {{name: Gold}}]\nincentives:\n"
    return head + "".join(f"  - {{{each}}}\n" for each in incentives)


def rebate(rest: str, *, name: str = "r", period: str = "quarter") -> str:
    return f"id: {name}, name: N, kind: rebate, period: {period}, {rest}"


def line(
    name: str, sold_on: str, net_amount: str, quantity: str = "1", partner: str = "P1", product: str = "B1", **more: str
) -> Row:
    return {
        "line_id": name, "sold_on": sold_on, "partner": partner, "product": product, "quantity": quantity,
        "net_amount": net_amount, **more,
    }  # fmt: skip


def settled(
    text: str, lines: Sequence[Row], rates: Sequence[Row] | None = None, periods: Sequence[str] | None = None
) -> tuple[list[Row], dict[str, str]]:
    """Payout rows, and the shares as text by line id."""
    rows, shares = oracle_settle(text, lines, PARTNERS, PRODUCTS, rates, periods)
    assert all(row["reason"] for row in rows)
    return rows, {share[3]: str(share[4]) for share in shares}


def paid(text: str, lines: Sequence[Row], rates: Sequence[Row] | None = None) -> list[tuple[str, str, str]]:
    return [(row["payee"], row["period"], row["payout"]) for row in settled(text, lines, rates)[0]]


def refusal(
    text: str, lines: Sequence[Row] = (), rates: Sequence[Row] | None = None, periods: Sequence[str] | None = None
) -> set[str]:
    with pytest.raises(OracleRefused) as caught:
        oracle_settle(text, lines, PARTNERS, PRODUCTS, rates, periods)
    return caught.value.kinds
