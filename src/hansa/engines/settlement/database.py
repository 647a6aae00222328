"""The embedded database in which a settlement works: one that small settlements share, or one of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb

DEFAULT_MEMORY = "1GB"
SMALL_BYTES = 1_000_000


def is_small(paths: Iterable[Path]) -> bool:
    """Whether files are so few bytes that opening a database costs more than working them off."""
    return sum(path.stat().st_size for path in paths) <= SMALL_BYTES


@contextmanager
def shared_database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the process's database in memory. Tables must be temporary: only this connection sees those.

    Settings hold for every connection, so none may be changed.
    """
    connection = _in_memory(os.getpid()).cursor()
    try:
        yield connection
    finally:
        connection.close()


@cache
def _in_memory(process: int) -> duckdb.DuckDBPyConnection:
    """One database for each process: a fork must not go on with its parent's. One thread is fastest for a few rows."""
    return duckdb.connect(":memory:", config={**_settings(DEFAULT_MEMORY), "threads": 1, "temp_directory": ""})


@contextmanager
def own_database(memory_limit: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A database in memory and its scratch folder, to which what passes `memory_limit` spills. Both go afterwards."""
    with tempfile.TemporaryDirectory(prefix="hansa-settle-") as name:
        scratch = Path(name)
        config = {**_settings(memory_limit), "temp_directory": str(scratch / "spill")}
        connection = duckdb.connect(":memory:", config=config)
        connection.execute("SET enable_progress_bar = false")
        try:
            yield connection, scratch
        finally:
            connection.close()


def _settings(memory_limit: str) -> dict[str, str | bool | int | float | list[str]]:
    return {"memory_limit": memory_limit, "autoinstall_known_extensions": False}
