"""Closing a period in two steps, so that a crash between them can be taken up where it stopped (L6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from hansa.activity.operations import record, sign_head
from hansa.kit import jobs
from hansa.kit.failures import NotFound, NotPossibleNow
from hansa.kit.scope import current_scope
from hansa.ledger.models import Period, PeriodState
from hansa.ledger.operations.posting import lock_ledger
from hansa.ledger.queries import seal_now
from hansa.ledger.rules import next_month


class PeriodNotOpen(NotPossibleNow):
    """Only the open period can be closed."""

    title = "The period is not open"


@transaction.atomic
def begin_closing(*, period_id: UUID, at: datetime) -> Period:
    """Stop postings into the open period and open the next one; `finish_closing` seals it."""
    period = _locked(period_id)
    if period.state != PeriodState.OPEN:
        raise PeriodNotOpen("Somebody has closed it already, or it is being closed.")
    period.state = PeriodState.CLOSING
    period.save(update_fields=["state"])
    Period.objects.create(network=period.network, starts_on=period.until_on, until_on=next_month(period.until_on))
    record("ledger.period.closing", subject=period, at=at, network_id=period.network_id, facts=_named(period))
    return period


@transaction.atomic
def finish_closing(*, period_id: UUID, at: datetime) -> Period:
    """Seal a closing period over its journals and balances; doing it again changes nothing."""
    period = _locked(period_id)
    if period.state == PeriodState.CLOSED:
        return period
    if period.state != PeriodState.CLOSING:
        raise PeriodNotOpen("Begin closing first.")
    period.seal = seal_now(period)
    period.state, period.closed_at = PeriodState.CLOSED, at
    period.save(update_fields=["state", "seal", "closed_at"])
    record(
        "ledger.period.closed",
        subject=period,
        at=at,
        network_id=period.network_id,
        facts={**_named(period), "seal": period.seal},
    )
    sign_head(network_id=period.network_id, at=at)
    return period


@transaction.atomic
def close_period(*, period_id: UUID, at: datetime) -> Period:
    """Begin closing a period and queue the job that seals it, in one transaction."""
    scope = current_scope()
    period = begin_closing(period_id=period_id, at=at)
    jobs.defer(
        "hansa.ledger.tasks.finish",
        period_id=str(period.id),
        organization_id=str(scope.organization_id),
        person_id=str(scope.person_id),
    )
    return period


def _locked(period_id: UUID) -> Period:
    known: Period | None = Period.objects.filter(id=period_id).first()
    if known is None:
        raise NotFound()
    current_scope().require_operator(known.network_id, "ledger.close")
    lock_ledger(known.network_id)
    return Period.objects.select_for_update(of=("self",)).select_related("network").get(id=period_id)  # type: ignore[no-any-return]


def _named(period: Period) -> dict[str, object]:
    return {"starts_on": period.starts_on.isoformat()}
