"""Each reason that keeps a row out: its row, the sender's column, the code, the sentence, the value."""

import json
from dataclasses import replace

import pytest

from hansa.engines.intake import Formats, aliases
from hansa.engines.intake.tests.reports import REFERENCES, RULES, csv_text, imported, lines_of, quarantine_of

ONE_REASON = [
    ({"Date": ""}, "Date", "required", "Sold on is missing; fill it in.", None),
    ({"Reseller ID": ""}, "Reseller ID", "required", "Partner (reseller) id is missing; fill it in.", None),
    ({"SKU": ""}, "SKU", "required", "Product (SKU) is missing; fill it in.", None),
    ({"Qty": ""}, "Qty", "required", "Quantity is missing; fill it in.", None),
    ({"Currency": ""}, "Currency", "required", "Currency is missing; fill in a code such as EUR.", None),
    (
        {"Date": "2026-02-30"},
        "Date",
        "date_impossible",
        "“2026-02-30” is no day of the calendar read as year, month, day; correct it.",
        "2026-02-30",
    ),
    ({"Date": "soon"}, "Date", "date_form", "“soon” is not a day; write it as 2026-01-31.", "soon"),
    ({"Date": "05.01.2026"}, "Date", "date_form", "“05.01.2026” is not a day; write it as 2026-01-31.", "05.01.2026"),
    ({"Date": "46000"}, "Date", "date_form", "“46000” is not a day; write it as 2026-01-31.", "46000"),
    (
        {"Date": "2026-01-32"},
        "Date",
        "date_impossible",
        "“2026-01-32” is no day of the calendar read as year, month, day; correct it.",
        "2026-01-32",
    ),
    (
        {"Date": "2026-02-01"},
        "Date",
        "date_future",
        "“2026-02-01” lies in the future; a sale is reported once it has happened.",
        "2026-02-01",
    ),
    (
        {"Date": "2025-12-31"},
        "Date",
        "date_outside",
        "“2025-12-31” lies outside of this report's period (from 2026-01-01 until before 2026-02-01);"
        " correct it, or report it with its period.",
        "2025-12-31",
    ),
    (
        {"Reseller ID": "R-9"},
        "Reseller ID",
        "partner_unknown",
        "“R-9” is no known partner; correct it, or add it to the partner as another name.",
        "R-9",
    ),
    (
        {"Reseller ID": "twin"},
        "Reseller ID",
        "partner_ambiguous",
        "“twin” fits several partners; write the partner's own id.",
        "twin",
    ),
    (
        {"SKU": "nothing"},
        "SKU",
        "product_unknown",
        "“nothing” is no known product; correct it, or add it to the product as another name.",
        "nothing",
    ),
    (
        {"SKU": "bike 1"},
        "SKU",
        "product_ambiguous",
        "“bike 1” fits several products; write the product's own id.",
        "bike 1",
    ),
    (
        {"Qty": "two"},
        "Qty",
        "number_form",
        "“two” is not a number; write it like 1234.50, without currency or exponent.",
        "two",
    ),
    ({"Qty": "1.1234567"}, "Qty", "number_decimals", "“1.1234567” has more than 6 decimals; round it.", "1.1234567"),
    (
        {"Qty": "1000000000000"},
        "Qty",
        "number_range",
        "“1000000000000” is larger than any sale; check the number and its separators.",
        "1000000000000",
    ),
    (
        {"Currency": "XYZ"},
        "Currency",
        "currency_unknown",
        "“XYZ” is no currency code; write three letters such as EUR.",
        "XYZ",
    ),
    (
        {"Net Amount": "10.001"},
        "Net Amount",
        "number_decimals",
        "“10.001” has more decimals than USD knows (2); round it.",
        "10.001",
    ),
    (
        {"Net Amount": "10.5", "Currency": "JPY"},
        "Net Amount",
        "number_decimals",
        "“10.5” has more decimals than JPY knows (0); round it.",
        "10.5",
    ),
    (
        {"Net Amount": "0", "Qty": "0"},
        "Qty",
        "nothing_sold",
        "Quantity and amount are both 0; remove the row or fill one in.",
        "0",
    ),
    (
        {"Net Amount": "-20"},
        "Qty",
        "sign_mismatch",
        "Quantity “2” and amount -20.0000 have opposite signs; a return has both negative.",
        "2",
    ),
    (
        {"Net Amount": "20", "Qty": "-2"},
        "Qty",
        "sign_mismatch",
        "Quantity “-2” and amount 20.0000 have opposite signs; a return has both negative.",
        "-2",
    ),
    (
        {"Net Amount": "", "SKU": "TORN"},
        "Net Amount",
        "no_amount",
        "There is no amount and no unit price, and no price list has one price for"
        " p-torn in USD on 2026-01-05; fill one in.",
        None,
    ),
    (
        {"Net Amount": "", "Currency": "EUR"},
        "Net Amount",
        "no_amount",
        "There is no amount and no unit price, and no price list has one price for"
        " p-bike in EUR on 2026-01-05; fill one in.",
        None,
    ),
    (
        {"Net Amount": "", "Unit Price": "cheap"},
        "Unit Price",
        "number_form",
        "“cheap” is not a number; write it like 1234.50, without currency or exponent.",
        "cheap",
    ),
    (
        {"Net Amount": "", "Unit Price": "999999999999", "Qty": "999999999999"},
        "Net Amount",
        "amount_range",
        "Quantity × price is larger than any sale; check both.",
        None,
    ),
]


@pytest.fixture(scope="module")
def flawed(tmp_path_factory):
    """One report with a good row before and after every flawed one."""
    rows = [
        row
        for number, case in enumerate(ONE_REASON)
        for row in ({"Line": f"{number}a"}, {"Line": f"{number}b", **case[0]})
    ]
    return imported(tmp_path_factory.mktemp("flawed"), csv_text(*rows, {"Line": "end"}))


@pytest.mark.parametrize(("at", "case"), list(enumerate(ONE_REASON)))
def test_a_flawed_row_waits_with_its_reason(flawed, at, case):
    _, column, code, reason, value = case

    held = quarantine_of(flawed)[at]

    assert (held["row"], held["column"], held["reason_code"], held["reason"], held["value"]) == (
        2 * at + 3,
        column,
        code,
        reason,
        value,
    )
    assert len(json.loads(held["reasons"])) == 1


def test_the_rows_beside_the_flawed_ones_are_taken(flawed):
    count = len(ONE_REASON)

    assert (flawed.rows, flawed.lines, flawed.quarantined, flawed.blank) == (2 * count + 1, count + 1, count, 0)
    assert [line["source_row"] for line in lines_of(flawed)] == list(range(2, 2 * count + 3, 2))
    assert sum(flawed.reasons.values()) == count


NOT_NUMBERS = [
    "NaN",
    "Infinity",
    "-inf",
    "1_000",
    "1e3",
    "1E400",
    "١٢",
    "１２",
    "-0",
    "-0.00",
    "0x10",
    "1,5",
    "1 000",
    "$5",
    "5.",
    "--1",
    "1-1",
]


def test_what_only_looks_like_a_number_is_refused_with_its_field(tmp_path):
    taken = imported(
        tmp_path, csv_text(*({"Net Amount": text, "Line": str(at)} for at, text in enumerate(NOT_NUMBERS)))
    )

    told = [(held["column"], held["reason_code"], held["value"]) for held in quarantine_of(taken)]
    assert told == [("Net Amount", "number_form", text) for text in NOT_NUMBERS]
    assert taken.lines == 0


def test_an_amount_of_ten_to_the_nineteenth_is_out_of_range(tmp_path):
    (held,) = quarantine_of(imported(tmp_path, csv_text({"Net Amount": "10000000000000000000"})))

    assert held["reason_code"] == "number_range"


def test_numbers_are_read_with_their_sign_wherever_it_stands(tmp_path):
    numbers = {"5": 5, "+5": 5, "-5": -5, "5-": -5, "(5.25)": -5.25, "−5": -5, ".5": 0.5, "007": 7, "5.000000": 5}
    rows = [{"Net Amount": text, "Qty": "-1" if value < 0 else "1", "Line": text} for text, value in numbers.items()]

    taken = imported(tmp_path, csv_text(*rows))

    assert [line["net_amount"] for line in lines_of(taken)] == list(numbers.values())


def test_a_row_tells_all_its_reasons_and_keeps_itself_whole(tmp_path):
    (held,) = quarantine_of(
        imported(tmp_path, csv_text({"Date": "soon", "Qty": "x", "Reseller ID": "R-9", "Line": "7"}))
    )

    assert [(reason["column"], reason["code"]) for reason in json.loads(held["reasons"])] == [
        ("Date", "date_form"),
        ("Reseller ID", "partner_unknown"),
        ("Qty", "number_form"),
    ]
    assert json.loads(held["raw"]) == {
        "Invoice No": "I-1",
        "Line": "7",
        "Date": "soon",
        "Reseller ID": "R-9",
        "Reseller Name": "",
        "SKU": "BIKE-1",
        "Qty": "x",
        "Net Amount": "20.00",
        "Unit Price": "",
        "Currency": "USD",
    }


def test_rows_of_the_wrong_width_wait_with_their_number_and_all_their_cells(tmp_path):
    text = csv_text({}, {"Line": "2"}).rstrip("\n") + ",more,and more\nI-1,3\n"

    wide, narrow = quarantine_of(imported(tmp_path, text))

    assert (wide["row"], wide["reason_code"]) == (3, "shape")
    assert wide["reason"] == "the row has 12 cells where the header has 10; check its delimiters and quotes."
    assert json.loads(json.loads(wide["raw"])["(beyond the header)"]) == ["more", "and more"]
    assert (narrow["row"], narrow["reason"]) == (
        4,
        "the row has 2 cells where the header has 10; check its delimiters and quotes.",
    )
    assert [reason["code"] for reason in json.loads(narrow["reasons"])] == ["shape"]


def test_too_long_cells_and_control_characters_wait(tmp_path):
    taken = imported(
        tmp_path, csv_text({"Reseller Name": "x" * 131_073}, {"Line": "2", "Invoice No": "I\x07"}, {"Line": "3"})
    )

    assert [(held["row"], held["reason_code"]) for held in quarantine_of(taken)] == [(2, "too_long"), (3, "control")]
    assert taken.lines == 1


def test_an_unknown_distributor_waits_where_the_distributors_are_known(tmp_path):
    rest = ",1,1,2026-01-02,R-1,BIKE-1,1,5,USD\n"
    text = f"Distributor,Invoice,Line,Date,Partner,SKU,Qty,Amount,Currency\nD-1{rest}D-2{rest}"

    taken = imported(tmp_path, text, references=replace(REFERENCES, distributors=aliases([("id", "d-1", "dist-1")])))

    assert [line["distributor"] for line in lines_of(taken)] == ["dist-1"]
    assert [(held["column"], held["reason_code"], held["value"]) for held in quarantine_of(taken)] == [
        ("Distributor", "distributor_unknown", "D-2")
    ]


def test_unknown_partners_are_counted_by_what_the_sender_wrote(tmp_path):
    rows = [{"Line": str(number), "Reseller ID": "R-9", "Reseller Name": "New Bikes"} for number in range(1, 4)]

    taken = imported(tmp_path, csv_text(*rows, {"SKU": "?"}))

    assert [(unknown.text, unknown.name, unknown.lines) for unknown in taken.unknown_partners] == [
        ("R-9", "New Bikes", 3)
    ]
    assert [(unknown.text, unknown.lines) for unknown in taken.unknown_products] == [("?", 1)]


def test_a_partner_is_found_by_id_then_by_name_in_any_spelling(tmp_path):
    spelt = [
        ("r-1", ""),
        (" R\u200b-1 ", ""),
        ("B.W. Boston", "BIKE WORLD, LTD"),
        ("", "bike   world ltd"),
        ("R-2", "Bike World Ltd."),
    ]
    rows = [{"Reseller ID": text, "Reseller Name": name, "Line": str(at)} for at, (text, name) in enumerate(spelt)]

    taken = imported(tmp_path, csv_text(*rows))

    assert [line["partner"] for line in lines_of(taken)] == [
        "partner-1",
        "partner-1",
        "partner-1",
        "partner-1",
        "partner-2",
    ]


def test_exact_spelling_decides_between_products_that_differ_in_punctuation(tmp_path):
    taken = imported(tmp_path, csv_text({}, {"SKU": "BIKE/1", "Line": "2"}))

    assert [line["product"] for line in lines_of(taken)] == ["p-bike", "p-other"]


def test_what_an_export_guarded_against_formulas_is_read_back(tmp_path):
    taken = imported(tmp_path, csv_text({"Invoice No": "'=1+1", "Qty": "'-2", "Net Amount": "'-20"}))

    assert [(line["invoice"], line["quantity"]) for line in lines_of(taken)] == [("=1+1", -2)]


ANY_ORDER = [
    "2026-01-05",
    "2026-1-5",
    "20260105",
    "2026/01/05",
    "2026-01-05 13:45:00",
    "2026-01-05T00:00:00.000",
    "5 Jan 2026",
    "05-Jan-2026",
    "January 5, 2026",
]


@pytest.mark.parametrize(
    ("order", "texts"),
    [
        ("ymd", []),
        ("dmy", ["05.01.2026", "5/1/26", "05-01-2026 9:05"]),
        ("mdy", ["01/05/2026", "1/5/2026 9:05:00 PM", "1-5-26"]),
    ],
)
def test_days_are_read_in_the_declared_order(tmp_path, order, texts):
    rows = [{"Date": text, "Line": str(at)} for at, text in enumerate(ANY_ORDER + texts)]

    taken = imported(tmp_path, csv_text(*rows), formats=Formats(date=order))

    assert [str(line["sold_on"]) for line in lines_of(taken)] == ["2026-01-05"] * len(rows)


@pytest.mark.parametrize(
    ("text", "formats"),
    [("31/12/2026", Formats(date="mdy")), ("30.02.2026", Formats(date="dmy")), ("2026-13-01", Formats())],
)
def test_a_day_that_does_not_exist_is_not_turned_into_another(tmp_path, text, formats):
    (held,) = quarantine_of(imported(tmp_path, csv_text({"Date": text}), formats=formats))

    assert held["reason_code"] == "date_impossible"


def test_a_report_without_a_period_takes_any_day_up_to_today(tmp_path):
    open_rules = replace(RULES, period_from=None, period_until=None)

    taken = imported(tmp_path, csv_text({"Date": "1999-01-01"}, {"Date": "2026-01-31", "Line": "2"}), rules=open_rules)

    assert (str(taken.first_on), str(taken.last_on)) == ("1999-01-01", "2026-01-31")
