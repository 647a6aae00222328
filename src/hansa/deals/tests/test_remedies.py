"""What a remedy changes, by who stands where; framework-free."""

import pytest

from hansa.deals.rules import (
    Effect,
    RemedyInputs,
    ReviewState,
    Stage,
    WrongState,
    protect_by_remedy,
    rule_on_remedy,
    step_back,
)

WAITS, HELD, REFUSED = ReviewState.IN_REVIEW, ReviewState.APPROVED, ReviewState.REJECTED
SWAP = "swap_priority"


@pytest.mark.parametrize(
    ("claimant", "respondent", "is_held", "effect"),
    [
        (WAITS, None, True, Effect.CHANGE),
        (WAITS, None, False, Effect.PROTECT),
        (REFUSED, None, False, Effect.PROTECT),
        (ReviewState.EXPIRED, None, True, Effect.CHANGE),
        (ReviewState.ACTION_REQUIRED, None, False, Effect.PROTECT),
        (HELD, None, False, Effect.NOTHING),
        (WAITS, HELD, False, Effect.CHANGE),
        (HELD, HELD, False, Effect.CHANGE),
        (WAITS, WAITS, False, Effect.PROTECT),
        (WAITS, WAITS, True, Effect.NOTHING),
        (WAITS, HELD, True, Effect.NOTHING),
        (HELD, WAITS, False, Effect.NOTHING),
        (ReviewState.WITHDRAWN, HELD, False, Effect.NOTHING),
        (ReviewState.DRAFT, None, True, Effect.NOTHING),
        (ReviewState.SUBMITTED, None, True, Effect.NOTHING),
    ],
)
def test_a_swap_by_who_stands_where(claimant, respondent, is_held, effect):
    assert rule_on_remedy(RemedyInputs(SWAP, claimant, Stage.PROSPECT, respondent, is_held)).outcome is effect


@pytest.mark.parametrize("stage", [Stage.LAUNCHED, Stage.CLOSED_LOST])
def test_a_sale_that_is_over_is_not_protected_by_a_remedy(stage):
    assert rule_on_remedy(RemedyInputs(SWAP, WAITS, stage, HELD)).outcome is Effect.NOTHING


@pytest.mark.parametrize("remedy", ["uphold", "split", "compensate"])
def test_other_remedies_leave_everybody_in_place(remedy):
    ruling = rule_on_remedy(RemedyInputs(remedy, WAITS, Stage.PROSPECT, HELD))
    assert (ruling.outcome, ruling.reason) == (Effect.NOTHING, "The remedy leaves everybody in place.")


@pytest.mark.parametrize("state", ReviewState)
def test_only_what_its_partner_keeps_up_is_protected_and_only_the_protected_step_back(state):
    protectable = {WAITS, REFUSED, ReviewState.ACTION_REQUIRED, ReviewState.EXPIRED}
    for step, possible, to in ((protect_by_remedy, protectable, HELD), (step_back, {HELD}, WAITS)):
        if state in possible:
            assert step(state) is to
        else:
            with pytest.raises(WrongState):
                step(state)
