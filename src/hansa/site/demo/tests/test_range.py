"""Products, prices, exchange rates and the program."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from hansa.engines.settlement.parse import parse_program
from hansa.site.demo.tests.reading import world
from hansa.site.demo.world.months import add_months, business_days, days_in, months_ending_before
from hansa.site.demo.world.programs import text_for

OURS = frozenset({"partner_types", "territories", "rules_of_engagement"})


def test_330_products_in_four_categories() -> None:
    products = world().products
    assert len({product.code for product in products}) == 330
    assert {product.category for product in products} == {"Bikes", "Components", "Clothing", "Accessories"}
    assert all(product.price > 0 for product in products)


def test_former_codes_are_unique_and_no_ones_present_code() -> None:
    former = [product.former_code for product in world().products if product.former_code]
    assert len(set(former)) == len(former) == 27
    assert not set(former) & {product.code for product in world().products}


def test_each_product_has_one_class_on_every_day() -> None:
    rows = world().classifications
    for product in world().products:
        own = [row for row in rows if row.product == product.code]
        assert (own[0].valid_from, own[-1].valid_until) == (None, None)
        assert all(earlier.valid_until == later.valid_from for earlier, later in pairwise(own))
    assert len(rows) - len(world().products) == 10


def test_reclassified_city_bikes_count_as_e_bikes_since_january() -> None:
    moved = [row for row in world().classifications if row.family == "E-Bikes" and row.valid_from]
    assert {row.valid_from for row in moved} == {date(2026, 1, 1)}
    assert len(moved) == 6


def test_price_lists_cover_each_currency_and_year() -> None:
    lists = world().price_lists
    assert len(lists) == 20
    assert {(each.currency, each.valid_from.year) for each in lists} == {
        (currency, year) for currency in ("EUR", "GBP", "CHF", "SEK", "PLN") for year in (2023, 2024, 2025, 2026)
    }
    assert all(len(each.prices) == 330 and min(each.prices.values()) > 0 for each in lists)


def test_no_one_pays_more_than_the_list_of_the_year() -> None:
    prices = {(each.currency, each.valid_from.year): each.prices for each in world().price_lists}
    for sale in world().sales:
        if sale.quantity > 0:
            listed = prices[sale.currency, sale.sold_on.year][sale.product]
            assert listed * 90 // 100 <= sale.unit_price <= listed


def test_unpriced_months_sold_at_list_price() -> None:
    prices = {(each.currency, each.valid_from.year): each.prices for each in world().price_lists}
    true = {(sale.invoice, sale.invoice_line): sale for sale in world().sales}
    unpriced = [report for report in world().reports if not report.layout.priced]
    assert len(unpriced) == 5
    for report in unpriced:
        held = {flaw.position for flaw in report.flaws}
        for position, row in enumerate(report.rows, start=1):
            if position not in held:
                sale = true[row.invoice, row.invoice_line]
                assert (row.net_amount, row.unit_price) == (None, None)
                assert sale.unit_price == prices[sale.currency, sale.sold_on.year][sale.product]


def test_rates_have_the_central_banks_layout_and_no_gap_of_a_week() -> None:
    header, *rows = world().rates_csv.decode().splitlines()
    assert header == "Date,USD,GBP,CHF,SEK,PLN,DKK,NOK,CZK"
    days = [date.fromisoformat(row.split(",")[0]) for row in rows]
    assert days == sorted(days, reverse=True)
    assert (days[0], days[-1]) == (date(2026, 11, 20), date(2023, 10, 18))
    assert max(later - earlier for later, earlier in pairwise(days)) <= timedelta(days=5)


def test_rates_stay_near_where_they_began() -> None:
    header, *rows = world().rates_csv.decode().splitlines()
    place = header.split(",").index("GBP")
    levels = [Decimal(row.split(",")[place]) for row in rows]
    assert Decimal("0.75") < min(levels) < max(levels) < Decimal("0.97")


@pytest.mark.parametrize("edition", ["first", "second", "draft"])
def test_every_edition_of_the_program_is_accepted(edition: str) -> None:
    document = parse_program(text_for(edition, 2026), other_sections=OURS)
    assert (document.version, document.currency) == ("2026", "EUR")
    assert (document.effective_from, document.effective_until) == (date(2026, 1, 1), date(2027, 1, 1))


def test_the_program_shows_every_kind_of_incentive() -> None:
    incentives = parse_program(text_for("second", 2026), other_sections=OURS).incentives
    assert {each.kind for each in incentives} == {"rebate", "spiff", "mdf", "commission"}
    assert {each.payee for each in incentives} == {"partner", "distributor", "rep"}
    assert {each.method for each in incentives} == {"retrospective", "stepped"}
    assert {each.measure for each in incentives} == {"net_amount", "quantity", "growth"}
    assert {band.kind for each in incentives for band in each.bands} == {"rate", "per_unit", "fixed"}
    assert sum(each.exclusive_group == "volume" for each in incentives) == 3


def test_versions_follow_each_other_and_the_draft_changes_something() -> None:
    (program,) = world().programs
    documents = [parse_program(version.text, other_sections=OURS) for version in program.versions]
    draft = parse_program(program.draft, other_sections=OURS)
    assert [document.version for document in documents] == ["2025", "2026"]
    assert draft.version == "2027"
    assert draft.effective_from == documents[-1].effective_until == date(2027, 1, 1)
    assert draft.incentives != documents[-1].incentives != documents[0].incentives


def test_what_the_program_names_exists() -> None:
    families = {row.family for row in world().classifications}
    types = {kind for member in world().memberships for standing in member.standings for kind in standing.types}
    for edition in ("first", "second", "draft"):
        for each in parse_program(text_for(edition, 2026), other_sections=OURS).incentives:
            assert set(each.what.families or ()) <= families
            assert set(each.who.types or ()) <= types


def test_easter_and_the_turn_of_the_year_are_no_business_days() -> None:
    days = business_days(date(2026, 4, 1), date(2026, 4, 9))
    assert [day.day for day in days] == [1, 2, 7, 8]
    assert business_days(date(2026, 12, 24), date(2027, 1, 5)) == [
        date(2026, 12, 24), date(2026, 12, 28), date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31),
        date(2027, 1, 4),
    ]  # fmt: skip


def test_months_cross_years() -> None:
    assert months_ending_before(date(2026, 2, 15), 3) == (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1))
    assert add_months(date(2024, 1, 31), -1) == date(2023, 12, 1)
    assert (days_in(date(2024, 2, 1)), days_in(date(2026, 2, 1))) == (29, 28)
