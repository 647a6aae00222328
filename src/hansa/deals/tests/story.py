"""A network with rules of engagement, two rival partners, the vendor's own sales person, and a customer directory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hansa.catalog.operations import ProductEntry, take_products
from hansa.companies.models import Company
from hansa.companies.operations import know_company
from hansa.deals.models import Registration
from hansa.deals.operations import draft_registration, run_clocks, submit_registration
from hansa.deals.rules.fields import Facts
from hansa.kit.scope import Scope, acting, system
from hansa.networks.models import Network
from hansa.networks.operations.membership import Role, create_network
from hansa.networks.operations.roster import Dated, Entry, admit_members
from hansa.networks.queries import scope_of
from hansa.organizations.models import Organization
from hansa.organizations.operations import affiliate, create_organization
from hansa.people.models import Person
from hansa.programs.operations import accept_rules, create_program, publish
from hansa.programs.queries import version_in_force

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)  # every submission made at NOW has been answered
PROJECT = Facts(family="Road bikes", country="SE", title="Fleet for the harbour", amount_minor=5_000_000)
PROGRAM = """
hansa: 1
program: Nordwind Partners
version: "1"
currency: EUR
fiscal_year_starts: 01-01
effective: {from: 2026-01-01, until: 2027-01-01}
tiers: [{name: Registered}, {name: Gold}]
territories:
  - {name: Harbours, countries: [NO], coverage: exclusive}
  - {name: North, countries: [SE, DK]}
rules_of_engagement:
  registration: {minimum: 1000, open_quota: 6, daily_quota: 6, resubmissions: 1}
  protection: [{days: 90, tiers: [Gold]}, {days: 60}]
  extensions: {count: 1, days: 30, evidence: required}
  priority: [named_account, exclusive_territory, first_in_time]
  clocks: {answer_after: 15, decision: {hours: 16, lapse: escalate}, action_required: {days: 14}, reminders: [14]}
"""


@dataclass
class Story:
    """The network and who takes part in it: `vendor` runs it, `fjord` is a distributor, `alpine` and `bay` are rivals."""

    network: Network
    organizations: dict[str, Organization]
    people: dict[str, Person]
    customer: Company

    def scope(self, name: str) -> Scope:
        """The scope of an organization's person as it is now."""
        return scope_of(organization_id=self.organizations[name].id, person_id=self.people[name].id, on=NOW.date())

    def draft(
        self, by: str, customer: str | dict[str, str] | None = None, *, facts: Facts = PROJECT, at: datetime = NOW
    ) -> Registration:
        """A draft of an organization on a customer: the directory's, unless named."""
        with acting(self.scope(by)):
            return draft_registration(network=self.network, customer=customer or self.customer.code, facts=facts, at=at)

    def submit(
        self, by: str, customer: str | dict[str, str] | None = None, *, facts: Facts = PROJECT, at: datetime = NOW
    ) -> Registration:
        """A registration as it stands after its submission."""
        drafted = self.draft(by, customer, facts=facts, at=at)
        with acting(self.scope(by)):
            submit_registration(registration_id=drafted.id, at=at)
        return self.again(drafted)

    def again(self, registration: Registration) -> Registration:
        """The registration as it is stored now."""
        with acting(system("looking in a test")):
            return Registration.objects.select_related("network", "partner", "company").get(id=registration.id)

    def later(self, **after: float) -> datetime:
        """An instant after NOW, with the clocks run at it."""
        at = NOW + timedelta(**after)
        run_clocks(at=at)
        return at


def build_story(program: str = PROGRAM) -> Story:
    """Build it in the database, under the rules of a program."""
    with acting(system("building the test's network")):
        names = {"vendor": "Nordwind Bikes", "fjord": "Fjord Distribution", "alpine": "Alpine Cycles", "bay": "Bay Bikes",
                 "stranger": "Stranger Ltd"}  # fmt: skip
        organizations = {"vendor": _organization(names.pop("vendor"), None)}
        vendor_id = organizations["vendor"].id
        organizations |= {key: _organization(name, vendor_id) for key, name in names.items()}
        people = {key: _person(key, organization) for key, organization in organizations.items()}
    story = Story(Network(), organizations, people, Company())
    with acting(story.scope("vendor")):
        story.network = create_network(
            slug="nordwind", name="Nordwind", kind="VENDOR", currency="EUR", at=NOW - timedelta(days=30)
        )
    with acting(story.scope("vendor")):
        _fill(story, program)
    for name in ("vendor", "fjord", "alpine", "bay"):
        accepted(story, name)
    return story


def accepted(story: Story, key: str, *, at: datetime = NOW) -> None:
    """An organization's person accepts the rules of engagement in force."""
    with acting(story.scope(key)):
        version = version_in_force(story.network.id, at.date())
        assert version is not None
        accept_rules(network=story.network, version=version.code, at=at)


def _organization(name: str, custodian_id: UUID | None) -> Organization:
    return create_organization(at=NOW, values={"name": name, "country": "SE"}, custodian_id=custodian_id).organization


def _person(key: str, organization: Organization) -> Person:
    person = Person.objects.create_user(f"{key}@example.org", password="correct horse battery", name=key.title())
    affiliate(person_id=person.id, organization_id=organization.id, roles=["owner"], at=NOW)
    return person


def _fill(story: Story, text: str) -> None:
    def entry(number: str, key: str, tier: str, upstream: str = "") -> Entry:
        organization: Organization = story.organizations[key]
        return Entry(
            number,
            organization.name,
            (Dated(Role(("Reseller",), tier=tier), upstream=upstream),),
            organization_id=organization.id,
        )

    admit_members(
        network=story.network,
        entries=[
            entry("D-1", "fjord", "Gold"),
            entry("R-1", "alpine", "Gold", "D-1"),
            entry("R-2", "bay", "Registered"),
        ],
        at=NOW,
    )
    products = [
        ProductEntry("B-1", "Racer", "Bikes", "Road bikes"),
        ProductEntry("B-2", "Mule", "Bikes", "Cargo bikes"),
    ]
    take_products(network=story.network, entries=products, at=NOW)
    program = create_program(network=story.network, name="Nordwind Partners", text=text, at=NOW)
    publish(program=program, revision=1, note="", at=NOW)
    story.customer = know_company(
        space=story.network.id,
        facts={"name": "Harbour Logistics AB", "country": "SE", "city": "Lund", "domain": "harbour-logistics.se"},
        at=NOW,
    )


def admitted(story: Story, key: str, *, number: str) -> None:
    """Another member of the network, with a person of its own."""
    with acting(system("building the test's network")):
        story.organizations[key] = _organization(key.title(), story.organizations["vendor"].id)
        story.people[key] = _person(key, story.organizations[key])
    entry = Entry(number, key.title(), (Dated(Role(("Reseller",))),), organization_id=story.organizations[key].id)
    with acting(story.scope("vendor")):
        admit_members(network=story.network, entries=[entry], at=NOW)
    accepted(story, key)


def other_project(**changes: object) -> Facts:
    """The project with some facts changed."""
    return replace(PROJECT, **changes)


def registrations_of(network_id: UUID) -> list[Registration]:
    """All registrations of a network, the oldest first."""
    with acting(system("looking in a test")):
        return list(Registration.objects.filter(network_id=network_id).order_by("created_at", "id"))
