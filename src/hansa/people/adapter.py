"""Who may make an account: only those who hold an invitation."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by accepting an invitation, never by walking in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always closed; invitations have their own page."""
        return False


class InvitedOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on opens an existing account; it does not make one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Always closed; invitations have their own page."""
        return False
