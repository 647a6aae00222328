"""Naming an adjudicator without interest in the case, proposing a remedy, deciding an appeal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from hansa.disputes.models import Case, Remedy
from hansa.disputes.operations.steps import conclude, locked, move, note, require_fit, rules_of
from hansa.disputes.queries import adjudicators_for, bench_of, candidate
from hansa.disputes.rules.bench import rule_on_adjudicator
from hansa.disputes.rules.course import Action, State, after_assignment, appeal_from
from hansa.disputes.rules.terms import (
    LONGEST_REASON,
    Terms,
    as_stored,
    names_in,
    problems_of_terms,
    problems_of_text,
)
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, current_scope, system
from hansa.organizations.models import Organization


class AdjudicatorRefused(NotPossibleNow):
    """This person may not decide this case, or another one does."""

    title = "This person may not decide the case"


@transaction.atomic
def assign_adjudicator(*, case: Case, person_id: UUID, at: datetime) -> Case:
    """Let one of the operator's people decide a case: without interest in it, and on appeal nobody who has before."""
    current_scope().require_operator(case.network_id, "disputes.decide")
    found = locked(case, at=at)
    require_fit(Action.ASSIGN, found, at=at)
    rulings = {person.id: ruling for person, ruling in adjudicators_for(found)}
    if person_id not in rulings:
        expected = "one of your people whose roles allow deciding cases"
        raise Unprocessable("Nobody was assigned.", problems=[Problem("", 0, "person", expected)])
    if not rulings[person_id].outcome:
        raise AdjudicatorRefused(rulings[person_id].reason)
    move(found, after_assignment(State(found.state)), adjudicator_id=person_id)
    note("disputes.case.assigned", found, at=at, facts={"adjudicator": str(person_id), "round": found.round})
    return found


@transaction.atomic
def propose_remedy(*, case: Case, terms: Terms, rule: str, reason: str, precedent_text: str, at: datetime) -> Remedy:
    """Propose a remedy as the case's adjudicator: final unless it is appealed in time.

    `rule` names the rule applied, `reason` is written for both sides, `precedent_text` for everybody and without names,
    since a proposal that nobody appeals is final as it is.
    """
    found = _for_adjudicator(case, Action.PROPOSE, at)
    remedy = _remedy(found, Remedy.Stage.PROPOSED, terms, (rule, reason, precedent_text), at)
    with acting(system("writing a remedy that its adjudicator proposes")):
        remedy.save(force_insert=True)
    until = appeal_from(at, rules_of(found))
    move(found, State.PROPOSED, appeal_until=until)
    note("disputes.case.proposed", found, at=at, facts={"terms": remedy.terms, "appeal_until": until.isoformat()})
    return remedy


@transaction.atomic
def decide(*, case: Case, terms: Terms, rule: str, reason: str, precedent_text: str, at: datetime) -> Remedy:
    """Decide an appeal as the case's adjudicator: final at once. The texts are those of `propose_remedy`."""
    found = _for_adjudicator(case, Action.DECIDE, at)
    remedy = _remedy(found, Remedy.Stage.FINAL, terms, (rule, reason, precedent_text), at)
    return conclude(found, State.FINAL, remedy, at=at)


def _for_adjudicator(case: Case, action: Action, at: datetime) -> Case:
    """The locked case, for the person who was assigned and still has no interest in it."""
    scope = current_scope()
    scope.require_operator(case.network_id, "disputes.decide")
    found = locked(case, at=at)
    require_fit(action, found, at=at)
    if scope.person_id is None or found.adjudicator_id != scope.person_id:
        raise AdjudicatorRefused("Somebody else is assigned to decide this case.")
    ruling = rule_on_adjudicator(candidate(scope.person_id), bench_of(found))
    if not ruling.outcome:
        raise AdjudicatorRefused(ruling.reason)
    return found


def _remedy(case: Case, stage: Remedy.Stage, terms: Terms, texts: tuple[str, str, str], at: datetime) -> Remedy:
    rule, reason, published = (text.strip() for text in texts)
    problems = [
        *problems_of_terms(terms, allowed=rules_of(case).remedies, currency=case.network.currency),
        *problems_of_text("rule", rule, longest=300, needed="the rule that is applied"),
        *problems_of_text("reason", reason, longest=LONGEST_REASON, needed="why, for both sides"),
        *problems_of_text("precedent_text", published, longest=LONGEST_REASON, needed="why, for everybody"),
    ]
    for field, text in (("rule", rule), ("precedent_text", published)):
        if found := names_in(text, _names(case)):
            problems.append(Problem("", 0, field, f"a text for everybody, without {', '.join(found)}"))
    if problems:
        raise Unprocessable("The remedy cannot be ordered like this.", problems=problems)
    return Remedy(
        case=case,
        stage=stage,
        kind=terms.kind,
        terms=as_stored(terms),
        rule=rule,
        reason=reason,
        precedent_text=published,
        by_id=current_scope().person_id,
        at=at,
    )


def _names(case: Case) -> list[str]:
    """What would tell the sides: their names and what is disputed."""
    with acting(system("keeping the sides' names out of a precedent")):
        rows = Organization.objects.filter(id__in=case.parties).values_list("name", "legal_name")
        return [case.subject_label, case.code, *(name for row in rows for name in row if name)]
