"""The oracle against examples worked out by hand, steps 7 to 10 of program.md, periods and files."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.oracle.by_hand import PARTNERS, PRODUCTS, TEN_PERCENT, line, paid, program, rebate, refusal, settled
from tests.oracle.refused import OracleRefused
from tests.oracle.settle import oracle_settle, payouts_csv_bytes

# Step 7: rounding once, minimum, cap


@pytest.mark.parametrize(
    ("base", "payout"),
    [("-50", "0.00"), ("49.9", "0.00"), ("50", "5.00"), ("50.04", "5.00"), ("50.05", "5.01"), ("80.1", "8.00")],
)
def test_a_payout_is_rounded_then_kept_between_minimum_and_cap(base: str, payout: str) -> None:
    # 50.05 × 10% = 5.005 -> 5.01; 49.9 × 10% = 4.99 < 5 -> 0; 80.1 × 10% = 8.01 -> 8
    text = program(rebate("minimum: 5, cap: 8, " + TEN_PERCENT))
    assert paid(text, [line("1", "2019-01-01", base)]) == [("P1", "2019-Q1", payout)]


def test_rounding_comes_before_the_minimum() -> None:
    text = program(rebate("minimum: 5, bands: [{from: 0, rate: 10%}]"))
    assert paid(text, [line("1", "2019-01-01", "49.95")]) == [("P1", "2019-Q1", "5.00")]  # 4.995 -> 5.00, not below 5


@pytest.mark.parametrize(("currency", "payout", "base"), [("JPY", "13", "125"), ("KWD", "12.500", "125.000")])
def test_money_has_the_decimals_of_its_currency(currency: str, payout: str, base: str) -> None:
    rows, _ = settled(program(rebate(TEN_PERCENT), currency=currency), [line("1", "2019-01-01", "125")])
    assert (rows[0]["payout"], rows[0]["base"], rows[0]["band_from"]) == (payout, base, base.replace("125", "0"))


# Step 8: exclusive groups


def grouped(name: str, rate: str) -> str:
    return rebate(f"exclusive_group: g, bands: [{{from: 0, rate: {rate}}}]", name=name)


@pytest.mark.parametrize(
    ("rates", "payouts"),
    [
        (("1%", "2%", "2%"), ["0.00", "2.00", "0.00"]),  # most, and the first of the tie
        (("0%", "0%", "0%"), ["0.00", "0.00", "0.00"]),
        (("3%", "2%", "1%"), ["3.00", "0.00", "0.00"]),
    ],
)
def test_one_of_a_group_pays(rates: tuple[str, str, str], payouts: list[str]) -> None:
    text = program(*(grouped(name, rate) for name, rate in zip("cab", rates, strict=True)))
    rows, _ = settled(text, [line("1", "2019-01-01", "100")])
    assert [row["payout"] for row in rows] == payouts
    assert [(row["incentive"], row["base"], row["band_from"]) for row in rows] == [(i, "100.00", "0.00") for i in "cab"]
    losers = [row for row in rows if row["payout"] == "0.00"] if any(row["payout"] != "0.00" for row in rows) else []
    assert [row["incentive"] for row in rows if "pays more" in row["reason"]] == [row["incentive"] for row in losers]


def test_a_capped_incentive_may_lose_and_the_other_payee_is_his_own() -> None:
    text = program(rebate("exclusive_group: g, cap: 5, " + TEN_PERCENT, name="a"), grouped("b", "8%"))
    rows, _ = settled(text, [line("1", "2019-01-01", "100"), line("2", "2019-01-01", "10", partner="P2")])
    assert [(r["incentive"], r["payee"], r["payout"]) for r in rows] == [
        ("a", "P1", "0.00"),  # capped at 5, less than 8
        ("a", "P2", "1.00"),
        ("b", "P1", "8.00"),
        ("b", "P2", "0.00"),
    ]
    assert "b" in rows[0]["reason"]


def test_a_group_of_unlike_incentives_is_refused() -> None:
    other = rebate("exclusive_group: g, " + TEN_PERCENT, name="b", period="month")
    assert refusal(program(grouped("a", "1%"), other)) == {"group of unlike incentives"}


# Step 9: shares


def test_shares_follow_amounts_and_ties_go_to_the_lower_line_id() -> None:
    lines = [line(name, "2019-01-01", "1") for name in ("10", "9", "é", "L")] + [line("r", "2019-01-01", "-1")]
    rows, shares = settled(program(rebate("bands: [{from: 0, rate: 2%}]")), lines)
    assert rows[0]["payout"] == "0.06"  # 3 × 2%
    assert shares == {"10": "0.02", "9": "0.02", "L": "0.01", "r": "0.00", "é": "0.01"}  # 1.5 units each: 2 left over


def test_the_largest_remainder_comes_before_the_line_id() -> None:
    lines = [line("a", "2019-01-01", "10"), line("b", "2019-01-01", "26")]
    _, shares = settled(program(rebate("bands: [{from: 0, fixed: 0.05}, {from: 30, rate: 0.13%}]")), lines)
    assert shares == {"a": "0.01", "b": "0.04"}  # 36 × 0.13% = 0.0468 -> 5 units: 1.389 and 3.611


def test_per_unit_follows_quantity_and_fixed_is_equal() -> None:
    lines = [line("a", "2019-01-01", "90", "1"), line("b", "2019-01-01", "10", "2"), line("c", "2019-01-01", "0", "-1")]
    by_unit = program(rebate("measure: quantity, bands: [{from: 0, per_unit: 1}]"))
    assert settled(by_unit, lines)[1] == {"a": "0.67", "b": "1.33", "c": "0.00"}  # 2.00: 66.67 and 133.33 units
    fixed = program(rebate("bands: [{from: 0, fixed: 1}]"))
    assert settled(fixed, lines)[1] == {"a": "0.34", "b": "0.33", "c": "0.33"}


def test_a_payout_of_nothing_has_no_shares() -> None:
    rows, shares = settled(program(rebate("bands: [{from: 0, rate: 0%}]")), [line("1", "2019-01-01", "100")])
    assert (len(rows), shares) == (1, {})


# Periods, files and order


@pytest.mark.parametrize(
    ("starts", "period", "sold_on", "label"),
    [
        ("07-01", "quarter", "2020-01-01", "2019-Q3"),
        ("07-01", "half", "2020-06-30", "2019-H2"),
        ("07-01", "year", "2020-06-30", "2019"),
        ("07-01", "month", "2020-06-30", "2020-06"),
        ("02-15", "month", "2020-02-14", "2020-01"),
        ("02-15", "quarter", "2020-02-14", "2019-Q4"),
        ("02-15", "year", "2020-02-15", "2020"),
        ("12-28", "month", "2020-01-27", "2019-12"),
    ],
)
def test_periods_are_named_by_the_year_in_which_they_begin(starts: str, period: str, sold_on: str, label: str) -> None:
    text = program(rebate(TEN_PERCENT, period=period), starts=starts, effective="2019-01-01, until: 2021-01-01")
    assert paid(text, [line("1", sold_on, "1")]) == [("P1", label, "0.10")]


def test_only_the_period_asked_for_is_settled() -> None:
    text = program(rebate(TEN_PERCENT), rebate(TEN_PERCENT, name="m", period="month"))
    lines = [line("1", "2019-01-01", "1"), line("2", "2019-04-01", "1", currency="EUR")]
    rows, _ = settled(text, lines, periods=["2019-Q1"])
    assert [(row["incentive"], row["period"]) for row in rows] == [("r", "2019-Q1")]
    assert refusal(text, lines, periods=["2020-Q1"]) == {"unknown period"}
    assert refusal(text, lines, periods=["2019-H1"]) == {"unknown period"}


def test_what_the_files_lack_or_repeat_is_refused() -> None:
    text, good = program(rebate("payee: rep, " + TEN_PERCENT)), line("1", "2019-01-01", "1", rep="")
    assert refusal(text, [good, good]) == {"repeated line"}
    assert refusal(text, [{**good, "partner": "P9"}]) == {"unknown partner"}
    assert refusal(text, [{**good, "product": "B9"}]) == {"unknown product"}
    assert refusal(text, [{**good, "quantity": ""}]) == {"empty cell"}
    assert refusal(text, [line("1", "2019-01-01", "1")]) == {"missing column"}
    assert refusal(text, [{**good, "sold_on": "2019-01-01T00:00"}]) == {"not a day"}
    with pytest.raises(OracleRefused, match="two rows on one day"):
        oracle_settle(text, [good], [*PARTNERS, {**PARTNERS[2], "valid_from": ""}], PRODUCTS, None)


def test_rows_are_written_in_order_and_quoted_only_where_needed() -> None:
    text = program(rebate("payee: rep, " + TEN_PERCENT, name="z"), rebate("payee: rep, " + TEN_PERCENT, name="a"))
    lines = [line("2", "2019-04-01", "10", rep="b"), line("1", "2019-01-01", "10", "0.50", rep='é, "x"')]
    rows, shares = oracle_settle(text, lines, PARTNERS, PRODUCTS, None)
    assert payouts_csv_bytes([{**row, "reason": "why"} for row in rows]).decode().splitlines()[:3] == [
        "incentive,kind,payee_kind,payee,period,currency,base,quantity,measure,band_from,payout,reason",
        'z,rebate,rep,"é, ""x""",2019-Q1,USD,10.00,0.5,10.00,0.00,1.00,why',
        "z,rebate,rep,b,2019-Q2,USD,10.00,1,10.00,0.00,1.00,why",
    ]
    assert [share[0] for share in shares] == ["z", "z", "a", "a"]
    assert shares[0][1:] == ("2019-Q1", 'é, "x"', "1", Decimal("1.00"))
