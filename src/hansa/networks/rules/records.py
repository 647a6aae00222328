"""What the fields of a network and of a standing may hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from hansa.kernel.problem import Problem

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED_SLUGS = frozenset({"new", "open", "all", "api", "settings"})
LONGEST_SLUG, LONGEST_NAME, LONGEST_CHARTER = 40, 120, 50_000
LONGEST_WORD, LONGEST_REASON, MOST_TYPES = 60, 300, 20


def problems_of_slug(slug: str) -> list[Problem]:
    """What is wrong with the short name by which addresses name a network."""
    if SLUG.fullmatch(slug) and len(slug) <= LONGEST_SLUG and slug not in RESERVED_SLUGS:
        return []
    expected = f"small letters, digits and single hyphens, up to {LONGEST_SLUG}, such as nordwind"
    return [Problem("", 0, "slug", expected)]


def problems_of_network(*, name: str, charter: str, accent: str, accents: Collection[str]) -> list[Problem]:
    """What is wrong with a network's name, charter or colour; `accents` are the colours that exist."""
    problems = []
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        problems.append(Problem("", 0, "name", f"a name of up to {LONGEST_NAME} characters"))
    if len(charter) > LONGEST_CHARTER or "\x00" in charter:
        problems.append(Problem("", 0, "charter", f"a text of up to {LONGEST_CHARTER} characters"))
    if accent not in accents:
        problems.append(Problem("", 0, "accent", f"one of {', '.join(sorted(accents))}"))
    return problems


def problems_of_role(
    *, types: Sequence[str], tier: str, territory: str, reason: str = "", file: str = "", row: int = 0
) -> list[Problem]:
    """What is wrong with what a member is said to be. A type holds no `|`, which separates types in files."""
    problems = []
    if not types or len(types) > MOST_TYPES:
        problems.append(Problem(file, row, "types", f"one to {MOST_TYPES} partner types"))
    if len(set(types)) != len(types):
        problems.append(Problem(file, row, "types", "each type once"))
    words = [("types", kind) for kind in types] + [("tier", tier or "-"), ("territory", territory or "-")]
    for column, word in words:
        if (
            not word.strip()
            or word != word.strip()
            or len(word) > LONGEST_WORD
            or not word.isprintable()
            or "|" in word
        ):
            problems.append(Problem(file, row, column, f"a word of up to {LONGEST_WORD} characters without |"))
    if len(reason) > LONGEST_REASON or "\x00" in reason:
        problems.append(Problem(file, row, "reason", f"up to {LONGEST_REASON} characters"))
    return problems


def _is_word(word: str) -> bool:
    written = bool(word.strip()) and word == word.strip() and word.isprintable()
    return written and len(word) <= LONGEST_WORD and "|" not in word
