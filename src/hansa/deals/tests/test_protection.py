from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.deals.rules import (
    expires,
    next_in_turn,
    precedence,
    protected_until,
    protection_days,
    protection_start,
    reminders,
    rule_on_extension,
    rule_on_protection,
)
from hansa.deals.tests.cases import INSTANTS, LATER, PRIORITIES, RULES, START, TICK, claim, claims, euro, ordered_by
from hansa.kernel.money import CurrencyMismatch, Money
from hansa.programs.engagement import Clocks, Extensions, Protection

LARGE_GOLD = Protection(180, tiers=("Gold",), minimum=euro("20000"))
SAILS = Protection(120, families=("Sails",))
REST = Protection(60)
STEPPED = replace(RULES, protection=(LARGE_GOLD, SAILS, REST))


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        ({"tier": "Gold", "amount": euro("20000")}, 180),
        ({"tier": "Gold", "amount": euro("19999.99")}, 60),
        ({"tier": "Gold"}, 60),
        ({"tier": "Silver", "amount": euro("20000")}, 60),
        ({"tier": "Silver", "family": "Sails"}, 120),
        ({"tier": "Gold", "amount": euro("20000"), "family": "Sails"}, 180),
        ({}, 60),
    ],
)
def test_the_first_rule_that_matches_decides(facts, days):
    assert protection_days(claim(**facts), STEPPED) == days


def test_a_protection_counts_from_the_submission_until_the_answer_and_from_the_decision_afterwards():
    made, answer = claim(), START + timedelta(minutes=15)
    assert protection_start(made, at=answer - TICK, answer_at=answer) == made.submitted_at
    assert protection_start(made, at=answer, answer_at=answer) == answer
    assert protection_start(made, at=LATER, answer_at=None) == LATER


def test_where_no_rule_matches_it_is_ninety_days():
    assert protection_days(claim(), RULES) == 90
    assert protection_days(claim(), replace(RULES, protection=(SAILS,))) == 90


def test_an_amount_in_another_currency_is_not_guessed():
    with pytest.raises(CurrencyMismatch):
        protection_days(claim(tier="Gold", amount=Money(1, "USD")), STEPPED)


def test_a_protection_says_its_end_and_its_rule():
    ruling = rule_on_protection(claim(family="Sails"), START, STEPPED)

    assert ruling.outcome == START + timedelta(days=120)
    assert ruling.reason == "Protected for 120 days, until 2026-06-30 10:00:00 UTC."
    assert ruling.grounds == "Rule 2 of the protection decides: 120 days."
    assert rule_on_protection(claim(), START, RULES).grounds == "No rule of the protection matches: 90 days."


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Auckland", "UTC"])
def test_a_change_of_clocks_moves_no_end(zone):
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    until = protected_until(start.astimezone(ZoneInfo(zone)), 90)

    assert until - start == timedelta(days=90)
    assert until.tzinfo is UTC
    assert until.isoformat() == "2026-05-30T12:00:00+00:00"


def test_a_start_without_zone_is_refused():
    with pytest.raises(ValueError, match="an instant with its zone"):
        protected_until(datetime(2026, 3, 1), 90)


@pytest.mark.parametrize(("at", "ended"), [(LATER - TICK, False), (LATER, True), (LATER + TICK, True)])
def test_the_stored_instant_decides_whether_it_has_ended(at, ended):
    assert expires(at, LATER) is ended
    assert expires(at.astimezone(ZoneInfo("Asia/Tokyo")), LATER) is ended


def extension(at=START, used=0, has_evidence=True, until=LATER, **said):
    rules = replace(RULES, extensions=Extensions(**said))
    return rule_on_extension(until=until, used=used, has_evidence=has_evidence, at=at, rules=rules)


def test_an_extension_adds_its_days_to_the_present_end():
    ruling = extension(count=2, days=45, used=1)

    assert ruling.outcome == LATER + timedelta(days=45)
    assert ruling.reason == "Protected until 2026-04-17 10:00:00 UTC."
    assert ruling.grounds == "Extension 2 of 2, 45 days."


@pytest.mark.parametrize(("at", "possible"), [(LATER - TICK, True), (LATER, False), (LATER + TICK, False)])
def test_what_has_ended_is_not_extended(at, possible):
    ruling = extension(at=at)

    assert (ruling.outcome is not None) is possible
    if not possible:
        assert ruling.reason == "The protection ended at 2026-03-03 10:00:00 UTC; it can no longer be extended."
        assert ruling.grounds == "Expired."


@pytest.mark.parametrize(("used", "possible"), [(0, True), (2, True), (3, False), (4, False)])
def test_a_protection_is_extended_only_so_often(used, possible):
    ruling = extension(count=3, used=used)

    assert (ruling.outcome is not None) is possible
    if not possible:
        assert ruling.reason == "A protection can be extended 3 times; this one has been."
        assert ruling.grounds == f"Extended {used} times; the rules allow 3."


@pytest.mark.parametrize(
    ("evidence", "has_evidence", "possible"),
    [("required", True, True), ("required", False, False), ("optional", True, True), ("optional", False, True)],
)
def test_an_extension_asks_for_evidence_where_the_rules_do(evidence, has_evidence, possible):
    ruling = extension(evidence=evidence, has_evidence=has_evidence)

    assert (ruling.outcome == LATER + timedelta(days=30)) is possible
    if not possible:
        assert ruling.outcome is None
        assert ruling.reason == "An extension needs evidence of progress: add what has happened."
        assert ruling.grounds == "No evidence."


def reminded(*days, length):
    rules = replace(RULES, clocks=Clocks(reminders=days))
    return reminders(START, START + timedelta(days=length), rules)


def test_reminders_go_out_before_the_end_in_order():
    until = START + timedelta(days=90)

    assert reminded(14, 3, length=90) == (until - timedelta(days=14), until - timedelta(days=3))
    assert reminders(START, until.astimezone(ZoneInfo("Europe/Berlin")), RULES)[0].isoformat() == (
        "2026-05-17T10:00:00+00:00"
    )


def test_a_reminder_that_would_fall_on_the_start_is_left_out():
    assert reminded(14, 3, length=14) == (START + timedelta(days=11),)
    assert reminded(14, 3, length=15)[0] == START + timedelta(days=1)
    assert reminded(14, 3, length=3) == ()


def test_the_first_that_waits_is_next():
    first, second = claim("C1", at=START), claim("C2", at=START + TICK, incumbent=True)

    assert next_in_turn([second, first], RULES) is first
    assert next_in_turn([first, second], ordered_by("incumbent", "first_in_time")) is second
    assert next_in_turn([], RULES) is None


@given(st.lists(claims(), min_size=1, max_size=6, unique_by=lambda each: each.id), PRIORITIES, st.randoms())
def test_whose_turn_it_is_does_not_depend_on_the_order(waiting, priority, random):
    rules = ordered_by(*priority)
    chosen = next_in_turn(waiting, rules)
    random.shuffle(waiting)

    assert next_in_turn(waiting, rules) == chosen
    assert all(precedence(chosen, priority) <= precedence(each, priority) for each in waiting)


@given(INSTANTS, st.integers(1, 1000), st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"]))
def test_a_protection_lasts_exactly_its_days_in_every_zone(start, days, zone):
    until = protected_until(start.astimezone(ZoneInfo(zone)), days)

    assert until == protected_until(start, days) == start + timedelta(days=days)
    assert expires(until, until)
    assert not expires(until - TICK, until)
