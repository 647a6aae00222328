from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hansa.incentives.queries import payout_by_incentive
from hansa.incentives.rules import kind_of_period
from hansa.kernel.money import Money
from hansa.kit.exports import table_download
from hansa.networks.queries import network_by_slug

KINDS = {"month": _("Months"), "quarter": _("Quarters"), "half": _("Half-years"), "year": _("Years")}
Row = Mapping[str, object]


@login_required
@require_safe
def payouts(request: HttpRequest, slug: str) -> HttpResponseBase:
    network = network_by_slug(slug)
    rows = payout_by_incentive(network.id)
    present = [kind for kind in KINDS if any(_kind(row) == kind for row in rows)]
    asked = request.GET.get("by", "")
    kind = asked if asked in present else _weightiest(rows, present)
    shown = [row for row in rows if _kind(row) == kind]
    if request.GET.get("format") == "csv":
        return _table(network.slug, shown)
    periods = sorted({str(row["payout__period"]) for row in shown})
    per_period = {
        period: sum(int(str(row["total"])) for row in shown if row["payout__period"] == period) for period in periods
    }
    best = max(per_period, key=lambda period: per_period[period], default="")
    context = {
        "shown": network,
        "views": [{"label": KINDS[each], "by": each, "active": each == kind} for each in present],
        "rows": list(reversed(shown)),
        "figures": figures_of(shown, periods, network.currency),
        "total": sum(per_period.values()),
        "best": best,
        "best_total": per_period.get(best, 0),
        "periods": len(periods),
    }
    return render(request, "incentives/payouts.html", context)


def figures_of(rows: Sequence[Row], periods: Sequence[str], currency: str) -> dict[str, object]:
    names = {str(row["payout__incentive"]): str(row["payout__incentive_name"]) for row in rows}
    totals = {(str(row["payout__incentive"]), str(row["payout__period"])): int(str(row["total"])) for row in rows}
    return {
        "kind": "bar",
        "stacked": True,
        "currency": currency,
        "labels": list(periods),
        "series": [
            {
                "name": name,
                # a drawing takes ordinary numbers; the exact amounts stand in the table beside it
                "values": [float(Money(totals.get((key, period), 0), currency).decimal) for period in periods],
            }
            for key, name in names.items()
        ],
    }


def _kind(row: Row) -> str:
    return kind_of_period(str(row["payout__period"]))


def _weightiest(rows: Sequence[Row], present: Sequence[str]) -> str:
    return max(
        present, key=lambda kind: sum(int(str(row["total"])) for row in rows if _kind(row) == kind), default="quarter"
    )


def _table(slug: str, rows: Sequence[Row]) -> HttpResponseBase:
    cells = [
        (
            row["payout__period"],
            row["payout__incentive"],
            row["payout__incentive_name"],
            row["payout__currency"],
            Money(int(str(row["total"])), str(row["payout__currency"])).decimal,
            row["payees"],
        )
        for row in rows
    ]
    return table_download(
        f"payouts-{slug}.csv", ("period", "incentive", "incentive_name", "currency", "accrued", "payees_paid"), cells
    )
