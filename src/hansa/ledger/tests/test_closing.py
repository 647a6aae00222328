"""Races over a period: real threads, real connections; each with a control that lacks the lock."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from hansa.kit.scope import acting, system
from hansa.ledger import tasks
from hansa.ledger.models import Journal, Period, PeriodState
from hansa.ledger.operations import closing
from hansa.ledger.operations.closing import PeriodNotOpen, begin_closing, close_period, finish_closing
from hansa.ledger.queries import seal_now, verify
from hansa.ledger.tests.story import NOW, owed

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run jobs in threads that start together; each one's answer, or what it raised."""
    barrier, answers = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int, job: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            answers[place] = job()
        except BaseException as raised:  # noqa: BLE001 - the answer of a refused thread
            answers[place] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def closer(story, period) -> Callable[[], object]:
    def close() -> object:
        with acting(story.scope("finn")):
            return begin_closing(period_id=period.id, at=NOW).state

    return close


def open_period(story) -> Period:
    with acting(system("test")):
        return Period.objects.get(state=PeriodState.OPEN)


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_close_at_once_one_does(lasting_story, attempt):
    story = lasting_story
    story.post(story.posting(100))
    period = open_period(story)

    answers = at_once(closer(story, period), closer(story, period))

    assert sorted(type(answer).__name__ for answer in answers) == ["PeriodNotOpen", "PeriodState"]
    with acting(system("test")):
        assert list(Period.objects.order_by("starts_on").values_list("state", flat=True)) == ["CLOSING", "OPEN"]


@pytest.mark.parametrize("attempt", range(3))
def test_a_posting_that_meets_a_closing_lands_wholly_before_or_after(lasting_story, attempt):
    story = lasting_story
    story.post(story.posting(100))
    period = open_period(story)

    answers = at_once(closer(story, period), lambda: story.post(story.posting(50, source="meanwhile")))

    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    with acting(story.scope("finn")):
        sealed = finish_closing(period_id=period.id, at=NOW)
        assert sealed.seal == seal_now(sealed)
        assert verify(story.network.id) == []
    assert owed(story) == 150


def test_without_the_lock_two_closers_collide_in_the_database(lasting_story, monkeypatch):
    """The control: the same race without the lock ends in an error of the database instead of a refusal."""
    story = lasting_story
    story.post(story.posting(100))
    both_read = threading.Barrier(2)

    def unlocked(period_id: object) -> Period:
        period = Period.objects.select_related("network").get(id=period_id)
        both_read.wait(timeout=20)
        return period

    monkeypatch.setattr(closing, "_locked", unlocked)
    period = open_period(story)

    answers = at_once(closer(story, period), closer(story, period))

    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "PeriodState"]


def test_the_database_lets_nothing_into_a_period_that_is_not_open(lasting_story):
    story = lasting_story
    story.post(story.posting(100))
    period = open_period(story)
    closer(story, period)()

    with pytest.raises(Exception, match="not open"), acting(story.scope("finn")):
        Journal.objects.create(
            network=story.network, period=period, purpose="x", posted_at=NOW, transactions_count=0, digest="0" * 64
        )


def test_a_sealed_period_never_changes(lasting_story):
    story = lasting_story
    story.post(story.posting(100))
    period = open_period(story)
    closer(story, period)()
    with acting(story.scope("finn")):
        sealed = finish_closing(period_id=period.id, at=NOW)
        with pytest.raises(Exception, match="never changes"), transaction.atomic():
            Period.objects.filter(id=period.id).update(seal="0" * 64)
        assert finish_closing(period_id=period.id, at=NOW).seal == sealed.seal
        with pytest.raises(PeriodNotOpen):
            begin_closing(period_id=period.id, at=NOW)


def test_the_job_seals_what_a_crash_left_closing_and_may_run_twice(lasting_story):
    story = lasting_story
    story.post(story.posting(100))
    period = open_period(story)
    closer(story, period)()
    who = {"organization_id": str(story.organizations["vendor"].id), "person_id": str(story.people["finn"])}

    tasks.finish(period_id=str(period.id), **who)
    tasks.finish(period_id=str(period.id), **who)

    with acting(story.scope("finn")):
        assert Period.objects.get(id=period.id).state == PeriodState.CLOSED
        assert verify(story.network.id) == []


def test_closing_queues_the_job_that_seals(lasting_story):
    story = lasting_story
    story.post(story.posting(100))
    period = open_period(story)
    with acting(story.scope("finn")):
        close_period(period_id=period.id, at=NOW)

    with connection.cursor() as cursor:
        cursor.execute("select task_name, args ->> 'period_id' from procrastinate_jobs")
        assert cursor.fetchall() == [("hansa.ledger.tasks.finish", str(period.id))]
