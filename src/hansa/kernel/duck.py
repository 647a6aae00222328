"""One small database in memory for each process: opening one costs fifty milliseconds, a connection to it nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import duckdb

SMALL_BYTES = 8_000_000
MEMORY = "1GB"

_numbers = count(1)


def is_small(paths: Iterable[Path]) -> bool:
    """Whether files are so few bytes that opening a database costs more than working them off."""
    return sum(path.stat().st_size for path in paths) <= SMALL_BYTES


@contextmanager
def shared_database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the process's database. Tables must be temporary: only this connection sees those.

    Settings hold for every connection, so none may be changed.
    """
    connection = _in_memory(os.getpid()).cursor()
    try:
        connection.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'")
        yield connection
    except duckdb.FatalException:  # it serves nobody any more: the next to ask gets a new one
        _in_memory.cache_clear()
        raise
    finally:
        connection.close()


@contextmanager
def shared_workspace() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a part of the process's database to itself, for tables and macros that go with it."""
    with shared_database() as connection:
        name = f"work_{next(_numbers)}"
        connection.execute(f"ATTACH ':memory:' AS {name}; USE {name}")
        try:
            yield connection
        finally:
            connection.execute(f"USE memory; DETACH {name}")


@contextmanager
def database_for(paths: Iterable[Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for reading files: to the process's database where they are small, else to one of its own."""
    if is_small(paths):
        with shared_database() as connection:
            yield connection
    else:
        with duckdb.connect() as connection:
            yield connection


@cache
def _in_memory(process: int) -> duckdb.DuckDBPyConnection:
    """One database for each process: a fork must not go on with its parent's. One thread is fastest for a few rows."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": 1,
        "temp_directory": "",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    return duckdb.connect(":memory:", config=config)
