from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hansa.catalog import queries
from hansa.catalog.operations import read_prices, read_products, take_price_list, take_products
from hansa.catalog.web.forms import ListForm, PriceListForm, on_disk
from hansa.kernel.problem import Problem
from hansa.kit.failures import Unprocessable
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug

SHOWN_PROBLEMS = 100


@login_required
@require_safe
def products(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    words, category = request.GET.get("q", "").strip(), request.GET.get("category", "")
    rows = queries.products_on(network.id, timezone.now().date(), words=words, category=category)
    context = {
        "network": network,
        "page": page_of(rows, order=("sku",), cursor=request.GET.get("cursor")),
        "total": rows.count(),
        "words": words,
        "category": category,
        "categories": queries.categories_of(network.id),
        "filtered": bool(words or category),
        "may_edit": _may_edit(network),
    }
    return render(request, "catalog/products.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_products(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "catalog.edit")
    form = ListForm(request.POST or None, request.FILES or None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            with on_disk(upload) as path:
                entries = read_products(path, name=upload.name)
            new = take_products(network=network, entries=entries, at=timezone.now(), file=upload.name)
        except Unprocessable as refusal:
            problems = refusal.problems
            form.add_error(None, _counted(refusal))
        else:
            said = ngettext("%(count)d product is new.", "%(count)d products are new.", new) % {"count": new}
            messages.success(request, said)
            return redirect("catalog:products", slug=slug)
    context = {"network": network, "form": form, "problems": problems[:SHOWN_PROBLEMS]}
    return render(request, "catalog/import_products.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def price_lists(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    rows = queries.price_lists_of(network.id)
    page = page_of(rows, order=("-valid_from", "currency", "id"), cursor=request.GET.get("cursor"))
    context = {"network": network, "page": page, "total": rows.count(), "may_edit": _may_edit(network)}
    return render(request, "catalog/price_lists.html", context)


@login_required
@require_safe
def price_list(request: HttpRequest, slug: str, price_list_id: UUID) -> HttpResponse:
    network = network_by_slug(slug)
    found = queries.price_list_by_id(network.id, price_list_id)
    words = request.GET.get("q", "").strip()
    rows = queries.prices_of(found, words=words)
    page = page_of(rows, order=("product__sku",), cursor=request.GET.get("cursor"))
    context = {"network": network, "price_list": found, "page": page, "words": words}
    return render(request, "catalog/price_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_prices(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "catalog.edit")
    form = PriceListForm(request.POST or None, request.FILES or None, initial={"currency": network.currency})
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        upload = said.pop("file")
        try:
            with on_disk(upload) as path:
                prices = read_prices(path, name=upload.name)
            taken = take_price_list(network=network, prices=prices, at=timezone.now(), file=upload.name, **said)
        except Unprocessable as refusal:
            problems = [problem for problem in refusal.problems if problem.row]
            form.add_error(None, _counted(refusal))
            for problem in refusal.problems:
                if not problem.row and problem.column in form.fields:
                    form.add_error(problem.column, problem.expected)
        else:
            messages.success(request, _("The price list is in force from its first day."))
            return redirect("catalog:price_list", slug=slug, price_list_id=taken.id)
    context = {"network": network, "form": form, "problems": problems[:SHOWN_PROBLEMS]}
    return render(request, "catalog/import_prices.html", context, status=422 if form.errors else 200)


def _may_edit(network: Network) -> bool:
    scope = current_scope()
    return network.id in scope.operates and scope.can("catalog.edit")


def _counted(refusal: Unprocessable) -> str:
    found = ngettext("%(count)d problem was found.", "%(count)d problems were found.", refusal.total)
    return f"{refusal.detail} {found % {'count': refusal.total}}"
