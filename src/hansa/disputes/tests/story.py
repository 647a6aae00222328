"""A network whose operator has several people, two rivals who dispute a decision, a third member and an outsider."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.test import Client

from hansa.disputes.models import Case, Remedy
from hansa.disputes.operations import Decision, Subject, assign_adjudicator, lapse_clocks, open_case, propose_remedy
from hansa.disputes.rules.terms import Terms
from hansa.kit.scope import Scope, acting, system
from hansa.networks.models import Network
from hansa.networks.operations.membership import Role, create_network
from hansa.networks.operations.roster import Dated, Entry, admit_members
from hansa.networks.queries import scope_of
from hansa.organizations.models import Organization
from hansa.organizations.operations import affiliate, create_organization
from hansa.people.models import Person
from hansa.programs.engagement import Disputes

DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
DECIDED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
RULES = Disputes(file_within_days=30, evidence_days=10, decision_days=20, appeal_days=14)
EVIDENCE_UNTIL, DECISION_UNTIL = NOW + 10 * DAY, NOW + 30 * DAY
PEOPLE = {
    "vera": ("vendor", "owner"),
    "mara": ("vendor", "program_manager"),
    "otto": ("vendor", "partner_manager"),
    "finn": ("vendor", "finance"),
    "tina": ("vendor", "partner_manager"),
    "paul": ("elm", "principal"),
    "rosa": ("elm", "rep"),
    "frida": ("fir", "principal"),
    "hanna": ("hazel", "principal"),
    "olaf": ("outsider", "owner"),
}
TEXTS = {
    "rule": "First in time",
    "reason": "The earlier claim was complete on 1 March.",
    "precedent_text": "A claim counts from the day on which it is complete.",
}
SUBJECT = Subject(
    "REGISTRATION", "deals.registration", "0190-1", "Registration k7x2m9", "/networks/nordwind/deals/k7x2m9"
)
DECISION = Decision(
    decided_at=DECIDED,
    reason="This project cannot be protected at present.",
    rule="first_in_time",
    facts={"Submitted": "1 March 2026"},
    grounds="Fir's claim of 27 February stands.",
    inputs={"rivals": ["fir"]},
)


@dataclass
class Story:
    """The network, organizations and people by their plain names."""

    network: Network = field(default_factory=Network)
    organizations: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def scope(self, who: str) -> Scope:
        """What a person acts with for its first organization, as it is now."""
        organization = self.organizations[PEOPLE[who][0]]
        return scope_of(organization_id=organization.id, person_id=self.people[who].id, on=NOW.date())

    def browser(self, who: str) -> Client:
        client = Client()
        client.force_login(self.people[who])
        return client

    def open(self, *, by: str = "paul", at: datetime = NOW, **changes: object) -> Case:
        """A case of elm against fir, with otto as the account's owner."""
        values: dict[str, object] = {
            "network": self.network,
            "subject": SUBJECT,
            "claimant_id": self.organizations["elm"].id,
            "respondent_id": self.organizations["fir"].id,
            "decision": DECISION,
            "rules": RULES,
            "program_version": "v2026abc",
            "interested": [self.people["otto"].id],
            "statement": "We were there first.",
        }
        with acting(self.scope(by)):
            return open_case(at=at, **{**values, **changes})  # type: ignore[arg-type]

    def assigned(self, *, to: str = "mara", at: datetime = NOW + DAY, **changes: object) -> Case:
        """A case that somebody is to decide, while evidence is taken."""
        case = self.open(**changes)  # type: ignore[arg-type]
        with acting(self.scope("vera")):
            return assign_adjudicator(case=case, person_id=self.people[to].id, at=at)

    def deciding(self, **changes: object) -> Case:
        """A case whose time for evidence has just passed."""
        case = self.assigned(**changes)  # type: ignore[arg-type]
        self.lapse(EVIDENCE_UNTIL)
        return self.again(case)

    def proposed(self, *, at: datetime = EVIDENCE_UNTIL + DAY, terms: Terms | None = None, **changes: object) -> Case:
        """A case with a remedy that mara proposed."""
        case = self.deciding(**changes)
        self.propose(case, at=at, terms=terms)
        return self.again(case)

    def propose(
        self, case: Case, *, at: datetime, terms: Terms | None = None, by: str = "mara", **texts: str
    ) -> Remedy:
        with acting(self.scope(by)):
            return propose_remedy(case=case, terms=terms or Terms("uphold"), at=at, **{**TEXTS, **texts})

    def lapse(self, at: datetime) -> int:
        with acting(system("test")):
            return lapse_clocks(at=at)

    def again(self, case: Case) -> Case:
        with acting(system("test")):
            return Case.objects.select_related("network").get(id=case.id)


def tell() -> Story:
    """Write the story's rows."""
    story = Story()
    with acting(system("a story for tests")):
        for name in ("vendor", "elm", "fir", "hazel", "outsider"):
            made = create_organization(at=NOW, values={"name": f"{name.title()} GmbH", "country": "DE"})
            story.organizations[name] = made.organization
        for who, (company, role) in PEOPLE.items():
            person = Person.objects.create_user(
                f"{who}@{company}.example", password="seven tall ships", name=who.title()
            )
            story.people[who] = person
            join(story, who, company, role)
    with acting(story.scope("vera")):
        story.network = create_network(slug="nordwind", name="Nordwind", kind="VENDOR", currency="EUR", at=NOW)
    with acting(replace(story.scope("vera"), system="listing companies that exist")):
        entries = [
            Entry(f"R-{name}", name, (Dated(Role(("Reseller",))),), organization_id=story.organizations[name].id)
            for name in ("elm", "fir", "hazel")
        ]
        admit_members(network=story.network, at=NOW, entries=entries)
    return story


def join(story: Story, who: str, company: str, role: str) -> None:
    organization_id: UUID = story.organizations[company].id
    affiliate(person_id=story.people[who].id, organization_id=organization_id, roles=[role], at=NOW)
