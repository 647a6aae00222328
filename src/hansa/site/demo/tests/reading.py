"""Reads reports back as an importer would, knowing nothing but their bytes and their mapping."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import openpyxl
import pyarrow.parquet as pq

from hansa.site.demo.world import DEMO_SEED, World, build
from hansa.site.demo.world.records import Report

TODAY = date(2026, 11, 22)


@cache
def world(seed: int = DEMO_SEED) -> World:
    """The world that the demo of 22 November 2026 would show."""
    return build(seed, TODAY)


def rows_of(report: Report) -> list[dict[str, Any]]:
    """The rows of a CSV, XLSX or Parquet report of `world()`, canonical field to the cell's value."""
    return _tables()[report.sender, report.file_name]


@cache
def _tables() -> dict[tuple[str, str], list[dict[str, Any]]]:
    tables = [report for report in world().reports if report.mapping is not None]
    return {(report.sender, report.file_name): _read(report) for report in tables}


def _read(report: Report) -> list[dict[str, Any]]:
    reader = {"csv": _csv_rows, "xlsx": _xlsx_rows, "parquet": _parquet_rows}[report.format]
    assert report.mapping is not None
    return [{key: row.get(header) for key, header in report.mapping.items()} for row in reader(report)]


def _csv_rows(report: Report) -> Iterator[dict[str, Any]]:
    text = report.content.decode(report.layout.encoding)
    return iter(csv.DictReader(io.StringIO(text, newline=""), delimiter=report.layout.delimiter))


def _xlsx_rows(report: Report) -> Iterator[dict[str, Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(report.content), read_only=True).worksheets[0]
    lines = sheet.iter_rows(values_only=True)
    header = next(lines)
    return (dict(zip(header, line, strict=False)) for line in lines)


def _parquet_rows(report: Report) -> Iterator[dict[str, Any]]:
    return iter(pq.read_table(io.BytesIO(report.content)).to_pylist())


def money(cell: Any, report: Report) -> int | None:
    """A cell as minor units; None where it is blank."""
    if cell in (None, ""):
        return None
    if isinstance(cell, str):
        cell = cell.replace(report.layout.thousands, "") if report.layout.thousands else cell
        return int(Decimal(cell.replace(report.layout.decimal, ".")) * 100)
    return round(Decimal(str(cell)) * 100)


def day(cell: Any, report: Report) -> date:
    """A cell as a day; raises ValueError where there is no such day."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return datetime.strptime(cell, report.layout.date_format).date()
