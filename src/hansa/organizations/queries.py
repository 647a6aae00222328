from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from hansa.organizations.models import Affiliation, ApiToken, Organization
from hansa.organizations.rules import capabilities_of


def affiliations_of(person_id: UUID) -> list[Affiliation]:
    """A person's standing affiliations, oldest first; for sign-in, within the platform's own scope."""
    return list(
        Affiliation.objects.filter(person_id=person_id, ended_at=None, suspended_at=None)
        .select_related("organization")
        .order_by("joined_at", "id")
    )


def token_by_secret(secret: str, *, at: datetime) -> ApiToken | None:
    """The API token behind a secret if it may be used at this moment."""
    token: ApiToken | None = (
        ApiToken.objects.filter(token_hash=hash_of(secret), revoked_at=None, expires_at__gt=at)
        .select_related("person")
        .first()
    )
    return token if token is not None and token.person.is_active else None


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
