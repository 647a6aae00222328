from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from hansa.activity.operations import record
from hansa.companies.operations import let_read, stop_reading
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.ids import short_code
from hansa.kit.scope import acting, current_scope, system
from hansa.networks.models import Membership, Network, Standing, State
from hansa.networks.operations.founding import create_network, edit_network, elect_steward
from hansa.networks.queries import open_network
from hansa.networks.rules import NEEDS_REASON, CannotPlace, Span, may_move, moves_for, place, problems_of_role
from hansa.organizations.models import Acquaintance, Organization

__all__ = [
    "MoveRefused",
    "Role",
    "acquaint",
    "apply_for_membership",
    "create_network",
    "edit_network",
    "elect_steward",
    "invite_member",
    "move_membership",
    "set_standing",
    "standing_row",
]
LONGEST_NUMBER, LONGEST_REASON = 60, 300


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
def invite_member(
    *, network: Network, organization: Organization, number: str, role: Role, at: datetime, since: date | None = None
) -> Membership:
    """Invite an organization into a network under a number; it becomes active when it accepts."""
    current_scope().require_operator(network.id, "networks.manage")
    _check_role(network.id, organization.id, role)
    membership = _enter(network.id, organization, number, State.INVITED, at)
    _place_standing(membership, role, since, at)
    acquaint(network_id=network.id, pairs=_both_ways(current_scope().organization_id, organization.id))
    record(
        "networks.membership.invited",
        subject=membership,
        at=at,
        network_id=network.id,
        parties=[organization.id],
        facts={"number": number.strip()},
    )
    return membership


@transaction.atomic
def apply_for_membership(*, slug: str, at: datetime, message: str = "") -> Membership:
    """Apply to a network that takes applications (peer networks and marketplaces); it decides.

    The applicant's record becomes visible to those who run the network, and theirs to the applicant. The membership
    gets a number of its own.
    """
    scope = current_scope()
    scope.require("organization.edit")
    organization: Organization | None = Organization.objects.filter(id=scope.organization_id).first()
    if organization is None:
        raise NotFound()
    wanted = open_network(slug)
    if len(message) > LONGEST_REASON or "\x00" in message:
        expected = f"up to {LONGEST_REASON} characters"
        raise Unprocessable("The message is too long.", problems=[Problem("", 0, "message", expected)])
    membership = _enter(wanted.id, organization, f"A-{short_code()}", State.APPLIED, at)
    with acting(system("introducing an applicant to those who decide")):
        network = Network.objects.get(id=wanted.id)
        stewards = list(network.stewards.values_list("organization_id", flat=True))
        deciding = [network.operator_id] if network.operator_id else stewards
        pairs = [pair for one in deciding for pair in _both_ways(one, organization.id)]
        acquaint(network_id=wanted.id, pairs=pairs)
    record(
        "networks.membership.applied",
        subject=membership,
        at=at,
        network_id=wanted.id,
        parties=[organization.id],
        facts={"number": membership.number},
        text={"message": message.strip()} if message.strip() else None,
    )
    return membership


@transaction.atomic
def move_membership(*, membership: Membership, state: str, at: datetime, reason: str = "") -> Membership:
    """Take a membership to another state: the operator decides, a member answers, leaves or applies again.

    Who runs the network cannot accept in the name of an organization that has people of its own.
    """
    scope = current_scope()
    locked: Membership | None = Membership.objects.select_for_update(of=("self",)).filter(id=membership.id).first()
    if locked is None:
        raise NotFound()
    operator = locked.network_id in scope.operates or bool(scope.system)
    member = locked.organization_id == scope.organization_id
    if not operator and not member:
        raise NotFound()
    scope.require("networks.manage" if operator else "organization.edit")
    before, reason = locked.state, reason.strip()
    if not may_move(before, state):
        wanted = State(state).label.lower() if state in State.values else "that"
        raise MoveRefused(f"A membership that is {State(before).label.lower()} cannot become {wanted}.")
    if state not in moves_for(before, operator=operator, member=member, in_care=_in_care(locked)):
        raise NotAllowed("Only the other side can take this step.")
    if (state in NEEDS_REASON and not reason) or len(reason) > LONGEST_REASON or "\x00" in reason:
        expected = f"a sentence of up to {LONGEST_REASON} characters that the other side will read"
        raise Unprocessable("Say why.", problems=[Problem("", 0, "reason", expected)])
    locked.state, locked.state_since, locked.state_reason = state, at, reason
    locked.save(update_fields=["state", "state_since", "state_reason"])
    if state == State.ACTIVE:
        let_read(space=locked.network_id, organization_ids=[locked.organization_id])
    elif before == State.ACTIVE:
        stop_reading(space=locked.network_id, organization_id=locked.organization_id)
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


def _in_care(membership: Membership) -> bool:
    return Organization.objects.filter(
        id=membership.organization_id, custodian_id=current_scope().organization_id, custodian__isnull=False
    ).exists()


@transaction.atomic
def set_standing(*, membership: Membership, role: Role, since: date | None, at: datetime) -> Standing:
    """Say what a member is from a day on (types, tier, territory, distributor); what was before stays as it was."""
    current_scope().require_operator(membership.network_id, "networks.manage")
    Membership.objects.select_for_update(of=("self",)).get(id=membership.id)
    _check_role(membership.network_id, membership.organization_id, role)
    standing = _place_standing(membership, role, since, at)
    record(
        "networks.standing.set",
        subject=membership,
        at=at,
        network_id=membership.network_id,
        parties=[membership.organization_id, *([role.upstream_id] if role.upstream_id else [])],
        facts={"types": list(role.types), "tier": role.tier, "territory": role.territory, "since": str(since or "")},
        text={"reason": role.reason} if role.reason else None,
    )
    return standing


def _check_role(network_id: UUID, organization_id: UUID, role: Role) -> None:
    """A distributor is another member of the same network: whoever is named here gets to see the partner's record."""
    problems = problems_of_role(types=role.types, tier=role.tier, territory=role.territory, reason=role.reason)
    if role.upstream_id:
        members = Membership.objects.filter(network_id=network_id, organization_id=role.upstream_id)
        if role.upstream_id == organization_id or not members.exists():
            problems.append(Problem("", 0, "upstream", "another member of this network"))
    if problems:
        raise Unprocessable("The partner cannot be entered like this.", problems=problems)


def _enter(network_id: UUID, organization: Organization, number: str, state: State, at: datetime) -> Membership:
    number = number.strip()
    with connection.cursor() as cursor:  # two entries at once must not both find a number free
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"hansa.members.{network_id}"])
    members = Membership.objects.filter(network_id=network_id)
    if not number or len(number) > LONGEST_NUMBER or not number.isprintable() or members.filter(number=number).exists():
        raise Unprocessable(
            "The partner number cannot be used.",
            problems=[Problem("", 0, "number", f"a number of up to {LONGEST_NUMBER} signs that nobody else has")],
        )
    if members.filter(organization=organization).exists():
        raise NotPossibleNow(f"{organization.name} already has a membership in this network.")
    membership = Membership(
        network_id=network_id, organization=organization, number=number, state=state, state_since=at
    )
    membership.save(force_insert=True)
    return membership


def _both_ways(one: UUID | None, other: UUID) -> list[tuple[UUID, UUID]]:
    return [(one, other), (other, one)] if one and one != other else []


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
        pairs = _both_ways(role.upstream_id, membership.organization_id)
        acquaint(network_id=membership.network_id, pairs=pairs)
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
