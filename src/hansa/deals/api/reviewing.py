"""What those who run a network decide over the API."""

from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from hansa.deals import queries
from hansa.deals.api.common import REGISTRATION, told
from hansa.deals.api.schemas import (
    AnswerIn,
    BudgetOut,
    CaseOpened,
    MatchFilter,
    MatchOut,
    MatchPage,
    ReasonIn,
    RegistrationOut,
    WhatIfOut,
)
from hansa.deals.models import Match
from hansa.deals.operations import answer_match, ask_for_changes, open_case_between, reject_registration
from hansa.deals.operations.common import rules_on
from hansa.deals.operations.reaching import decidable_registration, seen_registration
from hansa.deals.rules import ruling_to_plain
from hansa.deals.rules.budget import Figures
from hansa.kernel.problem import Problem, Refused
from hansa.kit.api import REFUSALS
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug
from hansa.programs.queries import rules_tried

router = Router(tags=["deals"])
WHICH_RULES = "the code of a published version, or draft- and the code of a program of this network"
WHAT_IF = "/networks/{slug}/registration-what-if"
MATCHES = "/networks/{slug}/registration-matches"
ANSWERS = {200: RegistrationOut, **REFUSALS}


@router.post(f"{REGISTRATION}/rejection", response=ANSWERS, operation_id="reject_registration")
def post_rejection(request: HttpRequest, slug: str, code: str, body: ReasonIn) -> dict[str, Any]:
    """Reject a registration, with a reason that its partner reads at its answer."""
    now = timezone.now()
    reject_registration(registration_id=decidable_registration(slug, code).id, reason=body.reason, at=now)
    return told(seen_registration(slug, code), at=now)


@router.post(f"{REGISTRATION}/return", response=ANSWERS, operation_id="return_registration")
def post_return(request: HttpRequest, slug: str, code: str, body: ReasonIn) -> dict[str, Any]:
    """Send a registration back with what is missing."""
    now = timezone.now()
    ask_for_changes(registration_id=decidable_registration(slug, code).id, reason=body.reason, at=now)
    return told(seen_registration(slug, code), at=now)


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


@router.post(f"{MATCHES}/{{match_id}}/case", response={201: CaseOpened, **REFUSALS}, operation_id="open_case_between")
def post_case(request: HttpRequest, slug: str, match_id: UUID) -> Status[dict[str, str]]:
    """Open a case between the two registrations of a match, whose partners are told and heard."""
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "disputes.file")
    match = queries.match_by_id(network.id, match_id)
    return Status(201, {"case": open_case_between(match_id=match.id, at=timezone.now()).code})


@router.get(WHAT_IF, response={200: WhatIfOut, **REFUSALS}, operation_id="ask_what_if")
def get_what_if(request: HttpRequest, slug: str, rules: str, since: date, until: date) -> dict[str, Any]:
    """What the decisions of a period would have been under the rules of a version (its code) or a draft (`draft-<program>`).

    `until` is exclusive, days are UTC; at most 20,000 decisions are asked, the first 200 differences are told.
    """
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "deals.decide")
    try:
        tried = rules_tried(network.id, rules)
    except NotFound:
        raise Unprocessable("Nothing was asked.", problems=[Problem("", 0, "rules", WHICH_RULES)]) from None
    except Refused as refusal:
        raise Unprocessable("The draft has errors.", problems=refusal.problems) from refusal
    asked = queries.ask_what_if(network.id, tried, since=since, until=until)
    return {
        "words": asked.answer.words,
        "decisions": asked.answer.decisions,
        "differ": len(asked.answer.differences),
        "differences": [
            {
                "registration": row.code,
                "decision": each.code,
                "kind": each.kind,
                "was": ruling_to_plain(each.was),
                "would_be": ruling_to_plain(each.would_be),
            }
            for each, row in asked.rows
        ],
    }


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
