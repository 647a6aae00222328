from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from hansa.activity.models import Event
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope
from hansa.ledger.models import Account, AccountKind, Entry, Journal, Period, PeriodState, Rate, Transaction
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


def readable(network_id: UUID) -> None:
    """Refuse the operator's books to everybody else, and to its people without the role."""
    current_scope().require_operator(network_id, "ledger.view")


def journals_of(network_id: UUID) -> QuerySet[Journal]:
    """A network's journals, the newest first."""
    readable(network_id)
    return Journal.objects.filter(network_id=network_id).select_related("period").order_by("-posted_at", "-id")


def journal_by_code(network_id: UUID, code: str) -> Journal:
    """A journal of a network; NotFound otherwise."""
    found: Journal | None = journals_of(network_id).filter(code=code).first()
    if found is None:
        raise NotFound()
    return found


def transactions_in(journal: Journal) -> QuerySet[Transaction]:
    """A journal's transactions with their entries and accounts."""
    readable(journal.network_id)
    return Transaction.objects.filter(journal=journal).prefetch_related("entries__account").select_related("reversal")


def transactions_on(account: Account) -> QuerySet[Transaction]:
    """The transactions that moved an account."""
    moved = Entry.objects.filter(account=account).values("transaction_id")
    return Transaction.objects.filter(id__in=moved).prefetch_related("entries__account").select_related("journal")


def transaction_by_id(network_id: UUID, transaction_id: UUID) -> Transaction:
    """A transaction of a network's books; NotFound otherwise."""
    readable(network_id)
    found: Transaction | None = (
        Transaction.objects.filter(network_id=network_id, id=transaction_id)
        .prefetch_related("entries__account")
        .select_related("journal__period", "reverses", "reversal", "party")
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def periods_of(network_id: UUID) -> QuerySet[Period]:
    """A network's periods, the newest first."""
    readable(network_id)
    rows: QuerySet[Period] = Period.objects.filter(network_id=network_id).annotate(
        journals_count=Count("journals"), transactions_count=Coalesce(Sum("journals__transactions_count"), 0)
    )
    return rows.order_by("-starts_on")


def period_by_start(network_id: UUID, starts_on: str) -> Period:
    """The period of a network that begins on an ISO day; NotFound otherwise."""
    day = _day(starts_on)
    found: Period | None = None if day is None else periods_of(network_id).filter(starts_on=day).first()
    if found is None:
        raise NotFound()
    return found


def posted_in(period: Period) -> dict[str, object]:
    """What a period holds: journals, transactions, and what was accrued per currency in minor units."""
    held = Journal.objects.filter(period=period).aggregate(journals=Count("id"), transactions=Sum("transactions_count"))
    rows = Entry.objects.filter(transaction__journal__period=period, account__kind__endswith="_ACCRUED")
    sums = rows.values_list("currency").annotate(total=Sum("amount")).order_by("currency")
    return {**held, "accrued": [(currency, -int(total)) for currency, total in sums]}


def rate_of_day(network_id: UUID, currency: str, on: str) -> Rate | None:
    """The rate of a currency on an ISO day, if it is known."""
    day = _day(on)
    found: Rate | None = None if day is None else rates_of(network_id, currency=currency).filter(on=day).first()
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def rates_of(network_id: UUID, *, currency: str = "", until: date | None = None) -> QuerySet[Rate]:
    """A network's exchange rates into its currency, the latest day first; of one currency, up to a day."""
    current_scope().require("networks.view")
    rows = Rate.objects.filter(network_id=network_id).order_by("-on", "currency", "id")
    if currency:
        rows = rows.filter(currency=currency.upper())
    return rows.filter(on__lte=until) if until else rows


def currencies_of(network_id: UUID) -> list[tuple[str, int, date]]:
    """Currencies that have rates in a network: (code, number of rates, latest day)."""
    rows = Rate.objects.filter(network_id=network_id).values_list("currency")
    return list(rows.annotate(count=Count("id"), latest=Max("on")).order_by("currency"))


def accounts_of(network_id: UUID, *, kind: str = "", beneficiary: str = "") -> QuerySet[Account]:
    """A network's accounts, of one kind, of beneficiaries whose number or name holds a text."""
    readable(network_id)
    rows = Account.objects.filter(network_id=network_id).select_related("party")
    if kind:
        rows = rows.filter(kind=kind)
    if beneficiary:
        rows = rows.filter(Q(beneficiary__icontains=beneficiary) | Q(party__name__icontains=beneficiary))
    return rows


def account_by_id(network_id: UUID, account_id: UUID) -> Account:
    """An account of a network's books; NotFound otherwise."""
    found: Account | None = accounts_of(network_id).filter(id=account_id).first()
    if found is None:
        raise NotFound()
    return found


def balances_of(accounts: Iterable[Account]) -> dict[UUID, int]:
    """The balance of each of these accounts in minor units: debits positive, credits negative."""
    known = [account.id for account in accounts]
    rows = Entry.objects.filter(account_id__in=known).values_list("account_id").annotate(total=Sum("amount"))
    return {**dict.fromkeys(known, 0), **{account_id: int(total) for account_id, total in rows}}


def totals_by_kind(network_id: UUID) -> list[tuple[str, str, int]]:
    """The sum over the accounts of each kind: (kind, currency, minor units), in the order of the chart of accounts."""
    readable(network_id)
    rows = Entry.objects.filter(network_id=network_id).values_list("account__kind", "currency")
    totals = {(kind, currency): int(total) for kind, currency, total in rows.annotate(total=Sum("amount"))}
    return [
        (k, c, totals[k, c]) for k in AccountKind.values for c in sorted({c for _, c in totals}) if (k, c) in totals
    ]


def counts_of(network_id: UUID) -> dict[str, int]:
    """How much a verification of a network's books reads."""
    readable(network_id)
    return {
        "journals": Journal.objects.filter(network_id=network_id).count(),
        "transactions": Transaction.objects.filter(network_id=network_id).count(),
        "entries": Entry.objects.filter(network_id=network_id).count(),
        "sealed": Period.objects.filter(network_id=network_id, state=PeriodState.CLOSED).count(),
    }


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
    readable(network_id)
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
