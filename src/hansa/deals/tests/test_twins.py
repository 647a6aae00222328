"""A partner's own project that looks alike: asked once, and what is answered counts for the check."""

from datetime import timedelta

import pytest

from hansa.deals.models import Match, Waiting
from hansa.deals.operations import AlreadyRegistered, draft_registration, run_clocks, submit_registration
from hansa.deals.queries import own_twins
from hansa.deals.queries.twins import described
from hansa.deals.tests.story import NOW, PROJECT, other_project, registrations_of
from hansa.deals.tests.test_screens import FORM, page, text
from hansa.engines.matching import Company as Asked
from hansa.kit.failures import Unprocessable
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(SOON, tick=False)
    return time_machine


def said_another(story, who, code, *, at=SOON, facts=PROJECT, customer=None):
    with acting(story.scope(who)):
        made = draft_registration(
            network=story.network, customer=customer or story.customer.code, facts=facts, at=at, another_than=[code]
        )
        submit_registration(registration_id=made.id, at=at)
    return story.again(made)


def twins_of(story, who, customer, **changes):
    asked = {"family": "Road bikes", "country": "SE", "at": SOON, **changes}
    with acting(story.scope(who)):
        return [each.code for each in own_twins(story.network, customer, **asked)]


def test_own_open_projects_of_the_customer_look_alike_and_rivals_never_do(story):
    made = story.submit("alpine")
    same = described(story.customer)
    assert twins_of(story, "alpine", same) == [made.code]
    assert twins_of(story, "alpine", Asked("Harbour Logistics", country="SE")) == [made.code]
    assert twins_of(story, "alpine", Asked("Quarry Works", country="SE")) == []
    assert twins_of(story, "alpine", same, family="Cargo bikes") == []
    assert twins_of(story, "alpine", same, country="DK") == []
    assert twins_of(story, "alpine", same, aside=made) == []
    assert twins_of(story, "alpine", same, at=NOW + timedelta(days=90)) == []
    assert twins_of(story, "bay", same) == twins_of(story, "vendor", same) == []


def test_another_project_of_ones_own_is_protected_beside_the_first(story):
    first = story.submit("alpine")
    second = said_another(story, "alpine", first.code)
    assert (second.review, second.another_than) == ("APPROVED", [first.code])
    assert second.project_id != first.project_id
    with acting(system("looking in a test")):
        assert not Match.objects.exists()


def test_without_the_answer_it_is_a_duplicate_as_before(story):
    first = story.submit("alpine")
    twin = story.draft("alpine", at=SOON)
    with acting(story.scope("alpine")), pytest.raises(AlreadyRegistered, match=first.code):
        submit_registration(registration_id=twin.id, at=SOON)
    assert story.again(twin).review == "DRAFT"


def test_the_answer_is_no_way_around_a_rivals_protection(story):
    held = story.submit("bay")
    first = story.submit("alpine", at=SOON)
    second = said_another(story, "alpine", first.code, at=SOON + timedelta(seconds=1))
    assert (story.again(held).review, story.again(first).review, second.review) == (
        "APPROVED",
        "IN_REVIEW",
        "IN_REVIEW",
    )
    with acting(system("looking in a test")):
        assert {row.project_id for row in Waiting.objects.all()} == {held.project_id}
    run_clocks(at=NOW + timedelta(days=61))
    assert (story.again(held).review, story.again(first).review) == ("EXPIRED", "APPROVED")


def test_a_rival_waits_behind_either_of_them(story):
    first = story.submit("alpine")
    said_another(story, "alpine", first.code)
    assert story.submit("bay", at=SOON + timedelta(seconds=1)).review == "IN_REVIEW"


@pytest.mark.parametrize("whose", ["bay", "nobody"])
def test_only_own_registrations_are_named(story, whose):
    code = story.submit("bay").code if whose == "bay" else "zzzzzzzz"
    before = len(registrations_of(story.network.id))
    with acting(story.scope("alpine")), pytest.raises(Unprocessable) as refused:
        draft_registration(
            network=story.network, customer=story.customer.code, facts=PROJECT, at=SOON, another_than=[code]
        )
    assert [problem.expected for problem in refused.value.problems] == ["codes of your own registrations"]
    assert len(registrations_of(story.network.id)) == before


def test_the_form_asks_and_the_same_leads_there(story, browser):
    first = story.submit("alpine")
    said = {**FORM, "customer_name": "Harbour Logistics AB", "customer": story.customer.code}
    asked = browser("alpine").post(page("new"), said)
    assert asked.status_code == 422
    assert "Is this the same project as one of yours?" in text(asked)
    assert "The same: “Fleet for the harbour”" in text(asked)
    same = browser("alpine").post(page("new"), {**said, "twin": first.code})
    assert same.headers["Location"] == page("deal", first.code)
    assert len(registrations_of(story.network.id)) == 1
    browser("alpine").post(page("new"), {**said, "twin": "another"})
    _, second = registrations_of(story.network.id)
    assert (second.submitted_at, second.another_than) == (SOON, [first.code])
    assert "Said to be another project than" in text(browser("alpine").get(page("deal", second.code)))
    assert first.code in text(browser("vendor").get(page("deal", second.code)))


def test_a_rivals_project_is_never_asked_about(story, browser):
    story.submit("bay")
    said = {**FORM, "customer_name": "Harbour Logistics AB", "customer": story.customer.code}
    answer = browser("alpine").post(page("new"), said)
    assert answer.status_code == 302
    assert "same project" not in text(browser("alpine").get(answer.headers["Location"]))


def test_a_draft_changes_its_customer_on_screen(story, browser):
    made = story.draft("alpine")
    form = text(browser("alpine").get(page("edit", made.code)))
    assert 'value="Harbour Logistics AB"' in form
    browser("alpine").post(page("edit", made.code), {**FORM, "customer_name": "Harbour Logistics AB", "draft": "1"})
    assert story.again(made).company_id == story.customer.id
    browser("alpine").post(page("edit", made.code), {**FORM, "draft": "1"})
    changed = story.again(made)
    assert (changed.customer, changed.review) == ({"name": "Quarry Works", "country": "SE"}, "DRAFT")
    asked = browser("alpine").post(page("edit", made.code), {**FORM, "customer_name": "Harbour Logistic"})
    assert "Which company do you mean?" in text(asked)
    browser("alpine").post(
        page("edit", made.code), {**FORM, "customer_name": "Harbour Logistic", "customer": story.customer.code}
    )
    submitted = story.again(made)
    assert (submitted.company_id, submitted.review) == (story.customer.id, "APPROVED")


def test_the_customer_of_what_was_sent_back_stays(story, browser, clock):
    from hansa.deals.operations import ask_for_changes

    story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=SOON)
    with acting(story.scope("vendor")):
        ask_for_changes(registration_id=second.id, reason="Say which site it is for.", at=SOON)
    clock.move_to(NOW + timedelta(hours=1), tick=False)
    assert "customer_name" not in text(browser("bay").get(page("edit", second.code)))
    browser("bay").post(page("edit", second.code), {**FORM, "draft": "1"})
    assert story.again(second).customer["name"] == "Harbour Logistics Norden AB"


def test_a_drafts_submission_that_meets_its_twin_comes_to_the_question(story, browser):
    first = story.submit("alpine")
    twin = story.draft("alpine", at=SOON)
    answer = browser("alpine").post(page("submission", twin.code), follow=True)
    assert answer.redirect_chain[0][0] == page("edit", twin.code)
    assert first.code in text(answer)
    said = {**FORM, "customer_name": "Harbour Logistics AB"}
    assert "Is this the same project" in text(browser("alpine").post(page("edit", twin.code), said))
    browser("alpine").post(page("edit", twin.code), {**said, "twin": "another"})
    assert (story.again(twin).review, story.again(twin).another_than) == ("APPROVED", [first.code])


def test_over_the_api(story, ask):
    first = story.submit("alpine")
    body = {"customer": story.customer.code, "family": "Road bikes", "country": "SE", "title": "Second fleet",
            "amount_minor": 5_000_000, "submit": True}  # fmt: skip
    assert ask("alpine", "post", "registrations", body)[0] == 409
    status, said = ask("alpine", "post", "registrations", {**body, "another_than": [first.code]})
    assert (status, said["review"], said["another_than"]) == (201, "IN_REVIEW", [first.code])
    assert ask("bay", "post", "registrations", {**body, "another_than": [first.code]})[0] == 422
    assert story.submit("alpine", facts=other_project(country="DK")).another_than == []
