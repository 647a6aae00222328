"""Amounts, days and rows of a file: pure, without a database."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.deals.rules.listing import COLUMNS, columns_of, digest_of_row, listed_deal
from hansa.deals.rules.reading import Unreadable, read_amount, read_day, read_yes
from hansa.kernel.money import Money

ROW = {"customer_name": "Quarry Works", "family": "Road bikes", "country": "se", "title": "Fleet"}


def read(**cells):
    listed, problems = listed_deal(2, {**ROW, **cells}, currency="EUR", countries={"SE", "DE"}, families=["Road bikes"])
    return listed, [(each.row, each.column) for each in problems]


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("50000", "EUR", 5_000_000),
        ("50 000", "EUR", 5_000_000),
        ("50,000", "EUR", 5_000_000),
        ("50.000", "EUR", 5_000_000),
        ("1,234,567.89", "EUR", 123_456_789),
        ("1.234.567,89", "EUR", 123_456_789),
        ("1'234.50", "CHF", 123_450),
        ("EUR 12.50", "EUR", 1_250),
        ("12,50 eur", "EUR", 1_250),
        ("50,000", "JPY", 50_000),
        ("50000.125", "KWD", None),
        ("50.000", "KWD", None),
        ("1,234.500", "KWD", 1_234_500),
        ("50.5", "EUR", 5_050),
        ("1.234,5", "EUR", 123_450),
        ("50.5", "KWD", 50_500),
        ("50.5", "JPY", None),
    ],
)
def test_an_amount_is_read_where_it_means_one_thing(text, currency, minor):
    if minor is None:
        with pytest.raises(Unreadable, match=currency):
            read_amount(text, currency)
    else:
        assert read_amount(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-5",
        "1_000",
        "NaN",
        "Infinity",
        "1e5",
        "٥٠٠٠",
        "1,23,456",
        "12,34.567",
        "5 USD",
        "1" * 31,
        "50000.001",
    ],
)
def test_any_other_amount_is_refused(text):
    with pytest.raises(Unreadable, match=r"an amount in EUR, such as 50000 or 50000\.00"):
        read_amount(text, "EUR")


@given(minor=st.integers(0, 10**13), currency=st.sampled_from(["EUR", "JPY", "KWD"]), comma=st.booleans())
def test_what_is_written_in_full_is_read_back(minor, currency, comma):
    text = f"{Money(minor, currency).decimal:,f}"
    swapped = text.translate(str.maketrans(",.", ".,")) if comma else text
    single = sum(swapped.count(mark) for mark in ",.") == 1
    if currency == "KWD" and single:
        with pytest.raises(Unreadable):
            read_amount(swapped, currency)
    else:
        assert read_amount(swapped, currency) == minor


@pytest.mark.parametrize("text", ["30.06.2026", "2026-02-30", "20260630", "2026-W26-2", "soon"])
def test_a_day_is_written_in_one_way(text):
    assert read_day(" 2026-06-30 ") == date(2026, 6, 30)
    with pytest.raises(Unreadable, match="2026-06-30"):
        read_day(text)


def test_yes_and_no():
    assert [read_yes(text) for text in ("YES", "no", "")] == [True, False, False]
    with pytest.raises(Unreadable, match="yes or no"):
        read_yes("1")


def test_a_row_becomes_facts():
    listed, problems = read(amount="50,000", close_on="2026-06-30", submit="Yes", customer_city="Lund")
    assert problems == []
    assert (listed.customer, listed.submits) == ({"name": "Quarry Works", "city": "Lund"}, True)
    assert (listed.facts.country, listed.facts.amount_minor, listed.facts.close_on) == (
        "SE", 5_000_000, date(2026, 6, 30),
    )  # fmt: skip


def test_everything_that_is_wrong_is_said_by_row_and_column():
    _, problems = read(family="Boats", country="XX", title="", amount="many", close_on="soon", submit="perhaps")
    assert sorted(problems) == [(2, name) for name in ("amount", "close_on", "country", "family", "submit", "title")]
    assert read(customer_name="", customer_domain="not a domain")[1] == [(2, "customer_name"), (2, "customer_domain")]
    assert read(customer="k7x2m9ab")[1] == [(2, "customer")]


def test_the_header_knows_the_columns_and_no_others():
    assert columns_of(["Customer-Name", "FAMILY", "country", "title", "row", "state"], file="a.csv")[1] == []
    wrong = columns_of(["customer", "colour", "family", "Family"], file="a.csv")[1]
    assert [(each.row, each.column) for each in wrong] == [
        (1, "colour"), (1, "Family"), (1, "country"), (1, "title"),
    ]  # fmt: skip


def test_the_columns_are_those_of_the_api():
    from hansa.deals.api.schemas import CompanyIn, RegistrationIn

    of_company = {f"customer_{name}" for name in CompanyIn.model_fields}
    said = {"amount" if name == "amount_minor" else name for name in RegistrationIn.model_fields}
    asked_of_people = {"another_than"}  # a row that is its partner's own twin is refused by the twin's number
    assert set(COLUMNS) == of_company | said - asked_of_people


def test_no_row_breaks_the_reader():
    dice = random.Random(3)
    alphabet = "abc0159 .,;'\"=-+@\n\t\x01é漢\u200b"
    for _ in range(2_000):
        cells = {name: "".join(dice.choices(alphabet, k=dice.randrange(12))) for name in dice.sample(COLUMNS, 9)}
        _, problems = listed_deal(7, cells, currency="EUR", countries={"SE"}, families=["Road bikes"])
        assert {each.row for each in problems} <= {7}
        assert {each.column for each in problems} <= set(COLUMNS)
        assert len(digest_of_row(cells)) == 64
