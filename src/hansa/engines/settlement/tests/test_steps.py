"""Each numbered step of the program document's meaning, with values worked out by hand."""

from pathlib import Path

import pytest

from hansa.engines.settlement.tests.story import PARTNERS, PRODUCTS, document, settled
from hansa.kernel.problem import Refused

WITH_CURRENCY = "line_id,sold_on,partner,product,quantity,net_amount,currency"
FLAT = "- {id: flat, kind: rebate, period: quarter, bands: [{from: 0, rate: 10%}]}"


def flat(more: str) -> str:
    return FLAT.replace("kind: rebate", f"kind: rebate, {more}")


def test_1_only_lines_of_the_period_and_effective_that_match_who_and_what_count(tmp_path: Path) -> None:
    rules = document(flat("who: {types: [MSP], tiers: [Gold]}, what: {categories: [Bikes]}"), since="2019-02-01")
    found = settled(tmp_path, rules, """
        early,2019-01-31,Ada,bike,1,1000
        in,2019-02-01,Ada,bike,1,100
        hat,2019-02-01,Ada,helmet,1,1000
        bob,2019-02-01,Bob,bike,1,1000
        next,2019-04-01,Ada,bike,1,50""")  # fmt: skip
    assert found.paid() == {("flat", "Ada", "2019-Q1"): "10.00", ("flat", "Ada", "2019-Q2"): "5.00"}


def test_1_values_match_exactly_and_exceptions_are_taken_away(tmp_path: Path) -> None:
    rules = document(
        flat("who: {types: [var]}") + "\n" + flat("what: {except_products: [bike]}").replace("id: flat", "id: rest")
    )
    found = settled(tmp_path, rules, "a,2019-01-01,Ada,bike,1,100\nb,2019-01-01,Ada,helmet,1,10")
    assert found.paid() == {("rest", "Ada", "2019-Q1"): "1.00"}


def test_1_attributes_are_those_of_the_day_and_a_gap_matches_no_list(tmp_path: Path) -> None:
    partners = "partner,tier,valid_from,valid_until\nAda,Gold,,2019-02-01\nAda,Silver,2019-02-01,2019-03-01\nBob,,,\n"
    rules = document(flat("who: {tiers: [Gold]}") + "\n" + FLAT.replace("id: flat", "id: all"))
    lines = """
        a,2019-01-31,Ada,bike,1,100
        b,2019-02-01,Ada,bike,1,200
        c,2019-03-01,Ada,bike,1,400
        d,2019-03-01,Bob,bike,1,800"""
    found = settled(tmp_path, rules, lines, partners=partners)
    assert found.paid() == {
        ("flat", "Ada", "2019-Q1"): "10.00", ("all", "Ada", "2019-Q1"): "70.00", ("all", "Bob", "2019-Q1"): "80.00",
    }  # fmt: skip


def test_1_a_lines_own_territory_wins(tmp_path: Path) -> None:
    found = settled(
        tmp_path, document(flat("who: {territories: [North]}")), """
        own,2019-01-01,Bob,bike,1,100,North
        partners,2019-01-01,Ada,bike,1,10,
        elsewhere,2019-01-01,Ada,bike,1,1000,West
        other,2019-01-01,Ada,bike,1,1000,South""",
        header="line_id,sold_on,partner,product,quantity,net_amount,territory",
    )  # fmt: skip
    assert found.paid() == {("flat", "Ada", "2019-Q1"): "1.00", ("flat", "Bob", "2019-Q1"): "10.00"}


def test_1_an_empty_payee_earns_nothing(tmp_path: Path) -> None:
    found = settled(
        tmp_path, document(flat("payee: rep")), "a,2019-01-01,Ada,bike,1,100,\nb,2019-01-01,Ada,bike,1,100,Zoe",
        header="line_id,sold_on,partner,product,quantity,net_amount,rep",
    )  # fmt: skip
    assert found.paid() == {("flat", "Zoe", "2019-Q1"): "10.00"}


def test_2_amounts_are_converted_line_by_line_and_rounded_half_away_from_zero(tmp_path: Path) -> None:
    found = settled(
        tmp_path, document(FLAT), """
        a,2019-01-08,Ada,bike,1,0.05,EUR
        b,2019-01-01,Ada,bike,1,-0.05,EUR
        c,2019-01-01,Ada,bike,1,0.05,EUR
        d,2019-01-01,Ada,bike,1,10.00,USD
        e,2019-01-01,Ada,bike,1,1,""",
        header=WITH_CURRENCY, rates="currency,date,rate\nEUR,2019-01-01,1.1\n",
    )  # fmt: skip
    assert found.payouts[0]["base"] == "11.06"  # 0.055 is 0.06, three times with its sign, then 10.00 and 1.00


def test_2_the_latest_rate_wins_and_has_up_to_eighteen_digits(tmp_path: Path) -> None:
    found = settled(
        tmp_path, document(FLAT), "a,2019-01-03,Ada,bike,1,10000000.00,EUR\nb,2019-01-02,Ada,bike,1,1.00,EUR",
        header=WITH_CURRENCY,
        rates="currency,date,rate\nEUR,2019-01-01,2\nEUR,2019-01-03,1.12345678901234567\n",
    )  # fmt: skip
    assert found.payouts[0]["base"] == "11234569.89"  # 11234567.8901234567 is 11234567.89, and 2.00


def test_2_a_needed_rate_that_is_missing_stops_everything(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        settled(
            tmp_path, document(FLAT), "a,2019-01-09,Ada,bike,1,1,EUR\nb,2018-12-31,Ada,bike,1,1,GBP",
            header=WITH_CURRENCY, rates="currency,date,rate\nEUR,2019-01-01,1.1\n",
        )  # fmt: skip
    (problem,) = refused.value.problems
    assert (problem.file, problem.row, problem.column) == ("lines.csv", 2, "currency")
    assert "EUR rate for 2019-01-09" in problem.expected
    assert not (tmp_path / "payouts.csv").exists()


def test_2_a_yen_has_no_decimals(tmp_path: Path) -> None:
    found = settled(
        tmp_path, document(FLAT, currency="JPY"), "a,2019-01-01,Ada,bike,1,105,\nb,2019-01-01,Ada,bike,1,1.25,USD",
        header=WITH_CURRENCY, rates="currency,date,rate\nUSD,2019-01-01,110\n",
    )  # fmt: skip
    assert (found.payouts[0]["base"], found.payouts[0]["payout"]) == ("243", "24")  # 137.5 is 138


def test_3_returns_are_negative_lines_and_count(tmp_path: Path) -> None:
    found = settled(tmp_path, document(FLAT), "a,2019-01-01,Ada,bike,2.5,100\nb,2019-01-02,Ada,bike,-0.500001,-30")
    assert (found.payouts[0]["base"], found.payouts[0]["quantity"]) == ("70.00", "1.999999")


GROWTH = """
- id: grow
  kind: rebate
  period: quarter
  measure: growth
  bands: [{from: -100%, fixed: 1}, {from: 10%, rate: 1%}]"""


def test_4_growth_is_compared_exactly_with_the_year_before(tmp_path: Path) -> None:
    found = settled(tmp_path, document(GROWTH), """
        a0,2018-01-01,Ada,bike,1,300.00
        a1,2019-03-31,Ada,bike,1,330.00
        b0,2018-01-01,Bob,bike,1,300.00
        b1,2019-01-01,Bob,bike,1,329.99""")  # fmt: skip
    assert [(row["payee"], row["measure"], row["band_from"], row["payout"]) for row in found.payouts] == [
        ("Ada", "10.0000%", "10.0000%", "3.30"), ("Bob", "9.9967%", "-100.0000%", "1.00"),
    ]  # fmt: skip


def test_4_growth_over_nothing_is_undefined_and_pays_nothing(tmp_path: Path) -> None:
    found = settled(tmp_path, document(GROWTH), "a0,2018-01-01,Ada,bike,1,-5\na1,2019-01-01,Ada,bike,1,5")
    row = found.payouts[0]
    assert (row["measure"], row["band_from"], row["payout"]) == ("", "", "0.00")
    assert row["reason"].startswith("Growth is undefined")


def test_5_the_band_reached_is_the_greatest_from_at_or_below_the_measure(tmp_path: Path) -> None:
    rules = document("- {id: r, kind: rebate, period: month, bands: [{from: 100, rate: 1%}, {from: 200.01, rate: 2%}]}")
    found = settled(tmp_path, rules, """
        a,2019-01-01,Ada,bike,1,99.99
        b,2019-02-01,Ada,bike,1,100
        c,2019-03-01,Ada,bike,1,200
        d,2019-04-01,Ada,bike,1,200.01""")  # fmt: skip
    assert [(row["band_from"], row["payout"]) for row in found.payouts] == [
        ("", "0.00"), ("100.00", "1.00"), ("100.00", "2.00"), ("200.01", "4.00"),
    ]  # fmt: skip


def test_6_retrospective_kinds_may_be_mixed(tmp_path: Path) -> None:
    rules = document("""
        - id: mix
          kind: spiff
          period: month
          measure: quantity
          bands: [{from: 1, fixed: 7}, {from: 5, per_unit: 0.125}, {from: 10, rate: 1.5%}]""")
    found = settled(tmp_path, rules, """
        a,2019-01-01,Ada,bike,1,99
        b,2019-02-01,Ada,bike,5.4,99
        c,2019-03-01,Ada,bike,10,99
        d,2019-04-01,Ada,bike,10,-99""")  # fmt: skip
    assert [row["payout"] for row in found.payouts] == ["7.00", "0.68", "1.49", "0.00"]  # 0.675, 1.485, negative


def test_6_stepped_slices_are_unrounded_and_rounded_once(tmp_path: Path) -> None:
    rules = document(
        "- {id: s, kind: rebate, period: month, method: stepped,"
        " bands: [{from: 10, rate: 3.33%}, {from: 20.15, rate: 7.77%}]}"
    )
    found = settled(tmp_path, rules, "a,2019-01-01,Ada,bike,1,20.45\nb,2019-02-01,Ada,bike,1,15")
    # 10.15 * 3.33% = 0.337995 and 0.30 * 7.77% = 0.02331: 0.361305, where rounding each would give 0.34 + 0.02
    assert [row["payout"] for row in found.payouts] == ["0.36", "0.17"]


def test_6_stepped_quantities_pay_per_unit(tmp_path: Path) -> None:
    rules = document("""
        - id: s
          kind: spiff
          period: month
          measure: quantity
          method: stepped
          bands: [{from: 1, per_unit: 0.1}, {from: 3, per_unit: 0.333}]""")
    found = settled(tmp_path, rules, "a,2019-01-01,Ada,bike,4.5,1")
    assert found.payouts[0]["payout"] == "0.70"  # 2 * 0.1 + 1.5 * 0.333 = 0.6995


def test_6_nothing_is_prorated_where_effective_cuts_a_period(tmp_path: Path) -> None:
    rules = document("- {id: f, kind: mdf, period: year, bands: [{from: 1, fixed: 100}]}", since="2019-12-31")
    assert settled(tmp_path, rules, "a,2019-12-31,Ada,bike,1,1").payouts[0]["payout"] == "100.00"


def test_7_rounding_is_half_away_then_minimum_then_cap(tmp_path: Path) -> None:
    rules = document("- {id: r, kind: rebate, period: month, minimum: 1, cap: 5, bands: [{from: 0, rate: 10%}]}")
    found = settled(tmp_path, rules, """
        a,2019-01-01,Ada,bike,1,9.94
        b,2019-02-01,Ada,bike,1,9.95
        c,2019-03-01,Ada,bike,1,50.05
        d,2019-04-01,Ada,bike,1,49.95""")  # fmt: skip
    assert [row["payout"] for row in found.payouts] == ["0.00", "1.00", "5.00", "5.00"]
    assert "minimum of 1.00 USD" in found.payouts[0]["reason"]
    assert "cap of 5.00 USD" in found.payouts[2]["reason"]


def test_8_only_the_best_of_a_group_is_paid_and_a_tie_goes_to_the_first(tmp_path: Path) -> None:
    rules = document("\n".join([
        "- {id: low, kind: rebate, period: quarter, exclusive_group: g, bands: [{from: 0, rate: 1%}]}",
        "- {id: first, kind: rebate, period: quarter, exclusive_group: g, bands: [{from: 1, fixed: 2}]}",
        "- {id: second, kind: rebate, period: quarter, exclusive_group: g, bands: [{from: 0, rate: 2%}]}",
    ]))  # fmt: skip
    found = settled(tmp_path, rules, "a,2019-01-01,Ada,bike,1,100\nb,2019-01-01,Bob,bike,1,-1")
    assert found.paid() == {
        ("low", "Ada", "2019-Q1"): "0.00", ("first", "Ada", "2019-Q1"): "2.00", ("second", "Ada", "2019-Q1"): "0.00",
        ("low", "Bob", "2019-Q1"): "0.00", ("first", "Bob", "2019-Q1"): "0.00", ("second", "Bob", "2019-Q1"): "0.00",
    }  # fmt: skip
    reasons = {(row["incentive"], row["payee"]): row["reason"] for row in found.payouts}
    assert "in the group g, first pays most" in reasons["low", "Ada"]
    assert "pays most" not in reasons["low", "Bob"]


def test_9_shares_go_by_positive_amount_and_the_last_units_to_the_largest_remainders(tmp_path: Path) -> None:
    found = settled(tmp_path, document(FLAT), """
        c,2019-01-01,Ada,bike,1,0.10
        a,2019-01-01,Ada,bike,1,0.10
        b,2019-01-01,Ada,bike,1,0.10
        back,2019-01-01,Ada,bike,1,-0.10""")  # fmt: skip
    assert found.payouts[0]["payout"] == "0.02"
    assert found.by_line() == {"a": "0.01", "b": "0.01", "back": "0.00", "c": "0.00"}


def test_9_ties_go_by_code_point(tmp_path: Path) -> None:
    found = settled(
        tmp_path,
        document(FLAT),
        "\n".join(f"{line},2019-01-01,Ada,bike,1,0.05" for line in "\N{LATIN SMALL LETTER E WITH ACUTE}zZ"),
    )
    assert [row[3:] for row in found.shares] == [("Z", "0.01"), ("z", "0.01"), ("é", "0.00")]


def test_9_per_unit_goes_by_quantity_and_fixed_equally(tmp_path: Path) -> None:
    rules = document("""
        - {id: u, kind: spiff, period: month, measure: quantity, bands: [{from: 0, per_unit: 1}]}
        - {id: f, kind: mdf, period: month, bands: [{from: 0, fixed: 1}]}""")
    found = settled(
        tmp_path, rules, "a,2019-01-01,Ada,bike,1,9\nb,2019-01-01,Ada,bike,3,0\nc,2019-01-01,Ada,bike,-1,-1"
    )
    assert found.shares == [
        ("u", "2019-01", "Ada", "a", "0.75"), ("u", "2019-01", "Ada", "b", "2.25"),
        ("u", "2019-01", "Ada", "c", "0.00"),
        ("f", "2019-01", "Ada", "a", "0.34"), ("f", "2019-01", "Ada", "b", "0.33"),
        ("f", "2019-01", "Ada", "c", "0.33"),
    ]  # fmt: skip


def test_9_huge_payouts_are_spread_exactly(tmp_path: Path) -> None:
    found = settled(
        tmp_path,
        document(FLAT),
        "a,2019-01-01,Ada,bike,1,9999999999999999.99\nb,2019-01-01,Ada,bike,1,9999999999999999.98",
    )
    assert found.payouts[0]["base"] == "19999999999999999.97"
    assert found.payouts[0]["payout"] == "2000000000000000.00"
    assert found.by_line() == {"a": "1000000000000000.00", "b": "1000000000000000.00"}


def test_10_rows_are_sorted_and_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    rules = document(FLAT.replace("quarter", "month"))
    lines = [f"L{n},2019-{1 + n % 12:02d}-15,{'Ada' if n % 3 else 'Bob'},bike,1,{n}.37" for n in range(200)]
    first = settled(tmp_path, rules, "\n".join(lines))
    payouts, shares = first.payouts_path.read_bytes(), first.shares_path.read_bytes()
    again = settled(tmp_path, rules, "\n".join(reversed(lines)))
    assert (again.payouts_path.read_bytes(), again.shares_path.read_bytes()) == (payouts, shares)
    assert [(row["period"], row["payee"]) for row in first.payouts][:3] == [
        ("2019-01", "Bob"),
        ("2019-02", "Ada"),
        ("2019-03", "Ada"),
    ]
    assert [row[1:4] for row in first.shares] == sorted(row[1:4] for row in first.shares)


def test_periods_follow_the_fiscal_year(tmp_path: Path) -> None:
    rules = document(FLAT, starts="07-01", since="2019-07-01", until="2020-07-01")
    found = settled(tmp_path, rules, "a,2020-01-01,Ada,bike,1,10\nb,2019-12-31,Ada,bike,1,20")
    assert found.paid() == {("flat", "Ada", "2019-Q2"): "2.00", ("flat", "Ada", "2019-Q3"): "1.00"}


def test_one_period_can_be_asked_for(tmp_path: Path) -> None:
    found = settled(
        tmp_path, document(FLAT), "a,2019-01-01,Ada,bike,1,10\nb,2019-04-01,Ada,bike,1,20", periods=["2019-Q2"]
    )
    assert found.paid() == {("flat", "Ada", "2019-Q2"): "2.00"}
    with pytest.raises(Refused, match="1 problem"):
        settled(tmp_path, document(FLAT), "a,2019-01-01,Ada,bike,1,10", periods=["2019-01"])


def test_more_than_sixty_incentives_fit(tmp_path: Path) -> None:
    rules = document("\n".join(
        f"- {{id: i{n}, kind: rebate, period: year, what: {{products: [{'bike' if n % 2 else 'helmet'}]}},"
        f" bands: [{{from: 0, rate: {n}%}}]}}"
        for n in range(130)
    ))  # fmt: skip
    found = settled(tmp_path, rules, "a,2019-01-01,Ada,bike,1,1")
    assert found.paid() == {(f"i{n}", "Ada", "2019"): f"{n / 100:.2f}" for n in range(1, 130, 2)}


def test_the_words_of_a_payout_are_quoted_only_where_needed(tmp_path: Path) -> None:
    partners = PARTNERS + '"Say ""hi"", Ltd",VAR,Gold,North\n'
    found = settled(
        tmp_path, document(FLAT), 'a,2019-01-01,"Say ""hi"", Ltd",bike,1,10', partners=partners, products=PRODUCTS
    )
    assert found.payouts_path.read_text().splitlines()[1] == (
        'flat,rebate,partner,"Say ""hi"", Ltd",2019-Q1,USD,10.00,1,10.00,0.00,1.00,'
        "Band reached: from 0.00 USD: 10% of net sales."
    )
