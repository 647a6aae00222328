"""What every page's frame needs: who acts for whom, navigation, language, theme (see `hansa.ui`)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

import hansa
from hansa.activity.queries import inbox
from hansa.kit.scope import Scope, acting
from hansa.networks.models import Network
from hansa.site.navigation import sections_for
from hansa.site.principal import current_network


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of `ui/base.html` and `ui/bare.html`."""
    context: dict[str, object] = {
        "now": timezone.now(),
        "theme": theme if (theme := request.COOKIES.get("theme", "")) in {"light", "dark"} else "",
        "version": hansa.__version__,
        "languages": [
            {"code": code, "name": name, "active": code == get_language()} for code, name in settings.LANGUAGES
        ],
        "language_url": reverse("site:language"),
        "home_url": reverse("site:home"),
    }
    scope: Scope | None = getattr(request, "scope", None)
    if scope is None or scope.person_id is None or not request.user.is_authenticated:
        return context
    with acting(scope):
        network = current_network(request)
        return {**context, **_of_person(request, scope, network)}


def _of_person(request: HttpRequest, scope: Scope, network: Network | None) -> dict[str, object]:
    affiliation = getattr(request, "affiliation", None)
    return {
        "navigation": sections_for(scope, network, request.path),
        "acting": {"name": affiliation.organization.name} if affiliation else None,
        "organizations": [
            {"id": a.organization_id, "name": a.organization.name, "active": a == affiliation}
            for a in getattr(request, "affiliations", [])
        ],
        "acting_url": reverse("organizations:acting"),
        "search_url": reverse("site:search"),
        "new_menu": _new_menu(scope, network),
        "inbox": {"url": reverse("site:inbox"), "count": inbox().count()},
        "help_url": reverse("site:help"),
        "api_url": "/api/v1/docs",
        "network": {"name": network.name, "accent": network.accent, "logo_url": ""} if network else None,
        "person": {
            "name": str(request.user),
            "email": getattr(request.user, "email", ""),
            "picture_url": "",
            "profile_url": reverse("people:profile"),
        },
        "sign_out_url": reverse("account_logout"),
    }


def _new_menu(scope: Scope, network: Network | None) -> list[dict[str, object]]:
    if network is None:
        return []
    offers = [
        (_("Deal"), "deals:new", "deals.register", "heart-handshake", True),
        (_("Sales report"), "sales:send", "sales.import", "upload", True),
        (_("Settlement"), "incentives:new_run", "settlement.run", "calculator", network.id in scope.operates),
        (_("Partner"), "networks:invite", "networks.manage", "user-plus", network.id in scope.operates),
    ]
    return [
        {"title": title, "url": reverse(name, kwargs={"slug": network.slug}), "icon": icon}
        for title, name, capability, icon, fits in offers
        if fits and scope.can(capability)
    ]
