"""Fit the model that ranks what retrieval found: python -m benchmarks.matching.fit_ranking [SIZE]

Each query is one choice among the companies that were found for it: the coefficients make the right one likeliest
(a softmax over the list, with a quadratic penalty). Needs HANSA_REAL_DATA, numpy and scipy.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from benchmarks.matching.fit import STRENGTH, bounds, keep
from benchmarks.matching.registry import database, load, queries, registry
from benchmarks.matching.search import search
from scipy.optimize import minimize

from hansa.engines.matching.ranking import FEATURES, ranking_features


def main(size: int) -> None:
    """Search a registry with the queries for fitting, and write the model that puts their answers first."""
    names = registry(size)
    lists: list[tuple[np.ndarray, int]] = []
    with tempfile.TemporaryDirectory(prefix="hansa-fit-") as folder, database(Path(folder)) as connection:
        load(connection, names)
        for written, answer in queries(fitting=True):
            found = search(connection, written, size=size)
            place = next((place for place, one in enumerate(found) if one.company.name == answer), None)
            if place is not None:
                lists.append((np.array(ranking_features(written, found)), place))
    fitted = choices(lists, [bounds(name) for name in FEATURES])
    keep("ranking", 0.0, dict(zip(FEATURES, fitted, strict=True)))
    print(f"ranking: {len(lists):,} lists, {len(FEATURES)} features")


def choices(lists: list[tuple[np.ndarray, int]], signs: list[tuple[float | None, float | None]]) -> np.ndarray:
    """Coefficients of the greatest likelihood within the signs, of choosing the given row of each list."""

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = float(values @ values) / (2 * STRENGTH), values / STRENGTH
        for rows, right in lists:
            odds = rows @ values
            chances = np.exp(odds - odds.max())
            chances /= chances.sum()
            total -= float(np.log(chances[right] + 1e-300))
            slope = slope + chances @ rows - rows[right]
        return total, slope

    found = minimize(loss, np.zeros(len(signs)), jac=True, method="L-BFGS-B", bounds=signs, options={"maxiter": 500})
    return np.asarray(found.x)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
