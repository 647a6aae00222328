"""A registry of companies in a PostgreSQL of its own, and queries whose answers are known, from real names."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
from benchmarks.matching.pairs import is_for_fitting, rows
from benchmarks.matching.variants import variant

from hansa.engines.matching import name_keys, read_name
from hansa.engines.matching.retrieval import COUNT_STAGED, KEEP_STAGED, STAGED, TABLES
from hansa.kit.postgres import Cluster

SPACE = "0197f000-0000-7000-8000-000000000001"
SETTINGS = {
    "shared_buffers": "3GB", "work_mem": "64MB", "maintenance_work_mem": "1GB", "jit": "off", "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0", "max_wal_size": "8GB",
}  # fmt: skip


def real_names() -> list[str]:
    """Names of real organizations: listed companies today, and what affiliations and aliases are resolved to."""
    names = dict.fromkeys(row["name"] for row in rows("names_retrieval/edgar_names.csv.gz") if not row["end_date"])
    names |= dict.fromkeys(row["canonical"] for row in rows("names_retrieval/ietf_affiliations.csv.gz"))
    names |= dict.fromkeys(row["company"] for row in rows("names_retrieval/stackalytics_aliases.csv"))
    once = {read_name(name).joined: name for name in reversed(names)}
    return sorted(once.values())


def registry(size: int, *, seed: int = 7) -> list[str]:
    """The real names, filled up to `size` with names recombined from the words of real ones by their frequency."""
    real, rng = real_names(), random.Random(seed)
    employers = {row["employer"] for row in rows("h1b_accounts/accounts.csv.gz")}
    counts = Counter(word for name in [*real, *sorted(employers)] for word in name.split())
    words, weights = zip(*sorted(counts.items()), strict=True)
    lengths = [len(name.split()) for name in real]
    pool = rng.choices(words, weights, k=size * 4)
    names = dict.fromkeys(real)
    while len(names) < size:
        length = max(2, rng.choice(lengths))
        if len(pool) < length:
            pool = rng.choices(words, weights, k=size)
        names[" ".join(pool.pop() for _ in range(length))] = None
    return list(names)[:size]


def queries(*, fitting: bool) -> list[tuple[str, str]]:
    """(as written, real name) for names that differ: affiliations, aliases, and spellings made by rule."""
    known = {read_name(name).joined: name for name in real_names()}
    pairs = [(row["written"], row["canonical"]) for row in rows("names_retrieval/ietf_affiliations.csv.gz")]
    pairs += [
        (row["alias"], row["company"]) for row in rows("names_retrieval/stackalytics_aliases.csv") if row["alias"]
    ]
    mine = [(a, known[read_name(b).joined]) for a, b in pairs if is_for_fitting(b) == fitting and a != b]
    rng = random.Random(3)
    listed = [name for name in sorted(known.values()) if is_for_fitting(name) == fitting]
    made = [(variant(name, rng), name) for name in rng.sample(listed, 500)]
    return rng.sample(sorted(set(mine)), min(1_400, len(set(mine)))) + made


def _keys(name: str) -> str:
    return "{" + ",".join(map(str, name_keys(SPACE, name))) + "}"


def _cores(name: str) -> str:
    return read_name(name).text.replace("\\", " ").replace("\t", " ")


@contextmanager
def database(folder: Path) -> Iterator[psycopg.Connection]:
    """An empty database of its own that ends with the block."""
    cluster = Cluster(folder, tuple(SETTINGS.items()))
    cluster.start()
    try:
        with cluster.connect() as connection:
            connection.execute("create table company (id integer primary key, name text not null, core text not null)")
            connection.execute(TABLES)
            yield connection
    finally:
        cluster.stop()


def load(connection: psycopg.Connection, names: list[str]) -> None:
    """Write companies with their keys and statistics, as the product's own bulk import does."""
    connection.execute(STAGED)
    with ProcessPoolExecutor(2) as pool, connection.cursor() as cursor:
        keys, cores = pool.map(_keys, names, chunksize=5_000), pool.map(_cores, names, chunksize=5_000)
        with cursor.copy("copy company from stdin") as copy:
            for place, (name, core) in enumerate(zip(names, cores, strict=True)):
                copy.write(f"{place}\t{name.replace(chr(92), ' ')}\t{core}\n")
        with cursor.copy("copy companies_match_staged from stdin") as copy:
            for place, own in enumerate(keys):
                copy.write(f"{place}\t{own}\t{{}}\n")
    connection.execute(COUNT_STAGED)
    connection.execute("analyze companies_match_stat")
    connection.execute("drop index companies_match_key_pk")
    connection.execute(KEEP_STAGED, {"size": len(names)})
    connection.execute("create unique index companies_match_key_pk on companies_match_key (key, company) include (inv)")
    connection.execute("drop table companies_match_staged")
    connection.execute("vacuum (analyze)")
    connection.execute("checkpoint")  # what was loaded is on disk before anything is measured
