"""A claim that stands no more and never was protected keeps nobody else waiting."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from hansa.activity.models import Event
from hansa.deals.models import Waiting
from hansa.deals.operations import (
    ask_for_changes,
    checking,
    reject_registration,
    set_stage,
    withdraw_registration,
)
from hansa.deals.operations.ending import end_registrations
from hansa.deals.tests.story import NOW
from hansa.kit.scope import acting, system
from hansa.networks.models import Membership
from hansa.networks.operations.membership import move_membership

pytestmark = pytest.mark.django_db
SECOND, HOUR = NOW + timedelta(seconds=1), NOW + timedelta(hours=1)


@pytest.fixture
def behind(story, monkeypatch):
    """Alpine's claim, whose check could not run, and Bay's behind it: neither is protected."""
    with monkeypatch.context() as broken:
        broken.setattr(checking, "candidates", _broken)
        first = story.submit("alpine")
    second = story.submit("bay", at=SECOND)
    assert (first.review, second.review, waits(second)) == ("IN_REVIEW", "IN_REVIEW", True)
    return first, second


def _broken(*_, **__):
    raise DatabaseError("the key table is away")


def waits(registration):
    with acting(system("looking in a test")):
        return Waiting.objects.filter(registration=registration).exists()


def withdrawn(story, first):
    with acting(story.scope("alpine")):
        withdraw_registration(registration_id=first.id, at=HOUR)


def rejected(story, first):
    with acting(story.scope("vendor")):
        reject_registration(registration_id=first.id, reason="No order is in sight.", at=HOUR)


def sent_back(story, first):
    with acting(story.scope("vendor")):
        ask_for_changes(registration_id=first.id, reason="Who decides there?", at=HOUR)


def lost(story, first):
    with acting(story.scope("alpine")):
        set_stage(registration_id=first.id, stage="CLOSED_LOST", loss_reason="PRICE", at=HOUR)


def left(story, first):
    with acting(system("looking in a test")):
        membership = Membership.objects.get(organization=story.organizations["alpine"])
    with acting(story.scope("vendor")):
        move_membership(membership=membership, state="ENDED", reason="The contract ended.", at=HOUR)
    with acting(system("a reaction")):
        event = Event.objects.get(kind="networks.membership.moved", subject_id=membership.id, facts__to="ENDED")
        end_registrations(event.id, HOUR)


@pytest.mark.parametrize("ends", [withdrawn, rejected, sent_back, lost, left])
def test_whoever_it_kept_waiting_is_protected_from_its_end_on(story, behind, ends):
    first, second = behind
    ends(story, first)
    after = story.again(second)
    assert (after.review, after.protected_from, waits(second)) == ("APPROVED", HOUR, False)


def test_the_first_in_turn_is_taken_and_the_others_go_on_waiting(story, behind):
    first, second = behind
    third = story.submit("fjord", at=NOW + timedelta(seconds=2))
    withdrawn(story, first)
    assert [story.again(each).review for each in (second, third)] == ["APPROVED", "IN_REVIEW"]
    assert (waits(second), waits(third)) == (False, True)


def test_a_sale_that_was_lost_while_it_waited_is_not_taken_up_when_a_protection_ends(story):
    story.submit("alpine")
    second, third = story.submit("bay", at=SECOND), story.submit("fjord", at=NOW + timedelta(seconds=2))
    with acting(story.scope("bay")):
        set_stage(registration_id=second.id, stage="CLOSED_LOST", loss_reason="PRICE", at=HOUR)
    story.later(days=91)
    assert [story.again(each).review for each in (second, third)] == ["IN_REVIEW", "APPROVED"]
