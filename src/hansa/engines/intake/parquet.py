"""Parquet reports: typed columns written out as text, so that they pass the same checks as every other report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet as pq

from hansa.engines.intake.source import Limits, Source, checked_headers, record_schema, refusal
from hansa.engines.intake.workbook import as_text

BATCH_ROWS = 65_536
SAMPLE_ROWS = 20
UNREADABLE = "the Parquet file is damaged; write it again"


def open_parquet(path: Path, name: str, limits: Limits) -> Source:
    """Read schema, row count and sample. Raises `Refused`."""
    try:
        with pq.ParquetFile(path, memory_map=False) as file:
            metadata, schema = file.metadata, file.schema_arrow
            unpacked = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
            if unpacked > limits.unpacked * 10 or metadata.num_rows > limits.rows:
                raise refusal(
                    name, f"the file unpacks to {unpacked:,} bytes in {metadata.num_rows:,} rows, more than is taken"
                )
            headers = checked_headers(list(schema.names), name, 0, limits)
            if nested := [field.name for field in schema if pa.types.is_nested(field.type)]:
                raise refusal(
                    name, "the column holds lists or structures; a report has one value in each cell", 0, nested[0]
                )
            first = next(file.iter_batches(batch_size=SAMPLE_ROWS), None)
            columns = [_texts(column, ".").to_pylist() for column in first.columns] if first is not None else []
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise refusal(name, UNREADABLE) from error
    return Source(path, name, "parquet", "", "", headers, tuple(zip(*columns, strict=True)), metadata.num_rows, limits)


def parquet_batches(source: Source, decimal: str) -> Iterator[pa.RecordBatch]:
    """Rows as text (`record_schema`); the first is row 2, as if the column names were row 1."""
    schema = record_schema(len(source.headers))
    row = source.header_row + 1
    try:
        with pq.ParquetFile(source.path, memory_map=False) as file:
            for batch in file.iter_batches(batch_size=BATCH_ROWS):
                size = batch.num_rows
                nothing = pa.nulls(size, pa.string())
                rows = pa.array(range(row, row + size), type=pa.int64())
                cells = [_texts(column, decimal) for column in batch.columns]
                yield pa.RecordBatch.from_arrays([rows, nothing, nothing, *cells], schema=schema)
                row += size
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise refusal(source.name, UNREADABLE, row) from error


def _texts(column: Any, decimal: str) -> Any:
    """A typed column as an Arrow string array."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _texts(column.dictionary_decode(), decimal)
    if pa.types.is_string(kind):
        column.validate(full=True)  # text that is no UTF-8 would reach the database unseen
        return column
    if pa.types.is_large_string(kind) or pa.types.is_integer(kind) or pa.types.is_date(kind) or pa.types.is_null(kind):
        return pc.cast(column, pa.string())
    values = column.to_pylist()
    if pa.types.is_decimal(kind):
        return pa.array(
            [None if value is None else f"{value:f}".replace(".", decimal) for value in values], type=pa.string()
        )
    return pa.array([None if value is None else as_text(value, decimal) for value in values], type=pa.string())
