"""What the sides answer to a proposed remedy: accept it, or appeal it once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hansa.disputes.models import Acceptance, Appeal, Case, Remedy
from hansa.disputes.operations.steps import acting_side, locked, move, note, require_fit, rules_of, settle
from hansa.disputes.queries import accepted_by
from hansa.disputes.rules.course import ON_APPEAL, Action, State, after_acceptance, decision_from
from hansa.disputes.rules.terms import LONGEST_REASON, problems_of_text
from hansa.kit.failures import Unprocessable
from hansa.kit.scope import current_scope


@transaction.atomic
def accept_remedy(*, case: Case, at: datetime) -> Case:
    """Accept the proposed remedy for the acting organization's side; once both have, the case is settled."""
    current_scope().require("disputes.file")
    found = locked(case, at=at)
    side = acting_side(found)
    require_fit(Action.ACCEPT, found, at=at, side=side)
    remedy = _proposed(found)
    Acceptance(case=found, remedy=remedy, side=side.value, by_id=current_scope().person_id, at=at).save(
        force_insert=True
    )
    note("disputes.case.accepted", found, at=at, facts={"side": side.value})
    if after_acceptance(accepted_by(found)) == State.SETTLED:
        settle(found, remedy, at=at)
    return found


@transaction.atomic
def appeal(*, case: Case, reason: str, at: datetime) -> Case:
    """Appeal the proposed remedy for the acting organization's side: once in a case, to another adjudicator."""
    current_scope().require("disputes.file")
    found = locked(case, at=at)
    side = acting_side(found)
    require_fit(Action.APPEAL, found, at=at, side=side)
    problems = problems_of_text("reason", reason.strip(), longest=LONGEST_REASON, needed="what was decided wrongly")
    if problems:
        raise Unprocessable("The appeal cannot be taken like this.", problems=problems)
    person_id = current_scope().person_id
    Appeal(case=found, remedy=_proposed(found), side=side.value, by_id=person_id, at=at, reason=reason.strip()).save(
        force_insert=True
    )
    due = decision_from(at, rules_of(found))
    move(
        found,
        State.APPEALED,
        round=ON_APPEAL,
        adjudicator_id=None,
        decision_until=due,
        appeal_until=None,
        escalated_at=None,
    )
    note("disputes.case.appealed", found, at=at, facts={"side": side.value, "decision_until": due.isoformat()})
    return found


def _proposed(case: Case) -> Remedy:
    remedy: Remedy = Remedy.objects.get(case=case, stage=Remedy.Stage.PROPOSED)
    return remedy
