from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hansa.customers import queries
from hansa.customers.models import AccountList, ListState
from hansa.customers.operations import confirm_columns, preview_list, receive_list, send_to_taking
from hansa.customers.operations.lists import Preview
from hansa.customers.rules import FIELDS, NEEDED
from hansa.customers.web.forms import ColumnsForm, ListForm
from hansa.kit.failures import Unprocessable
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.kit.uploads import FileTooLarge
from hansa.networks.queries import network_by_slug

SHOWN_PROBLEMS = 100


@login_required
@require_safe
def lists(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    page = page_of(queries.lists_of(network.id), order=("-received_at", "-id"), cursor=request.GET.get("cursor"))
    return render(request, "customers/lists.html", {"network": network, "page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "customers.manage")
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            received, _new = receive_list(
                network=network, file_name=upload.name, chunks=upload.chunks(), at=timezone.now()
            )
        except (Unprocessable, FileTooLarge) as refusal:
            said = [refusal.detail, *(problem.expected for problem in refusal.problems[:3])]
            form.add_error("file", " ".join(said))
        else:
            return redirect("customers:list", slug, received.code)
    return render(
        request, "customers/send.html", {"network": network, "form": form}, status=422 if form.errors else 200
    )


@login_required
@require_safe
def account_list(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return _show(request, _find(slug, code))


@login_required
@require_safe
def progress(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found = _find(slug, code)
    context = {"list": found, "left": time_left(found, timezone.now())}
    response = render(request, "customers/_progress.html", context)
    if found.state != ListState.TAKING:
        response.headers["HX-Refresh"] = "true"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found = _find(slug, code)
    if request.method != "POST":  # the address stays after a preview, and may be loaded again
        return redirect("customers:list", slug=slug, code=code)
    form = ColumnsForm(request.POST, headers=found.headers)
    preview = None
    if form.is_valid():
        try:
            if "preview" not in request.POST:
                send_to_taking(confirm_columns(account_list=found, mapping=form.mapping(), at=timezone.now()))
                return redirect("customers:list", slug=slug, code=code)
            preview = preview_list(account_list=found, mapping=form.mapping())
        except Unprocessable as refusal:
            for problem in refusal.problems:
                form.add_error(problem.column if problem.column in form.fields else None, problem.expected)
            if not refusal.problems:
                form.add_error(None, refusal.detail)
    return _show(request, found, form=form, preview=preview, status=422 if form.errors else 200)


def _find(slug: str, code: str) -> AccountList:
    return queries.list_by_code(network_by_slug(slug).id, code)


def _show(
    request: HttpRequest,
    found: AccountList,
    *,
    form: ColumnsForm | None = None,
    preview: Preview | None = None,
    status: int = 200,
) -> HttpResponse:
    if found.state == ListState.MAPPING and form is None:
        form = ColumnsForm(initial=found.mapping, headers=found.headers)
    context = {
        "network": found.network,
        "list": found,
        "form": form,
        "columns": _columns(form, found) if form else [],
        "preview": preview,
        "steps": _steps(found),
        "left": time_left(found, timezone.now()),
        "problems": found.problems[:SHOWN_PROBLEMS],
    }
    return render(request, "customers/list.html", context, status=status)


def _columns(form: ColumnsForm, found: AccountList) -> list[dict[str, Any]]:
    told = []
    for field in FIELDS:
        chosen = form[field].value()
        at = found.headers.index(chosen) if chosen in found.headers else None
        cells = [] if at is None else [row[at] for row in found.sample if row[at]][:3]
        told.append({"bound": form[field], "required": field in NEEDED, "sample": cells})
    return told


def _steps(found: AccountList) -> list[dict[str, str]]:
    place = {"MAPPING": 1, "TAKING": 2, "TAKEN": 4, "REFUSED": 3}[found.state]
    titles = [_("File received"), _("Columns"), _("Rows taken"), _("Result")]
    states = ["done" if at < place else "current" if at == place else "due" for at in range(4)]
    return [{"title": title, "state": state} for title, state in zip(titles, states, strict=True)]


def time_left(found: AccountList, now: datetime) -> str:
    """How long the taking will still last at its present pace, in words; empty while there is no pace."""
    if not found.started_at or not 0 < found.rows_done < found.rows_total:
        return ""
    rest = (now - found.started_at) * ((found.rows_total - found.rows_done) / found.rows_done)
    if rest.total_seconds() < 60:
        return _("less than a minute left")
    return _("about %(time)s left") % {"time": timeuntil(now + rest, now, depth=1)}
