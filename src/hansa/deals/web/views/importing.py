"""A file of many registrations: sent, looked at, registered, and what became of its rows."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansa.catalog.queries import families_of
from hansa.deals import queries
from hansa.deals.models import ListedRow, RegistrationList
from hansa.deals.operations import confirm_registrations, receive_registrations
from hansa.deals.rules.listing import COLUMNS, MOST_ROWS
from hansa.deals.web.common import say
from hansa.deals.web.forms import FileForm
from hansa.kit.exports import table_download
from hansa.kit.failures import NotPossibleNow, Unprocessable
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.kit.uploads import FileTooLarge
from hansa.networks.queries import network_by_slug

State = RegistrationList.State
DONE = (ListedRow.State.REGISTERED, ListedRow.State.DRAFTED, ListedRow.State.KNOWN, ListedRow.State.REFUSED)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require("deals.register")
    posted = request.method == "POST"
    form = FileForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            found, _new = receive_registrations(
                network=network, file_name=sent.name, chunks=sent.chunks(), at=timezone.now()
            )
        except (Unprocessable, FileTooLarge) as refusal:
            form.add_error("file", " ".join([refusal.detail, *(str(each) for each in refusal.problems[:3])]))
        else:
            return redirect("deals:listed", slug, found.code)
    rows = queries.registration_lists(network.id)
    context = {
        "network": network,
        "form": form,
        "page": page_of(rows, order=queries.LIST_ORDER, cursor=request.GET.get("cursor")),
        "most": MOST_ROWS,
        "families": families_of(network.id),
    }
    return render(request, "deals/import.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def template(request: HttpRequest, slug: str) -> HttpResponseBase:
    network_by_slug(slug)
    current_scope().require("deals.register")
    return table_download("registrations.csv", COLUMNS, [])


@login_required
@require_safe
def listed(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found = _find(slug, code)
    rows = queries.rows_of_list(found)
    context = {
        "network": found.network,
        "list": found,
        "rows": rows,
        "wrong": [row for row in rows if row.state == ListedRow.State.WRONG],
        "good": [row for row in rows if row.state == ListedRow.State.GOOD],
        "settled": [row for row in rows if row.state in DONE],
        **_counts(found),
    }
    return render(request, "deals/listed.html", context)


@login_required
@require_POST
def confirmation(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found = _find(slug, code)
    try:
        confirm_registrations(list_id=found.id, at=timezone.now())
    except NotPossibleNow as refusal:
        say(request, refusal)
    return redirect("deals:listed", slug, code)


@login_required
@require_safe
def progress(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found = _find(slug, code)
    response = render(request, "deals/_registering.html", {"list": found, "network": found.network, **_counts(found)})
    if found.state != State.TAKING:
        response.headers["HX-Refresh"] = "true"
    return response


@login_required
@require_safe
def result(request: HttpRequest, slug: str, code: str) -> HttpResponseBase:
    found = _find(slug, code)
    return table_download(f"registrations-{code}.csv", queries.RESULT_HEADERS, queries.result_rows(found))


def _find(slug: str, code: str) -> RegistrationList:
    network = network_by_slug(slug)
    return queries.registration_list_by_code(network.id, code)


def _counts(found: RegistrationList) -> dict[str, int]:
    done = sum(getattr(found, f"{state.lower()}_rows") for state in DONE)
    return {"done": done, "total": done + getattr(found, "good_rows", 0)}
