"""Two rows of the directory turn out to be one firm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from hansa.activity.operations import record
from hansa.companies.models import Company
from hansa.companies.operations import merge_companies
from hansa.customers.models import NamedAccount
from hansa.customers.operations.directory import require_customer
from hansa.networks.models import Network

Guard = Callable[[Company, Company], None]
_GUARDS: list[Guard] = []


def guard_merges(guard: Guard) -> Guard:
    """Have `guard(gone, kept)` asked before every merge, in its transaction; it raises to refuse.

    For modules above, which know what two customers must not have at once. Called once, when such a module starts.
    """
    if guard not in _GUARDS:
        _GUARDS.append(guard)
    return guard


@transaction.atomic
def merge_customers(*, network: Network, company: Company, into: Company, reason: str, at: datetime) -> Company:
    """Merge a customer into another of the same directory; returns the one that stays.

    Its names and named accounts go over, a sameness says who merged them and why. What was kept of it stays with its row,
    so that a list which names it again adds nothing.
    """
    require_customer(network, company)
    require_customer(network, into)
    kept = merge_companies(company_id=company.id, into_id=into.id, reason=reason, at=at)
    for guard in _GUARDS:
        guard(company, kept)
    NamedAccount.objects.filter(network=network, company=company).update(company=kept)
    told = {"code": company.code, "into": kept.code}
    text = {"reason": reason.strip()} if reason.strip() else None
    record("customers.customer.merged", subject=kept, at=at, network_id=network.id, facts=told, text=text)
    return kept
