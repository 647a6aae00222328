"""The word lists beside this module: legal forms, abbreviations, common words, numbers."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

UNCOMMON = 1.0
NUMBER = 1.0
LETTER = 0.5
LONGEST_FORM = 6


def _rows(name: str) -> list[list[str]]:
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()[1:]))


@cache
def legal_forms() -> dict[tuple[str, ...], str]:
    """Words of a legal form, folded, to its kind (limited, stock, corporation, company, partnership, …)."""
    return {tuple(form.split()): kind for form, kind in _rows("legal_forms.csv")}


@cache
def abbreviations() -> dict[str, tuple[str, ...]]:
    """A word, folded, to the words that it stands for."""
    return {short.replace("'", ""): tuple(long.split()) for short, long in _rows("abbreviations.csv")}


@cache
def places() -> frozenset[str]:
    """Words that name a place or a direction."""
    return frozenset((files(__package__) / "data" / "places.txt").read_text(encoding="utf-8").split())


@cache
def numbers() -> dict[str, int]:
    """A number word to its value."""
    return {word: int(digits) for word, digits in _rows("numbers.csv")}


@cache
def foreign_words() -> tuple[tuple[str, str], ...]:
    """What stands without spaces in Chinese, Japanese and Korean names, longest first, and how it is read."""
    return tuple(sorted(((a, b) for a, b in _rows("foreign_words.csv")), key=lambda pair: -len(pair[0])))


@cache
def _weights() -> dict[str, float]:
    return {word: float(weight) for weight, words in _rows("common_words.csv") for word in words.split()}


def is_known(word: str) -> bool:
    """Whether a word stands in one of the lists, so that another such word is no misspelling of it."""
    return word in places() or word in _weights()


def weight_of(word: str) -> float:
    """How much a word distinguishes: 1 for a word of its own, down to 0.12 for one that says nothing.

    >>> weight_of("lindqvist"), weight_of("services"), weight_of("the")
    (1.0, 0.25, 0.12)
    """
    if word.isdigit():
        return NUMBER
    if len(word) == 1:
        return LETTER
    return _weights().get(word, UNCOMMON)
