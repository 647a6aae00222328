"""What follows from a covenant, which periods a holding answers for, and what a holding is on a day."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.kernel.plain import canonical, from_plain, to_plain
from hansa.programs.document import parse
from hansa.programs.rules.covenants import CovenantInputs, replay_covenant, rule_on_covenant, whole_periods
from hansa.programs.rules.holdings import Consequence, Holding, as_exclusive, coverage_on
from hansa.programs.territories import Covenant, PostcodeRange, Territory, address_of

DAY = date(2026, 3, 2)
WEAKNESS = {"exclusive": 0, "selective": 1, "open": 2}
PAYING = parse("""
hansa: 1
program: Partners
version: "1"
currency: EUR
fiscal_year_starts: 01-01
effective: {from: 2026-01-01, until: 2027-01-01}
""").paying


def covenanted(consequence, coverage="exclusive", measure="net_amount"):
    return Territory(
        "North", ("DE",), coverage=coverage, covenant=Covenant(measure, "quarter", Decimal(100), consequence)
    )


def inputs(consequence, result, **said):
    return CovenantInputs(covenanted(consequence, **said), "2026-Q1", Decimal(result))


@pytest.mark.parametrize("consequence", ["notice", "selective", "open"])
@pytest.mark.parametrize("result", ["100", "100.01"])
def test_a_target_that_is_reached_changes_nothing(consequence, result):
    ruling = rule_on_covenant(inputs(consequence, result))

    assert ruling.outcome == "kept"
    assert ruling.reason == "The target of North for 2026-Q1 was reached."
    assert ruling.grounds == f"{result} of 100 (net_amount, by the quarter)."


@pytest.mark.parametrize(
    ("consequence", "coverage", "reason"),
    [
        ("notice", "exclusive", " was missed. The holding stays exclusive; this is a notice."),
        ("notice", "selective", " was missed. The holding stays selective; this is a notice."),
        ("selective", "exclusive", " was missed: the holding becomes selective."),
        ("open", "exclusive", " was missed: the holding becomes open."),
        ("open", "selective", " was missed: the holding becomes open."),
    ],
)
def test_a_target_that_is_missed_has_its_consequence(consequence, coverage, reason):
    ruling = rule_on_covenant(inputs(consequence, "99.99", coverage=coverage, measure="quantity"))

    assert ruling.outcome == consequence
    assert ruling.reason == f"The target of North for 2026-Q1{reason}"
    assert ruling.grounds == "99.99 of 100 (quantity, by the quarter)."


def test_a_negative_result_misses_a_target_and_reaches_one_of_nothing():
    nothing = replace(covenanted("open"), covenant=Covenant("net_amount", "quarter", Decimal(0), "open"))

    assert rule_on_covenant(inputs("open", "-1")).outcome == "open"
    assert rule_on_covenant(CovenantInputs(nothing, "2026-Q1", Decimal(0))).outcome == "kept"


def test_a_territory_without_covenant_has_no_target():
    with pytest.raises(ValueError, match="North has no covenant"):
        rule_on_covenant(CovenantInputs(Territory("North", ("DE",)), "2026-Q1", Decimal(1)))


@given(
    st.sampled_from(["notice", "selective", "open"]),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=2),
    st.booleans(),
)
def test_stored_inputs_are_decided_over_again_as_they_were(consequence, result, with_postcodes):
    postcodes = (PostcodeRange("DE", "20", "25"),) if with_postcodes else ()
    asked = CovenantInputs(replace(covenanted(consequence), postcodes=postcodes), "2026-Q1", result)
    stored = json.loads(canonical(to_plain(asked)))

    assert from_plain(CovenantInputs, stored) == asked
    assert replay_covenant(stored) == rule_on_covenant(asked)


@pytest.mark.parametrize(
    ("from_on", "until_on", "today", "labels"),
    [
        (date(2026, 1, 1), None, date(2026, 10, 1), ["2026-Q1", "2026-Q2", "2026-Q3"]),
        (date(2026, 1, 1), None, date(2026, 9, 30), ["2026-Q1", "2026-Q2"]),
        (date(2026, 1, 2), None, date(2026, 7, 1), ["2026-Q2"]),
        (date(2025, 1, 1), None, date(2026, 4, 1), ["2026-Q1"]),
        (date(2026, 1, 1), date(2026, 6, 30), date(2026, 12, 1), ["2026-Q1"]),
        (date(2026, 1, 1), date(2026, 7, 1), date(2026, 12, 1), ["2026-Q1", "2026-Q2"]),
        (date(2026, 10, 1), None, date(2027, 6, 1), ["2026-Q4"]),
        (date(2026, 10, 1), None, date(2026, 6, 1), []),
    ],
)
def test_a_holding_answers_for_ended_periods_that_it_was_held_throughout(from_on, until_on, today, labels):
    found = whole_periods("quarter", Holding("North", "7", from_on, until_on), PAYING, today)

    assert [each.label for each in found] == labels


CONSEQUENCES = st.lists(
    st.builds(
        Consequence,
        st.sampled_from(["kept", "notice", "selective", "open"]),
        st.integers(0, 40).map(lambda n: DAY + timedelta(n)),
    ),
    max_size=6,
)


@given(CONSEQUENCES, st.permutations(range(6)), st.integers(0, 45))
def test_the_order_of_results_does_not_matter(found, order, offset):
    shuffled = [found[place] for place in order if place < len(found)]
    day = DAY + timedelta(offset)

    assert coverage_on(day, "exclusive", shuffled) == coverage_on(day, "exclusive", found)
    assert coverage_on(day, "exclusive", found + found) == coverage_on(day, "exclusive", found)


@given(CONSEQUENCES, st.sampled_from(["exclusive", "selective", "open"]))
def test_a_holding_only_ever_weakens(found, coverage):
    strengths = [WEAKNESS[coverage_on(DAY + timedelta(offset), coverage, found)] for offset in range(45)]

    assert strengths == sorted(strengths)
    assert strengths[0] >= WEAKNESS[coverage]


@given(CONSEQUENCES, st.integers(1, 30) | st.none())
def test_the_exclusive_days_of_a_holding_are_those_on_which_its_coverage_is_exclusive(found, length):
    holding = Holding("North", "7", DAY, None if length is None else DAY + timedelta(length))
    exclusive = as_exclusive(holding, found)

    for offset in range(-3, 45):
        day = DAY + timedelta(offset)
        expected = holding.holds_on(day) and coverage_on(day, "exclusive", found) == "exclusive"
        assert (exclusive is not None and exclusive.holds_on(day)) is expected


@pytest.mark.parametrize(("outcome", "coverage"), [("kept", "exclusive"), ("notice", "exclusive"), ("open", "open")])
def test_a_consequence_holds_from_its_day_on(outcome, coverage):
    followed = [Consequence(outcome, DAY)]

    assert coverage_on(DAY - timedelta(1), "exclusive", followed) == "exclusive"
    assert coverage_on(DAY, "exclusive", followed) == coverage


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_names_have_addresses_of_their_own(one, other):
    assert (address_of(one) == address_of(other)) is (one == other)
    assert set(address_of(one)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(address_of(one)) <= 51
