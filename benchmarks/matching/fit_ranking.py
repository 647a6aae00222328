"""Fit the model that ranks what retrieval found: python -m benchmarks.matching.fit_ranking [SIZE]"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.matching.fit import write
from benchmarks.matching.registry import database, load, queries, registry
from benchmarks.matching.search import search

from hansa.engines.matching.ranking import FEATURES, ranking_features


def main(size: int) -> None:
    """Search a registry with the queries for fitting; what was found is labelled by whether it is the answer."""
    names = registry(size)
    table, same = [], []
    with tempfile.TemporaryDirectory(prefix="hansa-fit-") as folder, database(Path(folder)) as connection:
        load(connection, names)
        for written, answer in queries(fitting=True):
            found = search(connection, written, size=size)
            if any(one.company.name == answer for one in found):
                rows = ranking_features(written, found)
                table.extend(dict(zip(FEATURES, row, strict=True)) for row in rows[:40])
                same.extend(one.company.name == answer for one in found[:40])
    write("ranking", table, same, [8.0 if label else 1.0 for label in same])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
