"""Who holds a territory, from when to when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from hansa.activity.models import Event
from hansa.activity.operations import record
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Membership, Network, State
from hansa.programs.models import TerritoryHolding
from hansa.programs.queries import exclusive_spans, territories_on
from hansa.programs.queries.holdings import as_holding
from hansa.programs.rules.counsel import Notice, sixth_holder_notice
from hansa.programs.territories import Territory

LONGEST_NAME, LONGEST_REASON = 80, 300


class HoldingNotConfirmed(NotPossibleNow):
    """Giving the territory touches a rule that counsel should look at, and nobody has confirmed that."""

    title = "A notice for counsel has to be confirmed first"


@transaction.atomic
def hold_territory(
    *,
    network: Network,
    territory: str,
    holder_id: UUID,
    from_on: date,
    at: datetime,
    until_on: date | None = None,
    reason: str = "",
    confirmed: bool = False,
) -> TerritoryHolding:
    """Give a territory of the program in force to a member or to the operator's own sales, between two days.

    Raises Unprocessable where the program has no such territory, the holder does not take part, or it holds it already;
    HoldingNotConfirmed where it makes a sixth exclusive holder in the European Economic Area and `confirmed` is not said.
    """
    scope = current_scope()
    scope.require_operator(network.id, "networks.manage")
    Network.objects.select_for_update(of=("self",)).get(id=network.id)
    territories = territories_on(network.id, max(from_on, at.date()))
    defined = next((each for each in territories if each.name == territory and len(territory) <= LONGEST_NAME), None)
    problems = _problems_of_holding(network, territory, holder_id, from_on, until_on)
    if defined is None:
        known = ", ".join(each.name for each in territories) or "no territory: the program of that day has none"
        problems.insert(0, Problem("", 0, "territory", f"one of {known}"))
    if len(reason.strip()) > LONGEST_REASON or not reason.strip().isprintable():
        problems.append(Problem("", 0, "reason", f"up to {LONGEST_REASON} visible characters"))
    if problems or defined is None:
        raise Unprocessable("The territory was not given.", problems=problems)
    holding = TerritoryHolding(
        network=network, territory=territory, holder_id=holder_id, from_on=from_on, until_on=until_on,
        reason=reason.strip(), recorded_at=at, recorded_by_id=scope.person_id,
    )  # fmt: skip
    notice = _notice_of_giving(defined, holding)
    if notice is not None and not confirmed:
        raise HoldingNotConfirmed(notice.words)
    holding.save(force_insert=True)
    record(
        "programs.territory.held", subject=holding, at=at, network_id=network.id, parties=[holder_id],
        facts={"territory": territory, "from": str(from_on), "until": str(until_on or "")},
        text={"reason": holding.reason} if holding.reason else None,
    )  # fmt: skip
    if notice is not None:
        _record_notice(holding, notice, at=at)
    return holding


def _problems_of_holding(
    network: Network, territory: str, holder_id: UUID, from_on: date, until_on: date | None
) -> list[Problem]:
    problems = []
    if until_on is not None and until_on <= from_on:
        problems.append(Problem("", 0, "until_on", "a day after the first one"))
    members = Membership.objects.filter(network=network, organization_id=holder_id, state=State.ACTIVE)
    if holder_id != network.operator_id and not members.exists():
        problems.append(Problem("", 0, "holder", "the operator or an active member of this network"))
    rows = TerritoryHolding.objects.filter(network=network, territory=territory, holder_id=holder_id)
    overlapping = rows.filter(Q(until_on=None) | Q(until_on__gt=from_on))
    if (overlapping.filter(from_on__lt=until_on) if until_on else overlapping).exists():
        problems.append(Problem("", 0, "from_on", "days on which it does not hold the territory already"))
    return problems


def _notice_of_giving(territory: Territory, holding: TerritoryHolding) -> Notice | None:
    """What counsel is told of a holding that is about to be given, on its own days."""
    spans = [*exclusive_spans(holding.network_id), as_holding(holding)]
    return sixth_holder_notice(territory, spans, holding.from_on, holding.until_on)


def _record_notice(holding: TerritoryHolding, notice: Notice, *, at: datetime) -> None:
    """Sealed as an event of its own that no party reads: how many others hold the territory is not the holder's to know."""
    record(
        "programs.territory.flagged", subject=holding, at=at, network_id=holding.network_id,
        facts={"territory": holding.territory, "rule": notice.rule, "holders": notice.holders, "from": str(notice.on)},
    )  # fmt: skip


@transaction.atomic
def end_holding(*, network: Network, holding_id: UUID, until_on: date, at: datetime) -> TerritoryHolding:
    """End a holding before a day."""
    current_scope().require_operator(network.id, "networks.manage")
    rows = TerritoryHolding.objects.select_for_update(of=("self",)).filter(network=network, id=holding_id)
    holding: TerritoryHolding | None = rows.first()
    if holding is None:
        raise NotFound()
    if until_on <= holding.from_on or (holding.until_on is not None and holding.until_on <= until_on):
        expected = "a day after the first one, before the day on which it ends anyway"
        raise Unprocessable("The holding was not ended.", problems=[Problem("", 0, "until_on", expected)])
    _end(holding, until_on, at=at)
    return holding


@transaction.atomic
def end_holdings_of_member(event_id: UUID, at: datetime) -> None:
    """After a membership was moved: where it has ended, the member holds no territory from that day (UTC) on.

    A holding that would have begun later keeps its first day, since none is empty. However late this runs, and twice, it
    does the same. Within the platform's own scope.
    """
    event: Event = Event.objects.get(id=event_id)
    membership: Membership = Membership.objects.get(id=event.subject_id)
    if membership.state != State.ENDED:
        return
    day = event.at.astimezone(UTC).date()
    rows = TerritoryHolding.objects.select_for_update(of=("self",)).filter(
        network_id=membership.network_id, holder_id=membership.organization_id
    )
    for holding in rows.order_by("id"):
        last = max(day, holding.from_on + timedelta(days=1))
        if holding.until_on is None or holding.until_on > last:
            _end(holding, last, at=event.at)


def _end(holding: TerritoryHolding, until_on: date, *, at: datetime) -> None:
    holding.until_on = until_on
    holding.save(update_fields=["until_on"])
    record(
        "programs.territory.ended", subject=holding, at=at, network_id=holding.network_id, parties=[holding.holder_id],
        facts={"territory": holding.territory, "until": str(until_on)},
    )  # fmt: skip
