"""A period's decisions over again under a draft's rules: what would have come out otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hansa.deals.rules.replay import replay, ruling_from_plain
from hansa.kernel.plain import Plain, to_plain
from hansa.kernel.ruling import Ruling, differs
from hansa.programs.engagement import RulesOfEngagement


@dataclass(frozen=True, slots=True)
class Stored:
    """A decision as it was kept: under which code, its kind, inputs and ruling as plain values."""

    code: str
    kind: str
    inputs: Plain
    ruling: Plain


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that would come out otherwise."""

    code: str
    kind: str
    was: Ruling[Any]
    would_be: Ruling[Any]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """How many decisions were made again, and those whose outcome would differ, in the order in which they were made."""

    decisions: int
    differences: tuple[Difference, ...]

    @property
    def words(self) -> str:
        """The answer in a sentence.

        >>> WhatIf(212, ()).words
        'None of 212 decisions would differ.'
        """
        if not self.differences:
            return f"None of {self.decisions} decisions would differ."
        return f"{len(self.differences)} of {self.decisions} decisions would differ."


def what_if(stored: Iterable[Stored], rules: RulesOfEngagement) -> WhatIf:
    """Make stored decisions again under other rules, each from its own inputs alone.

    Only the outcome is compared: other words for the same outcome are no difference. What one decision would have
    changed for the next is not followed: each is asked what it would have been on the day, with what was known then.
    """
    plain, count, found = to_plain(rules), 0, []
    for decision in stored:
        count += 1
        would_be = replay(decision.kind, decision.inputs, plain)
        if differs(decision.ruling, would_be, outcome_only=True):
            was = ruling_from_plain(decision.kind, decision.ruling)
            found.append(Difference(decision.code, decision.kind, was, would_be))
    return WhatIf(count, tuple(found))
