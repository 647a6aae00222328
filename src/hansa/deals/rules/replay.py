"""Decisions as they are stored, and over again: the same function over the stored inputs gives the same ruling.

What is stored of a decision is its kind, its inputs, the rules that held and the ruling, all as plain values. A replay
runs the kind's function over them; a what-if runs it under other rules. What matching said of two customers is one of
the inputs, so that a better model never changes what was decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansa.deals.rules.claims import Claim, Rival
from hansa.deals.rules.clocks import rule_on_lapse
from hansa.deals.rules.conflict import Outcome, rule_on_claim
from hansa.deals.rules.eligibility import MemberFacts, rule_on_eligibility
from hansa.deals.rules.protection import rule_on_extension, rule_on_protection
from hansa.deals.rules.remedies import Effect, RemedyInputs, rule_on_remedy
from hansa.kernel.plain import Plain, from_plain
from hansa.kernel.ruling import Ruling
from hansa.programs.engagement import RulesOfEngagement


@dataclass(frozen=True, slots=True)
class ClaimInputs:
    """What `rule_on_claim` was given; `rivals` None where the check could not run. Rivals are kept in order of id."""

    claim: Claim
    rivals: tuple[Rival, ...] | None
    at: datetime

    def __post_init__(self) -> None:
        if self.rivals is not None:
            ordered = sorted(self.rivals, key=lambda rival: (rival.claim.id, rival.standing))
            object.__setattr__(self, "rivals", tuple(ordered))


@dataclass(frozen=True, slots=True)
class EligibilityInputs:
    """What `rule_on_eligibility` was given."""

    claim: Claim
    member: MemberFacts


@dataclass(frozen=True, slots=True)
class ProtectionInputs:
    """What `rule_on_protection` was given."""

    claim: Claim
    start: datetime


@dataclass(frozen=True, slots=True)
class ExtensionInputs:
    """What `rule_on_extension` was given."""

    until: datetime
    used: int
    has_evidence: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class LapseInputs:
    """What `rule_on_lapse` was given."""

    outcome: Outcome
    due: datetime
    at: datetime


Inputs = ClaimInputs | EligibilityInputs | ProtectionInputs | ExtensionInputs | LapseInputs | RemedyInputs


@dataclass(frozen=True, slots=True)
class _Kind:
    inputs: type[Inputs]
    outcome: Any
    decide: Callable[[Any, RulesOfEngagement], Ruling[Any]]


KINDS: dict[str, _Kind] = {
    "claim": _Kind(ClaimInputs, Outcome, lambda i, rules: rule_on_claim(i.claim, i.rivals, rules, i.at)),
    "eligibility": _Kind(EligibilityInputs, bool, lambda i, rules: rule_on_eligibility(i.claim, i.member, rules)),
    "protection": _Kind(ProtectionInputs, datetime, lambda i, rules: rule_on_protection(i.claim, i.start, rules)),
    "extension": _Kind(
        ExtensionInputs,
        datetime | None,
        lambda i, rules: rule_on_extension(
            until=i.until, used=i.used, has_evidence=i.has_evidence, at=i.at, rules=rules
        ),
    ),
    "lapse": _Kind(LapseInputs, str, lambda i, rules: rule_on_lapse(i.outcome, due=i.due, at=i.at, rules=rules)),
    "remedy": _Kind(RemedyInputs, Effect, lambda i, rules: rule_on_remedy(i)),
}
"""The kinds of decision that can be replayed: their inputs, the type of their outcome, the function that decides."""


def kind_of(inputs: Inputs) -> str:
    """The word under which decisions over such inputs are stored."""
    return next(word for word, kind in KINDS.items() if kind.inputs is type(inputs))


def decide(inputs: Inputs, rules: RulesOfEngagement) -> Ruling[Any]:
    """The ruling over inputs under rules: what a replay runs, and what should be run the first time too."""
    return KINDS[kind_of(inputs)].decide(inputs, rules)


def replay(kind: str, inputs: Plain, rules_inputs: Plain) -> Ruling[Any]:
    """The ruling of a kind over stored inputs, under stored rules. Raises NotReadable, or KeyError for no such kind."""
    known = KINDS[kind]
    return known.decide(from_plain(known.inputs, inputs), from_plain(RulesOfEngagement, rules_inputs))


def ruling_from_plain(kind: str, plain: Mapping[str, Plain]) -> Ruling[Any]:
    """A stored ruling of a kind as it was."""
    outcome = from_plain(KINDS[kind].outcome, plain["outcome"], "outcome")
    return Ruling(outcome, from_plain(str, plain["reason"], "reason"), from_plain(str, plain["grounds"], "grounds"))
