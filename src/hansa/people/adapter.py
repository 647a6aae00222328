"""How sign-in differs from the library's: only the invited have accounts, and guessing does not lock anybody out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from hansa.people.models import Person

YEAR = 365 * 24 * 3600


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by accepting an invitation, never by walking in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always closed; invitations have their own page."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures per account and address: who guesses bars only the place where the guesses come from."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{self.get_client_ip(request)}"

    def post_login(self, request: HttpRequest, user: Person, **given: Any) -> HttpResponse:
        """After sign-in the person's language and theme hold in this browser."""
        response: HttpResponse = super().post_login(request, user, **given)
        keep_preferences(response, user)
        return response

    def format_email_subject(self, subject: str) -> str:
        """The subject on one line, without the host name that the library puts first."""
        return " ".join(subject.split())

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of the mail at this installation's own address, never at one that a request claims."""
        return at_own_address(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The link of the mail at this installation's own address."""
        return at_own_address(super().get_email_confirmation_url(request, emailconfirmation))


class InvitedOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on opens an existing account; it does not make one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Always closed; invitations have their own page."""
        return False

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """The one issuer that the operator has configured is believed about addresses that it says are verified."""
        return True


def at_own_address(url: str) -> str:
    """The same path and query below HANSA_BASE_URL."""
    parts = urlsplit(url)
    return settings.BASE_URL.rstrip("/") + urlunsplit(("", "", parts.path, parts.query, ""))


def keep_preferences(response: HttpResponse, person: Person) -> None:
    """Let the browser know the person's language and theme, as their switches on the page do."""
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, person.locale), ("theme", person.theme)):
        if value:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
        else:
            response.delete_cookie(name, samesite="Lax")
