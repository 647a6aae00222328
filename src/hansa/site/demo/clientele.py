"""Loading the vendor's customers: some at once, in parts side by side; the rest as the account list of a CRM.

The list is taken by a worker while somebody looks at the demo already.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hansa.kit.scope import Scope

AT_ONCE = 20_000
PART = 5_000
COLUMNS = ("name", "country", "region", "city", "postcode", "street", "phone")
SEGMENTS = ("Public", "Industry", "Retail", "Services", "Health")
HELD_EACH = 3
HOLDERS = 12


@dataclass(frozen=True, slots=True)
class Part:
    """Some customers of a network on their way into its directory."""

    network_id: UUID
    companies: Sequence[dict[str, str]]
    scope: Scope
    at: datetime


def take(part: Part) -> list[UUID]:
    """Take a part of the customers in one transaction; their ids."""
    from hansa.customers.operations import take_customers
    from hansa.kit.scope import acting
    from hansa.networks.models import Network

    with acting(part.scope):
        network = Network.objects.get(id=part.network_id)
        return take_customers(network=network, companies=part.companies, at=part.at)


def take_all(
    companies: Sequence[dict[str, str]], *, network_id: UUID, scope: Scope, at: datetime, hands: ProcessPoolExecutor
) -> list[UUID]:
    """Take all customers: the first part alone, so that the others know how common the pieces of a name are."""
    parts = [Part(network_id, companies[i : i + PART], scope, at) for i in range(0, len(companies), PART)]
    first = hands.submit(take, parts[0]).result()
    return [*first, *(each for ids in hands.map(take, parts[1:]) for each in ids)]


def send_list(companies: Sequence[dict[str, str]], *, network_id: UUID, scope: Scope, at: datetime) -> None:
    """Send customers as the account list that a CRM exports; whoever works next takes it."""
    from hansa.customers.operations import confirm_columns, receive_list, send_to_taking
    from hansa.kit.scope import acting
    from hansa.networks.models import Network

    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["account_id", *COLUMNS, "segment"])
    for number, facts in enumerate(companies, start=1):
        values = [facts[column] for column in COLUMNS]
        table.writerow([f"C{number:06}", *values, SEGMENTS[number % len(SEGMENTS)]])
    with acting(scope):
        network = Network.objects.get(id=network_id)
        chunks = [out.getvalue().encode()]
        received, _ = receive_list(network=network, file_name="crm-accounts.csv", chunks=chunks, at=at)
        send_to_taking(confirm_columns(account_list=received, mapping=received.mapping, at=at))


def name_some(company_ids: Sequence[UUID], *, network_id: UUID, scope: Scope, at: datetime) -> int:
    """Name a few dozen accounts: some for each of twelve members, some for the vendor's own direct sales. How many."""
    from hansa.catalog.queries import families_of
    from hansa.companies.models import Company
    from hansa.customers.operations import name_account
    from hansa.customers.queries import holders_of
    from hansa.kit.scope import acting
    from hansa.networks.models import Network

    with acting(scope):
        network = Network.objects.get(id=network_id)
        holders, families = holders_of(network)[: HOLDERS + 1], ["", *families_of(network_id)]
        chosen = list(company_ids[:: max(1, len(company_ids) // (len(holders) * HELD_EACH))])
        pairs = list(zip(chosen, holders * HELD_EACH, strict=False))
        known = Company.objects.in_bulk([company_id for company_id, _ in pairs])
        for place, (company_id, holder) in enumerate(pairs):
            name_account(
                network=network,
                company=known[company_id],
                holder_id=holder.organization_id,
                family=families[place % len(families)],
                from_on=at.date(),
                reason="Served for years",
                at=at,
            )
    return len(pairs)
