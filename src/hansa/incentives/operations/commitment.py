"""Committing a run: the differences become accruals in the ledger, and beneficiaries get their statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from hansa.activity.operations import Happening, record, record_each
from hansa.engines.settlement import ProgramDocument, describe_incentive
from hansa.incentives.models import Payout, RunState, SettlementRun, Statement, StatementLine
from hansa.incentives.operations.inputs import lines_digest
from hansa.incentives.operations.runs import posted_per_payee
from hansa.incentives.rules import Difference, Target, differences, what_of
from hansa.kit.failures import NotFound, NotPossibleNow
from hansa.kit.scope import current_scope
from hansa.ledger.models import Journal, Transaction
from hansa.ledger.operations.posting import Posting, lock_ledger, post
from hansa.ledger.queries import accrued
from hansa.ledger.rules import accrual_legs
from hansa.networks.models import Membership
from hansa.programs import document


class NotPreviewed(NotPossibleNow):
    """Only a preview can be committed, once."""

    title = "This run cannot be committed"


class SalesHaveChanged(NotPossibleNow):
    """Reports came or were replaced after the preview; what would be posted is not what was shown."""

    title = "Sales have changed since the preview"


class LedgerHasMoved(NotPossibleNow):
    """Another run or a reversal was posted after the preview; what would be posted is not what was shown."""

    title = "The ledger has changed since the preview"


@transaction.atomic
def commit_run(*, run_id: UUID, at: datetime) -> SettlementRun:
    """Post what a previewed run adds or takes back, and issue statements; on unchanged facts it posts nothing (L3).

    A beneficiary gets a statement at the first commit of a period that names it, and again whenever something differs.
    """
    run = _locked(run_id)
    if run.state != RunState.PREVIEWED:
        raise NotPreviewed(f"The run is {run.get_state_display().lower()}.")
    if lines_digest(run.network, starts_on=run.period_starts_on, until_on=run.period_until_on) != run.inputs["lines"]:
        raise SalesHaveChanged("Preview the period again and look at the new difference.")
    paying = document.parse(run.version.text).paying
    payouts = list(Payout.objects.filter(run=run).order_by("position"))
    posted = posted_per_payee(run)
    if {key: total for key, total in posted.items() if total} != _shown_as_posted(payouts):
        raise LedgerHasMoved("Preview the period again and look at the new difference.")
    found = differences([Target(p.incentive, p.kind, beneficiary_of(p), p.amount) for p in payouts], posted)
    opening = accrued(run.network_id)
    journal = _post(run, paying, payouts, found, at) if found else None
    statements = _issue(run, paying, payouts, found, journal, opening, at)
    run.state, run.committed_at, run.committed_by_id, run.journal = (
        RunState.COMMITTED,
        at,
        current_scope().person_id,
        journal,
    )
    run.save(update_fields=["state", "committed_at", "committed_by", "journal"])
    record(
        "incentives.run.committed",
        subject=run,
        at=at,
        network_id=run.network_id,
        facts={
            "period": run.period,
            "posted": sum(difference.amount for difference in found),
            "transactions": len(found),
            "statements": statements,
            "shares_sha256": run.shares_sha256,
        },
    )
    return run


def _locked(run_id: UUID) -> SettlementRun:
    run: SettlementRun | None = SettlementRun.objects.filter(id=run_id).first()
    if run is None:
        raise NotFound()
    current_scope().require_operator(run.network_id, "settlement.run")
    lock_ledger(run.network_id)
    locked: SettlementRun = (
        SettlementRun.objects.select_for_update(of=("self",)).select_related("network", "version").get(id=run_id)
    )
    return locked


def beneficiary_of(payout: Payout) -> str:
    """How the ledger names a payee."""
    return f"{payout.payee_kind}:{payout.payee}"


def _shown_as_posted(payouts: Sequence[Payout]) -> dict[tuple[str, str], int]:
    return {(p.incentive, beneficiary_of(p)): p.posted_before for p in payouts if p.posted_before}


def _post(
    run: SettlementRun, paying: ProgramDocument, payouts: Sequence[Payout], found: Sequence[Difference], at: datetime
) -> Journal:
    rows = {(p.incentive, beneficiary_of(p)): p for p in payouts}
    numbers = dict(Membership.objects.filter(network_id=run.network_id).values_list("number", "organization_id"))
    postings = [
        Posting(
            program_version_id=run.version_id,
            source=f"{difference.incentive}:{run.period}:{run.id}",
            beneficiary=difference.beneficiary,
            kind=difference.kind,
            party_id=_party(difference.beneficiary, numbers),
            effective_on=run.period_until_on - timedelta(days=1),
            legs=accrual_legs(
                kind=difference.kind,
                beneficiary=difference.beneficiary,
                amount=difference.amount,
                currency=paying.currency,
            ),
            explanation=_explanation(
                run,
                rule_in_words(paying, difference.incentive),
                difference,
                rows[difference.incentive, difference.beneficiary],
            ),
        )
        for difference in found
    ]
    return post(network=run.network, postings=postings, purpose=f"Settlement of {run.period}", at=at)


def _party(beneficiary: str, numbers: Mapping[str, UUID]) -> UUID | None:
    kind, _, payee = beneficiary.partition(":")
    return None if kind == "rep" else numbers.get(payee)


def rule_in_words(paying: ProgramDocument, incentive_id: str) -> str:
    """An incentive's rule as the partner reads it."""
    incentive = next((each for each in paying.incentives if each.id == incentive_id), None)
    return "This incentive is no longer in the program." if incentive is None else describe_incentive(paying, incentive)


def _explanation(run: SettlementRun, rule: str, difference: Difference, payout: Payout) -> dict[str, object]:
    """Everything that a second implementation needs to recompute the amount (L8)."""
    return {
        "what": what_of(run.version.program_id, difference.incentive, run.period),
        "rule": rule,
        "program_sha256": run.version.sha256,
        "inputs": {name: digest for name, digest in run.inputs.items() if name != "files"},
        "base": payout.base,
        "quantity": payout.quantity,
        "measure": payout.measure,
        "band_from": payout.band_from,
        "reason": payout.reason,
        "target": difference.target,
        "posted_before": difference.posted_before,
        "difference": difference.amount,
    }


def _issue(
    run: SettlementRun,
    paying: ProgramDocument,
    payouts: Sequence[Payout],
    found: Sequence[Difference],
    journal: Journal | None,
    opening: Mapping[tuple[str, str, str], int],
    at: datetime,
) -> int:
    by_payee: dict[tuple[str, str], list[Payout]] = defaultdict(list)
    for payout in payouts:
        by_payee[payout.payee_kind, payout.payee].append(payout)
    changed = {difference.beneficiary for difference in found}
    editions = _editions(run)
    posted = {} if journal is None else {
        (t.explanation["what"], t.beneficiary): t for t in Transaction.objects.filter(journal=journal)
    }  # fmt: skip
    owed: dict[str, int] = defaultdict(int)
    for (_, beneficiary, currency), total in opening.items():
        if currency == paying.currency:
            owed[beneficiary] += total
    names = _names(run)
    statements, lines = [], []
    for (kind, payee), rows in by_payee.items():
        beneficiary = f"{kind}:{payee}"
        if editions[beneficiary] and beneficiary not in changed:
            continue
        statement = _statement(run, paying, kind, payee, names, editions[beneficiary] + 1, owed[beneficiary], at)
        own = [_line(run, paying, statement, payout, posted) for payout in rows]
        statement.accrued = sum(line.difference for line in own)
        statement.closing = statement.opening + statement.accrued
        statements.append(statement)
        lines += own
    Statement.objects.bulk_create(statements, batch_size=500)
    StatementLine.objects.bulk_create(lines, batch_size=1_000)
    record_each(
        "incentives.statement.issued",
        [_issued(statement) for statement in statements],
        at=at,
        network_id=run.network_id,
    )
    return len(statements)


def _issued(statement: Statement) -> Happening:
    return Happening(
        statement,
        (statement.party_id,) if statement.party_id else (),
        {
            "period": statement.period,
            "payee": "" if statement.payee_kind == "rep" else statement.payee,
            "edition": statement.edition,
            "closing": statement.closing,
        },
    )


def _editions(run: SettlementRun) -> dict[str, int]:
    """How many statements each beneficiary has had of this program and period."""
    counted: dict[str, int] = defaultdict(int)
    earlier = Statement.objects.filter(
        network_id=run.network_id, period=run.period, run__version__program_id=run.version.program_id
    )
    for kind, payee in earlier.values_list("payee_kind", "payee"):
        counted[f"{kind}:{payee}"] += 1
    return counted


def _names(run: SettlementRun) -> dict[str, tuple[str, UUID]]:
    members = Membership.objects.filter(network_id=run.network_id).select_related("organization")
    return {m.number: (m.organization.name, m.organization_id) for m in members}


def _statement(
    run: SettlementRun,
    paying: ProgramDocument,
    kind: str,
    payee: str,
    names: Mapping[str, tuple[str, UUID]],
    edition: int,
    opening: int,
    at: datetime,
) -> Statement:
    name, party_id = names.get(payee, (payee, None)) if kind != "rep" else (payee, None)
    return Statement(
        network_id=run.network_id,
        party_id=party_id,
        payee_kind=kind,
        payee=payee,
        payee_name=name,
        run=run,
        period=run.period,
        edition=edition,
        currency=paying.currency,
        opening=opening,
        accrued=0,
        closing=0,
        issued_at=at,
    )


def _line(
    run: SettlementRun,
    paying: ProgramDocument,
    statement: Statement,
    payout: Payout,
    posted: Mapping[tuple[str, str], Transaction],
) -> StatementLine:
    what = what_of(run.version.program_id, payout.incentive, run.period)
    entry = posted.get((what, beneficiary_of(payout)))
    difference = int(entry.explanation["difference"]) if entry else 0
    return StatementLine(
        statement=statement,
        network_id=run.network_id,
        party_id=statement.party_id,
        payout=payout,
        rule=rule_in_words(paying, payout.incentive),
        amount=payout.amount,
        posted_before=payout.amount - difference,
        difference=difference,
        transaction_id=entry.id if entry else None,
    )
