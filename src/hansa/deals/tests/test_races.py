"""Eight partners register the same project at the same instant, each spelling the customer its own way."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import pytest
from django.db import connections
from django.db.utils import IntegrityError

from hansa.deals.models import Registration, Waiting
from hansa.deals.operations import deciding, owning, submit_registration
from hansa.deals.tests.story import NOW, Story, admitted, build_story
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8
ROUNDS = int(os.environ.get("HANSA_ROUNDS", "100" if os.environ.get("HANSA_FULL") else "3"))
SPELLINGS = ("{} Logistics AB", "{} LOGISTICS", "{}  Logistics Aktiebolag", "The {} Logistics", "Logistics {} AB",
             "{} Logistic AB", "{}\u200b Logistics", "{}-Logistics, AB")  # fmt: skip
CUSTOMERS = ("Quilvester", "Ombrack", "Tarnhelm", "Vessprane", "Yorrigan")


@pytest.fixture
def rivals() -> Story:
    story = build_story()
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
        outcomes = register_at_once(rivals, f"{CUSTOMERS[round_ % len(CUSTOMERS)]} {chr(97 + round_ % 26)}x{round_}")
        assert sorted(outcomes) == ["APPROVED", *["IN_REVIEW"] * (AT_ONCE - 1)], round_
    with acting(system("counting in a test")):
        assert Registration.objects.filter(review="APPROVED").count() == ROUNDS
        assert not Waiting.objects.filter(registration__review="APPROVED").exists()


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
        outcomes = register_at_once(rivals, f"{CUSTOMERS[round_ % len(CUSTOMERS)]} {chr(97 + round_ % 26)}y{round_}")
        wrong += outcomes.count("APPROVED") != 1
    assert wrong >= 0.9 * ROUNDS
