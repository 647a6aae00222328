"""An account list comes in: kept under a random name, its columns mapped once, looked at before it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db import connection, transaction

from hansa.activity.operations import record
from hansa.customers.models import AccountList, Columns, ListState
from hansa.customers.operations.directory import COUNTRIES
from hansa.customers.rules import ListedAccount, listed_account, problems_of_mapping, suggested_mapping
from hansa.engines.intake import Limits, Source, header_signature, open_source
from hansa.engines.intake.source import batches
from hansa.kernel.problem import Problem, Refused
from hansa.kit import jobs
from hansa.kit.exports import restored
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import current_scope
from hansa.kit.uploads import shown_name, store
from hansa.networks.models import Network

MOST_ROWS = 5_000_000
LOOKED_AT = 1_000
Row = tuple[ListedAccount, list[Problem]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the first rows would become: how many were looked at, how many are wrong, and what is wrong with them."""

    rows: int
    refused: int
    problems: list[Problem]
    accounts: list[ListedAccount]


@transaction.atomic
def receive_list(
    *, network: Network, file_name: str, chunks: Iterable[bytes], at: datetime
) -> tuple[AccountList, bool]:
    """Keep the file of an account list; returns the list and whether it is new (the same file again is the one it was).

    It then waits for its columns; `mapping` holds what was remembered for such headers, else what they suggest.
    """
    current_scope().require_operator(network.id, "customers.manage")
    stored_as, digest, size = store(chunks, folder="lists")
    path = settings.FILES_ROOT / stored_as
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"customers.lists:{network.id}"])
    known: AccountList | None = (
        AccountList.objects.filter(network=network, sha256=digest).exclude(state=ListState.REFUSED).first()
    )
    if known is not None:
        path.unlink()
        return known, False
    shown = shown_name(file_name)
    try:
        source = open_source(path, name=shown, limits=Limits(rows=MOST_ROWS))
    except Refused as refused:
        path.unlink()
        raise Unprocessable("The list cannot be read.", problems=refused.problems) from refused
    received = AccountList(
        network=network,
        file_name=shown,
        stored_as=stored_as,
        sha256=digest,
        bytes=size,
        headers=list(source.headers),
        sample=[[cell or "" for cell in row] for row in source.sample[:5]],
        mapping=_remembered(network, source) or suggested_mapping(source.headers),
        rows_total=source.estimated_rows,
        received_at=at,
        received_by_id=current_scope().person_id,
    )
    received.save(force_insert=True)
    told = {"sha256": digest, "bytes": size}
    record("customers.list.received", subject=received, at=at, network_id=network.id, facts=told)
    return received, True


@transaction.atomic
def confirm_columns(*, account_list: AccountList, mapping: Mapping[str, str], at: datetime) -> AccountList:
    """Say which column holds what; the list is taken from now on, and the next one with these headers reads the same."""
    current_scope().require_operator(account_list.network_id, "customers.manage")
    rows = AccountList.objects.select_for_update(of=("self",))
    locked: AccountList | None = rows.filter(id=account_list.id).first()
    if locked is None:
        raise NotFound()
    if locked.state != ListState.MAPPING:
        raise NotPossibleNow("This list does not wait for its columns any more.")
    chosen = _chosen(locked, mapping)
    locked.mapping, locked.state, locked.started_at = chosen, ListState.TAKING, at
    locked.save(update_fields=["mapping", "state", "started_at"])
    Columns.objects.update_or_create(
        network_id=locked.network_id,
        signature=header_signature(locked.headers),
        defaults={"mapping": chosen, "updated_at": at},
    )
    told = {"columns": sorted(chosen)}
    record("customers.list.mapped", subject=locked, at=at, network_id=locked.network_id, facts=told)
    return locked


def preview_list(*, account_list: AccountList, mapping: Mapping[str, str]) -> Preview:
    """What the first thousand rows would become if the list were read like this; nothing is written."""
    current_scope().require_operator(account_list.network_id, "customers.manage")
    chosen = _chosen(account_list, mapping)
    try:
        rows = list(islice(rows_of(account_list, chosen), LOOKED_AT))
    except Refused as refused:
        raise Unprocessable("The list cannot be read like this.", problems=refused.problems) from refused
    return Preview(
        rows=len(rows),
        refused=sum(bool(problems) for _, problems in rows),
        problems=[problem for _, problems in rows for problem in problems],
        accounts=[account for account, problems in rows[:50] if not problems][:5],
    )


def send_to_taking(account_list: AccountList) -> None:
    """Queue the taking of a list in the caller's transaction, for whoever acts now; a network's lists one by one."""
    scope = current_scope()
    jobs.defer(
        "hansa.customers.tasks.take",
        lock=f"customers:{account_list.network_id}",
        list_id=str(account_list.id),
        organization_id=str(scope.organization_id),
        person_id=str(scope.person_id),
    )


def rows_of(account_list: AccountList, mapping: Mapping[str, str]) -> Iterator[Row]:
    """The rows of a list's file, one by one, each with what is wrong with it. Raises Refused where it cannot be read."""
    file = account_list.file_name
    source = open_source(settings.FILES_ROOT / account_list.stored_as, name=file, limits=Limits(rows=MOST_ROWS))
    for batch in batches(source):
        columns = batch.to_pydict()
        cells = [columns[f"c{place}"] for place in range(len(source.headers))]
        for place, (number, fault) in enumerate(zip(columns["source_row"], columns["fault"], strict=True)):
            texts = [restored((column[place] or "").strip()) for column in cells]
            if not any(texts):
                continue
            named = dict(zip(source.headers, texts, strict=True))
            account, problems = listed_account(number, named, mapping, countries=COUNTRIES, file=file)
            yield account, [Problem(file, number, "", str(fault))] if fault else problems


def _remembered(network: Network, source: Source) -> dict[str, str]:
    row = Columns.objects.filter(network=network, signature=header_signature(source.headers)).first()
    return dict(row.mapping) if row else {}


def _chosen(account_list: AccountList, mapping: Mapping[str, str]) -> dict[str, str]:
    chosen = {field: header for field, header in mapping.items() if header}
    headers, file = account_list.headers, account_list.file_name
    problems = problems_of_mapping(chosen, headers=headers, countries=COUNTRIES, file=file)
    if problems:
        raise Unprocessable("The columns cannot be read like this.", problems=problems)
    return chosen
