"""What a registration costs its partner, and that it cannot grow unseen."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hansa.deals.rules.budget import (
    ASKED,
    MOST_FIELDS,
    MOST_REQUIRED,
    SCREENS,
    Effort,
    Measure,
    figures_of,
    measures_of,
)
from hansa.deals.tests.story import NOW

HOURS = some.fractions(min_value=0, max_value=1_000)


def effort(hours=None, business=None, again=0):
    return Effort(NOW, hours, hours if business is None else business, again)


def test_median_and_nine_of_ten_are_values_that_were_measured():
    figures = figures_of([effort(Fraction(hours)) for hours in (9, 1, 2, 3, 4, 5, 6, 7, 8, 40)])
    assert (figures.median, figures.p90, figures.submitted, figures.undecided) == (5, 9, 10, 0)


def test_what_is_not_decided_is_counted_apart():
    figures = figures_of([effort(Fraction(2)), effort(), effort(again=1), effort(Fraction(4), again=2)])
    assert (figures.median, figures.undecided, figures.resubmitted) == (2, 2, Fraction(1, 2))


def test_without_registrations_nothing_is_measured_and_nothing_is_over():
    figures = figures_of([])
    assert (figures.median, figures.p90, figures.resubmitted) == (None, None, 0)
    assert not any(each.is_over for each in measures_of(figures, decision_hours=16))


@given(some.lists(HOURS, min_size=1, max_size=30))
def test_at_least_so_many_lie_below_each_figure(hours):
    figures = figures_of([effort(each) for each in hours])
    assert sum(each <= figures.median for each in hours) * 2 >= len(hours)
    assert sum(each <= figures.p90 for each in hours) * 10 >= len(hours) * 9
    assert figures.median <= figures.p90


def test_a_cap_is_overrun_only_beyond_it():
    assert not Measure("fields", Fraction(8), Fraction(8)).is_over
    assert Measure("fields", Fraction(9), Fraction(8)).is_over


def test_the_promise_of_the_program_is_the_cap_of_its_hours():
    over = {each.name: each.is_over for each in measures_of(figures_of([effort(Fraction(17))]), decision_hours=16)}
    assert over == {
        "fields": False, "required": False, "screens": False, "business_median": True, "business_p90": True, "resubmitted": False,
    }  # fmt: skip


def test_the_form_asks_what_is_counted_and_no_more():
    from hansa.deals.web.forms import RegisterForm

    form = RegisterForm(families=["Boats"], currency="EUR")
    asked = {field.name: field.field.required for field in form.visible_fields()}
    assert asked == dict(ASKED)
    assert list(asked) == list(ASKED)
    assert (len(asked), sum(asked.values())) == (8, 4)
    assert len(asked) <= MOST_FIELDS
    assert sum(asked.values()) <= MOST_REQUIRED


@pytest.fixture
def later(time_machine):
    time_machine.move_to(NOW + timedelta(days=3), tick=False)


@pytest.fixture
def decided(story):
    """One decided at once, one that waits in line, one that the operator sent back after an hour, one of the operator's own."""
    from hansa.deals.operations import ask_for_changes, run_clocks
    from hansa.deals.tests.story import other_project
    from hansa.kit.scope import acting

    story.submit("alpine")
    story.submit("bay")
    third = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, facts=other_project(title="Third"))
    story.submit("vendor", facts=other_project(country="DK"))
    with acting(story.scope("vendor")):
        ask_for_changes(registration_id=third.id, reason="Say which site it is for.", at=NOW + timedelta(hours=1))
    run_clocks(at=NOW + timedelta(hours=2))
    run_clocks(at=NOW + timedelta(hours=4))
    return story


@pytest.mark.django_db
def test_the_operator_reads_the_hours_of_its_partners(decided, browser, later):
    shown = browser("vendor").get("/networks/nordwind/deals/budget")
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "half were decided within 0.2 business hours, nine of ten within 2.0" in text
    assert "Within the budget" in text
    assert "March 2026" in text


@pytest.mark.django_db
def test_the_figures_over_the_api(decided, ask, later):
    status, said = ask("vendor", "get", "registration-budget")
    assert status == 200
    measured = {line["name"]: (line["value"], line["most"], line["is_over"]) for line in said["measures"]}
    assert measured["fields"] == ("8", "8", False)
    assert measured["screens"] == (str(len(SCREENS)), "1", False)
    assert measured["business_p90"] == ("2", "16", False)
    assert [(row["month"], row["submitted"], row["undecided"]) for row in said["months"][:2]] == [
        ("2026-03-01", 3, 0),
        ("2026-02-01", 0, 0),
    ]
    assert len(said["months"]) == 6


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["alpine", "fjord", "stranger"])
def test_partners_never_see_it(decided, browser, ask, later, who):
    assert browser(who).get("/networks/nordwind/deals/budget").status_code == 404
    assert ask(who, "get", "registration-budget")[0] == 404


@pytest.mark.django_db
def test_from_new_to_in_review_is_one_screen(story, browser, later):
    from hansa.deals.tests.test_screens import FORM

    answer = browser("alpine").post("/networks/nordwind/deals/new", FORM, follow=True)
    assert SCREENS == ("deals:new",)
    assert len(answer.redirect_chain) == 1
    assert "In review" in answer.content.decode()
