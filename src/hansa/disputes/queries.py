from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value, When

from hansa.activity.models import Event
from hansa.disputes.models import (
    OVER,
    Acceptance,
    Appeal,
    Case,
    Evidence,
    Grounds,
    Precedent,
    Remedy,
    Rest,
    Side,
    State,
)
from hansa.disputes.rules import course
from hansa.disputes.rules.bench import Bench, Candidate, rule_on_adjudicator
from hansa.kernel.ruling import Ruling
from hansa.kit.failures import NotFound
from hansa.kit.scope import acting, current_scope, system
from hansa.organizations.models import Affiliation, Organization
from hansa.organizations.queries import people_of_organization
from hansa.organizations.rules import capabilities_of
from hansa.people.models import Person

ORDER = ("-waits", "due_at", "id")


def cases_of(network_id: UUID, *, over: bool | None = None, waiting: bool = False) -> QuerySet[Case]:
    """Cases of a network that the acting organization is in or runs, with `waits` (1: for the acting person), `due_at`.

    `over`: only those that are over, or that are not; `waiting`: only those that wait for the acting person.
    """
    current_scope().require("disputes.view")
    rows: QuerySet[Case] = Case.objects.filter(network_id=network_id).annotate(waits=_waits(), due_at=_due_at())
    if over is not None:
        rows = rows.filter(state__in=OVER) if over else rows.exclude(state__in=OVER)
    return rows.filter(Q(("waits", 1))) if waiting else rows


def _waits() -> models.Case:
    """`rules.course.waits_for` for many rows; a test runs both over the same."""
    scope = current_scope()
    found = Q(pk=None)
    if scope.can("disputes.decide"):
        unassigned = Q(network_id__in=scope.operates, adjudicator=None) & ~Q(state__in=[*OVER, State.PROPOSED])
        found |= unassigned | Q(state=State.DECIDING, adjudicator_id=scope.person_id, adjudicator__isnull=False)
    for side in Side.values if scope.can("disputes.file") and scope.organization_id else ():
        own = Q(**{f"{side.lower()}_id": scope.organization_id})
        accepted = Exists(Acceptance.objects.filter(case_id=OuterRef("pk"), side=side))
        shown = Exists(Evidence.objects.filter(case_id=OuterRef("pk"), side=side))
        found |= own & Q(state=State.PROPOSED) & ~Q(accepted)
        rested = Exists(Rest.objects.filter(case_id=OuterRef("pk"), side=side))
        found |= own & Q(state__in=[State.FILED, State.EVIDENCE]) & ~Q(shown) & ~Q(rested)
    return models.Case(When(found, then=Value(1)), default=Value(0), output_field=models.IntegerField())


def _due_at() -> models.Case:
    """`rules.course.Course.due_at` for many rows; of a case that is over, when it ended."""
    return models.Case(
        When(state__in=[State.FILED, State.EVIDENCE], then=F("evidence_until")),
        When(state__in=[State.DECIDING, State.APPEALED], then=F("decision_until")),
        When(state=State.PROPOSED, then=F("appeal_until")),
        default=F("closed_at"),
        output_field=models.DateTimeField(),
    )


def case_by_code(network_id: UUID, code: str) -> Case:
    """A case of a network that the acting organization is in or runs; NotFound otherwise."""
    current_scope().require("disputes.view")
    rows = Case.objects.filter(network_id=network_id, code=code).annotate(waits=_waits(), due_at=_due_at())
    found: Case | None = rows.select_related("network").first()
    if found is None:
        raise NotFound()
    return found


def cases_about(subject_type: str, subject_id: str) -> QuerySet[Case]:
    """The cases about one decision that the scope may see, the latest first: for the page of the deciding module."""
    return Case.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by("-opened_at", "-id")


def evidence_by_id(case: Case, evidence_id: UUID) -> Evidence:
    """A piece of a case's evidence; NotFound otherwise."""
    found: Evidence | None = Evidence.objects.filter(case=case, id=evidence_id).first()
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The case file as both sides and the adjudicator read it; `names` by side, as far as the reader may know them."""

    evidence: list[Evidence]
    proposed: Remedy | None
    final: Remedy | None
    rested: frozenset[course.Side]
    accepted: frozenset[course.Side]
    appeal: Appeal | None
    names: dict[str, str]


def case_file(case: Case) -> CaseFile:
    """Everything that was shown, ordered, accepted and appealed in a case."""
    remedies = {remedy.stage: remedy for remedy in Remedy.objects.filter(case=case)}
    return CaseFile(
        evidence=list(Evidence.objects.filter(case=case).order_by("submitted_at", "id")),
        proposed=remedies.get(Remedy.Stage.PROPOSED),
        final=remedies.get(Remedy.Stage.FINAL),
        rested=rested_by(case),
        accepted=accepted_by(case),
        appeal=Appeal.objects.filter(case=case).first(),
        names=names_of(case),
    )


def names_of(case: Case) -> dict[str, str]:
    """The sides' names by side; empty for the other one where neither side may learn who the other is."""
    scope = current_scope()
    rows = Organization.objects.filter(id__in=case.parties)
    if case.network_id not in scope.operates and hides_sides(case):
        rows = rows.filter(id=scope.organization_id)
    known = dict(rows.values_list("id", "name"))
    return {
        Side.CLAIMANT.value: known.get(case.claimant_id, ""),
        Side.RESPONDENT.value: known.get(case.respondent_id, ""),
    }


def hides_sides(case: Case) -> bool:
    """Whether the sides may not learn of each other: always, but for a member's own case against the network's operator.

    A case tells no names, not even to companies that know each other from another network.
    """
    if case.respondent_id != case.network.operator_id:
        return True
    filed = Event.objects.filter(kind="disputes.case.filed", subject_id=case.id).order_by("at", "id").first()
    return filed is not None and filed.actor_organization_id != case.claimant_id


def grounds_of(case: Case) -> Grounds | None:
    """What only those who run the network may read of the disputed decision."""
    found: Grounds | None = Grounds.objects.filter(case=case).first()
    return found


def accepted_by(case: Case) -> frozenset[course.Side]:
    """The sides that have accepted the proposed remedy."""
    return frozenset(map(course.Side, Acceptance.objects.filter(case=case).values_list("side", flat=True)))


def rested_by(case: Case) -> frozenset[course.Side]:
    """The sides that have said that they have shown everything."""
    return frozenset(map(course.Side, Rest.objects.filter(case=case).values_list("side", flat=True)))


def course_of(case: Case) -> course.Course:
    """A case as its rules see it."""
    return course.Course(
        state=course.State(case.state),
        evidence_until=case.evidence_until,
        decision_until=case.decision_until,
        round=case.round,
        appeal_until=case.appeal_until,
        adjudicated=case.adjudicator_id is not None,
        escalated=case.escalated_at is not None,
        rested=rested_by(case),
        accepted=accepted_by(case),
    )


def side_of(case: Case, organization_id: UUID | None) -> course.Side | None:
    """The side on which an organization stands; None for nobody's."""
    if organization_id is None or organization_id not in case.parties:
        return None
    return course.Side.CLAIMANT if organization_id == case.claimant_id else course.Side.RESPONDENT


def adjudicators_for(case: Case) -> list[tuple[Person, Ruling[bool]]]:
    """The acting organization's people who may decide cases by their roles, each with the ruling on this case."""
    current_scope().require_operator(case.network_id, "disputes.decide")
    bench = bench_of(case)
    people = [
        each.person
        for each in people_of_organization().filter(suspended_at=None)
        if "disputes.decide" in capabilities_of(each.roles)
    ]
    return [(person, rule_on_adjudicator(candidate(person.id), bench)) for person in people]


def bench_of(case: Case) -> Bench:
    """What keeps persons from deciding a case."""
    with acting(system("asking who has an interest in a case")):
        grounds = Grounds.objects.filter(case=case).first()
        parts: list[
            models.QuerySet[Evidence] | models.QuerySet[Rest] | models.QuerySet[Acceptance] | models.QuerySet[Appeal]
        ] = [
            Evidence.objects.filter(case=case),
            Rest.objects.filter(case=case),
            Acceptance.objects.filter(case=case),
            Appeal.objects.filter(case=case),
        ]
        spoke = {case.opened_by_id, *(who for rows in parts for who in rows.values_list("by_id", flat=True))}
        decided = set(Remedy.objects.filter(case=case).values_list("by_id", flat=True))
    return Bench(
        parties=frozenset(case.parties),
        operator_id=case.network.operator_id,
        interested=frozenset(grounds.interested if grounds else ()),
        spoke=frozenset(who for who in spoke if who),
        decided=frozenset(who for who in decided if who),
    )


def candidate(person_id: UUID) -> Candidate:
    """A person as the rule on adjudicators sees it: with every organization that it works for, whoever asks."""
    acting_for = current_scope().organization_id
    with acting(system("asking whom somebody works for")):
        rows = list(
            Affiliation.objects.filter(person_id=person_id, ended_at=None).values_list("organization_id", "roles")
        )
    may = any("disputes.decide" in capabilities_of(roles) for where, roles in rows if where == acting_for)
    return Candidate(person_id, frozenset(where for where, _ in rows), may)


def precedents_of(
    network_id: UUID, *, words: str = "", kind: str = "", remedy: str = "", since: date | None = None
) -> QuerySet[Precedent]:
    """A network's precedents, the latest month first: those in which each of the words stands."""
    current_scope().require("disputes.view")
    rows = Precedent.objects.filter(network_id=network_id).order_by("-month", "code")
    for word in words.split()[:10]:
        rows = rows.filter(Q(text__icontains=word) | Q(rule__icontains=word))
    if kind:
        rows = rows.filter(kind=kind)
    if remedy:
        rows = rows.filter(remedy=remedy)
    return rows.filter(month__gte=since) if since else rows


def cases_due(at: datetime) -> list[UUID]:
    """Cases in which a clock has run out and nothing followed yet; within the platform's own scope."""
    late = Q(state__in=[State.DECIDING, State.APPEALED], decision_until__lte=at, escalated_at=None)
    closing = Q(state__in=[State.FILED, State.EVIDENCE], evidence_until__lte=at)
    ending = Q(state=State.PROPOSED, appeal_until__lte=at)
    return list(Case.objects.filter(late | closing | ending).order_by("opened_at", "id").values_list("id", flat=True))
