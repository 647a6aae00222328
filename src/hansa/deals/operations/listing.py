"""Many registrations from one file: read and looked at first, then begun and submitted row by row like any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django_countries import countries

from hansa.activity.operations import record
from hansa.catalog.queries import families_of
from hansa.companies.queries import company_by_code
from hansa.deals.models import ListedRow, Registration, RegistrationList
from hansa.deals.operations.drafting import draft_registration, may_register
from hansa.deals.operations.submitting import submit_registration
from hansa.deals.rules import ReviewState
from hansa.deals.rules.listing import COLUMNS, MOST_ROWS, ListedDeal, columns_of, digest_of_row, listed_deal
from hansa.engines.intake import Limits, open_source
from hansa.engines.intake.source import batches
from hansa.kernel.problem import Problem, Refused
from hansa.kit import jobs
from hansa.kit.exports import restored
from hansa.kit.failures import Failure, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import Scope, acting, current_scope
from hansa.kit.uploads import shown_name, store
from hansa.networks.models import Network

LIMITS = Limits(bytes=4_000_000, columns=2 * len(COLUMNS), rows=MOST_ROWS, unpacked=40_000_000, member=20_000_000)
Cells = Mapping[str, str]
RowState = ListedRow.State
ListState = RegistrationList.State


@transaction.atomic
def receive_registrations(
    *, network: Network, file_name: str, chunks: Iterable[bytes], at: datetime
) -> tuple[RegistrationList, bool]:
    """Read a file of at most 500 registrations and keep its rows with what is wrong; nothing is registered yet.

    Returns the list and whether it is new: the same file again is the one it was. Raises NotFound for who is no member,
    Unprocessable for what cannot be read at all.
    """
    current_scope().require("deals.register")
    partner_id = may_register(network)
    name = shown_name(file_name)
    stored_as, digest, _size = store(chunks, folder="registrations")
    path = settings.FILES_ROOT / stored_as
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"deals.lists:{partner_id}"])
        known = RegistrationList.objects.filter(network=network, partner_id=partner_id, sha256=digest).first()
        if known is not None:
            return known, False
        rows = list(islice(_rows_of_file(stored_as, name), MOST_ROWS + 1))
        if not 0 < len(rows) <= MOST_ROWS:
            raise Refused([Problem(name, 0, "", f"1 to {MOST_ROWS} rows below the header")])
    except Refused as refused:
        raise Unprocessable("The file cannot be read.", problems=refused.problems, total=refused.total) from refused
    finally:
        path.unlink(missing_ok=True)  # its rows are kept; the file itself is nobody's any more
    received = RegistrationList(
        network=network, partner_id=partner_id, file_name=name, sha256=digest, received_at=at,
        received_by_id=current_scope().person_id,
    )  # fmt: skip
    received.save(force_insert=True)
    kept = list(_looked_at(received, rows))
    ListedRow.objects.bulk_create(kept)
    told = {"sha256": digest, "rows": len(kept), "wrong": sum(row.state == RowState.WRONG for row in kept)}
    _record("received", received, at=at, facts=told)
    return received, True


@transaction.atomic
def confirm_registrations(*, list_id: UUID, at: datetime) -> RegistrationList:
    """Say that the good rows of a list shall be registered; a job does it, for whoever says so."""
    scope = current_scope()
    scope.require("deals.register")
    found = _locked(list_id)
    if found.state != ListState.READ:
        raise NotPossibleNow("This file has been registered already, or is just being registered.")
    if not found.rows.filter(state=RowState.GOOD).exists():
        raise NotPossibleNow("No row of this file can be registered as it is. Mend it and send it again.")
    found.state, found.started_at = ListState.TAKING, at
    found.save(update_fields=["state", "started_at"])
    _record("confirmed", found, at=at, facts={"rows": found.rows.filter(state=RowState.GOOD).count()})
    jobs.defer(
        "hansa.deals.tasks.register_rows",
        lock=f"deals.lists:{found.partner_id}",
        list_id=str(found.id),
        organization_id=str(scope.organization_id),
        person_id=str(scope.person_id),
    )
    return found


def register_next_row(*, list_id: UUID, scope: Scope, at: datetime) -> bool:
    """Register the next good row of a confirmed list; whether there was one. Each row is a transaction of its own.

    So the network's lock is held no longer than for any submission, a row stands from the instant at which it was
    registered, and an interruption costs nothing: the next call goes on where the last one stopped.
    """
    with acting(scope):
        found = _locked(list_id)
        if found.state != ListState.TAKING:
            return False
        row = found.rows.filter(state=RowState.GOOD).order_by("row").first()
        if row is None:
            found.state, found.settled_at = ListState.TAKEN, at
            found.save(update_fields=["state", "settled_at"])
            counted = Counter(found.rows.values_list("state", flat=True))
            _record("taken", found, at=at, facts={state.lower(): counted.get(state, 0) for state in RowState.values})
            return False
        _register(row, found.network, at=at)
        row.save(update_fields=["state", "reason", "registration"])
        return True


def _register(row: ListedRow, network: Network, *, at: datetime) -> None:
    """Begin and submit one row, unless it is there already; a refusal says why in the row and leaves nothing else."""
    known = _known(row)
    if known is not None:
        row.state, row.registration = RowState.KNOWN, known
        return
    listed, problems = _listed(row.row, row.said, network)
    try:
        if problems:
            raise Unprocessable("The network's catalogue has changed.", problems=problems)
        with transaction.atomic():
            made = draft_registration(network=network, customer=listed.customer, facts=listed.facts, at=at)
            if listed.submits:
                submit_registration(registration_id=made.id, at=at)
    except Failure as refusal:
        expected = [f"{each.column}: {each.expected}." for each in refusal.problems]
        row.state, row.reason = RowState.REFUSED, " ".join([refusal.detail, *expected])
    else:
        row.state, row.registration = RowState.REGISTERED if listed.submits else RowState.DRAFTED, made


def _known(row: ListedRow) -> Registration | None:
    """The registration that a row means already: by its own reference, else by the same row of another file."""
    reference = row.said.get("own_reference", "")
    own = Registration.objects.filter(network_id=row.network_id, partner_id=row.partner_id)
    if reference:
        return own.filter(own_reference=reference).exclude(review=ReviewState.WITHDRAWN).order_by("created_at").first()
    same = ListedRow.objects.filter(network_id=row.network_id, partner_id=row.partner_id, digest=row.digest)
    earlier = same.filter(state__in=[RowState.REGISTERED, RowState.DRAFTED]).select_related("registration").first()
    return earlier.registration if earlier else None


def _rows_of_file(stored_as: str, name: str) -> Iterator[tuple[int, Cells, str]]:
    """The rows of a file by number, each with its texts by column and the fault of its shape. Raises Refused."""
    source = open_source(settings.FILES_ROOT / stored_as, name=name, limits=LIMITS)
    columns, problems = columns_of(source.headers, file=name)
    if problems:
        raise Refused(problems)
    for batch in batches(source):
        table = batch.to_pydict()
        cells = [table[f"c{place}"] for place in range(len(columns))]
        for place, (number, fault) in enumerate(zip(table["source_row"], table["fault"], strict=True)):
            texts = [restored((column[place] or "").strip()).replace("\0", "\1") for column in cells]
            if any(texts):
                said = dict(zip(columns, texts, strict=True))
                yield number, {name: said[name] for name in COLUMNS if said.get(name)}, fault or ""


def _looked_at(received: RegistrationList, rows: list[tuple[int, Cells, str]]) -> Iterator[ListedRow]:
    given = Counter(cells.get("own_reference", "") for _, cells, _ in rows)
    for number, cells, fault in sorted(rows, key=lambda each: each[0]):
        problems = [["", fault]] if fault else _problems(number, cells, received.network)
        if given[cells.get("own_reference", "")] > 1 and "own_reference" in cells:
            problems.append(["own_reference", "a reference that stands once in a file"])
        yield ListedRow(
            file=received, network=received.network, partner_id=received.partner_id, row=number, said=dict(cells),
            digest=digest_of_row(cells), problems=problems, state=RowState.WRONG if problems else RowState.GOOD,
        )  # fmt: skip


def _problems(number: int, cells: Cells, network: Network) -> list[list[str]]:
    listed, problems = _listed(number, cells, network)
    told = [[each.column, each.expected] for each in problems]
    if isinstance(listed.customer, str):
        try:
            company_by_code(network.id, listed.customer)
        except NotFound:
            told.append(["customer", "the code of a customer of the directory"])
    return told


def _listed(number: int, cells: Cells, network: Network) -> tuple[ListedDeal, list[Problem]]:
    return listed_deal(
        number, cells, currency=network.currency, countries=dict(countries), families=families_of(network.id)
    )


def _locked(list_id: UUID) -> RegistrationList:
    rows = RegistrationList.objects.select_for_update(of=("self",)).select_related("network")
    found: RegistrationList | None = rows.filter(id=list_id).first()
    if found is None:
        raise NotFound()
    return found


def _record(what: str, received: RegistrationList, *, at: datetime, facts: dict[str, object]) -> None:
    told = {"code": received.code, **facts}
    record(
        f"deals.list.{what}", subject=received, at=at, network_id=received.network_id, parties=[received.partner_id],
        facts=told,
    )  # fmt: skip
