"""Where a line's amount comes from, and how it is rounded."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.engines.intake.tests.reports import csv_text, imported, lines_of
from hansa.kernel.money import Money


def amounts(folder, *rows):
    taken = imported(folder, csv_text(*({"Line": str(at), **row} for at, row in enumerate(rows))))
    return taken, [(line["net_amount"], line["amount_source"]) for line in lines_of(taken)]


def test_the_stated_amount_wins_over_the_unit_price(tmp_path):
    _, found = amounts(tmp_path, {"Net Amount": "19.00", "Unit Price": "10"})

    assert found == [(Decimal("19"), "stated")]


def test_without_an_amount_quantity_times_unit_price_counts_and_is_marked(tmp_path):
    taken, found = amounts(
        tmp_path,
        {"Net Amount": "", "Unit Price": "1.115", "Qty": "3"},
        {"Net Amount": "", "Unit Price": "5", "Qty": "-2"},
    )

    assert found == [(Decimal("3.35"), "unit_price"), (Decimal("-10"), "unit_price")]
    assert taken.derived_prices == 2


def test_without_a_price_the_list_price_of_the_day_counts_and_is_marked(tmp_path):
    _, found = amounts(tmp_path, {"Net Amount": "", "Date": "2026-01-15"}, {"Net Amount": "", "Date": "2026-01-16"})

    assert found == [(Decimal("20.25"), "price_list"), (Decimal("22"), "price_list")]


def test_half_a_minor_unit_goes_away_from_zero_in_every_currency(tmp_path):
    halves = [
        ("USD", "1", "0.005"),
        ("USD", "-1", "0.005"),
        ("JPY", "1", "0.5"),
        ("JPY", "-1", "2.5"),
        ("KWD", "1", "0.0005"),
        ("CLF", "1", "0.00005"),
    ]

    _, found = amounts(
        tmp_path,
        *({"Currency": code, "Qty": qty, "Net Amount": "", "Unit Price": price} for code, qty, price in halves),
    )

    assert [str(amount) for amount, _ in found] == ["0.0100", "-0.0100", "1.0000", "-3.0000", "0.0010", "0.0001"]


def test_amounts_with_all_the_decimals_of_their_currency_are_taken(tmp_path):
    rows = [("USD", "1.10"), ("USD", "1.100"), ("JPY", "5"), ("JPY", "5.00"), ("KWD", "0.001"), ("CLF", "0.0001")]

    taken, found = amounts(tmp_path, *({"Currency": code, "Net Amount": amount} for code, amount in rows))

    assert [amount for amount, _ in found] == [Decimal(amount) for _, amount in rows]
    assert taken.totals == {
        "CLF": (Decimal(2), Decimal("0.0001")),
        "JPY": (Decimal(4), Decimal(10)),
        "KWD": (Decimal(2), Decimal("0.001")),
        "USD": (Decimal(4), Decimal("2.2")),
    }


def test_a_missing_currency_is_the_senders_own(tmp_path):
    from dataclasses import replace

    from hansa.engines.intake.tests.reports import RULES

    taken = imported(tmp_path, csv_text({"Currency": "", "Net Amount": "5"}), rules=replace(RULES, currency="JPY"))

    assert taken.totals == {"JPY": (Decimal(2), Decimal(5))}


NUMBERS = st.tuples(
    st.decimals(-99_999, 99_999, places=6), st.decimals(0, 99_999, places=6), st.sampled_from(["USD", "JPY", "KWD"])
)


@settings(max_examples=8, deadline=None)
@given(rows=st.lists(NUMBERS, min_size=1, max_size=60))
def test_derived_amounts_agree_with_the_kernels_money_to_the_minor_unit(tmp_path_factory, rows):
    lines = [
        {
            "Qty": f"{qty:f}".replace("-0.000000", "0"),
            "Unit Price": f"{price:f}",
            "Currency": code,
            "Net Amount": "",
            "Line": str(at),
        }
        for at, (qty, price, code) in enumerate(rows)
    ]

    taken = imported(tmp_path_factory.mktemp("money"), csv_text(*lines))

    for line in lines_of(taken):
        qty, price, code = rows[line["source_row"] - 2]
        assert Money.from_decimal(qty * price, code).decimal == line["net_amount"]
    expected = sum(1 for qty, price, code in rows if qty != 0)
    assert taken.lines == expected
