"""What was decided about a registration, what it said when, and what its receipt attests."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from hansa.activity.models import Event
from hansa.deals.models import Decision, Extension, Registration, Version
from hansa.deals.queries.seen import held_back, runs
from hansa.deals.rules import NotReadable, differs, from_plain, replay, ruling_to_plain
from hansa.deals.rules.fields import Facts
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope

LATEST = 50


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the stored inputs and rules give when they are decided over again, and whether that is what was stored."""

    ruling: Mapping[str, Any]
    is_same: bool


def decisions_of(registration: Registration, *, at: datetime) -> QuerySet[Decision]:
    """The rulings about a registration that the scope may see, the latest first.

    Before the answer a partner sees those of earlier submissions alone: a protection that was computed would say that the
    claim is free, and how many of its registrations are open that another one was rejected.
    """
    rows = Decision.objects.filter(registration=registration).select_related("program_version").order_by("-at", "-id")
    if held_back(registration, at=at):
        rows = rows.filter(at__lt=registration.submitted_at)
    return rows


def decision_by_code(registration: Registration, code: str, *, at: datetime) -> Decision:
    """A ruling about a registration that the scope may see at an instant; NotFound otherwise."""
    found: Decision | None = decisions_of(registration, at=at).filter(code=code).first()
    if found is None:
        raise NotFound()
    return found


def replay_of(decision: Decision) -> Replayed:
    """Decide over again from what was stored: the same function, inputs and rules."""
    try:
        again = replay(decision.kind, decision.inputs, decision.rules)
    except (NotReadable, KeyError) as wrong:
        words = f"What is stored of this decision cannot be read: {wrong}."
        return Replayed({"outcome": None, "reason": words, "grounds": ""}, is_same=False)
    return Replayed(ruling_to_plain(again), not differs(decision.ruling, again))


def versions_of(registration: Registration) -> list[Version]:
    """What a registration said, the latest first."""
    return list(Version.objects.filter(registration=registration).select_related("by").order_by("-number")[:LATEST])


def extensions_of(registration: Registration) -> list[Extension]:
    """The extensions that were asked for, the latest first."""
    return list(Extension.objects.filter(registration=registration).order_by("-asked_at", "-id")[:LATEST])


def submission_of(registration: Registration) -> Event:
    """The event of the last submission, for the partner itself and those who run the network; NotFound otherwise."""
    rows = Event.objects.filter(subject_id=registration.id, kind="deals.registration.submitted")
    found: Event | None = rows.order_by("-at", "-id").first()
    if found is None or not (runs(registration) or registration.partner_id == current_scope().organization_id):
        raise NotFound()
    return found


def as_submitted(registration: Registration) -> Registration:
    """A copy of a registration, never to be saved, that says what it said at its last submission: what a receipt attests."""
    rows = Version.objects.filter(registration=registration, at=registration.submitted_at)
    kept: Version | None = rows.order_by("number").first()
    said = copy(registration)
    if kept is not None:
        facts = from_plain(Facts, {name: value for name, value in kept.values.items() if name != "company"})
        for name in Facts.__dataclass_fields__:
            setattr(said, name, getattr(facts, name))
    return said
