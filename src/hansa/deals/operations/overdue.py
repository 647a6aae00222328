"""What time does beside answers and ends of protection: reminders, changes that were never made, checks that failed.

Each runs under the network's lock and moves its own stored instant in the same transaction: two workers, or one that
died half way, do everything once.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hansa.activity.operations import record
from hansa.deals.models import Registration
from hansa.deals.operations.arming import arm_reminder, note_check
from hansa.deals.operations.checking import check
from hansa.deals.operations.deciding import decide_claim
from hansa.deals.rules import Action, Claim, ReviewState, Stage, from_plain, move
from hansa.deals.rules.wording import instant

AT_ONCE = 200
"""Checks tried again in one run of a network: the network's lock is held meanwhile."""


def end_unmended(network_id: UUID, *, at: datetime) -> None:
    """End what was sent back and not mended within the days of the rules, by its stored instant."""
    rows = Registration.objects.filter(
        network_id=network_id, review=ReviewState.ACTION_REQUIRED, action_due__lte=at
    ).order_by("action_due", "id")
    for registration in rows:
        due = registration.action_due or at
        registration.review = move(ReviewState.ACTION_REQUIRED, Action.EXPIRE)
        registration.reason = (
            f"What was missing was not sent by {instant(due)}, so this registration has ended. "
            "You may register the project anew; the time that counts is then the new one."
        )
        registration.save(update_fields=["review", "reason"])
        record(
            "deals.registration.unmended", subject=registration, at=due, network_id=network_id,
            parties=[registration.partner_id, *([registration.upstream_id] if registration.upstream_id else [])],
            facts={"code": registration.code, "due": due.isoformat()},
        )  # fmt: skip


def remind_in(network_id: UUID, *, at: datetime) -> None:
    """Announce the end of protections to their holders: of several reminders that are late one, and none before the answer.

    What expired is out of the way by then, so that nobody is reminded of what is over; a sale that was won needs none.
    """
    rows = Registration.objects.filter(
        network_id=network_id, review=ReviewState.APPROVED, remind_at__lte=at, answer_at__lte=at, protected_until__gt=at
    ).order_by("remind_at", "id")
    for registration in rows:
        until = registration.protected_until or at
        arm_reminder(registration, at=at)
        registration.save(update_fields=["remind_at"])
        if registration.stage == Stage.LAUNCHED:
            continue
        record(
            "deals.registration.reminded", subject=registration, at=at, network_id=network_id,
            parties=[registration.partner_id],
            facts={"code": registration.code, "until": until.isoformat()},
        )  # fmt: skip


def check_again_in(network_id: UUID, *, at: datetime) -> None:
    """Try checks again that could not run, in the order of submission; what could be checked is decided by the rules.

    The instant of the submission stays the one that counts. Nothing is protected without a check: where it fails again,
    the next one is later, and the operator's clock runs on.
    """
    rows = Registration.objects.filter(network_id=network_id, review=ReviewState.IN_REVIEW, recheck_at__lte=at)
    due = rows.order_by("submitted_at", "id").select_related("network", "partner", "company")
    for registration in due[:AT_ONCE]:
        if check(registration, from_plain(Claim, registration.claim), at=at) is None:
            note_check(registration, ran=False, at=at)
            registration.save(update_fields=["recheck_at", "rechecks"])
        else:
            decide_claim(registration, at=at)
