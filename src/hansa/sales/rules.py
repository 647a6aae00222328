"""Which days a report may speak of; no framework."""

from __future__ import annotations

from datetime import date, timedelta

LATE = timedelta(days=92)


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after.

    >>> next_month(date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def days_of_report(month: date) -> tuple[date, date]:
    """The days [from, until) that a month's report may speak of: the month itself, and late lines up to 92 days before."""
    return month - LATE, next_month(month)


def can_be_reported(month: date, *, today: date) -> bool:
    """A month is reported from its first day on."""
    return month.day == 1 and month <= today
