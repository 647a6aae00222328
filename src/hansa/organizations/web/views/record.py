from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hansa.kit.failures import Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.organizations import queries
from hansa.organizations.models import Organization
from hansa.organizations.operations import Recorded, edit_organization, set_identifiers
from hansa.organizations.web.forms import AddressForm, CompanyForm, IdentifiersForm


@login_required
@require_safe
def record(request: HttpRequest) -> HttpResponse:
    return _show(request, queries.own_organization())


@login_required
@require_POST
def company(request: HttpRequest) -> HttpResponse:
    return _save_values(request, "company", CompanyForm(request.POST))


@login_required
@require_POST
def address(request: HttpRequest) -> HttpResponse:
    return _save_values(request, "address", AddressForm(request.POST))


@login_required
@require_POST
def identifiers(request: HttpRequest) -> HttpResponse:
    current_scope().require("organization.edit")
    form = IdentifiersForm(request.POST)
    organization = queries.own_organization()
    return _save(
        request,
        "identifiers",
        form,
        lambda: set_identifiers(organization_id=organization.id, at=timezone.now(), identifiers=form.pairs()),
    )


def _save_values(request: HttpRequest, part: str, form: forms.Form) -> HttpResponse:
    current_scope().require("organization.edit")
    organization = queries.own_organization()
    return _save(
        request,
        part,
        form,
        lambda: edit_organization(organization_id=organization.id, at=timezone.now(), values=form.cleaned_data),
    )


def _save(request: HttpRequest, part: str, form: forms.Form, operation: Callable[[], Recorded]) -> HttpResponse:
    if form.is_valid():
        try:
            recorded = operation()
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            _notice_duplicates(request, recorded)
            return redirect("organizations:record")
    return _show(request, queries.own_organization(), **{part: form}, status=422)


def _notice_duplicates(request: HttpRequest, recorded: Recorded) -> None:
    messages.success(request, _("The record is saved."))
    for likeness in recorded.duplicates[:5]:
        words = {"name": likeness.company.name, "reasons": "; ".join(likeness.reasons)}
        messages.warning(request, _("%(name)s may be the same company: %(reasons)s.") % words)


def _show(
    request: HttpRequest,
    organization: Organization,
    *,
    company: forms.Form | None = None,
    address: forms.Form | None = None,
    identifiers: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    values = {field: getattr(organization, field) for field in (*CompanyForm.base_fields, *AddressForm.base_fields)}
    known = IdentifiersForm.values_of(list(organization.identifiers.all()))
    context = {
        "organization": organization,
        "may_edit": current_scope().can("organization.edit"),
        "company": company or CompanyForm(initial=values),
        "address": address or AddressForm(initial=values),
        "identifiers": identifiers or IdentifiersForm(initial=known),
    }
    return render(request, "organizations/record.html", context, status=status)
