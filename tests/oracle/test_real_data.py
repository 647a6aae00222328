"""Engine and oracle on 57,851 real lines: the same cent for every partner, rep and line."""

from __future__ import annotations

import csv
import os
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from tests.oracle.cases import LINE_COLUMNS, PARTNER_COLUMNS, PRODUCT_COLUMNS, Row, write_csv
from tests.oracle.compare import Answer, between, read_payouts, read_shares
from tests.oracle.settle import oracle_settle

FOLDER = Path(os.environ.get("HANSA_REAL_DATA", "")) / "adventureworks_reseller"
PROGRAM = Path(__file__).with_name("real_program.yaml")
TIERS = ["Registered", "Silver", "Gold"]

# What three partners are owed for 2019 as the oracle worked it out: incentive, period, band reached, payout. The first
# quarter of 697 by hand: bikes 63,500.60 pay 17,500 × 1% + 43,500.60 × 3.125% = 1,534.39; 66,728.71 × 2% is less.
STATEMENTS = {
    "43": """
        volume-rebate 2019-Q1 25000.00 660.32
        volume-rebate 2019-Q2 25000.00 737.58
        volume-rebate 2019-Q3 25000.00 751.47
        volume-rebate 2019-Q4 25000.00 757.83
        bikes-rebate 2019-Q1 20000.00 0.00
        bikes-rebate 2019-Q2 20000.00 0.00
        bikes-rebate 2019-Q3 20000.00 0.00
        bikes-rebate 2019-Q4 20000.00 0.00
        growth-bonus 2019-Q1 - 0.00
        growth-bonus 2019-Q2 - 0.00
        growth-bonus 2019-Q3 -10.0000% 50.00
        growth-bonus 2019-Q4 5.0000% 189.46
        annual-growth 2019 0.0000% 1090.20
        unit-reward 2019-02 10 7.35
        unit-reward 2019-05 10 5.25
        unit-reward 2019-08 10 7.00
        unit-reward 2019-11 10 4.20
        stepped-units 2019-H1 100 19.99
        stepped-units 2019-H2 100 30.98
    """,
    "697": """
        volume-rebate 2019-Q1 25000.00 0.00
        volume-rebate 2019-Q2 25000.00 1563.57
        volume-rebate 2019-Q3 100000.00 3777.55
        volume-rebate 2019-Q4 100000.00 3902.43
        bikes-rebate 2019-Q1 20000.00 1534.39
        bikes-rebate 2019-Q2 20000.00 0.00
        bikes-rebate 2019-Q3 75000.00 0.00
        bikes-rebate 2019-Q4 75000.00 0.00
        growth-bonus 2019-Q1 -10.0000% 50.00
        growth-bonus 2019-Q2 33.3333% 1368.12
        growth-bonus 2019-Q3 33.3333% 1888.78
        growth-bonus 2019-Q4 33.3333% 1951.22
        annual-growth 2019 0.0000% 2732.51
        unit-reward 2019-02 - 0.00
        unit-reward 2019-05 50 33.25
        unit-reward 2019-08 50 37.53
        unit-reward 2019-11 10 11.90
        stepped-units 2019-H1 100 72.27
        stepped-units 2019-H2 100 136.87
    """,
    "259": """
        bikes-rebate 2019-Q1 2500.00 40.77
        bikes-rebate 2019-Q2 2500.00 17.28
        bikes-rebate 2019-Q3 2500.00 42.72
        bikes-rebate 2019-Q4 2500.00 28.30
        growth-bonus 2019-Q1 33.3333% 115.10
        growth-bonus 2019-Q2 33.3333% 91.97
        growth-bonus 2019-Q3 - 0.00
        growth-bonus 2019-Q4 -10.0000% 50.00
        annual-growth 2019 0.0000% 188.42
        unit-reward 2019-05 10 5.95
        unit-reward 2019-08 10 3.85
        unit-reward 2019-11 10 9.80
        marketing 2019-H1 10000.00 177.48
        marketing 2019-H2 10000.00 199.36
    """,
}

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not os.environ.get("HANSA_REAL_DATA"),
        reason="NOT RUN: HANSA_REAL_DATA names no folder, so no real line was settled",
    ),
]


def table(name: str) -> list[Row]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def territories() -> dict[str, str]:
    return {row["SalesTerritoryKey"]: row["SalesTerritoryRegion"] for row in table("DimSalesTerritory")}


@cache
def lines() -> list[Row]:
    """Order and product make the id of a line; a sale's own territory goes with it; the employee is the rep."""
    regions = territories()
    return [
        {
            "line_id": f"{row['SalesOrderNumber']}-{row['ProductKey']}",
            "sold_on": row["OrderDate"],
            "partner": row["ResellerKey"],
            "product": row["ProductKey"],
            "quantity": row["OrderQuantity"],
            "net_amount": row["SalesAmount"],
            "currency": "USD",
            "distributor": "",
            "rep": row["EmployeeKey"],
            "territory": regions[row["SalesTerritoryKey"]],
        }
        for row in table("FactResellerSales")
    ]


@cache
def partners() -> list[Row]:
    """Territory by geography. The set knows no tiers: keys give them, and every fifth reseller rises in July 2019."""
    regions = territories()
    places = {row["GeographyKey"]: regions[row["SalesTerritoryKey"]] for row in table("DimGeography")}
    rows: list[Row] = []
    for row in table("DimReseller"):
        key = int(row["ResellerKey"])
        fixed = {
            "partner": row["ResellerKey"],
            "name": row["ResellerName"],
            "type": row["BusinessType"],
            "territory": places[row["GeographyKey"]],
        }
        if key % 5:
            rows.append(fixed | {"tier": TIERS[key % 3]})
        else:
            rows.append(fixed | {"tier": "Registered", "valid_until": "2019-07-01"})
            rows.append(fixed | {"tier": "Gold", "valid_from": "2019-07-01"})
    return rows


@cache
def products() -> list[Row]:
    return [
        {"product": row["ProductKey"], "category": row["EnglishProductCategoryName"], "family": row["Subcategory"]}
        for row in table("Product")
    ]


@cache
def by_oracle() -> Answer:
    return Answer("", *oracle_settle(PROGRAM.read_text(), lines(), partners(), products(), None))


def test_the_input_is_whole() -> None:
    assert len({row["line_id"] for row in lines()}) == len(lines()) == 57_851
    assert sum(Decimal(row["net_amount"]) for row in lines()) == Decimal("77548570.20")
    assert len({row["partner"] for row in partners()}) == 701


def test_the_oracle_uses_every_incentive() -> None:
    paid = Counter(row["incentive"] for row in by_oracle().payouts if Decimal(row["payout"]) > 0)
    assert min(paid[name] for name in {row["incentive"] for row in by_oracle().payouts}) >= 15, paid
    assert len(paid) == 8


def test_shares_sum_to_payouts() -> None:
    sums: Counter[tuple[str, str, str]] = Counter()
    for incentive, period, payee, _, share in by_oracle().shares:
        sums[incentive, period, payee] += share  # type: ignore[assignment]
    owed = {(row["incentive"], row["period"], row["payee"]): Decimal(row["payout"]) for row in by_oracle().payouts}
    assert sums == {key: payout for key, payout in owed.items() if payout}


@pytest.mark.parametrize("partner", sorted(STATEMENTS))
def test_a_statement_reads_as_recorded(partner: str) -> None:
    rows = [row for row in by_oracle().payouts if (row["payee_kind"], row["payee"]) == ("partner", partner)]
    columns = ("incentive", "period", "band_from", "payout")
    assert [[row[column] or "-" for column in columns] for row in rows] == [
        recorded.split() for recorded in STATEMENTS[partner].strip().splitlines()
    ]


def test_engine_and_oracle_agree_to_the_cent(tmp_path: Path) -> None:
    from hansa.engines.settlement import parse_program, settle

    settle(
        parse_program(PROGRAM.read_text()),
        lines=[write_csv(tmp_path / "lines.csv", LINE_COLUMNS, lines())],
        partners=write_csv(tmp_path / "partners.csv", PARTNER_COLUMNS, partners()),
        products=write_csv(tmp_path / "products.csv", PRODUCT_COLUMNS, products()),
        rates=None,
        periods=None,
        payouts=tmp_path / "payouts.csv",
        shares=tmp_path / "shares.parquet",
    )
    engine = Answer("", read_payouts(tmp_path / "payouts.csv"), read_shares(tmp_path / "shares.parquet"))
    assert list(between(engine, by_oracle())) == []
