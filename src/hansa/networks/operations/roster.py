"""Taking a whole list of partners at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from django.db import connection, transaction
from django_countries import countries

from hansa.activity.operations import record
from hansa.companies.operations import let_read
from hansa.companies.rules import BadIdentifier, check_identifier
from hansa.kernel.problem import Problem, Refused
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Membership, Network, Standing, State
from hansa.networks.operations.membership import Role, acquaint, standing_row
from hansa.networks.rules import Span, problems_of_role
from hansa.networks.rules.roster_file import RECORD, with_scheme
from hansa.organizations.models import Identifier, Organization
from hansa.organizations.rules import problems_of_record


@dataclass(frozen=True, slots=True)
class Dated:
    """A role between two days; `until` is exclusive, None unbounded. `upstream` names a distributor by its number."""

    role: Role
    since: date | None = None
    until: date | None = None
    upstream: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One partner of a list: the company's record, its number, its roles over time, the state it enters in.

    `row` is where the list says it, as its sender counts; 0: its place in the sequence, below a header.
    """

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
    row: int = 0


@transaction.atomic
def admit_members(
    *, network: Network, entries: Sequence[Entry], at: datetime, file: str = "partners"
) -> list[Membership]:
    """Take a list of partners as members, all or none: organizations new to the network are made in its care.

    Refuses with row numbers when numbers repeat, distributors are unknown, or a record, an identifier or a standing is
    not right. Records one event for the list.
    """
    scope = current_scope()
    scope.require_operator(network.id, "networks.manage")
    if scope.organization_id is None:
        raise NotFound()
    with connection.cursor() as cursor:  # two lists at once must not both find a number free
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"hansa.members.{network.id}"])
    problems = problems_of_entries(network, entries, file)
    if problems:
        raise Unprocessable(
            "The list of partners was not taken.", problems=problems[: Refused.LISTED], total=len(problems)
        )
    organizations = [_organization(entry, scope.organization_id, at) for entry in entries]
    Organization.objects.bulk_create(
        [o for o, entry in zip(organizations, entries, strict=True) if not entry.organization_id]
    )
    Identifier.objects.bulk_create(
        Identifier(organization=organization, scheme=scheme, value=check_identifier(scheme, value, entry.country))
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
    let_read(space=network.id, organization_ids=[m.organization_id for m in memberships if m.state == State.ACTIVE])
    record("networks.roster.taken", subject=network, at=at, network_id=network.id, facts={"members": len(memberships)})
    return memberships


def check_members(*, network: Network, entries: Sequence[Entry], file: str = "partners") -> list[Problem]:
    """What `admit_members` would refuse a list for; empty: it would be taken. Changes nothing."""
    current_scope().require_operator(network.id, "networks.manage")
    return problems_of_entries(network, entries, file)


def problems_of_entries(network: Network, entries: Sequence[Entry], file: str) -> list[Problem]:
    """Everything wrong with a list of partners, by row and column; reads, and changes nothing."""
    taken = set(Membership.objects.filter(network=network).values_list("number", flat=True))
    named = {entry.number for entry in entries} | taken
    codes = [code for code, _ in countries]
    problems: list[Problem] = []
    seen: set[str] = set()
    for place, entry in enumerate(entries, start=2):
        row = entry.row or place
        if not entry.number.strip() or len(entry.number) > 60 or entry.number in seen or entry.number in taken:
            problems.append(Problem(file, row, "number", "a partner number that nobody else has"))
        seen.add(entry.number)
        problems += [Problem(file, row, p.column, p.expected) for p in problems_of_record(_record(entry), codes)]
        problems += _problems_of_identifiers(entry, file, row)
        for dated in entry.roles:
            role = dated.role
            problems += problems_of_role(
                types=role.types, tier=role.tier, territory=role.territory, reason=role.reason, file=file, row=row
            )
            if (dated.upstream and dated.upstream not in named) or dated.upstream == entry.number or role.upstream_id:
                problems.append(Problem(file, row, "distributor", "the number of another member of this network"))
        if _overlapping(entry.roles):
            problems.append(Problem(file, row, "since", "days that follow each other without overlapping"))
        if entry.state not in State.values:
            problems.append(Problem(file, row, "state", f"one of {', '.join(State.values)}"))
    return problems


def _record(entry: Entry) -> dict[str, str]:
    return {name: getattr(entry, name).strip() for name in RECORD} | {"website": with_scheme(entry.website.strip())}


def _problems_of_identifiers(entry: Entry, file: str, row: int) -> list[Problem]:
    problems = []
    for scheme, value in entry.identifiers:
        try:
            check_identifier(scheme, value, entry.country)
        except BadIdentifier as error:
            problems.append(Problem(file, row, scheme, str(error)))
    return problems


def _overlapping(roles: Sequence[Dated]) -> bool:
    """Whether two of the spans hold on one day, or one ends before it begins."""
    if any(one.since and one.until and one.until <= one.since for one in roles):
        return True
    ordered = sorted(roles, key=lambda one: one.since or date.min)
    return any((a.until or date.max) > (b.since or date.min) for a, b in pairwise(ordered))


def _organization(entry: Entry, custodian_id: UUID, at: datetime) -> Organization:
    if entry.organization_id:
        found: Organization | None = Organization.objects.filter(id=entry.organization_id).first()
        if found is None:
            raise NotFound()
        return found
    return Organization(**_record(entry), custodian_id=custodian_id, created_at=at)


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
    """Those who run the network and its new members see each other's record."""
    members = [m.organization_id for m in memberships if m.organization_id != operator_id]
    acquaint(
        network_id=network.id,
        pairs=[pair for member in members for pair in ((operator_id, member), (member, operator_id))],
    )
