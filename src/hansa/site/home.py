"""The home page of a person: what needs it now, a few numbers, what happened lately; over all networks of the company."""

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
from hansa.engines.settlement import periods_of
from hansa.incentives.models import RunState, SettlementRun, Statement
from hansa.kernel.money import Money
from hansa.kit.scope import Scope, current_scope
from hansa.ledger.queries import accrued
from hansa.networks.models import Membership, Network, State
from hansa.programs import document
from hansa.programs.models import ProgramVersion
from hansa.sales.models import ReportState, SalesReport
from hansa.sales.queries import days_sold, sold_by_month
from hansa.sales.rules import month_of, next_month


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for this person: its one action, and since or until when."""

    title: str
    url: str
    action: str
    context: str


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


def needs_of(scope: Scope, today: date) -> list[Need]:
    """What waits for the acting person, over all networks, the most pressing first."""
    networks = list(Network.objects.order_by("created_at", "id"))
    found: list[Need] = []
    for network in networks:
        if network.id in scope.operates:
            found += _operator_needs(scope, network, today)
        else:
            found += _member_needs(scope, network)
    return found


def _operator_needs(scope: Scope, network: Network, today: date) -> Iterator[Need]:
    if scope.can("sales.import"):
        yield from _report_needs(network, SalesReport.objects.filter(network=network))
    if scope.can("networks.manage"):
        applied = Membership.objects.filter(network=network, state=State.APPLIED).count()
        if applied:
            words = ngettext("%(n)d company asks to join", "%(n)d companies ask to join", applied) % {"n": applied}
            url = reverse("networks:partners", kwargs={"slug": network.slug}) + "?state=APPLIED"
            yield Need(words, url, _("Decide"), network.name)
    if scope.can("settlement.run"):
        yield from _settlement_needs(network, today)


def _report_needs(network: Network, reports: object) -> Iterator[Need]:
    waiting = SalesReport.objects.filter(network=network, state=ReportState.NEEDS_MAPPING).order_by("-received_at")
    for report in waiting.select_related("sender")[:3]:
        yield Need(
            _("Say how the columns of %(file)s are read") % {"file": report.file_name},
            reverse("sales:report", kwargs={"slug": network.slug, "code": report.code}),
            _("Map columns"),
            f"{report.sender.name} · {date_format(report.month, 'F Y')}",
        )
    flawed = SalesReport.objects.filter(network=network, state=ReportState.TAKEN, quarantined__gt=0)
    for report in flawed.select_related("sender").order_by("-month", "-received_at")[:4]:
        count = report.quarantined
        words = ngettext("%(n)d row could not be taken", "%(n)d rows could not be taken", count) % {"n": count}
        yield Need(
            words,
            reverse("sales:report", kwargs={"slug": network.slug, "code": report.code}),
            _("Repair"),
            f"{report.sender.name} · {date_format(report.month, 'F Y')} · {report.file_name}",
        )


def _settlement_needs(network: Network, today: date) -> Iterator[Need]:
    done = set(
        SettlementRun.objects.filter(network=network, state=RunState.COMMITTED).values_list(
            "version__program_id", "period"
        )
    )
    due: dict[tuple[object, str], date] = {}
    for version in ProgramVersion.objects.filter(network=network):
        for period in periods_of(document.parse(version.text).paying):
            if period.until <= today and (version.program_id, period.label) not in done:
                due[version.program_id, period.label] = period.until
    for (_program, label), until in sorted(due.items(), key=lambda each: each[1])[:3]:
        yield Need(
            _("%(period)s has ended and is not settled") % {"period": label},
            reverse("incentives:new_run", kwargs={"slug": network.slug}) + f"?period={label}",
            _("Settle"),
            _("%(network)s · ended %(day)s") % {"network": network.name, "day": date_format(until - timedelta(days=1))},
        )


def _member_needs(scope: Scope, network: Network) -> Iterator[Need]:
    invited = Membership.objects.filter(
        network=network, organization_id=scope.organization_id, state=State.INVITED
    ).first()
    if invited:
        url = reverse("networks:partner", kwargs={"slug": network.slug, "code": invited.code})
        yield Need(
            _("%(network)s invites you") % {"network": network.name}, url, _("Answer"), network.get_kind_display()
        )
    if scope.can("sales.import"):
        yield from _report_needs(network, None)


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
