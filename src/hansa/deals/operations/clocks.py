"""What time does: answers fall due, protections end and the next in turn is taken up, undecided claims lapse."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from hansa.activity.operations import record
from hansa.deals.models import Match, Registration, Waiting
from hansa.deals.operations.common import in_turn, rule, rules_on, take_turns
from hansa.deals.operations.deciding import decide_claim
from hansa.deals.operations.overdue import check_again_in, end_unmended, remind_in
from hansa.deals.rules import Action, Claim, LapseInputs, Outcome, ReviewState, Stage, from_plain, move, next_in_turn
from hansa.kit.scope import acting, system

ANSWERS = (ReviewState.APPROVED, ReviewState.REJECTED, ReviewState.ACTION_REQUIRED)


def run_clocks(*, at: datetime) -> None:
    """Whatever fell due in any network by an instant, network by network, each in a transaction of its own.

    It does not matter how late this runs: each thing is decided by its stored instant.
    """
    with acting(system("asking where something fell due")):
        due = Registration.objects.filter(submitted_at__isnull=False).exclude(review__in=[ReviewState.DRAFT])
        networks = list(due.order_by("network_id").values_list("network_id", flat=True).distinct())
    for network_id in networks:
        with transaction.atomic(), acting(system("registrations fall due")):
            take_turns(network_id)
            expire_in(network_id, at=at)
            check_again_in(network_id, at=at)
            _lapse_in(network_id, at=at)
            _answer_in(network_id, at=at)
            remind_in(network_id, at=at)


def expire_in(network_id: UUID, *, at: datetime) -> None:
    """End every protection of a network whose instant has come, and take up who waits; end what was not mended in time.

    Under the network's lock.
    """
    rows = Registration.objects.filter(network_id=network_id, review=ReviewState.APPROVED, protected_until__lte=at)
    due = rows.order_by("protected_until", "id").select_related("network", "partner", "company")
    with acting(system("protections end by their stored instant")):
        while (registration := due.first()) is not None:
            ended_at = registration.protected_until or at
            end_protection(registration, at=ended_at)
            take_up(registration.project_id, at=ended_at)
        end_unmended(network_id, at=at)


def end_protection(registration: Registration, *, at: datetime) -> None:
    """A protection ends; the registration stays as what was."""
    registration.review = move(ReviewState(registration.review), Action.EXPIRE)
    registration.reason = "The protection of this project has ended."
    registration.save(update_fields=["review", "reason"])
    record(
        "deals.registration.expired", subject=registration, at=at, network_id=registration.network_id,
        parties=[registration.partner_id, *([registration.upstream_id] if registration.upstream_id else [])],
        facts={"code": registration.code},
    )  # fmt: skip


def take_up(project_id: UUID | None, *, at: datetime) -> None:
    """Decide again whoever is first in turn behind a project that became free; the next one where it is not protected."""
    rows = Waiting.objects.filter(project_id=project_id).select_related(
        "registration__network", "registration__partner", "registration__company"
    )
    _decide_in_turn([row.registration for row in rows], at=at)


def let_go(registration: Registration, *, at: datetime) -> None:
    """Decide again whom a claim kept in review that stands no more and never was protected, first in turn first.

    Under the network's lock, once the claim is saved as what it is now; whoever a person has said to mean another project
    was not kept by it.
    """
    at = in_turn(registration.network_id, at=at)
    with acting(system("a claim that stood beside others has ended")):
        expire_in(registration.network_id, at=at)
        matches = Match.objects.filter(Q(earlier=registration) | Q(later=registration)).exclude(
            answer=Match.Answer.ANOTHER
        )
        beside = {one for pair in matches.values_list("earlier_id", "later_id") for one in pair}
        rows = Registration.objects.filter(id__in=beside, review=ReviewState.IN_REVIEW).exclude(id=registration.id)
        _decide_in_turn(list(rows.select_related("network", "partner", "company")), at=at)


def _decide_in_turn(found: Iterable[Registration], *, at: datetime) -> None:
    """Decide claims again in the order of the rules until one is protected; a sale that was lost is not protected any more."""
    claims = {registration.code: registration for registration in found if registration.stage != Stage.CLOSED_LOST}
    while claims:
        _, rules = rules_on(next(iter(claims.values())).network_id, at.date())
        first = next_in_turn([from_plain(Claim, one.claim) for one in claims.values()], rules)
        if first is None or decide_claim(claims.pop(first.id), at=at).outcome is Outcome.PROTECT:
            return


def _lapse_in(network_id: UUID, *, at: datetime) -> None:
    """What the operator has not decided in time: escalated, approved where nothing stands against it, or rejected."""
    rows = Registration.objects.filter(
        network_id=network_id, review=ReviewState.IN_REVIEW, decision_due__lte=at, escalated_at=None
    ).select_related("network", "partner", "company")
    for registration in rows.order_by("decision_due", "id"):
        assert registration.decision_due is not None
        assert registration.submitted_at is not None
        version, rules = rules_on(network_id, registration.submitted_at.date())
        inputs = LapseInputs(Outcome.QUEUE, registration.decision_due, at)
        ruling = rule(registration, inputs, at=at, rules=rules, version=version)
        if ruling.outcome == "reject":
            registration.review = move(ReviewState.IN_REVIEW, Action.REJECT)
            registration.reason, registration.decision_due = ruling.reason, None
        else:
            registration.escalated_at = at
        registration.save()
        record(
            "deals.registration.lapsed", subject=registration, at=at, network_id=network_id,
            facts={"code": registration.code, "outcome": str(ruling.outcome)},
        )  # fmt: skip
        if registration.review == ReviewState.REJECTED:
            let_go(registration, at=at)


def _answer_in(network_id: UUID, *, at: datetime) -> None:
    """Tell partners what was decided, never before the instant that holds for every submission."""
    rows = Registration.objects.filter(network_id=network_id, answered_at=None, answer_at__lte=at, review__in=ANSWERS)
    for registration in rows.order_by("answer_at", "id"):
        registration.answered_at = at
        registration.save(update_fields=["answered_at"])
        record(
            "deals.registration.answered", subject=registration, at=at, network_id=network_id,
            parties=[registration.partner_id, *([registration.upstream_id] if registration.upstream_id else [])],
            facts={"code": registration.code, "review": registration.review},
        )  # fmt: skip
