from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from hansa.kit.failures import NotFound
from hansa.kit.scope import Scope, acting, system
from hansa.networks.models import Membership, Network, Standing, Steward, on_day
from hansa.organizations.queries import affiliations_of
from hansa.organizations.rules import capabilities_of


def operated_by(organization_id: UUID, *, on: date) -> frozenset[UUID]:
    """Networks that an organization runs on a day, as operator or as elected steward; within the platform's own scope."""
    stewarded = Steward.objects.filter(organization_id=organization_id, elected_on__lte=on).filter(
        Q(until_on=None) | Q(until_on__gt=on)
    )
    run = Network.objects.filter(Q(operator_id=organization_id) | Q(id__in=stewarded.values("network_id")))
    return frozenset(run.values_list("id", flat=True))


def scope_of(*, organization_id: UUID, person_id: UUID, on: date) -> Scope:
    """What a person may do for an organization now: for jobs that were queued earlier and must respect later removals."""
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
