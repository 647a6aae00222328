from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from hansa.kit.failures import NotPossibleNow, Unprocessable
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.kit.uploads import FileTooLarge
from hansa.networks.queries import network_by_slug
from hansa.sales import queries
from hansa.sales.models import ReportState
from hansa.sales.operations.receiving import receive_report, send_to_checking
from hansa.sales.web.forms import SendForm, say_problems

ORDER = ("-received_at", "-id")
VIEWS = (
    (lazy("All"), ""),
    (lazy("Wait for you"), queries.WAITING),
    (lazy("Being checked"), ReportState.CHECKING),
    (lazy("Taken"), ReportState.TAKEN),
    (lazy("Refused"), ReportState.REFUSED),
    (lazy("Replaced"), ReportState.REPLACED),
)


@login_required
@require_safe
def reports(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    rows = queries.matching_reports(network.id, state=state, month=_month(request), words=words)
    page = page_of(rows, order=ORDER, cursor=request.GET.get("cursor"))
    counts = queries.counts_by_state(network.id)
    counts[ReportState.CHECKING] = counts.get(ReportState.CHECKING, 0) + counts.pop(ReportState.RECEIVED, 0)
    total = sum(counts.values())
    counts[queries.WAITING] = queries.matching_reports(network.id, state=queries.WAITING).count()
    context = {
        "network": network,
        "page": page,
        "total": total,
        "views": [_view(request, title, value, counts, state) for title, value in VIEWS],
        "chips": _chips(request),
        "words": words,
        "may_send": current_scope().can("sales.import"),
    }
    return render(request, "sales/reports.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require("sales.import")
    now = timezone.now()
    form = SendForm(request.POST or None, request.FILES or None, network=network, today=now.date())
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            report, new = receive_report(
                network=network,
                sender=form.cleaned_data["sender"],
                month=form.cleaned_data["month"],
                file_name=upload.name,
                chunks=upload.chunks(),
                at=now,
            )
        except (Unprocessable, FileTooLarge, NotPossibleNow) as refusal:
            say_problems(form, refusal)
        else:
            if new:
                send_to_checking(report)
            else:
                messages.info(request, _("This very file came before. Nothing was added; here is its report."))
            return redirect("sales:report", slug=slug, code=report.code)
    status = 422 if form.errors else 200
    return render(request, "sales/send.html", {"network": network, "form": form}, status=status)


def _month(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return None


def _view(
    request: HttpRequest, title: str | Promise, value: str, counts: dict[str, int], chosen: str
) -> dict[str, object]:
    count = sum(counts.get(state, 0) for state in ReportState.values) if not value else counts.get(value, 0)
    return {"label": title, "url": _address(request, state=value), "active": chosen == value, "count": count}


def _chips(request: HttpRequest) -> list[dict[str, str]]:
    names = {"q": _("Search: %(value)s"), "month": _("Month: %(value)s"), "state": ""}
    return [
        {"label": words % {"value": request.GET[name]}, "remove_url": _address(request, **{name: ""})}
        for name, words in names.items()
        if words and request.GET.get(name)
    ]


def _address(request: HttpRequest, **changes: str) -> str:
    kept = {name: request.GET.get(name, "") for name in ("state", "month", "q")}
    query = {name: value for name, value in {**kept, **changes}.items() if value}
    assert request.resolver_match is not None
    path = reverse("sales:reports", kwargs={"slug": request.resolver_match.kwargs["slug"]})
    return f"{path}?{urlencode(query)}" if query else path
