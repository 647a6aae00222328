"""What is worth a password must not be had by a borrowed screen: keys and credentials ask for it again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from hansa.kit.failures import NotAllowed

P = ParamSpec("P")


class AuthenticateAgain(NotAllowed):
    """The last proof of identity in this session is too old for what was asked."""

    title = "Confirm that it is you"


def require_recent_sign_in(request: HttpRequest) -> None:
    """Refuse a session whose last proof of identity is older than five minutes (403); tokens have none and pass."""
    if not request.headers.get("Authorization") and not did_recently_reauthenticate(request):
        raise AuthenticateAgain("Sign in again, or use an API token that allows this.")


def recently_signed_in(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view that first asks for the password or key again when the last time is more than five minutes ago."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not did_recently_reauthenticate(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return guarded
