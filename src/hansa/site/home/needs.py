"""What waits for a person, over all networks of its company, the most pressing first: each with its one action."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hansa.deals.queries import open_matches, registrations_as_seen, to_decide
from hansa.deals.rules import OPEN_STAGES, ReviewState
from hansa.disputes.queries import cases_of
from hansa.engines.settlement import periods_of
from hansa.incentives.models import RunState, SettlementRun
from hansa.kit.scope import Scope
from hansa.networks.models import Membership, Network, State
from hansa.programs import document
from hansa.programs.models import ProgramVersion
from hansa.sales.models import ReportState, SalesReport

ENDS_SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for this person: its one action, and since or until when."""

    title: str
    url: str
    action: str
    context: str


def needs_of(scope: Scope, at: datetime) -> list[Need]:
    """What waits for the acting person, over all networks, the most pressing first."""
    networks = list(Network.objects.order_by("created_at", "id"))
    found: list[Need] = []
    for network in networks:
        if network.id in scope.operates:
            found += _operator_needs(scope, network, at)
        else:
            found += _member_needs(scope, network)
        found += _case_needs(scope, network)
    return [*_own_deal_needs(scope, at), *found]


def _operator_needs(scope: Scope, network: Network, at: datetime) -> Iterator[Need]:
    if scope.can("deals.decide"):
        yield from _queue_needs(network, at)
    if scope.can("sales.import"):
        yield from _report_needs(network, SalesReport.objects.filter(network=network))
    if scope.can("networks.manage"):
        applied = Membership.objects.filter(network=network, state=State.APPLIED).count()
        if applied:
            words = ngettext("%(n)d company asks to join", "%(n)d companies ask to join", applied) % {"n": applied}
            url = reverse("networks:partners", kwargs={"slug": network.slug}) + "?state=APPLIED"
            yield Need(words, url, _("Decide"), network.name)
    if scope.can("settlement.run"):
        yield from _settlement_needs(network, at.date())


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


def _queue_needs(network: Network, at: datetime) -> Iterator[Need]:
    """What partners wait for: whether two registrations mean one project, and what the rules leave to people."""
    url = reverse("deals:queue", kwargs={"slug": network.slug})
    if asked := open_matches(network.id).count():
        words = ngettext(
            "%(n)d pair of registrations may mean one project",
            "%(n)d pairs of registrations may mean one project",
            asked,
        )
        yield Need(words % {"n": asked}, url, _("Answer"), network.name)
    rows = to_decide(network.id)
    if count := rows.count():
        late = rows.filter(decision_due__lte=at).count()
        words = ngettext("%(n)d registration waits for a decision", "%(n)d registrations wait for a decision", count)
        context = _("%(network)s · %(late)d late") % {"network": network.name, "late": late} if late else network.name
        yield Need(words % {"n": count}, url, _("Decide"), context)


def _case_needs(scope: Scope, network: Network) -> Iterator[Need]:
    if scope.can("disputes.view") and (waiting := cases_of(network.id, waiting=True).count()):
        words = ngettext("%(n)d case waits for you", "%(n)d cases wait for you", waiting) % {"n": waiting}
        yield Need(words, reverse("disputes:cases", kwargs={"slug": network.slug}), _("Open"), network.name)


def _own_deal_needs(scope: Scope, at: datetime) -> Iterator[Need]:
    """Own registrations that were sent back, and protections that end soon, in all networks."""
    if not scope.can("deals.register"):
        return
    back = registrations_as_seen(at=at, own=True, review=ReviewState.ACTION_REQUIRED).order_by(F("action_due").asc())
    for row in back[:3]:
        until = date_format(row.action_due) if row.action_due else ""
        yield Need(
            _("%(title)s was sent back: mend it until %(day)s") % {"title": row.title, "day": until},
            reverse("deals:edit", kwargs={"slug": row.network.slug, "code": row.code}),
            _("Mend"),
            f"{row.customer.get('name', '')} · {row.network.name}",
        )
    ending = registrations_as_seen(at=at, own=True, review=ReviewState.APPROVED).filter(
        protected_until__lte=at + ENDS_SOON, stage__in=OPEN_STAGES
    )
    for row in ending.order_by("protected_until", "id")[:3]:
        yield Need(
            _("The protection of %(title)s ends on %(day)s")
            % {"title": row.title, "day": date_format(row.protected_until)},
            reverse("deals:deal", kwargs={"slug": row.network.slug, "code": row.code}),
            _("Open"),
            f"{row.customer.get('name', '')} · {row.network.name}",
        )
