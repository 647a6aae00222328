"""How large and how fine the numbers of lines may be: what is held is exact, what is not held is refused."""

from pathlib import Path

import duckdb
import pytest

from hansa.engines.settlement.tests.story import document, settled
from hansa.kernel.problem import Refused

FLAT = "- {id: flat, kind: rebate, period: quarter, bands: [{from: 0, rate: 10%}]}"
UNITS = "- {id: units, kind: spiff, period: month, measure: quantity, bands: [{from: 0.5, per_unit: 2}]}"
HEADER = "line_id,sold_on,partner,product,quantity,net_amount,currency"
RATES = "currency,date,rate\nJPY,2019-01-01,0.01\nEUR,2019-01-01,100\nKWD,2019-01-01,999999999999999999\n"


def bases(folder: Path, *amounts: str, rules: str = FLAT, **settings: str) -> str:
    """The base of lines with these cells: quantity, amount and currency, or amount and currency."""
    rows = [f"L{n},2019-01-01,Ada,bike,{'1,' if each.count(',') == 1 else ''}{each}" for n, each in enumerate(amounts)]
    found = settled(folder, document(rules, **settings), "\n".join(rows), header=HEADER, rates=RATES)
    assert len(found.payouts) == 1
    return found.payouts[0]["base"]


@pytest.mark.parametrize(
    ("amounts", "base"),
    [
        (["10000000000000.00,USD"], "10000000000000.00"),
        (["-10000000000000.00,", "0.01,"], "-9999999999999.99"),
        (["9999999999999999.99,USD", "9999999999999999.99,"], "19999999999999999.98"),
        (["999999999999999999,JPY"], "9999999999999999.99"),
        (["99999999999999.9999,EUR"], "9999999999999999.99"),
        (["0.000000000000000001,EUR", "0.000123456789012345,EUR"], "0.01"),
        (["1.500000000000000000000,EUR"], "150.00"),
        (["12345678901234567.8,JPY"], "123456789012345.68"),
        (["0.000000000000000005,KWD"], "5.00"),
    ],
)
def test_eighteen_digits_of_minor_units_are_exact(tmp_path: Path, amounts: list[str], base: str) -> None:
    assert bases(tmp_path, *amounts) == base


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("10000000000000000,USD", "at most 2 decimals and 16 digits before the point; not 10000000000000000"),
        ("1.500,USD", "at most 2 decimals and 16 digits before the point; not 1.500"),
        ("1234567890123456789,JPY", "at most 18 digits and 18 decimals; not 1234567890123456789"),
        ("0.0000000000000000001,JPY", "at most 18 digits and 18 decimals; not 0.0000000000000000001"),
        ("100000000000000,EUR", "an amount of at most 16 digits before the point in USD; 100000000000000 EUR comes to"),
        ("-999999999999999999,KWD", "an amount of at most 16 digits before the point in USD; -999999999999999999 KWD"),
    ],
)
def test_more_digits_are_refused_with_the_limit(tmp_path: Path, amount: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        bases(tmp_path, "1.00,USD", amount)
    (problem,) = refused.value.problems
    assert (problem.file, problem.row, problem.column) == ("lines.csv", 3, "net_amount")
    assert problem.expected.startswith(said)


def test_quantities_have_nine_decimals(tmp_path: Path) -> None:
    rows = "a,2019-01-01,Ada,bike,0.123456789,1,\nb,2019-01-01,Ada,bike,0.376543212,1,"
    found = settled(tmp_path, document(UNITS), rows, header=HEADER)
    assert [found.payouts[0][name] for name in ("quantity", "measure", "band_from", "payout")] == [
        "0.500000001", "0.500000001", "0.5", "1.00",
    ]  # fmt: skip
    assert found.by_line() == {"a": "0.25", "b": "0.75"}
    assert settled(tmp_path, document(UNITS), rows.replace("212", "210"), header=HEADER).payouts[0]["payout"] == "0.00"


def test_a_stepped_quantity_of_nine_decimals(tmp_path: Path) -> None:
    rules = UNITS.replace("measure:", "method: stepped, measure:")
    rows = "a,2019-01-01,Ada,bike,999999999999.000000004,1,"
    found = settled(tmp_path, document(rules), rows, header=HEADER)
    assert found.payouts[0]["payout"] == "1999999999997.00"  # (999,999,999,999 - 0.5) x 2


@pytest.mark.parametrize(
    ("amount", "quantity"),
    [
        ("DECIMAL(38, 18)", "DECIMAL(38, 18)"),
        ("DECIMAL(38, 9)", "DECIMAL(38, 9)"),
        ("DECIMAL(18, 3)", "DECIMAL(18, 4)"),
        ("DECIMAL(22, 2)", "HUGEINT::DECIMAL(38, 0)"),
        ("DECIMAL(10, 2)", "UBIGINT"),
        ("VARCHAR", "TINYINT"),
    ],
)
@pytest.mark.parametrize("largest", ["12.50", "123456.78", "12345678.90"])
def test_stored_numbers_are_judged_by_value_not_by_type(
    tmp_path: Path, amount: str, quantity: str, largest: str
) -> None:
    duckdb.execute(f"""
        COPY (SELECT 'L' || i AS line_id, DATE '2019-01-01' AS sold_on, 'Ada' AS partner, 'bike' AS product,
            3::{quantity} AS quantity, CASE WHEN i = 0 THEN '{largest}' ELSE '-0.05' END::DECIMAL(10, 2)::{amount}
                AS net_amount, CASE WHEN i = 2 THEN 'EUR' END AS currency
        FROM range(3) AS r(i)) TO '{tmp_path}/lines.parquet'""")
    found = settled(tmp_path, document(FLAT), [tmp_path / "lines.parquet"], rates=RATES)
    assert found.payouts[0]["quantity"] == "9"
    assert found.payouts[0]["base"] == f"{float(largest) - 5.05:.2f}"


def test_a_stored_amount_finer_than_the_currency_is_refused(tmp_path: Path) -> None:
    duckdb.execute(f"""
        COPY (SELECT 'L' || i AS line_id, DATE '2019-01-01' AS sold_on, 'Ada' AS partner, 'bike' AS product,
            1 AS quantity, CASE i WHEN 1 THEN 2.0050 ELSE 2.0100 END::DECIMAL(38, 18) AS net_amount
        FROM range(3) AS r(i)) TO '{tmp_path}/lines.parquet'""")
    with pytest.raises(Refused) as refused:
        settled(tmp_path, document(FLAT), [tmp_path / "lines.parquet"])
    assert [(each.row, each.expected) for each in refused.value.problems] == [
        (2, "at most 2 decimals and 16 digits before the point; not 2.005")
    ]
