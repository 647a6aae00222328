"""The world as a whole: the same again, of the right size, uneven and seasonal as trade is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from hashlib import sha256

import pytest

from hansa.site.demo.tests.reading import world
from hansa.site.demo.world import DEMO_PASSWORD, DEMO_SEED, World, build, describe
from hansa.site.demo.world.records import Sale

EURO = {"EUR": 100, "GBP": 88, "CHF": 98, "SEK": 1150, "PLN": 440}


def in_euro(sale: Sale) -> float:
    return (sale.net_amount or 0) / EURO[sale.currency]


def fingerprint(made: World) -> str:
    digest = sha256(repr((made.organizations, made.persons, made.memberships, made.sales, made.planted)).encode())
    for report in made.reports:
        digest.update(report.file_name.encode() + report.content)
    digest.update(made.rates_csv + made.partner_list.content)
    return digest.hexdigest()


def test_the_same_seed_and_day_give_the_same_bytes_in_another_process() -> None:
    script = (
        "from datetime import date; from hansa.site.demo.tests.test_world import fingerprint;"
        "from hansa.site.demo.world import DEMO_SEED, build; print(fingerprint(build(DEMO_SEED, date(2026, 11, 22))))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    other = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == fingerprint(world())


def test_another_seed_gives_another_world() -> None:
    other = world(2)
    assert other.sales[:100] != world().sales[:100]
    assert other.rates_csv != world().rates_csv


def test_three_years_end_with_last_month() -> None:
    assert (world().months[0], world().months[-1], len(world().months)) == (date(2023, 11, 1), date(2026, 10, 1), 36)
    assert min(sale.sold_on for sale in world().sales).replace(day=1) == date(2023, 11, 1)
    assert max(sale.sold_on for sale in world().sales).replace(day=1) == date(2026, 10, 1)


def test_about_sixty_thousand_lines_two_in_a_hundred_returns() -> None:
    returns = sum(sale.quantity < 0 for sale in world().sales)
    assert 58_500 <= len(world().sales) <= 61_500
    assert 0.017 <= returns / len(world().sales) <= 0.023


@pytest.mark.parametrize("seed", [DEMO_SEED, 2])
def test_a_tenth_of_the_sellers_sells_about_43_in_a_hundred(seed: int) -> None:
    sold: Counter[str] = Counter()
    for sale in world(seed).sales:
        sold[sale.partner] += in_euro(sale)
    largest = sorted(sold.values(), reverse=True)
    share = sum(largest[: len(largest) // 10]) / sum(largest)
    assert 0.415 <= share <= 0.445


def test_the_trade_has_seasons_and_grows() -> None:
    by_month: Counter[date] = Counter()
    for sale in world().sales:
        by_month[sale.sold_on.replace(day=1)] += in_euro(sale)
    spring = sum(by_month[date(2025, month, 1)] for month in (4, 5, 6))
    winter = sum(by_month[date(2025, month, 1)] for month in (1, 11, 12))
    assert spring > 1.8 * winter
    growth = sum(by_month[date(2026, m, 1)] for m in range(1, 11)) / sum(
        by_month[date(2024, m, 1)] for m in range(1, 11)
    )
    assert 1.05 < growth < 1.45


def test_every_amount_is_pieces_times_price_and_every_day_is_a_selling_day() -> None:
    assert all(sale.net_amount == sale.quantity * sale.unit_price for sale in world().sales)
    assert all(sale.quantity != 0 and sale.unit_price > 0 for sale in world().sales)


def test_sales_lie_within_a_membership_and_name_known_things() -> None:
    members = {each.number: each for each in world().memberships if each.network == "nordwind"}
    products = {product.code for product in world().products}
    distributors = {"", "D90001", "D90002"}
    for sale in world().sales:
        assert members[sale.partner].standing_on(sale.sold_on) is not None
        assert sale.product in products
        assert sale.distributor in distributors


def test_invoice_lines_are_unique_within_a_sender() -> None:
    keys = {(sale.invoice, sale.invoice_line) for sale in world().sales}
    assert len(keys) == len(world().sales)


@pytest.mark.parametrize("today", [date(2027, 1, 1), date(2024, 2, 29)])
def test_a_world_can_be_built_on_any_day(today: date) -> None:
    made = build(DEMO_SEED, today)
    assert all(report.sent_on <= today for report in made.reports)
    newest_year = made.months[-1].year
    assert [version.label for version in made.programs[0].versions] == [
        str(year) for year in range(newest_year - 1, today.year + 1)
    ]


def test_the_description_names_what_is_there() -> None:
    text = describe(world())
    assert "706 organizations" in text
    assert DEMO_PASSWORD in text
    assert all(person.email in text for person in world().persons)
    assert all(kind in text for kind in world().planted)
    assert len(text.splitlines()) < 60


def test_the_customers_are_the_same_for_a_seed_and_some_stand_there_twice():
    from hansa.companies.rules import name_key
    from hansa.site.demo.world.clientele import customers

    made = customers(1, 2_000)

    assert made == customers(1, 2_000)
    assert made != customers(2, 2_000)
    assert {facts["country"] for facts in made} == {"DE", "FR", "GB", "CH", "SE", "PL"}
    assert 60 < len(made) - len({(name_key(facts["name"]), facts["postcode"]) for facts in made}) < 200
    assert all(facts["domain"].endswith(".example") or not facts["domain"] for facts in made)
