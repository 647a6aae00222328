"""The pages of registrations: what each person may open, and the way from a form to an answer."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hansa.deals.models import Match, Registration
from hansa.deals.tests.story import NOW, PROGRAM, other_project, registrations_of
from hansa.kit.scope import acting, system
from hansa.programs.models import Program
from hansa.programs.operations import publish, save_draft

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
FORM = {"customer_name": "Quarry Works", "family": "Road bikes", "country": "SE", "title": "Fleet", "amount": "50000"}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def rivals(story, clock):
    """A protected claim and one that may be the same, an hour later."""
    first = story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    clock.move_to(LATER, tick=False)
    return first, second


def test_how_many_wait_is_told_to_the_operator_and_to_the_partner_only_where_the_rules_let_it_be_said(
    story, clock, browser, ask
):
    first = story.submit("alpine")
    story.submit("bay", at=NOW + timedelta(seconds=1))
    clock.move_to(LATER, tick=False)
    story.later(hours=1)
    assert "wait behind you" not in text(browser("alpine").get(page("deal", first.code)))
    assert "1 waits behind you" in text(browser("vendor").get(page("deal", first.code)))
    assert ask("alpine", "get", f"registrations/{first.code}")[1]["behind"] is None
    with acting(story.scope("vendor")):
        program = Program.objects.get()
        told = PROGRAM.replace("priority:", "disclosure: [waiting]\n  priority:").replace('"1"', '"2"')
        save_draft(program=program, revision=1, text=told, at=NOW)
        publish(program=program, revision=2, note="", at=NOW)
    assert "1 waits behind you" in text(browser("alpine").get(page("deal", first.code)))
    assert ask("alpine", "get", f"registrations/{first.code}")[1]["behind"] == 1
    assert (
        ask("fjord", "get", f"registrations/{first.code}")[1]["behind"] is None
    )  # upstream of it, and not its partner


def page(name, *more):
    return reverse(f"deals:{name}", args=["nordwind", *more])


def text(answer):
    return answer.content.decode()


def queries_on_tables(asked):
    """Queries without the bookkeeping of the scope: savepoints that nest it in the test's transaction, its settings."""
    own = ("SAVEPOINT", "RELEASE", "select set_config")
    return len([query for query in asked.captured_queries if not query["sql"].startswith(own)])


def test_the_empty_list_teaches(browser, story):
    shown = text(browser("alpine").get(page("deals")))
    assert "Here stand the projects that are registered." in shown
    assert shown.count("btn-primary") == 1
    assert "Nothing is being sold yet." in text(browser("alpine").get(page("board")))
    assert "Nothing waits for you." in text(browser("vendor").get(page("queue")))


def test_the_form_asks_for_eight_things(browser, story):
    shown = text(browser("alpine").get(page("new")))
    assert shown.count('<div class="field') - shown.count('<div class="field-row') == 8
    assert "answered after 15 minutes at the earliest" in shown


def test_a_deal_is_registered_in_one_step(browser, story):
    answer = browser("alpine").post(page("new"), {**FORM, "problem": "Faster bikes", "contact": "Ms Lind"})
    (made,) = registrations_of(story.network.id)
    assert (answer.status_code, answer.headers["Location"]) == (302, page("deal", made.code))
    assert (made.submitted_at, made.amount_minor, made.customer) == (
        NOW,
        5_000_000,
        {"name": "Quarry Works", "country": "SE"},
    )
    shown = text(browser("alpine").get(page("deal", made.code)))
    assert "In review" in shown
    assert "Nordwind answers." in shown
    assert "keep the receipt" in shown


def test_a_company_that_the_directory_knows_must_be_chosen(browser, story):
    said = {**FORM, "customer_name": "Harbour Logistic"}
    asked = browser("alpine").post(page("new"), said)
    assert asked.status_code == 422
    assert "Which company do you mean?" in text(asked)
    assert registrations_of(story.network.id) == []

    browser("alpine").post(page("new"), {**said, "customer": story.customer.code})
    browser("alpine").post(page("new"), {**said, "customer": "another", "country": "DK", "draft": "1"})
    chosen, another = registrations_of(story.network.id)
    assert (chosen.customer["name"], another.customer["name"]) == ("Harbour Logistics AB", "Harbour Logistic")
    assert (chosen.review, another.review) == ("APPROVED", "DRAFT")


def test_candidates_appear_while_one_types(browser, story):
    shown = text(browser("bay").get(page("candidates"), {"customer_name": "Harbor Logistics"}))
    assert f'value="{story.customer.code}"' in shown
    assert "It is another company: “Harbor Logistics”" in shown
    assert "does not know it" in text(browser("bay").get(page("candidates"), {"customer_name": "Zyx Quarry"}))
    assert text(browser("bay").get(page("candidates"), {"customer_name": "H"})).strip().count("<input") == 0


def test_what_is_wrong_is_said_at_the_form(browser, story):
    answer = browser("bay").post(page("new"), {**FORM, "amount": "10"})
    assert (answer.status_code, "less than 1,000.00 EUR" in text(answer)) == (422, True)
    assert browser("bay").post(page("new"), {}).status_code == 422
    assert "Choose a company of the directory" in text(
        browser("bay").post(page("new"), {**FORM, "customer": "zzzzzzzz"})
    )
    assert registrations_of(story.network.id) == []


def test_a_draft_is_edited_and_submitted(browser, story):
    made = story.draft("alpine")
    shown = text(browser("alpine").get(page("edit", made.code)))
    assert 'value="50000"' in shown
    said = {**FORM, "title": "Harbour fleet", "amount": "60000.50"}
    browser("alpine").post(page("edit", made.code), {**said, "draft": "1"})
    assert (story.again(made).title, story.again(made).amount_minor, story.again(made).review) == (
        "Harbour fleet", 6_000_050, "DRAFT",
    )  # fmt: skip
    browser("alpine").post(page("submission", made.code))
    assert story.again(made).submitted_at == NOW


def test_the_page_of_an_approved_deal_offers_what_can_be_done(rivals, browser):
    shown = text(browser("alpine").get(page("deal", rivals[0].code)))
    assert "Protected for 90 days" in shown
    assert [word in shown for word in ("Amend", "Receipt", "Ask for a longer protection", "Withdraw")] == [
        True,
        True,
        True,
        False,
    ]
    assert "What stands beside it" not in shown
    assert "Harbour Logistics Norden AB" not in shown


def test_a_deal_is_extended_moved_and_lost(story, rivals, browser):
    place = rivals[0].code
    browser("alpine").post(page("extension", place), {"evidence": "An offer is out."})
    assert story.again(rivals[0]).extensions == 1
    browser("alpine").post(page("extension", place), {"evidence": "Again."})
    assert "can be extended 1 times" in text(browser("alpine").get(page("deal", place)))
    moved = browser("alpine").post(page("stage", place) + "?board=1", {"stage": "COMMITTED"})
    assert (moved.headers["Location"], story.again(rivals[0]).stage) == (page("board"), "COMMITTED")
    asked = browser("alpine").post(page("stage", place), {"stage": "CLOSED_LOST"})
    assert asked.headers["Location"] == page("deal", place) + "?stage=CLOSED_LOST#stage"
    browser("alpine").post(page("stage", place), {"stage": "CLOSED_LOST", "loss_reason": "PRICE"})
    assert story.again(rivals[0]).loss_reason == "PRICE"


def test_an_amendment_that_gives_up_the_protection_is_shown_once_more(story, rivals, browser):
    place = page("amendment", rivals[0].code)
    asked = browser("alpine").post(place, {**FORM, "amount": "70000"})
    assert "is given up" in text(asked)
    assert story.again(rivals[0]).amount_minor == 5_000_000
    browser("alpine").post(place, {**FORM, "amount": "70000", "confirmed": "1"})
    assert (story.again(rivals[0]).amount_minor, story.again(rivals[0]).submitted_at) == (7_000_000, LATER)


def test_a_small_amendment_is_done_at_once(story, rivals, browser):
    browser("alpine").post(page("amendment", rivals[0].code), FORM)
    assert (story.again(rivals[0]).title, story.again(rivals[0]).review) == ("Fleet", "APPROVED")


def test_the_queue_shows_both_sides_and_takes_an_answer(story, rivals, browser):
    shown = text(browser("vendor").get(page("queue")))
    assert [
        word in shown for word in ("Alpine Cycles", "Bay Bikes", "Harbour Logistics Norden AB", "To be decided")
    ] == [True] * 4
    with acting(system("looking in a test")):
        match = Match.objects.get()
    browser("vendor").post(page("answer", match.id), {"answer": "ANOTHER"})
    assert "why, in 5 to 300 visible characters" in text(browser("vendor").get(page("queue")))
    browser("vendor").post(page("answer", match.id), {"answer": "SAME"})
    shown = text(browser("vendor").get(page("queue")))
    assert "Waiting behind a protected project" in shown
    assert "Do these mean the same project?" not in shown
    assert "What stands beside it" in text(browser("vendor").get(page("deal", rivals[1].code)))


def test_who_is_late_comes_first(story, rivals, browser, clock):
    clock.move_to(NOW + timedelta(days=3), tick=False)
    assert "1 is late" in text(browser("vendor").get(page("queue")))


def test_the_operator_sends_back_and_rejects(story, rivals, browser):
    place = rivals[1].code
    browser("vendor").post(page("sending_back", place), {"reason": "Say which site it is for."})
    assert story.again(rivals[1]).review == "ACTION_REQUIRED"
    shown = text(browser("bay").get(page("edit", place)))
    assert "Say which site it is for." in shown
    browser("bay").post(page("edit", place), {**FORM, "problem": "Malmö"})
    assert (story.again(rivals[1]).review, story.again(rivals[1]).country) == ("IN_REVIEW", "SE")
    browser("vendor").post(page("rejection", place), {"reason": "no"})
    assert story.again(rivals[1]).review == "IN_REVIEW"
    browser("vendor").post(page("rejection", place), {"reason": "They have chosen already."})
    assert story.again(rivals[1]).review == "REJECTED"


def test_a_decision_is_shown_over_again(rivals, browser):
    with acting(system("looking in a test")):
        claim = rivals[1].decisions.get(kind="claim")
    shown = text(browser("vendor").get(page("decision", rivals[1].code, claim.code)))
    assert "The same" in shown
    assert "QUEUE" in shown
    assert browser("bay").get(page("decision", rivals[1].code, claim.code)).status_code == 404


def test_a_waiting_deal_is_withdrawn(story, rivals, browser):
    browser("bay").post(page("withdrawal", rivals[1].code))
    assert story.again(rivals[1]).review == "WITHDRAWN"


@pytest.mark.parametrize("name", ["bay", "stranger"])
def test_nobody_opens_what_is_not_ones_own(story, rivals, browser, name):
    for part in ("deal", "edit", "amendment", "receipt"):
        assert browser(name).get(page(part, rivals[0].code)).status_code == 404
    for part in ("submission", "withdrawal", "stage", "extension", "rejection", "sending_back"):
        assert browser(name).post(page(part, rivals[0].code), {"stage": "COMMITTED"}).status_code == 404
    assert browser(name).get(page("queue")).status_code == 404
    with acting(system("looking in a test")):
        assert browser(name).post(page("answer", Match.objects.get().id), {"answer": "SAME"}).status_code == 404


def test_a_stranger_finds_no_page(story, browser):
    assert [browser("stranger").get(page(name)).status_code for name in ("deals", "board", "new", "candidates")] == [
        404
    ] * 4


@pytest.mark.parametrize(
    ("name", "who"), [("deals", "vendor"), ("deals", "bay"), ("board", "vendor"), ("queue", "vendor")]
)
def test_a_page_of_deals_asks_few_questions(story, rivals, browser, name, who):
    for number in range(4):
        story.submit("vendor", facts=other_project(country=("DK", "NO", "FI", "IS")[number]), at=NOW)
        story.submit(
            "bay", facts=other_project(country=("DK", "NO", "FI", "IS")[number]), at=NOW + timedelta(seconds=9)
        )
    browser(who).get(page(name))
    with CaptureQueriesContext(connection) as asked:
        assert browser(who).get(page(name)).status_code == 200
    assert queries_on_tables(asked) <= 12


def test_the_board_sums_by_stage(story, rivals, browser):
    browser("alpine").post(page("stage", rivals[0].code), {"stage": "COMMITTED"})
    shown = text(browser("vendor").get(page("board")))
    assert shown.count("board-column") == 6
    assert shown.count("€50,000.00") >= 4  # two cards, two sums
    assert "data-move" not in shown
    assert "data-move" in text(browser("alpine").get(page("board")))


@pytest.mark.django_db(transaction=True)
def test_the_receipt_attests_what_was_submitted_also_after_an_amendment(story, browser, clock):
    made = story.submit("alpine")
    clock.move_to(LATER, tick=False)
    browser("alpine").post(page("amendment", made.code), FORM)
    download = browser("alpine").get(page("receipt", made.code))
    document = json.loads(text(download))
    assert download.headers["Content-Disposition"] == f'attachment; filename="receipt-{made.code}.json"'
    assert (document["submitted"]["registration"], document["submitted"]["title"]) == (
        made.code,
        "Fleet for the harbour",
    )
    place = f"/api/v1/networks/nordwind/registrations/{made.code}/receipt"
    assert {browser(name).get(place).content for name in ("alpine", "vendor")} == {download.content}
    assert [browser(name).get(place).status_code for name in ("fjord", "bay", "stranger")] == [404] * 3


def test_a_draft_has_no_receipt(story, browser):
    made = story.draft("alpine")
    assert browser("alpine").get(page("receipt", made.code)).status_code == 404


def test_the_clocks_run_as_a_job(story):
    from hansa.deals.tasks import clocks

    made = story.submit("alpine", at=NOW - timedelta(days=1))
    clocks(0)
    with acting(system("looking in a test")):
        assert Registration.objects.get(id=made.id).answered_at == NOW
