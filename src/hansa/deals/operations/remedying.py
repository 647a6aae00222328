"""Carrying out what a case ordered: the reaction to a remedy that became final."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from hansa.activity.models import Event
from hansa.activity.operations import record
from hansa.deals.models import Contest, Registration, Waiting
from hansa.deals.operations.arming import arm_reminder
from hansa.deals.operations.common import rule, rules_on, take_turns
from hansa.deals.operations.deciding import project_of, protect
from hansa.deals.rules import (
    PENDING,
    Claim,
    Effect,
    RemedyInputs,
    ReviewState,
    Stage,
    from_plain,
    protect_by_remedy,
    step_back,
)
from hansa.disputes.models import Side
from hansa.disputes.rules.terms import Terms, terms_from
from hansa.kernel.ruling import Ruling


@transaction.atomic
def carry_out_remedy(event_id: UUID, at: datetime) -> None:
    """Do what the final remedy of a case about registrations orders, under the network's lock; twice does it once.

    Within the platform's own scope. A case about anything else is left to the module that decided it.
    """
    event: Event = Event.objects.get(id=event_id)
    network_id = Contest.objects.filter(case_id=event.subject_id).values_list("network_id", flat=True).first()
    if network_id is None:
        return
    take_turns(network_id)
    rows = Contest.objects.filter(case_id=event.subject_id, carried_at=None).select_for_update(of=("self",))
    contests = {row.side: row for row in rows.select_related("case", "registration__network", "registration__partner")}
    if not contests:
        return
    terms = terms_from(event.facts["terms"])
    ruling = _change_places(contests, terms, at)
    for row in contests.values():
        _note_given(row, terms, at)
        made = row.registration
        record(
            "deals.registration.remedied", subject=made, at=at, network_id=network_id, parties=[made.partner_id],
            facts={"code": made.code, "case": row.case.code, "effect": ruling.outcome.value},
        )  # fmt: skip


def _change_places(contests: dict[str, Contest], terms: Terms, at: datetime) -> Ruling[Effect]:
    claimant = contests[Side.CLAIMANT].registration
    other = contests[Side.RESPONDENT].registration if Side.RESPONDENT in contests else None
    holder = _holder(claimant)
    inputs = RemedyInputs(
        terms.kind,
        ReviewState(claimant.review),
        Stage(claimant.stage),
        respondent=ReviewState(other.review) if other else None,
        is_held=holder is not None and (other is None or holder.id != other.id),
    )
    version, rules = rules_on(claimant.network_id, (claimant.submitted_at or at).date())
    ruling: Ruling[Effect] = rule(claimant, inputs, at=at, rules=rules, version=version)
    stands_before = other or holder
    if ruling.outcome is Effect.CHANGE and stands_before is not None:
        _step_back(stands_before, at=at)
    if ruling.outcome is not Effect.NOTHING and claimant.review != ReviewState.APPROVED:
        _protect(claimant, at=at)
    if ruling.outcome is Effect.CHANGE and stands_before is not None:
        _wait_behind(stands_before, claimant, at=at)
    return ruling


def _holder(claimant: Registration) -> Registration | None:
    """Whose claim protects the claimant's project; not the claimant's own."""
    if claimant.project_id is None:
        return None
    rows = Registration.objects.filter(project_id=claimant.project_id, review=ReviewState.APPROVED)
    found: Registration | None = rows.exclude(id=claimant.id).select_related("network", "partner").first()
    return found


def _step_back(registration: Registration, *, at: datetime) -> None:
    """A protection ends for another's sake. What its partner is shown from now on was decided now, and can be disputed."""
    registration.review = step_back(ReviewState(registration.review))
    registration.protected_from = registration.protected_until = registration.answered_at = None
    registration.answer_at, registration.reason = at, PENDING
    arm_reminder(registration, at=at)
    registration.save()
    record(
        "deals.registration.displaced", subject=registration, at=at, network_id=registration.network_id,
        parties=[registration.partner_id], facts={"code": registration.code},
    )  # fmt: skip


def _protect(registration: Registration, *, at: datetime) -> None:
    registration.review = protect_by_remedy(ReviewState(registration.review))
    registration.answered_at = registration.action_due = None
    if registration.project_id is None:
        registration.project = project_of(registration, at=at)
    protect(registration, from_plain(Claim, registration.claim), at=at)
    registration.save()


def _wait_behind(registration: Registration, claimant: Registration, *, at: datetime) -> None:
    registration.project_id = claimant.project_id
    registration.save(update_fields=["project"])
    waiting = {"network_id": registration.network_id, "project_id": claimant.project_id, "since": at}
    Waiting.objects.update_or_create(registration=registration, defaults=waiting)


def _note_given(row: Contest, terms: Terms, at: datetime) -> None:
    """Keep on a side's registration what the remedy gave it: a share, or an amount that it is owed."""
    row.remedy, row.carried_at = terms.kind, at
    row.share_bp = terms.claimant_share if row.side == Side.CLAIMANT else terms.respondent_share
    if terms.amount is not None and terms.to == row.side:
        row.award_minor, row.currency = terms.amount.minor, terms.amount.currency
    row.save()
