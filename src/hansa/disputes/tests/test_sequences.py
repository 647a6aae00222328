"""Whatever the people of a case try in whatever order: only the table's states, final is final, one appeal at most."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa.activity.models import Event
from hansa.disputes.models import Acceptance, Appeal, Case, Precedent, Remedy
from hansa.disputes.operations import (
    accept_remedy,
    add_evidence,
    appeal,
    assign_adjudicator,
    decide,
    propose_remedy,
    rest_case,
    withdraw_case,
)
from hansa.disputes.rules.course import OVER, STEPS, State
from hansa.disputes.rules.terms import Terms
from hansa.disputes.tests.story import NOW, TEXTS
from hansa.kit.failures import Failure
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db
HOURS = (1, 120, 300, 500)
EDGES = {(before, after) for before, found in STEPS.items() for after in found}


def tries(story, case, who, at):
    """Every operation, as whoever may try it."""
    remedy = {"terms": Terms("swap_priority"), "at": at, **TEXTS}
    return {
        "show": lambda: add_evidence(case=case, text="Look.", at=at),
        "rest": lambda: rest_case(case=case, at=at),
        "withdraw": lambda: withdraw_case(case=case, at=at),
        "assign": lambda: assign_adjudicator(
            case=case, person_id=story.people["mara" if who != "mara" else "tina"].id, at=at
        ),
        "propose": lambda: propose_remedy(case=case, **remedy),
        "accept": lambda: accept_remedy(case=case, at=at),
        "appeal": lambda: appeal(case=case, reason="No.", at=at),
        "decide": lambda: decide(case=case, **remedy),
    }


LIKELY = {"vera": ["assign"], "mara": ["propose", "assign", "decide"], "tina": ["decide", "propose"]}
SIDES = ["show", "rest", "accept", "appeal", "accept", "appeal", "withdraw"]
steps = st.one_of(
    *[
        st.tuples(st.just(who), st.sampled_from(LIKELY.get(who, SIDES)), st.sampled_from(HOURS))
        for who in ("vera", "mara", "tina", "paul", "frida")
    ]
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(steps, min_size=3, max_size=12))
def test_a_case_goes_only_where_its_rules_lead(story, tried):
    with acting(system("test")), transaction.atomic():
        _walk(story, tried)
        transaction.set_rollback(True)


def _walk(story, tried):
    case, at, seen = story.open(), NOW, [State.FILED]
    for who, what, hours in tried:
        at += timedelta(hours=hours)
        story.lapse(at)
        seen.append(State(story.again(case).state))
        over = seen[-1] in OVER
        try:
            with acting(story.scope(who)):
                tries(story, case, who, at)[what]()
        except Failure:
            assert State(story.again(case).state) == seen[-1]
        else:
            assert not over, "final is final"
            seen.append(State(story.again(case).state))
    _judge(story, case, seen)


def _judge(story, case, seen):
    """What must hold of every history: `seen` are the states as they were looked at, clocks may take two steps at once."""
    moved = [(before, after) for before, after in pairwise(seen) if before != after]
    two = {(a, d) for a, b in EDGES for c, d in EDGES if b == c}
    assert set(moved) <= EDGES | two
    assert sum(before in OVER for before, _ in moved) == 0
    assert Appeal.objects.filter(case=case).count() <= 1
    after = Case.objects.get(id=case.id)
    finals = Remedy.objects.filter(case=case, stage=Remedy.Stage.FINAL).count()
    assert finals == (after.state in (State.FINAL, State.SETTLED))
    assert Event.objects.filter(kind="disputes.case.final", subject_id=case.id).count() == finals
    assert Precedent.objects.count() == (after.state == State.FINAL)
    assert (Acceptance.objects.filter(case=case).count() == 2) == (after.state == State.SETTLED)
    assert (after.closed_at is not None) == (after.state in OVER)
