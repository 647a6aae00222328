"""Reports and references of a small bicycle channel, for the tests of this engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter
from pyarrow import parquet as pq

from hansa.engines.intake import (
    Formats,
    Limits,
    References,
    Rules,
    Source,
    Taken,
    aliases,
    open_source,
    suggest_mapping,
    take,
)

HEADER = "Invoice No,Line,Date,Reseller ID,Reseller Name,SKU,Qty,Net Amount,Unit Price,Currency"
COLUMNS = tuple(HEADER.split(","))
GOOD = {
    "Invoice No": "I-1",
    "Line": "1",
    "Date": "2026-01-05",
    "Reseller ID": "R-1",
    "Reseller Name": "",
    "SKU": "BIKE-1",
    "Qty": "2",
    "Net Amount": "20.00",
    "Unit Price": "",
    "Currency": "USD",
}

PRICES = pa.table(
    {
        "product": ["p-bike", "p-bike", "p-torn", "p-torn"],
        "currency": ["USD"] * 4,
        "unit_price": ["10.125", "11.00", "1.00", "2.00"],
        "valid_from": [date(2026, 1, 1), date(2026, 1, 16), date(2026, 1, 1), date(2026, 1, 10)],
        "valid_until": [date(2026, 1, 16), None, date(2026, 2, 1), None],
    }
)

REFERENCES = References(
    partners=aliases(
        [
            ("id", "R-1", "partner-1"),
            ("id", "R-2", "partner-2"),
            ("name", "Bike World Ltd.", "partner-1"),
            ("alias", "BW Boston", "partner-1"),
            ("alias", "Twin", "partner-1"),
            ("alias", "Twin", "partner-2"),
        ]
    ),
    products=aliases(
        [
            ("id", "BIKE-1", "p-bike"),
            ("id", "BIKE/1", "p-other"),
            ("id", "TORN", "p-torn"),
            ("name", "City Bike", "p-bike"),
        ]
    ),
    currencies={"USD": 2, "JPY": 0, "KWD": 3, "EUR": 2, "CLF": 4},
    distributors=None,
    prices=PRICES,
)

RULES = Rules("dist-1", today=date(2026, 1, 31), period_from=date(2026, 1, 1), period_until=date(2026, 2, 1))


def csv_text(*rows: Mapping[str, str], columns: Sequence[str] = COLUMNS) -> str:
    """A CSV of good rows, each changed as given."""
    lines = [",".join(columns)]
    for row in rows:
        cells = [({**GOOD, **row}).get(column, "") for column in columns]
        lines.append(
            ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & set(',"\n\r') else cell for cell in cells)
        )
    return "\n".join(lines) + "\n"


def opened(folder: Path, content: str | bytes, *, name: str = "report.csv", limits: Limits | None = None) -> Source:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return open_source(path, name=name, limits=limits)


def imported(
    folder: Path,
    content: str | bytes,
    *,
    references: References = REFERENCES,
    rules: Rules = RULES,
    formats: Formats | None = None,
    out: str = "out",
    mapping: Mapping[str, str] | None = None,
) -> Taken:
    source = opened(folder, content)
    chosen = dict(mapping or suggest_mapping(source.headers))
    return take(source, chosen, formats or Formats(), references=references, rules=rules, out=folder / out)


def lines_of(taken: Taken) -> list[dict[str, Any]]:
    lines = [line for file in taken.files for line in pq.read_table(file.path).to_pylist()]
    return sorted(lines, key=lambda line: line["source_row"])


def quarantine_of(taken: Taken) -> list[dict[str, Any]]:
    return pq.read_table(taken.quarantine).to_pylist()


def workbook(path: Path, rows: Sequence[Sequence[object]], *, epoch_1904: bool = False, sheet: str = "POS") -> Path:
    """An XLSX: dates with a date format, everything else by its type."""
    with xlsxwriter.Workbook(str(path), {"date_1904": epoch_1904, "default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet(sheet)
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    page.write(number, column, cell)
    return path
