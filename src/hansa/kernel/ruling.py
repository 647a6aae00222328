"""The outcome of a decision, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True, slots=True)
class Ruling(Generic[_Outcome]):
    """What was decided: `reason` is written for the person affected, `grounds` for those entitled to know more.

    >>> Ruling(True, reason="This project is protected for you.", grounds="No earlier claim stands.").outcome
    True
    """

    outcome: _Outcome
    reason: str
    grounds: str = ""
