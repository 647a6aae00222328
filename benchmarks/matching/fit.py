"""Fit the two models of `engines/matching` and write them beside it: python -m benchmarks.matching.fit

Needs HANSA_REAL_DATA, numpy and scipy. The pairs are the halves for fitting of `pairs.FITTING`; what is written are
intercept and coefficients, rounded to three digits, nothing of the data. A feature that can only speak for sameness gets no
negative coefficient, one that can only speak against it no positive one: so the model never says what nobody would believe.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from benchmarks.matching.pairs import FITTING
from scipy.optimize import minimize

import hansa.engines.matching
from hansa.engines.matching.features import features

# Sets whose labels also join a subsidiary with its parent count half.
WEIGHTS = {"employers": 1.0, "filers": 1.0, "sites": 1.0, "affiliations": 0.5, "aliases": 1.0, "lookalikes": 0.5}
STRENGTH = 3.0  # inverse of the regularization
SPEAK_FOR = (
    "covered_least", "typing", "same_", "numbers_agree", "postcode_near", "place_and_name",
    "share_of_best", "partial", "token_set", "winkler", "words_of", "least_words", "initials",
)  # fmt: skip
SPEAK_AGAINST = (
    "lone_heaviest",
    "lone_on_both",
    "weak_rare",
    "nothing_shared",
    "other_place",
    "numbers_differ",
    "elsewhere",
)
DATA = Path(hansa.engines.matching.__file__).parent / "data"


def main() -> None:
    """Fit the model of pairs and write it."""
    table, same, weights = [], [], []
    for name, make in FITTING.items():
        for pair in make():
            table.append(features(pair.a, pair.b))
            same.append(pair.same)
            weights.append(WEIGHTS[name])
    write("pairs", table, same, weights)


def write(name: str, table: list[dict[str, float]], same: list[bool], weights: list[float]) -> None:
    """Fit a logistic model to a table of features and write it as JSON."""
    names = sorted(table[0])
    matrix = np.array([[row[feature] for feature in names] for row in table])
    intercept, fitted = logistic(
        matrix, np.array(same, dtype=float), np.array(weights), [bounds(name) for name in names]
    )
    keep(name, intercept, dict(zip(names, fitted, strict=True)))
    print(f"{name}: {len(table):,} rows, {len(names)} features")


def keep(name: str, intercept: float, fitted: Mapping[str, float]) -> None:
    """Write a model as JSON beside the engine, its features by name."""
    coefficients = {feature: round(float(fitted[feature]), 3) for feature in sorted(fitted)}
    read = {"intercept": round(intercept, 3), "coefficients": coefficients}
    (DATA / f"{name}.json").write_text(json.dumps(read, indent=1) + "\n", encoding="utf-8")


def bounds(feature: str) -> tuple[float | None, float | None]:
    """The signs that a coefficient may have."""
    if feature.endswith("_same") or feature.startswith(SPEAK_FOR):
        return 0.0, None
    if feature.endswith("_other") or feature.startswith(SPEAK_AGAINST):
        return None, 0.0
    return None, None


def logistic(
    matrix: np.ndarray, same: np.ndarray, weights: np.ndarray, signs: list[tuple[float | None, float | None]]
) -> tuple[float, np.ndarray]:
    """Intercept and coefficients of the greatest likelihood within the signs, with a quadratic penalty."""

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        odds = matrix @ values[1:] + values[0]
        likelihood = weights * (np.logaddexp(0, odds) - same * odds)
        slope = weights * (1 / (1 + np.exp(-odds)) - same)
        penalty = values[1:] / STRENGTH
        return float(likelihood.sum() + values[1:] @ penalty / 2), np.concatenate(
            [[slope.sum()], matrix.T @ slope + penalty]
        )

    start = np.zeros(matrix.shape[1] + 1)
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None), *signs],
        options={"maxiter": 3000, "maxfun": 5000},
    )
    return float(found.x[0]), found.x[1:]


if __name__ == "__main__":
    main()
