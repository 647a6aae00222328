"""Posting: the only way into the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from hansa.activity.operations import record
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.ids import uuid7
from hansa.kit.scope import current_scope
from hansa.ledger.models import Account, Entry, Journal, Period, PeriodState, Transaction
from hansa.ledger.rules import Leg, digest_of_journal, digest_of_transaction, next_month, unbalanced
from hansa.networks.models import Network


class AlreadyReversed(NotPossibleNow):
    """A transaction can be reversed once."""

    title = "This transaction has been reversed already"


class NotReversible(NotPossibleNow):
    """A reversal is final: it is not taken back in turn."""

    title = "This transaction is itself a reversal"


@dataclass(frozen=True, slots=True)
class Posting:
    """A transaction to post. `source` is unique with version, beneficiary and kind (L3); `party_id` may see it."""

    program_version_id: UUID
    source: str
    beneficiary: str
    kind: str
    party_id: UUID | None
    effective_on: date
    legs: tuple[Leg, ...]
    explanation: Mapping[str, object]
    reverses_id: UUID | None = None


@transaction.atomic
def post(*, network: Network, postings: Sequence[Posting], purpose: str, at: datetime) -> Journal:
    """Post transactions as one journal into the open period, sealed by one event.

    Refuses legs that do not sum to zero (L1); the database refuses a second posting of the same source (L3) and any
    posting into a period that is not open (L6). Late facts carry their own `effective_on` (L5).
    """
    scope = current_scope()
    scope.require_operator(network.id, "settlement.run")
    lock_ledger(network.id)
    period = open_period(network=network, at=at)
    for posting in postings:
        if off := unbalanced(posting.legs):
            expected = f"legs that sum to zero; {posting.source} is off by {off}"
            raise Unprocessable("The posting does not balance.", problems=[Problem("", 0, "legs", expected)])
    accounts = _accounts(network, postings)
    rows = [(uuid7(), posting) for posting in postings]
    digests = {row_id: _digest(row_id, posting) for row_id, posting in rows}
    journal: Journal = Journal.objects.create(
        network=network,
        period=period,
        purpose=purpose,
        posted_at=at,
        transactions_count=len(rows),
        digest=digest_of_journal((str(row_id), digest) for row_id, digest in digests.items()),
    )
    Transaction.objects.bulk_create(
        [_transaction(journal, row_id, posting, digests[row_id], at) for row_id, posting in rows], batch_size=500
    )
    Entry.objects.bulk_create(
        [
            Entry(
                transaction_id=row_id,
                account=accounts[leg.account, leg.beneficiary, leg.currency],
                network_id=network.id,
                amount=leg.amount,
                currency=leg.currency,
            )
            for row_id, posting in rows
            for leg in posting.legs
        ],
        batch_size=1_000,
    )
    record(
        "ledger.journal.posted",
        subject=journal,
        at=at,
        network_id=network.id,
        facts={"digest": journal.digest, "transactions": len(rows), "period": period.starts_on.isoformat()},
    )
    return journal


@transaction.atomic
def reverse(*, network: Network, original: Transaction, reason: str, at: datetime) -> Journal:
    """Take a transaction back with an equal and opposite one, linked one to one (L2).

    The next settlement of its period finds it missing and posts again what is due then.
    """
    current_scope().require_operator(network.id, "settlement.run")
    if original.network_id != network.id:
        raise NotFound()
    lock_ledger(network.id)
    if original.reverses_id is not None:
        raise NotReversible("It takes another transaction back. Settle the period again to post what is due.")
    if Transaction.objects.filter(reverses=original).exists():
        raise AlreadyReversed("Post a new transaction instead of reversing this one again.")
    if not reason.strip():
        raise Unprocessable("Say why.", problems=[Problem("", 0, "reason", "a sentence for the beneficiary")])
    entries = original.entries.select_related("account")
    legs = tuple(Leg(e.account.kind, e.account.beneficiary, -e.amount, e.currency) for e in entries)
    posting = Posting(
        program_version_id=original.program_version_id,
        source=f"reversal of {original.id}",
        beneficiary=original.beneficiary,
        kind=original.kind,
        party_id=original.party_id,
        effective_on=original.effective_on,
        legs=legs,
        explanation={
            "what": original.explanation.get("what", ""),
            "reverses": str(original.id),
            "reason": reason.strip(),
        },
        reverses_id=original.id,
    )
    return post(network=network, postings=[posting], purpose=f"Reversal: {reason.strip()}"[:200], at=at)


def lock_ledger(network_id: UUID) -> None:
    """Let one posting at a time into a network's ledger, until the transaction ends."""
    number = int.from_bytes(network_id.bytes[-8:], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [number])


def open_period(*, network: Network, at: datetime) -> Period:
    """The open period; the month of `at` where there is none. A month that begins later does not open by itself."""
    period: Period | None = Period.objects.filter(network=network, state=PeriodState.OPEN).first()
    if period is not None:
        return period
    last: Period | None = Period.objects.filter(network=network).order_by("-starts_on").first()
    starts_on = last.until_on if last else at.date().replace(day=1)
    created: Period = Period.objects.create(network=network, starts_on=starts_on, until_on=next_month(starts_on))
    return created


def _accounts(network: Network, postings: Sequence[Posting]) -> dict[tuple[str, str, str], Account]:
    wanted = {
        (leg.account, leg.beneficiary, leg.currency): posting.party_id if leg.beneficiary else None
        for posting in postings
        for leg in posting.legs
    }
    known = {(a.kind, a.beneficiary, a.currency): a for a in Account.objects.filter(network=network)}
    missing = [
        Account(network=network, kind=kind, beneficiary=beneficiary, currency=currency, party_id=party_id)
        for (kind, beneficiary, currency), party_id in wanted.items()
        if (kind, beneficiary, currency) not in known
    ]
    Account.objects.bulk_create(missing, batch_size=500)
    return {**known, **{(a.kind, a.beneficiary, a.currency): a for a in missing}}


def _digest(row_id: UUID, posting: Posting) -> str:
    return digest_of_transaction(
        transaction_id=row_id,
        source=posting.source,
        beneficiary=posting.beneficiary,
        kind=posting.kind,
        effective_on=posting.effective_on,
        explanation=posting.explanation,
        legs=posting.legs,
    )


def _transaction(journal: Journal, row_id: UUID, posting: Posting, digest: str, at: datetime) -> Transaction:
    return Transaction(
        id=row_id,
        journal=journal,
        network_id=journal.network_id,
        party_id=posting.party_id,
        program_version_id=posting.program_version_id,
        source=posting.source,
        beneficiary=posting.beneficiary,
        kind=posting.kind,
        effective_on=posting.effective_on,
        posted_at=at,
        reverses_id=posting.reverses_id,
        explanation=dict(posting.explanation),
        digest=digest,
    )
