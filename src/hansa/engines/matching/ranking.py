"""From the hundred that retrieval found to the ten that are looked at closely, in about two milliseconds."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import partial_ratio, ratio, token_set_ratio

from hansa.engines.matching.company import Company, Match
from hansa.engines.matching.features import host
from hansa.engines.matching.names import read_name
from hansa.engines.matching.scoring import model, score
from hansa.engines.matching.tables import weight_of

_Id = TypeVar("_Id", bound=Hashable)
FEATURES = (
    "score", "share_of_best", "rank", "ratio", "ratio_squared", "partial", "token_set", "winkler", "winkler_joined", "first_word",
    "last_word", "same_joined", "starts_with", "words_of_asked", "words_of_found", "least_words", "numbers_differ",
    "length_ratio", "initials", "exact",
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
    first: str
    last: str
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
    best = found[0].score if found else 1.0
    return [
        _row(asked, one.core or read_name(one.company.name).text, one.score, best, place)
        for place, one in enumerate(found)
    ]


def _asked(name: str) -> _Asked:
    words = read_name(name).words or ("",)
    return _Asked(
        core=" ".join(words),
        joined="".join(words),
        words=frozenset(words),
        first=words[0],
        last=words[-1],
        weight=sum(map(weight_of, set(words))) or 1.0,
        numbers=frozenset(word for word in words if word.isdigit()),
        initials="".join(word[0] for word in words if word),
    )


def _row(asked: _Asked, core: str, points: float, best: float, place: int) -> tuple[float, ...]:
    words = core.split() or [""]
    joined, own = "".join(words), frozenset(words)
    common = sum(weight_of(word) for word in own & asked.words)
    of_asked, of_found = common / asked.weight, common / (sum(map(weight_of, own)) or 1.0)
    likeness = ratio(asked.core, core) / 100
    numbers = {word for word in words if word.isdigit()}
    shorter, longer = sorted((len(joined), len(asked.joined)))
    return (
        min(points, 100.0) / 10,
        points / best if best else 0.0,
        1.0 / (1 + place),
        likeness,
        likeness * likeness,
        partial_ratio(asked.core, core) / 100,
        token_set_ratio(asked.core, core) / 100,
        JaroWinkler.similarity(asked.core, core),
        JaroWinkler.similarity(asked.joined, joined),
        1.0 if words[0] == asked.first else 0.0,
        1.0 if words[-1] == asked.last else 0.0,
        1.0 if joined == asked.joined else 0.0,
        1.0 if core.startswith(asked.core) or asked.core.startswith(core) else 0.0,
        of_asked,
        of_found,
        min(of_asked, of_found),
        1.0 if numbers and asked.numbers and numbers != asked.numbers else 0.0,
        shorter / longer if longer else 0.0,
        1.0
        if len(joined) > 1 and (joined == asked.initials or asked.joined == "".join(word[:1] for word in words))
        else 0.0,
        1.0 if core == asked.core else 0.0,
    )
