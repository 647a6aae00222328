"""The oracle against examples worked out by hand, steps 1 to 6 of program.md. The sums stand beside the asserts."""

from __future__ import annotations

import pytest

from tests.oracle.by_hand import TEN_PERCENT, line, paid, program, rebate, refusal, settled

# Step 1: eligible lines


def test_a_period_holds_its_first_day_and_not_the_first_of_the_next() -> None:
    lines = [line("1", "2018-12-31", "100"), line("2", "2019-01-01", "100"), line("3", "2019-04-01", "100")]
    assert paid(program(rebate(TEN_PERCENT)), lines) == [("P1", "2019-Q1", "10.00"), ("P1", "2019-Q2", "10.00")]


def test_effective_cuts_a_period_without_prorating() -> None:
    text = program(rebate("bands: [{from: 100, rate: 10%}]"), effective="2019-02-10, until: 2019-03-10")
    lines = [line("1", "2019-02-09", "900"), line("2", "2019-02-10", "100"), line("3", "2019-03-10", "900")]
    assert paid(text, lines) == [("P1", "2019-Q1", "10.00")]  # 100 × 10%, of the one line in effect


@pytest.mark.parametrize(
    ("who", "payees"),
    [
        ("types: [VAR]", ["P1", "P2"]),  # P1 holds two types; P3 has an empty type in February
        ("types: [Warehouse]", ["P1"]),
        ("types: [var]", []),
        ("tiers: [Silver]", ["P2", "P3"]),  # not "or higher"
        ("territories: [Canada]", ["P1", "P2"]),  # P1's line says Canada and wins over Northwest
        ("territories: [Northwest]", []),
        ("partners: [P3, P1]", ["P1", "P3"]),
        ("types: [VAR], tiers: [Silver]", ["P2"]),
    ],
)
def test_a_partner_matches_every_key_by_any_value(who: str, payees: list[str]) -> None:
    lines = [
        line("1", "2019-02-05", "100", territory="Canada"),
        line("2", "2019-02-05", "100", partner="P2", territory=""),
        line("3", "2019-02-05", "100", partner="P3"),
    ]
    assert [row[0] for row in paid(program(rebate(f"who: {{{who}}}, {TEN_PERCENT}")), lines)] == payees


def test_no_row_valid_on_the_day_matches_no_list() -> None:
    lines = [line("1", "2019-03-05", "100", partner="P3"), line("2", "2019-04-01", "70", partner="P3")]
    assert paid(program(rebate("who: {tiers: [Silver, Gold]}, " + TEN_PERCENT)), lines) == [("P3", "2019-Q2", "7.00")]
    assert paid(program(rebate("who: {partners: [P3]}, " + TEN_PERCENT, period="year")), lines) == [
        ("P3", "2019", "17.00")
    ]


@pytest.mark.parametrize(
    ("what", "base"),
    [
        ("categories: [Bikes]", "11.00"),  # B1 always, B2 in January only
        ("families: [Mountain]", "10.00"),
        ("products: [B2]", "110.00"),
        ("except_products: [B1]", "110.00"),
        ("categories: [Bikes], except_products: [B2]", "1.00"),
    ],
)
def test_a_product_matches_as_it_was_on_the_day(what: str, base: str) -> None:
    lines = [
        line("1", "2019-01-05", "1"),
        line("2", "2019-01-31", "10", product="B2"),
        line("3", "2019-02-01", "100", product="B2"),
    ]
    rows, _ = settled(program(rebate(f"what: {{{what}}}, {TEN_PERCENT}")), lines)
    assert [row["base"] for row in rows] == [base]


def test_a_line_without_the_payee_pays_nobody() -> None:
    lines = [line("1", "2019-01-05", "100", distributor=""), line("2", "2019-01-05", "50", distributor="D")]
    assert paid(program(rebate("payee: distributor, " + TEN_PERCENT)), lines) == [("D", "2019-Q1", "5.00")]


# Step 2: amounts


RATES = [
    {"currency": "EUR", "date": "2019-01-01", "rate": "1.25"},
    {"currency": "EUR", "date": "2019-01-10", "rate": "2"},
    {"currency": "JPY", "date": "2019-01-01", "rate": "0.005"},
]


def test_the_latest_rate_up_to_seven_days_old_is_taken() -> None:
    lines = [
        line("1", "2019-01-01", "4", currency="EUR"),  # 5.00
        line("2", "2019-01-08", "4", currency="EUR"),  # 5.00, seven days old
        line("3", "2019-01-10", "4", currency="EUR"),  # 8.00
        line("4", "2019-01-17", "1", currency=""),  # 1.00
    ]
    rows, shares = settled(program(rebate("bands: [{from: 0, rate: 100%}]")), lines, RATES)
    assert rows[0]["base"] == "19.00"
    assert shares == {"1": "5.00", "2": "5.00", "3": "8.00", "4": "1.00"}


def test_amounts_are_rounded_line_by_line_half_away_from_zero() -> None:
    lines = [
        line("1", "2019-01-01", "1", currency="JPY"),  # 0.005 -> 0.01
        line("2", "2019-01-01", "1", currency="JPY"),  # 0.005 -> 0.01; together 0.02, not 0.01
        line("3", "2019-01-01", "-3", currency="JPY"),  # -0.015 -> -0.02
    ]
    assert settled(program(rebate(TEN_PERCENT)), lines, RATES)[0][0]["base"] == "0.00"


def test_a_needed_line_without_a_rate_stops_the_settlement() -> None:
    eight_days = [line("1", "2019-01-18", "1", currency="EUR")]
    text = program(rebate(TEN_PERCENT))
    assert refusal(text, eight_days, RATES) == {"missing rate"}
    assert paid(text, [line("1", "2018-01-18", "1", currency="EUR")], RATES) == []  # nobody needs it


def test_an_earlier_growth_base_needs_its_rates_even_of_a_payee_without_a_row() -> None:
    text = program(rebate("measure: growth, bands: [{from: 0%, rate: 1%}]"))
    lines = [line("1", "2019-02-01", "1"), line("2", "2018-02-01", "1", currency="EUR", partner="P2")]
    assert refusal(text, lines) == {"missing rate"}


def test_bad_rates_and_too_fine_amounts_are_refused() -> None:
    text = program(rebate(TEN_PERCENT))
    assert refusal(text, rates=[RATES[0], RATES[0]]) == {"two rates on one day"}
    assert refusal(text, rates=[{**RATES[0], "rate": "0"}]) == {"rate not above 0"}
    assert refusal(text, [line("1", "2019-01-01", "0.001")]) == {"too many decimals"}
    assert refusal(text, [line("1", "2019-01-01", "1.500")]) == {"too many decimals"}  # as written
    assert refusal(program(rebate(TEN_PERCENT), currency="JPY"), [line("1", "2019-01-01", "0.5")]) == {
        "too many decimals"
    }


# Steps 3 and 4: base, quantity, growth


def test_returns_count_in_base_and_quantity() -> None:
    lines = [line("1", "2019-01-01", "100", "3"), line("2", "2019-01-02", "-40.50", "-1.5")]
    rows, _ = settled(program(rebate(TEN_PERCENT)), lines)
    assert (rows[0]["base"], rows[0]["quantity"], rows[0]["measure"]) == ("59.50", "1.5", "59.50")


GROWTH = rebate("measure: growth, bands: [{from: -50%, rate: 1%}, {from: 12.5%, fixed: 9}]", period="year")


@pytest.mark.parametrize(
    ("before", "now", "measure", "band", "payout"),
    [
        ("800", "900", "12.5000%", "12.5000%", "9.00"),  # 900 / 800 - 1 = 12.5% exactly
        ("800", "899.99", "12.4988%", "-50.0000%", "9.00"),  # 12.49875%; 1% of 899.99 = 8.9999
        ("800", "400", "-50.0000%", "-50.0000%", "4.00"),
        ("800", "399.99", "-50.0013%", "", "0.00"),  # -50.00125%
        ("0", "400", "", "", "0.00"),
        ("-5", "400", "", "", "0.00"),
    ],
)
def test_growth_compares_with_the_same_period_one_fiscal_year_before(
    before: str, now: str, measure: str, band: str, payout: str
) -> None:
    lines = [line("0", "2018-07-01", before), line("1", "2019-03-01", now)]
    rows, _ = settled(program(GROWTH), lines)
    assert [(r["measure"], r["band_from"], r["payout"]) for r in rows] == [(measure, band, payout)]


def test_the_earlier_lines_are_read_on_their_own_days() -> None:
    text = program(
        rebate("what: {categories: [Parts]}, measure: growth, bands: [{from: 0%, rate: 1%}]", period="month")
    )
    lines = [line("0", "2018-05-01", "100", product="B2"), line("1", "2019-05-01", "200", product="B2")]
    assert settled(text, lines)[0][0]["measure"] == ""  # B2 was a bike in 2018: no earlier base


def test_growth_in_a_cut_period_is_refused() -> None:
    assert refusal(program(GROWTH, effective="2019-01-01, until: 2019-12-31")) == {"growth in a cut period"}
    assert refusal(program(GROWTH, starts="07-01")) == {"growth in a cut period"}


# Step 5 and 6: bands and what they pay


TWO = "{from: 100, rate: 1%}, {from: 200, rate: 3%}"


@pytest.mark.parametrize(
    ("method", "base", "payout"),
    [
        ("retrospective", "99.99", "0.00"),
        ("retrospective", "100", "1.00"),
        ("retrospective", "199.99", "2.00"),  # 1.9999
        ("retrospective", "200", "6.00"),
        ("stepped", "99.99", "0.00"),
        ("stepped", "150", "0.50"),  # 50 × 1%
        ("stepped", "300", "4.00"),  # 100 × 1% + 100 × 3%
    ],
)
def test_the_band_reached_pays_the_whole_or_slice_by_slice(method: str, base: str, payout: str) -> None:
    text = program(rebate(f"method: {method}, bands: [{TWO}]"))
    assert paid(text, [line("1", "2019-01-01", base)]) == [("P1", "2019-Q1", payout)]


@pytest.mark.parametrize(
    ("rest", "payout"),
    [
        ("measure: quantity, bands: [{from: 5, per_unit: 0.125}]", "1.31"),  # 10.5 × 0.125 = 1.3125
        ("measure: quantity, bands: [{from: 5, rate: 10%}]", "8.00"),  # of the base of 80
        ("measure: quantity, bands: [{from: 5, rate: 10%}, {from: 10.5, fixed: 7}]", "7.00"),
        ("measure: quantity, method: stepped, bands: [{from: 0, per_unit: 1}, {from: 10, per_unit: 3}]", "11.50"),
        ("measure: net_amount, bands: [{from: 0, fixed: 12.34}]", "12.34"),
    ],
)
def test_each_measure_pays_in_its_own_ways(rest: str, payout: str) -> None:
    lines = [line("1", "2019-01-01", "70", "8"), line("2", "2019-01-01", "10", "2.5")]
    assert paid(program(rebate(rest)), lines) == [("P1", "2019-Q1", payout)]


@pytest.mark.parametrize(
    ("rest", "kind"),
    [
        ("bands: []", "no bands"),
        ("bands: [{from: 0}]", "one value per band"),
        ("bands: [{from: 0, rate: 1%, fixed: 2}]", "one value per band"),
        ("bands: [{from: 5, rate: 1%}, {from: 5, rate: 2%}]", "bands do not ascend"),
        ("bands: [{from: -1, rate: 1%}]", "from too low"),
        ("bands: [{from: 0, rate: -1%}]", "negative value"),
        ("bands: [{from: 0, rate: 0.01}]", "not a percentage"),
        ("measure: growth, bands: [{from: -100.1%, rate: 1%}]", "from too low"),
        ("measure: growth, bands: [{from: 0.1, rate: 1%}]", "not a percentage"),
        ("bands: [{from: 0, per_unit: 1}]", "value does not go with measure"),
        ("measure: growth, bands: [{from: 0%, per_unit: 1}]", "value does not go with measure"),
        ("method: stepped, bands: [{from: 0, fixed: 1}]", "value does not go with measure"),
        ("method: stepped, measure: growth, bands: [{from: 0%, rate: 1%}]", "value does not go with measure"),
        ("method: stepped, measure: quantity, bands: [{from: 0, rate: 1%}]", "value does not go with measure"),
        ("cap: 5, minimum: 6, " + TEN_PERCENT, "cap below minimum"),
        ("who: {types: []}, " + TEN_PERCENT, "empty list"),
        ("who: {kinds: [VAR]}, " + TEN_PERCENT, "unknown key"),
        ("payee: partner, payee: partner, " + TEN_PERCENT, "duplicate key"),
        ("payee: vendor, " + TEN_PERCENT, "unknown word"),
    ],
)
def test_contradictions_are_refused(rest: str, kind: str) -> None:
    assert refusal(program(rebate(rest))) == {kind}
