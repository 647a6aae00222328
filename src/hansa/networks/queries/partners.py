"""The members of a network as a list: searched, filtered, counted, exported, compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import combinations
from typing import cast
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from hansa.companies.rules import KnownCompany, duplicate_reasons, name_key
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotFound, Unprocessable
from hansa.networks.models import Membership, Network, Standing, State, on_day
from hansa.organizations.models import Identifier

SORTS: dict[str, tuple[str, ...]] = {
    "name": ("organization__name", "id"),
    "-name": ("-organization__name", "-id"),
    "number": ("number", "id"),
    "-number": ("-number", "-id"),
    "since": ("state_since", "id"),
    "-since": ("-state_since", "-id"),
}
EXPORT_COLUMNS = (
    "number", "name", "state", "state_since", "types", "tier", "territory", "distributor", "country", "region", "city",
    "postcode", "street", "website", "phone",
)  # fmt: skip
LARGEST_GROUP = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which members are asked for; what is empty matches all. `upstream` is a distributor's partner number."""

    q: str = ""
    state: str = ""
    type: str = ""
    tier: str = ""
    territory: str = ""
    upstream: str = ""

    def set_fields(self) -> dict[str, str]:
        """The filters that are set, by name."""
        return {each.name: getattr(self, each.name) for each in fields(self) if getattr(self, each.name)}


@dataclass(slots=True)
class Choices:
    """The words that the members' standings of a day hold, sorted; `upstreams` are (partner number, name)."""

    types: list[str] = field(default_factory=list)
    tiers: list[str] = field(default_factory=list)
    territories: list[str] = field(default_factory=list)
    upstreams: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Likely:
    """Two members that are probably one company, with the reasons in words."""

    first: Membership
    second: Membership
    reasons: tuple[str, ...]


def partners(network: Network, wanted: Wanted, *, day: date) -> QuerySet[Membership]:
    """Members as `wanted`, each with `current`: its standing on a day as a list of at most one."""
    rows = Membership.objects.filter(_condition(network, wanted, day), network=network).select_related("organization")
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    current = Standing.objects.filter(on_day(day)).select_related("upstream")
    return cast("QuerySet[Membership]", rows.prefetch_related(Prefetch("standings", current, to_attr="current")))


def _condition(network: Network, wanted: Wanted, day: date) -> Q:
    """What is wanted besides the state."""
    condition = Q()
    if wanted.q:
        condition &= Q(organization__name__icontains=wanted.q) | Q(number__icontains=wanted.q)
    said = {"types__contains": [wanted.type] if wanted.type else None, "tier": wanted.tier}
    said |= {"territory": wanted.territory}
    standing = Q(**{name: value for name, value in said.items() if value})
    if wanted.upstream:
        named = Membership.objects.filter(network=network, number=wanted.upstream)
        standing &= Q(upstream_id__in=named.values("organization_id"))
    if standing:
        condition &= Q(Exists(Standing.objects.filter(on_day(day), standing, membership_id=OuterRef("pk"))))
    return condition


@dataclass(frozen=True, slots=True)
class Counted:
    """How many members there are in a state, and how many of them fit the filters."""

    all: int
    fit: int


def counts_by_state(network: Network, wanted: Wanted | None = None, *, day: date | None = None) -> dict[str, Counted]:
    """Members of a network by state, counted once in all and once as filtered (the state itself left out)."""
    fit = _condition(network, wanted, day or date.max) if wanted else Q()
    rows = Membership.objects.filter(network=network).order_by().values("state")
    counted = rows.annotate(everyone=Count("id"), fitting=Count("id", filter=fit) if fit else Count("id"))
    return {row["state"]: Counted(row["everyone"], row["fitting"]) for row in counted}


def choices_of(network: Network, *, day: date) -> Choices:
    """What a network's members can be filtered by."""
    rows = Standing.objects.filter(on_day(day), network_id=network.id).order_by()
    numbered = Membership.objects.filter(network=network, organization_id=OuterRef("upstream_id")).values("number")[:1]
    rows = rows.annotate(upstream_number=Subquery(numbered))
    seen = list(rows.values_list("types", "tier", "territory", "upstream_number", "upstream__name").distinct())
    return Choices(
        types=sorted({kind for types, *_ in seen for kind in types}),
        tiers=sorted({tier for _, tier, *_ in seen if tier}),
        territories=sorted({territory for _, _, territory, *_ in seen if territory}),
        upstreams=sorted({(number, name) for *_, number, name in seen if number}, key=lambda pair: pair[1]),
    )


def words_in_use(network: Network) -> dict[str, set[str]]:
    """Every partner type, tier and territory that a standing of the network has ever held."""
    rows = (
        Standing.objects.filter(network_id=network.id).order_by().values_list("types", "tier", "territory").distinct()
    )
    words: dict[str, set[str]] = {"types": set(), "tier": set(), "territory": set()}
    for types, tier, territory in rows:
        words["types"].update(types)
        words["tier"].add(tier)
        words["territory"].add(territory)
    return {kind: found - {""} for kind, found in words.items()}


def partner_of(slug: str, code: str) -> Membership:
    """A membership of the network in the address that the scope may see; NotFound otherwise."""
    found: Membership | None = (
        Membership.objects.filter(code=code, network__slug=slug)
        .select_related("organization", "network", "network__operator")
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def organization_numbered(network: Network, number: str) -> UUID:
    """The organization that a network knows by a partner number; Unprocessable where there is none."""
    found = Membership.objects.filter(network=network, number=number).values_list("organization_id", flat=True).first()
    if found is None:
        expected = "the number of a member of this network"
        raise Unprocessable("The distributor is not known.", problems=[Problem("", 0, "distributor", expected)])
    return cast(UUID, found)


def standings_of(membership: Membership) -> list[Standing]:
    """What a member was, is and will be, the latest first, as far as the scope may see."""
    rows = Standing.objects.filter(membership=membership).select_related("upstream")
    return sorted(rows, key=lambda row: row.valid_from or date.min, reverse=True)


def export_rows(rows: Iterable[Membership]) -> Iterator[dict[str, str]]:
    """Members with `current` as plain text under EXPORT_COLUMNS."""
    for member in rows:
        current: list[Standing] = member.current  # type: ignore[attr-defined]
        standing = current[0] if current else None
        organization = member.organization
        yield {
            "number": member.number,
            "state": member.state.lower(),
            "state_since": member.state_since.date().isoformat(),
            "types": "|".join(standing.types) if standing else "",
            "tier": standing.tier if standing else "",
            "territory": standing.territory if standing else "",
            "distributor": standing.upstream.name if standing and standing.upstream else "",
            **{
                name: getattr(organization, name)
                for name in ("name", "country", "region", "city", "postcode", "street", "website", "phone")
            },
        }


def duplicates_in(network: Network) -> list[Likely]:
    """Pairs of members that are probably one company, those with most reasons first.

    Compared are those that share a name but for its spelling, or an identifier.
    """
    members = list(Membership.objects.filter(network=network).select_related("organization").order_by("number"))
    identifiers: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
    owned = Identifier.objects.filter(organization__memberships__network=network).values_list(
        "organization_id", "scheme", "value"
    )
    groups: dict[object, list[Membership]] = defaultdict(list)
    by_organization = {member.organization_id: member for member in members}
    for owner, scheme, value in owned:
        identifiers[owner].add((scheme, value))
        groups[scheme, value].append(by_organization[owner])
    for member in members:
        groups[name_key(member.organization.name)].append(member)
    pairs = {
        pair
        for group in groups.values()
        if len(group) <= LARGEST_GROUP
        for pair in combinations(sorted(group, key=lambda member: member.number), 2)
    }
    found = [Likely(a, b, duplicate_reasons(_known(a, identifiers), _known(b, identifiers))) for a, b in pairs]
    return sorted((pair for pair in found if pair.reasons), key=lambda p: (-len(p.reasons), p.first.number))


def _known(member: Membership, identifiers: dict[UUID, set[tuple[str, str]]]) -> KnownCompany:
    company = member.organization
    return KnownCompany(
        member.id, company.name, company.country, company.city, company.postcode, frozenset(identifiers[company.id])
    )


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody to whom those who run a network may give something: their direct sales under an empty number, or a member."""

    number: str
    organization_id: UUID
    name: str


def possible_holders(network: Network, direct_id: UUID | None) -> list[Holder]:
    """The direct sales of `direct_id` first, then the network's active members by name."""
    members = Membership.objects.filter(network=network, state=State.ACTIVE).select_related("organization")
    rows = members.exclude(organization_id=direct_id).order_by("organization__name", "id")
    direct = [Holder("", direct_id, "")] if direct_id else []
    return direct + [Holder(row.number, row.organization_id, row.organization.name) for row in rows]
