"""Several commands may bring the same embedded database up at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest

from hansa.kit import config, postgres

ROUNDS, AT_ONCE = 10, 6


@pytest.fixture
def cluster() -> Iterator[postgres.Cluster]:
    """The cluster of this test run, with a database and two roles that only this test knows."""
    cluster = postgres.Cluster(config.home() / "postgres")
    yield cluster
    with cluster.connect() as admin:
        admin.execute("drop database if exists hansa_race with (force)")
        for role in ("hansa_race_app", "hansa_race_owner"):
            if admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
                admin.execute(f"drop role {role}")


def failures_of(cluster: postgres.Cluster) -> list[str]:
    """What goes wrong when several prepare the same database at the same instant, again and again."""
    failed: list[str] = []
    barrier = threading.Barrier(AT_ONCE, timeout=60)

    def prepare() -> None:
        for _ in range(ROUNDS):
            barrier.wait()
            try:
                postgres.prepare(cluster, database="hansa_race", owner="hansa_race_owner", app="hansa_race_app")
            except psycopg.Error as error:
                failed.append(str(error))

    threads = [threading.Thread(target=prepare) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_six_at_once_prepare_the_same_database(cluster: postgres.Cluster) -> None:
    assert failures_of(cluster) == []
    with cluster.connect(user="hansa_race_app", dbname="hansa_race") as app:
        assert app.execute("select current_user").fetchone() == ("hansa_race_app",)


def test_without_taking_turns_they_trip_over_each_other(cluster: postgres.Cluster, monkeypatch) -> None:
    take_turns: Callable[[psycopg.Connection], None] = lambda admin: None  # noqa: E731
    monkeypatch.setattr(postgres, "_take_turns", take_turns)
    assert failures_of(cluster) != []
