from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db.models import QuerySet, Sum

from hansa.activity.models import Event
from hansa.ledger.models import Account, Entry, Journal, Period, PeriodState, Rate, Transaction
from hansa.ledger.rules import Leg, digest_of_journal, digest_of_transaction, seal_of_period, unbalanced


def accrued(network_id: UUID, *, program_id: UUID | None = None) -> dict[tuple[str, str, str], int]:
    """What stands on accrual accounts: (account kind, beneficiary, currency) -> minor units owed."""
    rows = (
        Entry.objects.filter(network_id=network_id, account__kind__endswith="_ACCRUED")
        .values_list("account__kind", "account__beneficiary", "currency")
        .annotate(total=Sum("amount"))
    )
    return {(kind, beneficiary, currency): -int(total) for kind, beneficiary, currency, total in rows}


def posted_for(network_id: UUID, *, starts: str, ends: str) -> dict[tuple[str, str, str], int]:
    """What earlier postings accrued, whatever the version: (what, beneficiary, kind) -> minor units.

    `what` is `program id:incentive:period`, as each accrual's explanation carries it; `starts` and `ends` select.
    """
    rows = (
        Entry.objects.filter(network_id=network_id, account__kind__endswith="_ACCRUED")
        .filter(transaction__explanation__what__startswith=starts, transaction__explanation__what__endswith=ends)
        .values_list("transaction__explanation__what", "transaction__beneficiary", "transaction__kind")
        .annotate(total=Sum("amount"))
    )
    return {(what, beneficiary, kind): -int(total) for what, beneficiary, kind, total in rows}


def journals_of(network_id: UUID) -> QuerySet[Journal]:
    """A network's journals, the newest first."""
    return Journal.objects.filter(network_id=network_id).select_related("period").order_by("-posted_at", "-id")


def periods_of(network_id: UUID) -> QuerySet[Period]:
    """A network's periods, the newest first."""
    return Period.objects.filter(network_id=network_id).order_by("-starts_on")


def rates_of(network_id: UUID) -> QuerySet[Rate]:
    """A network's exchange rates, the latest day first."""
    return Rate.objects.filter(network_id=network_id).order_by("-on", "currency", "id")


def balances(network_id: UUID) -> list[tuple[Account, int]]:
    """Each account that the scope may see with its balance in minor units."""
    totals = dict(Entry.objects.filter(network_id=network_id).values_list("account_id").annotate(total=Sum("amount")))
    accounts = Account.objects.filter(network_id=network_id).select_related("party").order_by("kind", "beneficiary")
    return [(account, int(totals.get(account.id, 0))) for account in accounts]


def seal_now(period: Period) -> str:
    """The seal that a period's journals and balances give at this moment."""
    journals = Journal.objects.filter(period=period).values_list("id", "digest")
    rows = (
        Entry.objects.filter(
            network_id=period.network_id, transaction__journal__period__starts_on__lte=period.starts_on
        )
        .values_list("account_id")
        .annotate(total=Sum("amount"))
    )
    return seal_of_period(
        starts_on=period.starts_on,
        journals=[(str(journal_id), digest) for journal_id, digest in journals],
        balances={str(account_id): int(total) for account_id, total in rows},
    )


def verify(network_id: UUID) -> list[str]:
    """Recompute every digest and sum of a network's ledger against entries, events and seals; every fault in words."""
    faults: list[str] = []
    legs: dict[UUID, list[Leg]] = defaultdict(list)
    for entry in Entry.objects.filter(network_id=network_id).select_related("account").iterator(chunk_size=5_000):
        legs[entry.transaction_id].append(
            Leg(entry.account.kind, entry.account.beneficiary, entry.amount, entry.currency)
        )
    digests: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for row in Transaction.objects.filter(network_id=network_id).iterator(chunk_size=5_000):
        if unbalanced(legs[row.id]):
            faults.append(f"Transaction {row.id} does not sum to zero.")
        computed = digest_of_transaction(
            transaction_id=row.id,
            source=row.source,
            beneficiary=row.beneficiary,
            kind=row.kind,
            effective_on=row.effective_on,
            explanation=row.explanation,
            legs=legs[row.id],
        )
        if computed != row.digest:
            faults.append(f"Transaction {row.id} does not say what was sealed.")
        digests[row.journal_id].append((str(row.id), computed))
    return faults + _faults_of_journals(network_id, digests) + _faults_of_periods(network_id)


def _faults_of_journals(network_id: UUID, digests: dict[UUID, list[tuple[str, str]]]) -> list[str]:
    sealed = dict(
        Event.objects.filter(network_id=network_id, kind="ledger.journal.posted").values_list(
            "subject_id", "facts__digest"
        )
    )
    faults = []
    for journal in Journal.objects.filter(network_id=network_id):
        if (
            digest_of_journal(digests.pop(journal.id, [])) != journal.digest
            or sealed.pop(journal.id, "") != journal.digest
        ):
            faults.append(f"Journal {journal.code} does not hold what the event log sealed.")
    faults += [f"The event log names journal {journal_id}, which is gone." for journal_id in sealed]
    return faults


def _faults_of_periods(network_id: UUID) -> list[str]:
    closed = Period.objects.filter(network_id=network_id, state=PeriodState.CLOSED)
    return [
        f"The period from {period.starts_on:%d %B %Y} no longer fits its seal."
        for period in closed
        if seal_now(period) != period.seal
    ]
