from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansa.kit.failures import Unprocessable
from hansa.kit.forms import say_problems
from hansa.kit.scope import current_scope
from hansa.organizations import operations, queries
from hansa.organizations.rules import CAPABILITIES
from hansa.organizations.web.forms import TokenForm
from hansa.people.reauthentication import recently_signed_in


@login_required
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    context = {
        "tokens": list(queries.api_tokens()),
        "labels": CAPABILITIES,
        "at": timezone.now(),
        "may_manage": current_scope().can("tokens.manage"),
    }
    return render(request, "organizations/tokens.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    current_scope().require("tokens.manage")  # before anybody is asked for a password
    return _make_token(request)


@recently_signed_in
def _make_token(request: HttpRequest) -> HttpResponse:
    scope = current_scope()
    form = TokenForm(request.POST or None, offered=scope.capabilities)
    if form.is_valid():
        now = timezone.now()
        try:
            token, secret = operations.make_api_token(
                name=form.cleaned_data["name"],
                capabilities=form.cleaned_data["capabilities"],
                expires_at=now + form.lifetime_chosen(),
                at=now,
            )
        except Unprocessable as refusal:
            say_problems(form, refusal)
        else:
            return render(request, "organizations/token_made.html", {"token": token, "secret": secret}, status=201)
    return render(request, "organizations/token_new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    token = operations.revoke_api_token(token_id=token_id, at=timezone.now())
    messages.success(request, _("%(name)s is revoked: the next request with it is refused.") % {"name": token.name})
    return redirect("organizations:tokens")
