"""A network with its operator, two rival members and an outsider."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from hansa.customers.operations import add_customer, name_account
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
class Fair:
    """The network, and each organization with its person."""

    network: Network
    organizations: dict[str, Organization]
    people: dict[str, Person]

    def scope(self, name: str) -> Scope:
        """The scope of an organization's person as it is now."""
        return scope_of(organization_id=self.organizations[name].id, person_id=self.people[name].id, on=NOW.date())

    def add(self, name: str, **facts: str):
        """A customer in the directory."""
        with acting(self.scope("vendor")):
            return add_customer(network=self.network, facts={"name": name, **facts}, at=NOW)

    def name(self, company, holder: str, **more):
        """A named account from today on."""
        with acting(self.scope("vendor")):
            said = {"from_on": NOW.date(), "holder_id": self.organizations[holder].id, "at": NOW, **more}
            return name_account(network=self.network, company=company, **said)


@pytest.fixture
def fair(db: None) -> Fair:
    found = Fair(Network(), {}, {})
    with acting(system("building the test's network")):
        for name, role in (("vendor", "owner"), ("member", "principal"), ("rival", "principal"), ("stranger", "owner")):
            organization = create_organization(at=NOW, values={"name": name.title(), "country": "DE"}).organization
            person = Person.objects.create_user(f"{name}@example.org", password="correct horse battery", name=name)
            affiliate(person_id=person.id, organization_id=organization.id, roles=[role], at=NOW)
            found.organizations[name], found.people[name] = organization, person
        Organization.objects.filter(name__in=["Member", "Rival"]).update(custodian=found.organizations["vendor"])
    with acting(found.scope("vendor")):
        found.network = create_network(slug="nordwind", name="Nordwind", kind="VENDOR", currency="EUR", at=NOW)
    with acting(found.scope("vendor")):
        entries = [
            Entry(
                f"R-{name}", name.title(), (Dated(Role(("Reseller",))),), organization_id=found.organizations[name].id
            )
            for name in ("member", "rival")
        ]
        admit_members(network=found.network, at=NOW, entries=entries)
    return found


@pytest.fixture
def signed_in(fair, client):
    def sign_in(name):
        client.force_login(fair.people[name])
        return client

    return sign_in
