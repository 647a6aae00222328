"""Registering by mail: who is invited, and what became of the mails."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hansa.deals import queries
from hansa.deals.operations import invite_by_mail, revoke_mail_invitation
from hansa.deals.web.common import runs, say
from hansa.deals.web.forms import MailForm
from hansa.kit.failures import NotPossibleNow, Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_mail(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    if request.method == "POST":
        current_scope().require_operator(network.id, "networks.manage")
    current_scope().require("deals.view")
    form = _form(request, network) if runs(network, "networks.manage") else None
    if request.method == "POST" and form is not None and form.is_valid() and _invites(form, network):
        messages.success(request, _("The invitation was sent to %(email)s.") % form.cleaned_data)
        return redirect("deals:by_mail", slug)
    rows, operates = queries.mail_invitations(network.id), runs(network)
    context = {
        "network": network,
        "form": form,
        "page": page_of(rows, order=queries.INVITATION_ORDER, cursor=request.GET.get("cursor")),
        "mails": queries.latest_mails(network.id),
        "domain": settings.MAIL_DOMAIN,
        "operates": operates,
        "may_revoke": current_scope().can("networks.manage" if operates else "organization.edit"),
        "at": timezone.now(),
    }
    return render(request, "deals/by_mail.html", context, status=422 if form is not None and form.errors else 200)


@login_required
@require_POST
def revocation(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    invitation = queries.mail_invitation_by_code(network_by_slug(slug).id, code)
    try:
        revoke_mail_invitation(invitation_id=invitation.id, at=timezone.now())
    except NotPossibleNow as refusal:
        say(request, refusal)
    return redirect("deals:by_mail", slug)


def _form(request: HttpRequest, network: Network) -> MailForm:
    members = [(str(row.id), row.organization.name) for row in queries.members_to_invite(network.id)]
    return MailForm(request.POST if request.method == "POST" else None, members=members)


def _invites(form: MailForm, network: Network) -> bool:
    """Send the invitation; where it cannot be, say at the form why not."""
    said = form.cleaned_data
    try:
        invite_by_mail(
            network=network, membership_id=said["member"], email=said["email"], days=said["days"], at=timezone.now()
        )
    except NotPossibleNow as refusal:
        form.add_error(None, refusal.detail)
    except Unprocessable as refusal:
        say_problems(form, refusal)
    return not form.errors
