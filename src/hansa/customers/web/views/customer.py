from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansa.companies.models import Company
from hansa.customers import queries
from hansa.customers.operations import (
    MergeRefused,
    correct_customer,
    merge_customers,
    note_customer_name,
    set_customer_parent,
)
from hansa.customers.web.forms import ChosenForm, CustomerForm, NameForm, start_of
from hansa.customers.web.views.directory import runs
from hansa.engines.matching import Company as Asked
from hansa.kit.failures import Failure, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug

SHOWN = 20


@login_required
@require_safe
def customer(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    network = network_by_slug(slug)
    company = queries.customer_by_code(network.id, code)
    return _show(request, network, company)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    network, company = _managed(slug, code)
    start = start_of(company, queries.account_of(company))
    form = CustomerForm(request.POST or None, people=queries.people_who_own(), initial=start)
    if request.method == "POST" and form.is_valid():
        facts, keeping = form.facts(), form.keeping()
        try:
            correct_customer(network=network, company=company, facts=facts, keeping=keeping, at=timezone.now())
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            return redirect("customers:customer", slug, code)
    context = {"network": network, "form": form, "company": company}
    return render(request, "customers/edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def names(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    network, company = _managed(slug, code)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            note_customer_name(network=network, company=company, at=timezone.now(), **form.cleaned_data)
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            return redirect("customers:customer", slug, code)
    return _show(request, network, company, name_form=form, status=422)


@login_required
@require_POST
def parent(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    network, company = _managed(slug, code)
    form = ChosenForm(request.POST)
    if form.is_valid():
        other = _other(form, network)
        if not form.errors:
            try:
                set_customer_parent(network=network, company=company, parent=other, at=timezone.now())
            except Unprocessable as refusal:
                _say(form, refusal)
            else:
                return redirect("customers:customer", slug, code)
    return _show(request, network, company, parent_form=form, status=422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merger(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    network, company = _managed(slug, code)
    form = ChosenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        into = _other(form, network)
        if into is None and not form.errors:
            form.add_error("other", _("Choose the customer that stays."))
        if into is not None:
            said = {"reason": form.cleaned_data["reason"], "at": timezone.now()}
            try:
                kept = merge_customers(network=network, company=company, into=into, **said)
            except MergeRefused as refusal:
                messages.error(request, refusal.detail)
                return redirect("customers:customer", slug, code)
            except (Unprocessable, NotPossibleNow) as refusal:
                _say(form, refusal)
            else:
                messages.success(request, _("Merged. The old name leads here."))
                return redirect("customers:customer", slug, kept.code)
    alike = [each for each in queries.candidates_for(network, Asked(company.name)) if each.id != company.id]
    context = {"network": network, "company": company, "form": form, "alike": alike}
    return render(request, "customers/merger.html", context, status=422 if form.errors else 200)


def _managed(slug: str, code: str) -> tuple[Network, Company]:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "customers.manage")
    return network, queries.customer_by_code(network.id, code)


def _other(form: ChosenForm, network: Network) -> Company | None:
    """The customer that was chosen; None where none was. One that is not there is said at the field."""
    code = form.cleaned_data["other"].strip()
    try:
        return queries.customer_by_code(network.id, code) if code else None
    except NotFound:
        form.add_error("other", _("The code of a customer of this directory."))
        return None


def _say(form: ChosenForm, refusal: Failure) -> None:
    form.add_error("other", " ".join([refusal.detail, *(problem.expected for problem in refusal.problems)]))


def _show(
    request: HttpRequest,
    network: Network,
    company: Company,
    *,
    name_form: NameForm | None = None,
    parent_form: ChosenForm | None = None,
    status: int = 200,
) -> HttpResponse:
    operates = runs(network, "customers.view")
    named = queries.named_accounts_of(network.id, company=company).order_by("-from_on", "id")[:SHOWN]
    context = {
        "network": network,
        "identity": queries.identity_of(company),
        "company": company,
        "operates": operates,
        "may_manage": runs(network),
        "account": queries.account_of(company) if operates else None,
        "named": list(named),
        "name_form": name_form or NameForm(),
        "parent_form": parent_form or ChosenForm(),
    }
    return render(request, "customers/customer.html", context, status=status)
