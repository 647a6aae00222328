"""Writing a registration: which company, which project, kept as a draft until it is submitted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_countries import countries

from hansa.activity.operations import record
from hansa.catalog.queries import families_of
from hansa.companies.models import FACTS, Company
from hansa.companies.operations import know_company
from hansa.companies.queries import company_by_code
from hansa.companies.rules import checked_facts
from hansa.deals.models import Registration
from hansa.deals.operations.apart import own_codes
from hansa.deals.operations.common import changed_facts
from hansa.deals.operations.failures import StepRefused
from hansa.deals.operations.owning import own
from hansa.deals.rules import ReviewState, locked_fields
from hansa.deals.rules.fields import Facts, problems_of
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Membership, Network, State


@transaction.atomic
def draft_registration(
    *,
    network: Network,
    customer: str | Mapping[str, str],
    facts: Facts,
    at: datetime,
    another_than: Collection[str] = (),
) -> Registration:
    """Begin a registration for the acting organization: a member, or the operator for its own direct sales.

    `customer` is the code of a company that the organization may know, or the facts of one that it names itself: that one
    is known to it alone. `another_than` are codes of own registrations than which this is another project. Raises NotFound,
    Unprocessable.
    """
    scope = current_scope()
    scope.require("deals.register")
    organization_id = may_register(network)
    _refuse_wrong(facts, network)
    company = _company(network, customer, known_to=organization_id, at=at)
    registration = Registration(
        network=network,
        partner_id=organization_id,
        company=company,
        customer=facts_of_company(company),
        currency=network.currency,
        created_at=at,
        created_by_id=scope.person_id,
        another_than=own_codes(network.id, organization_id, another_than),
        **{name: getattr(facts, name) for name in Facts.__dataclass_fields__},
    )
    registration.save(force_insert=True)
    record(
        "deals.registration.drafted", subject=registration, at=at, network_id=network.id, parties=[organization_id],
        facts={"code": registration.code, "family": facts.family, "country": facts.country},
    )  # fmt: skip
    return registration


@transaction.atomic
def edit_registration(
    *, registration_id: UUID, facts: Facts, at: datetime, customer: str | Mapping[str, str] | None = None,
    another_than: Collection[str] | None = None,
) -> Registration:  # fmt: skip
    """Change a registration where its review lets it be changed without a new check: a draft, or one sent back."""
    registration = own(registration_id, at=at)
    if registration.review not in {ReviewState.DRAFT, ReviewState.ACTION_REQUIRED}:
        raise StepRefused("Only a draft, or a registration that was sent back, can be edited.")
    changed = changed_facts(registration, facts)
    names = {*changed, *({"customer"} if customer is not None else ())}
    if locked := locked_fields(ReviewState(registration.review), names):
        raise StepRefused(f"These cannot be changed now: {', '.join(locked)}.")
    _refuse_wrong(facts, registration.network)
    for name, value in changed.items():
        setattr(registration, name, value)
    if customer is not None:
        registration.company = _company(registration.network, customer, known_to=registration.partner_id, at=at)
        registration.customer = facts_of_company(registration.company)
    if another_than is not None:
        registration.another_than = own_codes(registration.network_id, registration.partner_id, another_than)
    registration.save()
    record(
        "deals.registration.edited", subject=registration, at=at, network_id=registration.network_id,
        parties=[registration.partner_id], facts={"code": registration.code, "changed": sorted(names)},
    )  # fmt: skip
    return registration


def facts_of_company(company: Company) -> dict[str, str]:
    """The facts of a company that are known."""
    return {name: value for name in FACTS if (value := getattr(company, name))}


def may_register(network: Network) -> UUID:
    """The acting organization, where it runs the network or is an active member of it; NotFound otherwise."""
    scope = current_scope()
    members = Membership.objects.filter(network=network, organization_id=scope.organization_id, state=State.ACTIVE)
    if scope.organization_id is None or not (network.id in scope.operates or members.exists()):
        raise NotFound()
    return scope.organization_id


def _refuse_wrong(facts: Facts, network: Network) -> None:
    problems = problems_of(facts, countries=dict(countries), families=families_of(network.id))
    if problems:
        raise Unprocessable("The registration was not kept.", problems=problems)


def _company(network: Network, customer: str | Mapping[str, str], *, known_to: UUID, at: datetime) -> Company:
    if isinstance(customer, str):
        found = company_by_code(network.id, customer)
        return found.merged_into or found
    facts, problems = checked_facts({"name": "", **customer}, countries=dict(countries))
    if problems:
        raise Unprocessable("The customer is not described well enough.", problems=problems)
    return know_company(space=network.id, facts=facts, known_to=known_to, at=at)
