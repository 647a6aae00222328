"""A settlement run: requested, computed as a preview, committed to accruals and statements."""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from hansa.activity.operations import record
from hansa.engines.settlement import periods_of, settle
from hansa.incentives.models import Payout, RunState, SettlementRun
from hansa.incentives.operations.inputs import gather
from hansa.incentives.rules import incentive_of, vanished
from hansa.kernel.money import Money
from hansa.kernel.problem import Problem, Refused
from hansa.kit import jobs
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import Scope, acting, current_scope
from hansa.ledger.queries import posted_for
from hansa.networks.models import Membership
from hansa.programs import document
from hansa.programs.models import ProgramVersion


class PeriodNotEnded(NotPossibleNow):
    """Only an ended period can be settled."""

    title = "The period has not ended"


@transaction.atomic
def request_run(*, version: ProgramVersion, period: str, at: datetime) -> SettlementRun:
    """Ask for the settlement of one ended period under a program version; a job computes the preview."""
    scope = current_scope()
    scope.require_operator(version.network_id, "settlement.run")
    known = {p.label: p for p in periods_of(document.parse(version.text).paying)}
    if period not in known:
        expected = f"one of {', '.join(known)}"
        raise Unprocessable("This version does not pay for that period.", problems=[Problem("", 0, "period", expected)])
    span = known[period]
    if span.until > at.date():
        raise PeriodNotEnded(f"{period} ends on {span.until:%d %B %Y}. Sales may still come in until then.")
    run: SettlementRun = SettlementRun.objects.create(
        network_id=version.network_id,
        version=version,
        period=period,
        period_starts_on=span.start,
        period_until_on=span.until,
        requested_at=at,
        requested_by_id=scope.person_id,
    )
    record(
        "incentives.run.requested",
        subject=run,
        at=at,
        network_id=run.network_id,
        facts={"period": period, "version": version.label},
    )
    return run


@transaction.atomic
def order_run(*, version: ProgramVersion, period: str, at: datetime) -> SettlementRun:
    """Ask for a settlement and queue the job that computes it, in one transaction."""
    run = request_run(version=version, period=period, at=at)
    scope = current_scope()
    jobs.defer(
        "hansa.incentives.tasks.compute",
        run_id=str(run.id),
        organization_id=str(scope.organization_id),
        person_id=str(scope.person_id),
    )
    return run


@transaction.atomic
def abandon_run(*, run_id: UUID, at: datetime) -> None:
    """Stop a run that failed for a reason of the platform, so that nobody waits for it; it can be asked for again."""
    problem = Problem("", 0, "", "the platform to compute it; the operator of the installation finds why in its log")
    _fail(run_id, Refused([problem]), at)


def compute_run(*, run_id: UUID, scope: Scope, at: datetime, tell: Callable[[str], None] = lambda step: None) -> None:
    """Compute a run's preview as `scope`, in several short transactions so that progress shows.

    Call outside any transaction. Running it twice gives the same; a run that is previewed already stays as it is.
    """
    with tempfile.TemporaryDirectory(prefix="hansa-settle-") as name:
        folder = Path(name)
        with acting(scope):
            run = _begin(run_id)
            if run is None:
                return
            inputs = gather(run.network, starts_on=run.period_starts_on, until_on=run.period_until_on, folder=folder)
        paying = document.parse(run.version.text).paying
        try:
            settle(
                paying,
                lines=inputs.lines,
                partners=inputs.partners,
                products=inputs.products,
                rates=inputs.rates,
                periods=[run.period],
                payouts=folder / "payouts.csv",
                shares=folder / "shares.parquet",
                progress=lambda step, share: tell(f"{step} ({share:.0%})"),
            )
        except Refused as refused:
            with acting(scope):
                _fail(run_id, refused, at)
            return
        with acting(scope):
            _finish(run_id, folder, inputs.recorded, at)


def _begin(run_id: UUID) -> SettlementRun | None:
    run: SettlementRun | None = (
        SettlementRun.objects.select_for_update(of=("self",))
        .select_related("network", "version")
        .filter(id=run_id)
        .first()
    )
    if run is None:
        raise NotFound()
    current_scope().require_operator(run.network_id, "settlement.run")
    if run.state not in {RunState.QUEUED, RunState.RUNNING}:
        return None
    run.state, run.progress = RunState.RUNNING, "Reading"
    run.save(update_fields=["state", "progress"])
    return run


def _fail(run_id: UUID, refused: Refused, at: datetime) -> None:
    run = SettlementRun.objects.select_for_update(of=("self",)).get(id=run_id)
    if run.state not in {RunState.QUEUED, RunState.RUNNING}:
        return
    run.state, run.progress, run.problem_count = RunState.FAILED, "", refused.total
    run.problems = [[p.file, p.row, p.column, p.expected] for p in refused.problems]
    run.save(update_fields=["state", "progress", "problems", "problem_count"])
    record(
        "incentives.run.stopped",
        subject=run,
        at=at,
        network_id=run.network_id,
        facts={"period": run.period, "problems": refused.total},
    )


def _finish(run_id: UUID, folder: Path, inputs: dict[str, object], at: datetime) -> None:
    run = SettlementRun.objects.select_for_update(of=("self",)).select_related("version", "network").get(id=run_id)
    if run.state != RunState.RUNNING:
        return
    payouts = _payouts(run, folder / "payouts.csv")
    Payout.objects.bulk_create(payouts, batch_size=1_000)
    shares = folder / "shares.parquet"
    run.shares_path = f"shares/{run.id}.parquet"
    run.shares_sha256 = hashlib.sha256(shares.read_bytes()).hexdigest()
    target = settings.FILES_ROOT / run.shares_path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    partial.write_bytes(shares.read_bytes())
    partial.rename(target)
    total = sum(payout.amount for payout in payouts)
    before = sum(posted_before(run).values())
    run.inputs = {**inputs, "program": run.version.sha256}
    run.result = {
        "currency": run.network.currency,
        "payouts": len(payouts),
        "paid": sum(1 for payout in payouts if payout.amount),
        "total": total,
        "posted_before": before,
        "difference": total - before,
    }
    run.state, run.progress = RunState.PREVIEWED, ""
    run.save(update_fields=["inputs", "result", "shares_path", "shares_sha256", "state", "progress"])
    record(
        "incentives.run.previewed",
        subject=run,
        at=at,
        network_id=run.network_id,
        facts={"period": run.period, "total": total},
    )


def posted_before(run: SettlementRun) -> dict[tuple[str, str, str], int]:
    """What earlier runs of the program posted for this run's period: (incentive, beneficiary, kind) -> minor units."""
    found = posted_for(run.network_id, starts=f"{run.version.program_id}:", ends=f":{run.period}")
    return {(incentive_of(what), who, kind): amount for (what, who, kind), amount in found.items()}


def posted_per_payee(run: SettlementRun) -> dict[tuple[str, str], int]:
    """The same summed over kinds, where an incentive changed its kind from one version to another."""
    summed: dict[tuple[str, str], int] = defaultdict(int)
    for (incentive, who, _), amount in posted_before(run).items():
        summed[incentive, who] += amount
    return dict(summed)


def _payouts(run: SettlementRun, path: Path) -> list[Payout]:
    parties = dict(Membership.objects.filter(network_id=run.network_id).values_list("number", "organization_id"))
    names = {incentive.id: incentive.name for incentive in document.parse(run.version.text).paying.incentives}
    posted = posted_per_payee(run)
    kinds = {(incentive, who): kind for incentive, who, kind in posted_before(run)}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    present = [(row["incentive"], f"{row['payee_kind']}:{row['payee']}") for row in rows]
    rows += [_taken_back(run, incentive, who, kinds[incentive, who]) for incentive, who in vanished(present, posted)]
    return [
        Payout(
            run=run,
            network_id=run.network_id,
            party_id=None if row["payee_kind"] == "rep" else parties.get(row["payee"]),
            position=position,
            incentive=row["incentive"],
            incentive_name=names.get(row["incentive"], row["incentive"]),
            kind=row["kind"],
            payee_kind=row["payee_kind"],
            payee=row["payee"],
            period=row["period"],
            currency=row["currency"],
            base=Money.from_decimal(Decimal(row["base"]), row["currency"]).minor,
            quantity=row["quantity"],
            measure=row["measure"],
            band_from=row["band_from"],
            amount=Money.from_decimal(Decimal(row["payout"]), row["currency"]).minor,
            posted_before=posted.get((row["incentive"], f"{row['payee_kind']}:{row['payee']}"), 0),
            reason=row["reason"],
        )
        for position, row in enumerate(rows)
    ]


def _taken_back(run: SettlementRun, incentive: str, beneficiary: str, kind: str) -> dict[str, str]:
    """A row of nothing for a payee that earlier runs paid and that has no eligible line any more."""
    payee_kind, _, payee = beneficiary.partition(":")
    return {
        "incentive": incentive,
        "kind": kind,
        "payee_kind": payee_kind,
        "payee": payee,
        "period": run.period,
        "currency": run.network.currency,
        "base": "0",
        "quantity": "0",
        "measure": "",
        "band_from": "",
        "payout": "0",
        "reason": "No eligible line is left in this period; what was accrued before is taken back.",
    }
