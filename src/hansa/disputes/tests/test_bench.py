"""Nobody with an interest in a case decides it."""

from uuid import UUID

import pytest

from hansa.disputes.rules.bench import Bench, Candidate, rule_on_adjudicator

VENDOR, ELM, FIR, OTHER = (UUID(int=number) for number in range(1, 5))
MARA, OTTO, PAUL = (UUID(int=number) for number in range(11, 14))
BENCH = Bench(parties=frozenset({ELM, FIR}), operator_id=VENDOR)


def ruling(candidate, **changes):
    values = {name: getattr(BENCH, name) for name in Bench.__dataclass_fields__}
    return rule_on_adjudicator(candidate, Bench(**{**values, **changes}))


def test_one_of_the_operators_people_without_interest_may_decide():
    found = ruling(Candidate(MARA, frozenset({VENDOR})))
    assert (found.outcome, found.reason) == (True, "This person has no interest in the case.")


def test_nobody_decides_whose_roles_do_not_allow_it():
    found = ruling(Candidate(MARA, frozenset({VENDOR}), may_decide=False))
    assert (found.outcome, found.reason) == (False, "The roles of this person do not allow deciding cases.")


@pytest.mark.parametrize("party", [ELM, FIR])
def test_nobody_decides_who_also_works_for_a_side(party):
    found = ruling(Candidate(MARA, frozenset({VENDOR, party})))
    assert (found.outcome, found.reason) == (False, "This person works for one of the sides.")
    assert ruling(Candidate(MARA, frozenset({VENDOR, OTHER}))).outcome


def test_the_account_owner_does_not_decide():
    found = ruling(Candidate(OTTO, frozenset({VENDOR})), interested=frozenset({OTTO}))
    assert (found.outcome, found.reason) == (False, "This person has an interest in what is disputed.")


def test_the_operator_that_is_a_side_is_still_the_operator():
    direct = {"parties": frozenset({VENDOR, ELM})}
    assert ruling(Candidate(MARA, frozenset({VENDOR})), **direct).outcome
    assert not ruling(Candidate(OTTO, frozenset({VENDOR})), **direct, interested=frozenset({OTTO})).outcome
    assert not ruling(Candidate(MARA, frozenset({VENDOR, ELM})), **direct).outcome


def test_a_steward_that_is_a_side_does_not_decide():
    assert not ruling(Candidate(MARA, frozenset({ELM})), operator_id=None).outcome


def test_nobody_decides_who_has_spoken_for_a_side():
    found = ruling(Candidate(PAUL, frozenset({VENDOR})), spoke=frozenset({PAUL}))
    assert (found.outcome, found.reason) == (False, "This person has filed the case or spoken for one of the sides.")


def test_an_appeal_goes_to_somebody_else():
    found = ruling(Candidate(MARA, frozenset({VENDOR})), decided=frozenset({MARA}))
    assert not found.outcome
    assert found.reason == "This person has decided the case before; an appeal goes to somebody else."
    assert ruling(Candidate(OTTO, frozenset({VENDOR})), decided=frozenset({MARA})).outcome
