from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_countries import countries

from hansa.companies.models import FACTS
from hansa.customers import queries
from hansa.customers.operations import add_customer
from hansa.customers.web.forms import CustomerForm
from hansa.engines.matching import Company as Asked
from hansa.kit.failures import Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug


def runs(network: Network, capability: str = "customers.manage") -> bool:
    scope = current_scope()
    return network.id in scope.operates and scope.can(capability)


@login_required
@require_safe
def customers(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    country, words = request.GET.get("country", "")[:2], request.GET.get("q", "").strip()
    operates = runs(network, "customers.view")
    segment = request.GET.get("segment", "")[:60].replace("\x00", "") if operates else ""
    rows = queries.customers_of(network.id, country=country.replace("\x00", ""), segment=segment)
    count, more = queries.count_up_to(rows)
    context = {
        "network": network,
        "page": page_of(rows, order=("name_key", "id"), cursor=request.GET.get("cursor")),
        "count": count,
        "more": more,
        "words": words,
        "found": queries.candidates_for(network, Asked(words), top=20) if words else None,
        "country": country,
        "countries": list(countries),
        "segment": segment,
        "segments": queries.segments_of(network.id) if operates else [],
        "filtered": bool(country or segment),
        "may_manage": runs(network),
    }
    return render(request, "customers/customers.html", context)


@login_required
@require_safe
def candidates(request: HttpRequest, slug: str) -> HttpResponse:
    """What somebody who types may mean: a part of a page, asked for with every pause of the hand."""
    network = network_by_slug(slug)
    current_scope().require("customers.view")
    said = {field: request.GET.get(field, "")[:300].replace("\x00", "") for field in FACTS}
    said["name"] = said["name"] or request.GET.get("q", "")
    found = queries.candidates_for(network, Asked(**said)) if len(said["name"].strip()) > 1 or said["domain"] else []
    context = {"network": network, "found": found, "asked": bool(said["name"].strip())}
    return render(request, "customers/_candidates.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "customers.manage")
    start = {"name": request.GET.get("name", "")[:200]}
    form = CustomerForm(request.POST or None, people=queries.people_who_own(), initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_customer(network=network, facts=form.facts(), keeping=form.keeping(), at=timezone.now())
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            messages.success(request, _("The customer stands in the directory and is found from now on."))
            return redirect("customers:customer", slug, made.code)
    context = {"network": network, "form": form, "company": None}
    return render(request, "customers/edit.html", context, status=422 if form.errors else 200)
