"""Calendar months as their first days."""

from __future__ import annotations

from datetime import date, timedelta


def months_ending_before(today: date, count: int) -> tuple[date, ...]:
    """The `count` whole months before the month of `today`, oldest first."""
    return tuple(add_months(today.replace(day=1), -back) for back in range(count, 0, -1))


def add_months(month: date, count: int) -> date:
    """The first day of the month `count` months after that of `month`."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def days_in(month: date) -> int:
    """How many days the month has."""
    return (add_months(month, 1) - month).days


def business_days(first: date, until: date) -> list[date]:
    """Days on which the European payment system is open, from `first` to before `until`."""
    days = (first + timedelta(days=offset) for offset in range((until - first).days))
    return [day for day in days if day.weekday() < 5 and not _closed(day)]


def _closed(day: date) -> bool:
    easter = _easter(day.year)
    return (day.month, day.day) in {(1, 1), (5, 1), (12, 25), (12, 26)} or (day - easter).days in (-2, 1)


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm)."""
    century, golden = year // 100, year % 19
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (year % 100 // 4) - moon - year % 100 % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
