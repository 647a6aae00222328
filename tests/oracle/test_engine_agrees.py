"""The engine and the oracle pay the same cent, refuse the same input, and do not mind how the input is cut."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from tests.oracle.bundles import bundles
from tests.oracle.cases import (
    LINE_COLUMNS,
    PARTNER_COLUMNS,
    PRODUCT_COLUMNS,
    RATE_COLUMNS,
    Case,
    Files,
    Row,
    write_case,
)
from tests.oracle.compare import differences, engine_says, told
from tests.oracle.flaws import FLAWS, broken, flawed_cases
from tests.oracle.generators import case_from, cases
from tests.oracle.reduce import reduced

MEMBERS = 10
FULL = os.environ.get("HANSA_FULL") == "1"
only_full = pytest.mark.skipif(not FULL, reason="10,000 cases run only with HANSA_FULL=1")
PLAIN = settings(database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


def agree(drawn: SearchStrategy[Case], folder: Path, *, examples: int, number: int) -> None:
    """Both run on so many cases; the first difference is reduced and told. The seed is in what pytest prints."""
    print(f"hypothesis seed {number}, {examples} examples")

    @seed(number)
    @settings(PLAIN, max_examples=examples)
    @given(drawn)
    def same(case: Case) -> None:
        if differences(case, folder):
            small = reduced(case, lambda smaller: bool(differences(smaller, folder)))
            pytest.fail(told(small, differences(small, folder)), pytrace=False)

    same()


def test_they_agree_on_a_hundred_and_fifty(tmp_path: Path) -> None:
    agree(bundles(MEMBERS), tmp_path, examples=150 // MEMBERS, number=20190101)


def test_they_agree_on_cases_alone(tmp_path: Path) -> None:
    agree(cases(), tmp_path, examples=25, number=20190103)


def test_they_refuse_the_same_flaws(tmp_path: Path) -> None:
    agree(flawed_cases(), tmp_path, examples=75, number=20190102)


@pytest.mark.full
@only_full
@pytest.mark.parametrize("number", range(10))
def test_they_agree_on_thousands(number: int, tmp_path: Path) -> None:
    agree(bundles(MEMBERS), tmp_path, examples=1_000 // MEMBERS, number=number)


@pytest.mark.full
@only_full
def test_they_agree_on_more_cases_alone(tmp_path: Path) -> None:
    agree(cases(), tmp_path, examples=500, number=11)


@pytest.mark.full
@only_full
def test_they_refuse_a_thousand_flaws(tmp_path: Path) -> None:
    agree(flawed_cases(), tmp_path, examples=1_000, number=10)


@pytest.mark.parametrize("name", sorted(FLAWS))
def test_the_engine_refuses(name: str, tmp_path: Path) -> None:
    case = next(found for found in (broken(name, case_from(number)) for number in range(200)) if found.flaw == name)
    assert engine_says(case, tmp_path).stage != "", told(case, ["settled"])


# However the lines arrive, the same bytes


def settled_bytes(case: Case, folder: Path, files: Files) -> tuple[bytes, bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    answer = engine_says(case, folder, files)
    assert answer.stage == "", answer.why
    return (folder / "payouts.csv").read_bytes(), (folder / "shares.parquet").read_bytes()


def shuffled(case: Case, folder: Path) -> Files:
    lines = Random(1).sample(case.kept_lines, len(case.kept_lines))
    return write_case(case, folder, line_files=[lines])


def split(case: Case, folder: Path) -> Files:
    """Three files, one of them with a header only."""
    half = len(case.kept_lines) // 2
    return write_case(case, folder, line_files=[case.kept_lines[half:], [], case.kept_lines[:half]])


def dressed_up(case: Case, folder: Path) -> Files:
    """Columns in another order beside one that nobody asked for, every cell quoted, lines ended as on Windows."""
    files = write_case(case, folder)
    with files.lines[0].open("w", encoding="utf-8", newline="") as file:
        columns = ["remark", *reversed(case.line_columns)]
        writer = csv.DictWriter(file, columns, lineterminator="\r\n", restval='said "no", twice', quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(case.kept_lines)
    return files


def half_parquet(case: Case, folder: Path) -> Files:
    """Some of the lines as CSV, the rest as Parquet."""
    half = len(case.lines) // 2
    first = as_typed_parquet(replace(case, lines=case.lines[:half]), folder)
    rest = write_case(replace(case, lines=case.lines[half:]), folder / "rest")
    return replace(rest, lines=[*first.lines, *rest.lines])


def as_text_parquet(case: Case, folder: Path) -> Files:
    """Every column text, empty cells as NULL."""
    return parquet_files(case, folder, lambda column: pa.string(), lambda column, cell: cell or None)


def as_typed_parquet(case: Case, folder: Path) -> Files:
    """Days as dates and numbers as decimals, as a warehouse would write them."""
    return parquet_files(case, folder, typed_column, typed_cell)


TYPES = {
    "sold_on": pa.date32(), "valid_from": pa.date32(), "valid_until": pa.date32(), "date": pa.date32(),
    "quantity": pa.decimal128(24, 9), "net_amount": pa.decimal128(18, 3), "rate": pa.decimal128(24, 15),
}  # fmt: skip


def typed_column(column: str) -> pa.DataType:
    return TYPES.get(column, pa.string())


def typed_cell(column: str, cell: str) -> object:
    if cell == "":
        return None
    if pa.types.is_decimal(typed_column(column)):
        return Decimal(cell)
    return pa.scalar(cell).cast(pa.date32()).as_py() if pa.types.is_date(typed_column(column)) else cell


def parquet_files(
    case: Case, folder: Path, column_type: Callable[[str], pa.DataType], to_cell: Callable[[str, str], object]
) -> Files:
    def write(name: str, columns: list[str], rows: list[Row]) -> Path:
        schema = pa.schema([(column, column_type(column)) for column in columns])
        cells = [{column: to_cell(column, row.get(column, "")) for column in columns} for row in rows]
        pq.write_table(pa.Table.from_pylist(cells, schema=schema), folder / name)
        return folder / name

    folder.mkdir(parents=True, exist_ok=True)
    return Files(
        [write("lines.parquet", LINE_COLUMNS, case.kept_lines)],
        write("partners.parquet", PARTNER_COLUMNS, case.partners),
        write("products.parquet", PRODUCT_COLUMNS, case.products),
        None if case.rates is None else write("rates.parquet", RATE_COLUMNS, case.rates),
    )


ARRANGEMENTS = [shuffled, split, dressed_up, half_parquet, as_text_parquet, as_typed_parquet]


@pytest.mark.parametrize("arrange", ARRANGEMENTS)
def test_the_bytes_do_not_depend_on_how_lines_arrive(arrange: Callable[[Case, Path], Files], tmp_path: Path) -> None:
    compared = 0
    for number in range(60 if FULL else 10):
        case = case_from(number)
        if len(case.lines) < 3 or engine_says(case, tmp_path).stage:
            continue
        before = (tmp_path / "payouts.csv").read_bytes(), (tmp_path / "shares.parquet").read_bytes()
        assert settled_bytes(case, tmp_path / "again", arrange(case, tmp_path / "other")) == before, told(case, [])
        compared += 1
    assert compared >= 3


def test_the_same_input_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    case = next(found for found in map(case_from, range(200)) if engine_says(found, tmp_path).shares)
    files = write_case(case, tmp_path / "in")
    assert settled_bytes(case, tmp_path / "1", files) == settled_bytes(case, tmp_path / "2", files)
