from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from hansa.activity.operations import record
from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import current_scope
from hansa.organizations.models import Affiliation, ApiToken, Organization
from hansa.organizations.operations.records import require_platform
from hansa.organizations.rules import is_above, keeper_lost, problems_of_roles


@transaction.atomic
def affiliate(*, person_id: UUID, organization_id: UUID, roles: Sequence[str], at: datetime) -> Affiliation:
    """Give a person roles in an organization without an invitation: the platform's own way (demo, import)."""
    require_platform()
    affiliation = begin_affiliation(person_id=person_id, organization_id=organization_id, roles=roles, at=at)
    _record("made", affiliation, at=at, roles=sorted(affiliation.roles))
    return affiliation


@transaction.atomic
def set_roles(*, affiliation_id: UUID, roles: Sequence[str], at: datetime) -> Affiliation:
    """Change a person's roles in the acting organization, effective on the person's next request.

    Nobody gives or takes roles above the own (403); the last owner stays one (409).
    """
    affiliation = _affiliation_to_change(affiliation_id)
    wanted = checked_roles(roles)
    if is_above(wanted, current_scope().capabilities) and not current_scope().system:
        raise NotAllowed("You cannot give roles that allow more than your own.")
    if wanted == sorted(affiliation.roles):
        return affiliation
    _refuse_to_lose_keeper(affiliation, roles_after=wanted)
    before, affiliation.roles = affiliation.roles, wanted
    affiliation.save(update_fields=["roles"])
    _record("roles_set", affiliation, at=at, roles=wanted, before=sorted(before))
    return affiliation


@transaction.atomic
def suspend_affiliation(*, affiliation_id: UUID, at: datetime) -> Affiliation:
    """Bar a person from the acting organization until resumed; their API tokens for it are revoked for good."""
    affiliation = _affiliation_to_change(affiliation_id)
    if affiliation.suspended_at is not None:
        raise NotPossibleNow("This person is suspended already.")
    _refuse_to_lose_keeper(affiliation, roles_after=None)
    affiliation.suspended_at = at
    affiliation.save(update_fields=["suspended_at"])
    _record("suspended", affiliation, at=at, tokens_revoked=_revoke_tokens(affiliation, at=at))
    return affiliation


@transaction.atomic
def resume_affiliation(*, affiliation_id: UUID, at: datetime) -> Affiliation:
    """Let a suspended person act again, with the roles of before. Revoked tokens stay revoked."""
    affiliation = _affiliation_to_change(affiliation_id)
    if affiliation.suspended_at is None:
        raise NotPossibleNow("This person is not suspended.")
    affiliation.suspended_at = None
    affiliation.save(update_fields=["suspended_at"])
    _record("resumed", affiliation, at=at)
    return affiliation


@transaction.atomic
def end_affiliation(*, affiliation_id: UUID, at: datetime) -> Affiliation:
    """Let a person go, or leave oneself; effective on the next request, and their API tokens are revoked."""
    affiliation = _affiliation_to_change(affiliation_id, may_be_own=True)
    _refuse_to_lose_keeper(affiliation, roles_after=None)
    affiliation.ended_at = at
    affiliation.save(update_fields=["ended_at"])
    _record("ended", affiliation, at=at, tokens_revoked=_revoke_tokens(affiliation, at=at))
    return affiliation


def begin_affiliation(*, person_id: UUID, organization_id: UUID, roles: Sequence[str], at: datetime) -> Affiliation:
    """Write a person's affiliation; part of the operation that calls it, which records the event."""
    wanted = checked_roles(roles)
    Organization.objects.select_for_update().filter(pk=organization_id).first()
    if Affiliation.objects.filter(person_id=person_id, organization_id=organization_id, ended_at=None).exists():
        raise NotPossibleNow("This person belongs to the organization already.")
    affiliation = Affiliation(person_id=person_id, organization_id=organization_id, roles=wanted, joined_at=at)
    affiliation.save(force_insert=True)
    return affiliation


def checked_roles(roles: Sequence[str]) -> list[str]:
    """The roles sorted, each once; Unprocessable when there is none or one is unknown."""
    problems = problems_of_roles(roles)
    if problems:
        raise Unprocessable("These are not roles.", problems=problems)
    return sorted(set(roles))


def _affiliation_to_change(affiliation_id: UUID, *, may_be_own: bool = False) -> Affiliation:
    scope = current_scope()
    known = Affiliation.objects.filter(pk=affiliation_id, ended_at=None).values_list("organization_id", flat=True)
    organization_id = known.first()
    if organization_id is None:
        raise NotFound()
    # The organization's row is the lock: two owners who demote each other at once must not both succeed.
    Organization.objects.select_for_update().get(pk=organization_id)
    affiliation = Affiliation.objects.select_related("person").filter(pk=affiliation_id, ended_at=None).first()
    if affiliation is None:
        raise NotFound()
    own = may_be_own and affiliation.person_id == scope.person_id
    if not own:
        scope.require("people.manage")
    if not own and not scope.system and is_above(affiliation.roles, scope.capabilities):
        raise NotAllowed("This person's roles allow more than your own.")
    found: Affiliation = affiliation
    return found


def _refuse_to_lose_keeper(affiliation: Affiliation, *, roles_after: list[str] | None) -> None:
    standing = Affiliation.objects.filter(organization_id=affiliation.organization_id, ended_at=None, suspended_at=None)
    before = dict(standing.values_list("id", "roles"))
    after = {key: roles for key, roles in before.items() if key != affiliation.id}
    if roles_after is not None and affiliation.id in before:
        after[affiliation.id] = roles_after
    if lost := keeper_lost(before.values(), after.values()):
        raise NotPossibleNow(f"The organization would lose {lost}. Give somebody else the role first.")


def _revoke_tokens(affiliation: Affiliation, *, at: datetime) -> int:
    tokens = ApiToken.objects.filter(
        organization_id=affiliation.organization_id, person_id=affiliation.person_id, revoked_at=None
    )
    return int(tokens.update(revoked_at=at))


def _record(what: str, affiliation: Affiliation, *, at: datetime, **facts: object) -> None:
    record(
        f"organizations.affiliation.{what}",
        subject=affiliation,
        at=at,
        parties=[affiliation.organization_id],
        facts={"person": str(affiliation.person_id), **facts},
        text={"name": affiliation.person.name, "email": affiliation.person.email},
    )
