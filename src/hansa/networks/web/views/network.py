from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansa.kit.failures import NotPossibleNow, Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.networks import queries
from hansa.networks.models import State
from hansa.networks.operations.founding import create_network, edit_network, elect_steward
from hansa.networks.operations.membership import apply_for_membership
from hansa.networks.rules import next_to_act
from hansa.networks.web.forms import ApplicationForm, CharterForm, FoundForm
from hansa.networks.web.views.partner import offered_moves


@login_required
@require_safe
def networks(request: HttpRequest) -> HttpResponse:
    current_scope().require("networks.view")
    context = {
        "networks": list(queries.networks_of_organization()[:200]),
        "open_networks": queries.open_networks(),
        "operates": current_scope().operates,
        "may_found": current_scope().can("networks.manage"),
    }
    return render(request, "networks/networks.html", context)


@login_required
@require_safe
def network(request: HttpRequest, slug: str) -> HttpResponse:
    current_scope().require("networks.view")
    found = queries.network_by_slug(slug)
    own = queries.own_membership(found.id)
    counts = queries.counts_by_state(found)
    operated = found.id in current_scope().operates
    context = {
        "net": found,
        "stewards": list(queries.stewards_of(found, on=timezone.now().date())) if found.operator is None else [],
        "counts": [(state, counts[state].all) for state in State.values if counts.get(state)],
        "operated": operated,
        "may_manage": operated and current_scope().can("networks.manage"),
        "own": own,
        "next": next_to_act(own.state) if own else "",
        "moves": offered_moves(own)[1] if own else [],
        "candidates": queries.steward_candidates(found) if operated and found.operator is None else [],
    }
    return render(request, "networks/network.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    found = queries.network_by_slug(slug)
    current_scope().require_operator(found.id, "networks.manage")
    now = {"name": found.name, "charter": found.charter, "accent": found.accent}
    form = CharterForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            edit_network(network=found, at=timezone.now(), **form.cleaned_data)
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            return redirect("networks:network", slug)
    return render(request, "networks/edit.html", {"net": found, "form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    current_scope().require("networks.manage")
    form = FoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_network(at=timezone.now(), **form.cleaned_data)
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            return redirect("networks:network", made.slug)
    return render(request, "networks/found.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, slug: str) -> HttpResponse:
    current_scope().require("organization.edit")
    wanted = queries.open_network(slug)
    form = ApplicationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            apply_for_membership(slug=slug, at=timezone.now(), **form.cleaned_data)
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            messages.success(request, _("Your application is on its way. Who runs the network decides."))
            return redirect("networks:network", slug)
    return render(request, "networks/apply.html", {"wanted": wanted, "form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def steward(request: HttpRequest, slug: str) -> HttpResponse:
    found = queries.network_by_slug(slug)
    current_scope().require_operator(found.id, "networks.manage")
    member = queries.partner_of(slug, request.POST.get("member", ""))
    try:
        elect_steward(network=found, organization=member.organization, at=timezone.now())
    except NotPossibleNow as refusal:
        messages.error(request, refusal.detail)
    return redirect("networks:network", slug)
