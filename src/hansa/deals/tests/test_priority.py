from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.deals.rules import PENDING, Outcome, Rival, Standing, Verdict, rule_on_claim
from hansa.deals.rules.claims import Claim, deciding_reason, ranks_before
from hansa.deals.tests.cases import (
    ADVANTAGES,
    INSTANTS,
    LATER,
    PRIORITIES,
    RULES,
    START,
    TICK,
    claim,
    claims,
    ordered_by,
    rival,
    rivals,
)

HOLDS = {
    "exclusive_territory": {"exclusive_holder": True},
    "named_account": {"named_account_holder": True},
    "incumbent": {"incumbent": True},
    "certified": {"certified": True},
    "tier": {"tier_rank": 2},
}
RIGHTS = {"named_account": Standing.NAMED_ACCOUNT, "exclusive_territory": Standing.EXCLUSIVE_TERRITORY}


def ruling(*beside, rules=RULES, at=START, **facts):
    return rule_on_claim(claim(**facts), beside, rules, at)


def test_a_right_with_the_number_of_the_claim_is_not_the_claim():
    right = rival(id="C1", standing=Standing.NAMED_ACCOUNT)

    assert ruling(right, rules=ordered_by("named_account", "first_in_time")).outcome is Outcome.WAIT


@pytest.mark.parametrize("reason", ADVANTAGES)
def test_an_advantage_goes_before_time_where_the_rules_list_it_first(reason):
    better, first = rival(at=START + TICK, **HOLDS[reason]), ordered_by(reason, "first_in_time")

    found = ruling(better, rules=first, at=LATER)
    assert found.outcome is Outcome.WAIT
    assert f"goes first, by {reason.replace('_', ' ')} (recorded" in found.grounds
    assert ruling(better, rules=first, at=LATER, **HOLDS[reason]).outcome is Outcome.PROTECT
    assert ruling(better, rules=ordered_by("first_in_time", reason), at=LATER).outcome is Outcome.PROTECT
    assert ruling(better, at=LATER).outcome is Outcome.PROTECT


@pytest.mark.parametrize("reason", ADVANTAGES)
def test_an_advantage_overtakes_an_earlier_claim_that_waits(reason):
    assert ruling(rival(), rules=ordered_by(reason, "first_in_time"), **HOLDS[reason]).outcome is Outcome.PROTECT


def test_the_higher_tier_goes_first():
    rules = ordered_by("tier", "first_in_time")

    assert ruling(rival(tier_rank=1), rules=rules, tier_rank=2).outcome is Outcome.PROTECT
    assert ruling(rival(tier_rank=2), rules=rules, tier_rank=1).outcome is Outcome.WAIT


@pytest.mark.parametrize("reason", RIGHTS)
def test_a_right_of_another_counts_where_the_rules_list_it(reason):
    right = rival(standing=RIGHTS[reason], family="", country="", **HOLDS[reason])
    called = reason.replace("_", " ")

    listed = ruling(right, rules=ordered_by(reason, "first_in_time"))
    assert listed.outcome is Outcome.WAIT
    assert listed.reason == PENDING
    assert listed.grounds == f"{called.capitalize()} R1 of P2: goes first, by {called}."


@pytest.mark.parametrize("reason", RIGHTS)
@pytest.mark.parametrize("priority", [("first_in_time",), ("first_in_time", "{}"), ("incumbent", "first_in_time")])
def test_a_right_gives_no_priority_that_the_rules_do_not_give(reason, priority):
    found = ruling(
        rival(standing=RIGHTS[reason]), rules=ordered_by(*(each.format(reason) for each in priority)), incumbent=False
    )

    assert found.outcome is Outcome.PROTECT
    assert found.grounds.endswith(
        f"stands behind, the rules give no priority by {reason.replace('_', ' ')} before time decides."
    )


@pytest.mark.parametrize("reason", RIGHTS)
def test_who_holds_the_same_right_is_not_behind_it(reason):
    right = rival(standing=RIGHTS[reason], **HOLDS[reason])
    found = ruling(right, rules=ordered_by(reason, "first_in_time"), **HOLDS[reason])

    assert found.outcome is Outcome.PROTECT
    assert found.grounds.endswith(f"stands behind, the claim's partner holds the {reason.replace('_', ' ')} too.")


def test_a_stronger_reason_takes_a_right_out():
    right, rules = rival(standing=Standing.NAMED_ACCOUNT), ordered_by("incumbent", "named_account", "first_in_time")

    found = ruling(right, rules=rules, incumbent=True)
    assert found.outcome is Outcome.PROTECT
    assert found.grounds == "Named account R1 of P2: stands behind, by incumbent."
    assert ruling(right, rules=rules).outcome is Outcome.WAIT
    assert ruling(replace(right, claim=claim("R1", "P2", incumbent=True)), rules=rules, incumbent=True).outcome is (
        Outcome.WAIT
    )


def test_an_own_right_is_no_rival():
    found = ruling(
        rival(partner="P1", standing=Standing.EXCLUSIVE_TERRITORY),
        rules=ordered_by("exclusive_territory", "first_in_time"),
    )

    assert found.outcome is Outcome.PROTECT
    assert found.grounds == "Exclusive territory R1 of P1: not counted, it is this partner's own right."


def test_a_right_that_nobody_has_answered_goes_to_the_operator():
    right = rival(standing=Standing.NAMED_ACCOUNT, verdict=Verdict.REVIEW)

    assert ruling(right, rules=ordered_by("named_account", "first_in_time")).outcome is Outcome.QUEUE


def test_the_reason_that_decides_is_the_first_that_differs():
    one, other = claim(certified=True, incumbent=True), claim(id="C2", incumbent=True)

    assert deciding_reason(one, other, ("incumbent", "certified", "tier")) == "certified"
    assert deciding_reason(one, replace(other, submitted_at=LATER), ()) == "first_in_time"
    assert deciding_reason(one, other, ("incumbent", "tier")) is None
    assert ranks_before(one, other, "certified")
    assert not ranks_before(one, other, "incumbent")
    assert not ranks_before(other, one, "certified")


@given(st.lists(rivals(), max_size=6), claims(), PRIORITIES, INSTANTS, st.randoms())
def test_the_order_of_rivals_does_not_matter(beside, asked, priority, at, random):
    shuffled = beside.copy()
    random.shuffle(shuffled)
    one = rule_on_claim(asked, beside, ordered_by(*priority), at)
    other = rule_on_claim(asked, shuffled, ordered_by(*priority), at)

    assert (one.outcome, one.reason) == (other.outcome, other.reason)
    assert sorted(one.grounds.splitlines()) == sorted(other.grounds.splitlines())


def as_rivals_of(one: Claim, all_of_them: list[Claim]) -> list[Rival]:
    return [Rival(other, Standing.WAITING) for other in all_of_them if other.id != one.id]


@given(
    st.lists(claims(), min_size=1, max_size=8),
    PRIORITIES,
    st.booleans(),
    st.randoms(),
)
def test_of_simultaneous_claims_exactly_one_is_protected(said, priority, at_once, random):
    here = [
        replace(each, id=f"C{i}", partner_id=f"P{i}", family="Boats", country="DE", submitted_at=START)
        if at_once
        else replace(each, id=f"C{i}", partner_id=f"P{i}", family="Boats", country="DE")
        for i, each in enumerate(said)
    ]
    random.shuffle(here)
    end = max(each.submitted_at for each in here)
    outcomes = [rule_on_claim(each, as_rivals_of(each, here), ordered_by(*priority), end).outcome for each in here]

    assert outcomes.count(Outcome.PROTECT) == 1
    assert outcomes.count(Outcome.WAIT) == len(here) - 1


@given(st.lists(claims(), min_size=1, max_size=8))
def test_one_after_the_other_only_the_first_is_protected(said):
    standing: list[Rival] = []
    outcomes = []
    for i, each in enumerate(said):
        at = START + i * TICK
        one = replace(each, id=f"C{i}", partner_id=f"P{i}", family="Boats", country="DE", submitted_at=at)
        outcome = rule_on_claim(one, standing, ordered_by("incumbent", "tier", "first_in_time"), at).outcome
        until = {"protected_until": LATER} if outcome is Outcome.PROTECT else {}
        standing.append(Rival(one, Standing.PROTECTED if until else Standing.WAITING, **until))
        outcomes.append(outcome)

    assert outcomes == [Outcome.PROTECT] + [Outcome.WAIT] * (len(said) - 1)


def test_what_is_not_said_of_a_claim_counts_for_nothing():
    bare = Claim("C1", "P1", START, "Boats", "DE")

    assert (bare.amount, bare.tier, bare.tier_rank, bare.resubmission) == (None, "", -1, 0)
    assert ruling(rival(at=START + TICK, tier_rank=0), rules=ordered_by("tier", "first_in_time"), at=LATER).outcome is (
        Outcome.WAIT
    )
    assert not any(bare.holds(right) for right in RIGHTS.values())


def test_each_right_is_its_own():
    named, exclusive = claim(named_account_holder=True), claim(exclusive_holder=True)

    assert [each.holds(Standing.NAMED_ACCOUNT) for each in (named, exclusive)] == [True, False]
    assert [each.holds(Standing.EXCLUSIVE_TERRITORY) for each in (named, exclusive)] == [False, True]
