"""A network with its operator, one member and an outsider."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from hansa.kit.scope import Scope, acting, system
from hansa.networks.models import Network
from hansa.networks.operations.membership import Role, create_network
from hansa.networks.operations.roster import Dated, Entry, admit_members
from hansa.networks.queries import scope_of
from hansa.organizations.models import Organization
from hansa.organizations.operations import affiliate, create_organization
from hansa.people.models import Person

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@dataclass
class Shop:
    """The network, and each organization with its person."""

    network: Network
    organizations: dict[str, Organization]
    people: dict[str, Person]

    def scope(self, name: str) -> Scope:
        """The scope of an organization's person as it is now."""
        return scope_of(organization_id=self.organizations[name].id, person_id=self.people[name].id, on=NOW.date())


@pytest.fixture
def shop(db: None) -> Shop:
    found = Shop(Network(), {}, {})
    with acting(system("building the test's network")):
        for name, role in (("vendor", "owner"), ("member", "principal"), ("stranger", "owner")):
            organization = create_organization(at=NOW, values={"name": name.title(), "country": "DE"}).organization
            person = Person.objects.create_user(f"{name}@example.org", password="correct horse battery", name=name)
            affiliate(person_id=person.id, organization_id=organization.id, roles=[role], at=NOW)
            found.organizations[name], found.people[name] = organization, person
        Organization.objects.filter(name="Member").update(custodian=found.organizations["vendor"])
    with acting(found.scope("vendor")):
        found.network = create_network(slug="nordwind", name="Nordwind", kind="VENDOR", currency="EUR", at=NOW)
    with acting(found.scope("vendor")):
        entry = Entry("R-1", "Member", (Dated(Role(("Reseller",))),), organization_id=found.organizations["member"].id)
        admit_members(network=found.network, at=NOW, entries=[entry])
    return found


@pytest.fixture
def signed_in(shop, client):
    def sign_in(name):
        client.force_login(shop.people[name])
        return client

    return sign_in
