"""When a registration's clocks ring next: its reminder, and the check that could not run."""

from __future__ import annotations

from datetime import datetime

from hansa.deals.models import Registration
from hansa.deals.operations.common import rules_on
from hansa.deals.rules import next_check, next_reminder


def arm_reminder(registration: Registration, *, at: datetime) -> None:
    """Set when the next reminder is due, by the rules of the day of submission. The caller saves."""
    start, until, submitted_at = registration.protected_from, registration.protected_until, registration.submitted_at
    if start is None or until is None or submitted_at is None:
        registration.remind_at = None
        return
    _, rules = rules_on(registration.network_id, submitted_at.date())
    registration.remind_at = next_reminder(start, until, rules, after=at)


def note_check(registration: Registration, *, ran: bool, at: datetime) -> None:
    """Keep whether the check of a registration ran, and when it is tried again if not. The caller saves."""
    registration.rechecks = 0 if ran else registration.rechecks + 1
    registration.recheck_at = None if ran else next_check(at, registration.rechecks)
