"""Organizations and persons of a demo, entered by the platform itself; everything after is done by these persons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password

from hansa.kit.scope import Scope, acting, system
from hansa.networks.queries import scope_of
from hansa.organizations.models import Affiliation, Identifier, Organization
from hansa.people.models import Person


@dataclass(frozen=True, slots=True)
class Login:
    """A person of the demo: name, e-mail address, the key of its organization, and its roles there."""

    name: str
    email: str
    organization: str
    roles: tuple[str, ...]


def enter_organization(record: Mapping[str, str], identifiers: Mapping[str, str], at: datetime) -> Organization:
    """Make an organization of the demo."""
    with acting(system("building the demo")):
        organization: Organization = Organization.objects.create(created_at=at, **record)
        Identifier.objects.bulk_create(
            Identifier(organization=organization, scheme=scheme.upper(), value=value)
            for scheme, value in identifiers.items()
        )
    return organization


def enter_persons(
    logins: Iterable[Login], organizations: Mapping[str, UUID], password: str, at: datetime
) -> dict[str, UUID]:
    """Make the persons of the demo, all with one stated password; returns e-mail address -> id."""
    hashed = make_password(password)
    with acting(system("building the demo")):
        entered = {}
        for login in logins:
            person = Person(email=login.email.lower(), name=login.name, password=hashed)
            person.save(force_insert=True)
            Affiliation.objects.create(
                person=person,
                organization_id=organizations[login.organization],
                roles=list(login.roles),
                joined_at=at,
            )
            entered[login.email] = person.id
    return entered


def builder(organization_id: UUID, person_id: UUID | None, at: datetime) -> Scope:
    """The scope in which an operator's world is built: the person's own, allowed to see every organization of the demo."""
    if person_id is None:
        return Scope(organization_id=organization_id, system="building the demo")
    own = scope_of(organization_id=organization_id, person_id=person_id, on=at.date())
    return replace(own, system="building the demo")
