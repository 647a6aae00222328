"""Public holidays are no business hours, and what was computed once stays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hansa.deals.models import Decision
from hansa.deals.operations import run_clocks
from hansa.deals.queries import calendars, replay_of
from hansa.deals.queries.calendars import calendar_for, holidays_in
from hansa.deals.rules import decision_due
from hansa.kit.scope import acting, system
from hansa.organizations.models import Organization
from hansa.programs.engagement import BusinessHours, Clocks

HOURS = BusinessHours()
BEFORE_MAY_DAY = datetime(2026, 4, 30, 14, 0, tzinfo=UTC)  # a Thursday, an hour before the close in Sweden


@pytest.mark.parametrize(
    ("country", "region", "day", "off"),
    [
        ("DE", "", date(2026, 1, 1), True),
        ("DE", "", date(2026, 10, 3), True),
        ("DE", "", date(2026, 1, 6), False),
        ("DE", "BY", date(2026, 1, 6), True),
        ("DE", "DE-BY", date(2026, 1, 6), True),
        ("DE", "bayern", date(2026, 1, 6), True),
        ("DE", "Nowhere", date(2026, 10, 3), True),
        ("US", "", date(2026, 7, 4), True),
        ("US", "", date(2026, 7, 3), True),  # observed: the fourth is a Saturday
        ("FR", "", date(2026, 7, 14), True),
        ("FR", "", date(2026, 7, 15), False),
        ("XX", "", date(2026, 1, 1), False),
        ("", "", date(2026, 1, 1), False),
    ],
)
def test_days_off_are_those_of_country_and_region(country, region, day, off):
    assert (day in holidays_in(country, region, day.year)) is off


@pytest.mark.parametrize(
    ("country", "start", "due"),
    [
        (
            "DE",
            datetime(2026, 4, 2, 14, tzinfo=UTC),
            datetime(2026, 4, 7, 14, tzinfo=UTC),
        ),  # Good Friday, Easter Monday
        ("FR", datetime(2026, 7, 13, 14, tzinfo=UTC), datetime(2026, 7, 15, 14, tzinfo=UTC)),
        ("US", datetime(2026, 7, 2, 20, tzinfo=UTC), datetime(2026, 7, 6, 20, tzinfo=UTC)),
        ("DE", datetime(2026, 12, 31, 15, tzinfo=UTC), datetime(2027, 1, 4, 15, tzinfo=UTC)),  # into the next year
    ],
)
def test_the_decision_is_due_after_the_holiday(country, start, due):
    calendar = calendar_for(Organization(country=country), HOURS, start=start, count=8)
    assert decision_due(start, Clocks(decision_hours=8), calendar) == due


def test_long_clocks_look_as_many_years_ahead_as_they_need():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    short_weeks = BusinessHours(days=("mon",))
    calendar = calendar_for(Organization(country="DE"), short_weeks, start=start, count=1_000)
    assert {day.year for day in calendar.holidays} >= set(range(2026, 2030))


@pytest.mark.django_db
def test_a_stored_decision_does_not_depend_on_the_library(story, monkeypatch):
    story.submit("alpine", at=BEFORE_MAY_DAY)
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=BEFORE_MAY_DAY + timedelta(seconds=1))
    assert second.decision_due == datetime(2026, 5, 5, 14, 0, 1, tzinfo=UTC)
    run_clocks(at=second.decision_due)
    monkeypatch.setattr(calendars, "holidays_in", lambda country, region, year: frozenset())
    with acting(system("looking in a test")):
        (lapse,) = Decision.objects.filter(kind="lapse")
    assert lapse.inputs["due"] == "2026-05-05T14:00:01.000000+00:00"
    assert replay_of(lapse).is_same
