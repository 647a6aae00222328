from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from hansa.kernel.money import Money, minor_digits
from hansa.kit.exports import table_download
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug
from hansa.sales import queries

DIMENSIONS = {"territory": lazy("Territory"), "partner": lazy("Partner"), "product": lazy("Product")}
SHOWN = 7


@login_required
@require_safe
def sell_through(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_by_slug(slug)
    years = _years(network, timezone.now().date())
    year, dimension = _chosen(request, years)
    rows = queries.sold_by_month(network, first=date(year, 1, 1), until=date(year + 1, 1, 1), dimension=dimension)
    table = grouped(rows, network.currency)
    context = {
        "network": network,
        "year": year,
        "dimension": dimension,
        "dimension_title": DIMENSIONS[dimension],
        "years": years,
        "dimensions": [_view(d, words, d == dimension, year=year) for d, words in DIMENSIONS.items()],
        "table": table,
        "figures": figures(table, network.currency),
        "all_lines": network.id in current_scope().operates,
    }
    return render(request, "sales/sell_through.html", context)


@login_required
@require_safe
def table(request: HttpRequest, slug: str) -> HttpResponseBase:
    network = network_by_slug(slug)
    year, dimension = _chosen(request, _years(network, timezone.now().date()))
    rows = queries.sold_by_month(network, first=date(year, 1, 1), until=date(year + 1, 1, 1), dimension=dimension)
    headers = ["month", dimension, "quantity", f"net_amount_{network.currency}", "lines", "lines_without_rate"]
    keys = ("month", "key", "quantity", "net_amount", "lines", "unconverted")
    name = f"sell-through-{network.slug}-{year}-{dimension}.csv"
    return table_download(name, headers, [[row[key] for key in keys] for row in rows])


def grouped(rows: Sequence[Mapping[str, Any]], currency: str) -> dict[str, Any]:
    """Months across, names down: the largest names first, those beyond the seventh together, and the sums."""
    cells: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        cells[row["key"]][row["month"]] += row["net_amount"] or Decimal(0)
    months = sorted({row["month"] for row in rows})
    ranked = sorted(cells, key=lambda name: (-sum(cells[name].values()), name))
    kept, rest = (ranked, []) if len(ranked) <= SHOWN else (ranked[: SHOWN - 1], ranked[SHOWN - 1 :])
    lines = [_line(name or _("Not said"), [cells[name][month] for month in months], currency) for name in kept]
    if rest:
        values = [sum((cells[name][month] for name in rest), Decimal(0)) for month in months]
        lines.append(_line(_("%(count)d others") % {"count": len(rest)}, values, currency))
    sums = [sum((line["values"][at] for line in lines), Decimal(0)) for at in range(len(months))]
    return {
        "months": months,
        "lines": lines,
        "sums": _line(_("Together"), sums, currency),
        "count": sum(row["lines"] for row in rows),
        "unconverted": sum(row["unconverted"] for row in rows),
        "leader": lines[0] if lines else None,
    }


def figures(table: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """What the chart draws: exact in the table, binary only for the eye."""
    return {
        "kind": "bar",
        "stacked": True,
        "labels": [f"{month:%Y-%m}" for month in table["months"]],
        "series": [{"name": line["name"], "values": [float(v) for v in line["values"]]} for line in table["lines"]],
        "currency": currency,
        "digits": minor_digits(currency),
    }


def _line(name: str, values: Sequence[Decimal], currency: str) -> dict[str, Any]:
    total = Money.from_decimal(sum(values, Decimal(0)), currency)
    return {
        "name": name,
        "values": list(values),
        "amounts": [Money.from_decimal(value, currency) for value in values],
        "total": total,
    }


def _years(network: Network, today: date) -> list[int]:
    """The years in which something was sold, the latest first; this year where nothing was."""
    span = queries.days_sold(network.id)
    return list(range(span[1].year, span[0].year - 1, -1)) if span else [today.year]


def _chosen(request: HttpRequest, years: Sequence[int]) -> tuple[int, str]:
    year, dimension = request.GET.get("year", ""), request.GET.get("by", "territory")
    offered = {str(y): y for y in years}
    return offered.get(year, years[0]), dimension if dimension in DIMENSIONS else "territory"


def _view(value: str, label: object, active: bool, *, year: int) -> dict[str, object]:
    return {"label": label, "active": active, "url": f"?year={year}&by={value}", "count": None}
