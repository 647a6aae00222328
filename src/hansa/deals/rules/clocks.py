"""When things are due: business hours of the partner's country, and the earliest instant of any answer.

Opening hours are wall-clock times of a zone; every stretch between them is turned into UTC day by day, so that hours
are counted as they pass, also where clocks change. Zones are those of the IANA database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from hansa.deals.rules.conflict import Outcome
from hansa.deals.rules.wording import PENDING, instant
from hansa.kernel.ruling import Ruling
from hansa.programs.engagement import WEEK, BusinessHours, Clocks, RulesOfEngagement

DAY = timedelta(days=1)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a clock runs: opening hours by the wall clock of a zone, days of the week (0 is Monday), days off."""

    zone: str = "UTC"
    opens: time = time(9)
    closes: time = time(17)
    weekdays: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.opens >= self.closes or not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValueError("a calendar opens before it closes, on some days of the week")


@cache
def zones() -> dict[str, str]:
    """The main zone of each country by its ISO 3166-1 code: that of its capital or of most of its trade."""
    lines = files(__package__).joinpath("zones.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if line and not line.startswith("#"))


def zone_of(country: str) -> str:
    """The main zone of a country; UTC for one that is not known.

    >>> zone_of("PT"), zone_of("")
    ('Europe/Lisbon', 'UTC')
    """
    return zones().get(country, "UTC")


def calendar_of(country: str, hours: BusinessHours, holidays: frozenset[date] = frozenset()) -> Calendar:
    """The calendar of a partner's country under the program's business hours."""
    weekdays = frozenset(WEEK.index(day) for day in hours.days)
    return Calendar(zone_of(country), hours.opens, hours.closes, weekdays, holidays)


def deadline(start: datetime, hours: int, calendar: Calendar) -> datetime:
    """The instant (UTC) at which so many business hours have passed since `start`, never outside business hours.

    Hours that are used up at the close end there, not at the next opening; none from outside end at the next opening.
    """
    if start.tzinfo is None or hours < 0:
        raise ValueError("a deadline counts hours from 0 on, from an instant with its zone")
    left = timedelta(hours=hours)
    for opening, closing in _stretches(start, calendar):
        begin = max(opening, start.astimezone(UTC))
        if begin + left <= closing:
            return begin + left
        left -= closing - begin
    raise AssertionError("days never end")  # pragma: no cover - the calendar's years run out with OverflowError


def time_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """How much business time lies between two instants; nothing where the end is not after the start."""
    total = timedelta()
    for opening, closing in _stretches(start, calendar):
        if opening >= end:
            break
        total += max(min(closing, end) - max(opening, start), timedelta())
    return total


def _stretches(start: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing in UTC, day by day, from the first that closes at `start` or later."""
    zone = ZoneInfo(calendar.zone)
    day = start.astimezone(zone).date()
    while True:
        if day.weekday() in calendar.weekdays and day not in calendar.holidays:
            opening = datetime.combine(day, calendar.opens, zone).astimezone(UTC)
            closing = datetime.combine(day, calendar.closes, zone).astimezone(UTC)
            if opening < closing and closing >= start:
                yield opening, closing
        day += DAY


def answer_at(submitted_at: datetime, clocks: Clocks) -> datetime:
    """The earliest instant (UTC) at which a submission is answered, whatever was found: the same span for each."""
    return submitted_at.astimezone(UTC) + timedelta(minutes=clocks.answer_after)


def decision_due(submitted_at: datetime, clocks: Clocks, calendar: Calendar) -> datetime:
    """The instant (UTC) by which the operator decides; never before the earliest answer."""
    return max(deadline(submitted_at, clocks.decision_hours, calendar), answer_at(submitted_at, clocks))


def next_check(failed_at: datetime, failures: int) -> datetime:
    """When a check that has failed so often is tried again: after 1, 2, 4 … minutes, at last every hour.

    >>> next_check(datetime(2026, 3, 1, tzinfo=UTC), 3).isoformat()
    '2026-03-01T00:04:00+00:00'
    """
    return failed_at.astimezone(UTC) + min(timedelta(minutes=2 ** min(failures - 1, 6)), LONGEST_PAUSE)


def action_due(asked_at: datetime, clocks: Clocks) -> datetime:
    """The instant (UTC, exclusive) until which the partner may mend what was asked for; days of 24 hours."""
    return asked_at.astimezone(UTC) + clocks.action_required_days * DAY


def rule_on_lapse(outcome: Outcome, *, due: datetime, at: datetime, rules: RulesOfEngagement) -> Ruling[str]:
    """What follows where the operator has not decided by `due`: wait, escalate, approve or reject.

    The rules may approve only what nothing stands against: a claim with a rival, or without a check, is escalated.
    """
    lapse = rules.clocks.lapse
    if at < due:
        return Ruling("wait", PENDING, f"The decision is due at {instant(due)}.")
    grounds = f"The decision was due at {instant(due)}; the rules say: {lapse}."
    if lapse == "approve" and outcome is not Outcome.PROTECT:
        return Ruling("escalate", PENDING, f"{grounds} Escalated, since the claim is {outcome}.")
    if lapse == "reject":
        return Ruling(
            lapse, "Your registration was not decided in time and is closed. You may submit it again.", grounds
        )
    return Ruling(lapse, PENDING if lapse == "escalate" else "Your registration is approved.", grounds)
