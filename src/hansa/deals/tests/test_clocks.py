from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.deals.rules import (
    PENDING,
    Calendar,
    Outcome,
    action_due,
    answer_at,
    calendar_of,
    deadline,
    decision_due,
    rule_on_lapse,
    time_between,
    zone_of,
    zones,
)
from hansa.deals.tests.cases import INSTANTS, RULES, TICK
from hansa.programs.engagement import BusinessHours, Clocks
from hansa.programs.rules.counsel import EUROPEAN_UNION

BERLIN = Calendar("Europe/Berlin")
EUROPE = sorted(EUROPEAN_UNION | {"CH", "IS", "LI", "NO", "GB"})
WORLD = {
    "US": "America/New_York",
    "CA": "America/Toronto",
    "AU": "Australia/Sydney",
    "NZ": "Pacific/Auckland",
    "JP": "Asia/Tokyo",
    "CN": "Asia/Shanghai",
    "IN": "Asia/Kolkata",
    "BR": "America/Sao_Paulo",
    "MX": "America/Mexico_City",
    "SG": "Asia/Singapore",
    "ZA": "Africa/Johannesburg",
    "TR": "Europe/Istanbul",
    "AE": "Asia/Dubai",
    "DE": "Europe/Berlin",
    "GB": "Europe/London",
    "UA": "Europe/Kyiv",
}


def berlin(*when):
    return datetime(*when, tzinfo=ZoneInfo("Europe/Berlin"))


CALENDARS = st.builds(
    Calendar,
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
    opens=st.sampled_from([time(0), time(1, 30), time(2, 30), time(9)]),
    closes=st.sampled_from([time(10), time(17), time(23, 59)]),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    holidays=st.frozensets(st.dates(date(2024, 1, 1), date(2028, 1, 1)), max_size=5),
)
HOURS = st.integers(0, 60)


def is_open(moment, calendar):
    """Whether a moment lies in opening hours, the close included, or where clocks skipped the opening."""
    local = moment.astimezone(ZoneInfo(calendar.zone))
    on_day = local.weekday() in calendar.weekdays and local.date() not in calendar.holidays
    return on_day and calendar.opens <= local.time().replace(tzinfo=None) <= calendar.closes


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (berlin(2026, 3, 2, 10), 0, berlin(2026, 3, 2, 10)),
        (berlin(2026, 3, 2, 10), 2, berlin(2026, 3, 2, 12)),
        (berlin(2026, 3, 2, 10), 7, berlin(2026, 3, 2, 17)),
        (berlin(2026, 3, 2, 10), 8, berlin(2026, 3, 3, 10)),
        (berlin(2026, 3, 2, 9), 8, berlin(2026, 3, 2, 17)),
        (berlin(2026, 3, 2, 7), 1, berlin(2026, 3, 2, 10)),
        (berlin(2026, 3, 2, 17), 0, berlin(2026, 3, 2, 17)),
        (berlin(2026, 3, 2, 17), 1, berlin(2026, 3, 3, 10)),
        (berlin(2026, 3, 2, 17, 0, 0, 1), 0, berlin(2026, 3, 3, 9)),
        (berlin(2026, 3, 6, 16), 2, berlin(2026, 3, 9, 10)),
        (berlin(2026, 3, 7, 12), 0, berlin(2026, 3, 9, 9)),
        (berlin(2026, 3, 7, 12), 16, berlin(2026, 3, 10, 17)),
        (berlin(2026, 3, 27, 16), 9, berlin(2026, 3, 30, 17)),
        (berlin(2026, 10, 23, 16), 9, berlin(2026, 10, 26, 17)),
    ],
)
def test_hours_count_only_while_it_is_open(start, hours, end):
    found = deadline(start, hours, BERLIN)

    assert found == end
    assert found.tzinfo is UTC


def test_a_holiday_is_passed_over():
    calendar = replace(BERLIN, holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)}))

    assert deadline(berlin(2026, 4, 2, 16), 2, calendar) == berlin(2026, 4, 7, 10)
    assert deadline(berlin(2026, 4, 2, 16), 2, BERLIN) == berlin(2026, 4, 3, 10)


def test_the_clock_of_the_partners_country_counts():
    start = datetime(2026, 3, 2, 20, tzinfo=UTC)

    assert deadline(start, 1, Calendar("America/New_York")) == datetime(2026, 3, 2, 21, tzinfo=UTC)
    assert deadline(start, 1, Calendar("Asia/Tokyo")) == datetime(2026, 3, 3, 1, tzinfo=UTC)
    assert deadline(start, 1, BERLIN) == datetime(2026, 3, 3, 9, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_or_repeat_counts_as_it_passes():
    nights = Calendar("Europe/Berlin", time(1), time(5), frozenset(range(7)))

    assert time_between(berlin(2026, 3, 29, 0), berlin(2026, 3, 29, 6), nights) == timedelta(hours=3)
    assert time_between(berlin(2026, 10, 25, 0), berlin(2026, 10, 25, 6), nights) == timedelta(hours=5)
    assert deadline(berlin(2026, 3, 29, 1), 3, nights) == berlin(2026, 3, 29, 5)
    assert deadline(berlin(2026, 10, 25, 1), 5, nights) == berlin(2026, 10, 25, 5)


def test_a_day_whose_opening_the_clocks_skip_is_closed():
    short = Calendar("Europe/Berlin", time(2, 30), time(3), frozenset(range(7)))

    assert time_between(berlin(2026, 3, 29, 0), berlin(2026, 3, 30, 0), short) == timedelta()
    assert deadline(berlin(2026, 3, 29, 0), 0, short) == berlin(2026, 3, 30, 2, 30)


def test_an_opening_as_long_as_nothing_is_none():
    exact = Calendar("Europe/Berlin", time(2), time(3), frozenset(range(7)))

    assert deadline(berlin(2026, 3, 29, 0), 0, exact) == berlin(2026, 3, 30, 2)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (berlin(2026, 3, 2, 8), berlin(2026, 3, 2, 18), 8),
        (berlin(2026, 3, 2, 10), berlin(2026, 3, 2, 11), 1),
        (berlin(2026, 3, 2, 16), berlin(2026, 3, 3, 10), 2),
        (berlin(2026, 3, 6, 16), berlin(2026, 3, 9, 10), 2),
        (berlin(2026, 3, 7, 0), berlin(2026, 3, 8, 23), 0),
        (berlin(2026, 3, 3, 10), berlin(2026, 3, 2, 10), 0),
        (berlin(2026, 3, 2, 12), berlin(2026, 3, 2, 10), 0),
    ],
)
def test_the_time_between_is_that_of_the_opening_hours(start, end, hours):
    assert time_between(start, end, BERLIN) == timedelta(hours=hours)


@pytest.mark.parametrize(("start", "hours"), [(datetime(2026, 3, 2), 1), (berlin(2026, 3, 2), -1)])
def test_what_cannot_be_counted_is_refused(start, hours):
    with pytest.raises(ValueError, match="counts hours from 0 on, from an instant with its zone"):
        deadline(start, hours, BERLIN)


@pytest.mark.parametrize(
    "said",
    [
        {"opens": time(17), "closes": time(17)},
        {"opens": time(18)},
        {"weekdays": frozenset()},
        {"weekdays": frozenset({7})},
        {"weekdays": frozenset({-1, 0})},
    ],
)
def test_a_calendar_that_never_opens_is_refused(said):
    with pytest.raises(ValueError, match="opens before it closes, on some days"):
        Calendar(**said)


@given(INSTANTS, HOURS, HOURS, CALENDARS)
def test_hours_add_up(start, one, other, calendar):
    assert deadline(deadline(start, one, calendar), other, calendar) == deadline(start, one + other, calendar)


@given(INSTANTS, INSTANTS, HOURS, CALENDARS)
def test_a_later_start_is_never_due_earlier(start, other, hours, calendar):
    first, second = sorted((start, other))

    assert first <= deadline(first, hours, calendar) <= deadline(second, hours, calendar)


@given(INSTANTS, HOURS, CALENDARS)
def test_a_deadline_lies_in_opening_hours_and_as_many_hours_away(start, hours, calendar):
    due = deadline(start, hours, calendar)

    assert time_between(start, due, calendar) == timedelta(hours=hours)
    if calendar.opens not in (time(1, 30), time(2, 30)):
        assert is_open(due, calendar)


def test_every_country_has_a_zone_that_exists():
    assert len(zones()) > 240
    assert all(ZoneInfo(zone).key == zone and len(country) == 2 for country, zone in zones().items())
    assert [country for country in EUROPE if not zone_of(country).startswith(("Europe/", "Asia/Nicosia", "Atl"))] == []
    assert {country: zone_of(country) for country in WORLD} == WORLD


def test_a_country_that_nobody_knows_has_the_clock_of_the_world():
    assert (zone_of("ZZ"), zone_of("")) == ("UTC", "UTC")


def test_a_calendar_has_the_hours_of_the_program_and_the_zone_of_the_country():
    hours = BusinessHours(time(8, 30), time(16), ("mon", "sun"))
    off = frozenset({date(2026, 1, 1)})

    assert calendar_of("JP", hours, off) == Calendar("Asia/Tokyo", time(8, 30), time(16), frozenset({0, 6}), off)
    assert calendar_of("DE", BusinessHours()) == BERLIN


def test_every_submission_is_answered_after_the_same_span():
    assert answer_at(berlin(2026, 3, 2, 10), Clocks(answer_after=15)) == berlin(2026, 3, 2, 10, 15)
    assert answer_at(berlin(2026, 3, 2, 10), Clocks()).tzinfo is UTC


def test_a_decision_is_due_after_its_business_hours_but_not_before_the_answer():
    start = berlin(2026, 3, 2, 10)

    assert decision_due(start, Clocks(decision_hours=16), BERLIN) == berlin(2026, 3, 4, 10)
    assert decision_due(start, Clocks(decision_hours=1, answer_after=90), BERLIN) == berlin(2026, 3, 2, 11, 30)


def test_the_partners_turn_lasts_days_of_twenty_four_hours():
    due = action_due(berlin(2026, 3, 27, 10), Clocks(action_required_days=14))

    assert due == datetime(2026, 4, 10, 9, tzinfo=UTC)
    assert due.tzinfo is UTC


DUE = datetime(2026, 3, 4, 9, tzinfo=UTC)


def lapse(said, outcome=Outcome.PROTECT, at=DUE):
    rules = replace(RULES, clocks=Clocks(lapse=said))
    return rule_on_lapse(outcome, due=DUE, at=at, rules=rules)


@pytest.mark.parametrize("said", ["escalate", "approve", "reject"])
def test_before_it_is_due_nothing_follows(said):
    ruling = lapse(said, at=DUE - TICK)

    assert (ruling.outcome, ruling.reason) == ("wait", PENDING)
    assert ruling.grounds == "The decision is due at 2026-03-04 09:00:00 UTC."


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("escalate", PENDING),
        ("approve", "Your registration is approved."),
        ("reject", "Your registration was not decided in time and is closed. You may submit it again."),
    ],
)
def test_what_the_rules_say_follows_a_lapse(said, reason):
    ruling = lapse(said)

    assert (ruling.outcome, ruling.reason) == (said, reason)
    assert ruling.grounds == f"The decision was due at 2026-03-04 09:00:00 UTC; the rules say: {said}."


@pytest.mark.parametrize("outcome", [Outcome.WAIT, Outcome.QUEUE, Outcome.DUPLICATE])
def test_a_lapse_approves_nothing_that_something_stands_against(outcome):
    ruling = lapse("approve", outcome)

    assert (ruling.outcome, ruling.reason) == ("escalate", PENDING)
    assert ruling.grounds == (
        "The decision was due at 2026-03-04 09:00:00 UTC; the rules say: approve. "
        f"Escalated, since the claim is {outcome}."
    )
    assert lapse("reject", outcome).outcome == "reject"


def test_a_calendar_without_a_country_has_the_clock_of_the_world():
    assert deadline(datetime(2026, 3, 2, 10, tzinfo=UTC), 7, Calendar()) == datetime(2026, 3, 2, 17, tzinfo=UTC)
    assert Calendar().zone == "UTC"
