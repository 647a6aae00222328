"""XLSX: guarded against what a packed file can do, read row by row with the sheet's own row numbers."""

from __future__ import annotations

import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa

# The reader behind openpyxl's read-only sheets. The sheets themselves fill gaps in the row numbers with endless
# empty rows
# and silently leave out rows that stand out of order; a report must neither hang nor lose a row.
from openpyxl.worksheet._reader import WorkSheetParser

from hansa.engines.intake.source import Limits, Source, checked_headers, record_schema, refusal
from hansa.kernel.problem import Refused

BATCH_ROWS = 5_000
SAMPLE_ROWS = 20
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MOST_DIRECTORY_BYTES = 4_000_000
UNREADABLE = "the workbook cannot be read; open it in a spreadsheet program and save it again as .xlsx"

Cells = list[tuple[int, Any]]


def open_workbook(path: Path, name: str, limits: Limits) -> Source:
    """Check the package, then find the first visible sheet with a header. Raises `Refused`."""
    _refuse_bomb(path, name, limits)
    source = Source(path, name, "xlsx", "", "", (), (), 0, limits)
    with _reading(source) as workbook:
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible" and (found := _header(sheet, replace(source, sheet=sheet.title))):
                return replace(found, epoch=workbook.epoch.date())
    raise refusal(name, "no visible sheet has a header; name the columns in the first row of the first sheet")


def workbook_batches(source: Source, decimal: str) -> Iterator[pa.RecordBatch]:
    """Rows behind the header (`record_schema`); numbers written with the given decimal sign, days as 2026-01-31."""
    width = len(source.headers)
    held: list[tuple[int, Cells]] = []
    with _reading(source) as workbook:
        for row, cells in _rows(workbook[source.sheet], source):
            if row > source.header_row and cells:
                held.append((row, cells))
            if len(held) >= BATCH_ROWS:
                yield _batch(held, width, decimal)
                held = []
        yield _batch(held, width, decimal)


def _refuse_bomb(path: Path, name: str, limits: Limits) -> None:
    """Refuse by the directory's count, the declared sizes and ratio, and then by what really comes out."""
    members, directory = _directory(path, name)
    if members > limits.members or directory > MOST_DIRECTORY_BYTES:
        raise refusal(name, f"the file packs {members:,} parts; a workbook has at most {limits.members:,}")
    try:
        with zipfile.ZipFile(path) as package:
            _check_members(package.infolist(), name, limits)
            _count_members(package, name, limits)
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        struct.error,
        zlib.error,
    ) as error:
        raise refusal(name, "the file is a damaged ZIP; send the report again as .xlsx or CSV") from error


def _directory(path: Path, name: str) -> tuple[int, int]:
    """Number of members and bytes of the directory, as the end record states them, before anything is loaded."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 65_557))
        tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise refusal(name, "the file is a damaged ZIP; send the report again as .xlsx or CSV")
    members, size = struct.unpack_from("<HI", tail, at + 10)
    return members, size


def _check_members(members: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    names = {member.filename for member in members}
    if "[Content_Types].xml" not in names or not any(part.startswith("xl/") for part in names):
        raise refusal(name, "the file is a ZIP, not a workbook; unpack it and send the report itself")
    for member in members:
        if member.flag_bits & 1:
            raise refusal(name, "the workbook is encrypted; save it without a password")
        unsafe = member.filename.startswith(("/", "\\")) or ".." in member.filename.replace("\\", "/").split("/")
        if unsafe or stat.S_ISLNK(member.external_attr >> 16):
            raise refusal(name, "the workbook holds parts that point outside of it")
        bloated = member.file_size > 1_000_000 and member.file_size > limits.ratio * max(1, member.compress_size)
        if bloated or member.file_size > _most(member.filename, limits):
            raise refusal(
                name,
                f"the workbook unpacks to more than is taken ({member.file_size:,} bytes in one part); send it as CSV",
            )
    if sum(member.file_size for member in members) > limits.unpacked:
        raise refusal(name, f"the workbook unpacks to more than {limits.unpacked:,} bytes; send it as CSV")


def _most(part: str, limits: Limits) -> int:
    return limits.strings if part.endswith("sharedStrings.xml") else limits.member


def _count_members(package: zipfile.ZipFile, name: str, limits: Limits) -> None:
    total = 0
    for member in package.infolist():
        with package.open(member) as stream:
            while chunk := stream.read(1 << 20):
                total += len(chunk)
                if total > limits.unpacked:
                    raise refusal(name, f"the workbook unpacks to more than {limits.unpacked:,} bytes; send it as CSV")
                if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                    raise refusal(name, "the workbook declares XML entities, which no spreadsheet program writes")


@contextmanager
def _reading(source: Source) -> Iterator[Any]:
    """The workbook, its values only, no links followed; whatever the parser stumbles on becomes `Refused`."""
    workbook = None
    stream = source.path.open("rb")  # by its path, openpyxl would judge the file's name
    try:
        workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        yield workbook
    except (Refused, GeneratorExit):
        raise
    except Exception as error:  # a foreign parser on hostile bytes raises whatever it meets
        raise refusal(source.name, UNREADABLE) from error
    finally:
        if workbook is not None:
            workbook.close()
        stream.close()


def _header(sheet: Any, source: Source) -> Source | None:
    """The header is the first row with two filled cells: a title above the table is passed over."""
    if not hasattr(sheet, "_get_source"):
        return None
    headers: tuple[str, ...] = ()
    header_row, sample = 0, []
    for row, cells in _rows(sheet, source):
        if headers and cells:
            sample.append(_fitted(cells, len(headers), ".")[0])
        elif len(cells) > 1:
            names = _fitted(cells, max(column for column, _ in cells), ".")[0]
            headers, header_row = checked_headers([name or "" for name in names], source.name, row, source.limits), row
        if len(sample) == SAMPLE_ROWS:
            break
    if not headers:
        return None
    last = sheet.max_row if isinstance(sheet.max_row, int) else header_row + len(sample)
    return replace(
        source, headers=headers, header_row=header_row, sample=tuple(sample), estimated_rows=max(0, last - header_row)
    )


def _rows(sheet: Any, source: Source) -> Iterator[tuple[int, Cells]]:
    """Each row that the sheet holds: its number and its filled cells as (column from 1, value)."""
    workbook = sheet.parent
    with sheet._get_source() as stream:
        parser = WorkSheetParser(
            stream,
            sheet._shared_strings,
            data_only=True,
            epoch=workbook.epoch,
            date_formats=workbook._date_formats,
            timedelta_formats=workbook._timedelta_formats,
        )
        for row, cells in parser.parse():
            if not 0 < row <= LAST_ROW:
                raise refusal(
                    source.name, f"the sheet claims a row {row:,}; the last one that a sheet can have is {LAST_ROW:,}"
                )
            filled = [(cell["column"], cell["value"]) for cell in cells if cell["value"] not in (None, "")]
            if any(not 0 < column <= LAST_COLUMN for column, _ in filled):
                raise refusal(source.name, "a cell stands outside of what a sheet can have", row)
            yield row, filled


def _batch(rows: list[tuple[int, Cells]], width: int, decimal: str) -> pa.RecordBatch:
    fitted = [_fitted(cells, width, decimal) for _, cells in rows]
    faults = [
        f"the row has {len(surplus)} filled cells beyond the header's last column" if surplus else None
        for _, surplus in fitted
    ]
    columns = [
        pa.array([row for row, _ in rows], type=pa.int64()),
        pa.array(faults, type=pa.string()),
        pa.array(
            [json.dumps(surplus, ensure_ascii=False) if surplus else None for _, surplus in fitted], type=pa.string()
        ),
        *(pa.array([cells[at] for cells, _ in fitted], type=pa.string()) for at in range(width)),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=record_schema(width))


def _fitted(cells: Cells, width: int, decimal: str) -> tuple[tuple[str | None, ...], list[str]]:
    """The row's texts in the header's width, and the texts beyond it."""
    within: list[str | None] = [None] * width
    surplus = []
    for column, value in cells:
        if column <= width:
            within[column - 1] = as_text(value, decimal)
        else:
            surplus.append(as_text(value, decimal))
    return tuple(within), surplus


def as_text(value: object, decimal: str = ".") -> str:
    """A typed cell as the sender sees it: days as 2026-01-31, numbers with 15 digits as a spreadsheet shows them.

    >>> as_text(0.1 + 0.2), as_text(1234.5, ","), as_text(datetime(2026, 1, 31))
    ('0.3', '1234,5', '2026-01-31')
    """
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return (
                str(value) if abs(value) < 10**30 else f"{value:.14e}" if abs(value) < 10**300 else "number too large"
            )
        case float():
            return format(Decimal(f"{value:.15g}"), "f").replace(".", decimal)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
    return _clean(str(value))


def _clean(text: str) -> str:
    """Text without what UTF-8 cannot carry (lone surrogates) and without NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
