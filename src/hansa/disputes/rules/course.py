"""The course of a case: its states, what may be done in each, and what follows when a clock runs out.

Days are days of 24 hours. Every `…_until` is exclusive: at that very instant the time is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hansa.kernel.ruling import Ruling
from hansa.programs.engagement import Disputes

DAY = timedelta(days=1)
FIRST, ON_APPEAL = 1, 2


class State(StrEnum):
    """Where a case stands."""

    FILED = "FILED"
    EVIDENCE = "EVIDENCE"
    DECIDING = "DECIDING"
    PROPOSED = "PROPOSED"
    APPEALED = "APPEALED"
    FINAL = "FINAL"
    SETTLED = "SETTLED"
    WITHDRAWN = "WITHDRAWN"


class Side(StrEnum):
    """The two sides of a case: who disputes a decision, and whom it favours (or who made it)."""

    CLAIMANT = "CLAIMANT"
    RESPONDENT = "RESPONDENT"


class Action(StrEnum):
    """What somebody may do with a case."""

    SHOW = "SHOW"
    REST = "REST"
    WITHDRAW = "WITHDRAW"
    ASSIGN = "ASSIGN"
    PROPOSE = "PROPOSE"
    ACCEPT = "ACCEPT"
    APPEAL = "APPEAL"
    DECIDE = "DECIDE"


class Lapse(StrEnum):
    """What a clock does when it runs out."""

    CLOSE_EVIDENCE = "CLOSE_EVIDENCE"
    ESCALATE = "ESCALATE"
    MAKE_FINAL = "MAKE_FINAL"


OVER = frozenset({State.FINAL, State.SETTLED, State.WITHDRAWN})
STEPS: Mapping[State, frozenset[State]] = {
    State.FILED: frozenset({State.EVIDENCE, State.DECIDING, State.WITHDRAWN}),
    State.EVIDENCE: frozenset({State.DECIDING, State.WITHDRAWN}),
    State.DECIDING: frozenset({State.PROPOSED, State.FINAL, State.WITHDRAWN}),
    State.PROPOSED: frozenset({State.APPEALED, State.FINAL, State.SETTLED}),
    State.APPEALED: frozenset({State.DECIDING}),
    State.FINAL: frozenset(),
    State.SETTLED: frozenset(),
    State.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Course:
    """A case as its rules see it.

    `round`: 1 at first, 2 on appeal; `rested`: the sides that have shown all
    they have; `accepted`: the sides that took the proposal.
    """

    state: State
    evidence_until: datetime
    decision_until: datetime
    round: int = FIRST
    appeal_until: datetime | None = None
    adjudicated: bool = False
    escalated: bool = False
    rested: frozenset[Side] = frozenset()
    accepted: frozenset[Side] = frozenset()

    @property
    def due_at(self) -> datetime | None:
        """The instant by which whoever must act next has to; None once the case is over."""
        if self.state in (State.FILED, State.EVIDENCE):
            return self.evidence_until
        if self.state in (State.DECIDING, State.APPEALED):
            return self.decision_until
        return self.appeal_until if self.state == State.PROPOSED else None


def rule_on_filing(*, decided_at: datetime, at: datetime, rules: Disputes) -> Ruling[bool]:
    """Whether a decision may still be disputed: from its instant on, until the days for filing have passed."""
    until = decided_at + rules.file_within_days * DAY
    grounds = f"A decision of {_said(decided_at)} can be disputed until {_said(until)}."
    if at < decided_at:
        return Ruling(False, "A decision can be disputed once it is made.", grounds)
    if at >= until:
        return Ruling(False, f"The {rules.file_within_days} days in which it could be disputed have passed.", grounds)
    return Ruling(True, "This decision can be disputed.", grounds)


def clocks_from(opened_at: datetime, rules: Disputes) -> tuple[datetime, datetime]:
    """Until when evidence is taken, and until when the adjudicator decides, of a case opened at an instant."""
    evidence_until = opened_at + rules.evidence_days * DAY
    return evidence_until, decision_from(evidence_until, rules)


def appeal_from(proposed_at: datetime, rules: Disputes) -> datetime:
    """Until when a remedy proposed at an instant may be appealed."""
    return proposed_at + rules.appeal_days * DAY


def decision_from(instant: datetime, rules: Disputes) -> datetime:
    """Until when a case is to be decided whose evidence ended, or that was appealed, at an instant."""
    return instant + rules.decision_days * DAY


def rule_on_action(action: Action, course: Course, *, at: datetime, side: Side | None = None) -> Ruling[bool]:
    """Whether an action fits a case's state, round and clocks; who may act at all is asked elsewhere.

    `side`: for which side, where a side acts. A case whose clock has run out is first taken on by `lapse_of`.
    """
    if action not in _FITTING[course.state, course.round]:
        return Ruling(False, _WHY_NOT[action], f"The case is {course.state} in round {course.round}.")
    if action in (Action.SHOW, Action.REST):
        return _rule_on_evidence(course, at, side)
    if action in (Action.ACCEPT, Action.APPEAL):
        return _rule_on_answer(action, course, at, side)
    if action == Action.WITHDRAW and side != Side.CLAIMANT:
        return Ruling(False, "Only the side that filed a case can withdraw it.")
    if action in (Action.PROPOSE, Action.DECIDE) and not course.adjudicated:
        return Ruling(False, "Nobody is assigned to decide this case yet.")
    return Ruling(True, "")


def _rule_on_evidence(course: Course, at: datetime, side: Side | None) -> Ruling[bool]:
    if at >= course.evidence_until:
        return Ruling(False, "The time for evidence has passed.", f"It ended at {_said(course.evidence_until)}.")
    if side in course.rested:
        return Ruling(False, "Your side has said that it has shown everything.")
    return Ruling(True, "")


def _rule_on_answer(action: Action, course: Course, at: datetime, side: Side | None) -> Ruling[bool]:
    if course.appeal_until is None or at >= course.appeal_until:
        return Ruling(False, "The time for an appeal has passed: the remedy is final.")
    if side in course.accepted:
        doing = "It cannot be appealed any more." if action == Action.APPEAL else "Nothing more is needed of it."
        return Ruling(False, f"Your side has accepted the remedy. {doing}")
    return Ruling(True, "")


def lapse_of(course: Course, *, at: datetime) -> Lapse | None:
    """What the clocks demand next at an instant; ask again after it is done, until nothing is left."""
    if course.state in (State.FILED, State.EVIDENCE) and at >= course.evidence_until:
        return Lapse.CLOSE_EVIDENCE
    undecided = course.state in (State.DECIDING, State.APPEALED) and not course.escalated
    if undecided and at >= course.decision_until:
        return Lapse.ESCALATE
    if course.state == State.PROPOSED and course.appeal_until is not None and at >= course.appeal_until:
        return Lapse.MAKE_FINAL
    return None


def after_assignment(state: State) -> State:
    """The state of a case that gets an adjudicator."""
    return {State.FILED: State.EVIDENCE, State.APPEALED: State.DECIDING}.get(state, state)


def after_resting(state: State, rested: frozenset[Side]) -> State:
    """The state of a case in which these sides have shown everything: with both, nobody waits for the clock."""
    return State.DECIDING if rested == frozenset(Side) else state


def after_acceptance(accepted: frozenset[Side]) -> State:
    """The state of a proposed remedy that these sides have accepted."""
    return State.SETTLED if accepted == frozenset(Side) else State.PROPOSED


def waits_for(
    course: Course, *, operates: bool = False, adjudicates: bool = False, side: Side | None = None, shown: bool = False
) -> bool:
    """Whether somebody must act next: of those who run the network, the adjudicator, or a side.

    `shown`: the side has shown evidence already, or said that it has no more.
    """
    if operates and not course.adjudicated and course.state not in OVER | {State.PROPOSED}:
        return True
    if course.state == State.DECIDING:
        return adjudicates
    if course.state == State.PROPOSED:
        return side is not None and side not in course.accepted
    return side is not None and not shown and course.state in (State.FILED, State.EVIDENCE)


_UNDECIDED = frozenset({Action.WITHDRAW, Action.ASSIGN})
_FITTING: Mapping[tuple[State, int], frozenset[Action]] = {
    (state, number): frozenset() for state in State for number in (FIRST, ON_APPEAL)
} | {
    (State.FILED, FIRST): _UNDECIDED | {Action.SHOW, Action.REST},
    (State.EVIDENCE, FIRST): _UNDECIDED | {Action.SHOW, Action.REST},
    (State.DECIDING, FIRST): _UNDECIDED | {Action.PROPOSE},
    (State.PROPOSED, FIRST): frozenset({Action.ACCEPT, Action.APPEAL}),
    (State.APPEALED, ON_APPEAL): frozenset({Action.ASSIGN}),
    (State.DECIDING, ON_APPEAL): frozenset({Action.ASSIGN, Action.DECIDE}),
}
_WHY_NOT: Mapping[Action, str] = {
    Action.SHOW: "Evidence is taken only before the case is decided, and not on appeal.",
    Action.REST: "Only while evidence is taken can a side say that it has shown everything.",
    Action.WITHDRAW: "A case can be withdrawn only until a remedy is proposed.",
    Action.ASSIGN: "An adjudicator is assigned only while something is to be decided.",
    Action.PROPOSE: "A remedy is proposed once the time for evidence has passed, and once only.",
    Action.ACCEPT: "No proposed remedy waits to be accepted.",
    Action.APPEAL: "Only a proposed remedy can be appealed, and a case only once.",
    Action.DECIDE: "Only an appeal is decided for good; a first decision is proposed, so that it can be appealed.",
}


def _said(instant: datetime) -> str:
    return f"{instant:%d %B %Y %H:%M %Z}"
