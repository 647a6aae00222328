"""Networks, members and lists of partners over the API."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from hansa.activity.queries import timeline
from hansa.kernel.problem import Problem
from hansa.kit.api import REFUSALS, ProblemItem
from hansa.kit.failures import Unprocessable
from hansa.kit.pagination import Page, page_of
from hansa.kit.scope import current_scope
from hansa.networks import queries
from hansa.networks.models import Membership, Network, Standing
from hansa.networks.operations import founding, inviting, membership, roster
from hansa.networks.rules import next_to_act
from hansa.organizations.queries import organization_by_code

router = Router(tags=["Networks"])


class NetworkOut(Schema):
    """Companies under one charter."""

    slug: str
    name: str
    kind: str = Field(description="VENDOR, DISTRIBUTOR, PEER or MARKETPLACE")
    operator: str | None = Field(description="Name of the organization that runs it; null in a peer network")
    stewards: list[str] = Field(description="Names of those elected to run a peer network, as far as you may see them")
    currency: str
    charter: str = Field(description="Markdown")
    accent: str


class NetworkList(Schema):
    """A page of networks."""

    items: list[NetworkOut]
    next: str | None
    previous: str | None


class OpenNetworkOut(Schema):
    """A network that takes applications."""

    slug: str
    name: str
    kind: str
    charter: str


class NetworkIn(Schema):
    """A network to found; the acting organization runs it."""

    slug: str
    name: str
    kind: str
    currency: str
    charter: str = ""
    accent: str = "baltic"


class NetworkEdit(Schema):
    """What a network says of itself."""

    name: str
    charter: str
    accent: str


class StewardIn(Schema):
    """A member to enter as steward."""

    organization: str = Field(description="Short code of the organization")


class StandingOut(Schema):
    """What a member is between two days."""

    types: list[str]
    tier: str
    territory: str
    distributor: str | None = Field(description="Name of the upstream distributor")
    valid_from: date | None
    valid_until: date | None = Field(description="Exclusive")
    reason: str


class StandingIn(Schema):
    """What a member is from a day on."""

    types: list[str]
    tier: str = ""
    territory: str = ""
    distributor: str = Field("", description="Partner number of the upstream distributor in this network")
    since: date | None = None
    reason: str = ""


class MembershipOut(Schema):
    """An organization in a network."""

    code: str
    number: str
    organization: str = Field(description="Short code")
    name: str
    country: str
    state: str
    state_since: datetime
    state_reason: str
    next_to_act: str = Field(description="operator, member, or empty when nobody has to act")
    standing: StandingOut | None = Field(description="What it is today")


class MembershipList(Schema):
    """A page of members."""

    items: list[MembershipOut]
    next: str | None
    previous: str | None


class MembershipFilter(Schema):
    """Which members; what is empty matches all."""

    q: str = ""
    state: str = ""
    type: str = ""
    tier: str = ""
    territory: str = ""
    upstream: str = Field("", description="Partner number of the distributor")


class CompanyIn(Schema):
    """The record of a company that is new here."""

    name: str
    legal_name: str = ""
    country: str = ""
    region: str = ""
    city: str = ""
    postcode: str = ""
    street: str = ""
    website: str = ""
    phone: str = ""


class IdentifierIn(Schema):
    """A number by which the world knows a company."""

    scheme: str = Field(description="LEI, VAT, EIN, DUNS or DOMAIN")
    value: str


class PartnerInvitationIn(StandingIn):
    """An invitation: a known organization by its code, or the record of a new one."""

    number: str
    organization: str = Field("", description="Short code of an organization that you may see")
    company: CompanyIn | None = None
    identifiers: list[IdentifierIn] = []


class MoveIn(Schema):
    """A step of a membership."""

    state: str
    reason: str = ""


class ApplicationIn(Schema):
    """What an applicant says."""

    message: str = ""


class RosterRow(StandingIn, CompanyIn):
    """A partner of a list; it enters as an active member."""

    number: str
    identifiers: list[IdentifierIn] = []


class RosterIn(Schema):
    """A list of partners, taken whole or not at all."""

    rows: list[RosterRow] = Field(max_length=5000)


class RosterCheck(Schema):
    """What is wrong with a list."""

    problems: list[ProblemItem]
    problem_count: int


class RosterTaken(Schema):
    """How many members were admitted."""

    members: int


class EventOut(Schema):
    """Something that happened to a membership."""

    kind: str
    at: datetime
    facts: dict[str, object]


@router.get("/networks", response={200: NetworkList, **REFUSALS}, operation_id="list_networks")
def list_networks(request: HttpRequest, cursor: str = "") -> object:
    page = page_of(queries.networks_of_organization(), order=("name", "id"), cursor=cursor)
    return _paged(page, [_network(network) for network in page.items])


@router.post("/networks", response={201: NetworkOut, **REFUSALS}, operation_id="found_network")
def found_network(request: HttpRequest, body: NetworkIn) -> object:
    return Status(201, _network(founding.create_network(**body.dict(), at=timezone.now()), stewarded=False))


@router.get("/open-networks", response={200: list[OpenNetworkOut], **REFUSALS}, operation_id="list_open_networks")
def list_open_networks(request: HttpRequest) -> object:
    return queries.open_networks()


@router.get("/networks/{slug}", response={200: NetworkOut, **REFUSALS}, operation_id="get_network")
def get_network(request: HttpRequest, slug: str) -> object:
    return _network(queries.network_by_slug(slug))


@router.put("/networks/{slug}", response={200: NetworkOut, **REFUSALS}, operation_id="edit_network")
def edit_network(request: HttpRequest, slug: str, body: NetworkEdit) -> object:
    network = queries.network_by_slug(slug)
    founding.edit_network(network=network, **body.dict(), at=timezone.now())
    return _network(queries.network_by_slug(slug))


@router.post("/networks/{slug}/stewards", response={200: NetworkOut, **REFUSALS}, operation_id="elect_steward")
def elect_steward(request: HttpRequest, slug: str, body: StewardIn) -> object:
    network = queries.network_by_slug(slug)
    current_scope().require_operator(network.id, "networks.manage")  # before telling which organizations are known
    organization = organization_by_code(body.organization)
    if organization is None:
        problems = [Problem("", 0, "organization", "an organization that you may see")]
        raise Unprocessable("The organization is not known.", problems=problems)
    founding.elect_steward(network=network, organization=organization, at=timezone.now())
    return _network(network)


@router.post("/networks/{slug}/applications", response={201: MembershipOut, **REFUSALS}, operation_id="apply")
def apply(request: HttpRequest, slug: str, body: ApplicationIn) -> object:
    made = membership.apply_for_membership(slug=slug, message=body.message, at=timezone.now())
    return Status(201, _membership(made))


@router.get("/networks/{slug}/memberships", response={200: MembershipList, **REFUSALS}, operation_id="list_memberships")
def list_memberships(
    request: HttpRequest, slug: str, wanted: Query[MembershipFilter], cursor: str = "", sort: str = "name"
) -> object:
    network = queries.network_by_slug(slug)
    order = queries.SORTS.get(sort)
    if order is None:
        problems = [Problem("", 0, "sort", f"one of {', '.join(queries.SORTS)}")]
        raise Unprocessable("The list cannot be sorted like this.", problems=problems)
    rows = queries.partners(network, queries.Wanted(**wanted.dict()), day=timezone.now().date())
    page = page_of(rows, order=order, cursor=cursor)
    return _paged(page, [_membership(member) for member in page.items])


@router.post("/networks/{slug}/memberships", response={201: MembershipOut, **REFUSALS}, operation_id="invite_member")
def invite_member(request: HttpRequest, slug: str, body: PartnerInvitationIn) -> object:
    network = queries.network_by_slug(slug)
    made = inviting.invite_company(
        network=network,
        number=body.number,
        role=_role(network, body),
        since=body.since,
        organization_code=body.organization,
        values=body.company.dict() if body.company else None,
        identifiers=[(each.scheme, each.value) for each in body.identifiers],
        at=timezone.now(),
    )
    return Status(201, _membership(queries.partner_of(slug, made.code)))


@router.get(
    "/networks/{slug}/memberships/{code}", response={200: MembershipOut, **REFUSALS}, operation_id="get_membership"
)
def get_membership(request: HttpRequest, slug: str, code: str) -> object:
    return _membership(queries.partner_of(slug, code))


@router.get(
    "/networks/{slug}/memberships/{code}/standings",
    response={200: list[StandingOut], **REFUSALS},
    operation_id="list_standings",
)
def list_standings(request: HttpRequest, slug: str, code: str) -> object:
    return [_standing(row) for row in queries.standings_of(queries.partner_of(slug, code))]


@router.post(
    "/networks/{slug}/memberships/{code}/standings",
    response={201: StandingOut, **REFUSALS},
    operation_id="set_standing",
)
def set_standing(request: HttpRequest, slug: str, code: str, body: StandingIn) -> object:
    member = queries.partner_of(slug, code)
    role = _role(member.network, body)
    return Status(
        201, _standing(membership.set_standing(membership=member, role=role, since=body.since, at=timezone.now()))
    )


@router.post(
    "/networks/{slug}/memberships/{code}/moves", response={200: MembershipOut, **REFUSALS}, operation_id="move"
)
def move(request: HttpRequest, slug: str, code: str, body: MoveIn) -> object:
    member = queries.partner_of(slug, code)
    membership.move_membership(membership=member, state=body.state, reason=body.reason, at=timezone.now())
    return _membership(queries.partner_of(slug, code))


@router.get(
    "/networks/{slug}/memberships/{code}/events",
    response={200: list[EventOut], **REFUSALS},
    operation_id="list_membership_events",
)
def list_membership_events(request: HttpRequest, slug: str, code: str) -> object:
    return list(timeline(subject_id=queries.partner_of(slug, code).id))


@router.post("/networks/{slug}/roster-checks", response={200: RosterCheck, **REFUSALS}, operation_id="check_roster")
def check_roster(request: HttpRequest, slug: str, body: RosterIn) -> object:
    found = roster.check_members(network=queries.network_by_slug(slug), entries=_entries(body), file="roster")
    listed = [{"file": p.file, "row": p.row, "column": p.column, "expected": p.expected} for p in found[:1000]]
    return {"problems": listed, "problem_count": len(found)}


@router.post("/networks/{slug}/roster", response={201: RosterTaken, **REFUSALS}, operation_id="take_roster")
def take_roster(request: HttpRequest, slug: str, body: RosterIn) -> object:
    network = queries.network_by_slug(slug)
    made = roster.admit_members(network=network, entries=_entries(body), at=timezone.now(), file="roster")
    return Status(201, {"members": len(made)})


def _paged(page: Page[Membership] | Page[Network], items: list[dict[str, object]]) -> dict[str, object]:
    return {"items": items, "next": page.next, "previous": page.previous}


def _network(network: Network, *, stewarded: bool = True) -> dict[str, object]:
    peer = stewarded and network.kind == "PEER"
    stewards = queries.stewards_of(network, on=timezone.now().date()) if peer else []
    return {
        "slug": network.slug,
        "name": network.name,
        "kind": network.kind,
        "operator": network.operator.name if network.operator else None,
        "stewards": [steward.organization.name for steward in stewards],
        "currency": network.currency,
        "charter": network.charter,
        "accent": network.accent,
    }


def _membership(member: Membership) -> dict[str, object]:
    current: list[Standing] | None = getattr(member, "current", None)
    if current is None:
        day = timezone.now().date()
        current = [row for row in queries.standings_of(member) if row.holds_on(day)]
    return {
        "code": member.code,
        "number": member.number,
        "organization": member.organization.code,
        "name": member.organization.name,
        "country": member.organization.country,
        "state": member.state,
        "state_since": member.state_since,
        "state_reason": member.state_reason,
        "next_to_act": next_to_act(member.state),
        "standing": _standing(current[0]) if current else None,
    }


def _standing(row: Standing) -> dict[str, object]:
    names = ("types", "tier", "territory", "valid_from", "valid_until", "reason")
    return {**{name: getattr(row, name) for name in names}, "distributor": row.upstream.name if row.upstream else None}


def _role(network: Network, body: StandingIn) -> membership.Role:
    upstream: UUID | None = queries.organization_numbered(network, body.distributor) if body.distributor else None
    return membership.Role(tuple(body.types), body.tier, body.territory, upstream, body.reason)


def _entries(body: RosterIn) -> list[roster.Entry]:
    record = CompanyIn.model_fields
    return [
        roster.Entry(
            number=row.number,
            identifiers=tuple((each.scheme, each.value) for each in row.identifiers),
            roles=(
                roster.Dated(
                    membership.Role(tuple(row.types), row.tier, row.territory, None, row.reason),
                    row.since,
                    None,
                    row.distributor,
                ),
            ),
            row=place,
            **{name: getattr(row, name) for name in record},
        )
        for place, row in enumerate(body.rows, start=1)
    ]
