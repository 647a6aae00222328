"""Roles in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.template import Library
from django.utils.translation import gettext as _

from hansa.organizations.rules import CAPABILITIES, ROLE_LABELS

register = Library()


@register.filter
def role_words(roles: Iterable[str]) -> str:
    """The labels of roles, separated by commas."""
    return ", ".join(_(ROLE_LABELS.get(role, role)) for role in roles)


@register.filter
def capability_words(capabilities: Iterable[str]) -> str:
    """The labels of capabilities, separated by semicolons."""
    return "; ".join(_(CAPABILITIES.get(name, name)) for name in capabilities)
