"""What a profile may hold."""

from __future__ import annotations

from collections.abc import Sequence

from hansa.kernel.problem import Problem

LONGEST_NAME = 120
THEMES = ("", "light", "dark")  # empty: as the system has it


def problems_of_profile(
    *, name: str, locale: str = "en", theme: str = "", locales: Sequence[str] = ("en",)
) -> list[Problem]:
    """What is wrong with a profile; empty when it can be kept.

    >>> [problem.column for problem in problems_of_profile(name="", theme="blue")]
    ['name', 'theme']
    """
    problems = []
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        problems.append(Problem("", 0, "name", f"a name of 1 to {LONGEST_NAME} characters"))
    if locale not in locales:
        problems.append(Problem("", 0, "locale", f"one of {', '.join(locales)}"))
    if theme not in THEMES:
        problems.append(Problem("", 0, "theme", "light, dark, or nothing for what the system has"))
    return problems
