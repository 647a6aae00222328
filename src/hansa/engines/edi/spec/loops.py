"""Segments and loops of a transaction as data: which may stand where, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from hansa.engines.edi.problems import Spoils

MANY = 2**62


@dataclass(frozen=True, slots=True)
class Use:
    """A segment at its place in a loop. `spec` names its elements' table where that is not the one of its tag."""

    tag: str
    least: int = 0
    most: int = MANY
    spec: str = ""


@dataclass(frozen=True, eq=False)
class Loop:
    """A loop that its first segment opens. `spoils` is what a fault inside it costs."""

    name: str
    uses: tuple[Use | Loop, ...]
    least: int = 0
    most: int = MANY
    spoils: Spoils = "transaction"

    @property
    def trigger(self) -> str:
        """The tag that opens the loop."""
        first = self.uses[0]
        return first.tag if isinstance(first, Use) else first.trigger

    @cached_property
    def places(self) -> dict[str, tuple[int, ...]]:
        """For each tag the indexes of `uses` that it may stand for."""
        found: dict[str, list[int]] = {}
        for index, use in enumerate(self.uses):
            found.setdefault(use.tag if isinstance(use, Use) else use.trigger, []).append(index)
        return {tag: tuple(indexes) for tag, indexes in found.items()}

    @cached_property
    def simple(self) -> dict[str, tuple[int, int]]:
        """Index and most uses of each segment that has one place here, opens nothing and has its tag's table."""
        found = {tag: indexes[0] for tag, indexes in self.places.items() if len(indexes) == 1 and indexes[0]}
        return {
            tag: (at, use.most) for tag, at in found.items() if isinstance(use := self.uses[at], Use) and not use.spec
        }

    @cached_property
    def required(self) -> tuple[int, ...]:
        """The indexes of `uses` that must be there."""
        return tuple(index for index, use in enumerate(self.uses) if use.least)

    @cached_property
    def tags(self) -> frozenset[str]:
        """Every tag that may stand somewhere in the loop."""
        inner = [use.tags for use in self.uses if isinstance(use, Loop)]
        return frozenset(self.places).union(*inner)


@dataclass(frozen=True, slots=True)
class SetSpec:
    """One transaction set: its loops, the elements of its segments, and the versions it is read in (prefixes)."""

    kind: str
    functional_id: str
    versions: tuple[str, ...]
    body: Loop


def uses(table: str) -> tuple[Use, ...]:
    """Segments in a short notation: `BPT!` exactly once, `CUR?` at most once, `DTM:10` up to ten times, `REF*` as often
    as you like.

    >>> [(use.tag, use.least, use.most) for use in uses("BPT! CUR? N1:5")]
    [('BPT', 1, 1), ('CUR', 0, 1), ('N1', 0, 5)]
    """
    return tuple(_use(entry) for entry in table.split())


def _use(entry: str) -> Use:
    if entry[-1] in "!?*":
        return Use(entry[:-1], int(entry[-1] == "!"), MANY if entry[-1] == "*" else 1)
    tag, _, most = entry.partition(":")
    return Use(tag, 0, int(most))
