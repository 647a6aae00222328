from __future__ import annotations

from uuid import UUID

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.forms import say_problems
from hansa.organizations import queries
from hansa.organizations.models import Affiliation
from hansa.organizations.operations import accept_invitation
from hansa.organizations.rules import ACTING_KEY, ROLE_LABELS
from hansa.organizations.web.forms import AcceptForm


@login_required
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    try:
        organization_id = UUID(request.POST.get("organization", ""))
    except ValueError:
        raise NotFound() from None
    request.session[ACTING_KEY] = str(queries.own_affiliation(organization_id).organization_id)
    return redirect(_way_back(request))


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    now = timezone.now()
    try:
        offer = queries.offer_behind(secret, at=now)
    except NotFound:
        return render(request, "organizations/invitation_dead.html", status=404)
    form = AcceptForm(request.POST or None) if _needs_account(request, offer) else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            affiliation = accept_invitation(secret=secret, at=now, **(form.cleaned_data if form else {}))
        except Unprocessable as refusal:
            if form is None:
                raise
            say_problems(form, refusal)
        else:
            return _enter(request, affiliation)
    roles = [ROLE_LABELS[role] for role in offer.roles]
    context = {"offer": offer, "form": form, "roles": roles, "is_invited": offer.account_id == request.user.pk}
    status = 422 if form is not None and form.errors else 200
    return render(request, "organizations/invitation.html", context, status=status)


def _needs_account(request: HttpRequest, offer: queries.Offer) -> bool:
    return not request.user.is_authenticated and offer.account_id is None


def _enter(request: HttpRequest, affiliation: Affiliation) -> HttpResponse:
    response: HttpResponse = HttpResponseRedirect("/")
    if not request.user.is_authenticated:
        response = perform_login(request, affiliation.person, email_verification="none", redirect_url="/")
    request.session[ACTING_KEY] = str(affiliation.organization_id)
    return response


def _way_back(request: HttpRequest) -> str:
    """The settings may be shown for another organization too; any other page may not exist there."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe and wanted.startswith("/settings/") else "/"
