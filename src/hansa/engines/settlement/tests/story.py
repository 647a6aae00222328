"""A small program and its files, and one call that settles them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pyarrow.parquet as pq

from hansa.engines.settlement import ProgramDocument, SettlementSummary, parse_program, settle

HEAD = """\
hansa: 1
program: Story
version: "1"
currency: {currency}
fiscal_year_starts: {starts}
effective: {{from: {since}, until: {until}}}
tiers: [{{name: Registered}}, {{name: Silver}}, {{name: Gold}}]
incentives:
"""
PARTNERS = "partner,type,tier,territory\nAda,VAR|MSP,Gold,North\nBob,SI,Silver,South\n"
PRODUCTS = "product,category,family\nbike,Bikes,Road\nhelmet,Clothing,Safety\n"


def program(
    incentives: str,
    *,
    currency: str = "USD",
    starts: str = "01-01",
    since: str = "2019-01-01",
    until: str = "2020-01-01",
) -> str:
    """A whole document around a list of incentives."""
    head = HEAD.format(currency=currency, starts=starts, since=since, until=until)
    return head + indent(dedent(incentives).strip("\n"), "  ") + "\n"


def document(incentives: str, **settings: str) -> ProgramDocument:
    """The same, parsed."""
    return parse_program(program(incentives, **settings))


@dataclass(frozen=True)
class Settled:
    """What came out: rows of both files as text, and where they are."""

    summary: SettlementSummary
    payouts: list[dict[str, str]]
    shares: list[tuple[str, str, str, str, str]]
    payouts_path: Path
    shares_path: Path

    def paid(self) -> dict[tuple[str, str, str], str]:
        """Payout by incentive, payee and period."""
        return {(row["incentive"], row["payee"], row["period"]): row["payout"] for row in self.payouts}

    def by_line(self) -> dict[str, str]:
        """Share by line."""
        return {row[3]: row[4] for row in self.shares}


def settled(
    folder: Path,
    rules: ProgramDocument,
    lines: str | Sequence[Path],
    *,
    header: str = "line_id,sold_on,partner,product,quantity,net_amount",
    partners: str = PARTNERS,
    products: str = PRODUCTS,
    rates: str | None = None,
    periods: Sequence[str] | None = None,
    **options: Any,
) -> Settled:
    """Write the files, settle, read the result. `lines` are CSV rows, one a line, or paths."""
    if isinstance(lines, str):
        rows = [row.strip() for row in lines.strip().splitlines()]
        (folder / "lines.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        lines = [folder / "lines.csv"]
    (folder / "partners.csv").write_text(partners, encoding="utf-8")
    (folder / "products.csv").write_text(products, encoding="utf-8")
    if rates is not None:
        (folder / "rates.csv").write_text(rates, encoding="utf-8")
    payouts, shares = folder / "payouts.csv", folder / "shares.parquet"
    summary = settle(
        rules, lines=lines, partners=folder / "partners.csv", products=folder / "products.csv",
        rates=folder / "rates.csv" if rates is not None else None, periods=periods, payouts=payouts, shares=shares,
        **options,
    )  # fmt: skip
    with payouts.open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    table = pq.read_table(shares).to_pylist()
    spread = [(row["incentive"], row["period"], row["payee"], row["line_id"], str(row["share"])) for row in table]
    return Settled(summary, found, spread, payouts, shares)
