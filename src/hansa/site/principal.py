"""Who is behind a request: a signed-in person acting for one of its organizations, or an API token."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from hansa.kit.failures import Failure
from hansa.kit.scope import NOBODY, Scope, acting, system
from hansa.networks.models import Network
from hansa.networks.queries import operated_by
from hansa.organizations import queries as organizations
from hansa.organizations.operations import touch_api_token
from hansa.organizations.rules import ACTING_KEY, capabilities_of

NETWORK_KEY = "network"


class NotSignedIn(Failure):
    """The token is unknown, expired or revoked."""

    status = 401
    title = "Sign in first"


def scope_of(request: HttpRequest) -> Scope:
    """The scope of a request; an anonymous one sees nothing."""
    header = request.headers.get("Authorization", "")
    with acting(system("finding out who asks")):
        if header:
            return _scope_of_token(request, header)
        if not request.user.is_authenticated:
            return NOBODY
        return _scope_of_person(request)


def scope_for(*, organization_id: UUID, person_id: UUID | None, capabilities: frozenset[str]) -> Scope:
    """A scope with the networks that the organization runs. Call within the platform's own scope."""
    return Scope(
        organization_id=organization_id,
        person_id=person_id,
        capabilities=capabilities,
        operates=operated_by(organization_id, on=timezone.now().date()),
    )


def current_network(request: HttpRequest) -> Network | None:
    """The network of the page: named in the address, else the one last looked at, else the first that may be seen."""
    match = request.resolver_match
    slug = (match.kwargs.get("slug") if match else None) or request.session.get(NETWORK_KEY)
    networks = Network.objects.order_by("created_at", "id")
    found: Network | None = (networks.filter(slug=slug).first() if slug else None) or networks.first()
    if found is not None and request.session.get(NETWORK_KEY) != found.slug:
        request.session[NETWORK_KEY] = found.slug
    return found


def _scope_of_token(request: HttpRequest, header: str) -> Scope:
    kind, _, secret = header.partition(" ")
    token = organizations.token_by_secret(secret.strip(), at=timezone.now()) if kind.lower() == "bearer" else None
    if token is None:
        raise NotSignedIn("The API token is unknown, expired or revoked.")
    request.token = token  # type: ignore[attr-defined]
    touch_api_token(token_id=token.id, at=timezone.now())
    return scope_for(
        organization_id=token.organization_id,
        person_id=token.person_id,
        capabilities=organizations.capabilities_of_token(token),
    )


def _scope_of_person(request: HttpRequest) -> Scope:
    person_id: UUID = UUID(str(request.user.pk))
    affiliations = organizations.affiliations_of(person_id)
    chosen = request.session.get(ACTING_KEY)
    standing = {str(a.organization_id): a for a in affiliations}
    current = standing.get(chosen) if chosen else next(iter(affiliations), None)
    request.affiliations = affiliations  # type: ignore[attr-defined]
    request.affiliation = current  # type: ignore[attr-defined]
    if current is None:
        return Scope(person_id=person_id)
    return scope_for(
        organization_id=current.organization_id, person_id=person_id, capabilities=capabilities_of(current.roles)
    )
