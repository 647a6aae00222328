from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.deals.rules import PENDING, Answer, Outcome, Rival, Standing, Verdict, rule_on_claim
from hansa.deals.rules.claims import precedence
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

RECORDED = "recorded at 2026-03-02 09:00:00 UTC"


def ruling(*beside, rules=RULES, at=START, **facts):
    return rule_on_claim(claim(**facts), beside, rules, at)


def test_a_claim_alone_is_protected():
    found = ruling()

    assert found.outcome is Outcome.PROTECT
    assert found.reason == "This project is protected for you."
    assert found.grounds == "There is no rival."


def test_a_claim_behind_an_earlier_one_waits():
    found = ruling(rival())

    assert found.outcome is Outcome.WAIT
    assert found.reason == PENDING == "Your registration is in review. You will be told as soon as it is decided."
    assert found.grounds == f"Waiting claim R1 of P2: goes first, by time ({RECORDED})."


def test_a_claim_before_a_later_one_is_protected():
    found = ruling(rival(at=START + TICK), at=LATER)

    assert found.outcome is Outcome.PROTECT
    assert found.grounds == (
        "Waiting claim R1 of P2: stands behind, by time (recorded at 2026-03-02 10:00:00.000001 UTC)."
    )


@pytest.mark.parametrize(("apart", "outcome"), [(-TICK, Outcome.WAIT), (TICK, Outcome.PROTECT)])
def test_a_microsecond_decides(apart, outcome):
    assert ruling(rival(at=START + apart), at=LATER).outcome is outcome


@pytest.mark.parametrize(("id", "outcome"), [("C0", Outcome.WAIT), ("C2", Outcome.PROTECT)])
def test_at_the_same_instant_the_number_decides(id, outcome):
    found = ruling(rival(id=id, at=START))

    assert found.outcome is outcome
    assert "at the very same instant, by its number" in found.grounds


def test_equal_instants_of_two_zones_are_one():
    there = START.astimezone(timezone(timedelta(hours=9)))

    assert "at the very same instant" in ruling(rival(at=there)).grounds
    assert precedence(claim(at=there), RULES.priority) == precedence(claim(), RULES.priority)


def test_a_protection_is_never_overtaken():
    facts = {
        "exclusive_holder": True,
        "named_account_holder": True,
        "incumbent": True,
        "certified": True,
        "tier_rank": 9,
    }
    protected = rival(standing=Standing.PROTECTED, protected_until=START + TICK)
    found = ruling(protected, rules=ordered_by(*ADVANTAGES, "first_in_time"), **facts)

    assert found.outcome is Outcome.WAIT
    assert found.grounds == "Claim R1 of P2: goes first, protected until 2026-03-02 10:00:00.000001 UTC."


def test_a_protection_that_has_ended_counts_no_more():
    found = ruling(rival(standing=Standing.PROTECTED, protected_until=START))

    assert found.outcome is Outcome.PROTECT
    assert found.grounds == "Claim R1 of P2: not counted, its protection ended at 2026-03-02 10:00:00 UTC."


@pytest.mark.parametrize("standing", [Standing.DIRECT, Standing.WAITING])
def test_the_operators_own_pipeline_is_under_the_same_clock(standing):
    before = rival(standing=standing, at=START - timedelta(seconds=1))
    after = rival(standing=standing, at=START + timedelta(seconds=1))

    assert ruling(before, at=LATER).outcome is Outcome.WAIT
    assert ruling(after, at=LATER).outcome is Outcome.PROTECT


def test_a_rival_counts_from_the_instant_at_which_it_was_recorded():
    tomorrow = rival(standing=Standing.DIRECT, at=START + TICK, incumbent=True)
    rules = ordered_by("incumbent", "first_in_time")

    assert ruling(tomorrow, rules=rules).outcome is Outcome.PROTECT
    assert ruling(tomorrow, rules=rules).grounds == (
        "Direct opportunity R1 of P2: not counted, recorded only at 2026-03-02 10:00:00.000001 UTC."
    )
    assert ruling(tomorrow, rules=rules, at=START + TICK).outcome is Outcome.WAIT


def test_what_was_answered_another_is_no_rival():
    found = ruling(rival(answer=Answer.ANOTHER))

    assert found.outcome is Outcome.PROTECT
    assert found.grounds == "Waiting claim R1 of P2: not counted, another project as was answered."


def test_what_nobody_has_answered_goes_to_the_operator():
    found = ruling(rival(verdict=Verdict.REVIEW))

    assert found.outcome is Outcome.QUEUE
    assert found.grounds == (
        f"Waiting claim R1 of P2: would go first, by time ({RECORDED}); whether it is the same project must be answered."
    )


def test_what_was_answered_the_same_is_a_rival():
    assert ruling(rival(verdict=Verdict.REVIEW, answer=Answer.SAME)).outcome is Outcome.WAIT


def test_what_would_stand_behind_needs_no_answer():
    assert ruling(rival(verdict=Verdict.REVIEW, at=START + TICK), at=LATER).outcome is Outcome.PROTECT


def test_a_sure_rival_ahead_needs_no_answer_to_another_one():
    assert ruling(rival(), rival(id="R2", verdict=Verdict.REVIEW)).outcome is Outcome.WAIT


@pytest.mark.parametrize("facts", [{"family": "Sails"}, {"country": "DK"}])
def test_another_family_or_country_is_another_project(facts):
    found = ruling(rival(standing=Standing.PROTECTED, **facts))

    assert found.outcome is Outcome.PROTECT
    assert found.grounds == "Claim R1 of P2: not counted, another product family or country."


def test_a_claim_is_not_its_own_rival():
    found = ruling(rival(id="C1", partner="P1", at=START, standing=Standing.PROTECTED))

    assert found.outcome is Outcome.PROTECT
    assert found.grounds == "Claim C1 of P1: not counted, it is this claim."


def test_a_partners_second_claim_is_its_own_duplicate():
    found = ruling(rival(id="C0", partner="P1"))

    assert found.outcome is Outcome.DUPLICATE
    assert found.reason == "You have registered this project already: C0."
    assert found.grounds == "Waiting claim C0 of P1: this partner has registered the project already."


def test_of_several_duplicates_the_earliest_is_named():
    beside = [rival(id="C8", partner="P1", at=START - timedelta(hours=2)), rival(id="C0", partner="P1")]

    assert ruling(*beside).reason == ruling(*reversed(beside)).reason == "You have registered this project already: C8."


def test_a_partners_later_claim_does_not_stop_the_first():
    found = ruling(rival(id="C2", partner="P1", at=START))

    assert found.outcome is Outcome.PROTECT
    assert found.grounds == "Waiting claim C2 of P1: stands behind, it is this partner's own and later."


def test_a_partners_protected_claim_stays_whichever_came_first():
    own = rival(id="C2", partner="P1", at=START + TICK, standing=Standing.PROTECTED)

    assert ruling(own, at=LATER).outcome is Outcome.DUPLICATE


def test_an_own_project_that_looks_alike_must_be_answered():
    found = ruling(rival(partner="P1", verdict=Verdict.REVIEW))

    assert found.outcome is Outcome.QUEUE
    assert (
        found.grounds == "Waiting claim R1 of P1: this partner's own; whether it is the same project must be answered."
    )


def test_a_duplicate_is_said_before_anything_about_others():
    assert ruling(rival(), rival(id="C0", partner="P1")).outcome is Outcome.DUPLICATE


def test_without_a_check_nothing_is_protected():
    found = rule_on_claim(claim(), None, RULES, START)

    assert found.outcome is Outcome.QUEUE
    assert found.reason == PENDING
    assert found.grounds == "The check could not run; nothing is protected before it has."


def test_the_grounds_name_each_rival_in_order_of_time():
    later = rival(id="R1", at=START + TICK)
    found = ruling(later, rival(id="R2"), rival(id="R3", partner="P3", answer=Answer.ANOTHER), at=LATER)

    assert [line.split(":")[0] for line in found.grounds.splitlines()] == [
        "Waiting claim R2 of P2",
        "Waiting claim R3 of P3",
        "Waiting claim R1 of P2",
    ]


def test_an_instant_without_zone_is_no_claim():
    with pytest.raises(ValueError, match="an instant with its zone"):
        claim(at=START.replace(tzinfo=None))


@pytest.mark.parametrize(("standing", "until"), [(Standing.PROTECTED, None), (Standing.WAITING, LATER)])
def test_only_a_protected_rival_has_an_end(standing, until):
    with pytest.raises(ValueError, match="is protected until an instant"):
        Rival(claim(), standing, protected_until=until)


@given(st.lists(rivals(), max_size=6), claims(), PRIORITIES, INSTANTS)
def test_a_partner_never_learns_of_others(beside, asked, priority, at):
    found = rule_on_claim(asked, beside, ordered_by(*priority), at)
    allowed = {
        Outcome.WAIT: {PENDING},
        Outcome.QUEUE: {PENDING},
        Outcome.PROTECT: {"This project is protected for you."},
        Outcome.DUPLICATE: {
            f"You have registered this project already: {each.claim.id}."
            for each in beside
            if each.claim.partner_id == asked.partner_id
        },
    }

    assert found.reason in allowed[found.outcome]
