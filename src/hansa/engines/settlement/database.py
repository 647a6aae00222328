"""The embedded database in which a settlement works that is not small."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

DEFAULT_MEMORY = "1GB"


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
