from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from hansa.activity.operations import make_signing_key, record
from hansa.kernel.money import known_currencies
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.ids import uuid7
from hansa.kit.scope import acting, current_scope
from hansa.networks.models import Kind, Membership, Network, Standing, State, Steward
from hansa.networks.rules import MEMBER_MAY, NEEDS_REASON, CannotPlace, Span, may_move, place
from hansa.organizations.models import Acquaintance, Organization


class MoveRefused(NotPossibleNow):
    """The membership's state does not allow this step."""

    title = "The membership cannot take this step"


@dataclass(frozen=True, slots=True)
class Role:
    """What a member is from a day on: partner types, tier, territory and upstream distributor."""

    types: tuple[str, ...]
    tier: str = ""
    territory: str = ""
    upstream_id: UUID | None = None
    reason: str = ""


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
    _check_new(slug, kind, currency)
    peer = kind == Kind.PEER
    network_id = uuid7()
    with acting(replace(scope, operates=scope.operates | {network_id})):
        network = Network(
            id=network_id,
            slug=slug,
            name=name,
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


def _check_new(slug: str, kind: str, currency: str) -> None:
    problems = []
    if kind not in Kind.values:
        problems.append(Problem("", 0, "kind", f"one of {', '.join(Kind.values)}"))
    if currency not in known_currencies():
        problems.append(Problem("", 0, "currency", "an ISO 4217 code such as EUR"))
    if not slug or Network.objects.filter(slug=slug).exists():
        problems.append(Problem("", 0, "slug", "a short name that no other network uses"))
    if problems:
        raise Unprocessable("The network cannot be founded like this.", problems=problems)


@transaction.atomic
def edit_network(*, network: Network, name: str, charter: str, accent: str, at: datetime) -> Network:
    """Change a network's name, charter and colour."""
    current_scope().require_operator(network.id, "networks.manage")
    locked = Network.objects.select_for_update(of=("self",)).get(id=network.id)
    locked.name, locked.charter, locked.accent = name, charter, accent
    locked.save(update_fields=["name", "charter", "accent"])
    record("networks.network.edited", subject=locked, at=at, network_id=locked.id, facts={"name": name})
    return locked


@transaction.atomic
def elect_steward(*, network: Network, organization: Organization, at: datetime) -> Steward:
    """Enter a steward of a peer network."""
    current_scope().require_operator(network.id, "networks.manage")
    if network.kind != Kind.PEER:
        raise NotPossibleNow("Only a peer-to-peer network has stewards.")
    steward: Steward = Steward.objects.create(network=network, organization=organization, elected_on=at.date())
    record("networks.steward.elected", subject=steward, at=at, network_id=network.id, parties=[organization.id])
    return steward


@transaction.atomic
def invite_member(
    *, network: Network, organization: Organization, number: str, role: Role, at: datetime, since: date | None = None
) -> Membership:
    """Invite an organization into a network under a number; it becomes active when it accepts."""
    current_scope().require_operator(network.id, "networks.manage")
    membership = _enter(network, organization, number, State.INVITED, at)
    _place_standing(membership, role, since, at)
    record(
        "networks.membership.invited",
        subject=membership,
        at=at,
        network_id=network.id,
        parties=[organization.id],
        facts={"number": number},
    )
    return membership


@transaction.atomic
def apply_for_membership(*, network: Network, number: str, at: datetime) -> Membership:
    """Apply to a network that the acting organization may see."""
    scope = current_scope()
    scope.require("networks.view")
    if scope.organization_id is None:
        raise NotFound()
    organization = Organization.objects.get(id=scope.organization_id)
    membership = _enter(network, organization, number, State.APPLIED, at)
    record(
        "networks.membership.applied",
        subject=membership,
        at=at,
        network_id=network.id,
        parties=[organization.id],
        facts={"number": number},
    )
    return membership


@transaction.atomic
def move_membership(*, membership: Membership, state: str, at: datetime, reason: str = "") -> Membership:
    """Take a membership to another state: the operator decides, a member answers an invitation or leaves."""
    scope = current_scope()
    locked = Membership.objects.select_for_update(of=("self",)).filter(id=membership.id).first()
    if locked is None:
        raise NotFound()
    before = locked.state
    if locked.network_id in scope.operates or scope.system:
        scope.require("networks.manage")
    elif locked.organization_id != scope.organization_id:
        raise NotFound()
    elif (before, state) not in MEMBER_MAY:
        raise NotAllowed("Only the network's operator decides this.")
    if not may_move(before, state):
        raise MoveRefused(f"A membership that is {State(before).label.lower()} cannot become {state.lower()}.")
    if state in NEEDS_REASON and not reason.strip():
        raise Unprocessable("Say why.", problems=[Problem("", 0, "reason", "a sentence that the member will read")])
    locked.state, locked.state_since, locked.state_reason = state, at, reason.strip()
    locked.save(update_fields=["state", "state_since", "state_reason"])
    record(
        "networks.membership.moved",
        subject=locked,
        at=at,
        network_id=locked.network_id,
        parties=[locked.organization_id],
        facts={"from": before, "to": state},
        text={"reason": reason} if reason else None,
    )
    return locked


@transaction.atomic
def set_standing(*, membership: Membership, role: Role, since: date | None, at: datetime) -> Standing:
    """Say what a member is from a day on (types, tier, territory, distributor); what was before stays as it was."""
    current_scope().require_operator(membership.network_id, "networks.manage")
    Membership.objects.select_for_update(of=("self",)).get(id=membership.id)
    standing = _place_standing(membership, role, since, at)
    record(
        "networks.standing.set",
        subject=membership,
        at=at,
        network_id=membership.network_id,
        parties=[membership.organization_id, *([role.upstream_id] if role.upstream_id else [])],
        facts={"types": list(role.types), "tier": role.tier, "territory": role.territory, "since": str(since or "")},
    )
    return standing


def _enter(network: Network, organization: Organization, number: str, state: State, at: datetime) -> Membership:
    number = number.strip()
    if not number or Membership.objects.filter(network=network, number=number).exists():
        raise Unprocessable(
            "The partner number cannot be used.", problems=[Problem("", 0, "number", "a number that nobody else has")]
        )
    if Membership.objects.filter(network=network, organization=organization).exists():
        raise NotPossibleNow(f"{organization.name} already has a membership in this network.")
    membership = Membership(network=network, organization=organization, number=number, state=state, state_since=at)
    membership.save(force_insert=True)
    if network.operator_id and network.id in current_scope().operates:
        acquaint(
            network_id=network.id,
            pairs=[(network.operator_id, organization.id), (organization.id, network.operator_id)],
        )
    return membership


def acquaint(*, network_id: UUID, pairs: Iterable[tuple[UUID, UUID]]) -> None:
    """Let the first of each pair see the second's record, because of this network."""
    Acquaintance.objects.bulk_create(
        [Acquaintance(viewer_id=viewer, subject_id=subject, network_id=network_id) for viewer, subject in pairs],
        ignore_conflicts=True,
    )


def _place_standing(membership: Membership, role: Role, since: date | None, at: datetime) -> Standing:
    stored = list(Standing.objects.filter(membership=membership))
    try:
        new, shortened, replaced = place([Span(s.valid_from, s.valid_until, s.id) for s in stored], since)
    except CannotPlace as error:
        raise Unprocessable(str(error), problems=[Problem("", 0, "since", "the day from which this holds")]) from error
    Standing.objects.filter(id__in=[span.key for span in replaced]).delete()
    for span in shortened:
        Standing.objects.filter(id=span.key).update(valid_until=span.until)
    standing = standing_row(membership, role, new, at)
    standing.save(force_insert=True)
    if role.upstream_id:
        both = [(role.upstream_id, membership.organization_id), (membership.organization_id, role.upstream_id)]
        acquaint(network_id=membership.network_id, pairs=both)
    return standing


def standing_row(membership: Membership, role: Role, span: Span, at: datetime) -> Standing:
    """An unsaved row of standing."""
    return Standing(
        membership=membership,
        network_id=membership.network_id,
        organization_id=membership.organization_id,
        types=list(role.types),
        tier=role.tier,
        territory=role.territory,
        upstream_id=role.upstream_id,
        valid_from=span.start,
        valid_until=span.until,
        reason=role.reason,
        recorded_at=at,
    )
