"""The books of a network: accounts, journals, periods; and its exchange rates."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Router, Schema, Status
from ninja.files import UploadedFile

from hansa.kit.api import REFUSALS
from hansa.kit.pagination import page_of
from hansa.ledger import queries
from hansa.ledger.models import Account, Journal, Period, Rate, Transaction
from hansa.ledger.operations.closing import close_period, finish_closing
from hansa.ledger.operations.posting import reverse
from hansa.ledger.operations.rates import LARGEST_FILE, enter_rate, import_ecb
from hansa.networks.queries import network_by_slug

router = Router(tags=["Ledger and rates"])


class Money(Schema):
    """An exact amount."""

    minor: int = Field(description="Integer minor units, such as cents.")
    currency: str


class AccountOut(Schema):
    """An account with its balance: debits positive, credits negative."""

    id: UUID
    kind: str
    beneficiary: str = Field(description="Kind and number of the payee; empty on the operator's own accounts.")
    name: str = Field(description="Name of the beneficiary's organization, where it has one.")
    balance: Money


class EntryOut(Schema):
    """One signed amount on one account."""

    account: UUID
    kind: str
    amount: Money


class TransactionOut(Schema):
    """Entries that sum to zero, with everything that explains them."""

    id: UUID
    source: str
    beneficiary: str
    kind: str
    effective_on: date
    posted_at: datetime
    reverses: UUID | None = Field(description="The transaction that this one takes back.")
    reversed_by: UUID | None
    explanation: dict[str, Any] = Field(description="Rule, inputs and steps, for recomputation.")
    digest: str
    entries: list[EntryOut]


class JournalOut(Schema):
    """What one act posted."""

    code: str
    purpose: str
    period: date = Field(description="First day of the period that it was posted into.")
    posted_at: datetime
    transactions: int
    digest: str = Field(description="Sealed in the event log.")


class PeriodOut(Schema):
    """A month of posting."""

    starts_on: date
    until_on: date = Field(description="Exclusive.")
    state: str = Field(description="OPEN, CLOSING or CLOSED.")
    seal: str
    closed_at: datetime | None


class RateOut(Schema):
    """What one unit of a currency is worth on a day."""

    currency: str
    into: str
    on: date
    rate: str = Field(description="Exact decimal as text.")
    source: str
    entered_at: datetime


class Accounts(Schema):
    """A page of accounts."""

    items: list[AccountOut]
    next: str | None
    previous: str | None


class Journals(Schema):
    """A page of journals."""

    items: list[JournalOut]
    next: str | None
    previous: str | None


class Transactions(Schema):
    """A page of transactions."""

    items: list[TransactionOut]
    next: str | None
    previous: str | None


class Periods(Schema):
    """A page of periods."""

    items: list[PeriodOut]
    next: str | None
    previous: str | None


class Rates(Schema):
    """A page of rates."""

    items: list[RateOut]
    next: str | None
    previous: str | None


class ReversalIn(Schema, extra="forbid"):
    """Why a transaction is taken back."""

    reason: str = Field(max_length=300)


class RateIn(Schema, extra="forbid"):
    """A rate entered by hand."""

    rate: str = Field(description="What one unit is worth in the network's currency, such as 1.0842.")
    reason: str = Field("", max_length=300, description="Needed to correct a known rate.")


class ImportedOut(Schema):
    """What an import of rates added."""

    new: int


class VerificationOut(Schema):
    """What a recomputation of the whole ledger found."""

    journals: int
    transactions: int
    entries: int
    sealed: int = Field(description="Closed periods.")
    faults: list[str]


@router.get(
    "/networks/{slug}/ledger/accounts",
    response={200: Accounts, **REFUSALS},
    operation_id="list_accounts",
    summary="Accounts with their balances",
)
def list_accounts(
    request: HttpRequest, slug: str, kind: str = "", beneficiary: str = "", cursor: str | None = None
) -> dict[str, Any]:
    rows = queries.accounts_of(network_by_slug(slug).id, kind=kind, beneficiary=beneficiary)
    page = page_of(rows, order=("kind", "beneficiary", "id"), cursor=cursor)
    held = queries.balances_of(page.items)
    items = [_account(each, held[each.id]) for each in page.items]
    return {"items": items, "next": page.next, "previous": page.previous}


@router.get(
    "/networks/{slug}/ledger/journals",
    response={200: Journals, **REFUSALS},
    operation_id="list_journals",
    summary="Journals, the latest first",
)
def list_journals(request: HttpRequest, slug: str, cursor: str | None = None) -> dict[str, Any]:
    page = page_of(queries.journals_of(network_by_slug(slug).id), order=("-posted_at", "-id"), cursor=cursor)
    return {"items": [_journal(each) for each in page.items], "next": page.next, "previous": page.previous}


@router.get(
    "/networks/{slug}/ledger/journals/{code}",
    response={200: JournalOut, **REFUSALS},
    operation_id="get_journal",
    summary="One journal",
)
def get_journal(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    return _journal(queries.journal_by_code(network_by_slug(slug).id, code))


@router.get(
    "/networks/{slug}/ledger/journals/{code}/transactions",
    response={200: Transactions, **REFUSALS},
    operation_id="list_transactions",
    summary="A journal's transactions with their entries",
)
def list_transactions(request: HttpRequest, slug: str, code: str, cursor: str | None = None) -> dict[str, Any]:
    journal = queries.journal_by_code(network_by_slug(slug).id, code)
    page = page_of(queries.transactions_in(journal), order=("id",), cursor=cursor)
    return {"items": [_transaction(each) for each in page.items], "next": page.next, "previous": page.previous}


@router.get(
    "/networks/{slug}/ledger/transactions/{transaction_id}",
    response={200: TransactionOut, **REFUSALS},
    operation_id="get_transaction",
    summary="One transaction with its explanation",
)
def get_transaction(request: HttpRequest, slug: str, transaction_id: UUID) -> dict[str, Any]:
    return _transaction(queries.transaction_by_id(network_by_slug(slug).id, transaction_id))


@router.post(
    "/networks/{slug}/ledger/transactions/{transaction_id}/reversal",
    response={201: JournalOut, **REFUSALS},
    operation_id="reverse_transaction",
    summary="Take a transaction back with its opposite",
)
def reverse_transaction(
    request: HttpRequest, slug: str, transaction_id: UUID, body: ReversalIn
) -> Status[dict[str, Any]]:
    network = network_by_slug(slug)
    original = queries.transaction_by_id(network.id, transaction_id)
    return Status(201, _journal(reverse(network=network, original=original, reason=body.reason, at=timezone.now())))


@router.get(
    "/networks/{slug}/ledger/periods",
    response={200: Periods, **REFUSALS},
    operation_id="list_periods",
    summary="Periods of posting, the latest first",
)
def list_periods(request: HttpRequest, slug: str, cursor: str | None = None) -> Any:
    return page_of(queries.periods_of(network_by_slug(slug).id), order=("-starts_on",), cursor=cursor)


@router.post(
    "/networks/{slug}/ledger/periods/{starts_on}/closing",
    response={202: PeriodOut, **REFUSALS},
    operation_id="close_period",
    summary="Stop postings into the open period; a job seals it",
)
def post_closing(request: HttpRequest, slug: str, starts_on: str) -> Status[Period]:
    period = queries.period_by_start(network_by_slug(slug).id, starts_on)
    return Status(202, close_period(period_id=period.id, at=timezone.now()))


@router.post(
    "/networks/{slug}/ledger/periods/{starts_on}/seal",
    response={200: PeriodOut, **REFUSALS},
    operation_id="seal_period",
    summary="Seal a closing period now; a sealed one stays as it is",
)
def post_seal(request: HttpRequest, slug: str, starts_on: str) -> Period:
    period = queries.period_by_start(network_by_slug(slug).id, starts_on)
    return finish_closing(period_id=period.id, at=timezone.now())


@router.get(
    "/networks/{slug}/ledger/verification",
    response={200: VerificationOut, **REFUSALS},
    operation_id="verify_ledger",
    summary="Recompute every digest, sum and seal",
)
def verify_ledger(request: HttpRequest, slug: str) -> dict[str, Any]:
    network = network_by_slug(slug)
    return {**queries.counts_of(network.id), "faults": queries.verify(network.id)}


@router.get(
    "/networks/{slug}/rates",
    response={200: Rates, **REFUSALS},
    operation_id="list_rates",
    summary="Exchange rates, the latest day first",
)
def list_rates(
    request: HttpRequest, slug: str, currency: str = "", until: date | None = None, cursor: str | None = None
) -> Any:
    rows = queries.rates_of(network_by_slug(slug).id, currency=currency, until=until)
    return page_of(rows, order=("-on", "currency", "id"), cursor=cursor)


@router.post(
    "/networks/{slug}/rates/import",
    response={201: ImportedOut, **REFUSALS},
    operation_id="import_rates",
    summary="Take the European Central Bank's table (CSV or ZIP)",
)
def import_rates(
    request: HttpRequest, slug: str, file: File[UploadedFile], since: date | None = None
) -> Status[dict[str, int]]:
    content = file.read(LARGEST_FILE + 1)
    network = network_by_slug(slug)
    name = file.name or "rates"
    return Status(201, {"new": import_ecb(network=network, content=content, at=timezone.now(), since=since, file=name)})


@router.put(
    "/networks/{slug}/rates/{currency}/{on}",
    response={200: RateOut, **REFUSALS},
    operation_id="enter_rate",
    summary="Enter a rate, or correct it with a reason",
)
def put_rate(request: HttpRequest, slug: str, currency: str, on: date, body: RateIn) -> Rate:
    network = network_by_slug(slug)
    return enter_rate(network=network, currency=currency, on=on, rate=body.rate, reason=body.reason, at=timezone.now())


def _account(account: Account, balance: int) -> dict[str, Any]:
    return {
        "id": account.id,
        "kind": account.kind,
        "beneficiary": account.beneficiary,
        "name": account.party.name if account.party else "",
        "balance": {"minor": balance, "currency": account.currency},
    }


def _journal(journal: Journal) -> dict[str, Any]:
    return {
        "code": journal.code,
        "purpose": journal.purpose,
        "period": journal.period.starts_on,
        "posted_at": journal.posted_at,
        "transactions": journal.transactions_count,
        "digest": journal.digest,
    }


def _transaction(row: Transaction) -> dict[str, Any]:
    reversal = getattr(row, "reversal", None)
    return {
        "id": row.id,
        "source": row.source,
        "beneficiary": row.beneficiary,
        "kind": row.kind,
        "effective_on": row.effective_on,
        "posted_at": row.posted_at,
        "reverses": row.reverses_id,
        "reversed_by": reversal.id if reversal else None,
        "explanation": row.explanation,
        "digest": row.digest,
        "entries": [
            {
                "account": entry.account_id,
                "kind": entry.account.kind,
                "amount": {"minor": entry.amount, "currency": entry.currency},
            }
            for entry in row.entries.all()
        ],
    }
