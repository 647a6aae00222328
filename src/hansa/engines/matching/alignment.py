"""Which word of one name answers which word of the other, and how well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from hansa.engines.matching.names import Name
from hansa.engines.matching.tables import is_known

WEAKEST = 0.6
LONGEST_RUN = 6
_VOWELS = str.maketrans("", "", "aeiouyhw")
_SOUNDS = (
    ("ph", "f"),
    ("ck", "k"),
    ("qu", "kw"),
    ("x", "ks"),
    ("c", "k"),
    ("q", "k"),
    ("z", "s"),
    ("v", "f"),
    ("w", "f"),
    ("j", "i"),
)


@dataclass(frozen=True, slots=True)
class Alignment:
    """`pairs` are (place in a, place in b, likeness 0.6 to 1); `left` and `right` the places that found no partner."""

    pairs: tuple[tuple[int, int, float], ...]
    left: tuple[int, ...]
    right: tuple[int, ...]


def align(a: Name, b: Name) -> Alignment:
    """Pair the words of two names, best first; words written together answer the same words written apart."""
    pairs, free_a, free_b = _joined_pairs(a.words, b.words)
    candidates = sorted(
        (
            (likeness, min(a.weights[i], b.weights[j]), -abs(i - j), i, j)
            for i in free_a
            for j in free_b
            if (likeness := word_likeness(a.words[i], b.words[j])) >= WEAKEST
        ),
        reverse=True,
    )
    for likeness, _, _, i, j in candidates:
        if i in free_a and j in free_b:
            free_a.discard(i)
            free_b.discard(j)
            pairs.append((i, j, likeness))
    return Alignment(tuple(pairs), tuple(sorted(free_a)), tuple(sorted(free_b)))


def _joined_pairs(a: Sequence[str], b: Sequence[str]) -> tuple[list[tuple[int, int, float]], set[int], set[int]]:
    """One word that answers several: `redhat` for `red hat`, `ibm` for `international business machines`."""
    free_a, free_b = set(range(len(a))), set(range(len(b)))
    pairs: list[tuple[int, int, float]] = []
    for i, word in enumerate(a):
        run, likeness = _run_like(word, b, free_b) if i in free_a and word not in b else (range(0), 0.0)
        if run:
            free_a.discard(i)
            free_b.difference_update(run)
            pairs.extend((i, j, likeness) for j in run)
    for j, word in enumerate(b):
        run, likeness = _run_like(word, a, free_a) if j in free_b and word not in a else (range(0), 0.0)
        if run:
            free_b.discard(j)
            free_a.difference_update(run)
            pairs.extend((i, j, likeness) for i in run)
    return pairs, free_a, free_b


def _run_like(word: str, others: Sequence[str], free: set[int]) -> tuple[range, float]:
    """The neighbouring words that one word stands for, written together or as initials; the likeness of the two."""
    best, highest = range(0), 0.0
    for start in range(len(others) - 1):
        for end in range(start + 2, min(start + LONGEST_RUN, len(others)) + 1):
            run = range(start, end)
            likeness = _run_likeness(word, others[start:end])
            if likeness > highest and free.issuperset(run):
                best, highest = run, likeness
    return best, highest


def _run_likeness(word: str, run: Sequence[str]) -> float:
    if 3 <= len(word) == len(run) and all(other[0] == char for other, char in zip(run, word, strict=True)):
        return 0.92
    together = "".join(run)
    if len(word) < 4 or abs(len(word) - len(together)) > 1:
        return 0.0
    if word == together:
        return 1.0
    return 0.9 if len(word) >= 7 and OSA.distance(word, together, score_cutoff=1) <= 1 else 0.0


@lru_cache(maxsize=262_144)
def word_likeness(a: str, b: str) -> float:
    """How probably two words are one: 1 for the same, 0 for words that have nothing to do with each other.

    Numbers are the same or not, and so are two words of the lists: Estonia is not Ethiopia misspelt. Other words may
    differ by typing errors, endings, a cut, or in sound.

    >>> word_likeness("acme", "acme"), word_likeness("lindqvist", "lindquist") > 0.85, word_likeness("44", "45")
    (1.0, True, 0.0)
    """
    if a == b:
        return 1.0
    if a[0].isdigit() or b[0].isdigit():
        return 0.0
    short, long = sorted((a, b), key=len)
    if is_known(a) and is_known(b):
        return 0.97 if long == short + "s" else 0.0
    if len(short) < 3:
        return 0.62 if len(short) == 1 and long.startswith(short) else 0.0
    if long == short + "s" or long == short + "es":
        return 0.97
    typed = _typing(short, long)
    cut = 0.72 + 0.2 * min(len(short) / len(long), 1.0) if len(short) >= 3 and long.startswith(short) else 0.0
    sound = 0.85 if len(short) >= 4 and skeleton(a) == skeleton(b) and len(skeleton(a)) > 2 else 0.0
    return max(typed, cut, sound)


def _typing(short: str, long: str) -> float:
    distance = OSA.distance(short, long, score_cutoff=3)
    length = len(long)
    if distance > 1 + (length >= 7) + (length >= 12):
        return 0.0
    if length < 4:
        return 0.0
    nearness = 1.0 - distance / length
    same_start = short[0] == long[0]
    return (
        max(0.0, nearness - (0.0 if same_start else 0.1))
        if nearness >= 0.7 or JaroWinkler.similarity(short, long) > 0.9
        else 0.0
    )


@lru_cache(maxsize=131_072)
def skeleton(word: str) -> str:
    """How a word sounds: its first letter and the consonants, letters of one sound written alike.

    >>> skeleton("phillips"), skeleton("filips")
    ('flps', 'flps')
    """
    for spelled, sound in _SOUNDS:
        word = word.replace(spelled, sound)
    bare = word[:1] + word[1:].translate(_VOWELS)
    return "".join(char for place, char in enumerate(bare) if place == 0 or char != bare[place - 1])
