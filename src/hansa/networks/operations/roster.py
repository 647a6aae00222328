"""Taking a whole list of partners at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from hansa.activity.operations import record
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Membership, Network, Standing, State
from hansa.networks.operations.membership import Role, acquaint, standing_row
from hansa.networks.rules import Span
from hansa.organizations.models import Identifier, Organization


@dataclass(frozen=True, slots=True)
class Dated:
    """A role between two days; `until` is exclusive, None unbounded. `upstream` names a distributor by its number."""

    role: Role
    since: date | None = None
    until: date | None = None
    upstream: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One partner of a list: the company's record, its number, its roles over time, the state it enters in."""

    number: str
    name: str
    roles: tuple[Dated, ...]
    legal_name: str = ""
    country: str = ""
    region: str = ""
    city: str = ""
    postcode: str = ""
    street: str = ""
    website: str = ""
    phone: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    state: str = State.ACTIVE
    state_reason: str = ""
    organization_id: UUID | None = None


@transaction.atomic
def admit_members(
    *, network: Network, entries: Sequence[Entry], at: datetime, file: str = "partners"
) -> list[Membership]:
    """Take a list of partners as members, all or none: organizations new to the network are made in its care.

    Refuses with row numbers (the first entry is row 2, below a header) when numbers repeat or distributors are unknown.
    Records one event for the list.
    """
    scope = current_scope()
    scope.require_operator(network.id, "networks.manage")
    if scope.organization_id is None:
        raise NotFound()
    _check(network, entries, file)
    organizations = [_organization(entry, scope.organization_id, at) for entry in entries]
    Organization.objects.bulk_create(
        [o for o, entry in zip(organizations, entries, strict=True) if not entry.organization_id]
    )
    Identifier.objects.bulk_create(
        Identifier(organization=organization, scheme=scheme, value=value)
        for organization, entry in zip(organizations, entries, strict=True)
        for scheme, value in entry.identifiers
    )
    memberships = Membership.objects.bulk_create(
        Membership(
            network=network,
            organization=organization,
            number=entry.number,
            state=entry.state,
            state_since=at,
            state_reason=entry.state_reason,
        )
        for organization, entry in zip(organizations, entries, strict=True)
    )
    _standings(network, memberships, entries, at)
    _introduce(network, scope.organization_id, memberships)
    record("networks.roster.taken", subject=network, at=at, network_id=network.id, facts={"members": len(memberships)})
    return memberships


def _check(network: Network, entries: Sequence[Entry], file: str) -> None:
    taken = set(Membership.objects.filter(network=network).values_list("number", flat=True))
    named = {entry.number for entry in entries} | taken
    problems = []
    seen: set[str] = set()
    for row, entry in enumerate(entries, start=2):
        if not entry.number.strip() or entry.number in seen or entry.number in taken:
            problems.append(Problem(file, row, "number", "a partner number that nobody else has"))
        if not entry.name.strip():
            problems.append(Problem(file, row, "name", "the partner's name"))
        if any(dated.upstream and dated.upstream not in named for dated in entry.roles):
            problems.append(Problem(file, row, "distributor", "the number of a member of this network"))
        seen.add(entry.number)
    if problems:
        raise Unprocessable("The list of partners was not taken.", problems=problems)


def _organization(entry: Entry, custodian_id: UUID, at: datetime) -> Organization:
    if entry.organization_id:
        found: Organization | None = Organization.objects.filter(id=entry.organization_id).first()
        if found is None:
            raise NotFound()
        return found
    return Organization(
        name=entry.name,
        legal_name=entry.legal_name,
        country=entry.country,
        region=entry.region,
        city=entry.city,
        postcode=entry.postcode,
        street=entry.street,
        website=entry.website,
        phone=entry.phone,
        custodian_id=custodian_id,
        created_at=at,
    )


def _standings(network: Network, memberships: Sequence[Membership], entries: Sequence[Entry], at: datetime) -> None:
    by_number = {m.number: m.organization_id for m in Membership.objects.filter(network=network)}
    rows = []
    pairs = set()
    for membership, entry in zip(memberships, entries, strict=True):
        for dated in entry.roles:
            upstream = by_number[dated.upstream] if dated.upstream else dated.role.upstream_id
            role = Role(dated.role.types, dated.role.tier, dated.role.territory, upstream, dated.role.reason)
            rows.append(standing_row(membership, role, Span(dated.since, dated.until), at))
            if upstream:
                pairs |= {(upstream, membership.organization_id), (membership.organization_id, upstream)}
    Standing.objects.bulk_create(rows)
    acquaint(network_id=network.id, pairs=sorted(pairs))


def _introduce(network: Network, operator_id: UUID, memberships: Sequence[Membership]) -> None:
    members = [m.organization_id for m in memberships if m.organization_id != operator_id]
    acquaint(
        network_id=network.id,
        pairs=[pair for member in members for pair in ((operator_id, member), (member, operator_id))],
    )
