"""Two companies and their people, as small as the tests of this module need them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace

from django.http import HttpResponse

from hansa.activity.models import Event
from hansa.kit.scope import Scope, acting, system
from hansa.organizations.models import Affiliation, Organization
from hansa.organizations.operations import affiliate, create_organization
from hansa.organizations.rules import capabilities_of
from hansa.people.operations import open_account

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PASSWORD = "seven tall ships"
ROLES = {
    "anna": ("nordwind", ["owner"]),
    "milo": ("nordwind", ["program_manager"]),
    "paula": ("nordwind", ["principal"]),
    "rita": ("nordwind", ["rep"]),
    "oskar": ("rival", ["owner"]),
}


@dataclass(frozen=True, slots=True)
class Story:
    """Nordwind with an owner (anna), a program manager (milo), a principal (paula), a rep (rita); the rival's oskar."""

    nordwind: Organization
    rival: Organization
    people: SimpleNamespace
    affiliations: SimpleNamespace

    def scope(self, who: str, **changes: object) -> Scope:
        """What `who` acts with."""
        affiliation = getattr(self.affiliations, who)
        values = {
            "organization_id": affiliation.organization_id,
            "person_id": affiliation.person_id,
            "capabilities": capabilities_of(affiliation.roles),
        }
        return Scope(**{**values, **changes})


def tell() -> Story:
    """Write the story's rows."""
    with acting(system("a story for tests")):
        companies = {
            "nordwind": create_organization(at=NOW, values={"name": "Nordwind", "country": "DE"}).organization,
            "rival": create_organization(at=NOW, values={"name": "Rival", "country": "DE"}).organization,
        }
        people, affiliations = SimpleNamespace(), SimpleNamespace()
        for who, (company, roles) in ROLES.items():
            person = open_account(email=f"{who}@{company}.example", name=who.title(), password=PASSWORD)
            setattr(people, who, person)
            joined = affiliate(person_id=person.id, organization_id=companies[company].id, roles=roles, at=NOW)
            setattr(affiliations, who, joined)
        return Story(companies["nordwind"], companies["rival"], people, affiliations)


def events_since(count: int) -> list[tuple[str, dict[str, object]]]:
    """Kind and facts of the events after the first `count`."""
    with acting(system("reading what happened")):
        return list(Event.objects.order_by("at", "id").values_list("kind", "facts"))[count:]


def count_events() -> int:
    """How many events there are."""
    with acting(system("counting what happened")):
        return Event.objects.count()


def stored(affiliation: Affiliation) -> Affiliation:
    """The row as it stands now."""
    with acting(system("reading a row")):
        return Affiliation.objects.get(pk=affiliation.pk)


def comparable(answer: HttpResponse) -> str:
    """A page without its own address and the tokens against forged requests, which differ each time."""
    return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode()).replace(answer.wsgi_request.path, "")
