from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hansa.activity.queries import head_held_by, public_key
from hansa.incentives import queries
from hansa.incentives.files import statement_file
from hansa.incentives.models import Statement
from hansa.kernel.money import Money
from hansa.kit.failures import NotFound
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug

SHARES_SHOWN = 100


@login_required
@require_safe
def statements(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    period, words = request.GET.get("period", ""), request.GET.get("q", "").strip()
    rows = queries.statements_of(network.id, period=period, words=words)
    context = {
        "shown": network,
        "page": page_of(rows, order=("-issued_at", "-id"), cursor=request.GET.get("cursor")),
        "periods": queries.periods_stated(network.id),
        "period": period,
        "words": words,
        "operates": network.id in current_scope().operates,
    }
    return render(request, "incentives/statements.html", context)


@login_required
@require_safe
def statement(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    shown = _statement(slug, code)
    scope = current_scope()
    version = queries.version_of(shown)
    context = {
        "shown": shown.network,
        "statement": shown,
        "settled_under": version,
        "lines": queries.explained(shown, version),
        "editions": queries.other_editions(shown),
        "head": head_held_by(shown.network_id, shown.party_id) if shown.party_id else None,
        "key": public_key(shown.network_id),
        "in_ledger": shown.network_id in scope.operates and scope.can("ledger.view"),
        "own": shown.party_id is not None and shown.party_id == scope.organization_id,
    }
    return render(request, "incentives/statement.html", context)


@login_required
@require_safe
def line(request: HttpRequest, slug: str, code: str, line_id: UUID) -> HttpResponse:
    shown = _statement(slug, code)
    found = queries.line_of(shown, line_id)
    number = _page_number(request.GET.get("page", "1"))
    shares = queries.shares_of(found, limit=SHARES_SHOWN, offset=(number - 1) * SHARES_SHOWN)
    total = int(str(shares[0]["of_all"])) if shares else 0
    first = (number - 1) * SHARES_SHOWN
    context = {
        "shown": shown.network,
        "statement": shown,
        "line": found,
        "shares": [_in_money(share, found.payout.currency) for share in shares],
        "total": total,
        "first": first + 1,
        "last": first + len(shares),
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if first + len(shares) < total else None,
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "incentives/shares.html" if part else "incentives/line.html", context)


@login_required
@require_safe
def download(request: HttpRequest, slug: str, code: str) -> HttpResponseBase:
    return statement_file(_statement(slug, code))


def _in_money(share: Mapping[str, object], currency: str) -> dict[str, object]:
    amount = Money.from_decimal(Decimal(str(share["net_amount"])), str(share["currency"] or currency))
    return {**share, "amount": amount, "share": Money.from_decimal(Decimal(str(share["share"])), currency)}


def _statement(slug: str, code: str) -> Statement:
    shown = queries.statement_by_code(code)
    if shown.network.slug != slug:
        raise NotFound()
    return shown


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
