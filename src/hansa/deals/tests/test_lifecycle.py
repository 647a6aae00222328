import pytest

from hansa.deals.rules import (
    ENDED,
    MOVES,
    OPEN_STAGES,
    Action,
    LossReason,
    ReviewState,
    Stage,
    WrongState,
    editable_fields,
    locked_fields,
    move,
    move_stage,
    needs_new_check,
    possible,
    shown_state,
)
from hansa.deals.tests.cases import LATER, START, TICK

ALLOWED = {
    ("DRAFT", "submit"): "SUBMITTED",
    ("DRAFT", "withdraw"): "WITHDRAWN",
    ("SUBMITTED", "review"): "IN_REVIEW",
    ("SUBMITTED", "withdraw"): "WITHDRAWN",
    ("IN_REVIEW", "approve"): "APPROVED",
    ("IN_REVIEW", "reject"): "REJECTED",
    ("IN_REVIEW", "ask"): "ACTION_REQUIRED",
    ("IN_REVIEW", "withdraw"): "WITHDRAWN",
    ("ACTION_REQUIRED", "resubmit"): "SUBMITTED",
    ("ACTION_REQUIRED", "withdraw"): "WITHDRAWN",
    ("ACTION_REQUIRED", "expire"): "EXPIRED",
    ("APPROVED", "expire"): "EXPIRED",
    ("APPROVED", "amend"): "SUBMITTED",
}
PROJECT = {"customer", "family", "country"}
REST = {"amount_minor", "title", "problem", "close_on", "next_steps", "contact", "own_reference"}


@pytest.mark.parametrize("state", ReviewState)
@pytest.mark.parametrize("action", Action)
def test_only_the_moves_of_the_table_are_possible(state, action):
    if (state, action) in ALLOWED:
        assert move(state, action) == ALLOWED[state, action]
    else:
        with pytest.raises(WrongState):
            move(state, action)


def test_every_action_is_in_the_table():
    assert list(MOVES) == list(Action)


@pytest.mark.parametrize(
    ("state", "action", "words"),
    [
        ("SUBMITTED", "approve", "this registration is submitted. Possible now: review or withdraw."),
        ("DRAFT", "approve", "this registration is a draft. Possible now: submit or withdraw."),
        ("IN_REVIEW", "submit", "this registration is in review. Possible now: approve or reject or ask or withdraw."),
        ("ACTION_REQUIRED", "submit", "is waiting for your changes. Possible now: resubmit or withdraw or expire."),
        ("APPROVED", "withdraw", "this registration is approved. Possible now: expire or amend."),
        ("REJECTED", "resubmit", "this registration is rejected. It has ended; nothing more can be done to it."),
        ("WITHDRAWN", "submit", "this registration is withdrawn. It has ended; nothing more can be done to it."),
        ("EXPIRED", "expire", "this registration is expired. It has ended; nothing more can be done to it."),
    ],
)
def test_a_refused_move_says_what_is_possible(state, action, words):
    with pytest.raises(WrongState) as refusal:
        move(ReviewState(state), Action(action))

    assert refusal.value.detail == str(refusal.value)
    assert refusal.value.detail.startswith(f"{action.capitalize()} is not possible: this registration is ")
    assert refusal.value.detail.endswith(words)
    assert refusal.value.status == 409


def test_what_has_ended_allows_nothing():
    assert {state for state in ReviewState if not possible(state)} == ENDED == {"REJECTED", "WITHDRAWN", "EXPIRED"}


@pytest.mark.parametrize("state", ["SUBMITTED", "IN_REVIEW", "ACTION_REQUIRED", "APPROVED", "REJECTED", "EXPIRED"])
def test_before_the_answer_every_submission_is_in_review(state):
    assert shown_state(ReviewState(state), at=LATER - TICK, answer_at=LATER) == "IN_REVIEW"


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("SUBMITTED", "IN_REVIEW"),
        ("IN_REVIEW", "IN_REVIEW"),
        ("ACTION_REQUIRED", "ACTION_REQUIRED"),
        ("APPROVED", "APPROVED"),
        ("REJECTED", "REJECTED"),
        ("EXPIRED", "EXPIRED"),
    ],
)
def test_from_the_answer_on_a_decision_is_seen(state, shown):
    assert shown_state(ReviewState(state), at=LATER, answer_at=LATER) == shown


@pytest.mark.parametrize("state", ["DRAFT", "WITHDRAWN"])
def test_what_the_partner_did_itself_is_seen_at_once(state):
    assert shown_state(ReviewState(state), at=START, answer_at=LATER) == state


@pytest.mark.parametrize("stage", OPEN_STAGES)
@pytest.mark.parametrize("to", OPEN_STAGES)
@pytest.mark.parametrize("review", sorted(set(ReviewState) - ENDED))
def test_open_stages_follow_each_other_in_any_order(stage, to, review):
    assert move_stage(stage, to, review=review) is to


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_an_approved_registration_can_be_won_and_lost(stage):
    approved = ReviewState.APPROVED

    assert move_stage(stage, Stage.LAUNCHED, review=approved) == "LAUNCHED"
    assert move_stage(stage, Stage.CLOSED_LOST, review=approved, reason=LossReason.PRICE) == "CLOSED_LOST"


def refused(*arguments, **said):
    with pytest.raises(WrongState) as refusal:
        move_stage(*arguments, **said)
    return refusal.value.detail


@pytest.mark.parametrize(
    ("review", "words"),
    [
        ("DRAFT", "a draft"),
        ("SUBMITTED", "submitted"),
        ("IN_REVIEW", "in review"),
        ("ACTION_REQUIRED", "waiting for your changes"),
    ],
)
def test_nobody_wins_from_an_unapproved_registration(review, words):
    found = refused(Stage.COMMITTED, Stage.LAUNCHED, review=ReviewState(review))

    assert found == f"Only an approved registration can be won; this one is {words}."
    assert move_stage(Stage.COMMITTED, Stage.CLOSED_LOST, review=ReviewState(review), reason=LossReason.OTHER)


@pytest.mark.parametrize(("stage", "words"), [(Stage.LAUNCHED, "launched"), (Stage.CLOSED_LOST, "closed lost")])
@pytest.mark.parametrize("to", [Stage.PROSPECT, Stage.LAUNCHED])
def test_what_is_won_or_lost_stays_so(stage, words, to):
    found = refused(stage, to, review=ReviewState.APPROVED)

    assert found == f"This sale has ended: it is {words}. Its stage does not change any more."


@pytest.mark.parametrize("review", sorted(ENDED))
def test_the_stage_of_an_ended_registration_stands_still(review):
    found = refused(Stage.PROSPECT, Stage.QUALIFIED, review=review)

    assert found == f"This registration is {review.lower()}. Its stage does not change any more."


def test_a_loss_needs_a_reason_and_nothing_else_takes_one():
    approved = ReviewState.APPROVED

    assert refused(Stage.PROSPECT, Stage.CLOSED_LOST, review=approved) == "A lost sale needs a reason from the list."
    assert refused(Stage.PROSPECT, Stage.TECHNICAL_VALIDATION, review=approved, reason=LossReason.PRICE) == (
        "A reason for a loss does not go with technical validation."
    )
    assert refused(Stage.PROSPECT, Stage.LAUNCHED, review=approved, reason=LossReason.PRICE) == (
        "A reason for a loss does not go with launched."
    )


def test_the_list_of_reasons_is_as_long_as_the_standard_one():
    assert len(LossReason) == 19
    assert {"DUPLICATE", "NO_BUDGET", "LOST_TO_COMPETITOR", "PRICE", "NO_ANSWER", "OTHER"} <= set(LossReason)


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        ("DRAFT", PROJECT | REST),
        ("SUBMITTED", set()),
        ("IN_REVIEW", set()),
        ("ACTION_REQUIRED", REST),
        ("APPROVED", PROJECT | REST),
        ("REJECTED", set()),
        ("WITHDRAWN", set()),
        ("EXPIRED", set()),
    ],
)
def test_fields_are_locked_by_the_state_of_the_review(state, fields):
    assert editable_fields(ReviewState(state)) == fields


def test_locked_fields_are_named_in_order():
    changed = ["title", "family", "customer"]

    assert locked_fields(ReviewState.ACTION_REQUIRED, changed) == ("customer", "family")
    assert locked_fields(ReviewState.DRAFT, changed) == ()
    assert locked_fields(ReviewState.DRAFT, ["status", "title"]) == ("status",)


@pytest.mark.parametrize("field", sorted(PROJECT | REST))
def test_an_amendment_of_what_was_decided_on_is_checked_anew(field):
    assert needs_new_check([field]) is (field in {"customer", "family", "country", "amount_minor"})
    assert needs_new_check(["title", "amount_minor"]) is True
    assert needs_new_check([]) is False


@pytest.mark.parametrize("words", [ReviewState, Stage, LossReason])
def test_words_that_are_stored_are_those_of_the_code(words):
    assert [word.value for word in words] == [word.name for word in words]


def test_actions_are_said_in_small_letters():
    assert [action.value for action in Action] == [action.name.lower() for action in Action]
    assert [stage.name for stage in OPEN_STAGES] == [
        "PROSPECT",
        "QUALIFIED",
        "TECHNICAL_VALIDATION",
        "BUSINESS_VALIDATION",
        "COMMITTED",
    ]
