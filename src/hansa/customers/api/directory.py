"""The customer directory over the API."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from hansa.companies.models import FACTS, Company
from hansa.companies.queries import Candidate
from hansa.customers import queries
from hansa.customers.api.schemas import (
    CandidateFilter,
    CandidatesOut,
    CustomerChange,
    CustomerDetail,
    CustomerFilter,
    CustomerIn,
    CustomerPage,
    MergerIn,
    NameIn,
    ParentIn,
)
from hansa.customers.operations import (
    Keeping,
    add_customer,
    correct_customer,
    merge_customers,
    note_customer_name,
    set_customer_parent,
)
from hansa.engines.matching import Company as Asked
from hansa.kit.api import REFUSALS
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug

router = Router(tags=["customers"])
CUSTOMERS = "/networks/{slug}/customers"
CUSTOMER = "/networks/{slug}/customers/{code}"
ORDER = ("name_key", "id")


@router.get(CUSTOMERS, response={200: CustomerPage, **REFUSALS}, operation_id="list_customers")
def list_customers(request: HttpRequest, slug: str, wanted: Query[CustomerFilter]) -> dict[str, Any]:
    """The network's customers by name: who they are, and nobody's business with them."""
    rows = queries.customers_of(network_by_slug(slug).id, country=wanted.country, segment=wanted.segment)
    page = page_of(rows, order=ORDER, cursor=wanted.cursor)
    return {"items": [_told(row) for row in page.items], "next": page.next, "previous": page.previous}


@router.get(
    f"{CUSTOMERS}/candidates", response={200: CandidatesOut, **REFUSALS}, operation_id="find_customer_candidates"
)
def find_customer_candidates(request: HttpRequest, slug: str, wanted: Query[CandidateFilter]) -> dict[str, Any]:
    """Which known customer is meant? Each with its probability (same, review, different) and the reasons in words."""
    asked = Asked(**{field: getattr(wanted, field) for field in FACTS})
    found = queries.candidates_for(network_by_slug(slug), asked, top=wanted.top)
    return {"items": [_candidate(each) for each in found]}


@router.post(CUSTOMERS, response={201: CustomerDetail, **REFUSALS}, operation_id="add_customer")
def post_customer(request: HttpRequest, slug: str, body: CustomerIn) -> Status[dict[str, Any]]:
    """Add a customer to the directory. Ask for candidates first: a firm may stand there already."""
    network = network_by_slug(slug)
    keeping = Keeping(segment=body.segment, reference=body.reference)
    facts = {field: getattr(body, field) for field in FACTS}
    made = add_customer(network=network, facts=facts, keeping=keeping, at=timezone.now())
    return Status(201, _detail(made))


@router.get(CUSTOMER, response={200: CustomerDetail, **REFUSALS}, operation_id="get_customer")
def get_customer(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """One customer with its other names and its group."""
    return _detail(queries.customer_by_code(network_by_slug(slug).id, code))


@router.patch(CUSTOMER, response={200: CustomerDetail, **REFUSALS}, operation_id="correct_customer")
def patch_customer(request: HttpRequest, slug: str, code: str, body: CustomerChange) -> dict[str, Any]:
    """Correct facts of a customer; what is left out stays."""
    network, company = _managed(slug, code)
    facts = {field: value for field, value in body.dict(exclude_unset=True).items() if value is not None}
    return _detail(correct_customer(network=network, company=company, facts=facts, at=timezone.now()))


@router.post(f"{CUSTOMER}/names", response={201: CustomerDetail, **REFUSALS}, operation_id="note_customer_name")
def post_name(request: HttpRequest, slug: str, code: str, body: NameIn) -> Status[dict[str, Any]]:
    """Note a former name, an alias or a trading name; the customer is found by it from now on."""
    network, company = _managed(slug, code)
    note_customer_name(network=network, company=company, name=body.name, kind=body.kind, at=timezone.now())
    return Status(201, _detail(company))


@router.put(f"{CUSTOMER}/parent", response={200: CustomerDetail, **REFUSALS}, operation_id="set_customer_parent")
def put_parent(request: HttpRequest, slug: str, code: str, body: ParentIn) -> dict[str, Any]:
    """Say whose subsidiary a customer is. The same group is not the same company."""
    network, company = _managed(slug, code)
    parent = queries.customer_by_code(network.id, body.parent) if body.parent else None
    set_customer_parent(network=network, company=company, parent=parent, from_on=body.from_on, at=timezone.now())
    return _detail(company)


@router.post(f"{CUSTOMER}/merger", response={200: CustomerDetail, **REFUSALS}, operation_id="merge_customer")
def post_merger(request: HttpRequest, slug: str, code: str, body: MergerIn) -> dict[str, Any]:
    """Merge a customer into another; answers with the one that stays."""
    network, company = _managed(slug, code)
    into = queries.customer_by_code(network.id, body.into)
    kept = merge_customers(network=network, company=company, into=into, reason=body.reason, at=timezone.now())
    return _detail(kept)


def _managed(slug: str, code: str) -> tuple[Network, Company]:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "customers.manage")
    return network, queries.customer_by_code(network.id, code)


def _told(company: Company) -> dict[str, str]:
    return {"code": company.code, **{field: getattr(company, field) for field in FACTS}}


def _detail(company: Company) -> dict[str, Any]:
    identity = queries.identity_of(company)
    return {
        **_told(company),
        "other_names": [{"name": each.name, "kind": each.kind} for each in identity.other_names],
        "parent": identity.parent.code if identity.parent else None,
        "subsidiaries": [each.code for each in identity.subsidiaries],
        "merged_into": company.merged_into.code if company.merged_into else None,
    }


def _candidate(found: Candidate) -> dict[str, Any]:
    match = found.match
    judged = {"probability": round(match.probability, 4), "verdict": match.verdict.value, "why": match.why}
    return {"code": found.code, **asdict(found.company), **judged}
