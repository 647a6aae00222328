from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansa.kit.failures import NotPossibleNow
from hansa.kit.scope import current_scope
from hansa.ledger import queries
from hansa.ledger.operations.closing import close_period, finish_closing
from hansa.ledger.web.views.books import tabs_of
from hansa.networks.queries import network_by_slug


@login_required
@require_safe
def periods(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    context = {
        "shown": network,
        "tabs": tabs_of(network, "periods"),
        "periods": list(queries.periods_of(network.id)[:120]),
        "may_close": current_scope().can("ledger.close"),
    }
    return render(request, "ledger/periods.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: HttpRequest, slug: str, starts_on: str) -> HttpResponse:
    network = network_by_slug(slug)
    period = queries.period_by_start(network.id, starts_on)
    current_scope().require_operator(network.id, "ledger.close")
    if request.method == "POST":
        try:
            close_period(period_id=period.id, at=timezone.now())
        except NotPossibleNow as refusal:
            messages.error(request, refusal.detail)
        return redirect("ledger:periods", slug)
    context = {"shown": network, "period": period, "posted": queries.posted_in(period)}
    return render(request, "ledger/closing.html", context)


@login_required
@require_POST
def seal(request: HttpRequest, slug: str, starts_on: str) -> HttpResponse:
    network = network_by_slug(slug)
    period = queries.period_by_start(network.id, starts_on)
    try:
        finish_closing(period_id=period.id, at=timezone.now())
    except NotPossibleNow as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("The period is sealed."))
    return redirect("ledger:periods", slug)
