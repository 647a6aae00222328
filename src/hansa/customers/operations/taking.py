"""An account list is taken: thousands of rows in one transaction each, so that an interruption costs one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID

from hansa.activity.operations import record
from hansa.companies.models import FACTS
from hansa.companies.operations import correct_company, take_companies
from hansa.customers.models import Account, AccountList, ListState
from hansa.customers.operations.lists import Row, rows_of
from hansa.customers.rules import ListedAccount
from hansa.kernel.problem import Problem, Refused
from hansa.kit.failures import NotFound
from hansa.kit.scope import Scope, acting, current_scope

AT_ONCE = 10_000


@dataclass
class _Part:
    """What some rows of a list come to."""

    fresh: list[ListedAccount] = field(default_factory=list)
    changed: list[tuple[Account, ListedAccount]] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    refused: int = 0


def take_list(*, list_id: UUID, scope: Scope, at: datetime) -> None:
    """Take a list whose columns are confirmed, as `scope`; taking it again goes on where it stopped.

    A row that is known as it stands changes nothing, one known by its number with other facts corrects the customer, any
    other adds one. Rows that are wrong are refused with row, column and reason, and counted.
    """
    with acting(scope):
        account_list = _locked(list_id)
        if account_list is None:
            return
    try:
        rows = islice(rows_of(account_list, account_list.mapping), account_list.rows_done, None)
        while part := list(islice(rows, AT_ONCE)):
            with acting(scope):
                current = _locked(list_id)
                if current is None:
                    return
                _take(current, part, at)
        with acting(scope):
            _settle(list_id, ListState.TAKEN, "", at)
    except Refused as refused:
        with acting(scope):
            _settle(list_id, ListState.REFUSED, str(refused.problems[0]), at)


def _locked(list_id: UUID) -> AccountList | None:
    """The list, while it is being taken."""
    rows = AccountList.objects.select_for_update(of=("self",)).select_related("network")
    found: AccountList | None = rows.filter(id=list_id).first()
    if found is None:
        raise NotFound()
    current_scope().require_operator(found.network_id, "customers.manage")
    return found if found.state == ListState.TAKING else None


def _take(account_list: AccountList, rows: Sequence[Row], at: datetime) -> None:
    part = _sorted_out(account_list, rows)
    _add(account_list, part.fresh, at)
    for account, listed in part.changed:
        correct_company(company_id=account.company_id, facts=listed.facts)
        account.digest, account.segment, account.taken_from = listed.digest, listed.segment, account_list
        account.save(update_fields=["digest", "segment", "taken_from"])
    kept = account_list.problems
    kept += [[p.row, p.column, p.expected] for p in part.problems[: max(0, Refused.LISTED - len(kept))]]
    account_list.rows_done += len(rows)
    account_list.rows_total = max(account_list.rows_total, account_list.rows_done)
    account_list.added += len(part.fresh)
    account_list.changed += len(part.changed)
    account_list.unchanged += part.unchanged
    account_list.refused += part.refused
    account_list.save()


def _sorted_out(account_list: AccountList, rows: Sequence[Row]) -> _Part:
    part = _Part()
    by_reference, by_digest = _known(account_list, [account for account, problems in rows if not problems])
    for listed, problems in rows:
        known = by_reference.get(listed.reference) if listed.reference else by_digest.get(listed.digest)
        if problems:
            part.refused += 1
            part.problems += problems
        elif known is None:
            part.fresh.append(listed)
            account = Account(digest=listed.digest, taken_from=account_list)
            (by_reference if listed.reference else by_digest)[listed.reference or listed.digest] = account
        elif known.digest == listed.digest:
            part.unchanged += 1
        elif known.taken_from_id == account_list.id:
            part.refused += 1
            expected = "a number that stands once in a list"
            part.problems.append(Problem(account_list.file_name, listed.row, "reference", expected))
        else:
            part.changed.append((known, listed))
            known.digest, known.taken_from = listed.digest, account_list
    return part


def _known(account_list: AccountList, listed: Sequence[ListedAccount]) -> tuple[dict[str, Account], dict[str, Account]]:
    """Accounts that these rows may mean: by number, and by digest for those without a number."""
    numbered = [each.reference for each in listed if each.reference]
    digests = [each.digest for each in listed if not each.reference]
    rows = Account.objects.filter(network=account_list.network)
    return (
        {row.reference: row for row in rows.filter(reference__in=numbered)} if numbered else {},
        {row.digest: row for row in rows.filter(digest__in=digests)} if digests else {},
    )


def _add(account_list: AccountList, listed: Sequence[ListedAccount], at: datetime) -> None:
    if not listed:
        return
    facts: list[Mapping[str, str]] = [{name: each.facts.get(name, "") for name in FACTS} for each in listed]
    ids = take_companies(space=account_list.network_id, companies=facts, at=at)
    Account.objects.bulk_create(_accounts(account_list, listed, ids, at), batch_size=2_000)


def _accounts(
    account_list: AccountList, listed: Sequence[ListedAccount], ids: Sequence[UUID], at: datetime
) -> Iterator[Account]:
    for each, company_id in zip(listed, ids, strict=True):
        yield Account(
            network_id=account_list.network_id,
            company_id=company_id,
            reference=each.reference,
            digest=each.digest,
            segment=each.segment,
            taken_from=account_list,
            recorded_at=at,
        )


def _settle(list_id: UUID, state: ListState, reason: str, at: datetime) -> None:
    settled = _locked(list_id)
    if settled is None:
        return
    settled.state, settled.state_reason, settled.settled_at = state, reason, at
    settled.rows_total = settled.rows_done
    settled.save()
    told = {name: getattr(settled, name) for name in ("added", "changed", "unchanged", "refused")}
    if state == ListState.TAKEN:
        record("customers.list.taken", subject=settled, at=at, network_id=settled.network_id, facts=told)
    else:
        record("customers.list.refused", subject=settled, at=at, network_id=settled.network_id, facts=told)
