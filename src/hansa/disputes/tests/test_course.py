"""States and clocks of a case: exact to the microsecond, and no other way than the table's."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.disputes.rules.course import (
    OVER,
    STEPS,
    Action,
    Course,
    Lapse,
    Side,
    State,
    after_acceptance,
    after_assignment,
    after_resting,
    appeal_from,
    clocks_from,
    decision_from,
    lapse_of,
    rule_on_action,
    rule_on_filing,
    waits_for,
)
from hansa.programs.engagement import Disputes

DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
START = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
RULES = Disputes(file_within_days=30, evidence_days=10, decision_days=20, appeal_days=14)
EVIDENCE, DECISION, APPEAL = START + 10 * DAY, START + 30 * DAY, START + 50 * DAY


def course(state, **changes):
    appeal = APPEAL if state == State.PROPOSED else None
    return Course(
        **{"state": state, "evidence_until": EVIDENCE, "decision_until": DECISION, "appeal_until": appeal, **changes}
    )


def refused(action, found, at=START, side=None):
    ruling = rule_on_action(action, found, at=at, side=side)
    return "" if ruling.outcome else ruling.reason


def test_days_are_days_of_24_hours_also_where_clocks_change():
    before_summer_time = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert clocks_from(before_summer_time, RULES) == (before_summer_time + 10 * DAY, before_summer_time + 30 * DAY)
    assert appeal_from(before_summer_time, RULES) == datetime(2026, 4, 11, 12, 0, tzinfo=UTC)
    assert decision_from(before_summer_time, RULES) == datetime(2026, 4, 17, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "possible"),
    [(-INSTANT, False), (0 * DAY, True), (30 * DAY - INSTANT, True), (30 * DAY, False), (30 * DAY + INSTANT, False)],
)
def test_a_decision_is_disputed_from_its_instant_until_the_days_have_passed(after, possible):
    assert rule_on_filing(decided_at=START, at=START + after, rules=RULES).outcome is possible


def test_a_filing_that_is_too_early_or_too_late_says_so():
    late = rule_on_filing(decided_at=START, at=START + 30 * DAY, rules=RULES)
    assert late.reason == "The 30 days in which it could be disputed have passed."
    assert late.grounds == "A decision of 10 March 2026 09:00 UTC can be disputed until 09 April 2026 09:00 UTC."
    early = rule_on_filing(decided_at=START, at=START - INSTANT, rules=RULES)
    assert early.reason == "A decision can be disputed once it is made."


@pytest.mark.parametrize("state", [State.FILED, State.EVIDENCE])
@pytest.mark.parametrize(("at", "lapse"), [(EVIDENCE - INSTANT, None), (EVIDENCE, Lapse.CLOSE_EVIDENCE)])
def test_evidence_closes_at_its_instant(state, at, lapse):
    assert lapse_of(course(state), at=at) == lapse
    assert refused(Action.SHOW, course(state), at) == ("" if lapse is None else "The time for evidence has passed.")


@pytest.mark.parametrize("state", [State.DECIDING, State.APPEALED])
@pytest.mark.parametrize(("at", "lapse"), [(DECISION - INSTANT, None), (DECISION, Lapse.ESCALATE)])
def test_an_undecided_case_is_escalated_at_its_instant_and_only_once(state, at, lapse):
    assert lapse_of(course(state), at=at) == lapse
    assert lapse_of(course(state, escalated=True), at=at + DAY) is None


@pytest.mark.parametrize(("at", "lapse"), [(APPEAL - INSTANT, None), (APPEAL, Lapse.MAKE_FINAL)])
def test_a_remedy_that_nobody_appeals_is_final_at_its_instant(at, lapse):
    assert lapse_of(course(State.PROPOSED), at=at) == lapse
    over = "" if lapse is None else "The time for an appeal has passed: the remedy is final."
    assert refused(Action.APPEAL, course(State.PROPOSED), at, Side.CLAIMANT) == over
    assert refused(Action.ACCEPT, course(State.PROPOSED), at, Side.CLAIMANT) == over


@pytest.mark.parametrize("state", sorted(OVER))
def test_nothing_lapses_or_happens_once_a_case_is_over(state):
    assert lapse_of(course(state), at=DECISION + 1000 * DAY) is None
    assert [each for each in Action for side in Side if not refused(each, course(state), side=side)] == []
    assert STEPS[state] == frozenset()
    assert course(state).due_at is None


FITTING = {
    (State.FILED, 1): {Action.SHOW, Action.REST, Action.WITHDRAW, Action.ASSIGN},
    (State.EVIDENCE, 1): {Action.SHOW, Action.REST, Action.WITHDRAW, Action.ASSIGN},
    (State.DECIDING, 1): {Action.WITHDRAW, Action.ASSIGN, Action.PROPOSE},
    (State.PROPOSED, 1): {Action.ACCEPT, Action.APPEAL},
    (State.APPEALED, 2): {Action.ASSIGN},
    (State.DECIDING, 2): {Action.ASSIGN, Action.DECIDE},
}


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("state", list(State))
def test_each_state_and_round_allow_what_the_table_says(state, number):
    found = course(state, round=number, adjudicated=True)
    possible = {action for action in Action if not refused(action, found, side=Side.CLAIMANT)}
    assert possible == FITTING.get((state, number), set())


def test_refusals_say_why():
    assert refused(Action.PROPOSE, course(State.EVIDENCE)).startswith("A remedy is proposed once the time for evidence")
    assert refused(Action.DECIDE, course(State.DECIDING, adjudicated=True)).startswith(
        "Only an appeal is decided for good"
    )
    assert refused(Action.PROPOSE, course(State.DECIDING)) == "Nobody is assigned to decide this case yet."
    assert refused(Action.WITHDRAW, course(State.FILED), side=Side.RESPONDENT).startswith("Only the side that filed")
    assert refused(Action.WITHDRAW, course(State.PROPOSED), side=Side.CLAIMANT).startswith(
        "A case can be withdrawn only"
    )


def test_who_has_accepted_has_given_up_the_appeal():
    found = course(State.PROPOSED, accepted=frozenset({Side.CLAIMANT}))
    assert refused(Action.APPEAL, found, side=Side.CLAIMANT).endswith("It cannot be appealed any more.")
    assert refused(Action.ACCEPT, found, side=Side.CLAIMANT).endswith("Nothing more is needed of it.")
    assert refused(Action.APPEAL, found, side=Side.RESPONDENT) == ""


def test_who_has_shown_everything_shows_nothing_more():
    found = course(State.EVIDENCE, rested=frozenset({Side.CLAIMANT}))
    for action in (Action.SHOW, Action.REST):
        assert refused(action, found, side=Side.CLAIMANT) == "Your side has said that it has shown everything."
        assert refused(action, found, side=Side.RESPONDENT) == ""
        assert refused(action, course(State.EVIDENCE), EVIDENCE) == "The time for evidence has passed."
    assert refused(Action.WITHDRAW, found, side=Side.CLAIMANT) == ""
    assert refused(Action.REST, course(State.DECIDING), side=Side.CLAIMANT).startswith("Only while evidence is taken")


@pytest.mark.parametrize("state", [State.FILED, State.EVIDENCE])
def test_a_case_is_decided_without_waiting_once_both_sides_have_shown_everything(state):
    assert after_resting(state, frozenset()) == state
    assert after_resting(state, frozenset({Side.RESPONDENT})) == state
    assert after_resting(state, frozenset(Side)) == State.DECIDING


def test_a_case_is_settled_when_both_sides_have_accepted():
    assert after_acceptance(frozenset({Side.CLAIMANT})) == State.PROPOSED
    assert after_acceptance(frozenset(Side)) == State.SETTLED


def test_an_adjudicator_begins_the_taking_of_evidence_and_the_appeal():
    assert {state: after_assignment(state) for state in State if after_assignment(state) != state} == {
        State.FILED: State.EVIDENCE,
        State.APPEALED: State.DECIDING,
    }


def test_the_deadline_is_that_of_who_must_act_next():
    due = {state: course(state).due_at for state in State if state not in OVER}
    assert due == {
        State.FILED: EVIDENCE,
        State.EVIDENCE: EVIDENCE,
        State.DECIDING: DECISION,
        State.PROPOSED: APPEAL,
        State.APPEALED: DECISION,
    }


def test_a_case_waits_for_the_operator_while_nobody_is_assigned():
    waiting = {state for state in State if waits_for(course(state), operates=True)}
    assert waiting == {State.FILED, State.EVIDENCE, State.DECIDING, State.APPEALED}
    assert not any(waits_for(course(state, adjudicated=True), operates=True) for state in State)


def test_a_case_waits_for_its_adjudicator_while_it_is_decided():
    assert {each for each in State if waits_for(course(each, adjudicated=True), adjudicates=True)} == {State.DECIDING}


def test_a_case_waits_for_a_side_that_has_shown_nothing_or_not_answered():
    silent = {each for each in State if waits_for(course(each), side=Side.RESPONDENT)}
    assert silent == {State.FILED, State.EVIDENCE, State.PROPOSED}
    assert {each for each in State if waits_for(course(each), side=Side.RESPONDENT, shown=True)} == {State.PROPOSED}
    accepted = course(State.PROPOSED, accepted=frozenset({Side.RESPONDENT}))
    assert not waits_for(accepted, side=Side.RESPONDENT)
    assert waits_for(accepted, side=Side.CLAIMANT)


def done(found, action, at, side):
    """What an action that fits makes of a case, as the operations write it."""
    changes = {field: getattr(found, field) for field in Course.__dataclass_fields__}
    if action == Action.ASSIGN:
        changes |= {"state": after_assignment(found.state), "adjudicated": True}
    elif action == Action.WITHDRAW:
        changes["state"] = State.WITHDRAWN
    elif action == Action.PROPOSE:
        changes |= {"state": State.PROPOSED, "appeal_until": appeal_from(at, RULES)}
    elif action == Action.DECIDE:
        changes["state"] = State.FINAL
    elif action == Action.APPEAL:
        due = decision_from(at, RULES)
        changes |= {
            "state": State.APPEALED,
            "round": 2,
            "adjudicated": False,
            "decision_until": due,
            "escalated": False,
        }
    elif action == Action.REST:
        rested = found.rested | {side}
        changes |= {"state": after_resting(found.state, rested), "rested": rested}
    elif action == Action.ACCEPT:
        accepted = found.accepted | {side}
        changes |= {"state": after_acceptance(accepted), "accepted": accepted}
    return Course(**changes)


def lapsed(found, at):
    while lapse := lapse_of(found, at=at):
        changes = {field: getattr(found, field) for field in Course.__dataclass_fields__}
        changes |= {
            Lapse.CLOSE_EVIDENCE: {"state": State.DECIDING},
            Lapse.ESCALATE: {"escalated": True},
            Lapse.MAKE_FINAL: {"state": State.FINAL},
        }[lapse]
        found = Course(**changes)
    return found


moves = st.tuples(st.sampled_from(Action), st.sampled_from(Side), st.timedeltas(0 * DAY, 12 * DAY))


@given(st.lists(moves, max_size=25))
def test_whatever_is_tried_a_case_goes_only_where_the_table_leads(tried):
    evidence, decision = clocks_from(START, RULES)
    found, at, appeals = Course(State.FILED, evidence, decision), START, 0
    for action, side, later in tried:
        at += later
        before, found = found, lapsed(found, at)
        assert found.state == before.state or found.state in STEPS[before.state] | STEPS[State.DECIDING]
        assert not (before.state in OVER and found != before), "final is final"
        if refused(action, found, at, side):
            continue
        assert found.state not in OVER
        after = done(found, action, at, side)
        assert after.state == found.state or after.state in STEPS[found.state]
        appeals += action == Action.APPEAL
        found = after
        assert found.round == 1 + appeals
    assert appeals <= 1
