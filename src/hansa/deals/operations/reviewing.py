"""What the operator decides: whether two registrations mean one project, what is sent back, what is rejected."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from hansa.activity.operations import record
from hansa.deals.models import Match, Registration, Waiting
from hansa.deals.operations.clocks import expire_in, let_go
from hansa.deals.operations.common import in_turn, locked, refusing_steps, rules_on, take_turns
from hansa.deals.operations.deciding import decide_claim
from hansa.deals.operations.failures import StepRefused
from hansa.deals.rules import Action, ReviewState, action_due, move
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotAllowed, NotFound, Unprocessable
from hansa.kit.scope import Scope, acting, current_scope, system

SHORTEST_REASON, LONGEST_REASON = 5, 300


@transaction.atomic
def answer_match(*, match_id: UUID, answer: str, reason: str, at: datetime) -> Match:
    """Say whether two registrations mean the same project or another; what waits for the answer is decided again.

    The answer holds for both sides. An answer that was given stays: what changes afterwards is a dispute. Raises NotFound,
    Unprocessable (another project needs a reason), StepRefused.
    """
    match: Match | None = Match.objects.filter(id=match_id).first()
    if match is None:
        raise NotFound()
    current_scope().require_operator(match.network_id, "deals.decide")
    take_turns(match.network_id)
    _require_no_stake(match.earlier_id, match.later_id)
    at = in_turn(match.network_id, at=at)
    match = Match.objects.select_for_update(of=("self",)).get(id=match_id)
    if match.answer:
        raise StepRefused(f"This was answered already: {match.get_answer_display().lower()}.")
    _require_answer(answer, reason)
    match.answer, match.reason = answer, reason.strip()
    match.answered_at, match.answered_by_id = at, current_scope().person_id
    match.save()
    record(
        "deals.match.answered", subject=match, at=at, network_id=match.network_id,
        facts={"earlier": str(match.earlier_id), "later": str(match.later_id), "answer": answer},
        text={"reason": match.reason} if match.reason else None,
    )  # fmt: skip
    with acting(_deciding("a match was answered")):
        expire_in(match.network_id, at=at)
        for registration_id in (match.earlier_id, match.later_id):
            registration = locked(registration_id)
            if registration.review == ReviewState.IN_REVIEW:
                decide_claim(registration, at=at)
    return match


def _require_answer(answer: str, reason: str) -> None:
    problems = []
    if answer not in Match.Answer.values:
        problems.append(Problem("", 0, "answer", f"one of {', '.join(Match.Answer.values)}"))
    least = SHORTEST_REASON if answer == Match.Answer.ANOTHER else 0
    if not least <= len(reason.strip()) <= LONGEST_REASON or not reason.strip().isprintable():
        problems.append(Problem("", 0, "reason", f"why, in {least} to {LONGEST_REASON} visible characters"))
    if problems:
        raise Unprocessable("The match was not answered.", problems=problems)


@transaction.atomic
def reject_registration(*, registration_id: UUID, reason: str, at: datetime) -> Registration:
    """Reject a registration with a reason that the partner reads at its answer."""
    return _answer(registration_id, Action.REJECT, reason, at)


@transaction.atomic
def ask_for_changes(*, registration_id: UUID, reason: str, at: datetime) -> Registration:
    """Send a registration back with what is missing; the partner sends it again, as a claim of that later instant."""
    return _answer(registration_id, Action.ASK, reason, at)


def _answer(registration_id: UUID, action: Action, reason: str, at: datetime) -> Registration:
    registration = _for_operator(registration_id)
    take_turns(registration.network_id)
    if not SHORTEST_REASON <= len(reason.strip()) <= 1_000:
        expected = f"a reason for the partner, of {SHORTEST_REASON} to 1,000 characters"
        raise Unprocessable("Nothing was decided.", problems=[Problem("", 0, "reason", expected)])
    registration = locked(registration_id)
    with refusing_steps():
        registration.review = move(ReviewState(registration.review), action)
    registration.reason, registration.decision_due = reason.strip(), None
    if action is Action.ASK and registration.submitted_at is not None:
        _, rules = rules_on(registration.network_id, registration.submitted_at.date())
        registration.action_due = action_due(max(at, registration.answer_at or at), rules.clocks)
    registration.save()
    Waiting.objects.filter(registration=registration).delete()
    note = partial(
        record, subject=registration, at=at, network_id=registration.network_id, facts={"code": registration.code},
        text={"reason": registration.reason},
    )  # fmt: skip
    note("deals.registration.rejected") if action is Action.REJECT else note("deals.registration.sent_back")
    let_go(registration, at=at)
    return registration


def _for_operator(registration_id: UUID) -> Registration:
    """A registration for those who decide; nobody decides about what they submitted themselves."""
    registration: Registration | None = Registration.objects.filter(id=registration_id).first()
    if registration is None:
        raise NotFound()
    scope = current_scope()
    scope.require_operator(registration.network_id, "deals.decide")
    if scope.person_id is not None and scope.person_id == registration.created_by_id:
        raise NotAllowed("You have submitted this yourself; somebody else must decide it.")
    _require_no_stake(registration.id)
    return registration


def _require_no_stake(*registration_ids: UUID) -> None:
    """Refuse whoever has registered what stands beside one of these, or one of them: nobody decides for its own sake."""
    person_id = current_scope().person_id
    if person_id is None:
        return
    beside = Match.objects.filter(Q(earlier__in=registration_ids) | Q(later__in=registration_ids))
    if beside.filter(Q(earlier__created_by_id=person_id) | Q(later__created_by_id=person_id)).exists():
        raise NotAllowed("You have registered what stands beside it yourself; somebody else must decide this.")


def _deciding(reason: str) -> Scope:
    scope = current_scope()
    return replace(system(reason), person_id=scope.person_id, organization_id=scope.organization_id)
