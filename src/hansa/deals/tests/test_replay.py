import json
from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.deals.rules import (
    KINDS,
    ClaimInputs,
    EligibilityInputs,
    ExtensionInputs,
    LapseInputs,
    NotReadable,
    Outcome,
    ProtectionInputs,
    RemedyInputs,
    ReviewState,
    Stage,
    Standing,
    canonical,
    decide,
    differs,
    from_plain,
    kind_of,
    replay,
    ruling_from_plain,
    ruling_to_plain,
    to_plain,
)
from hansa.deals.tests.cases import (
    INSTANTS,
    LATER,
    MONEY,
    PRIORITIES,
    RULES,
    START,
    TICK,
    claim,
    claims,
    euro,
    member,
    ordered_by,
    rival,
    rivals,
)
from hansa.engines.settlement import Who
from hansa.kernel.ruling import Ruling
from hansa.programs.engagement import BusinessHours, Clocks, Eligibility, Protection, RulesOfEngagement

EVERY_KIND = {
    "claim": ClaimInputs(claim(amount=euro("12.34")), (rival(), rival("R2", standing=Standing.PROTECTED)), LATER),
    "eligibility": EligibilityInputs(claim(), member(status="ENDED")),
    "protection": ProtectionInputs(claim(), START),
    "extension": ExtensionInputs(LATER, 0, True, START),
    "lapse": LapseInputs(Outcome.WAIT, LATER, LATER + TICK),
    "remedy": RemedyInputs("swap_priority", ReviewState.IN_REVIEW, Stage.PROSPECT, ReviewState.APPROVED),
}


TEXTS = st.lists(st.sampled_from(["Gold", "Silver", "Boats"]), min_size=1, unique=True).map(tuple)


@st.composite
def rules(draw):
    return RulesOfEngagement(
        registration=Eligibility(
            who=Who(types=draw(st.none() | TEXTS), tiers=draw(st.none() | TEXTS)),
            families=draw(st.none() | TEXTS),
            minimum=draw(MONEY),
            open_quota=draw(st.integers(1, 9)),
        ),
        protection=tuple(
            Protection(days, tiers=draw(st.none() | TEXTS), minimum=draw(MONEY))
            for days in draw(st.lists(st.integers(1, 400), max_size=3))
        ),
        priority=draw(PRIORITIES),
        clocks=Clocks(
            lapse=draw(st.sampled_from(["escalate", "approve", "reject"])),
            business_hours=BusinessHours(time(8, 30), time(16), ("mon", "sat")),
        ),
    )


def through_json(value):
    return json.loads(canonical(to_plain(value)))


def test_every_kind_of_decision_can_be_stored():
    assert {word: kind_of(inputs) for word, inputs in EVERY_KIND.items()} == {word: word for word in KINDS}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_stored_decision_run_again_is_the_same(kind):
    inputs = EVERY_KIND[kind]
    first = decide(inputs, RULES)
    stored = through_json(inputs), through_json(RULES), json.loads(canonical(ruling_to_plain(first)))

    assert from_plain(type(inputs), stored[0]) == inputs
    assert replay(kind, stored[0], stored[1]) == first
    assert ruling_from_plain(kind, stored[2]) == first
    assert differs(stored[2], replay(kind, stored[0], stored[1])) is False


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("claim", "WAIT"),
        ("eligibility", False),
        ("protection", "2026-05-31T10:00:00.000000+00:00"),
        ("extension", "2026-04-02T10:00:00.000000+00:00"),
        ("lapse", "escalate"),
    ],
)
def test_each_kind_decides_by_its_own_rule(kind, outcome):
    assert ruling_to_plain(decide(EVERY_KIND[kind], RULES))["outcome"] == outcome


def test_an_extension_that_was_refused_is_read_as_none():
    inputs = replace(EVERY_KIND["extension"], used=1)
    stored = ruling_to_plain(decide(inputs, RULES))

    assert stored["outcome"] is None
    assert ruling_from_plain("extension", stored).outcome is None


def test_under_other_rules_the_answer_may_differ():
    inputs = ClaimInputs(claim(incumbent=True), (rival(),), LATER)
    stored = ruling_to_plain(decide(inputs, RULES))
    again = replay("claim", to_plain(inputs), to_plain(ordered_by("incumbent", "first_in_time")))

    assert (stored["outcome"], again.outcome) == ("WAIT", Outcome.PROTECT)
    assert differs(stored, again) is True
    assert differs(stored, again, outcome_only=True) is True


def test_a_what_if_may_look_at_outcomes_alone():
    stored = {"outcome": "WAIT", "reason": "a", "grounds": "b"}

    assert differs(stored, Ruling(Outcome.WAIT, "a", "b")) is False
    assert differs(stored, Ruling(Outcome.WAIT, "a", "c")) is True
    assert differs(stored, Ruling(Outcome.WAIT, "other", "b")) is True
    assert differs(stored, Ruling(Outcome.WAIT, "a", "c"), outcome_only=True) is False


def test_a_check_that_could_not_run_is_stored_as_such():
    inputs = ClaimInputs(claim(), None, START)

    assert from_plain(ClaimInputs, through_json(inputs)) == inputs
    assert replay("claim", to_plain(inputs), to_plain(RULES)).outcome is Outcome.QUEUE


def test_the_same_rivals_are_stored_the_same_way():
    one, other = rival("R1"), rival("R1", standing=Standing.NAMED_ACCOUNT)
    third = rival("R0", at=LATER)
    orders = [(one, other, third), (third, other, one), (other, third, one)]

    assert len({canonical(to_plain(ClaimInputs(claim(), each, START))) for each in orders}) == 1
    assert ClaimInputs(claim(), orders[0], START).rivals == (third, other, one)


def test_nobody_replays_a_kind_that_is_none():
    with pytest.raises(KeyError):
        replay("guess", {}, {})


@given(claims(), st.none() | st.lists(rivals(), max_size=4).map(tuple), INSTANTS, rules())
def test_any_decision_survives_being_stored(asked, beside, at, held):
    inputs = ClaimInputs(asked, beside, at)
    ruling = decide(inputs, held)

    assert from_plain(ClaimInputs, through_json(inputs)) == inputs
    assert from_plain(RulesOfEngagement, through_json(held)) == held
    assert replay("claim", through_json(inputs), through_json(held)) == ruling


def test_a_ruling_of_another_shape_is_refused():
    stored = ruling_to_plain(decide(EVERY_KIND["claim"], RULES))

    with pytest.raises(NotReadable, match=r"^outcome: expected Outcome$"):
        ruling_from_plain("claim", {**stored, "outcome": "MAYBE"})
    with pytest.raises(NotReadable, match=r"^reason: expected str$"):
        ruling_from_plain("claim", {**stored, "reason": None})
    with pytest.raises(NotReadable, match=r"^grounds: expected str$"):
        ruling_from_plain("claim", {**stored, "grounds": 1})
