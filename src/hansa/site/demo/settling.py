"""Settling a demo's past: each ended period once when it was due, and again where sales changed since."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hansa.engines.settlement import periods_of
from hansa.incentives.models import RunState, SettlementRun
from hansa.incentives.operations.commitment import commit_run
from hansa.incentives.operations.runs import request_run
from hansa.kit.scope import Scope, acting
from hansa.ledger.models import Period, PeriodState
from hansa.ledger.operations.closing import begin_closing, finish_closing
from hansa.networks.models import Network
from hansa.programs import document
from hansa.programs.models import ProgramVersion
from hansa.sales.queries import standing_files
from hansa.site.demo.crew import Computation, compute

AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Due:
    """A period of a program version, and the day on which finance settles it."""

    version: ProgramVersion
    period: str
    on: date


def due(network: Network, *, scope: Scope, today: date) -> Sequence[Due]:
    """Every period of the quarters that ended long enough ago, in the order of time: finance settles once a quarter."""
    with acting(scope):
        versions = list(ProgramVersion.objects.filter(network=network))
    found = [
        Due(version, period.label, _end_of_quarter(period.until) + AFTER)
        for version in versions
        for period in periods_of(document.parse(version.text).paying)
        if _end_of_quarter(period.until) + AFTER <= today
    ]
    return sorted(found, key=lambda each: (each.on, each.period))


def settle(network: Network, dues: Sequence[Due], hands: Executor, *, scope: Scope, at: datetime) -> None:
    """Close the ledger's ended months, preview the periods side by side, and commit each, in order, once it is there."""
    _close_ended_months(network, scope=scope, at=at)
    with acting(scope):
        runs = [request_run(version=due.version, period=due.period, at=at) for due in dues]
    for run, _ in zip(runs, hands.map(compute, [Computation(run.id, scope, at) for run in runs]), strict=True):
        with acting(scope):
            run.refresh_from_db()
            if run.state == RunState.PREVIEWED:
                commit_run(run_id=run.id, at=at)


def settle_again_where_sales_changed(network: Network, hands: Executor, *, scope: Scope, at: datetime) -> None:
    """Run the committed quarters again for which lines came or changed later: only differences are posted."""
    with acting(scope):
        runs = SettlementRun.objects.filter(network=network, state=RunState.COMMITTED, period__contains="-Q")
        changed = [
            Due(run.version, run.period, at.date())
            for run in runs.select_related("version").order_by("period_starts_on")
            if any(
                file.report.settled_at > run.committed_at
                for file in standing_files(network.id, first=run.period_starts_on, until=run.period_until_on)
            )
        ]
    settle(network, changed, hands, scope=scope, at=at)


def _end_of_quarter(until: date) -> date:
    """The end of the calendar quarter in which a period ends; both are the first day after it."""
    last = until - timedelta(days=1)
    quarters = (last.year * 12 + last.month - 1) // 3 + 1
    return date(quarters * 3 // 12, quarters * 3 % 12 + 1, 1)


def _close_ended_months(network: Network, *, scope: Scope, at: datetime) -> None:
    while True:
        with acting(scope):
            period: Period | None = Period.objects.filter(network=network, state=PeriodState.OPEN).first()
            if period is None or period.until_on > at.date():
                return
            begin_closing(period_id=period.id, at=at)
        with acting(scope):
            finish_closing(period_id=period.id, at=at)
