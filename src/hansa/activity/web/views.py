from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from hansa.activity import queries
from hansa.activity.files import export_file
from hansa.activity.web.forms import FilterForm
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope

AREAS = (
    ("", _("Everything")),
    ("sales.", _("Sales")),
    ("incentives.", _("Settlement")),
    ("ledger.", _("Ledger")),
    ("programs.", _("Program")),
    ("networks.", _("Members")),
    ("catalog.", _("Products")),
)


@login_required
@require_safe
def events(request: HttpRequest, slug: str) -> HttpResponse:
    network = queries.network_named(slug)
    form = FilterForm(request.GET)
    chosen = form.chosen()
    rows = queries.events_on_days(network.id, **chosen)
    page = page_of(rows, order=("-at", "-id"), cursor=request.GET.get("cursor"))
    names = queries.actors_of(page.items)
    context = {
        "network_shown": network,
        "page": page,
        "rows": [(event, names.get(event.actor_id), names.get(event.actor_organization_id)) for event in page.items],
        "form": form,
        "areas": [{"label": label, "kind": kind, "active": kind == chosen["kind"]} for kind, label in AREAS],
        "kind": chosen["kind"],
        "subject": chosen["subject_id"],
        "key": queries.public_key(network.id),
    }
    return render(request, "activity/events.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest, slug: str) -> HttpResponse:
    network = queries.network_named(slug)
    scope = current_scope()
    scope.require("events.view")
    links, faults = queries.verify_chain(network.id)
    head = queries.head_of(network.id)
    context = {
        "network_shown": network,
        "links": links,
        "faults": faults,
        "head": head[1].hex() if head else "",
        "whole": network.id in scope.operates,
        "verified_at": timezone.now(),
        "key": queries.public_key(network.id),
    }
    return render(request, "activity/verification.html", context)


@login_required
@require_safe
def export(request: HttpRequest, slug: str) -> FileResponse:
    network = queries.network_named(slug)
    return export_file(network.id, network.slug)
