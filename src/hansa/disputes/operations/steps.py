"""What every operation on a case begins and ends with: the lock, the clocks, the step, its event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hansa.activity.models import Event
from hansa.activity.operations import record
from hansa.disputes.models import Case, Precedent, Remedy
from hansa.disputes.queries import course_of, hides_sides, side_of
from hansa.disputes.rules.course import OVER, STEPS, Action, Lapse, Side, State, lapse_of, rule_on_action
from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow
from hansa.kit.scope import acting, current_scope, system
from hansa.programs.engagement import Disputes


class CaseRefused(NotPossibleNow):
    """The case's state or clocks do not allow this."""

    title = "The case does not allow this now"


class NotASide(NotAllowed):
    """Only a side of the case may do this, and nobody who decides it."""

    title = "Only a side of the case may do this"


def locked(case: Case, *, at: datetime) -> Case:
    """The case for writing, after what its clocks have demanded until now; NotFound for who may not see it."""
    found: Case | None = (
        Case.objects.select_for_update(of=("self",)).select_related("network").filter(id=case.id).first()
    )
    if found is None:
        raise NotFound()
    run_clocks(found, at=at)
    return found


def run_clocks(case: Case, *, at: datetime) -> int:
    """Do what the clocks of a locked case demand; returns how many steps that were."""
    steps = 0
    while lapse := lapse_of(course_of(case), at=at):
        if lapse == Lapse.CLOSE_EVIDENCE:
            move(case, State.DECIDING)
            note("disputes.case.evidence_closed", case, at=at, facts={"until": _said(case.evidence_until)})
        elif lapse == Lapse.ESCALATE:
            move(case, escalated_at=case.decision_until)
            note("disputes.case.escalated", case, at=at, facts={"due": _said(case.decision_until)})
        else:
            make_final(case, Remedy.objects.get(case=case, stage=Remedy.Stage.PROPOSED), at=at, since=case.appeal_until)
        steps += 1
    return steps


def require_fit(action: Action, case: Case, *, at: datetime, side: Side | None = None) -> None:
    """Refuse what the case's state, round or clocks do not allow."""
    ruling = rule_on_action(action, course_of(case), at=at, side=side)
    if not ruling.outcome:
        raise CaseRefused(ruling.reason)


def acting_side(case: Case) -> Side:
    """The side for which the acting person speaks; refuses strangers to the case, and who decides it."""
    scope = current_scope()
    scope.require("disputes.file")
    side = side_of(case, scope.organization_id)
    if side is None:
        raise NotASide("Only the two sides of a case may do this.")
    if case.adjudicator_id is not None and case.adjudicator_id == scope.person_id:
        raise NotASide("You decide this case, so you cannot speak for one of its sides.")
    return side


def rules_of(case: Case) -> Disputes:
    """The rules frozen with a case."""
    kept = {name: value for name, value in case.rules.items() if name != "program_version"}
    return Disputes(**{**kept, "remedies": tuple(kept["remedies"])})


def move(case: Case, state: State | None = None, **changes: Any) -> None:
    """Take a locked case a step on: only a step that the rules know. Sides do not write to the case's row themselves."""
    if state is not None and state != case.state:
        if state not in STEPS[State(case.state)]:
            raise AssertionError(f"no step leads from {case.state} to {state}")
        changes["state"] = state.value
    for name, value in changes.items():
        setattr(case, name, value)
    with acting(system("taking a case a step on, as its rules allow")):
        case.save(update_fields=list(changes))


def note(kind: str, case: Case, *, at: datetime, facts: Mapping[str, object] | None = None) -> Event:
    """Record an event of a case that both sides may read: where they are hidden from each other, by the side alone."""
    told = {"code": case.code, "kind": case.kind, **(facts or {})}
    scope = current_scope()
    hidden = scope.organization_id in case.parties and hides_sides(case)
    if hidden:
        told.setdefault("side", side_of(case, scope.organization_id))
    with acting(system("a side of a case acted") if hidden else scope):
        return record(kind, subject=case, at=at, network_id=case.network_id, parties=case.parties, facts=told)


def make_final(case: Case, remedy: Remedy, *, at: datetime, since: datetime | None = None) -> Remedy:
    """Make a remedy final because nobody appealed it until `since`."""
    return conclude(case, State.FINAL, _copied(remedy, since or at), at=at)


def settle(case: Case, remedy: Remedy, *, at: datetime) -> Remedy:
    """Make a remedy final because both sides took it; what was agreed is no precedent."""
    return conclude(case, State.SETTLED, _copied(remedy, at), at=at)


def _copied(remedy: Remedy, at: datetime) -> Remedy:
    names = ("case_id", "kind", "terms", "rule", "reason", "precedent_text", "by_id")
    return Remedy(stage=Remedy.Stage.FINAL, at=at, **{name: getattr(remedy, name) for name in names})


def conclude(case: Case, state: State, remedy: Remedy, *, at: datetime) -> Remedy:
    """End a case with a final remedy, publish it as a precedent unless it was agreed, and announce `disputes.case.final`.

    The event carries the subject and the terms, so that the module that decided can carry them out by a reaction.
    """
    if state not in OVER:
        raise AssertionError(f"{state} ends no case")
    with acting(system("writing the final remedy of a case")):
        if state == State.FINAL:
            remedy.precedent = _publish(case, remedy)
        remedy.save(force_insert=True)
    move(case, state, closed_at=remedy.at)
    facts = {
        "subject_type": case.subject_type,
        "subject_id": case.subject_id,
        "claimant": str(case.claimant_id),
        "respondent": str(case.respondent_id),
        "terms": remedy.terms,
        "settled": state == State.SETTLED,
        "program_version": case.rules["program_version"],
    }
    note("disputes.case.final", case, at=at, facts=facts)
    return remedy


def _publish(case: Case, remedy: Remedy) -> Precedent:
    precedent = Precedent(
        network_id=case.network_id,
        kind=case.kind,
        rule=remedy.rule,
        remedy=remedy.kind,
        text=remedy.precedent_text,
        month=remedy.at.astimezone(UTC).date().replace(day=1),
    )
    precedent.save(force_insert=True)
    return precedent


def _said(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
