from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from hansa.kit.failures import NotFound
from hansa.kit.scope import Scope, acting, current_scope, system
from hansa.networks.models import Membership, Network, Standing, Steward, on_day
from hansa.networks.rules import OPEN_KINDS
from hansa.organizations.queries import affiliations_of
from hansa.organizations.rules import capabilities_of


def operated_by(organization_id: UUID, *, on: date) -> frozenset[UUID]:
    """Networks that an organization runs on a day, as operator or steward; within the platform's own scope."""
    stewarded = Steward.objects.filter(organization_id=organization_id, elected_on__lte=on).filter(
        Q(until_on=None) | Q(until_on__gt=on)
    )
    run = Network.objects.filter(Q(operator_id=organization_id) | Q(id__in=stewarded.values("network_id")))
    return frozenset(run.values_list("id", flat=True))


def scope_of(*, organization_id: UUID, person_id: UUID, on: date) -> Scope:
    """What a person may do for an organization now: jobs that were queued earlier must respect later removals."""
    with acting(system("taking up a queued job")):
        roles = [
            role
            for made in affiliations_of(person_id)
            if made.organization_id == organization_id
            for role in made.roles
        ]
        return Scope(organization_id, person_id, capabilities_of(roles), operated_by(organization_id, on=on))


def network_by_slug(slug: str) -> Network:
    """A network that the scope may see; NotFound otherwise."""
    network: Network | None = Network.objects.filter(slug=slug).select_related("operator").first()
    if network is None:
        raise NotFound()
    return network


def standings_on(network_id: UUID, day: date) -> QuerySet[Standing]:
    """What each member of a network is on a day, as far as the scope may see."""
    return Standing.objects.filter(on_day(day), network_id=network_id).select_related(
        "membership", "organization", "upstream"
    )


def membership_by_code(code: str) -> Membership:
    """A membership that the scope may see; NotFound otherwise."""
    found: Membership | None = Membership.objects.filter(code=code).select_related("organization", "network").first()
    if found is None:
        raise NotFound()
    return found


def networks_of_organization() -> QuerySet[Network]:
    """The networks that the acting organization runs or belongs to, by name."""
    return Network.objects.select_related("operator").order_by("name", "id")


def stewards_of(network: Network, *, on: date) -> QuerySet[Steward]:
    """Who stewards a peer network on a day, as far as the scope may see the organizations."""
    standing = Q(until_on=None) | Q(until_on__gt=on)
    return (
        Steward.objects.filter(standing, network=network, elected_on__lte=on)
        .select_related("organization")
        .order_by("elected_on", "id")
    )


def own_membership(network_id: UUID) -> Membership | None:
    """The acting organization's own membership in a network."""
    found: Membership | None = (
        Membership.objects.filter(network_id=network_id, organization_id=current_scope().organization_id)
        .select_related("organization", "network")
        .first()
    )
    return found


@dataclass(frozen=True, slots=True)
class OpenNetwork:
    """What a network that takes applications shows to everybody signed in."""

    id: UUID
    slug: str
    name: str
    kind: str
    charter: str


def open_networks() -> list[OpenNetwork]:
    """Networks of the open kinds to which the acting organization does not belong yet: peer networks, marketplaces."""
    current_scope().require("networks.view")
    known = set(Network.objects.values_list("id", flat=True))
    with acting(system("listing the networks that take applications")):
        found = Network.objects.filter(kind__in=OPEN_KINDS).order_by("name", "id")
        rows = list(found.values_list("id", "slug", "name", "kind", "charter")[:200])
    return [OpenNetwork(*row) for row in rows if row[0] not in known]


def open_network(slug: str) -> OpenNetwork:
    """A network that takes applications from the acting organization; NotFound otherwise."""
    for network in open_networks():
        if network.slug == slug:
            return network
    raise NotFound()
