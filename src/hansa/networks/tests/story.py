"""A vendor's network with a distributor and two partners, an open peer network, and an outsider."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from django.test import Client

from hansa.activity.models import Event
from hansa.kit.scope import Scope, acting, system
from hansa.networks.models import Membership, Network, Standing, State
from hansa.networks.operations.membership import Role, acquaint, create_network, invite_member, move_membership
from hansa.networks.operations.roster import Dated, Entry, admit_members
from hansa.networks.queries import scope_of
from hansa.organizations.models import Organization
from hansa.organizations.operations import affiliate, create_organization
from hansa.people.models import Person
from hansa.people.operations import open_account

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
PASSWORD = "seven tall ships"
PEOPLE = {
    "anna": ("vendor", ["owner"]),
    "aron": ("vendor", ["auditor"]),
    "dina": ("fjord", ["owner"]),
    "pia": ("kranich", ["principal"]),
    "rolf": ("kranich", ["rep"]),
    "frido": ("fuchs", ["principal"]),
    "otto": ("outsider", ["owner"]),
}
CHARTER = (
    "# One rule\nBe **fair**. <script>alert('charter')</script> [bad](javascript:alert(1)) [good](https://x.example)"
)


@dataclass
class Story:
    """Anna owns the vendor (aron audits it), Dina the distributor Fjord; Pia and Rolf are of Kranich, which Fjord
    delivers; Frido is of the rival Fuchs, which the vendor delivers itself; Otto is an outsider.
    """

    network: Network
    companies: dict[str, Organization]
    people: dict[str, Person]

    def scope(self, who: str) -> Scope:
        """What `who` acts with now."""
        company = self.companies[PEOPLE[who][0]]
        return scope_of(organization_id=company.id, person_id=self.people[who].id, on=TODAY)

    def browser(self, who: str) -> Client:
        """A browser in which `who` is signed in."""
        client = Client()
        client.force_login(self.people[who])
        return client

    def member(self, company: str) -> Membership:
        """A company's membership, as stored."""
        with acting(system("reading a row")):
            return Membership.objects.select_related("organization", "network").get(
                network=self.network, organization=self.companies[company]
            )

    def standings(self, company: str) -> list[Standing]:
        """A company's standings by first day, as stored."""
        with acting(system("reading rows")):
            return list(Standing.objects.filter(organization=self.companies[company]).order_by("valid_from"))

    def state(self) -> tuple[object, ...]:
        """Everything that a refused write could have changed."""
        with acting(system("reading rows")):
            return (
                sorted(Membership.objects.values_list("id", "state", "state_reason", "number")),
                sorted(map(str, Standing.objects.values_list("id", "types", "tier", "valid_from", "valid_until"))),
                sorted(Network.objects.values_list("slug", "name", "charter", "accent")),
                Organization.objects.count(),
                Event.objects.count(),
            )

    def events(self) -> list[str]:
        """The kinds of the latest events, newest last."""
        with acting(system("reading what happened")):
            return list(Event.objects.order_by("id").values_list("kind", flat=True))


def tell() -> Story:
    """Write the story's rows."""
    with acting(system("a story for tests")):
        names = {
            "vendor": "Nordwind",
            "fjord": "Fjord Trading",
            "kranich": "Radhaus <b>Kranich</b>",
            "fuchs": "Fuchs Räder",
            "outsider": "Outsider Ltd",
        }
        companies = {
            key: create_organization(at=NOW, values={"name": name, "country": "DE"}).organization
            for key, name in names.items()
        }
        people = {}
        for who, (company, roles) in PEOPLE.items():
            people[who] = open_account(email=f"{who}@{company}.example", name=who.title(), password=PASSWORD)
            affiliate(person_id=people[who].id, organization_id=companies[company].id, roles=roles, at=NOW)
    anna = scope_of(organization_id=companies["vendor"].id, person_id=people["anna"].id, on=TODAY)
    with acting(anna):
        network = create_network(
            slug="nordwind", name="Nordwind <i>network</i>", kind="VENDOR", currency="EUR", charter=CHARTER, at=NOW
        )
    story = Story(network, companies, people)
    _enter(story)
    return story


def _enter(story: Story) -> None:
    """The first members, taken as a list by the platform for the vendor, who does not know these companies yet."""
    roles = {
        "fjord": ("D1", Role(("Distributor",)), ""),
        "kranich": ("K1", Role(("Shop",), "Silver", "North"), "D1"),
        "fuchs": ("F1", Role(("Shop", "Reseller"), "Gold", "South"), ""),
    }
    entries = [
        Entry(
            number=number,
            name="known by its id",
            roles=(Dated(role, date(2025, 1, 1), None, upstream),),
            organization_id=story.companies[key].id,
        )
        for key, (number, role, upstream) in roles.items()
    ]
    with acting(replace(story.scope("anna"), system="entering a story")):
        admit_members(network=story.network, entries=entries, at=NOW)


def invited(story: Story, who: str = "outsider") -> Membership:
    """An invitation by the vendor to a company that it knows."""
    with acting(system("introducing")):
        acquaint(network_id=story.network.id, pairs=[(story.companies["vendor"].id, story.companies[who].id)])
    with acting(story.scope("anna")):
        return invite_member(
            network=story.network, organization=story.companies[who], number="O1", role=Role(("Shop",)), at=NOW
        )


def moved(story: Story, who: str, membership: Membership, state: State | str, reason: str = "") -> Membership:
    """`who` takes a membership to another state."""
    with acting(story.scope(who)):
        return move_membership(membership=membership, state=str(state), reason=reason, at=NOW)
