"""The smallest case that still shows a difference: what is not needed for it is taken away piece by piece."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.oracle.cases import Case

Shows = Callable[[Case], bool]
OPTIONAL = ("who", "what", "cap", "minimum", "exclusive_group", "payee", "measure", "method")


def reduced(case: Case, shows: Shows, *, tries: int = 150) -> Case:
    """A case no piece of which can go. `shows` (run at most `tries` times) says whether it still differs."""
    smaller = True
    while smaller and tries > 0:
        smaller = False
        for candidate in simpler(case):
            tries -= 1
            if shows(candidate):
                case, smaller = candidate, True
                break
            if tries <= 0:
                break
    return case


def simpler(case: Case) -> Iterator[Case]:
    """The case without one of its rows, incentives, bands or settings, the largest pieces first."""
    if case.periods is not None:
        yield replace(case, periods=None)
    for table in ("lines", "partners", "products", "rates"):
        rows = getattr(case, table) or []
        for size in sizes(len(rows)):
            for at in range(0, len(rows), size):
                yield without_rows(case, table, at, size)
    incentives = case.document["incentives"]
    for size in sizes(len(incentives)):
        for at in range(0, len(incentives), size):
            kept = incentives[:at] + incentives[at + size :]
            if kept:
                yield replace(case, document=case.document | {"incentives": kept})
    for at in range(len(incentives)):
        yield from simpler_incentives(case, at)


def sizes(length: int) -> list[int]:
    """How many pieces to take away at once: half, an eighth, one."""
    return sorted({size for size in (length // 2, length // 8, 1) if size}, reverse=True)


def without_rows(case: Case, table: str, at: int, size: int) -> Case:
    rows = getattr(case, table)
    changed: dict[str, Any] = {table: rows[:at] + rows[at + size :]}
    return replace(case, **changed)


def simpler_incentives(case: Case, at: int) -> Iterator[Case]:
    incentive = case.document["incentives"][at]
    for key in OPTIONAL:
        if key in incentive:
            yield with_incentive(case, at, {name: value for name, value in incentive.items() if name != key})
    for band in range(len(incentive["bands"])):
        if len(incentive["bands"]) > 1:
            bands = incentive["bands"][:band] + incentive["bands"][band + 1 :]
            yield with_incentive(case, at, incentive | {"bands": bands})


def with_incentive(case: Case, at: int, incentive: dict[str, Any]) -> Case:
    document = copy.deepcopy(case.document)
    document["incentives"][at] = incentive
    return replace(case, document=document)
