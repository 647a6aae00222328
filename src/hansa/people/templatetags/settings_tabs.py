"""The parts of the settings, the same on every page of theirs."""

from __future__ import annotations

from django.http import HttpRequest
from django.template import Context, Library
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hansa.kit.scope import current_scope

register = Library()

# Title, name of the address, beginning of the addresses that belong to it, whether an organization is needed.
PARTS = (
    (gettext_noop("Profile"), "people:profile", "/settings/profile", False),
    (gettext_noop("Security"), "mfa_index", "/accounts/", False),
    (gettext_noop("Organization"), "organizations:record", "/settings/organization", True),
    (gettext_noop("People"), "organizations:people", "/settings/people", True),
    (gettext_noop("API tokens"), "organizations:tokens", "/settings/tokens", True),
)


@register.simple_tag(takes_context=True)
def settings_tabs(context: Context) -> list[dict[str, object]]:
    """Items for `c-tabs`: parts that concern the organization only while acting for one."""
    request: HttpRequest = context["request"]
    acts = current_scope().organization_id is not None
    return [
        {"title": _(title), "url": reverse(name), "active": request.path.startswith(beginning)}
        for title, name, beginning, needs_organization in PARTS
        if acts or not needs_organization
    ]
