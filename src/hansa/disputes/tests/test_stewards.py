"""A peer network has stewards instead of an operator: they run it, and a steward that is a side decides nothing."""

from dataclasses import replace

import pytest

from hansa.activity.models import Event, Notification
from hansa.disputes.models import Case
from hansa.disputes.operations import AdjudicatorRefused, assign_adjudicator, open_case
from hansa.disputes.operations.telling import tell_of_case
from hansa.disputes.queries import adjudicators_for
from hansa.disputes.tests.story import DAY, DECISION, NOW, RULES, SUBJECT
from hansa.kit.failures import NotFound
from hansa.kit.scope import acting, system
from hansa.networks.models import Network
from hansa.networks.operations.membership import Role, create_network, elect_steward
from hansa.networks.operations.roster import Dated, Entry, admit_members
from hansa.organizations.models import Affiliation

pytestmark = pytest.mark.django_db


@pytest.fixture
def commons(story) -> Network:
    """A peer network that hazel founded and elm stewards with it; elm, fir and the vendor belong to it."""
    with acting(system("test")):
        Affiliation.objects.filter(person__in=[story.people["hanna"], story.people["paul"]]).update(roles=["owner"])
    with acting(story.scope("hanna")):
        network = create_network(slug="commons", name="Commons", kind="PEER", currency="EUR", at=NOW)
    names = ("elm", "fir", "vendor")
    entries = [
        Entry(f"P-{name}", name, (Dated(Role(("Peer",))),), organization_id=story.organizations[name].id)
        for name in names
    ]
    with acting(replace(story.scope("hanna"), system="listing companies that exist")):
        admit_members(network=network, at=NOW, entries=entries)
        elect_steward(network=network, organization=story.organizations["elm"], at=NOW)
    return network


def dispute(story, network, *, claimant="elm", respondent="fir", by="paul") -> Case:
    with acting(story.scope(by)):
        return open_case(
            network=network,
            subject=SUBJECT,
            claimant_id=story.organizations[claimant].id,
            respondent_id=story.organizations[respondent].id,
            decision=DECISION,
            rules=RULES,
            program_version="v2026abc",
            at=NOW,
        )


def test_a_steward_assigns_one_of_its_people(story, commons):
    case = dispute(story, commons)
    with acting(story.scope("hanna")):
        assert [(str(who), ruling.outcome) for who, ruling in adjudicators_for(case)] == [("Hanna", True)]
        assigned = assign_adjudicator(case=case, person_id=story.people["hanna"].id, at=NOW + DAY)
    assert assigned.state == "EVIDENCE"


def test_a_steward_that_is_a_side_assigns_none_of_its_own(story, commons):
    case = dispute(story, commons, claimant="fir", respondent="elm", by="frida")
    with acting(story.scope("paul")):
        [(_, ruling)] = adjudicators_for(case)
        assert ruling.reason == "This person works for one of the sides."
        with pytest.raises(AdjudicatorRefused):
            assign_adjudicator(case=case, person_id=story.people["paul"].id, at=NOW + DAY)
    assert story.again(case).adjudicator_id is None


def test_who_stewards_nothing_assigns_nobody(story, commons):
    case = dispute(story, commons)
    for who in ("vera", "frida", "olaf"):
        with acting(story.scope(who)), pytest.raises(NotFound):
            assign_adjudicator(case=case, person_id=story.people["hanna"].id, at=NOW + DAY)


def test_the_stewards_of_the_day_are_told(story, commons):
    dispute(story, commons, claimant="fir", respondent="vendor", by="frida")
    with acting(system("test")):
        tell_of_case(Event.objects.get(kind="disputes.case.filed").id, NOW)
        told = set(Notification.objects.values_list("person_id", flat=True))
    wanted = {"hanna", "paul", "vera", "mara", "otto", "tina"}  # both stewards, and the respondent's people
    assert told == {story.people[who].id for who in wanted}


def test_a_case_of_one_network_is_not_run_by_the_operator_of_another(story, commons):
    case = dispute(story, commons)
    with acting(story.scope("mara")):
        assert not Case.objects.filter(id=case.id).exists()
