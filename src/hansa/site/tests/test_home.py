"""Home and search: what waits for whom, the own deals of all networks, and nothing that a rival must not see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hansa.deals.operations import ask_for_changes
from hansa.deals.tests.story import NOW, build_story
from hansa.kit.scope import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(db, time_machine):
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    return build_story()


@pytest.fixture
def rivals(story):
    """Alpine's protected deal, and Bay's on a customer that may be the same: a question for the vendor."""
    first = story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    story.later(hours=1)
    return first, second


def page(story, who, address="/"):
    client = Client()
    client.force_login(story.people[who])
    return client.get(address).content.decode()


def test_a_partner_finds_its_deals_of_all_networks_on_home_and_no_rivals(story, rivals):
    shown = page(story, "alpine")
    assert "Your deals in all networks" in shown
    assert f"/deals/{rivals[0].code}" in shown
    assert rivals[1].code not in shown
    assert "may mean one project" not in shown


def test_the_operator_is_told_of_questions_and_decisions_that_wait(story, rivals):
    shown = page(story, "vendor")
    assert "1 pair of registrations may mean one project" in shown
    assert "1 registration waits for a decision" in shown


def test_a_partner_is_told_what_was_sent_back_and_which_protection_ends_soon(story, rivals, time_machine):
    with acting(story.scope("vendor")):
        ask_for_changes(registration_id=rivals[1].id, reason="Say which site it is for.", at=NOW + timedelta(hours=1))
    assert "Fleet for the harbour was sent back: mend it until" in page(story, "bay")
    assert "was sent back" not in page(story, "alpine")
    time_machine.move_to(NOW + timedelta(days=77), tick=False)
    assert "The protection of Fleet for the harbour ends on" in page(story, "alpine")


def test_before_the_answer_home_says_the_same_of_every_deal(story, time_machine):
    story.submit("alpine")
    story.submit("bay", at=NOW + timedelta(seconds=1))
    time_machine.move_to(NOW + timedelta(minutes=5), tick=False)
    for who in ("alpine", "bay"):
        shown = page(story, who)
        assert "In review" in shown
        assert "Approved" not in shown
        assert "ends on" not in shown


def test_search_finds_own_deals_and_the_directory_and_no_rivals(story, rivals):
    assert f"/deals/{rivals[0].code}" in page(story, "alpine", "/search?q=harbour")
    assert f"/customers/{story.customer.code}" in page(story, "alpine", "/search?q=Harbor+Logistics")
    assert rivals[1].code not in page(story, "alpine", "/search?q=harbour")
    assert rivals[1].code not in page(story, "alpine", "/search?q=Norden")


def test_home_asks_no_more_with_more_deals(story, rivals):
    client = Client()
    client.force_login(story.people["alpine"])
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for number in range(4):
        story.submit("alpine", {"name": f"Quarry Works {number}", "country": "DK"}, at=NOW + timedelta(minutes=number))
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) <= len(few) + 1
