"""A vendor with a ledger, two partners and a stranger, as small as the tests of money need them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from hansa.activity.models import Event
from hansa.kit.scope import Scope, acting, system
from hansa.ledger.models import Entry, Journal, Period, Rate, Transaction
from hansa.ledger.operations.posting import Posting, post
from hansa.ledger.rules import accrual_legs
from hansa.networks.models import Network
from hansa.networks.operations.membership import Role, create_network
from hansa.networks.operations.roster import Dated, admit_members
from hansa.networks.operations.roster import Entry as Member
from hansa.networks.queries import scope_of
from hansa.organizations.models import Organization
from hansa.organizations.operations import affiliate, create_organization
from hansa.people.operations import open_account

NOW = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)
MARCH_END = date(2026, 3, 31)
PASSWORD = "seven tall ships"
STAFF = {
    "vera": ("vendor", "owner"),
    "finn": ("vendor", "finance"),
    "anna": ("vendor", "auditor"),
    "pia": ("alpine", "principal"),
    "rita": ("alpine", "rep"),
    "bo": ("bay", "principal"),
    "dora": ("fjord", "principal"),
    "sam": ("stranger", "owner"),
}
NUMBERS = {"fjord": "D-1", "alpine": "R-1", "bay": "R-2"}


@dataclass
class Story:
    """The network and its people; amounts are minor units of EUR."""

    network: Network
    organizations: dict[str, Organization]
    people: dict[str, UUID]
    version_id: UUID

    def scope(self, who: str) -> Scope:
        """What somebody may do now."""
        organization = self.organizations[STAFF[who][0]]
        return scope_of(organization_id=organization.id, person_id=self.people[who], on=NOW.date())

    def posting(
        self, amount: int, *, source: str = "volume:2026-Q1:1", payee: str = "alpine", **changes: object
    ) -> Posting:
        """An accrual of a rebate to a partner."""
        beneficiary = f"partner:{NUMBERS[payee]}"
        values: dict[str, object] = {
            "program_version_id": self.version_id,
            "source": source,
            "beneficiary": beneficiary,
            "kind": "rebate",
            "party_id": self.organizations[payee].id,
            "effective_on": MARCH_END,
            "legs": accrual_legs(kind="rebate", beneficiary=beneficiary, amount=amount, currency="EUR"),
            "explanation": {"what": "p:volume:2026-Q1", "difference": amount},
        }
        return Posting(**{**values, **changes})  # type: ignore[arg-type]

    def post(self, *postings: Posting, by: str = "finn", at: datetime = NOW) -> Journal:
        """Post as somebody."""
        with acting(self.scope(by)):
            return post(network=self.network, postings=postings, purpose="A test", at=at)


def tell() -> Story:
    """Write the story's rows."""
    with acting(system("a story for tests")):
        companies = {"vendor": _company("Nordwind")}
        for key, name in (("fjord", "Fjord Distribution"), ("alpine", "Alpine Cycles"), ("bay", "Bay Bikes")):
            companies[key] = _company(name, companies["vendor"].id)
        companies["stranger"] = _company("Stranger")
        people = {}
        for who, (company, role) in STAFF.items():
            person = open_account(email=f"{who}@{company}.example", name=who.title(), password=PASSWORD)
            affiliate(person_id=person.id, organization_id=companies[company].id, roles=[role], at=NOW)
            people[who] = person.id
    story = Story(Network(), companies, people, uuid4())
    with acting(story.scope("vera")):
        story.network = create_network(slug="nordwind", name="Nordwind", kind="VENDOR", currency="EUR", at=NOW)
    with acting(story.scope("vera")):
        entries = [
            Member(
                number,
                companies[key].name,
                (Dated(Role(("Distributor",) if key == "fjord" else ("Reseller",))),),
                organization_id=companies[key].id,
            )
            for key, number in NUMBERS.items()
        ]
        admit_members(network=story.network, entries=entries, at=NOW)
    return story


def _company(name: str, custodian: UUID | None = None) -> Organization:
    values: Mapping[str, str] = {"name": name, "country": "DE"}
    return create_organization(at=NOW, values=values, custodian_id=custodian).organization


def books() -> dict[str, object]:
    """Everything that the ledger holds, byte for byte."""
    with acting(system("reading in a test")):
        return {
            model.__name__: list(model.objects.order_by("id").values())  # type: ignore[attr-defined]
            for model in (Journal, Transaction, Entry, Period, Rate)
        }


def events() -> Sequence[str]:
    """Kinds of the events so far."""
    with acting(system("reading in a test")):
        return list(Event.objects.order_by("id").values_list("kind", flat=True))


def owed(story: Story, payee: str = "alpine") -> int:
    """What the ledger says that a partner is owed."""
    with acting(system("reading in a test")):
        rows = Entry.objects.filter(account__beneficiary=f"partner:{NUMBERS[payee]}", network_id=story.network.id)
        return -sum(rows.values_list("amount", flat=True))
