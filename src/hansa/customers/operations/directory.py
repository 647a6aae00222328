"""One customer of the directory: added, corrected, named otherwise, put below a parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django_countries import countries

from hansa.activity.operations import record
from hansa.companies.models import Company, OtherName, Parent
from hansa.companies.operations import correct_company, know_company, note_other_name, set_parent, take_companies
from hansa.companies.rules import checked_facts
from hansa.customers.models import Account
from hansa.customers.rules import LONGEST
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.organizations.models import Affiliation

COUNTRIES = frozenset(code for code, _ in countries)


@dataclass(frozen=True, slots=True)
class Keeping:
    """What those who run the network keep of a customer besides its identity."""

    segment: str = ""
    reference: str = ""
    owner_id: UUID | None = None
    since_on: date | None = None


@transaction.atomic
def add_customer(
    *, network: Network, facts: Mapping[str, str], at: datetime, keeping: Keeping | None = None
) -> Company:
    """Add a customer to a network's directory. That the same firm may stand there already is the adder's to look at."""
    current_scope().require_operator(network.id, "customers.manage")
    kept = keeping or Keeping()
    checked = _checked({"name": "", **facts}, kept, network, None)
    company = know_company(space=network.id, facts=checked, at=at)
    _keep(Account(network=network, company=company), kept, at)
    record("customers.customer.added", subject=company, at=at, network_id=network.id, facts={"code": company.code})
    return company


@transaction.atomic
def take_customers(*, network: Network, companies: Sequence[Mapping[str, str]], at: datetime) -> list[UUID]:
    """Take thousands of customers whose facts are checked already into a network's directory; their ids in order."""
    current_scope().require_operator(network.id, "customers.manage")
    ids = take_companies(space=network.id, companies=companies, at=at)
    record("customers.customers.taken", subject=network, at=at, network_id=network.id, facts={"rows": len(ids)})
    return ids


@transaction.atomic
def correct_customer(
    *, network: Network, company: Company, facts: Mapping[str, str], at: datetime, keeping: Keeping | None = None
) -> Company:
    """Correct what is known of a customer, and with `keeping` what is kept of it; without a difference nothing happens."""
    require_customer(network, company)
    account: Account | None = Account.objects.select_for_update(of=("self",)).filter(company=company).first()
    kept = keeping or (_keeping(account) if account else Keeping())
    checked = _checked(facts, kept, network, account)
    corrected, changed = correct_company(company_id=company.id, facts=checked)
    if kept != (_keeping(account) if account else Keeping()):
        _keep(account or Account(network=network, company=company), kept, at)
        changed = [*changed, "account"]
    if changed:
        told = {"code": corrected.code, "changed": sorted(changed)}
        record("customers.customer.corrected", subject=corrected, at=at, network_id=network.id, facts=told)
    return corrected


@transaction.atomic
def note_customer_name(*, network: Network, company: Company, name: str, kind: str, at: datetime) -> OtherName:
    """Note another name of a customer, by which it is found from now on."""
    require_customer(network, company)
    noted = note_other_name(company_id=company.id, name=name, kind=kind, at=at)
    told = {"code": company.code, "kind": kind}
    record("customers.customer.named", subject=company, at=at, network_id=network.id, facts=told)
    return noted


@transaction.atomic
def set_customer_parent(
    *, network: Network, company: Company, parent: Company | None, at: datetime, from_on: date | None = None
) -> Parent | None:
    """Say whose subsidiary a customer is from a day on; None: nobody's."""
    require_customer(network, company)
    link = set_parent(child_id=company.id, parent_id=parent.id if parent else None, from_on=from_on, at=at)
    told = {"code": company.code, "parent": parent.code if parent else ""}
    record("customers.customer.placed", subject=company, at=at, network_id=network.id, facts=told)
    return link


def require_customer(network: Network, company: Company) -> None:
    """Refuse whoever does not run the network, and a company that does not stand in its directory."""
    current_scope().require_operator(network.id, "customers.manage")
    if company.space != network.id or company.known_to is not None:
        raise NotFound()


def _keep(account: Account, kept: Keeping, at: datetime) -> None:
    account.segment, account.reference = kept.segment.strip(), kept.reference.strip()
    account.owner_id, account.since_on = kept.owner_id, kept.since_on
    account.recorded_at = account.recorded_at or at
    account.save()


def _keeping(account: Account) -> Keeping:
    return Keeping(account.segment, account.reference, account.owner_id, account.since_on)


def _checked(facts: Mapping[str, str], kept: Keeping, network: Network, account: Account | None) -> dict[str, str]:
    checked, problems = checked_facts(facts, countries=COUNTRIES)
    texts = {"segment": kept.segment, "reference": kept.reference}
    problems += [
        Problem("", 0, field, f"up to {LONGEST[field]} visible characters")
        for field, text in texts.items()
        if len(text) > LONGEST[field] or not text.isprintable()
    ]
    same = Account.objects.filter(network=network, reference=kept.reference.strip()).exclude(reference="")
    if same.exclude(id=account.id if account else None).exists():
        problems.append(Problem("", 0, "reference", "a number that no other customer has"))
    people = Affiliation.objects.filter(organization_id=current_scope().organization_id, person_id=kept.owner_id)
    if kept.owner_id and not people.exists():
        problems.append(Problem("", 0, "owner", "a person of your organization"))
    if problems:
        raise Unprocessable("The customer cannot be kept like this.", problems=problems)
    return checked
