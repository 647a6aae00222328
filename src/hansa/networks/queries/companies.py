"""Companies that a network knows, or could come to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from uuid import UUID

from hansa.companies.rules import BadIdentifier, KnownCompany, Likeness, check_identifier, likely_duplicates
from hansa.networks.models import Membership, Network, Standing, State, Steward
from hansa.organizations.models import Identifier, Organization


def companies_like(*, name: str, country: str, identifiers: Sequence[tuple[str, str]]) -> list[Likeness]:
    """Organizations that the scope may see and that are probably the one described; bad identifiers count nothing."""
    asked = KnownCompany(None, name, country, identifiers=frozenset(_normal(identifiers, country)))
    owned: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
    for owner, scheme, value in Identifier.objects.values_list("organization_id", "scheme", "value"):
        owned[owner].add((scheme, value))
    known = [
        KnownCompany(key, name_, country_, city, postcode, frozenset(owned[key]))
        for key, name_, country_, city, postcode in Organization.objects.values_list(
            "id", "name", "country", "city", "postcode"
        )
    ]
    return likely_duplicates(asked, known)


def _normal(identifiers: Sequence[tuple[str, str]], country: str) -> list[tuple[str, str]]:
    found = []
    for scheme, text in identifiers:
        try:
            found.append((scheme, check_identifier(scheme, text, country)))
        except BadIdentifier:
            continue
    return found


def members_among(network: Network, organizations: Sequence[Hashable]) -> dict[str, Membership]:
    """The memberships of some organizations in a network, by the organization's id as text."""
    rows = Membership.objects.filter(network=network, organization_id__in=organizations)
    return {str(member.organization_id): member for member in rows}


def companies_outside(network: Network, text: str) -> list[Organization]:
    """Up to 20 organizations that the scope may see, whose name holds a text, and that are no members."""
    members = Membership.objects.filter(network=network).values("organization_id")
    rows = Organization.objects.filter(name__icontains=text).exclude(id__in=members)
    return list(rows.order_by("name", "id")[:20])


def distributors_of(network: Network) -> list[tuple[str, str]]:
    """Members that are an upstream of others, or of a type that says distributor: (partner number, name)."""
    named = Standing.objects.filter(network_id=network.id, upstream__isnull=False).values("upstream_id")
    typed = Standing.objects.filter(network_id=network.id, types__contains=["Distributor"]).values("organization_id")
    members = Membership.objects.filter(network=network)
    rows = (members.filter(organization_id__in=named) | members.filter(organization_id__in=typed)).distinct()
    return list(rows.order_by("organization__name", "id").values_list("number", "organization__name"))


def number_of(network: Network, organization_id: UUID) -> str:
    """The number by which a network knows an organization; empty where it is no member."""
    rows = Membership.objects.filter(network=network, organization_id=organization_id)
    return rows.values_list("number", flat=True).first() or ""


def counts_downstream(member: Membership) -> int:
    """How many members have named this one as their distributor."""
    rows = Standing.objects.filter(network_id=member.network_id, upstream_id=member.organization_id)
    return rows.values("membership_id").distinct().count()


def steward_candidates(network: Network) -> list[Membership]:
    """Active members of a peer network who are no stewards, by name."""
    serving = Steward.objects.filter(network=network, until_on=None).values("organization_id")
    rows = Membership.objects.filter(network=network, state=State.ACTIVE).exclude(organization_id__in=serving)
    return list(rows.select_related("organization").order_by("organization__name", "id")[:200])
