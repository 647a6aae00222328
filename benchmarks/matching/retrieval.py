"""Is the right company among the first k of a million, and how long does it take? python -m benchmarks.matching.retrieval [SIZE]

Beside the product's search: an exhaustive search by IDF-weighted trigrams (every posting, cosine) with the same ranking.
Both answer the queries held out from fitting. Needs HANSA_REAL_DATA, numpy and scipy.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import count
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np
import psycopg
from benchmarks.matching.registry import SPACE, database, load, queries, registry
from benchmarks.matching.search import search
from scipy.sparse import csr_matrix

from hansa.engines.matching import Company, Found, best_matches, fact_keys, name_keys, read_name
from hansa.engines.matching.ranking import rank
from hansa.engines.matching.retrieval import KEEP

DEPTHS = (1, 5, 20)


def main(size: int) -> None:
    """Print recall and time of both searches, and what a company weighs."""
    names, asked = registry(size), queries(fitting=False)
    with tempfile.TemporaryDirectory(prefix="hansa-retrieval-") as folder, database(Path(folder)) as connection:
        begun = time.perf_counter()
        load(connection, names)
        print(f"{size:,} companies loaded in {time.perf_counter() - begun:.0f} s, {len(asked):,} queries")
        print(f"a company weighs {weight(connection, size):,.0f} bytes of keys, index and statistics")
        ours = measured("keys in PostgreSQL", lambda name: rank(name, search(connection, name, size=size)), asked)
        if size <= 1_000_000:
            searcher = trigrams(names)
            theirs = measured("every trigram, same ranking", lambda name: rank(name, searcher(name)), asked)
            print("recall @5 and @20 no lower:", all(a >= b for a, b in zip(ours[1:], theirs[1:], strict=True)))
        verdicts(connection, asked, size)
        beside_a_writer(connection, asked, size)
        read_your_writes(connection, size)


def measured(label: str, find: Callable[[str], Sequence[Found[int]]], asked: Sequence[tuple[str, str]]) -> list[float]:
    """Recall at each depth, printed with its standard error and the time of a search."""
    for name, _ in asked[:100]:
        find(name)
    places, times = [], []
    for name, answer in asked:
        begun = time.perf_counter()
        found = find(name)
        times.append((time.perf_counter() - begun) * 1000)
        places.append(next((place for place, one in enumerate(found) if one.company.name == answer), 10**9))
    recalls = [float(np.mean([place < depth for place in places])) for depth in DEPTHS]
    errors = [(recall * (1 - recall) / len(asked)) ** 0.5 for recall in recalls]
    shown = "  ".join(f"@{k} {r:.3f} ± {e:.3f}" for k, r, e in zip(DEPTHS, recalls, errors, strict=True))
    print(f"{label:28} {shown}  p50 {np.percentile(times, 50):.1f} ms  p99 {np.percentile(times, 99):.1f} ms")
    return recalls


def weight(connection: psycopg.Connection, size: int) -> float:
    """Bytes of match keys, their index and the statistics, per company."""
    sizes = "select sum(pg_total_relation_size(name::regclass)) from unnest(%s::text[]) name"
    return float(connection.execute(sizes, [["companies_match_key", "companies_match_stat"]]).fetchone()[0]) / size


def trigrams(names: Sequence[str]) -> Callable[[str], list[Found[int]]]:
    """An exhaustive search: cosine of IDF-weighted trigrams over every name."""
    cores = [read_name(name).text for name in names]
    vocabulary: dict[str, int] = {}
    rows, columns = [], []
    for row, core in enumerate(cores):
        for gram in _grams(core):
            rows.append(row)
            columns.append(vocabulary.setdefault(gram, len(vocabulary)))
    counts = np.bincount(columns, minlength=len(vocabulary))
    idf = np.log(1 + len(names) / counts)
    matrix = csr_matrix((idf[columns], (rows, columns)), shape=(len(names), len(vocabulary)))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()) + 1e-9
    postings = matrix.tocsc()

    def find(name: str) -> list[Found[int]]:
        known = [vocabulary[gram] for gram in _grams(read_name(name).text) if gram in vocabulary]
        points = np.zeros(len(names))
        for column in known:
            span = slice(postings.indptr[column], postings.indptr[column + 1])
            points[postings.indices[span]] += postings.data[span] * idf[column]
        points /= lengths
        best = np.argpartition(-points, 200)[:200]
        best = best[np.lexsort((-best, -points[best]))][:100]  # of equals the newest first, as the product's search
        return [Found(int(place), Company(names[place]), float(points[place]), cores[place]) for place in best]

    return find


def _grams(core: str) -> set[str]:
    padded = f"  {core} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)} | {f"#{word}" for word in core.split()}


def verdicts(connection: psycopg.Connection, asked: Sequence[tuple[str, str]], size: int) -> None:
    """What the verdict on the best ten adds to a search."""
    times = []
    for name, _ in asked[:600]:
        found = rank(name, search(connection, name, size=size))[:10]
        begun = time.perf_counter()
        best_matches(Company(name, city="Lund", country="SE"), found)
        times.append((time.perf_counter() - begun) * 1000)
    print(f"verdict on the best ten: p50 {np.percentile(times, 50):.1f} ms  p99 {np.percentile(times, 99):.1f} ms")


def beside_a_writer(connection: psycopg.Connection, asked: Sequence[tuple[str, str]], size: int) -> None:
    """Four clients search while a writer inserts, each a process of its own."""
    processes = get_context("spawn")
    stop = processes.Event()
    writer = processes.Process(target=_write, args=(connection.info.dsn, size, stop))
    writer.start()
    with processes.Pool(4) as pool:
        parts = [(connection.info.dsn, asked[i::4], size) for i in range(4)]
        times = [one for part in pool.starmap(_read, parts) for one in part]
    stop.set()
    writer.join()
    print(f"4 clients and a writer: p50 {np.percentile(times, 50):.1f} ms  p99 {np.percentile(times, 99):.1f} ms")


def _read(dsn: str, asked: Sequence[tuple[str, str]], size: int) -> list[float]:
    times = []
    with psycopg.connect(dsn, autocommit=True) as own:
        for name, _ in [*asked[:50], *asked]:
            begun = time.perf_counter()
            rank(name, search(own, name, size=size))
            times.append((time.perf_counter() - begun) * 1000)
    return times[50:]


def _write(dsn: str, size: int, stop: Event) -> None:
    with psycopg.connect(dsn, autocommit=True) as own:
        for written in count():
            if stop.is_set():
                return
            insert(own, 50_000_000 + written, f"Novel Company {written} Works", size)
            time.sleep(0.004)


def again(connection: psycopg.Connection) -> psycopg.Connection:
    """Another connection to the same database."""
    return psycopg.connect(connection.info.dsn, autocommit=True)


def insert(connection: psycopg.Connection, company: int, name: str, size: int) -> None:
    """One company with its keys, in a transaction of its own."""
    with connection.transaction():
        connection.execute("insert into company values (%s, %s, %s)", [company, name, read_name(name).text])
        keys = {
            "keys": name_keys(SPACE, name),
            "facts": fact_keys(SPACE, Company(name)),
            "company": company,
            "size": size,
        }
        connection.execute(KEEP, keys, prepare=True)


def read_your_writes(connection: psycopg.Connection, size: int) -> None:
    """A company inserted is found by the next transaction of another connection, also with a letter missing."""
    exact = typed = 0
    with again(connection) as other:
        for place in range(300):
            name = f"Quilvester {chr(97 + place % 26)}ombrack {place} Industries"
            insert(connection, 60_000_000 + place, name, size)
            exact += _is_first(other, name, 60_000_000 + place, size)
            typed += _is_first(
                other,
                name.replace("Quilvester", "Qulvester").replace("Industries", "Industries Ltd"),
                60_000_000 + place,
                size,
            )
    print(f"found by the next transaction: {exact / 3:.1f} % as written, {typed / 3:.1f} % with a letter missing")


def _is_first(connection: psycopg.Connection, name: str, company: int, size: int) -> bool:
    return any(one.id == company for one in rank(name, search(connection, name, size=size))[:10])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
