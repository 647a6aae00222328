"""Eight partners register the same project at the same instant, each spelling the customer its own way."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.db.utils import IntegrityError

from hansa.deals.models import Match, Registration, Waiting
from hansa.deals.operations import answer_match, deciding, owning, submit_registration
from hansa.deals.tests.story import NOW, PROGRAM, Story, admitted, build_story
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8
ROUNDS = int(os.environ.get("HANSA_ROUNDS", "100" if os.environ.get("HANSA_FULL") else "3"))
SPELLINGS = ("{} Logistics AB", "{} LOGISTICS", "{}  Logistics Aktiebolag", "The {} Logistics", "Logistics {} AB",
             "{} Logistic AB", "{}\u200b Logistics", "{}-Logistics, AB")  # fmt: skip


def customer_of(round_: int) -> str:
    """A name of its own for each round: alike ones would be rivals of each other."""
    dice = random.Random(round_)
    return "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiouy") for _ in range(5)).title()


@pytest.fixture
def rivals() -> Story:
    plenty = f"open_quota: {9 * ROUNDS}, daily_quota: {9 * ROUNDS}"
    story = build_story(PROGRAM.replace("open_quota: 6, daily_quota: 6", plenty))
    for number in range(AT_ONCE):
        admitted(story, f"rival{number}", number=f"X-{number}")
    return story


def register_at_once(story: Story, customer: str) -> list[str]:
    """What came of eight submissions at the same instant: the stored review, or the error."""
    drafts = [
        story.draft(f"rival{n}", {"name": SPELLINGS[n].format(customer), "country": "SE"}) for n in range(AT_ONCE)
    ]
    scopes = [story.scope(f"rival{number}") for number in range(AT_ONCE)]
    barrier, outcomes = threading.Barrier(AT_ONCE, timeout=60), [""] * AT_ONCE

    def submit(number: int) -> None:
        barrier.wait()
        try:
            with acting(scopes[number]):
                submit_registration(registration_id=drafts[number].id, at=NOW)
            outcomes[number] = story.again(drafts[number]).review
        except (IntegrityError, threading.BrokenBarrierError) as error:
            outcomes[number] = type(error).__name__
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_exactly_one_of_eight_is_protected(rivals: Story) -> None:
    for round_ in range(ROUNDS):
        outcomes = register_at_once(rivals, customer_of(round_))
        assert sorted(outcomes) == ["APPROVED", *["IN_REVIEW"] * (AT_ONCE - 1)], round_
    with acting(system("counting in a test")):
        assert Registration.objects.filter(review="APPROVED").count() == ROUNDS
        assert not Waiting.objects.filter(registration__review="APPROVED").exists()


def test_whoever_read_the_clock_first_but_came_second_is_second(rivals: Story) -> None:
    """A request that waited for its turn finds who was recorded meanwhile, and is recorded after them."""
    first = rivals.submit("bay", at=NOW + timedelta(seconds=1))
    second = rivals.submit("alpine", at=NOW)
    third = rivals.submit("vendor", at=NOW + timedelta(milliseconds=500))
    assert [row.review for row in (first, second, third)] == ["APPROVED", "IN_REVIEW", "IN_REVIEW"]
    assert first.submitted_at == NOW + timedelta(seconds=1)
    assert second.submitted_at == NOW + timedelta(seconds=1, microseconds=1)
    assert third.submitted_at == NOW + timedelta(seconds=1, microseconds=2)
    with acting(system("looking in a test")):
        assert list(Waiting.objects.order_by("since").values_list("registration_id", flat=True)) == [
            second.id,
            third.id,
        ]


def test_a_match_answered_by_an_earlier_clock_counts_who_was_recorded_meanwhile(rivals: Story) -> None:
    first = rivals.submit("bay", {"name": "Quilvester Logistics AB", "country": "SE", "city": "Lund"})
    alike = rivals.submit("alpine", {"name": "Quilvester Logistik", "country": "SE", "city": "Lund"})
    with acting(system("looking in a test")):
        match = Match.objects.get(earlier=first, later=alike)
    meanwhile = rivals.submit("fjord", {"name": "Ombrack Yards AB", "country": "SE"}, at=NOW + timedelta(seconds=1))
    assert meanwhile.review == "APPROVED"
    with acting(rivals.scope("vendor")):
        answered = answer_match(match_id=match.id, answer="ANOTHER", reason="Two yards of two owners.", at=NOW)
    assert answered.answered_at == NOW + timedelta(seconds=1, microseconds=1)
    after = rivals.again(alike)
    assert (after.review, after.protected_from) == ("APPROVED", after.submitted_at)


def test_without_the_lock_several_are_protected(rivals: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without taking turns, all having checked before any writes, nearly every round goes wrong."""
    check: Callable[..., object] = deciding.check
    together = threading.Barrier(AT_ONCE, timeout=60)

    def late(*arguments: object, **named: object) -> object:
        found = check(*arguments, **named)
        together.wait()
        return found

    monkeypatch.setattr(owning, "take_turns", lambda network_id: None)
    monkeypatch.setattr(deciding, "check", late)
    wrong = 0
    for round_ in range(ROUNDS):
        outcomes = register_at_once(rivals, customer_of(round_))
        wrong += outcomes.count("APPROVED") != 1
    assert wrong >= 0.9 * ROUNDS
