from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

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
from hansa.organizations import operations, queries
from hansa.organizations.models import Affiliation
from hansa.organizations.rules import ROLE_LABELS, is_above, roles_within
from hansa.organizations.web.forms import InviteForm, RolesForm


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    return _show_people(request)


@login_required
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    current_scope().require("people.manage")
    form = InviteForm(request.POST, offered=roles_within(current_scope().capabilities))
    if form.is_valid():
        try:
            invitation, _secret = operations.invite_person(at=timezone.now(), **form.cleaned_data)
        except Unprocessable as refusal:
            say_problems(form, refusal)
        except NotPossibleNow as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email})
            return redirect("organizations:people")
    return _show_people(request, form, status=422)


@login_required
@require_POST
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    invitation = operations.withdraw_invitation(invitation_id=invitation_id, at=timezone.now())
    messages.success(request, _("The invitation of %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect("organizations:people")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, affiliation_id: UUID) -> HttpResponse:
    affiliation = queries.affiliation_in_organization(affiliation_id)
    if request.method == "POST":
        current_scope().require("people.manage")
    offered = roles_within(current_scope().capabilities)
    form = RolesForm(request.POST or None, offered=offered, initial={"roles": affiliation.roles})
    if request.method == "POST" and form.is_valid():
        try:
            operations.set_roles(affiliation_id=affiliation_id, at=timezone.now(), **form.cleaned_data)
        except NotPossibleNow as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect("organizations:people")
    return _show_person(request, affiliation, form)


@login_required
@require_POST
def suspend(request: HttpRequest, affiliation_id: UUID) -> HttpResponse:
    return _change(request, affiliation_id, operations.suspend_affiliation)


@login_required
@require_POST
def resume(request: HttpRequest, affiliation_id: UUID) -> HttpResponse:
    return _change(request, affiliation_id, operations.resume_affiliation)


@login_required
@require_POST
def end(request: HttpRequest, affiliation_id: UUID) -> HttpResponse:
    return _change(request, affiliation_id, operations.end_affiliation)


def _change(request: HttpRequest, affiliation_id: UUID, operation: Callable[..., Affiliation]) -> HttpResponse:
    try:
        changed = operation(affiliation_id=affiliation_id, at=timezone.now())
    except NotPossibleNow as refusal:
        messages.error(request, refusal.detail)
        return redirect("organizations:person", affiliation_id)
    own = changed.person_id == current_scope().person_id
    return redirect("/" if own else "organizations:people")


def _show_people(request: HttpRequest, form: InviteForm | None = None, *, status: int = 200) -> HttpResponse:
    scope = current_scope()
    context = {
        "people": list(queries.people_of_organization()),
        "invitations": (
            list(queries.open_invitations(at=timezone.now())) if current_scope().can("people.manage") else []
        ),
        "labels": ROLE_LABELS,
        "may_manage": scope.can("people.manage"),
        "form": form or InviteForm(offered=roles_within(scope.capabilities)),
    }
    return render(request, "organizations/people.html", context, status=status)


def _show_person(request: HttpRequest, affiliation: Affiliation, form: RolesForm) -> HttpResponse:
    scope = current_scope()
    context = {
        "affiliation": affiliation,
        "labels": ROLE_LABELS,
        "form": form,
        "may_manage": scope.can("people.manage") and not is_above(affiliation.roles, scope.capabilities),
        "is_self": affiliation.person_id == scope.person_id,
    }
    return render(request, "organizations/person.html", context, status=409 if form.errors else 200)
