"""What time does: reminders, changes that were never made, checks that are tried again."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connections

from hansa.activity.models import Event, Notification
from hansa.deals.models import Decision, Registration, Waiting
from hansa.deals.operations import (
    StepRefused,
    ask_for_changes,
    checking,
    extend_protection,
    run_clocks,
    set_stage,
    submit_registration,
)
from hansa.deals.operations.telling import tell_of_registration
from hansa.deals.queries import registrations_as_seen, shown_review
from hansa.deals.rules import next_check
from hansa.deals.tests.story import NOW, build_story, other_project
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db
REMINDED = NOW + timedelta(days=76)  # 14 days before the end of 90
MENDED_BY = NOW + timedelta(days=14, minutes=15)


def events_of(registration, kind):
    with acting(system("looking in a test")):
        return list(Event.objects.filter(subject_id=registration.id, kind=f"deals.registration.{kind}").order_by("at"))


def inbox():
    with acting(system("looking in a test")):
        return [(row.text, row.url) for row in Notification.objects.order_by("at", "id")]


def told(event, at=NOW):
    with acting(system("a reaction")):
        tell_of_registration(event.id, at)


# reminders


def test_a_reminder_is_sent_once_at_its_instant(story):
    made = story.submit("alpine")
    assert made.remind_at == REMINDED
    run_clocks(at=REMINDED - timedelta(microseconds=1))
    assert events_of(made, "reminded") == []
    for minutes in (0, 0, 1):
        run_clocks(at=REMINDED + timedelta(minutes=minutes))
    (event,) = events_of(made, "reminded")
    assert (event.at, event.facts["until"]) == (REMINDED, "2026-06-08T09:00:00+00:00")
    assert story.again(made).remind_at is None


def test_whoever_registered_it_reads_the_reminder_once(story):
    made = story.submit("alpine")
    run_clocks(at=REMINDED)
    (event,) = events_of(made, "reminded")
    told(event), told(event)
    assert inbox() == [
        (
            "The protection of Fleet for the harbour ends on 2026-06-08 09:00 UTC. Ask for a longer one in time.",
            f"/networks/nordwind/deals/{made.code}",
        )
    ]
    with acting(system("looking in a test")):
        assert [row.person_id for row in Notification.objects.all()] == [story.people["alpine"].id]


def test_nobody_is_reminded_after_the_end(story):
    made = story.submit("alpine")
    story.later(days=91)
    assert (story.again(made).review, events_of(made, "reminded")) == ("EXPIRED", [])


def test_an_extension_arms_the_reminder_again(story):
    made = story.submit("alpine")
    run_clocks(at=REMINDED)
    with acting(story.scope("alpine")):
        extend_protection(registration_id=made.id, evidence="An offer is out.", at=REMINDED + timedelta(days=1))
    assert story.again(made).remind_at == REMINDED + timedelta(days=30)
    story.later(days=90)
    assert len(events_of(made, "reminded")) == 1
    story.later(days=107)
    assert [event.at for event in events_of(made, "reminded")] == [REMINDED, NOW + timedelta(days=107)]


def test_of_several_late_reminders_one_is_sent(story):
    made = story.submit("alpine")
    with acting(system("rules with three reminders")):
        Registration.objects.filter(id=made.id).update(remind_at=NOW + timedelta(days=60))
    story.later(days=89)
    story.later(days=89, minutes=1)
    assert len(events_of(made, "reminded")) == 1


def test_no_reminder_before_the_answer(story):
    made = story.submit("alpine")
    with acting(system("a protection shorter than its reminders")):
        Registration.objects.filter(id=made.id).update(remind_at=NOW + timedelta(minutes=5))
    story.later(minutes=14)
    assert events_of(made, "reminded") == []
    story.later(minutes=15)
    assert len(events_of(made, "reminded")) == 1


def test_a_won_sale_needs_no_reminder(story):
    made = story.submit("alpine")
    with acting(story.scope("alpine")):
        set_stage(registration_id=made.id, stage="LAUNCHED", at=NOW + timedelta(hours=1))
    run_clocks(at=REMINDED)
    assert (events_of(made, "reminded"), story.again(made).remind_at) == ([], None)


@pytest.mark.django_db(transaction=True)
def test_two_workers_remind_once():
    story = build_story()
    made = story.submit("alpine")
    barrier, failed = threading.Barrier(2, timeout=30), []

    def work():
        barrier.wait()
        try:
            run_clocks(at=REMINDED)
        except Exception as error:  # noqa: BLE001 - told to the test
            failed.append(error)
        finally:
            connections["default"].close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    assert len(events_of(made, "reminded")) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_half_way_leaves_the_reminder_to_the_next(monkeypatch):
    story = build_story()
    made = story.submit("alpine")
    from hansa.deals.operations import clocks

    def dies(network_id, *, at):
        raise SystemExit

    with monkeypatch.context() as patched:
        whole = clocks.remind_in
        patched.setattr(
            clocks, "remind_in", lambda network_id, *, at: (whole(network_id, at=at), dies(network_id, at=at))
        )
        with pytest.raises(SystemExit):
            run_clocks(at=REMINDED)
    assert events_of(made, "reminded") == []
    run_clocks(at=REMINDED + timedelta(hours=1))
    assert len(events_of(made, "reminded")) == 1


def test_the_answer_is_told_to_whoever_registered(story):
    made = story.submit("alpine")
    story.later(minutes=15)
    (event,) = events_of(made, "answered")
    told(event)
    assert inbox()[0][0] == "Fleet for the harbour is approved and protected until 2026-06-08 09:00 UTC."


# what was sent back


@pytest.fixture
def sent_back(story):
    story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    with acting(story.scope("vendor")):
        ask_for_changes(registration_id=second.id, reason="Say which site it is for.", at=NOW + timedelta(minutes=1))
    return story.again(second)


def test_what_is_not_mended_in_time_ends_by_its_instant(story, sent_back):
    due = sent_back.action_due
    assert due == MENDED_BY + timedelta(seconds=1)
    run_clocks(at=due - timedelta(microseconds=1))
    assert story.again(sent_back).review == "ACTION_REQUIRED"
    run_clocks(at=due + timedelta(days=3))
    ended = story.again(sent_back)
    assert ended.review == "EXPIRED"
    assert ended.reason.startswith(
        "What was missing was not sent by 2026-03-24 09:15:01 UTC, so this registration has ended."
    )
    (event,) = events_of(sent_back, "unmended")
    assert (event.at, event.parties) == (due, [story.organizations["bay"].id])
    told(event)
    assert inbox() == [
        (
            "Fleet for the harbour has ended: what was missing was not sent in time.",
            f"/networks/nordwind/deals/{sent_back.code}",
        )
    ]


def test_the_stored_instant_decides_before_the_clock_has_run(story, sent_back):
    at = sent_back.action_due
    with acting(story.scope("bay")):
        assert [row.review for row in registrations_as_seen(at=at, review="EXPIRED")] == ["ACTION_REQUIRED"]
        with pytest.raises(StepRefused, match="expired"):
            submit_registration(registration_id=sent_back.id, at=at)
    assert story.again(sent_back).submitted_at == sent_back.submitted_at


def test_what_ended_counts_no_more_for_the_quota(story, sent_back):
    for number in range(5):
        story.submit("bay", {"name": f"Open Number {number} Quarry"}, at=MENDED_BY - timedelta(days=2, minutes=number))
    seventh = story.draft("bay", {"name": "Seventh Guess Mine"})
    with acting(story.scope("bay")):
        assert submit_registration(registration_id=seventh.id, at=sent_back.action_due).submitted_at


# checks that could not run


@pytest.fixture
def broken(monkeypatch):
    """The retrieval of companies fails; `repair()` mends it."""

    def fails(registration):
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patched:
        patched.setattr(checking, "companies_alike", fails)
        yield patched.undo


def test_a_check_that_failed_is_tried_again_and_the_first_submission_counts(story, broken):
    first = story.submit("alpine")
    second = story.submit("bay", at=NOW + timedelta(seconds=1))
    assert (first.review, second.review, first.recheck_at) == ("IN_REVIEW", "IN_REVIEW", NOW + timedelta(minutes=1))
    broken()
    story.later(minutes=2)
    first, second = story.again(first), story.again(second)
    assert (first.review, first.submitted_at, first.protected_from) == ("APPROVED", NOW, NOW)
    assert (first.recheck_at, first.rechecks, first.decision_due) == (None, 0, None)
    with acting(system("looking in a test")):
        assert [(row.registration_id, row.project_id) for row in Waiting.objects.all()] == [
            (second.id, first.project_id)
        ]


def test_a_later_claim_is_not_waved_past_one_whose_check_failed(story, broken):
    first = story.submit("alpine")
    broken()
    second = story.submit("bay", at=NOW + timedelta(seconds=1))
    assert (story.again(first).review, second.review) == ("IN_REVIEW", "IN_REVIEW")
    story.later(minutes=1)
    assert (story.again(first).review, story.again(second).review) == ("APPROVED", "IN_REVIEW")


def test_nothing_is_waved_through_while_it_fails_and_the_pauses_grow(story, broken):
    made = story.submit("alpine")
    for minutes, after in ((1, 3), (2, 3), (3, 7), (7, 15)):
        story.later(minutes=minutes)
        found = story.again(made)
        assert (found.review, found.recheck_at) == ("IN_REVIEW", NOW + timedelta(minutes=after))
    with acting(system("looking in a test")):
        assert Decision.objects.filter(kind="claim").count() == 1


def test_the_operators_clock_runs_meanwhile(story, broken):
    made = story.submit("alpine")
    story.later(days=5)
    found = story.again(made)
    assert (found.review, found.escalated_at) == ("IN_REVIEW", NOW + timedelta(days=5))


def test_before_the_answer_nothing_tells_of_the_failure(story, broken):
    made = story.submit("alpine")
    other = story.submit("bay", facts=other_project(country="DK"))
    broken()
    story.later(minutes=1)
    with acting(story.scope("alpine")):
        assert shown_review(Registration.objects.get(id=made.id), at=NOW + timedelta(minutes=14)) == "IN_REVIEW"
    assert story.again(made).answer_at == story.again(other).answer_at


def test_pauses_double_up_to_an_hour():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    pauses = [(next_check(start, failures) - start) // timedelta(minutes=1) for failures in (1, 2, 3, 6, 7, 8, 60)]
    assert pauses == [1, 2, 4, 32, 60, 60, 60]
