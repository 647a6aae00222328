"""What a settlement needs of an engine, and DuckDB as one. Spark is the other, in its own module."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from hansa.engines.settlement.compile.lines import Layout, typed_select
from hansa.engines.settlement.sources import Source

BATCH_LINES = 2_000_000
ARROW_ROWS = 131_072


class Engine(Protocol):
    """Runs the compiled SQL. Every statement is written in DuckDB's dialect."""

    batch_lines: int

    def bring(self, tables: Sequence[str]) -> None:
        """Make tables of the DuckDB connection available."""

    def read(self, source: Source, layout: Layout) -> str:
        """A SELECT of one source's lines with typed columns."""

    def table(self, name: str, sql: str) -> None:
        """Create or replace a table from a query."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a small result."""

    def arrow(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a result, in its order."""

    def has_repeated_ids(self) -> bool:
        """Whether two lines may have the same id. True may be a false alarm; False never is."""

    def close(self) -> None:
        """Let go of what the engine holds."""


class DuckEngine:
    """The embedded engine. `small`: it works in a shared database, whose settings stay as they are."""

    batch_lines = BATCH_LINES

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, small: bool) -> None:
        self.connection = connection
        self.small = small

    def bring(self, tables: Sequence[str]) -> None:
        """They are in this database. From here on order is asked for where it matters."""
        if not self.small:
            self.connection.execute("SET preserve_insertion_order = false")

    def read(self, source: Source, layout: Layout) -> str:
        """Text is parsed where it is read."""
        return typed_select(source, layout)

    def table(self, name: str, sql: str) -> None:
        """Create or replace a table from a query. In memory, since to compress the lines costs more than all that is
        read of them later; what passes the memory limit spills to disk.
        """
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a small result."""
        return self.connection.execute(sql).fetchall()

    def arrow(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a result, in its order."""
        yield from self.connection.sql(sql).to_arrow_reader(ARROW_ROWS)

    def has_repeated_ids(self) -> bool:
        """Compares neighbours among the sorted 64-bit hashes, which takes half as long as to group by them."""
        last = None
        for batch in self.arrow("SELECT hash(line_id) AS hash FROM line ORDER BY hash"):
            hashes = batch.column(0)
            if last is not None and hashes[0] == last:
                return True
            if pc.any(pc.equal(hashes[1:], hashes[:-1])).as_py():
                return True
            last = hashes[-1]
        return False

    def close(self) -> None:
        """The connection belongs to the caller."""
