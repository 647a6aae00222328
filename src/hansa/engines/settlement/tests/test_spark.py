"""Spark pays what DuckDB pays, byte for byte."""

from pathlib import Path

import duckdb
import pytest

from hansa.engines.settlement.tests.story import document, settled
from hansa.engines.settlement.tests.test_files import RATES, lines_table

RULES = """
- {id: flat, kind: rebate, period: quarter, exclusive_group: g, bands: [{from: 0, rate: 1.5%}, {from: 5000, rate: 2%}]}
- id: steps
  kind: rebate
  period: quarter
  exclusive_group: g
  method: stepped
  bands: [{from: 1, rate: 1%}, {from: 3000, rate: 3%}]
- id: units
  kind: spiff
  period: month
  measure: quantity
  bands: [{from: 1, per_unit: 0.337}, {from: 200, fixed: 100.01}]
- id: grow
  kind: mdf
  period: half
  measure: growth
  cap: 900
  bands: [{from: -50%, rate: 0.123%}, {from: 20%, fixed: 999.99}]
"""


@pytest.mark.spark
@pytest.mark.full
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_spark_and_duckdb_write_the_same_bytes(tmp_path: Path, form: str) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install hansa[spark]")
    connection = duckdb.connect()
    table = lines_table(connection, 5000)
    connection.execute(
        f"INSERT INTO {table} SELECT 'E' || line_id, sold_on - 365, partner, product, quantity, net_amount, NULL"
        f" FROM {table} WHERE hash(line_id) % 3 > 0"
    )
    connection.execute(f"COPY (FROM {table}) TO '{tmp_path}/all.{form}'")
    results = [
        settled(tmp_path, document(RULES), [tmp_path / f"all.{form}"], rates=RATES, engine=engine)
        for engine in ("duckdb", "spark")
    ]
    ours, sparks = [(each.payouts, each.shares) for each in results]
    assert sparks == ours
    assert results[0].summary == results[1].summary


@pytest.mark.spark
@pytest.mark.full
def test_spark_writes_the_same_file(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install hansa[spark]")
    connection = duckdb.connect()
    connection.execute(f"COPY (FROM {lines_table(connection, 5000)}) TO '{tmp_path}/all.parquet'")
    written = []
    for engine in ("duckdb", "spark"):
        found = settled(tmp_path, document(RULES), [tmp_path / "all.parquet"], rates=RATES, engine=engine)
        written.append((found.payouts_path.read_bytes(), found.shares_path.read_bytes()))
    assert written[0] == written[1]


@pytest.mark.spark
@pytest.mark.full
def test_spark_holds_large_and_fine_numbers_alike(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install hansa[spark]")
    lines = """
        a,2019-01-01,Ada,bike,0.123456789,10000000000000.00,USD
        b,2019-01-01,Ada,bike,5.376543212,99999999999.9999,EUR
        c,2019-02-01,Bob,bike,3,12345678901234567.8,JPY"""
    found = [
        settled(
            tmp_path, document(RULES), lines, header="line_id,sold_on,partner,product,quantity,net_amount,currency",
            rates="currency,date,rate\nJPY,2019-02-01,0.0001\nEUR,2019-01-01,100.123456\n", engine=engine,
        )
        for engine in ("duckdb", "spark")
    ]  # fmt: skip
    assert found[0].payouts[0]["base"] == "20012345599999.99"
    assert (found[1].payouts, found[1].shares) == (found[0].payouts, found[0].shares)
