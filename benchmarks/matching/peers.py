"""The product's search beside `pg_trgm` on Debian's PostgreSQL: python -m benchmarks.matching.peers [SIZE] [QUERIES]

Both search the same registry for the same queries, one after the other in one run. `pg_trgm` has its GIN index and its usual
threshold, 0.3, and is asked for its hundred best. Needs HANSA_REAL_DATA, numpy, and Debian's postgresql and
postgresql-contrib in POSTGRESQL_BIN (default /usr/lib/postgresql/15/bin).
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psycopg
from benchmarks.matching.registry import SETTINGS, database, load, queries, registry
from benchmarks.matching.search import search

from hansa.engines.matching import read_name
from hansa.engines.matching.ranking import rank
from hansa.kit.postgres import _spawn

BIN = Path(os.environ.get("POSTGRESQL_BIN", "/usr/lib/postgresql/15/bin"))
TRIGRAM = "select name, similarity(core, %(core)s) from company where core %% %(core)s order by 2 desc limit 100"


def main(size: int, count: int) -> None:
    """Print recall and time of both, and the ratio at the median."""
    names, asked = registry(size), queries(fitting=False)[:count]
    with tempfile.TemporaryDirectory(prefix="hansa-peers-") as folder, database(Path(folder)) as connection:
        load(connection, names)
        ours = measured("keys in PostgreSQL", lambda name: _ours(connection, name, size), asked)
    with tempfile.TemporaryDirectory(prefix="hansa-trgm-") as folder, debian(Path(folder)) as connection:
        _load_trigrams(connection, names)
        theirs = measured("pg_trgm on Debian's PostgreSQL", lambda name: _trigram(connection, name), asked)
    print(f"{theirs / ours:.0f} times faster at p50")


def _ours(connection: psycopg.Connection, name: str, size: int) -> list[str]:
    return [one.company.name for one in rank(name, search(connection, name, size=size))]


def _trigram(connection: psycopg.Connection, name: str) -> list[str]:
    return [row[0] for row in connection.execute(TRIGRAM, {"core": read_name(name).text}, prepare=True)]


def measured(label: str, find: Callable[[str], Sequence[str]], asked: Sequence[tuple[str, str]]) -> float:
    """Print recall at 5 and 20 and the time of a search; the median in milliseconds."""
    for name, _ in asked[:20]:
        find(name)
    hits, times = [], []
    for name, answer in asked:
        begun = time.perf_counter()
        found = find(name)
        times.append((time.perf_counter() - begun) * 1000)
        hits.append(found.index(answer) if answer in found else 10**9)
    shown = "  ".join(f"@{depth} {np.mean([hit < depth for hit in hits]):.3f}" for depth in (5, 20))
    print(f"{label:32} {shown}  p50 {np.percentile(times, 50):.1f} ms  p99 {np.percentile(times, 99):.1f} ms")
    return float(np.percentile(times, 50))


@contextmanager
def debian(folder: Path) -> Iterator[psycopg.Connection]:
    """Debian's PostgreSQL on a socket of its own, with the settings of the other."""
    data = folder / "data"
    with (folder / "log").open("ab") as log:
        made = _spawn(
            [str(BIN / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"],
            None,
            log,
        )
        if made.wait() != 0:
            raise SystemExit((folder / "log").read_text())
        options = {**SETTINGS, "listen_addresses": "", "unix_socket_directories": str(folder)}
        command = [
            str(BIN / "postgres"),
            "-D",
            str(data),
            *(part for pair in options.items() for part in ("-c", "=".join(pair))),
        ]
        server = _spawn(command, None, log)
    try:
        with _connected(folder) as connection:
            yield connection
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)


def _connected(folder: Path) -> psycopg.Connection:
    deadline = time.monotonic() + 60
    while True:
        try:
            return psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _load_trigrams(connection: psycopg.Connection, names: Sequence[str]) -> None:
    connection.execute("create extension pg_trgm")
    connection.execute("create table company (id integer primary key, name text, core text)")
    with connection.cursor() as cursor, cursor.copy("copy company from stdin") as copy:
        for place, name in enumerate(names):
            copy.write_row((place, name, read_name(name).text))
    connection.execute("create index on company using gin (core gin_trgm_ops)")
    connection.execute("vacuum (analyze)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else 300)
