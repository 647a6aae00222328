"""What waits for those who run a network; to a partner each of these would tell who else is there."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Q, QuerySet

from hansa.deals.models import Match, Registration, Waiting
from hansa.deals.queries.registrations import registrations
from hansa.deals.rules import ReviewState
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope


def matches_of(network_id: UUID, *, waiting: bool = False, of: Registration | None = None) -> QuerySet[Match]:
    """Registrations of a network that may mean one project, for those who run it; `waiting`: only those without answer."""
    current_scope().require_operator(network_id, "deals.view")
    rows = Match.objects.filter(network_id=network_id)
    rows = rows if of is None else rows.filter(Q(earlier=of) | Q(later=of))
    rows = rows.filter(answer="", verdict="review") if waiting else rows
    return rows.select_related("earlier__partner", "earlier__network", "later__partner", "later__network")


def match_by_id(network_id: UUID, match_id: UUID) -> Match:
    """A match of a network that the scope runs; NotFound otherwise."""
    found: Match | None = matches_of(network_id).filter(id=match_id).first()
    if found is None:
        raise NotFound()
    return found


def open_matches(network_id: UUID) -> QuerySet[Match]:
    """Matches of a network that wait for the operator's answer, the longest waiting first."""
    return matches_of(network_id, waiting=True).order_by("found_at", "id")


def to_decide(network_id: UUID) -> QuerySet[Registration]:
    """Registrations that wait for the operator, whoever is late first; those behind a protected project aside."""
    current_scope().require_operator(network_id, "deals.view")
    rows = registrations(network_id).filter(review=ReviewState.IN_REVIEW).exclude(waiting__isnull=False)
    return rows.order_by(F("decision_due").asc(nulls_last=True), "id")


def waiting_of(network_id: UUID) -> list[Waiting]:
    """Who waits behind a protected project of a network, for those who run it."""
    current_scope().require_operator(network_id, "deals.view")
    rows = Waiting.objects.filter(network_id=network_id).select_related(
        "registration__partner", "registration__network"
    )
    return list(rows.order_by("project_id", "since", "id"))


def holders_of(project_ids: set[UUID]) -> dict[UUID, Registration]:
    """Whose claim is protected on each of these projects, for those who run their network."""
    rows = Registration.objects.filter(project_id__in=project_ids, review=ReviewState.APPROVED)
    return {row.project_id: row for row in rows.select_related("network", "partner") if row.project_id}
