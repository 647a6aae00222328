"""Who may adjudicate a case: nobody with an interest in it, and on appeal nobody who has decided it before."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hansa.kernel.ruling import Ruling


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who may be asked to decide: the organizations it works for, and whether its roles allow it."""

    person_id: UUID
    organizations: frozenset[UUID]
    may_decide: bool = True


@dataclass(frozen=True, slots=True)
class Bench:
    """What keeps persons from deciding a case.

    `parties` are the organizations on both sides; the network's operator is still the operator where it is one of them.
    `interested` are persons with an interest in the subject (its account owner, who decided it), `spoke` those who
    filed the case or spoke for a side, `decided` those who have decided it in an earlier round.
    """

    parties: frozenset[UUID]
    operator_id: UUID | None = None
    interested: frozenset[UUID] = frozenset()
    spoke: frozenset[UUID] = frozenset()
    decided: frozenset[UUID] = frozenset()


def rule_on_adjudicator(candidate: Candidate, bench: Bench) -> Ruling[bool]:
    """Whether a person may decide a case, with the reason for the one who assigns."""
    if not candidate.may_decide:
        return Ruling(False, "The roles of this person do not allow deciding cases.")
    barring = bench.parties - {bench.operator_id}
    if candidate.organizations & barring:
        return Ruling(False, "This person works for one of the sides.")
    if candidate.person_id in bench.interested:
        return Ruling(False, "This person has an interest in what is disputed.")
    if candidate.person_id in bench.spoke:
        return Ruling(False, "This person has filed the case or spoken for one of the sides.")
    if candidate.person_id in bench.decided:
        return Ruling(False, "This person has decided the case before; an appeal goes to somebody else.")
    return Ruling(True, "This person has no interest in the case.")
