"""What the fields of a registration must look like."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from hansa.kernel.problem import Problem

LENGTHS = {"title": 120, "problem": 2_000, "contact": 160, "next_steps": 300, "own_reference": 60, "family": 80}
LARGEST_AMOUNT = 10**15  # minor units


@dataclass(frozen=True, slots=True)
class Facts:
    """What a registration says of its project; `amount_minor` in minor units of the network's currency."""

    family: str
    country: str
    title: str
    amount_minor: int | None = None
    close_on: date | None = None
    problem: str = ""
    contact: str = ""
    next_steps: str = ""
    own_reference: str = ""


def problems_of(facts: Facts, *, countries: Collection[str], families: Collection[str]) -> list[Problem]:
    """What is wrong with a registration's facts; `families` are the product families of the network's catalogue."""
    problems = []
    for name, longest in LENGTHS.items():
        text: str = getattr(facts, name)
        if len(text) > longest or not _is_readable(text, lines=name == "problem"):
            problems.append(Problem("", 0, name, f"up to {longest:,} visible characters"))
    if not facts.title.strip():
        problems.append(Problem("", 0, "title", "a title by which you know the project"))
    if facts.family not in families:
        problems.append(
            Problem("", 0, "family", f"one of {', '.join(sorted(families)) or 'no family: the catalogue is empty'}")
        )
    if facts.country not in countries:
        problems.append(Problem("", 0, "country", "a country by its two letters, such as DE"))
    if facts.amount_minor is not None and not 0 <= facts.amount_minor <= LARGEST_AMOUNT:
        problems.append(Problem("", 0, "amount", "an amount of 0 or more"))
    return problems


def _is_readable(text: str, *, lines: bool) -> bool:
    return (text.replace("\n", "").replace("\r", "").replace("\t", " ") if lines else text).isprintable()


def changed_fields(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    """The names of the fields that differ, by name.

    >>> changed_fields({"a": 1, "b": 2}, {"a": 1, "b": 3})
    ('b',)
    """
    return tuple(sorted(name for name in after if before.get(name) != after[name]))
