from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from hansa.kernel import duck


def attached() -> set[str]:
    with duck.shared_database() as connection:
        return {row[0] for row in connection.execute("select database_name from duckdb_databases()").fetchall()}


def test_workspaces_open_at_once_do_not_see_each_other() -> None:
    with duck.shared_workspace() as one, duck.shared_workspace() as two:
        for connection, value in ((one, 1), (two, 2)):
            connection.execute(f"create table t as select {value} as v; create macro m() as {value * 10}")
        assert one.execute("select v, m() from t").fetchall() == [(1, 10)]
        assert two.execute("select v, m() from t").fetchall() == [(2, 20)]


def test_a_workspace_is_gone_afterwards_also_when_its_work_fails() -> None:
    before = attached()
    with pytest.raises(duckdb.BinderException), duck.shared_workspace() as connection:
        connection.execute("create table t as select 1 as v")
        connection.execute("select nothing from t")

    assert attached() == before
    with duck.shared_workspace() as connection, pytest.raises(duckdb.CatalogException):
        connection.execute("from t")


def test_what_is_registered_is_seen_by_one_connection() -> None:
    with duck.shared_database() as one, duck.shared_database() as two:
        one.execute("create temp table only_here as select 1 as v")
        with pytest.raises(duckdb.CatalogException):
            two.execute("from only_here")


def test_threads_work_side_by_side() -> None:
    def work(value: int) -> int:
        with duck.shared_workspace() as connection:
            connection.execute(f"create table t as select {value} as v from range(1000)")
            (total,) = connection.execute("select sum(v)::bigint from t").fetchall()[0]
            return int(total)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(40))) == [value * 1000 for value in range(40)]


def test_after_a_fatal_error_the_next_gets_a_new_database() -> None:
    with pytest.raises(duckdb.FatalException), duck.shared_database():
        raise duckdb.FatalException("the database has been invalidated")
    with duck.shared_workspace() as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


@pytest.mark.parametrize(("size", "small"), [(duck.SMALL_BYTES, True), (duck.SMALL_BYTES + 1, False)])
def test_small_is_what_fits_the_limit_in_all(tmp_path: Path, size: int, small: bool) -> None:
    for name, part in (("a", size - 1), ("b", 1)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(part)
    assert duck.is_small([tmp_path / "a", tmp_path / "b"]) is small
