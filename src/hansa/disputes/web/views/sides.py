from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansa.disputes import queries
from hansa.disputes.models import Case
from hansa.disputes.operations import NotASide, accept_remedy, add_evidence, appeal, rest_case, withdraw_case
from hansa.disputes.web.forms import AppealForm, EvidenceForm
from hansa.disputes.web.views.cases import show_case
from hansa.kit.exports import file_download
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug


@login_required
@require_POST
def evidence(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    case = _own(slug, code)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        sent = {"file_name": file.name, "chunks": file.chunks()} if file else {}
        try:
            add_evidence(case=case, text=form.cleaned_data["text"], at=timezone.now(), **sent)
        except Unprocessable as refusal:
            say_problems(form, refusal)
        except NotPossibleNow as refusal:
            messages.error(request, refusal.detail)
            return redirect("disputes:case", slug, code)
        else:
            messages.success(request, _("Both sides and the adjudicator read it now."))
            return redirect("disputes:case", slug, code)
    return show_case(request, case, form, status=422)


@login_required
@require_safe
def evidence_file(request: HttpRequest, slug: str, code: str, evidence_id: UUID) -> HttpResponseBase:
    current_scope().require("disputes.view")
    case = queries.case_by_code(network_by_slug(slug).id, code)
    found = queries.evidence_by_id(case, evidence_id)
    if not found.stored_as:
        raise NotFound()
    return file_download(found.file_name, settings.FILES_ROOT / found.stored_as)


@login_required
@require_POST
def rest(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    case = _own(slug, code)
    try:
        rest_case(case=case, at=timezone.now())
    except NotPossibleNow as refusal:
        messages.error(request, refusal.detail)
    return redirect("disputes:case", slug, code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    case = _own(slug, code, filed=True)
    if request.method == "POST":
        try:
            withdraw_case(case=case, at=timezone.now())
        except NotPossibleNow as refusal:
            messages.error(request, refusal.detail)
        return redirect("disputes:case", slug, code)
    return render(request, "disputes/withdrawal.html", {"shown": case.network, "case": case})


@login_required
@require_POST
def acceptance(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    case = _own(slug, code)
    try:
        accept_remedy(case=case, at=timezone.now())
    except NotPossibleNow as refusal:
        messages.error(request, refusal.detail)
    return redirect("disputes:case", slug, code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal_remedy(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    case = _own(slug, code)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            appeal(case=case, reason=form.cleaned_data["reason"], at=timezone.now())
        except Unprocessable as refusal:
            say_problems(form, refusal)
        except NotPossibleNow as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("Somebody else will decide the case now."))
            return redirect("disputes:case", slug, code)
    context = {"shown": case.network, "case": case, "form": form, "file": queries.case_file(case)}
    return render(request, "disputes/appeal.html", context, status=422 if form.errors else 200)


def _own(slug: str, code: str, *, filed: bool = False) -> Case:
    """A case in which the acting organization is a side (`filed`: the one that filed it); others may only read it."""
    current_scope().require("disputes.file")
    case = queries.case_by_code(network_by_slug(slug).id, code)
    side = queries.side_of(case, current_scope().organization_id)
    if side is None or (filed and side != "CLAIMANT"):
        raise NotASide("Only the side that filed a case can do this." if filed else "Only the two sides may do this.")
    return case
