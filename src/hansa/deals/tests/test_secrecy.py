"""Before its time nothing tells a partner what was found: a claim that waits looks and answers like one that is protected."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from hansa.deals import queries
from hansa.deals.models import Registration
from hansa.deals.operations import ask_for_changes, reject_registration
from hansa.deals.tests.story import NOW, other_project
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=14, seconds=59)
ANSWERED = NOW + timedelta(minutes=15)
TIMES = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00| UTC)?")
PASSING = re.compile(r'"X-CSRFToken": "[^"]*"|csrfmiddlewaretoken" value="[^"]*"|nonce-[\w+/=-]+')
STEPS = {
    "submission": {},
    "withdrawal": {},
    "stage": {"stage": "LAUNCHED"},
    "extension": {"evidence": "They have asked for an offer."},
    "amendment": {"title": "Fleet and yard"},
}
FORMS = {**STEPS, "stage": {"stage": "CLOSED_LOST", "loss_reason": "PRICE"}, "amendment": {"title": "Fleet"}}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(SOON, tick=False)
    return time_machine


@pytest.fixture
def pair(story):
    """Two registrations of one partner in one minute: the first is protected, the second waits behind a rival."""
    for country in ("NO", "DK", "FI"):
        story.submit("alpine", facts=other_project(country=country), at=NOW - timedelta(days=1))
    protected = story.submit("bay", at=NOW)
    waiting = story.submit("bay", facts=other_project(country="NO"), at=NOW)
    assert (protected.review, waiting.review) == ("APPROVED", "IN_REVIEW")
    return protected, waiting


@pytest.fixture
def found_four_ways(story, pair):
    """The pair, one that the operator has rejected already and one that it has sent back."""
    for country, decide in (("DK", reject_registration), ("FI", ask_for_changes)):
        made = story.submit("bay", facts=other_project(country=country), at=NOW)
        with acting(story.scope("vendor")):
            decide(registration_id=made.id, reason="They have chosen already.", at=NOW + timedelta(seconds=9))
        pair = (*pair, made)
    again = [story.again(made) for made in pair]
    assert [made.review for made in again] == ["APPROVED", "IN_REVIEW", "REJECTED", "ACTION_REQUIRED"]
    return again


def masked(text, registration):
    """A text without what names the registration, countries and instants."""
    text = PASSING.sub("", TIMES.sub("*", text)).replace(registration.code, "*")
    return re.sub(r"\b(SE|NO|DK|FI|Sweden|Norway|Denmark|Finland)\b", "*", text)


def api(registration, part=""):
    return f"/api/v1/networks/nordwind/registrations/{registration.code}{part}"


@pytest.mark.parametrize("part", ["", "/versions", "/decisions"])
def test_the_bytes_of_an_answer_are_the_same_whatever_was_found(found_four_ways, browser, part):
    answers = {masked(browser("bay").get(api(made, part)).content.decode(), made) for made in found_four_ways}
    assert len(answers) == 1
    assert "items" in (text := answers.pop()) or '"review": "IN_REVIEW"' in text


def test_the_bytes_of_the_page_are_the_same_whatever_was_found(found_four_ways, browser):
    pages = [browser("bay").get(reverse("deals:deal", args=["nordwind", made.code])) for made in found_four_ways]
    assert [page.status_code for page in pages] == [200] * 4
    texts = {masked(page.content.decode(), made) for page, made in zip(pages, found_four_ways, strict=True)}
    assert len(texts) == 1
    assert "In review" in texts.pop()


def test_the_distributor_upstream_sees_no_more(story, browser):
    story.submit("bay", facts=other_project(country="NO"), at=NOW - timedelta(days=1))
    made = [story.submit("alpine", facts=other_project(country=country), at=NOW) for country in ("SE", "NO")]
    texts = {masked(browser("fjord").get(api(each)).content.decode(), each) for each in made}
    assert [each.review for each in made] == ["APPROVED", "IN_REVIEW"]
    assert len(texts) == 1


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_refused_in_the_same_words(story, found_four_ways, browser, step):
    before = [story.again(made).__dict__ for made in found_four_ways]
    answers = [browser("bay").post(api(made, f"/{step}"), STEPS[step], content_type="application/json")
               for made in found_four_ways]  # fmt: skip
    assert {answer.status_code for answer in answers} == {409}
    assert {answer.json()["detail"] for answer in answers} == {
        "This registration is in review. Nothing can be changed before its answer, at 2026-03-10 09:15:00 UTC at the earliest."
    }
    after = [story.again(made).__dict__ for made in found_four_ways]
    assert [{**row, "_state": 0} for row in after] == [{**row, "_state": 0} for row in before]


def test_an_edit_is_refused_in_the_same_words(found_four_ways, browser):
    answers = [browser("bay").patch(api(made), {"title": "Other"}, content_type="application/json")
               for made in found_four_ways]  # fmt: skip
    assert {(answer.status_code, answer.content) for answer in answers} == {(409, answers[0].content)}


@pytest.mark.parametrize("step", [*STEPS, "edit"])
def test_every_form_is_refused_in_the_same_words(found_four_ways, browser, step):
    pages = [browser("bay").post(reverse(f"deals:{step}", args=["nordwind", made.code]), FORMS.get(step, {}))
             for made in found_four_ways]  # fmt: skip
    assert {page.status_code for page in pages} == {409}
    assert len({masked(page.content.decode(), made) for page, made in zip(pages, found_four_ways, strict=True)}) == 1


def test_filters_and_counts_tell_nothing(found_four_ways, browser):
    rows = {review: len(browser("bay").get(f"/api/v1/networks/nordwind/registrations?review={review}").json()["items"])
            for review in ("IN_REVIEW", "APPROVED", "REJECTED", "ACTION_REQUIRED")}  # fmt: skip
    assert rows == {"IN_REVIEW": 4, "APPROVED": 0, "REJECTED": 0, "ACTION_REQUIRED": 0}
    page = browser("bay").get(reverse("deals:deals", args=["nordwind"])).content.decode()
    assert re.findall(r'review=(\w+)"[^>]*>[^<]*<span class="count">(\d+)', page) == [
        ("DRAFT", "0"), ("IN_REVIEW", "4"), ("ACTION_REQUIRED", "0"), ("APPROVED", "0"), ("EXPIRED", "0"),
    ]  # fmt: skip


def test_the_board_holds_all_of_them(found_four_ways, browser):
    page = browser("bay").get(reverse("deals:board", args=["nordwind"])).content.decode()
    assert page.count("board-card-title") == 4
    assert "data-move" not in page


def test_no_decision_about_a_protection_is_found_before_the_answer(story, pair, browser, clock):
    with acting(system("looking in a test")):
        secret = pair[0].decisions.get(kind="protection")
    place = api(pair[0], f"/decisions/{secret.code}/replay")
    assert browser("bay").get(place).status_code == 404
    assert (
        browser("bay").get(reverse("deals:decision", args=["nordwind", pair[0].code, secret.code])).status_code == 404
    )
    clock.move_to(ANSWERED, tick=False)
    assert browser("bay").get(place).json()["is_same"] is True


def test_the_answer_shows_at_its_instant(pair, browser, clock):
    clock.move_to(ANSWERED, tick=False)
    protected, waiting = (browser("bay").get(api(made)).json() for made in pair)
    assert (protected["review"], protected["protected_until"]) == ("APPROVED", "2026-05-09T09:00:00Z")
    assert (waiting["review"], waiting["protected_until"], waiting["waits"]) == ("IN_REVIEW", None, None)
    assert waiting["reason"] == "Your registration is in review. You will be told as soon as it is decided."
    assert waiting["steps"] == ["withdraw", "stage"]


def test_one_that_waits_looks_like_one_that_somebody_must_look_at(story, pair, browser, clock):
    story.submit("alpine", {"name": "Quarry Works AB"}, facts=other_project(country="DK"), at=NOW)
    queued = story.submit("bay", {"name": "Quarry Works Norden AB"}, facts=other_project(country="DK"), at=NOW)
    assert queued.decision_due is not None
    clock.move_to(ANSWERED + timedelta(days=2), tick=False)
    waiting, asked = (browser("bay").get(api(made)).json() for made in (pair[1], queued))
    told = ("code", "customer", "country")
    assert {k: v for k, v in waiting.items() if k not in told} == {k: v for k, v in asked.items() if k not in told}


def test_those_who_run_the_network_see_what_is_stored(pair, browser):
    protected, waiting = (browser("vendor").get(api(made)).json() for made in pair)
    assert (protected["review"], protected["waits"], waiting["review"], waiting["waits"]) == (
        "APPROVED", False, "IN_REVIEW", True,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["bay", "vendor", "fjord"])
@pytest.mark.parametrize("at", [SOON, ANSWERED, ANSWERED + timedelta(days=90)])
def test_the_list_and_the_record_agree_on_what_is_shown(story, found_four_ways, name, at):
    story.draft("bay", facts=other_project(country="IS"))
    with acting(story.scope(name)):
        for row in Registration.objects.select_related("network", "partner"):
            shown = queries.as_seen(row, at=at).review
            listed = queries.registrations_as_seen(story.network.id, at=at, review=shown)
            assert listed.filter(id=row.id).exists(), (row.review, shown)


def test_a_protection_has_ended_at_its_instant_however_late_somebody_notes_it(pair, browser, clock):
    clock.move_to(NOW + timedelta(days=60), tick=False)
    seen = browser("bay").get(api(pair[0])).json()
    assert (seen["review"], seen["steps"]) == ("EXPIRED", [])
