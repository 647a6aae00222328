"""How amounts, quantities, shares and times are written for a reader.

Pure functions: the locale (`en`, `pt_BR`), the time zone and the present moment are handed in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta, get_timezone_name
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)
from django.utils.translation import gettext, ngettext

from hansa.kernel.money import minor_digits

SHORTENED_FROM = Decimal(100_000)


@cache
def known_locale(name: str) -> str:
    """The locale that Babel has for `name`, else for its language alone, else English."""
    for candidate in (name, name.split("_")[0]):
        try:
            return str(Locale.parse(candidate))
        except (UnknownLocaleError, ValueError):
            continue
    return "en"


def exact_money(minor: int, currency: str, *, locale: str) -> str:
    """All digits of an amount of minor units: `exact_money(1234, "EUR", locale="de")` is `12,34 €`."""
    digits = minor_digits(currency)
    amount = Decimal(minor).scaleb(-digits)
    written = format_currency(amount, currency, locale=locale, format=_pattern(locale, digits), currency_digits=False)
    return _apart(written, currency)


@cache
def _pattern(locale: str, digits: int) -> str:
    """The locale's own money pattern, with the decimals of ISO 4217 instead of the locale's habit."""
    pattern = str(Locale.parse(locale).currency_formats["standard"].pattern)
    return pattern.replace(".00", f".{'0' * digits}" if digits else "")


def short_money(minor: int, currency: str, *, locale: str) -> str:
    """An amount shortened from 100,000 major units on (`$4.82M`), below that exact."""
    amount = Decimal(minor).scaleb(-minor_digits(currency))
    if abs(amount) < SHORTENED_FROM:
        return exact_money(minor, currency, locale=locale)
    digits = _two_or_three_figures(amount)
    return _apart(format_compact_currency(amount, currency, locale=locale, fraction_digits=digits), currency)


def quantity(value: int | Decimal, *, locale: str) -> str:
    """A count with the locale's grouping: `12,480`."""
    return format_decimal(value, locale=locale)


def short_quantity(value: int | Decimal, *, locale: str) -> str:
    """A count shortened from 100,000 on (`1.25M`), below that exact."""
    if abs(Decimal(value)) < SHORTENED_FROM:
        return quantity(value, locale=locale)
    return format_compact_decimal(value, locale=locale, fraction_digits=_two_or_three_figures(Decimal(value)))


def _apart(written: str, currency: str) -> str:
    """A code in letters stands apart from its digits (CLDR: alphaNextToNumber), which Babel leaves out."""
    return re.sub(rf"({currency})(?=[\d-])", "\\1\N{NO-BREAK SPACE}", written)


def _two_or_three_figures(amount: Decimal) -> int:
    """Decimals that leave three figures: 4.82 M, 48.2 M, 482 M."""
    return 2 - amount.copy_abs().adjusted() % 3


def percent(share: Decimal | Fraction | float, *, digits: int = 0, locale: str) -> str:
    """A share of 1 as a percentage with at most `digits` decimals: 0.125 with one decimal is `12.5%`."""
    value = (
        Decimal(share.numerator) / Decimal(share.denominator) if isinstance(share, Fraction) else Decimal(str(share))
    )
    tail = f".{'#' * digits}" if digits else ""
    pattern = Locale.parse(locale).percent_formats[None].pattern.replace("0", f"0{tail}", 1)
    return format_percent(value, format=pattern, locale=locale)


def relative_time(moment: datetime, now: datetime, *, locale: str) -> str:
    """How far a moment lies from now, in words: `3 hours ago`, `in 2 days`."""
    distance = moment - now
    if abs(distance) < timedelta(seconds=45):
        return gettext("now")
    return format_timedelta(distance, add_direction=True, threshold=1.2, locale=locale)


@lru_cache(maxsize=10_000)
def exact_time(moment: datetime, *, zone: tzinfo, locale: str) -> str:
    """The instant with its zone, to the second: `22 Nov 2026, 08:15:00 CET` in the order of the locale."""
    local = moment.astimezone(zone)
    name = get_timezone_name(local, width="short", locale=locale)
    return f"{format_datetime(local, 'medium', locale=locale)} {name}"


@lru_cache(maxsize=10_000)
def day(value: date, *, now: datetime, locale: str) -> str:
    """A day with its weekday; the year only where it is not this year's: `Fri 27 Nov`."""
    return format_skeleton("MMMEd" if value.year == now.year else "yMMMEd", value, locale=locale)


@lru_cache(maxsize=10_000)
def full_day(value: date, *, locale: str) -> str:
    """A day with nothing left out: `Friday, 27 November 2026` in the order of the locale."""
    return format_date(value, "full", locale=locale)


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """What remains until a deadline: words, and how near it is (`past`, `near` within two days, `far`)."""

    words: str
    urgency: str


def time_left(until: date | datetime, now: datetime) -> TimeLeft:
    """Days or hours left until the end of a deadline's day, or until its moment.

    `until` is the last day (a date, ends at midnight of `now`'s zone) or the moment itself.
    """
    end = until if isinstance(until, datetime) else _midnight_after(until, now)
    seconds = int((end - now).total_seconds())
    if seconds <= 0:
        return TimeLeft(_late(-seconds), "past")
    return TimeLeft(_left(seconds), "near" if seconds <= 2 * 86_400 else "far")


def _midnight_after(last_day: date, now: datetime) -> datetime:
    following = last_day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=now.tzinfo)


def _left(seconds: int) -> str:
    if seconds < 3600:
        return ngettext("%(count)s minute left", "%(count)s minutes left", max(1, seconds // 60)) % _count(seconds, 60)
    if seconds < 2 * 86_400:
        return ngettext("%(count)s hour left", "%(count)s hours left", seconds // 3600) % _count(seconds, 3600)
    return ngettext("%(count)s day left", "%(count)s days left", seconds // 86_400) % _count(seconds, 86_400)


def _late(seconds: int) -> str:
    if seconds < 86_400:
        return ngettext("%(count)s hour late", "%(count)s hours late", max(1, seconds // 3600)) % _count(seconds, 3600)
    return ngettext("%(count)s day late", "%(count)s days late", seconds // 86_400) % _count(seconds, 86_400)


def _count(seconds: int, unit: int) -> dict[str, int]:
    return {"count": max(1, seconds // unit)}


def initials(name: str) -> str:
    """One or two letters for a name without a picture: `Alpine Cloud GmbH` is `AC`."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def hue(name: str) -> int:
    """A stable number from 0 to 7 for a name, which picks the colour of its avatar."""
    mixed = 0
    for letter in name:
        mixed = (mixed * 31 + ord(letter)) % 10_007
    return mixed % 8
