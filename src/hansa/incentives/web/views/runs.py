from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hansa.incentives import queries
from hansa.incentives.models import RunState, SettlementRun
from hansa.incentives.operations.commitment import commit_run
from hansa.incentives.operations.runs import order_run
from hansa.incentives.rules import percent_done
from hansa.incentives.web.forms import NewRunForm
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug
from hansa.programs.queries import version_by_code


@login_required
@require_safe
def runs(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    page = page_of(queries.runs_of(network.id), order=("-requested_at", "-id"), cursor=request.GET.get("cursor"))
    periods = queries.settleable(network.id, on=timezone.now().date())
    context = {
        "shown": network,
        "page": page,
        "waiting": [each for each in periods if each.ended and each.settled_at is None],
        "may_run": current_scope().can("settlement.run"),
    }
    return render(request, "incentives/runs.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_run(request: HttpRequest, slug: str) -> HttpResponse:
    network, now = network_by_slug(slug), timezone.now()
    current_scope().require_operator(network.id, "settlement.run")
    periods = queries.settleable(network.id, on=now.date())
    form = NewRunForm(request.POST or None, periods=periods)
    if form.is_valid():
        code, period = form.chosen()
        try:
            ordered = order_run(version=version_by_code(code), period=period, at=now)
        except (NotPossibleNow, Unprocessable) as refusal:
            form.add_error("what", refusal.detail)
        else:
            return redirect("incentives:run", slug, ordered.code)
    context = {
        "shown": network,
        "form": form,
        "any_ended": any(each.ended for each in periods),
        "coming": [each for each in periods if not each.ended][:6],
    }
    return render(request, "incentives/new_run.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def run(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    shown = _run(slug, code)
    computed = shown.state in {RunState.PREVIEWED, RunState.COMMITTED}
    context = {
        "shown": shown.network,
        "run": shown,
        "percent": percent_done(shown.progress),
        "working": shown.state in {RunState.QUEUED, RunState.RUNNING},
        "missing_rates": any(column == "currency" for _file, _row, column, _expected in shown.problems),
        "may_run": current_scope().can("settlement.run"),
    }
    if computed:
        page = page_of(queries.payouts_of(shown), order=("position", "id"), cursor=request.GET.get("cursor"))
        context |= {
            "page": page,
            "incentives": queries.by_incentive(shown),
            "largest": queries.largest_payees(shown),
        }
    return render(request, "incentives/run.html", context)


@login_required
@require_safe
def progress(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    shown = _run(slug, code)
    working = shown.state in {RunState.QUEUED, RunState.RUNNING}
    context = {"shown": shown.network, "run": shown, "percent": percent_done(shown.progress), "working": working}
    response = render(request, "incentives/progress.html", context)
    if not working:
        response.headers["HX-Refresh"] = "true"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def commitment(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    shown = _run(slug, code)
    current_scope().require_operator(shown.network_id, "settlement.run")
    if request.method == "POST":
        try:
            committed = commit_run(run_id=shown.id, at=timezone.now())
        except NotPossibleNow as refusal:
            context = {"shown": shown.network, "run": shown, "refusal": refusal}
            return render(request, "incentives/not_committed.html", context, status=409)
        messages.success(request, _("The settlement of %(period)s is committed.") % {"period": committed.period})
        address = reverse("incentives:statements", args=[slug])
        return redirect(f"{address}?period={committed.period}")
    context = {"shown": shown.network, "run": shown, "what": queries.consequences_of(shown)}
    return render(request, "incentives/commitment.html", context)


def _run(slug: str, code: str) -> SettlementRun:
    shown = queries.run_by_code(code)
    if shown.network.slug != slug:
        raise NotFound()
    return shown
