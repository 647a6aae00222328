"""Lists of products and prices: taken whole or not at all."""

from datetime import date
from decimal import Decimal

import pytest

from hansa.activity.models import Event
from hansa.catalog.models import Classification, Price, PriceList, Product
from hansa.catalog.operations import read_prices, read_products, take_price_list, take_products
from hansa.catalog.queries import categories_of, price_lists_of, products_on
from hansa.catalog.rules import ProductEntry
from hansa.catalog.tests.conftest import NOW
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db

TOURER = ProductEntry("B-100", "Tourer", "Bikes", "Touring")
HELMET = ProductEntry("H-1", "Helmet", "Safety")


def file(tmp_path, text):
    path = tmp_path / "list"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems_of(call):
    with pytest.raises(Unprocessable) as caught:
        call()
    return [(p.row, p.column) for p in caught.value.problems]


def take_list(shop, prices, **changes):
    said = {"name": "List", "currency": "EUR", "valid_from": date(2026, 1, 1), "valid_until": None, **changes}
    return take_price_list(network=shop.network, prices=prices, at=NOW, **said)


def test_new_products_are_added_and_known_ones_renamed_and_classified(shop):
    with acting(shop.scope("vendor")):
        assert take_products(network=shop.network, entries=[TOURER, HELMET], at=NOW) == 2
        later = ProductEntry("B-100", "Tourer 100", "Bikes", "Sport", since=date(2026, 4, 1))
        assert take_products(network=shop.network, entries=[later], at=NOW) == 0

        def shown(day):
            rows = products_on(shop.network.id, day).order_by("sku")
            return [(p.sku, p.name, p.family) for p in rows]

        assert shown(date(2026, 3, 31)) == [("B-100", "Tourer 100", "Touring"), ("H-1", "Helmet", "")]
        assert shown(date(2026, 4, 1))[0] == ("B-100", "Tourer 100", "Sport")
        assert categories_of(shop.network.id) == ["Bikes", "Safety"]


def test_one_wrong_row_and_nothing_is_taken(shop):
    with acting(shop.scope("vendor")):
        entries = [TOURER, ProductEntry("", "Nameless"), TOURER]
        assert problems_of(lambda: take_products(network=shop.network, entries=entries, at=NOW)) == [
            (3, "sku"),
            (4, "valid_from"),
        ]
        assert not Product.objects.exists()
        assert not Classification.objects.exists()


def test_a_file_of_products_is_read_with_its_days(tmp_path):
    text = "SKU;Name;category;valid_from\nB-100;Tourer;Bikes;2026-01-01\n;;;\n'=H;Helmet;;\n"
    assert read_products(file(tmp_path, text), name="p.csv") == [
        ProductEntry("B-100", "Tourer", "Bikes", since=date(2026, 1, 1)),
        ProductEntry("=H", "Helmet"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sku,colour\nB-1,red\n", [(1, "name"), (1, "colour")]),
        ("sku,name,valid_from\nB-1,Bike,01.02.2026\n", [(2, "valid_from")]),
        ("sku,name,valid_from,valid_until\nB-1,Bike,2026-02-01,2026-02-01\n", [(2, "valid_until")]),
        (f"sku,name\n{'B' * 61},Bike\n", [(2, "sku")]),
        ("sku,name\nB-1\n", [(2, "")]),
        ("", [(0, "")]),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_row_and_column(tmp_path, text, expected):
    assert problems_of(lambda: read_products(file(tmp_path, text), name="p.csv")) == expected


@pytest.mark.parametrize("price", ["NaN", "1_000", "-1", "1e3", "１", "1,50", "0.0000001", "Infinity", ""])
def test_a_price_is_plain_digits(tmp_path, price):
    text = f'sku,unit_price\nB-100,"{price}"\n'
    assert problems_of(lambda: read_prices(file(tmp_path, text), name="p.csv")) == [(2, "unit_price")]


def test_a_price_list_is_taken_and_recorded_once(shop):
    with acting(shop.scope("vendor")):
        take_products(network=shop.network, entries=[TOURER], at=NOW)
        taken = take_list(shop, [("B-100", Decimal("499.00"))])
        assert [found.size for found in price_lists_of(shop.network.id)] == [1]
        assert list(Event.objects.filter(subject_id=taken.id).values_list("kind", flat=True)) == [
            "catalog.prices.taken"
        ]


def test_a_wrong_price_list_leaves_nothing(shop):
    with acting(shop.scope("vendor")):
        take_products(network=shop.network, entries=[TOURER], at=NOW)
        one = Decimal(1)
        cases = [
            ({"currency": "XX1"}, [("B-100", one)], [(0, "currency")]),
            ({"valid_until": date(2025, 1, 1)}, [("B-100", one)], [(0, "valid_until")]),
            ({"name": " "}, [("B-100", one)], [(0, "name")]),
            ({}, [("B-100", one), ("B-100", one), ("X", one)], [(3, "sku"), (4, "sku")]),
            ({}, [("B-100", Decimal("NaN"))], [(2, "unit_price")]),
        ]
        for changes, prices, expected in cases:
            assert problems_of(lambda c=changes, p=prices: take_list(shop, p, **c)) == expected
        assert not PriceList.objects.exists()
        assert not Price.objects.exists()


def test_a_currency_has_one_list_per_first_day(shop):
    with acting(shop.scope("vendor")):
        take_products(network=shop.network, entries=[TOURER], at=NOW)
        take_list(shop, [("B-100", Decimal(1))])
        assert problems_of(lambda: take_list(shop, [("B-100", Decimal(2))])) == [(0, "valid_from")]


@pytest.mark.parametrize("name", ["member", "stranger"])
def test_only_the_operator_takes_lists_and_sees_prices(shop, name):
    with acting(shop.scope("vendor")):
        take_products(network=shop.network, entries=[TOURER], at=NOW)
        take_list(shop, [("B-100", Decimal(1))])
    with acting(shop.scope(name)):
        with pytest.raises(NotFound):
            take_products(network=shop.network, entries=[HELMET], at=NOW)
        with pytest.raises(NotFound):
            take_list(shop, [("B-100", Decimal(2))], valid_from=date(2026, 2, 1))
        with pytest.raises(NotFound):
            price_lists_of(shop.network.id)
        assert not Price.objects.exists()
        assert Product.objects.count() == (1 if name == "member" else 0)
    with acting(system("looking in a test")):
        assert (Product.objects.count(), PriceList.objects.count()) == (1, 1)
