"""Settling a demo's past: each ended period once when it was due, and again where sales changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hansa.engines.settlement import periods_of
from hansa.incentives.models import RunState, SettlementRun
from hansa.incentives.operations.commitment import commit_run
from hansa.incentives.operations.inputs import lines_digest
from hansa.incentives.operations.runs import compute_run, request_run
from hansa.kit.scope import Scope, acting
from hansa.ledger.models import Period, PeriodState
from hansa.ledger.operations.closing import begin_closing, finish_closing
from hansa.networks.models import Network
from hansa.programs import document
from hansa.programs.models import ProgramVersion

AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Due:
    """A period of a program version, and the day on which finance settles it."""

    version: ProgramVersion
    period: str
    on: date


def due(network: Network, *, scope: Scope, today: date) -> Sequence[Due]:
    """Every period that ended long enough ago, in the order of time."""
    with acting(scope):
        versions = list(ProgramVersion.objects.filter(network=network))
    found = [
        Due(version, period.label, period.until + AFTER)
        for version in versions
        for period in periods_of(document.parse(version.text).paying)
        if period.until + AFTER <= today
    ]
    return sorted(found, key=lambda each: (each.on, each.period))


def settle_once(network: Network, what: Due, *, scope: Scope, at: datetime) -> None:
    """Close the ledger's ended months, then preview and commit a period."""
    _close_ended_months(network, scope=scope, at=at)
    with acting(scope):
        run = request_run(version=what.version, period=what.period, at=at)
    compute_run(run_id=run.id, scope=scope, at=at)
    with acting(scope):
        run.refresh_from_db()
        if run.state == RunState.PREVIEWED:
            commit_run(run_id=run.id, at=at)


def settle_again_where_sales_changed(network: Network, *, scope: Scope, at: datetime) -> None:
    """Run those committed periods again whose sales are not those of the last run: only differences are posted."""
    with acting(scope):
        runs = SettlementRun.objects.filter(network=network, state=RunState.COMMITTED).select_related("version")
        latest = {(run.version_id, run.period): run for run in runs.order_by("committed_at", "id")}
        changed = [
            Due(run.version, run.period, at.date())
            for run in latest.values()
            if lines_digest(network, starts_on=run.period_starts_on, until_on=run.period_until_on) != run.inputs["lines"]
        ]
    for what in changed:
        settle_once(network, what, scope=scope, at=at)


def _close_ended_months(network: Network, *, scope: Scope, at: datetime) -> None:
    while True:
        with acting(scope):
            period: Period | None = Period.objects.filter(network=network, state=PeriodState.OPEN).first()
            if period is None or period.until_on > at.date():
                return
            begin_closing(period_id=period.id, at=at)
        with acting(scope):
            finish_closing(period_id=period.id, at=at)
