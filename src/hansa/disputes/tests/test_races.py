"""Two who act on a case at the same instant; each race has a control without the lock that fails."""

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection

from hansa.activity.models import Event
from hansa.disputes.models import Acceptance, Appeal, Case, Remedy
from hansa.disputes.operations import (
    CaseRefused,
    FilingRefused,
    accept_remedy,
    answering,
    appeal,
    assign_adjudicator,
    deciding,
    filing,
    propose_remedy,
)
from hansa.disputes.rules.terms import Terms
from hansa.disputes.tests.story import DAY, EVIDENCE_UNTIL, NOW, TEXTS
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db(transaction=True)
LATER = EVIDENCE_UNTIL + 2 * DAY


def at_once(*jobs):
    """Run the jobs at the same moment, each in its own connection; what each answered or was refused with."""
    barrier, answers = Barrier(len(jobs)), [None] * len(jobs)

    def run(place, job):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            answers[place] = job()
        except Exception as raised:  # noqa: BLE001 - the answer of a refused thread
            answers[place] = raised
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def as_(story, who, operation, **values):
    def job():
        with acting(story.scope(who)):
            return operation(**values)

    return job


def unlocked(monkeypatch, module, parties=2):
    """Take the lock away: both read the case before either writes."""
    both_read = Barrier(parties)

    def read(case, *, at):
        found = Case.objects.select_related("network").get(id=case.id)
        both_read.wait(timeout=20)
        return found

    monkeypatch.setattr(module, "locked", read)


def names(answers):
    return sorted(type(answer).__name__ for answer in answers)


def counted():
    with acting(system("test")):
        return [
            Appeal.objects.count(),
            Acceptance.objects.count(),
            Event.objects.filter(kind="disputes.case.final").count(),
        ]


def last_answers(story, what):
    """Paul has accepted; now frida accepts, and her colleague appeals or accepts, too."""
    case = story.proposed()
    as_(story, "paul", accept_remedy, case=case, at=LATER)()
    other = (
        as_(story, "frida", appeal, case=case, reason="No.", at=LATER)
        if what == "appeal"
        else as_(story, "frida", accept_remedy, case=case, at=LATER)
    )
    return case, as_(story, "frida", accept_remedy, case=case, at=LATER), other


@pytest.mark.parametrize("attempt", range(3))
def test_of_an_acceptance_and_an_appeal_at_once_one_counts(lasting_story, attempt):
    case, *jobs = last_answers(lasting_story, "appeal")

    answers = at_once(*jobs)

    assert sum(isinstance(answer, CaseRefused) for answer in answers) == 1
    state = lasting_story.again(case).state
    assert (state, counted()) in [("SETTLED", [0, 2, 1]), ("APPEALED", [1, 1, 0])]


def test_without_the_lock_both_would_count(lasting_story, monkeypatch):
    _, *jobs = last_answers(lasting_story, "appeal")
    unlocked(monkeypatch, answering)

    answers = at_once(*jobs)

    # the settled case is held by its trigger, if it was written first; the second row stands or the database refuses
    assert not any(isinstance(answer, CaseRefused) for answer in answers)


@pytest.mark.parametrize("attempt", range(3))
def test_two_sides_that_appeal_at_once_make_one_appeal(lasting_story, attempt):
    story, case = lasting_story, lasting_story.proposed()

    answers = at_once(
        as_(story, "paul", appeal, case=case, reason="No.", at=LATER),
        as_(story, "frida", appeal, case=case, reason="No.", at=LATER),
    )

    assert names(answers) == ["Case", "CaseRefused"]
    assert (story.again(case).state, counted()) == ("APPEALED", [1, 0, 0])


def test_without_the_lock_the_database_alone_refuses_a_second_appeal(lasting_story, monkeypatch):
    story, case = lasting_story, lasting_story.proposed()
    unlocked(monkeypatch, answering)

    answers = at_once(
        as_(story, "paul", appeal, case=case, reason="No.", at=LATER),
        as_(story, "frida", appeal, case=case, reason="No.", at=LATER),
    )

    assert names(answers) == ["Case", "IntegrityError"]


@pytest.mark.parametrize("attempt", range(3))
def test_two_who_assign_somebody_else_at_once_leave_one_adjudicator_who_decides(lasting_story, attempt):
    story, case = lasting_story, lasting_story.deciding()

    at_once(
        as_(story, "vera", assign_adjudicator, case=case, person_id=story.people["tina"].id, at=LATER),
        as_(story, "mara", assign_adjudicator, case=case, person_id=story.people["vera"].id, at=LATER),
    )
    chosen = {person.id: who for who, person in story.people.items()}[story.again(case).adjudicator_id]
    answers = at_once(
        *[
            as_(story, who, propose_remedy, case=case, terms=Terms("uphold"), at=LATER, **TEXTS)
            for who in ("tina", "vera")
        ]
    )

    assert names(answers) in [["AdjudicatorRefused", "Remedy"], ["CaseRefused", "Remedy"]]
    with acting(system("test")):
        assert [remedy.by_id for remedy in Remedy.objects.all()] == [story.people[chosen].id]


def proposals(story, case):
    kinds = ("uphold", "swap_priority")
    return [as_(story, "mara", propose_remedy, case=case, terms=Terms(kind), at=LATER, **TEXTS) for kind in kinds]


def test_one_adjudicator_who_decides_twice_at_once_decides_once(lasting_story):
    story, case = lasting_story, lasting_story.deciding()

    answers = at_once(
        *[
            as_(story, "mara", propose_remedy, case=case, terms=Terms(kind), at=LATER, **TEXTS)
            for kind in ("uphold", "swap_priority")
        ]
    )

    assert names(answers) == ["CaseRefused", "Remedy"]


def test_without_the_lock_the_database_alone_refuses_a_second_remedy(lasting_story, monkeypatch):
    story, case = lasting_story, lasting_story.deciding()
    unlocked(monkeypatch, deciding)

    answers = at_once(
        *[
            as_(story, "mara", propose_remedy, case=case, terms=Terms(kind), at=LATER, **TEXTS)
            for kind in ("uphold", "swap_priority")
        ]
    )

    assert names(answers) == ["IntegrityError", "Remedy"]


def filings(story):
    sides = {"claimant_id": story.organizations["fir"].id, "respondent_id": story.organizations["elm"].id}
    return lambda: story.open(), lambda: story.open(by="frida", **sides)


@pytest.mark.parametrize("attempt", range(3))
def test_two_sides_that_file_at_once_open_one_case(lasting_story, attempt):
    answers = at_once(*filings(lasting_story))

    assert names(answers) == ["Case", "FilingRefused"]
    assert any(isinstance(answer, FilingRefused) for answer in answers)


def test_without_the_lock_both_would_open_one(lasting_story, monkeypatch):
    both_asked = Barrier(2)
    asked = filing._require_undisputed

    def wait(*args):
        asked(*args)
        both_asked.wait(timeout=20)

    monkeypatch.setattr(filing, "_hold_subject", lambda *args: None)
    monkeypatch.setattr(filing, "_require_undisputed", wait)

    assert names(at_once(*filings(lasting_story))) == ["Case", "Case"]


def test_a_job_that_runs_twice_at_once_makes_a_remedy_final_once(lasting_story):
    story, case = lasting_story, lasting_story.proposed()
    due = story.again(case).appeal_until

    steps = at_once(lambda: story.lapse(due), lambda: story.lapse(due))

    assert sum(steps) == 1
    assert (story.again(case).state, counted()) == ("FINAL", [0, 0, 1])


def test_the_same_company_cannot_file_twice_even_past_every_check(lasting_story):
    case = lasting_story.open()
    with acting(system("test")), pytest.raises(IntegrityError):
        copy = lasting_story.again(case)
        copy.pk, copy.code = None, "another1"
        copy._state.adding = True
        copy.id = case.id.__class__(int=7)
        copy.save(force_insert=True)
    assert lasting_story.again(case).opened_at == NOW
