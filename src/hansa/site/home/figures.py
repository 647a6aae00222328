"""The numbers of the network at hand, and what happened lately."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hansa.activity.models import Event
from hansa.incentives.models import Statement
from hansa.kernel.money import Money
from hansa.kit.scope import Scope, current_scope
from hansa.ledger.queries import accrued
from hansa.networks.models import Membership, Network, State
from hansa.sales.models import ReportState, SalesReport
from hansa.sales.queries import days_sold, sold_by_month
from hansa.sales.rules import month_of, next_month


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its change and the page that shows what it is made of."""

    label: str
    value: object
    url: str
    change: str = ""
    mood: str = "neutral"
    of: str = ""
    currency: str = ""


def figures_of(scope: Scope, network: Network | None, today: date) -> list[Figure]:
    """Three to five numbers of the network at hand, each a link to what it is made of."""
    if network is None:
        return []
    figures: list[Figure] = []
    if scope.can("sales.view"):
        figures.append(_sold_last_month(network, today))
    if network.id in scope.operates:
        figures += _operator_figures(scope, network)
    if scope.can("statements.view"):
        figures.append(_owed(scope, network))
    return figures


def _sold_last_month(network: Network, today: date) -> Figure:
    """The newest whole month with sales against the one before it."""
    span = days_sold(network.id)
    this = min(month_of(today), next_month(month_of(span[1]))) if span else month_of(today)
    last = month_of(this - timedelta(days=1))
    before = month_of(last - timedelta(days=1))
    rows = sold_by_month(network, first=before, until=this, dimension="product")
    totals = {
        month: sum((Decimal(str(row["net_amount"] or 0)) for row in rows if row["month"] == month), Decimal(0))
        for month in (before, last)
    }
    change, mood = "", "neutral"
    if totals[before]:
        ratio = totals[last] / totals[before] - 1
        change, mood = f"{ratio:+.1%}", "good" if ratio >= 0 else "bad"
    return Figure(
        _("Sold in %(month)s") % {"month": date_format(last, "F Y")},
        Money.from_decimal(totals[last], network.currency),
        reverse("sales:sell_through", kwargs={"slug": network.slug}),
        change,
        mood,
        _("against the month before") if change else "",
    )


def _operator_figures(scope: Scope, network: Network) -> Iterator[Figure]:
    states = Membership.objects.filter(network=network).aggregate(
        active=Count("id", filter=Q(state=State.ACTIVE)), every=Count("id")
    )
    yield Figure(
        _("Active partners"),
        f"{states['active']:,}",
        reverse("networks:partners", kwargs={"slug": network.slug}) + "?state=ACTIVE",
        of=_("of %(all)d members") % {"all": states["every"]},
    )
    if scope.can("sales.import"):
        waiting = SalesReport.objects.filter(network=network, state=ReportState.TAKEN).aggregate(
            rows=Sum("quarantined"), reports=Count("id", filter=Q(quarantined__gt=0))
        )
        yield Figure(
            _("Rows to repair"),
            f"{waiting['rows'] or 0:,}",
            reverse("sales:reports", kwargs={"slug": network.slug}) + "?state=WAITING",
            of=_("in %(n)d reports") % {"n": waiting["reports"]},
        )


def _owed(scope: Scope, network: Network) -> Figure:
    total = sum(
        amount for (_kind, _who, currency), amount in accrued(network.id).items() if currency == network.currency
    )
    statements = Statement.objects.filter(network=network).count()
    label = _("Accrued and owed to partners") if network.id in scope.operates else _("Accrued for you")
    return Figure(
        label,
        Money(total, network.currency),
        reverse("incentives:statements", kwargs={"slug": network.slug}),
        of=ngettext("on %(n)s statement", "on %(n)s statements", statements) % {"n": f"{statements:,}"},
    )


def latest_events(network: Network | None, *, limit: int = 12) -> Sequence[Event]:
    """What happened lately, as far as the scope may see; whoever runs the network is not told of each statement."""
    rows = Event.objects.order_by("-at", "-id")
    if network and network.id in current_scope().operates:
        rows = rows.exclude(kind="incentives.statement.issued")
    return list((rows.filter(network_id=network.id) if network else rows)[:limit])


def months_of_year(today: date) -> tuple[date, date]:
    """The twelve whole months before this one, as [first, until)."""
    until = month_of(today)
    first = until
    for _step in range(12):
        first = month_of(first - timedelta(days=1))
    return first, until if until > first else next_month(first)
