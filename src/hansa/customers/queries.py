from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from hansa.companies.models import Company, OtherName, Parent
from hansa.companies.queries import Candidate, company_by_code, directory_candidates
from hansa.customers.models import Account, AccountList, NamedAccount
from hansa.engines.matching import Company as Asked
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import Holder, possible_holders
from hansa.organizations.models import Affiliation

COUNTED_TO = 10_000
MOST_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer as everybody in the network may see it: the company, its other names, parent and subsidiaries."""

    company: Company
    other_names: list[OtherName]
    parent: Company | None
    subsidiaries: list[Company]


def customers_of(network_id: UUID, *, country: str = "", segment: str = "") -> QuerySet[Company]:
    """The directory of a network as far as the scope reads it; `segment` is what those who run the network keep.

    Order it by `name_key` and `id`: an index stands for that, with and without a country.
    """
    current_scope().require("customers.view")
    rows: QuerySet[Company] = Company.objects.filter(space=network_id, known_to=None, merged_into=None)
    if country:
        rows = rows.filter(country=country)
    if segment:
        current_scope().require_operator(network_id, "customers.view")
        rows = rows.filter(id__in=Account.objects.filter(network_id=network_id, segment=segment).values("company_id"))
    return rows


def count_up_to(rows: QuerySet[Company]) -> tuple[int, bool]:
    """How many there are, counted to ten thousand, and whether there are more."""
    count = rows.order_by()[: COUNTED_TO + 1].count()
    return min(count, COUNTED_TO), count > COUNTED_TO


def candidates_for(network: Network, asked: Asked, *, top: int = 8) -> list[Candidate]:
    """Customers that somebody who types may mean: of the directory, and those the own organization alone knows."""
    current_scope().require("customers.view")
    cut = replace(asked, name=asked.name.replace("\x00", "")[:200])
    return directory_candidates(network.id, cut, top=min(top, MOST_CANDIDATES))


def customer_by_code(network_id: UUID, code: str) -> Company:
    """A customer of a network's directory, also one that was merged; NotFound otherwise."""
    current_scope().require("customers.view")
    company = company_by_code(network_id, code)
    if company.known_to is not None:
        raise NotFound()
    return company


def identity_of(company: Company) -> Identity:
    """A customer's identity, and nothing of anybody's business."""
    links = Parent.objects.filter(until_on=None)
    above: Parent | None = links.filter(child=company).select_related("parent").first()
    below = links.filter(parent=company).select_related("child").order_by("child__name_key", "id")[:50]
    names = OtherName.objects.filter(company=company).order_by("name")
    return Identity(company, list(names), above.parent if above else None, [link.child for link in below])


def account_of(company: Company) -> Account | None:
    """What those who run the network keep of a customer; None for anybody else."""
    found: Account | None = Account.objects.filter(company=company).select_related("owner", "taken_from").first()
    return found


def segments_of(network_id: UUID) -> list[str]:
    """The segments in use, for those who run the network; nothing for anybody else."""
    rows = Account.objects.filter(network_id=network_id).exclude(segment="").order_by("segment")
    return list(rows.values_list("segment", flat=True).distinct()[:200])


def people_who_own() -> list[tuple[UUID, str]]:
    """The people of the acting organization, who may own an account."""
    rows = Affiliation.objects.filter(organization_id=current_scope().organization_id).select_related("person")
    return [(row.person_id, row.person.name) for row in rows.order_by("person__name", "id")]


def named_accounts_of(
    network_id: UUID, *, on: date | None = None, company: Company | None = None
) -> QuerySet[NamedAccount]:
    """Named accounts that the scope may see: all for those who run the network, its own for a holder. `on`: held that day."""
    current_scope().require("customers.view")
    rows: QuerySet[NamedAccount] = NamedAccount.objects.filter(network_id=network_id)
    if on is not None:
        rows = rows.filter(Q(until_on=None) | Q(until_on__gt=on))
    if company is not None:
        rows = rows.filter(company=company)
    return rows.select_related("company", "holder")


def holders_of(network: Network) -> list[Holder]:
    """Who may hold an account of a network: the operator's own direct sales first, then its active members by name."""
    current_scope().require_operator(network.id, "customers.manage")
    return possible_holders(network, current_scope().organization_id)


def lists_of(network_id: UUID) -> QuerySet[AccountList]:
    """The account lists of a network, for those who run it."""
    current_scope().require_operator(network_id, "customers.manage")
    return AccountList.objects.filter(network_id=network_id).select_related("network", "received_by")


def list_by_code(network_id: UUID, code: str) -> AccountList:
    """An account list of a network that the scope runs; NotFound otherwise."""
    found: AccountList | None = lists_of(network_id).filter(code=code).first()
    if found is None:
        raise NotFound()
    return found
