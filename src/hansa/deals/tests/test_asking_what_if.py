"""A period's decisions over again under a draft: on screen and over the API, for those who decide."""

from datetime import date, timedelta

import pytest

from hansa.deals import queries
from hansa.deals.models import Decision, Registration
from hansa.deals.tests.story import NOW, PROGRAM
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.scope import acting, system
from hansa.programs.models import Program
from hansa.programs.operations import save_draft
from hansa.programs.queries import rules_to_try, rules_tried

pytestmark = pytest.mark.django_db
SINCE, UNTIL = date(2026, 3, 10), date(2026, 3, 11)
PERIOD = {"since": SINCE, "until": UNTIL}


@pytest.fixture
def draft(story):
    """One registration of 50,000 and one of 500,000; the draft asks for 100,000 and protects Gold for 30 days."""
    story.submit("alpine")
    story.submit("bay", {"name": "Quarry Works", "country": "DK"}, at=NOW + timedelta(minutes=1))
    with acting(story.scope("vendor")):
        program = Program.objects.get()
        text = PROGRAM.replace("minimum: 1000", "minimum: 100000").replace("days: 90", "days: 30")
        save_draft(program=program, revision=1, text=text, at=NOW)
    return f"draft-{program.code}"


def test_a_draft_and_each_version_can_be_tried_by_those_who_run_the_network(story, draft):
    with acting(story.scope("vendor")):
        assert [words for _, words in rules_to_try(story.network.id)] == [
            "Nordwind Partners, draft", "Nordwind Partners, version 1",
        ]  # fmt: skip
        with pytest.raises(NotFound):
            rules_tried(story.network.id, "zzzzzzzz")


def test_under_the_rules_that_held_nothing_differs(story, draft):
    with acting(story.scope("vendor")):
        version = rules_to_try(story.network.id)[1][0]
        asked = queries.ask_what_if(story.network.id, rules_tried(story.network.id, version), **PERIOD)
    assert asked.answer.words == "None of 6 decisions would differ."


def test_under_the_draft_each_decision_that_differs_is_named_and_nothing_is_changed(story, draft):
    with acting(system("looking in a test")):
        before = [list(model.objects.order_by("id").values()) for model in (Decision, Registration)]
    with acting(story.scope("vendor")):
        asked = queries.ask_what_if(story.network.id, rules_tried(story.network.id, draft), **PERIOD)
    assert asked.answer.words == "3 of 6 decisions would differ."
    assert asked.by_kind == {"eligibility": 2, "protection": 1}
    assert [(each.kind, row.partner.name) for each, row in asked.rows] == [
        ("eligibility", "Alpine Cycles"), ("protection", "Alpine Cycles"), ("eligibility", "Bay Bikes"),
    ]  # fmt: skip
    with acting(system("looking in a test")):
        assert [list(model.objects.order_by("id").values()) for model in (Decision, Registration)] == before


def test_the_period_counts_from_its_first_day_until_before_its_last(story, draft):
    with acting(story.scope("vendor")):
        rules = rules_tried(story.network.id, draft)
        counts = [
            queries.ask_what_if(story.network.id, rules, since=since, until=until).answer.decisions
            for since, until in ((date(2026, 3, 9), SINCE), (SINCE, UNTIL), (UNTIL, date(2026, 4, 1)))
        ]
        assert counts == [0, 6, 0]
        with pytest.raises(Unprocessable):
            queries.ask_what_if(story.network.id, rules, since=SINCE, until=SINCE)


@pytest.mark.parametrize("who", ["alpine", "stranger"])
def test_nobody_else_asks(story, draft, ask, browser, who):
    query = f"?rules={draft}&since=2026-03-10&until=2026-03-11"
    assert ask(who, "get", f"registration-what-if{query}")[0] == 404
    assert browser(who).get(f"/networks/nordwind/deals/what-if{query}").status_code == 404


def test_screen_and_api_say_the_same(story, draft, ask, browser):
    query = f"?rules={draft}&since=2026-03-10&until=2026-03-11"
    status, told = ask("vendor", "get", f"registration-what-if{query}")
    assert (status, told["words"], told["differ"]) == (200, "3 of 6 decisions would differ.", 3)
    assert [each["kind"] for each in told["differences"]] == ["eligibility", "protection", "eligibility"]
    page = browser("vendor").get(f"/networks/nordwind/deals/what-if{query}").content.decode()
    assert "3 of 6 decisions would differ" in page
    assert "2026-06-08 09:00:00 UTC" in page  # 90 days, as it was
    assert "2026-04-09 09:00:00 UTC" in page  # 30 days, as it would be


def test_a_wrong_draft_or_period_is_said_at_its_field(story, draft, ask, browser):
    with acting(story.scope("vendor")):
        save_draft(program=Program.objects.get(), revision=2, text="hansa: 1", at=NOW)
    query = f"?rules={draft}&since=2026-03-10&until=2026-03-10"
    assert ask("vendor", "get", f"registration-what-if{query}")[0] == 422
    assert browser("vendor").get(f"/networks/nordwind/deals/what-if{query}").status_code == 422
