"""From the rows of a report to the bytes of its file, as its sender's programs would write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from hansa.site.demo.world.edi import write_edi
from hansa.site.demo.world.records import Layout, Report

MONEY = frozenset({"net_amount", "unit_price"})


def write(report: Report) -> bytes:
    """The bytes of the report; the same report gives the same bytes."""
    writers: Mapping[str, Callable[[Report], bytes]] = {
        "csv": _csv,
        "xlsx": _xlsx,
        "parquet": _parquet,
        "x12-867": write_edi,
        "edifact-slsrpt": write_edi,
    }
    return writers[report.format](report)


def _csv(report: Report) -> bytes:
    layout, mapping = report.layout, report.mapping or {}
    out = io.StringIO()
    writer = csv.writer(out, delimiter=layout.delimiter, lineterminator="\r\n")
    writer.writerow([*mapping.values(), *report.extras])
    cells = [[_text(value, layout) for value in _column(report, key)] for key in mapping]
    writer.writerows(zip(*cells, *report.extras.values(), strict=True))
    return out.getvalue().encode(layout.encoding, "replace")


def _column(report: Report, key: str) -> list[Any]:
    """One field of every row; money in major units."""
    values = [getattr(row, key) for row in report.rows]
    if key in MONEY:
        return [None if value is None else Decimal(value).scaleb(-2) for value in values]
    return values


def _text(value: Any, layout: Layout) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return _number(value, layout)
    if isinstance(value, date):
        return value.strftime(layout.date_format)
    return "" if value is None else str(value)


def _number(amount: Decimal, layout: Layout) -> str:
    if layout.decimal == ".":
        return f"{amount:.2f}"
    return f"{amount:,.2f}".replace(",", " ").replace(".", layout.decimal).replace(" ", layout.thousands)


def _xlsx(report: Report) -> bytes:
    """A workbook with one sheet; days and numbers are true days and numbers where they can be."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": True})
    sent = datetime(report.sent_on.year, report.sent_on.month, report.sent_on.day, 9, tzinfo=UTC)
    book.set_properties({"created": sent.replace(tzinfo=None), "title": f"{report.sender} {report.month:%Y-%m}"})
    day_style = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet = book.add_worksheet(f"{report.month:%Y-%m}")
    mapping = report.mapping or {}
    sheet.write_row(0, 0, list(mapping.values()))
    for place, cells in enumerate(zip(*[_column(report, key) for key in mapping], strict=True), start=1):
        for column, value in enumerate(cells):
            if isinstance(value, date):
                sheet.write_datetime(place, column, value, day_style)
            elif isinstance(value, (int, Decimal)):
                sheet.write_number(place, column, float(value))
            elif value:
                sheet.write_string(place, column, value)
    book.close()
    return out.getvalue()


PARQUET_TYPES = {"sold_on": pa.date32(), "quantity": pa.int32()} | dict.fromkeys(MONEY, pa.decimal128(12, 2))


def _parquet(report: Report) -> bytes:
    mapping = report.mapping or {}
    columns = {
        header: pa.array(_column(report, key), PARQUET_TYPES.get(key, pa.string())) for key, header in mapping.items()
    }
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()
