"""The records of a CSV as Arrow batches, with the row numbers that the sender sees.

A row is a record: a quoted field may hold line breaks and still belongs to one row, as in a spreadsheet. Blank lines
count.
"""

from __future__ import annotations

import csv
import io
import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import count, islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from hansa.engines.intake.delimited import SENTINEL, decoded
from hansa.engines.intake.source import Source, record_schema, refusal


def delimited_batches(source: Source) -> Iterator[pa.RecordBatch]:
    """Records behind the header (`record_schema`). Rows of the wrong width come too, with their fault.

    Raises `Refused` where a quote is never closed or one record is longer than `limits.record` bytes.
    """
    records = _Records(source)
    try:
        yield from records.batches()
    except pa.ArrowInvalid as error:
        most = f"{source.limits.record:,} bytes"
        text = f"from here on nothing can be read: a quote is not closed, or the row is longer than {most}"
        expected = text if "straddl" in str(error) else "the file cannot be read as a table from this row on"
        raise refusal(source.name, expected, records.row + 1) from error
    if not records.ended:
        raise refusal(source.name, "a quote that opens in this row is never closed", max(records.row, records.last_odd))


class _Records:
    """Keeps count of the records while Arrow parses block by block."""

    def __init__(self, source: Source) -> None:
        self.source, self.width = source, len(source.headers)
        self.schema = record_schema(self.width)
        self.stream = _Utf8Stream(source)
        self.row = self.last_odd = 0
        self.ended = False
        self.noted: list[tuple[int, str]] = []
        self.ahead: list[int] = []

    def batches(self) -> Iterator[pa.RecordBatch]:
        for block in self._open():
            yield from self._numbered(block)
        yield from self._odd_rows()

    def _open(self) -> Any:
        names = [f"c{index}" for index in range(self.width)]
        return arrow_csv.open_csv(
            pa.PythonFile(self.stream, mode="r"),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=self.source.limits.record, column_names=names
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self.source.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=self._note,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )

    def _note(self, row: Any) -> str:
        self.noted.append((row.number, row.text))
        self.ahead.append(row.number)
        return "skip"

    def _numbered(self, block: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """A block's rows with their numbers: they fill the gaps that the rows of the wrong width leave."""
        size = block.num_rows
        skipped = set(self.ahead)
        free = (number for number in count(self.row + 1) if number not in skipped)
        numbers: Sequence[int] = list(islice(free, size)) if skipped else range(self.row + 1, self.row + 1 + size)
        if size:
            self.row = numbers[-1]
            self.ahead = [number for number in self.ahead if number > self.row]
            if block.column(0)[size - 1].as_py() == SENTINEL:
                self.ended, size = True, size - 1
        start = bisect_right(numbers, self.source.header_row, hi=size)
        kept = block.slice(start, size - start)
        faults = self._swallowed(kept)
        rows = pa.array(numbers[start:size], type=pa.int64())
        yield pa.RecordBatch.from_arrays(
            [rows, faults, pa.nulls(kept.num_rows, pa.string()), *kept.columns], schema=self.schema
        )
        yield from self._odd_rows()

    def _swallowed(self, block: pa.RecordBatch) -> pa.Array:
        """Find the fields in which a stray quote swallowed whole rows.

        Such a field holds exactly the delimiters of the rows that it swallowed: (width - 1) for each line break.
        """
        faults: dict[int, str] = {}
        if self.stream.quoted and self.width > 3:
            for header, column in zip(self.source.headers, block.columns, strict=True):
                for index in pc.indices_nonzero(pc.match_substring(column, "\n")).to_pylist():
                    text = column[index].as_py()
                    if text.count(self.source.delimiter) == text.strip("\r\n").count("\n") * (self.width - 1) > 0:
                        faults[index] = (
                            f"a quote opens in “{header}” and swallows the rows after it; close it or remove it"
                        )
        if not faults:
            return pa.nulls(block.num_rows, pa.string())
        return pa.array([faults.get(index) for index in range(block.num_rows)], type=pa.string())

    def _odd_rows(self) -> Iterator[pa.RecordBatch]:
        noted, self.noted = self.noted, []
        rows = [
            (number, self._cells(text))
            for number, text in noted
            if number > self.source.header_row and SENTINEL not in text
        ]
        self.last_odd = max([self.last_odd, *(number for number, _ in noted)])
        if not rows:
            return
        cells = [[(row[at] if at < len(row) else None) for _, row in rows] for at in range(self.width)]
        faults = [
            f"the row has {len(row)} cells where the header has {self.width}; check its delimiters and quotes"
            for _, row in rows
        ]
        surplus = [
            json.dumps(row[self.width :], ensure_ascii=False) if len(row) > self.width else None for _, row in rows
        ]
        columns = [pa.array([number for number, _ in rows], type=pa.int64()), pa.array(faults, type=pa.string())]
        columns += [pa.array(column, type=pa.string()) for column in (surplus, *cells)]
        yield pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _cells(self, text: str) -> list[str]:
        try:
            cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=self.source.delimiter), [])
        except csv.Error:
            cells = text.split(self.source.delimiter)
        return cells


class _Utf8Stream(io.RawIOBase):
    """The file's text as UTF-8 bytes, with a last record behind it that shows whether the parser got through."""

    def __init__(self, source: Source) -> None:
        self.quoted = False
        self._chunks = self._encoded(source)
        self._rest = b""

    def _encoded(self, source: Source) -> Iterator[bytes]:
        ended = True
        for text in decoded(source.path, source.encoding):
            chunk = text.encode()
            self.quoted = self.quoted or b'"' in chunk
            ended = chunk.endswith((b"\n", b"\r")) if chunk else ended
            yield chunk
        yield f"{'' if ended else chr(10)}{SENTINEL}{source.delimiter * (len(source.headers) - 1)}\n".encode()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer only at the end."""
        parts, held = [self._rest], len(self._rest)
        while held < size or size < 0:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            parts.append(chunk)
            held += len(chunk)
        whole = b"".join(parts)
        self._rest = whole[size:] if size >= 0 else b""
        return whole[:size] if size >= 0 else whole
