"""From the hundred that retrieval found to the ten that are looked at closely, in about a millisecond."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import partial_ratio, token_set_ratio

from hansa.engines.matching.company import Company, Match
from hansa.engines.matching.features import host
from hansa.engines.matching.names import read_name
from hansa.engines.matching.retrieval import SURE
from hansa.engines.matching.scoring import model, score
from hansa.engines.matching.tables import weight_of

_Id = TypeVar("_Id", bound=Hashable)
FEATURES = (
    "share_of_best", "partial", "token_set", "winkler_joined", "words_of_asked", "least_words", "numbers_differ", "initials",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found(Generic[_Id]):
    """A company that retrieval found: its id, facts and score; `core` is `read_name(name).text` where it is stored."""

    id: _Id
    company: Company
    score: float
    core: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    core: str
    joined: str
    words: frozenset[str]
    weight: float
    numbers: frozenset[str]
    initials: str


def best_matches(asked: Company, found: Sequence[Found[_Id]], *, top: int = 10) -> list[tuple[_Id, Match]]:
    """The likeliest of the companies found, each compared with all facts; most probable first.

    `found` is in the order of retrieval, best first. Whoever shares an identifier or the domain is always looked at.
    """
    likely = rank(asked.name, found)[:top]
    sure = [one for one in found if one not in likely and _shares_identifier(asked, one.company)][:top]
    matched = [(one.id, score(asked, one.company)) for one in [*likely, *sure]]
    return sorted(matched, key=lambda pair: -pair[1].probability)[:top]


def _shares_identifier(a: Company, b: Company) -> bool:
    same_host = bool(a.domain and b.domain) and host(a.domain) == host(b.domain)
    pairs = ((a.tax_id, b.tax_id), (a.lei, b.lei), (a.duns, b.duns))
    return same_host or any(one and other and one.casefold() == other.casefold() for one, other in pairs)


def rank(name: str, found: Sequence[Found[_Id]]) -> list[Found[_Id]]:
    """The companies found in the order of how probably they bear this name."""
    coefficients = [model("ranking").coefficients[feature] for feature in FEATURES]
    rows = ranking_features(name, found)
    weighed = [sum(a * b for a, b in zip(coefficients, row, strict=True)) for row in rows]
    order = sorted(range(len(found)), key=lambda place: (-weighed[place], place))
    return [found[place] for place in order]


def ranking_features(name: str, found: Sequence[Found[_Id]]) -> list[tuple[float, ...]]:
    """One row of `FEATURES` for each company found."""
    asked = _asked(name)
    by_name = [one.score % SURE for one in found]
    best = max(by_name, default=0.0) or 1.0
    return [
        _row(asked, one.core or read_name(one.company.name).text, points / best)
        for one, points in zip(found, by_name, strict=True)
    ]


def _asked(name: str) -> _Asked:
    words = read_name(name).words or ("",)
    return _Asked(
        core=" ".join(words),
        joined="".join(words),
        words=frozenset(words),
        weight=sum(map(weight_of, set(words))) or 1.0,
        numbers=frozenset(word for word in words if word.isdigit()),
        initials="".join(word[0] for word in words if word),
    )


def _row(asked: _Asked, core: str, share_of_best: float) -> tuple[float, ...]:
    words = core.split() or [""]
    joined, own = "".join(words), frozenset(words)
    common = sum(weight_of(word) for word in own & asked.words)
    of_asked, of_found = common / asked.weight, common / (sum(map(weight_of, own)) or 1.0)
    numbers = {word for word in words if word.isdigit()}
    acronym = joined == asked.initials or asked.joined == "".join(word[:1] for word in words)
    return (
        share_of_best,
        partial_ratio(asked.core, core) / 100,
        token_set_ratio(asked.core, core) / 100,
        JaroWinkler.similarity(asked.joined, joined),
        of_asked,
        min(of_asked, of_found),
        1.0 if numbers and asked.numbers and numbers != asked.numbers else 0.0,
        1.0 if len(joined) > 1 and acronym else 0.0,
    )
