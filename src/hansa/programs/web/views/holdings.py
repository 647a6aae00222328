from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansa.kernel.plain import from_plain
from hansa.kit.failures import NotPossibleNow, Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug
from hansa.programs import operations, queries
from hansa.programs.models import CovenantResult, TerritoryHolding
from hansa.programs.rules.covenants import CovenantInputs
from hansa.programs.web.forms import EndForm, HoldingForm, ResultForm
from hansa.programs.web.views.territories import may_manage


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, slug: str, territory: str) -> HttpResponse:
    network = _to_manage(slug)
    today = timezone.now().date()
    known = queries.territory_at(network.id, territory, day=today)
    form = HoldingForm(request.POST or None, holders=queries.holders_of(network), initial={"from_on": today})
    notice, status = "", 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("from_on", "until_on", "reason", "confirmed")}
        try:
            given = operations.hold_territory(
                network=network, territory=known.name, holder_id=form.holder_id(), at=timezone.now(), **said
            )
        except operations.HoldingNotConfirmed as refusal:
            notice, status = refusal.detail, refusal.status
        except Unprocessable as refusal:
            say_problems(form, refusal)
            status = 422
        else:
            return redirect("programs:holding", slug, territory, given.id)
    context = {"net": network, "known": known, "form": form, "notice": notice}
    return render(request, "programs/hold.html", context, status=status)


@login_required
@require_safe
def holding(request: HttpRequest, slug: str, territory: str, holding_id: UUID) -> HttpResponse:
    current_scope().require("networks.view")
    network = network_by_slug(slug)
    today = timezone.now().date()
    known, row = _found(network, territory, holding_id, today)
    held = queries.held_of(row, known.defined, day=today)
    corrected = {each.corrects_id for each in held.results}
    context = {
        "net": network,
        "known": known,
        "held": held,
        "row": row,
        "results": [(each, each.id in corrected) for each in held.results],
        "due": queries.periods_due(row, day=today),
        "end_form": EndForm(initial={"until_on": today}),
        "today": today,
        "operates": network.id in current_scope().operates,
        "may_manage": may_manage(network),
        "may_end": may_manage(network) and (row.until_on is None or row.until_on > today),
    }
    return render(request, "programs/holding.html", context)


@login_required
@require_POST
def end(request: HttpRequest, slug: str, territory: str, holding_id: UUID) -> HttpResponse:
    network = _to_manage(slug)
    now = timezone.now()
    _found(network, territory, holding_id, now.date())
    form = EndForm({"until_on": now.date(), **request.POST.dict()})
    try:
        if not form.is_valid():
            raise Unprocessable(_("Say the first day on which it is not held any more."))
        operations.end_holding(network=network, holding_id=holding_id, at=now, **form.cleaned_data)
    except Unprocessable as refusal:
        messages.error(request, " ".join([refusal.detail, *(f"{each.expected}." for each in refusal.problems)]))
    return redirect("programs:holding", slug, territory, holding_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_result(request: HttpRequest, slug: str, territory: str, holding_id: UUID) -> HttpResponse:
    """The form for a due period, or, with `corrects` in the address, for one that was recorded wrongly."""
    network = _to_manage(slug)
    now = timezone.now()
    known, row = _found(network, territory, holding_id, now.date())
    corrects = queries.result_by_code(row, request.GET["corrects"]) if request.GET.get("corrects") else None
    choices = _correcting(corrects) if corrects else _periods(queries.periods_due(row, day=now.date()))
    form = ResultForm(request.POST or None, initial={"period": request.GET.get("period", "")}, **choices)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.record_covenant_result(
                network=network,
                holding_id=row.id,
                at=now,
                corrects=corrects.code if corrects else "",
                **form.cleaned_data,
            )
        except NotPossibleNow as refusal:
            form.add_error(None, refusal.detail)
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            return redirect("programs:result", slug, territory, row.id, made.code)
    context = {"net": network, "known": known, "row": row, "form": form, "corrects": corrects}
    return render(request, "programs/record_result.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def result(request: HttpRequest, slug: str, territory: str, holding_id: UUID, result: str) -> HttpResponse:
    current_scope().require("networks.view")
    network = network_by_slug(slug)
    known, row = _found(network, territory, holding_id, timezone.now().date())
    stored = queries.result_by_code(row, result)
    inputs: CovenantInputs = from_plain(CovenantInputs, stored.inputs)
    context = {
        "net": network,
        "known": known,
        "row": row,
        "result": stored,
        "covenant": inputs.territory.covenant,
        "replayed": queries.replay_of(stored),
        "operates": network.id in current_scope().operates,
    }
    return render(request, "programs/result.html", context)


def _to_manage(slug: str) -> Network:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "networks.manage")
    return network


def _found(network: Network, territory: str, holding_id: UUID, day: date) -> tuple[queries.Known, TerritoryHolding]:
    known = queries.territory_at(network.id, territory, day=day)
    return known, queries.holding_by_id(network.id, known.name, holding_id)


def _periods(due: list[queries.Due]) -> dict[str, Any]:
    """What the form lets one choose, and by what each period is measured."""
    choices, measures = [], {}
    for each in due:
        covenant = each.territory.covenant
        assert covenant is not None
        measures[each.period.label] = each.currency if covenant.measure == "net_amount" else ""
        choices.append(
            (each.period.label, _choice(each.period.label, f"{covenant.at_least:f} {measures[each.period.label]}"))
        )
    return {"periods": choices, "measures": measures}


def _correcting(result: CovenantResult) -> dict[str, Any]:
    return {"periods": [(result.period, result.period)], "measures": {result.period: result.currency}}


def _choice(label: str, target: str) -> str:
    return _("%(period)s, target %(target)s") % {"period": label, "target": target.strip()}
