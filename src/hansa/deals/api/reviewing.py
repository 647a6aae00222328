"""What those who run a network decide over the API."""

from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from hansa.deals import queries
from hansa.deals.api.common import REGISTRATION, decidable, found, told
from hansa.deals.api.schemas import AnswerIn, BudgetOut, MatchFilter, MatchOut, MatchPage, ReasonIn, RegistrationOut
from hansa.deals.models import Match
from hansa.deals.operations import answer_match, ask_for_changes, reject_registration
from hansa.deals.operations.common import rules_on
from hansa.deals.rules.budget import Figures
from hansa.kit.api import REFUSALS
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug

router = Router(tags=["deals"])
MATCHES = "/networks/{slug}/registration-matches"
ANSWERS = {200: RegistrationOut, **REFUSALS}


@router.post(f"{REGISTRATION}/rejection", response=ANSWERS, operation_id="reject_registration")
def post_rejection(request: HttpRequest, slug: str, code: str, body: ReasonIn) -> dict[str, Any]:
    """Reject a registration, with a reason that its partner reads at its answer."""
    now = timezone.now()
    reject_registration(registration_id=decidable(slug, code).id, reason=body.reason, at=now)
    return told(found(slug, code), at=now)


@router.post(f"{REGISTRATION}/return", response=ANSWERS, operation_id="return_registration")
def post_return(request: HttpRequest, slug: str, code: str, body: ReasonIn) -> dict[str, Any]:
    """Send a registration back with what is missing."""
    now = timezone.now()
    ask_for_changes(registration_id=decidable(slug, code).id, reason=body.reason, at=now)
    return told(found(slug, code), at=now)


@router.get(MATCHES, response={200: MatchPage, **REFUSALS}, operation_id="list_registration_matches")
def list_matches(request: HttpRequest, slug: str, wanted: Query[MatchFilter]) -> dict[str, Any]:
    """Registrations that may mean one project and wait for your answer; with `all` every match."""
    now = timezone.now()
    rows = queries.matches_of(network_by_slug(slug).id, waiting=not wanted.all)
    page = page_of(rows, order=("found_at", "id"), cursor=wanted.cursor)
    queries.note_waiting([side for row in page.items for side in (row.earlier, row.later)])
    return {"items": [_match(row, at=now) for row in page.items], "next": page.next, "previous": page.previous}


@router.post(f"{MATCHES}/{{match_id}}/answer", response={200: MatchOut, **REFUSALS}, operation_id="answer_match")
def post_answer(request: HttpRequest, slug: str, match_id: UUID, body: AnswerIn) -> dict[str, Any]:
    """Say whether the two mean the same project, or another with a reason. An answer stays."""
    now, network = timezone.now(), network_by_slug(slug)
    current_scope().require_operator(network.id, "deals.decide")
    match = queries.match_by_id(network.id, match_id)
    answer_match(match_id=match.id, answer=body.answer, reason=body.reason, at=now)
    return _match(queries.match_by_id(network.id, match_id), at=now)


@router.get(
    "/networks/{slug}/registration-budget",
    response={200: BudgetOut, **REFUSALS},
    operation_id="get_registration_budget",
)
def get_budget(request: HttpRequest, slug: str) -> dict[str, Any]:
    """What registering costs your partners: the figures of the last 90 days with their caps, and month by month."""
    now, network = timezone.now(), network_by_slug(slug)
    current_scope().require_operator(network.id, "deals.view")
    found = queries.budget_of(network, rules_on(network.id, now.date())[1], at=now)
    lines = [{"name": each.name, "value": _tenths(each.value), "most": _tenths(each.most), "is_over": each.is_over}
             for each in found.measures]  # fmt: skip
    return {"measures": lines, "months": [{"month": month, **_figures(each)} for month, each in found.months]}


def _figures(figures: Figures) -> dict[str, Any]:
    whole = {"submitted": figures.submitted, "undecided": figures.undecided}
    parts = ("median", "p90", "business_median", "business_p90", "resubmitted")
    return {**whole, **{name: _tenths(getattr(figures, name)) for name in parts}}


def _tenths(value: Fraction | None) -> str | None:
    """A figure as text, with three decimals where it is not whole."""
    return None if value is None else str(value.numerator) if value.denominator == 1 else f"{float(value):.3f}"


def _match(row: Match, *, at: datetime) -> dict[str, Any]:
    names = ("id", "verdict", "why", "found_at", "answer", "reason", "answered_at")
    sides = {"earlier": told(row.earlier, at=at), "later": told(row.later, at=at)}
    return {**{name: getattr(row, name) for name in names}, **sides, "probability": str(row.probability)}
