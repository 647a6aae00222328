from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from hansa.activity.operations import record
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import current_scope
from hansa.organizations.models import ApiToken
from hansa.organizations.queries import hash_of
from hansa.organizations.rules import CAPABILITIES

# Scanners for leaked secrets look for this beginning; `prefix` shows it with six characters more.
BEGINNING = "hansa_"
SHOWN = len(BEGINNING) + 6
LONGEST_LIFE = timedelta(days=365)
TOUCHED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_api_token(
    *, name: str, capabilities: Sequence[str], expires_at: datetime, at: datetime
) -> tuple[ApiToken, str]:
    """Make a key for programs that acts for the acting organization within these capabilities.

    Returns the token and its secret (256 random bits), which is shown this once and kept as a hash. A token never
    allows more than its maker's roles do, dies with the maker's affiliation, and lives 365 days at most.
    """
    scope = current_scope()
    scope.require("tokens.manage")
    if scope.organization_id is None or scope.person_id is None:
        raise NotFound()
    wanted = _checked_token(name.strip(), capabilities, expires_at, at=at)
    if not set(wanted) <= scope.capabilities:
        raise NotAllowed("A token cannot allow more than your own roles do.")
    secret = BEGINNING + secrets.token_urlsafe(32)
    token = ApiToken(
        organization_id=scope.organization_id,
        person_id=scope.person_id,
        name=name.strip(),
        prefix=secret[:SHOWN],
        token_hash=hash_of(secret),
        capabilities=wanted,
        created_at=at,
        expires_at=expires_at,
    )
    token.save(force_insert=True)
    _record("made", token, at=at, capabilities=wanted, expires_at=expires_at.isoformat())
    return token, secret


@transaction.atomic
def revoke_api_token(*, token_id: UUID, at: datetime) -> ApiToken:
    """End a token of the acting organization; the next request with it is refused. Makers may end their own."""
    scope = current_scope()
    token: ApiToken | None = ApiToken.objects.select_for_update(of=("self",)).filter(pk=token_id).first()
    if token is None:
        raise NotFound()
    if token.person_id != scope.person_id:
        scope.require("tokens.manage")
    if token.revoked_at is not None:
        raise NotPossibleNow("This token is revoked already.")
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    _record("revoked", token, at=at)
    return token


@transaction.atomic
def touch_api_token(*, token_id: UUID, at: datetime) -> None:
    """Note that a token was used, at most once a minute. No event: reading changes nothing."""
    stale = Q(last_used_at=None) | Q(last_used_at__lte=at - TOUCHED_EVERY)
    ApiToken.objects.filter(stale, pk=token_id).update(last_used_at=at)


def _checked_token(name: str, capabilities: Sequence[str], expires_at: datetime, *, at: datetime) -> list[str]:
    problems = []
    if not 0 < len(name) <= 80 or not name.isprintable():
        problems.append(Problem("", 0, "name", "a name of 1 to 80 characters that says what uses the token"))
    if not capabilities or any(wanted not in CAPABILITIES for wanted in capabilities):
        problems.append(Problem("", 0, "capabilities", f"one or more of {', '.join(CAPABILITIES)}"))
    if not at < expires_at <= at + LONGEST_LIFE:
        problems.append(Problem("", 0, "expires_at", "a moment in the next 365 days"))
    if problems:
        raise Unprocessable("The token cannot be made like this.", problems=problems)
    return sorted(set(capabilities))


def _record(what: str, token: ApiToken, *, at: datetime, **facts: object) -> None:
    record(
        f"organizations.token.{what}",
        subject=token,
        at=at,
        parties=[token.organization_id],
        facts={"prefix": token.prefix, "maker": str(token.person_id), **facts},
        text={"name": token.name},
    )
