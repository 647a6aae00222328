from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from hansa.activity import operations as activity
from hansa.activity import queries as events
from hansa.activity.models import Notification
from hansa.deals.queries import Seen, as_seen, registrations_as_seen
from hansa.kit.failures import NotFound, known_failures
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.site import finding
from hansa.site import home as homepage
from hansa.site.principal import current_network

OWN_DEALS = 8


@login_required
def home(request: HttpRequest) -> HttpResponse:
    scope, now, today = current_scope(), timezone.now(), timezone.localdate()
    network = current_network(request)
    context = {
        "needs": homepage.needs_of(scope, now),
        "deals": _own_deals(now) if scope.can("deals.view") else [],
        "figures": homepage.figures_of(scope, network, today),
        "events": homepage.latest_events(network),
        "networks": Network.objects.select_related("operator").order_by("created_at", "id"),
        "at_hand": network,
    }
    return render(request, "site/home.html", context)


def _own_deals(at: datetime) -> list[tuple[Network, Seen]]:
    """The latest registrations of the acting organization, in all its networks, as it may see them."""
    rows = registrations_as_seen(at=at, own=True)[:OWN_DEALS]
    return [(row.network, as_seen(row, at=at)) for row in rows]


@login_required
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    return render(request, "site/search.html", {"search_words": words, "groups": finding.find(words)})


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    page = page_of(events.inbox(unread_only=False), order=("-at", "-id"), cursor=request.GET.get("cursor"))
    return render(request, "site/inbox.html", {"page": page})


@login_required
def open_notification(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    line: Notification | None = Notification.objects.filter(id=notification_id).first()
    if line is None:
        raise NotFound()
    activity.mark_read(notification_id=line.id, at=timezone.now())
    return redirect(line.url)


@login_required
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "site/help.html")


def problems(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "site/problems.html",
        {"problems": [{"kind": each.kind(), "status": each.status, "title": each.title} for each in known_failures()]},
    )


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    return set_language(request)
