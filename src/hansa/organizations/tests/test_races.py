from threading import Barrier, Thread

import pytest
from django.db import connection

from hansa.kit.failures import Failure, NotFound
from hansa.kit.scope import NOBODY, acting, system
from hansa.organizations.models import Affiliation
from hansa.organizations.operations import accept_invitation, end_affiliation, invite_person, set_roles
from hansa.organizations.tests.story import NOW, PASSWORD, tell
from hansa.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*actions):
    """Run the actions at the same moment, each in its own connection; what each was refused with, or None."""
    barrier, refusals = Barrier(len(actions)), [None] * len(actions)

    def run(place, action):
        barrier.wait()
        try:
            action()
        except Failure as refusal:
            refusals[place] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


def test_two_owners_who_leave_at_once_leave_one_owner():
    story = tell()
    with acting(story.scope("anna")):
        set_roles(affiliation_id=story.affiliations.rita.id, roles=["owner"], at=NOW)
    owners = [story.affiliations.anna, story.affiliations.rita]

    def leave(affiliation):
        with acting(story.scope("anna", person_id=affiliation.person_id)):
            end_affiliation(affiliation_id=affiliation.id, at=NOW)

    refusals = at_once(*[lambda who=who: leave(who) for who in owners])

    assert [refusal.status for refusal in refusals if refusal] == [409]
    with acting(system("test")):
        left = Affiliation.objects.filter(organization=story.nordwind, ended_at=None, roles__contains=["owner"])
        assert left.count() == 1


def test_an_invitation_accepted_twice_at_once_makes_one_account():
    story = tell()
    with acting(story.scope("anna")):
        _, secret = invite_person(email="nina@nordwind.example", roles=["rep"], at=NOW)

    def accept():
        with acting(NOBODY):
            accept_invitation(secret=secret, at=NOW, name="Nina", password=PASSWORD)

    refusals = at_once(*[accept] * 4)

    assert [type(refusal) for refusal in refusals if refusal] == [NotFound] * 3
    assert Person.objects.filter(email="nina@nordwind.example").count() == 1
