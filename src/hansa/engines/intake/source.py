"""Opening a report: what kind of file it really is, how it is written, and whether it may be read at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pyarrow as pa

from hansa.kernel.problem import Problem, Refused

FileFormat = Literal["csv", "xlsx", "parquet", "rows"]

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
PARQUET_MAGIC = b"PAR1"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a report may weigh before it is refused. Sizes in bytes, fields in characters."""

    bytes: int = 2_000_000_000
    columns: int = 500
    header: int = 200
    field: int = 4_000
    record: int = 4_000_000
    rows: int = 50_000_000
    unpacked: int = 600_000_000
    member: int = 500_000_000
    strings: int = 150_000_000
    members: int = 2_000
    ratio: int = 200


@dataclass(frozen=True, slots=True)
class Source:
    """A report that can be read. `sample` is its first 20 rows as text; `estimated_rows` is exact for Parquet only.

    `encoding` and `delimiter` are empty where the format has none. `header_row` is the row of the header as the
    sender counts.
    `position` says where the records begin: a record number (CSV), a sheet's name (XLSX). `epoch` is day 0 of
    Excel's day numbers.
    """

    path: Path
    name: str
    format: FileFormat
    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    sample: tuple[tuple[str | None, ...], ...]
    estimated_rows: int
    limits: Limits
    header_row: int = 1
    sheet: str = ""
    epoch: date | None = None


def open_source(path: Path, *, name: str, limits: Limits | None = None) -> Source:
    """Recognise a report by its content, never by its name, and read its header and first rows.

    Raises `Refused` for what cannot be read: empty, too large, encrypted, no table, a header that repeats itself, a
    packed bomb.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size == 0:
        raise refusal(name, "the file is empty; send a report with a header and at least one line")
    if size > limits.bytes:
        raise refusal(name, f"the file has {size:,} bytes; the most that is taken is {limits.bytes:,}")
    with path.open("rb") as stream:
        magic = stream.read(8)
    if magic == OLE_MAGIC:
        raise refusal(name, "the workbook is encrypted or in the old .xls format; save it as .xlsx without a password")
    return _opener(magic)(path, name, limits)


def _opener(magic: bytes) -> Callable[[Path, str, Limits], Source]:
    from hansa.engines.intake import delimited, parquet, workbook

    if magic.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC)):
        return workbook.open_workbook
    return parquet.open_parquet if magic.startswith(PARQUET_MAGIC) else delimited.open_delimited


def batches(source: Source, *, decimal: str = ".") -> Iterator[pa.RecordBatch]:
    """The rows of a source as Arrow batches (`record_schema`), typed numbers written with the given decimal sign."""
    from hansa.engines.intake import parquet, records, workbook

    if source.format == "xlsx":
        return workbook.workbook_batches(source, decimal)
    return parquet.parquet_batches(source, decimal) if source.format == "parquet" else records.delimited_batches(source)


def record_schema(columns: int) -> pa.Schema:
    """Arrow schema of raw records: source_row (as the sender counts), fault (what is wrong with the row's shape,
    else null),
    surplus (JSON list of the cells beyond the header, else null), then the cells c0, c1, ... as text."""
    cells = [(f"c{index}", pa.string()) for index in range(columns)]
    return pa.schema([("source_row", pa.int64()), ("fault", pa.string()), ("surplus", pa.string()), *cells])


def checked_headers(cells: list[str], name: str, row: int, limits: Limits) -> tuple[str, ...]:
    """The header's names: trimmed, blank ones called "column N". Refuses repetitions, too many and too long ones."""
    if len(cells) > limits.columns:
        raise refusal(name, f"the header has {len(cells):,} columns; the most that is taken is {limits.columns}", row)
    headers: list[str] = []
    seen: dict[str, str] = {}
    for index, cell in enumerate(cells, start=1):
        header = " ".join(cell.split()) or f"column {index}"
        if len(header) > limits.header:
            raise refusal(
                name,
                f"the name of column {index} has {len(header):,} characters; at most {limits.header} are taken",
                row,
            )
        if header.casefold() in seen:
            raise refusal(
                name, f"the header names this column twice (column {index}); give each column its own name", row, header
            )
        seen[header.casefold()] = header
        headers.append(header)
    return tuple(headers)


def refusal(name: str, expected: str, row: int = 0, column: str = "") -> Refused:
    """A `Refused` with one problem."""
    return Refused([Problem(name, row, column, expected)])
