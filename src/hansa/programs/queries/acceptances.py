"""Who has accepted the rules of engagement, and who is asked to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hansa.kit.scope import current_scope
from hansa.networks.models import Membership, Network, State
from hansa.organizations.models import Affiliation
from hansa.organizations.rules import capabilities_of
from hansa.programs.models import ProgramVersion, RulesAcceptance
from hansa.programs.queries.documents import program_of_version, version_in_force
from hansa.programs.rules.terms import digest_of_rules, sentences_of


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of engagement in force, in sentences, and who accepted them for the one who asks; None: nobody yet."""

    version: ProgramVersion
    sentences: tuple[str, ...]
    sha256: str
    acceptance: RulesAcceptance | None


def terms_of(network: Network, *, day: date) -> Terms | None:
    """What the acting organization's people must have accepted to submit on a day; None where no program is in force.

    A member accepts by one of its people for all; the operator's people each for themselves.
    """
    version = version_in_force(network.id, day)
    if version is None:
        return None
    rules, scope = program_of_version(version).engagement, current_scope()
    sha256 = digest_of_rules(rules)
    rows = RulesAcceptance.objects.filter(network=network, organization_id=scope.organization_id, sha256=sha256)
    if scope.organization_id == network.operator_id:
        rows = rows.filter(person_id=scope.person_id)
    return Terms(version, sentences_of(rules), sha256, rows.select_related("person").order_by("at", "id").first())


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked to accept the rules of engagement of a version, and whose acceptance is still missing, by name."""

    members: int
    members_missing: list[str]
    people: int
    people_missing: list[str]

    @property
    def members_accepted(self) -> int:
        """How many active members have accepted."""
        return self.members - len(self.members_missing)

    @property
    def people_accepted(self) -> int:
        """How many of the operator's people who may register deals have accepted."""
        return self.people - len(self.people_missing)


def acceptances_of(network: Network, version: ProgramVersion) -> Asked:
    """Who has accepted the rules of a version, for those who run the network: members, and own people who register."""
    current_scope().require_operator(network.id, "networks.view")
    sha256 = digest_of_rules(program_of_version(version).engagement)
    rows = RulesAcceptance.objects.filter(network=network, sha256=sha256)
    accepted = {(row.organization_id, row.person_id) for row in rows.only("organization_id", "person_id")}
    organizations = {organization for organization, _ in accepted}
    members = Membership.objects.filter(network=network, state=State.ACTIVE).exclude(organization=network.operator_id)
    member_names = list(
        members.order_by("organization__name", "id").values_list("organization_id", "organization__name")
    )
    people = Affiliation.objects.filter(organization=network.operator_id, ended_at=None, suspended_at=None)
    own = people.order_by("person__name", "id").values_list("person_id", "person__name", "roles")
    registering = [(person, name) for person, name, roles in own if "deals.register" in capabilities_of(roles)]
    return Asked(
        len(member_names),
        [name for organization, name in member_names if organization not in organizations],
        len(registering),
        [name for person, name in registering if (network.operator_id, person) not in accepted],
    )
