from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hansa.kernel.problem import Problem
from hansa.kit.failures import Unprocessable
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.ledger import queries
from hansa.ledger.operations.rates import LARGEST_FILE, enter_rate, import_ecb
from hansa.ledger.web.forms import RateForm, RatesFileForm, say_problems
from hansa.networks.queries import network_by_slug


@login_required
@require_safe
def rates(request: HttpRequest, slug: str) -> HttpResponse:
    network, scope = network_by_slug(slug), current_scope()
    currency = request.GET.get("currency", "").upper()
    rows = queries.rates_of(network.id, currency=currency)
    context = {
        "shown": network,
        "page": page_of(rows, order=("-on", "currency", "id"), cursor=request.GET.get("cursor")),
        "currencies": queries.currencies_of(network.id),
        "currency": currency,
        "may_edit": network.id in scope.operates and scope.can("rates.edit"),
    }
    return render(request, "ledger/rates.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_rates(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "rates.edit")
    form = RatesFileForm(request.POST or None, request.FILES or None)
    problems: list[Problem] = []
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            new = import_ecb(
                network=network,
                content=file.read(LARGEST_FILE + 1),
                since=form.cleaned_data["since"],
                file=file.name,
                at=timezone.now(),
            )
        except Unprocessable as refusal:
            problems = refusal.problems
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, ngettext("%(n)d new rate.", "%(n)d new rates.", new) % {"n": new})
            return redirect("ledger:rates", slug)
    context = {"shown": network, "form": form, "problems": problems[:1000], "problem_count": len(problems)}
    return render(request, "ledger/import_rates.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "rates.edit")
    asked = {name: request.GET[name] for name in ("currency", "on") if name in request.GET}
    form = RateForm(request.POST or None, initial=asked)
    known = None
    if asked:
        known = queries.rate_of_day(network.id, asked.get("currency", ""), asked.get("on", ""))
    if form.is_valid():
        try:
            row = enter_rate(network=network, at=timezone.now(), **form.cleaned_data)
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            words = {"currency": row.currency, "on": row.on}
            messages.success(request, _("The %(currency)s rate of %(on)s is kept.") % words)
            return redirect("ledger:rates", slug)
    context = {"shown": network, "form": form, "known": known}
    return render(request, "ledger/enter_rate.html", context, status=422 if form.errors else 200)
