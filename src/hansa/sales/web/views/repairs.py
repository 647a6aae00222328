from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from hansa.kit.failures import NotPossibleNow, Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug
from hansa.sales import queries
from hansa.sales.operations.repair import discard_rows, match_name, repair_rows, retry_waiting
from hansa.sales.web.views.report import corrections, find


@login_required
@require_POST
def repair(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found, rows = find(slug, code), _rows(request)
    typed = corrections(request, rows, queries.waiting_rows(found).filter(row__in=rows).iterator())
    return _answer(
        request, slug, code, lambda: _said_taken(*repair_rows(report=found, corrections=typed, at=timezone.now()))
    )


@login_required
@require_POST
def retry(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found = find(slug, code)
    return _answer(request, slug, code, lambda: _said_taken(*retry_waiting(report=found, at=timezone.now())))


@login_required
@require_POST
def match(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found = find(slug, code)
    said = {name: request.POST.get(name, "") for name in ("kind", "text", "target")}
    return _answer(request, slug, code, lambda: _said_taken(*match_name(report=found, **said, at=timezone.now())))


@login_required
@require_POST
def discard(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found, rows, reason = find(slug, code), _rows(request), request.POST.get("reason", "")
    return _answer(
        request,
        slug,
        code,
        lambda: _said_discarded(discard_rows(report=found, rows=rows, reason=reason, at=timezone.now())),
    )


@login_required
@require_safe
def names(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require("sales.import")
    kind = "PRODUCT" if request.GET.get("kind") == "PRODUCT" else "PARTNER"
    found = queries.candidates(network.id, kind, request.GET.get("q", ""))
    return JsonResponse([{"value": key, "text": name, "note": key} for key, name in found], safe=False)


def _rows(request: HttpRequest) -> list[int]:
    single = request.POST.get("only", "")
    chosen = [single] if single else request.POST.getlist("rows")
    return [int(row) for row in chosen if row.isascii() and row.isdigit() and len(row) < 15]


def _answer(request: HttpRequest, slug: str, code: str, act: Callable[[], str]) -> HttpResponse:
    """Do it and say what became of it on the report's page; what is wrong is said there too."""
    try:
        messages.success(request, act())
    except (Unprocessable, NotPossibleNow) as refusal:
        expected = "; ".join(problem.expected for problem in refusal.problems[:3])
        messages.error(request, f"{refusal.detail} {_('Expected')}: {expected}" if expected else refusal.detail)
    return redirect("sales:report", slug=slug, code=code)


def _said_taken(taken: int, waiting: int) -> str:
    done = ngettext("%(count)d row was taken.", "%(count)d rows were taken.", taken) % {"count": taken}
    if not waiting:
        return f"{done} {_('Nothing waits any more.')}"
    return f"{done} {ngettext('%(count)d still waits.', '%(count)d still wait.', waiting) % {'count': waiting}}"


def _said_discarded(rows: int) -> str:
    return ngettext("%(count)d row was discarded.", "%(count)d rows were discarded.", rows) % {"count": rows}
