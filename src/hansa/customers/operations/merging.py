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
from hansa.kit.failures import NotPossibleNow
from hansa.networks.models import Network

Guard = Callable[[Company, Company], None]
Consequence = Callable[[str, datetime], None]
_GUARDS: list[Guard] = []


class MergeRefused(NotPossibleNow):
    """Two customers cannot become one because of what both have; what follows from it is done all the same."""

    title = "These customers cannot be merged"
    leaves_something = True

    def __init__(self, detail: str, *, consequence: Consequence) -> None:
        super().__init__(detail)
        self.consequence = consequence


def guard_merges(guard: Guard) -> Guard:
    """Have `guard(gone, kept)` asked before every merge, in its transaction; it raises to refuse.

    For modules above, which know what two customers must not have at once. Called once, when such a module starts.
    """
    if guard not in _GUARDS:
        _GUARDS.append(guard)
    return guard


def merge_customers(*, network: Network, company: Company, into: Company, reason: str, at: datetime) -> Company:
    """Merge a customer into another of the same directory; returns the one that stays.

    Its names and named accounts go over, a sameness says who merged them and why. What was kept of it stays with its row,
    so that a list which names it again adds nothing. MergeRefused when a guard refuses: nothing is merged, and what the
    guard wants done instead (a case) is done with the reason that was given.
    """
    try:
        return _merge(network, company, into, reason, at)
    except MergeRefused as refusal:
        refusal.consequence(reason.strip(), at)
        raise


@transaction.atomic
def _merge(network: Network, company: Company, into: Company, reason: str, at: datetime) -> Company:
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
