"""The outcome of a decision, with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from hansa.kernel.plain import Plain, canonical, to_plain

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


def ruling_to_plain(ruling: Ruling[Any]) -> dict[str, Plain]:
    """A ruling as it is stored."""
    return {"outcome": to_plain(ruling.outcome), "reason": ruling.reason, "grounds": ruling.grounds}


def differs(stored: Mapping[str, Plain], again: Ruling[Any], *, outcome_only: bool = False) -> bool:
    """Whether a replayed ruling is another than the stored one; for a what-if the outcome alone is compared."""
    plain = ruling_to_plain(again)
    if outcome_only:
        return canonical(stored["outcome"]) != canonical(plain["outcome"])
    return canonical(dict(stored)) != canonical(plain)
