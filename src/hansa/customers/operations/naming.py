"""Who holds which account."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from hansa.activity.operations import record
from hansa.companies.models import Company
from hansa.customers.models import NamedAccount
from hansa.customers.operations.directory import require_customer
from hansa.customers.rules import problems_of_named_account
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Membership, Network, State


@transaction.atomic
def name_account(
    *,
    network: Network,
    company: Company,
    holder_id: UUID,
    from_on: date,
    at: datetime,
    until_on: date | None = None,
    family: str = "",
    reason: str = "",
) -> NamedAccount:
    """Give an account to a holder between two days: a member, or the operator's own direct sales. The holder may read it."""
    require_customer(network, company)
    if company.merged_into_id:
        raise NotPossibleNow("This customer has been merged into another: name that one.")
    _hold(company.id)
    rows = NamedAccount.objects.filter(network=network, company=company, holder_id=holder_id, family=family.strip())
    problems = problems_of_named_account(
        family=family.strip(),
        reason=reason.strip(),
        from_on=from_on,
        until_on=until_on,
        taken=list(rows.values_list("from_on", "until_on")),
    )
    if not _may_hold(network, holder_id):
        problems.append(Problem("", 0, "holder", "your own organization or an active member of this network"))
    if problems:
        raise Unprocessable("The account was not named.", problems=problems)
    named = NamedAccount(
        network=network,
        company=company,
        holder_id=holder_id,
        family=family.strip(),
        from_on=from_on,
        until_on=until_on,
        reason=reason.strip(),
        recorded_at=at,
        recorded_by_id=current_scope().person_id,
    )
    named.save(force_insert=True)
    told = {"customer": company.code, "family": named.family, "from": str(from_on), "until": str(until_on or "")}
    record(
        "customers.account.named", subject=named, at=at, network_id=network.id, parties=[holder_id], facts=told,
        text={"reason": named.reason} if named.reason else None,
    )  # fmt: skip
    return named


@transaction.atomic
def end_named_account(
    *, network: Network, named_account_id: UUID, until_on: date, reason: str, at: datetime
) -> NamedAccount:
    """End a named account before a day; one that has not begun by then is ended on its first day, and never held."""
    current_scope().require_operator(network.id, "customers.manage")
    rows = NamedAccount.objects.select_for_update(of=("self",)).select_related("company")
    named: NamedAccount | None = rows.filter(network=network, id=named_account_id).first()
    if named is None:
        raise NotFound()
    if named.until_on is not None and named.until_on <= until_on:
        raise NotPossibleNow("This named account ends on that day or before.")
    if until_on <= named.from_on or len(reason.strip()) > 300 or not reason.strip().isprintable():
        expected = "a day after its first one, and a reason of up to 300 visible characters"
        raise Unprocessable("The named account was not ended.", problems=[Problem("", 0, "until_on", expected)])
    named.until_on = until_on
    named.save(update_fields=["until_on"])
    told = {"customer": named.company.code, "until": str(until_on)}
    record(
        "customers.account.ended", subject=named, at=at, network_id=network.id, parties=[named.holder_id], facts=told,
        text={"reason": reason.strip()} if reason.strip() else None,
    )  # fmt: skip
    return named


def _may_hold(network: Network, holder_id: UUID) -> bool:
    members = Membership.objects.filter(network=network, organization_id=holder_id, state=State.ACTIVE)
    return holder_id == current_scope().organization_id or members.exists()


def _hold(company_id: UUID) -> None:
    """Until the end of the transaction nobody else names this account."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"customers.named:{company_id}"])
