from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hansa.kit.exports import table_download
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks import queries
from hansa.networks.models import State
from hansa.networks.queries.partners import EXPORT_COLUMNS
from hansa.networks.templatetags.networks import STATE_WORDS

FILTERS: dict[str, str | Promise] = {
    "type": gettext_lazy("Type"),
    "tier": gettext_lazy("Tier"),
    "territory": gettext_lazy("Territory"),
    "upstream": gettext_lazy("Distributor"),
}
COLUMNS: dict[str, str | Promise] = {
    "types": gettext_lazy("Types"),
    "tier": gettext_lazy("Tier"),
    "territory": gettext_lazy("Territory"),
    "distributor": gettext_lazy("Distributor"),
    "place": gettext_lazy("Place"),
    "since": gettext_lazy("In this state"),
}
SHOWN_AT_FIRST = ("types", "tier", "territory", "distributor", "since")


@login_required
@require_safe
def partners(request: HttpRequest, slug: str) -> HttpResponse:
    current_scope().require("networks.view")
    network = queries.network_by_slug(slug)
    wanted = wanted_of(request)
    sort = request.GET.get("sort", "name")
    order = queries.SORTS.get(sort, queries.SORTS["name"])
    day = timezone.now().date()
    rows = queries.partners(network, wanted, day=day)
    page = page_of(rows, order=order, cursor=request.GET.get("cursor"))
    counts = queries.counts_by_state(network, wanted, day=day)
    choices = queries.choices_of(network, day=day)
    columns = [name for name in COLUMNS if name in (request.GET.getlist("column") or SHOWN_AT_FIRST)]
    context = {
        "net": network,
        "page": page,
        "count": sum(each.fit for state, each in counts.items() if wanted.state in ("", state)),
        "wanted": wanted,
        "views": _views(request, counts, wanted),
        "chips": _chips(request, wanted, choices),
        "filters": _filters(wanted, choices),
        "columns": columns,
        "all_columns": [(name, label, name in columns) for name, label in COLUMNS.items()],
        "sort": sort,
        "may_manage": _may_manage(network.id),
        "none_at_all": not counts,
        "clear_url": _address(request, dict.fromkeys((*FILTERS, "q"), "")),
        "previous_url": _address(request, {"cursor": page.previous}) if page.previous else "",
        "next_url": _address(request, {"cursor": page.next}) if page.next else "",
        "sorts": {name: _sorting(request, name, sort) for name in ("name", "number", "since")},
    }
    return render(request, "networks/partners.html", context)


@login_required
@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    current_scope().require("networks.view")
    network = queries.network_by_slug(slug)
    rows = queries.partners(network, wanted_of(request), day=timezone.now().date()).order_by("number", "id")
    cells = ([row[name] for name in EXPORT_COLUMNS] for row in queries.export_rows(rows))
    return table_download(f"{network.slug}-partners.csv", EXPORT_COLUMNS, cells)


@login_required
@require_safe
def duplicates(request: HttpRequest, slug: str) -> HttpResponse:
    network = queries.network_by_slug(slug)
    current_scope().require_operator(network.id, "networks.view")
    context = {"net": network, "pairs": queries.duplicates_in(network)[:200]}
    return render(request, "networks/duplicates.html", context)


def wanted_of(request: HttpRequest) -> queries.Wanted:
    """The filters in the address; what no list could hold is cut."""
    names = ("q", "state", *FILTERS)
    return queries.Wanted(**{name: request.GET.get(name, "").strip().replace("\0", "")[:120] for name in names})


def _may_manage(network_id: object) -> bool:
    scope = current_scope()
    return network_id in scope.operates and scope.can("networks.manage")


def _address(request: HttpRequest, changes: dict[str, str | None]) -> str:
    query = request.GET.copy()
    query.pop("cursor", None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}" if query else "?"


def _views(request: HttpRequest, counts: dict[str, queries.Counted], wanted: queries.Wanted) -> list[dict[str, object]]:
    everything = {
        "label": _("All"),
        "url": _address(request, {"state": ""}),
        "active": not wanted.state,
        "count": sum(each.all for each in counts.values()),
    }
    states: list[dict[str, object]] = [
        {
            "label": STATE_WORDS[state],
            "url": _address(request, {"state": state}),
            "active": wanted.state == state,
            "count": counts[state].all,
        }
        for state in State.values
        if counts.get(state)
    ]
    return [everything, *states]


def _chips(request: HttpRequest, wanted: queries.Wanted, choices: queries.Choices) -> list[dict[str, object]]:
    upstreams = dict(choices.upstreams)
    chips: list[dict[str, object]] = []
    for name, value in wanted.set_fields().items():
        if name == "state":
            continue
        said = f"“{value}”" if name == "q" else f"{FILTERS[name]}: {upstreams.get(value, value)}"
        chips.append({"label": said, "remove_url": _address(request, {name: ""})})
    return chips


def _filters(wanted: queries.Wanted, choices: queries.Choices) -> list[dict[str, object]]:
    offered = {
        "type": [(word, word) for word in choices.types],
        "tier": [(word, word) for word in choices.tiers],
        "territory": [(word, word) for word in choices.territories],
        "upstream": choices.upstreams,
    }
    return [
        {"name": name, "label": label, "options": offered[name], "value": getattr(wanted, name)}
        for name, label in FILTERS.items()
        if len(offered[name]) > 1 or getattr(wanted, name)
    ]


def _sorting(request: HttpRequest, name: str, sort: str) -> dict[str, str]:
    order = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
    return {"url": _address(request, {"sort": f"-{name}" if sort == name else name}), "order": order}
