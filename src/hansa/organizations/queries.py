from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from hansa.companies.rules import KnownCompany, Likeness, likely_duplicates
from hansa.kit.failures import NotFound
from hansa.kit.scope import acting, current_scope, system
from hansa.organizations.models import Affiliation, ApiToken, Identifier, Invitation, Organization
from hansa.organizations.rules import capabilities_of
from hansa.people.queries import person_by_email

DEAD_LINK = "This invitation does not work any more. Ask for a new one."


@dataclass(frozen=True, slots=True)
class Offer:
    """An invitation as its reader sees it."""

    email: str
    organization: str
    sender: str
    roles: tuple[str, ...]
    expires_at: datetime
    account_id: UUID | None


def affiliations_of(person_id: UUID) -> list[Affiliation]:
    """A person's standing affiliations, oldest first; for sign-in, within the platform's own scope."""
    return list(
        Affiliation.objects.filter(person_id=person_id, ended_at=None, suspended_at=None)
        .select_related("organization")
        .order_by("joined_at", "id")
    )


def token_by_secret(secret: str, *, at: datetime) -> ApiToken | None:
    """The API token behind a secret if it may be used now: it stands, and so does its maker in the organization."""
    token: ApiToken | None = (
        ApiToken.objects.filter(token_hash=hash_of(secret), revoked_at=None, expires_at__gt=at)
        .select_related("person")
        .first()
    )
    if token is None or not token.person.is_active:
        return None
    standing = Affiliation.objects.filter(person_id=token.person_id, organization_id=token.organization_id)
    return token if standing.filter(ended_at=None, suspended_at=None).exists() else None


def capabilities_of_token(token: ApiToken) -> frozenset[str]:
    """What a token may do now: its list, within what its maker's roles still allow."""
    makers = affiliations_of(token.person_id)
    roles = [role for made in makers if made.organization_id == token.organization_id for role in made.roles]
    return capabilities_of(roles) & frozenset(token.capabilities)


def hash_of(secret: str) -> str:
    """What is stored of a token or an invitation: SHA-256 of its 256 random bits, hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def organization_by_code(code: str) -> Organization | None:
    """An organization that the scope may see, by its short code."""
    found: Organization | None = Organization.objects.filter(code=code).first()
    return found


def organization_with_identifiers(code: str) -> Organization:
    """An organization's record that the scope may see, its identifiers fetched; NotFound otherwise."""
    found: Organization | None = Organization.objects.filter(code=code).prefetch_related("identifiers").first()
    if found is None:
        raise NotFound()
    return found


def own_organization() -> Organization:
    """The record of the acting organization; NotFound for a person who acts for none."""
    found: Organization | None = (
        Organization.objects.filter(pk=current_scope().organization_id).prefetch_related("identifiers").first()
    )
    if found is None:
        raise NotFound()
    return found


def affiliation_in_organization(affiliation_id: UUID) -> Affiliation:
    """One of the acting organization's people who has not left; NotFound otherwise."""
    found: Affiliation | None = people_of_organization().filter(pk=affiliation_id).first()
    if found is None:
        raise NotFound()
    return found


def own_affiliation(organization_id: UUID) -> Affiliation:
    """The acting person's standing affiliation with an organization; NotFound where there is none."""
    found = [affiliation for affiliation in own_affiliations() if affiliation.organization_id == organization_id]
    if not found:
        raise NotFound()
    return found[0]


def own_affiliations() -> list[Affiliation]:
    """All organizations that the acting person may act for, oldest first."""
    person_id = current_scope().person_id
    with acting(system("listing the organizations that a person may act for")):
        return affiliations_of(person_id) if person_id else []


def people_of_organization() -> QuerySet[Affiliation]:
    """The acting organization's people who have not left, with their persons."""
    return Affiliation.objects.filter(ended_at=None).select_related("person").order_by("joined_at", "id")


def invitations_sent() -> QuerySet[Invitation]:
    """Invitations into the acting organization and those that it sent for others in its care, newest first.

    They name addresses: only for those who manage people.
    """
    current_scope().require("people.manage")
    return Invitation.objects.select_related("organization").order_by("-created_at", "-id")


def open_invitations(*, at: datetime) -> QuerySet[Invitation]:
    """Invitations that can still be accepted; only for those who manage people."""
    return invitations_sent().filter(accepted_at=None, withdrawn_at=None, expires_at__gt=at)


def api_tokens() -> QuerySet[ApiToken]:
    """The acting organization's API tokens, newest first; only for those who manage them."""
    current_scope().require("tokens.manage")
    return ApiToken.objects.select_related("person").order_by("-created_at", "-id")


def invitation_by_secret(secret: str, *, at: datetime) -> Invitation | None:
    """The invitation behind a link if it can still be accepted; within the platform's own scope."""
    found: Invitation | None = (
        Invitation.objects.filter(token_hash=hash_of(secret), accepted_at=None, withdrawn_at=None, expires_at__gt=at)
        .select_related("organization", "sender_organization")
        .first()
    )
    return found


def offer_behind(secret: str, *, at: datetime) -> Offer:
    """What the page of an invitation says; NotFound, in the same words, for any link that does not work."""
    with acting(system("showing an invitation to who holds its link")):
        invitation = invitation_by_secret(secret, at=at)
        if invitation is None:
            raise NotFound(DEAD_LINK)
        account = person_by_email(invitation.email)
        return Offer(
            email=invitation.email,
            organization=invitation.organization.name,
            sender=invitation.sender_organization.name,
            roles=tuple(invitation.roles),
            expires_at=invitation.expires_at,
            account_id=account.id if account else None,
        )


def duplicates_of(organization: Organization) -> tuple[Likeness, ...]:
    """Organizations that the scope may see and that are probably this one, with the reasons in words."""
    identifiers: dict[UUID, set[tuple[str, str]]] = {}
    for owner, scheme, value in Identifier.objects.values_list("organization_id", "scheme", "value"):
        identifiers.setdefault(owner, set()).add((scheme, value))
    known = [
        KnownCompany(key, name, country, city, postcode, frozenset(identifiers.get(key, ())))
        for key, name, country, city, postcode in Organization.objects.values_list(
            "id", "name", "country", "city", "postcode"
        )
    ]
    asked = next(company for company in known if company.id == organization.id)
    return tuple(likely_duplicates(asked, known))
