"""How well pairs are judged, on data that the model was not fitted to: python -m benchmarks.matching.quality

For each held-out set: precision, recall and F1 of probability 0.5 with the standard error of F1 (500 resamplings), and
beside it the best single measure of strings with the threshold that was best on the half for fitting. Then the calibration
over all held-out pairs together. Needs HANSA_REAL_DATA and numpy.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from benchmarks.matching.pairs import FITTING, HELD_OUT, Pair
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from hansa.engines.matching import Match, Verdict, score

MEASURES: dict[str, Callable[[str, str], float]] = {
    "token_set": lambda a, b: token_set_ratio(a, b) / 100,
    "token_sort": lambda a, b: token_sort_ratio(a, b) / 100,
    "jaro_winkler": JaroWinkler.similarity,
}


def main() -> None:
    """Print a line for each held-out set, and the calibration."""
    thresholds = {name: best_threshold(measure) for name, measure in MEASURES.items()}
    probabilities, labels = [], []
    print(f"{'set':14} {'pairs':>6} {'prec.':>6} {'recall':>6} {'F1':>6} {'± SE':>6}   best single measure")
    for name, make in HELD_OUT.items():
        pairs = make()
        begun = time.perf_counter()
        matches = [score(pair.a, pair.b) for pair in pairs]
        found = np.array([match.probability for match in matches])
        spent = (time.perf_counter() - begun) / len(pairs) * 1e6
        same = np.array([pair.same for pair in pairs])
        probabilities.append(found)
        labels.append(same)
        print(f"{name:14} {len(pairs):6,} {judged(pairs, matches, thresholds)}   {spent:.0f} µs a pair", flush=True)
    print(
        f"expected calibration error, ten bins of equal mass, all held-out pairs: {calibration(probabilities, labels):.3f}"
    )


def judged(pairs: Sequence[Pair], matches: Sequence[Match], thresholds: dict[str, float]) -> str:
    """The quality of a set in words; of one that holds different companies alone, how many were joined wrongly."""
    same, said = np.array([pair.same for pair in pairs]), np.array([match.probability >= 0.5 for match in matches])
    if not same.any():
        wrongly = np.mean([match.verdict is Verdict.SAME for match in matches])
        return f"all different: {said.mean():.3f} above 0.5, {wrongly:.3f} said to be the same"
    precision, recall, f1 = quality(said, same)
    single, measure = max((single_f1(pairs, MEASURES[key], cut), key) for key, cut in thresholds.items())
    return f"{precision:6.3f} {recall:6.3f} {f1:6.3f} {standard_error(said, same):6.3f}   {measure} {single:.3f}"


def quality(said: np.ndarray, same: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    hits = float((said & same).sum())
    precision, recall = hits / max(said.sum(), 1), hits / max(same.sum(), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def standard_error(said: np.ndarray, same: np.ndarray) -> float:
    """The standard deviation of F1 over resamplings of the pairs."""
    rng = np.random.default_rng(1)
    drawn = (rng.integers(0, len(same), len(same)) for _ in range(500))
    return float(np.std([quality(said[rows], same[rows])[2] for rows in drawn]))


def best_threshold(measure: Callable[[str, str], float]) -> float:
    """The threshold of a measure that gives the best F1 on a tenth of the halves for fitting."""
    pairs = [pair for make in FITTING.values() for pair in make()][::10]
    values = np.array([measure(pair.a.name.casefold(), pair.b.name.casefold()) for pair in pairs])
    same = np.array([pair.same for pair in pairs])
    return float(max(np.arange(0.5, 1.0, 0.01), key=lambda cut: quality(values >= cut, same)[2]))


def single_f1(pairs: Sequence[Pair], measure: Callable[[str, str], float], cut: float) -> float:
    """F1 of one measure of strings with a fixed threshold."""
    values = np.array([measure(pair.a.name.casefold(), pair.b.name.casefold()) for pair in pairs])
    return quality(values >= cut, np.array([pair.same for pair in pairs]))[2]


def calibration(probabilities: Sequence[np.ndarray], labels: Sequence[np.ndarray]) -> float:
    """Mean distance of what was said from what was so, over ten bins of equal mass."""
    said, same = np.concatenate(probabilities), np.concatenate(labels).astype(float)
    bins = np.array_split(np.argsort(said, kind="stable"), 10)
    return float(sum(abs(said[rows].mean() - same[rows].mean()) * len(rows) for rows in bins) / len(said))


if __name__ == "__main__":
    main()
