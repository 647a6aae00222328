"""The DuckDB of an import: in memory up to a limit, on disk beyond it, gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template
from typing import Any

import duckdb
import pyarrow as pa

from hansa.engines.intake.references import Table
from hansa.engines.intake.source import record_schema, refusal
from hansa.kernel.duck import shared_workspace
from hansa.kernel.problem import Refused


@contextmanager
def workspace(
    memory_limit: str, beside: Path | None = None, *, small: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that spills into a folder `beside` the output and reaches nothing else; for few rows a shared one."""
    if small:
        with shared_workspace() as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix=".intake-", dir=beside) as spill:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "temp_directory": spill,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        connection = duckdb.connect(":memory:", config=settings)
        try:
            connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
            yield connection
        finally:
            connection.close()


def text_literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def fill(template: str, **parts: str) -> str:
    """SQL from a template whose `${name}` stand for SQL made here, never for a cell of a report."""
    return Template(template).substitute(parts)


def table(connection: duckdb.DuckDBPyConnection, name: str, rows: Table) -> bool:
    """Make Parquet paths or an Arrow table readable as `name`; False where there is none."""
    paths = (rows,) if isinstance(rows, Path) else rows
    if paths is None or paths == ():
        return False
    if isinstance(paths, tuple):
        listed = ", ".join(text_literal(str(path)) for path in paths)
        connection.execute(fill("CREATE VIEW ${name} AS FROM read_parquet([${paths}])", name=name, paths=listed))
    else:
        connection.register(name, rows)
    return True


STAGE = """
CREATE TABLE staged AS SELECT * FROM incoming WHERE fault IS NOT NULL OR surplus IS NOT NULL OR NOT (${blank})
"""


def stage(
    connection: duckdb.DuckDBPyConnection,
    incoming: Iterator[pa.RecordBatch],
    width: int,
    *,
    name: str,
    seen: Callable[[int], None],
    most: int,
) -> tuple[int, int]:
    """Load the records that are not blank into `staged`. Returns how many there were, and how many of them were
    blank."""
    counted = _Counted(incoming, name, seen, most)
    connection.register("incoming", pa.RecordBatchReader.from_batches(record_schema(width), counted))
    blank = " AND ".join(f"(c{at} IS NULL OR c{at} = '' OR trim(c{at}) = '')" for at in range(width)) or "false"
    try:
        connection.execute(fill(STAGE, blank=blank))
    except duckdb.Error as error:
        raise counted.failure or error from error
    finally:
        connection.unregister("incoming")
    if counted.failure:
        raise counted.failure
    repeated = one(
        connection,
        "SELECT min(source_row) FROM (SELECT source_row FROM staged GROUP BY source_row HAVING count(*) > 1)",
    )
    if repeated[0] is not None:
        raise refusal(
            name, "the file holds two rows of this number; write it again so that each row has its own", repeated[0]
        )
    return counted.rows, counted.rows - int(one(connection, "SELECT count(*) FROM staged")[0])


class _Counted:
    """Counts the batches that pass, and keeps the failure that DuckDB would wrap."""

    def __init__(self, batches: Iterator[pa.RecordBatch], name: str, seen: Callable[[int], None], most: int) -> None:
        self.batches, self.name, self.seen, self.most = batches, name, seen, most
        self.rows = 0
        self.failure: Refused | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self.batches:
                self.rows += batch.num_rows
                if self.rows > self.most:
                    raise refusal(self.name, f"the report has more than {self.most:,} rows; send it in parts")
                yield batch
                self.seen(self.rows)
        except Refused as refused:
            self.failure = refused
            raise


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    """The row of a query that always has exactly one."""
    (row,) = connection.execute(sql).fetchall()
    return row
