from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug
from hansa.programs import queries
from hansa.programs.rules.grid import grid_of, parts_of
from hansa.programs.territories import Territory, address_of


@login_required
@require_safe
def territories(request: HttpRequest, slug: str) -> HttpResponse:
    current_scope().require("networks.view")
    network = network_by_slug(slug)
    today = timezone.now().date()
    defined = queries.territories_on(network.id, today)
    held = queries.held_on(network.id, today)
    grid = grid_of(defined)
    known = {each.name for each in defined}
    context = {
        "net": network,
        "count": len(defined),
        "families": grid.families,
        "rows": [
            (row.part, [(family, _shown(cell, held)) for family, cell in zip(grid.families, row.cells, strict=True)])
            for row in grid.rows
        ],
        "names": _shown(grid.names, held),
        "gone": [(name, address_of(name), rows) for name, rows in held.items() if name not in known],
        "in_force": queries.version_in_force(network.id, today),
        "operates": network.id in current_scope().operates,
    }
    return render(request, "programs/territories.html", context)


def _shown(cell: tuple[Territory, ...], held: dict[str, list[queries.Held]]) -> list[dict[str, Any]]:
    return [{"territory": each, "address": address_of(each.name), "held": held.get(each.name, [])} for each in cell]


@login_required
@require_safe
def territory(request: HttpRequest, slug: str, territory: str) -> HttpResponse:
    current_scope().require("networks.view")
    network = network_by_slug(slug)
    today = timezone.now().date()
    known = queries.territory_at(network.id, territory, day=today)
    page = page_of(
        queries.holdings_of(network.id, known.name), order=("-from_on", "id"), cursor=request.GET.get("cursor")
    )
    context = {
        "net": network,
        "known": known,
        "defined": known.defined,
        "parts": list(parts_of(known.defined)) if known.defined else [],
        "currency": network.currency,
        "in_force": queries.version_in_force(network.id, today),
        "page": page,
        "held": [queries.held_of(row, known.defined, day=today) for row in page.items],
        "today": today,
        "notice": queries.notice_of(network.id, known.defined, day=today) if known.defined else None,
        "overlaps": queries.overlaps_of(network.id, known.name, day=today),
        "operates": network.id in current_scope().operates,
        "may_manage": may_manage(network),
    }
    return render(request, "programs/territory.html", context)


def may_manage(network: Network) -> bool:
    scope = current_scope()
    return network.id in scope.operates and scope.can("networks.manage")
