from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hansa.deals import queries
from hansa.deals.models import Match, Registration, Waiting
from hansa.deals.operations import answer_match, ask_for_changes, reject_registration
from hansa.deals.operations.common import rules_on
from hansa.deals.rules import Claim, from_plain, precedence
from hansa.deals.web.common import runs, say
from hansa.deals.web.forms import AnswerForm, ReasonForm
from hansa.kit.failures import NotPossibleNow, Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Question:
    """A match that waits for its answer, with both sides as they are seen."""

    match: Match
    sides: tuple[queries.Seen, queries.Seen]


@dataclass(frozen=True, slots=True)
class Line:
    """A project whose claim is protected, and who waits behind it, the next one first."""

    holder: queries.Seen | None
    waiting: list[queries.Seen]


@login_required
@require_safe
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    now, network = timezone.now(), network_by_slug(slug)
    current_scope().require_operator(network.id, "deals.view")
    asked = list(queries.open_matches(network.id)[:SHOWN])
    waiting = queries.waiting_of(network.id)
    known = {row.registration_id for row in waiting}
    queries.note_waiting([side for match in asked for side in (match.earlier, match.later)], known)
    rows = [queries.as_seen(row, at=now) for row in queries.to_decide(network.id)[:SHOWN]]
    context = {
        "network": network,
        "questions": [_question(match, now) for match in asked],
        "to_decide": rows,
        "late": sum(1 for row in rows if row.decision_due and row.decision_due <= now),
        "lines": _lines(network, waiting, now),
        "may_decide": runs(network, "deals.decide"),
    }
    return render(request, "deals/queue.html", context)


def _question(match: Match, at: datetime) -> Question:
    return Question(match, (queries.as_seen(match.earlier, at=at), queries.as_seen(match.later, at=at)))


def _lines(network: Network, rows: Sequence[Waiting], at: datetime) -> list[Line]:
    """Who waits, project by project, in the order in which the rules would take them up."""
    by_project: dict[UUID, list[Waiting]] = {}
    for row in rows:
        by_project.setdefault(row.project_id, []).append(row)
    holders = queries.holders_of(set(by_project))
    queries.note_waiting(
        [*holders.values(), *(row.registration for row in rows)], {row.registration_id for row in rows}
    )
    _version, rules = rules_on(network.id, at.date())

    def ordered(waiting: Sequence[Waiting]) -> list[Registration]:
        turn = sorted(waiting, key=lambda row: precedence(from_plain(Claim, row.registration.claim), rules.priority))
        return [row.registration for row in turn]

    found = []
    for project_id, waiting in by_project.items():
        holder = holders.get(project_id)
        seen = [queries.as_seen(row, at=at) for row in ordered(waiting)]
        found.append(Line(queries.as_seen(holder, at=at) if holder else None, seen))
    return found[:SHOWN]


@login_required
@require_POST
def answer(request: HttpRequest, slug: str, match_id: UUID) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "deals.decide")
    match = queries.match_by_id(network.id, match_id)
    form = AnswerForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {"answer": "", "reason": ""}
    try:
        answer_match(match_id=match.id, at=timezone.now(), **said)
    except (NotPossibleNow, Unprocessable) as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("Answered. What waited for it is decided by the rules."))
    return redirect("deals:queue", slug)


@login_required
@require_POST
def rejection(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return _decide(request, slug, code, reject_registration)


@login_required
@require_POST
def sending_back(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return _decide(request, slug, code, ask_for_changes)


def _decide(request: HttpRequest, slug: str, code: str, decide: Callable[..., object]) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "deals.decide")
    registration = queries.registration_by_code(network.id, code)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        decide(registration_id=registration.id, reason=reason, at=timezone.now())
    except (NotPossibleNow, Unprocessable) as refusal:
        say(request, refusal)
        return redirect("deals:deal", slug, code)
    messages.success(request, _("Noted. The partner reads it at its answer."))
    return redirect("deals:queue", slug)
