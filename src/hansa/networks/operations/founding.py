"""Founding a network and changing what it says of itself."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from hansa.activity.operations import make_signing_key, record
from hansa.kernel.money import known_currencies
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotAllowed, NotPossibleNow, Unprocessable
from hansa.kit.ids import uuid7
from hansa.kit.scope import acting, current_scope, system
from hansa.networks.models import Kind, Membership, Network, State, Steward
from hansa.networks.rules import problems_of_network, problems_of_slug
from hansa.organizations.models import Organization
from hansa.ui import ACCENTS


@transaction.atomic
def create_network(
    *,
    slug: str,
    name: str,
    kind: str,
    currency: str,
    at: datetime,
    charter: str = "",
    accent: str = "baltic",
) -> Network:
    """Found a network: the acting organization operates it, or is the first steward of a peer network."""
    scope = current_scope()
    scope.require("networks.manage")
    if scope.organization_id is None:
        raise NotAllowed("Act for an organization to found a network.")
    _check_new(slug, name, kind, currency, charter, accent)
    peer = kind == Kind.PEER
    network_id = uuid7()
    with acting(replace(scope, operates=scope.operates | {network_id})):
        network = Network(
            id=network_id,
            slug=slug,
            name=name.strip(),
            kind=kind,
            operator_id=None if peer else scope.organization_id,
            charter=charter,
            currency=currency,
            accent=accent,
            created_at=at,
        )
        network.save(force_insert=True)
        if peer:
            Steward.objects.create(network=network, organization_id=scope.organization_id, elected_on=at.date())
        make_signing_key(network_id=network.id, at=at)
        record(
            "networks.network.founded",
            subject=network,
            at=at,
            network_id=network.id,
            facts={"kind": kind, "slug": slug},
        )
    return network


def _check_new(slug: str, name: str, kind: str, currency: str, charter: str, accent: str) -> None:
    problems = [
        *problems_of_slug(slug),
        *problems_of_network(name=name, charter=charter, accent=accent, accents=ACCENTS),
    ]
    if kind not in Kind.values:
        problems.append(Problem("", 0, "kind", f"one of {', '.join(Kind.values)}"))
    if currency not in known_currencies():
        problems.append(Problem("", 0, "currency", "an ISO 4217 code such as EUR"))
    with acting(system("making sure that an address is free")):
        if Network.objects.filter(slug=slug).exists():
            problems.append(Problem("", 0, "slug", "a short name that no other network uses"))
    if problems:
        raise Unprocessable("The network cannot be founded like this.", problems=problems)


@transaction.atomic
def edit_network(*, network: Network, name: str, charter: str, accent: str, at: datetime) -> Network:
    """Change a network's name, charter and colour; without a difference nothing happens."""
    current_scope().require_operator(network.id, "networks.manage")
    problems = problems_of_network(name=name, charter=charter, accent=accent, accents=ACCENTS)
    if problems:
        raise Unprocessable("The network cannot be kept like this.", problems=problems)
    locked: Network = Network.objects.select_for_update(of=("self",)).get(id=network.id)
    wanted = {"name": name.strip(), "charter": charter, "accent": accent}
    changed = {field: value for field, value in wanted.items() if getattr(locked, field) != value}
    if not changed:
        return locked
    for field, value in changed.items():
        setattr(locked, field, value)
    locked.save(update_fields=list(changed))
    facts = {"changed": sorted(changed), "charter_sha256": hashlib.sha256(charter.encode()).hexdigest()}
    record("networks.network.edited", subject=locked, at=at, network_id=locked.id, facts=facts)
    return locked


@transaction.atomic
def elect_steward(*, network: Network, organization: Organization, at: datetime) -> Steward:
    """Enter a member of a peer network as steward; the members have voted."""
    current_scope().require_operator(network.id, "networks.manage")
    if network.kind != Kind.PEER:
        raise NotPossibleNow("Only a peer-to-peer network has stewards.")
    Network.objects.select_for_update(of=("self",)).get(id=network.id)
    if not Membership.objects.filter(network=network, organization=organization, state=State.ACTIVE).exists():
        raise Unprocessable(
            "Only an active member can become a steward.",
            problems=[Problem("", 0, "organization", "an active member of this network")],
        )
    if Steward.objects.filter(network=network, organization=organization, until_on=None).exists():
        raise NotPossibleNow(f"{organization.name} is a steward already.")
    steward: Steward = Steward.objects.create(network=network, organization=organization, elected_on=at.date())
    record("networks.steward.elected", subject=steward, at=at, network_id=network.id, parties=[organization.id])
    return steward
