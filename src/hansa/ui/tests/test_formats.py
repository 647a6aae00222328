from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from hansa.ui import formats

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "written"),
    [
        (1234, "EUR", "de", "12,34\N{NO-BREAK SPACE}€"),
        (1234, "USD", "en", "$12.34"),
        (1234, "JPY", "en", "¥1,234"),
        (1234567, "KWD", "en", "KWD\N{NO-BREAK SPACE}1,234.567"),
        (-98765432100, "USD", "en", "-$987,654,321.00"),
        (100, "HUF", "en", "HUF\N{NO-BREAK SPACE}1.00"),
    ],
)
def test_money_is_written_with_the_decimals_of_its_currency(minor, currency, locale, written):
    assert formats.exact_money(minor, currency, locale=locale) == written


@pytest.mark.parametrize(
    ("minor", "written"),
    [
        (482_000_000, "$4.82M"),
        (4_820_000_000, "$48.2M"),
        (61_200_000, "$612K"),
        (9_999_999, "$99,999.99"),
        (-482_000_000, "-$4.82M"),
    ],
)
def test_large_amounts_keep_three_figures(minor, written):
    assert formats.short_money(minor, "USD", locale="en") == written


def test_a_large_amount_in_german_is_in_millions():
    assert formats.short_money(482_000_000, "EUR", locale="de") == "4,82\N{NO-BREAK SPACE}Mio.\N{NO-BREAK SPACE}€"


@pytest.mark.parametrize(
    ("share", "digits", "written"),
    [(0.125, 1, "12.5%"), (Decimal("0.5"), 0, "50%"), (Fraction(1, 3), 2, "33.33%"), (Decimal(0), 1, "0%")],
)
def test_a_share_is_written_as_percent(share, digits, written):
    assert formats.percent(share, digits=digits, locale="en") == written


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=-20), "now"),
        (timedelta(minutes=-3), "3 minutes ago"),
        (timedelta(hours=-2), "2 hours ago"),
        (timedelta(days=3), "in 3 days"),
    ],
)
def test_a_moment_is_told_from_now(distance, words):
    assert formats.relative_time(NOW + distance, NOW, locale="en") == words


def test_the_exact_instant_names_its_zone():
    written = formats.exact_time(NOW, zone=ZoneInfo("Europe/Berlin"), locale="de")
    assert written == "22.11.2026, 13:00:00 MEZ"


@pytest.mark.parametrize(
    ("until", "words", "urgency"),
    [
        (NOW + timedelta(minutes=30), "30 minutes left", "near"),
        (NOW + timedelta(hours=5), "5 hours left", "near"),
        (NOW + timedelta(days=12), "12 days left", "far"),
        (NOW - timedelta(hours=2), "2 hours late", "past"),
        (NOW - timedelta(days=3), "3 days late", "past"),
        (date(2026, 11, 22), "12 hours left", "near"),
        (date(2026, 11, 21), "12 hours late", "past"),
        (date(2026, 11, 30), "8 days left", "far"),
    ],
)
def test_a_deadline_says_how_long_is_left(until, words, urgency):
    assert formats.time_left(until, NOW) == formats.TimeLeft(words, urgency)


def test_the_last_day_ends_at_midnight_where_the_reader_is():
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    assert formats.time_left(date(2026, 11, 22), tokyo).words == "3 hours left"


def test_a_day_of_another_year_says_the_year():
    assert formats.day(date(2026, 11, 27), now=NOW, locale="en") == "Fri, Nov 27"
    assert formats.day(date(2027, 1, 19), now=NOW, locale="en") == "Tue, Jan 19, 2027"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Alpine Cloud GmbH", "AC"), ("DataForge", "D"), ("(& Söhne)", "S"), ("", "?"), ("émile", "É")],
)
def test_initials_stand_for_a_name(name, letters):
    assert formats.initials(name) == letters


@pytest.mark.parametrize(
    ("asked", "known"), [("pt_BR", "pt_BR"), ("de_XX", "de"), ("tlh", "en"), ("zh_Hans", "zh_Hans")]
)
def test_an_unknown_locale_falls_back_to_its_language_then_to_english(asked, known):
    assert formats.known_locale(asked) == known


def test_a_large_count_is_shortened():
    assert formats.short_quantity(1_250_000, locale="en") == "1.25M"
    assert formats.short_quantity(12_480, locale="en") == "12,480"
