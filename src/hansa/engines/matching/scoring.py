"""The probability that two records mean one company: a logistic model whose coefficients can be read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp

from hansa.engines.matching.company import Company, Match, Verdict
from hansa.engines.matching.features import bare, features, likeness_alone
from hansa.engines.matching.names import read_name
from hansa.engines.matching.reasons import reasons

SAME_FROM = 0.85
REVIEW_FROM = 0.2


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model: an intercept and a coefficient for each feature, in log odds."""

    intercept: float
    coefficients: dict[str, float]

    def probability(self, found: dict[str, float]) -> float:
        """The probability for a pair with these features; a feature without a coefficient counts nothing."""
        log_odds = self.intercept + sum(self.coefficients.get(name, 0.0) * value for name, value in found.items())
        return 1 / (1 + exp(-max(-30.0, min(30.0, log_odds))))


@cache
def model(name: str) -> Model:
    """A fitted model that lies beside this module; `benchmarks/matching/fit.py` writes them."""
    read = json.loads((files(__package__) / "data" / f"{name}.json").read_text(encoding="utf-8"))
    return Model(read["intercept"], read["coefficients"])


def verdict_of(probability: float, *, likeness_alone: bool = False) -> Verdict:
    """Same from 0.85 on, review from 0.2 on, different below; what rests on a likeness alone is never said to be the same."""
    if probability >= SAME_FROM and not likeness_alone:
        return Verdict.SAME
    return Verdict.REVIEW if probability >= REVIEW_FROM else Verdict.DIFFERENT


def score(a: Company, b: Company) -> Match:
    """Compare two records; the order does not matter.

    >>> match = score(Company("ACME G.m.b.H."), Company("Acme Gesellschaft mit beschränkter Haftung"))
    >>> match.verdict.value, match.why
    ('same', 'name differs only in case, punctuation or legal form')
    >>> score(Company("Fjord Leasing AB"), Company("Fjord Energy AB")).verdict.value
    'different'
    """
    if not (read_name(a.name).joined and read_name(b.name).joined) and not _same_identifier(a, b):
        return Match(0.0, Verdict.DIFFERENT, "a name is missing")
    found = features(a, b)
    probability, alone = model("pairs").probability(found), likeness_alone(found)
    return Match(probability, verdict_of(probability, likeness_alone=alone), "; ".join(reasons(a, b, found)))


def _same_identifier(a: Company, b: Company) -> bool:
    pairs = ((a.tax_id, b.tax_id), (a.lei, b.lei), (a.duns, b.duns))
    return any(one and other and bare(one) == bare(other) for one, other in pairs)


def log_odds_of(a: Company, b: Company) -> Iterable[tuple[str, float]]:
    """What each feature of a pair adds to the log odds, the weightiest first; for those who want to follow the sum."""
    coefficients = model("pairs").coefficients
    parts = [(name, coefficients.get(name, 0.0) * value) for name, value in features(a, b).items()]
    return sorted(((name, part) for name, part in parts if part), key=lambda named: -abs(named[1]))
