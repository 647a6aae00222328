from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansa.catalog.queries import families_of
from hansa.customers import queries
from hansa.customers.operations import end_named_account, name_account
from hansa.customers.web.forms import EndForm, NamedForm
from hansa.customers.web.views.directory import runs
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug


@login_required
@require_safe
def named(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    past = request.GET.get("all") == "1"
    today = timezone.now().date()
    rows = queries.named_accounts_of(network.id, on=None if past else today)
    context = {
        "network": network,
        "page": page_of(rows, order=("-from_on", "id"), cursor=request.GET.get("cursor")),
        "past": past,
        "today": today,
        "operates": network.id in current_scope().operates,
        "may_manage": runs(network),
    }
    return render(request, "customers/named.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "customers.manage")
    start = {"customer": request.GET.get("customer", "")[:16], "from_on": timezone.now().date()}
    form = NamedForm(request.POST or None, holders=queries.holders_of(network), initial=start)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("family", "from_on", "until_on", "reason")}
        try:
            company = queries.customer_by_code(network.id, form.cleaned_data["customer"].strip())
            name_account(network=network, company=company, holder_id=form.holder_id(), at=timezone.now(), **said)
        except NotFound:
            form.add_error("customer", _("The code of a customer of this directory."))
        except Unprocessable as refusal:
            say_problems(form, refusal)
        except NotPossibleNow as refusal:
            form.add_error("customer", refusal.detail)
        else:
            return redirect("customers:named", slug)
    context = {"network": network, "form": form, "families": families_of(network.id)}
    return render(request, "customers/name_account.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, slug: str, named_account_id: UUID) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "customers.manage")
    form = EndForm({"until_on": timezone.now().date(), **request.POST.dict()})
    try:
        said = form.cleaned_data if form.is_valid() else {}
        if not said:
            raise Unprocessable(_("Say the first day on which it is not held any more."))
        end_named_account(network=network, named_account_id=named_account_id, at=timezone.now(), **said)
    except (Unprocessable, NotPossibleNow) as refusal:
        messages.error(request, " ".join([refusal.detail, *(problem.expected for problem in refusal.problems)]))
    return redirect("customers:named", slug)
