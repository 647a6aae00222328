"""A period's decisions over again under other rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hansa.deals.rules import (
    Claim,
    ClaimInputs,
    ProtectionInputs,
    Rival,
    Standing,
    decide,
    kind_of,
    ruling_to_plain,
    to_plain,
)
from hansa.deals.rules.what_if import Stored, what_if
from hansa.programs.engagement import DEFAULT_RULES, Protection

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLAIM = Claim("R-1", "alpine", NOW, "Bikes", "SE", tier="Gold", tier_rank=1, certified=True)
RIVAL = Rival(
    replace(CLAIM, id="R-0", partner_id="bay", submitted_at=NOW - timedelta(days=1), certified=False), Standing.WAITING
)


def stored(code, inputs):
    ruling = decide(inputs, DEFAULT_RULES)
    return Stored(code, kind_of(inputs), to_plain(inputs), ruling_to_plain(ruling))


DECISIONS = [
    stored("one", ClaimInputs(CLAIM, (RIVAL,), NOW)),
    stored("two", ClaimInputs(CLAIM, (), NOW)),
    stored("three", ProtectionInputs(CLAIM, NOW)),
]


def test_under_the_same_rules_nothing_differs():
    found = what_if(DECISIONS, DEFAULT_RULES)
    assert (found.decisions, found.differences) == (3, ())
    assert found.words == "None of 3 decisions would differ."


def test_another_priority_turns_a_claim_round():
    found = what_if(DECISIONS, replace(DEFAULT_RULES, priority=("certified", "first_in_time")))
    (difference,) = found.differences
    assert (difference.code, difference.kind) == ("one", "claim")
    assert (difference.was.outcome, difference.would_be.outcome) == ("WAIT", "PROTECT")
    assert found.words == "1 of 3 decisions would differ."


def test_another_span_moves_the_end_of_a_protection():
    found = what_if(DECISIONS, replace(DEFAULT_RULES, protection=(Protection(days=30),)))
    (difference,) = found.differences
    assert (difference.was.outcome, difference.would_be.outcome) == (NOW + timedelta(days=90), NOW + timedelta(days=30))


def test_other_words_for_the_same_outcome_are_no_difference():
    reworded = replace(DECISIONS[1], ruling={**DECISIONS[1].ruling, "reason": "as it was said last year"})
    assert what_if([reworded], DEFAULT_RULES).differences == ()


def test_no_decisions_are_none():
    assert what_if([], DEFAULT_RULES).words == "None of 0 decisions would differ."
