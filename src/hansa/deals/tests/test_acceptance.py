"""Nobody submits before the rules of engagement in force are accepted."""

import pytest

from hansa.deals.operations import RulesNotAccepted, amend_registration, submit_registration
from hansa.deals.tests.story import NOW, PROGRAM, accepted, other_project, registrations_of
from hansa.deals.tests.test_screens import FORM, page, text
from hansa.kit.scope import acting
from hansa.programs.models import Program
from hansa.programs.operations import publish, save_draft
from hansa.programs.queries import draft_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def second_version(story):
    """A version with other rules of engagement, published after everybody accepted the first."""
    text = PROGRAM.replace('version: "1"', 'version: "2"').replace("count: 1", "count: 2")
    with acting(story.scope("vendor")):
        program = Program.objects.get()
        revision = save_draft(program=program, text=text, revision=draft_of(program).revision, at=NOW).revision
        return publish(program=program, revision=revision, note="", at=NOW)


@pytest.mark.parametrize("who", ["alpine", "vendor"])
def test_a_submission_is_refused_and_the_draft_stays(story, second_version, who):
    made = story.draft(who)
    with acting(story.scope(who)), pytest.raises(RulesNotAccepted, match="version 2 and accept them, then submit"):
        submit_registration(registration_id=made.id, at=NOW)
    kept = story.again(made)
    assert (kept.review, kept.submitted_at) == ("DRAFT", None)
    accepted(story, who)
    with acting(story.scope(who)):
        assert submit_registration(registration_id=made.id, at=NOW).submitted_at == NOW


def test_what_is_decided_anew_needs_the_new_rules_too(story, clock):
    made = story.submit("alpine")
    later = clock.shift  # the amendment comes after the answer
    later(3600)
    at = NOW.replace(hour=10)
    text = PROGRAM.replace('version: "1"', 'version: "2"').replace("count: 1", "count: 2")
    with acting(story.scope("vendor")):
        program = Program.objects.get()
        revision = save_draft(program=program, text=text, revision=draft_of(program).revision, at=at).revision
        publish(program=program, revision=revision, note="", at=at)
    with acting(story.scope("alpine")), pytest.raises(RulesNotAccepted):
        amend_registration(registration_id=made.id, facts=other_project(amount_minor=9_000_000), at=at)
    assert (story.again(made).review, story.again(made).amount_minor) == ("APPROVED", 5_000_000)


def test_the_form_shows_the_rules_and_one_button_accepts_and_submits(story, browser, second_version):
    shown = text(browser("alpine").get(page("new")))
    assert "The rules of engagement, version 2" in shown
    assert "A protection may be extended 2 times by 30 days; show what has happened since." in shown
    assert shown.count("btn-primary") == 1
    assert "Accept the rules and submit" in shown
    answer = browser("alpine").post(page("new"), {**FORM, "accept": second_version.code})
    (made,) = registrations_of(story.network.id)
    assert (answer.status_code, made.submitted_at) == (302, NOW)
    assert "Accept the rules" not in text(browser("alpine").get(page("new")))


def test_the_form_says_what_is_missing_and_keeps_what_was_typed(story, browser, second_version):
    answer = browser("alpine").post(page("new"), FORM)
    assert answer.status_code == 422
    assert "Read the rules of engagement of version 2 and accept them" in text(answer)
    assert 'value="Quarry Works"' in text(answer)
    assert registrations_of(story.network.id) == []


def test_rules_that_moved_on_while_somebody_read_are_not_accepted(story, browser, second_version):
    answer = browser("alpine").post(page("new"), {**FORM, "accept": "zzzzzzzz"})
    assert answer.status_code == 422
    assert "Version 2 is in force" in text(answer)
    assert registrations_of(story.network.id) == []


def test_a_draft_is_kept_without_and_submitted_from_its_page(story, browser, second_version):
    browser("alpine").post(page("new"), {**FORM, "draft": "1"})
    (made,) = registrations_of(story.network.id)
    assert made.review == "DRAFT"
    assert "Accept the rules and submit" in text(browser("alpine").get(page("deal", made.code)))
    browser("alpine").post(page("submission", made.code), {})
    assert story.again(made).review == "DRAFT"
    browser("alpine").post(page("submission", made.code), {"accept": second_version.code})
    assert story.again(made).submitted_at == NOW


def test_the_api_answers_with_a_type_of_its_own(story, ask, second_version):
    body = {"customer": {"name": "Quarry Works"}, "family": "Road bikes", "country": "SE", "title": "Fleet",
            "amount_minor": 5_000_000, "submit": True}  # fmt: skip
    status, problem = ask("alpine", "post", "registrations", body)
    assert (status, problem["type"]) == (409, "/docs/problems#rules-not-accepted")
    assert registrations_of(story.network.id) == []
    assert ask("alpine", "post", "rules-of-engagement/acceptance", {"version": second_version.code})[0] == 200
    assert ask("alpine", "post", "registrations", body)[0] == 201
