"""Opening a case about what was decided: a partner about its own registration, the operator between two of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from hansa.activity.models import Event
from hansa.activity.operations import record
from hansa.deals import queries
from hansa.deals.models import Contest, Decision, Match, Registration
from hansa.deals.operations.common import locked, rules_on, take_turns
from hansa.deals.operations.failures import StepRefused
from hansa.deals.queries.contests import OF_MATCH, OF_REGISTRATION, decided_at
from hansa.deals.rules.wording import instant
from hansa.disputes import operations as disputes
from hansa.disputes.models import Case, Kind, Remedy, Side
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.scope import acting, current_scope, system


@transaction.atomic
def dispute_registration(*, registration_id: UUID, statement: str, at: datetime) -> Case:
    """Open a case about an own registration, against the network's operator who decided it.

    The other side is always the operator, whoever else may be there: a case must not tell more than the answer did.
    Raises NotFound, StepRefused, Unprocessable for an empty statement.
    """
    scope = current_scope()
    scope.require("disputes.file")
    registration = _own(registration_id)
    _, rules = rules_on(registration.network_id, at.date())
    ruling = queries.rule_on_dispute(registration, rules.disputes, at=at)
    if not ruling.outcome:
        raise StepRefused(ruling.reason)
    if not statement.strip():
        problems = [Problem("", 0, "statement", "what was decided wrongly, in your words")]
        raise Unprocessable("The case was not opened.", problems=problems)
    network = registration.network
    subject = disputes.Subject(
        Kind.REGISTRATION, OF_REGISTRATION, str(registration.id), registration.title,
        reverse("deals:deal", args=[network.slug, registration.code]),
    )  # fmt: skip
    assert network.operator_id is not None
    sides = {Side.CLAIMANT: registration}
    case = _open(subject, sides, _decision_about(registration, at), network.operator_id, at, statement.strip())
    return _contest(case, sides, at)


def _own(registration_id: UUID) -> Registration:
    """An own registration, with its network's lock."""
    mine = Registration.objects.filter(id=registration_id, partner_id=current_scope().organization_id)
    network_id = mine.values_list("network_id", flat=True).first()
    if network_id is None:
        raise NotFound()
    take_turns(network_id)
    return locked(registration_id)


@transaction.atomic
def open_case_between(*, match_id: UUID, at: datetime) -> Case:
    """Open a case between the two registrations of a match: the later one's partner against the earlier one's.

    For those who run the network, where both sides must be heard before anybody changes places. Each side is told of the
    case and of its own registration, not who the other one is. Raises NotFound, StepRefused.
    """
    match = _match(match_id)
    current_scope().require_operator(match.network_id, "disputes.file")
    return _open_between(match, at)


def open_case_of_merge(one_id: UUID, other_id: UUID, reason: str, at: datetime) -> None:
    """Open a case between two protected registrations whose customers turned out to be one; none where there is one."""
    with transaction.atomic(), acting(system("a refused merge opens a case")):
        rows = Registration.objects.filter(id__in=[one_id, other_id]).select_related("network", "partner")
        earlier, later = rows.order_by("submitted_at", "id")
        take_turns(earlier.network_id)
        between = Match.objects.filter(Q(earlier=earlier, later=later) | Q(earlier=later, later=earlier))
        match = between.select_for_update(of=("self",)).first() or Match(
            network_id=earlier.network_id, earlier=earlier, later=later, probability=1, verdict="same", found_at=at
        )
        match.answer, match.answered_at = Match.Answer.SAME, at
        match.why, match.reason = "their customers were said to be one company", reason[:300]
        match.save()
        if queries.rule_on_case_between(match, at=at).outcome:
            _open_between(match, at)


def _match(match_id: UUID) -> Match:
    network_id = Match.objects.filter(id=match_id).values_list("network_id", flat=True).first()
    if network_id is None:
        raise NotFound()
    take_turns(network_id)
    rows = Match.objects.select_related("earlier__network", "earlier__partner", "later__network", "later__partner")
    found: Match = rows.get(id=match_id)
    return found


def _open_between(match: Match, at: datetime) -> Case:
    ruling = queries.rule_on_case_between(match, at=at)
    if not ruling.outcome:
        raise StepRefused(ruling.reason)
    network, sides = match.later.network, {Side.CLAIMANT: match.later, Side.RESPONDENT: match.earlier}
    subject = disputes.Subject(
        Kind.REGISTRATION, OF_MATCH, str(match.id), f"{match.later.family}, {match.later.country}",
        reverse("deals:own_in_match", args=[network.slug, match.id]),
    )  # fmt: skip
    decision = disputes.Decision(
        decided_at=match.answered_at or max(filter(None, map(decided_at, sides.values()))),
        reason="Two registrations mean the same project. The published rules protect one of them.",
        facts={"Product family": match.later.family, "Country": match.later.country},
        grounds=f"{match.why}. {match.reason}".strip(),
        inputs={"match": str(match.id), "earlier": match.earlier.code, "later": match.later.code},
    )
    return _contest(_open(subject, sides, decision, match.earlier.partner_id, at), sides, at)


def _open(
    subject: disputes.Subject,
    sides: dict[Side, Registration],
    decision: disputes.Decision,
    respondent_id: UUID,
    at: datetime,
    statement: str = "",
) -> Case:
    claimant = sides[Side.CLAIMANT]
    version, rules = rules_on(claimant.network_id, at.date())
    return disputes.open_case(
        network=claimant.network,
        subject=subject,
        claimant_id=claimant.partner_id,
        respondent_id=respondent_id,
        decision=decision,
        rules=rules.disputes,
        program_version=version.code if version else "",
        statement=statement,
        interested=_interested(*sides.values()),
        at=at,
    )


def _decision_about(registration: Registration, at: datetime) -> disputes.Decision:
    """What is disputed: in the words that the partner was told; what was found goes to the operator's side alone."""
    seen = queries.as_seen(registration, at=at)
    with acting(system("keeping the grounds of a disputed decision for its adjudicator")):
        rows = Decision.objects.filter(registration=registration, kind="claim").select_related("program_version")
        ruled: Decision | None = rows.order_by("-at", "-id").first()
    version, rules = rules_on(registration.network_id, (registration.submitted_at or at).date())
    since = decided_at(registration)
    assert since is not None
    assert registration.submitted_at is not None
    return disputes.Decision(
        decided_at=since,
        reason=seen.reason,
        rule=", ".join(word.replace("_", " ") for word in rules.priority),
        facts={
            "Registration": registration.code,
            "Registered": instant(registration.submitted_at),
            "Product family": registration.family,
            "Country": registration.country,
            "Review": seen.review.replace("_", " ").capitalize(),
            "Program": version.label if version else "",
        },
        grounds=f"{ruled.ruling['reason']} {ruled.ruling['grounds']}".strip() if ruled else "",
        inputs={"decision": ruled.code, "kind": ruled.kind, **ruled.inputs} if ruled else {},
    )


def _interested(*registrations: Registration) -> set[UUID]:
    """Who must not decide: whoever wrote, rejected or sent back one of them, answered a match, or registered what stands beside.

    Nor whoever has decided a case about one of their projects before.
    """
    with acting(system("asking who has an interest in a decision")):
        decided = Decision.objects.filter(registration__in=registrations).values_list("by_id", flat=True)
        beside = Match.objects.filter(Q(earlier__in=registrations) | Q(later__in=registrations))
        told = beside.values_list("answered_by_id", "earlier__created_by_id", "later__created_by_id")
        kinds = ("deals.registration.rejected", "deals.registration.sent_back")
        answered = Event.objects.filter(kind__in=kinds, subject_id__in=[each.id for each in registrations])
        projects = [each.project_id for each in registrations if each.project_id is not None]
        cases = Contest.objects.filter(Q(registration__in=registrations) | Q(registration__project__in=projects))
        ordered = Remedy.objects.filter(case__in=cases.values("case_id")).values_list("by_id", flat=True)
        found = {who for row in told for who in row} | {each.created_by_id for each in registrations}
        found |= {*decided, *ordered, *answered.values_list("actor_id", flat=True)}
    return {who for who in found if who is not None}


def _contest(case: Case, sides: dict[Side, Registration], at: datetime) -> Case:
    with acting(system("noting on registrations that a case is about them")):
        for side, registration in sides.items():
            Contest(
                network_id=registration.network_id, registration=registration, case=case, side=side, opened_at=at
            ).save(force_insert=True)
    for registration in sides.values():
        record(
            "deals.registration.contested", subject=registration, at=at, network_id=registration.network_id,
            parties=[registration.partner_id], facts={"code": registration.code, "case": case.code},
        )  # fmt: skip
    return case
