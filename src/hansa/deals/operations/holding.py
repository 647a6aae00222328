"""What a partner does with its registration while it holds it: the stage of the sale, extensions, amendments."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django_countries import countries

from hansa.activity.operations import record
from hansa.catalog.queries import families_of
from hansa.deals.models import Extension, Registration
from hansa.deals.operations.arming import arm_reminder
from hansa.deals.operations.clocks import end_protection, let_go, take_up
from hansa.deals.operations.common import changed_facts, keep_version, refusing_steps, rule, rules_on
from hansa.deals.operations.failures import StepRefused
from hansa.deals.operations.owning import own
from hansa.deals.operations.submitting import take_in
from hansa.deals.rules import (
    Action,
    ExtensionInputs,
    LossReason,
    ReviewState,
    Stage,
    move,
    move_stage,
    needs_new_check,
)
from hansa.deals.rules.fields import Facts, problems_of
from hansa.kernel.problem import Problem
from hansa.kernel.ruling import Ruling
from hansa.kit.failures import Unprocessable
from hansa.kit.scope import acting, system


@transaction.atomic
def set_stage(*, registration_id: UUID, stage: str, at: datetime, loss_reason: str = "") -> Registration:
    """Move the sale to a stage; a lost sale needs a reason and frees its project for who waits."""
    registration = own(registration_id, at=at)
    try:
        to, reason = Stage(stage), LossReason(loss_reason) if loss_reason else None
    except ValueError:
        problems = [Problem("", 0, "stage", f"one of {', '.join(Stage)}, a loss with one of {', '.join(LossReason)}")]
        raise Unprocessable("The stage was not changed.", problems=problems) from None
    with refusing_steps():
        to = move_stage(Stage(registration.stage), to, review=ReviewState(registration.review), reason=reason)
    registration.stage, registration.loss_reason = to, reason or ""
    registration.save(update_fields=["stage", "loss_reason"])
    record(
        "deals.registration.staged", subject=registration, at=at, network_id=registration.network_id,
        parties=_parties(registration), facts={"code": registration.code, "stage": to, "loss_reason": reason or ""},
    )  # fmt: skip
    if to is Stage.CLOSED_LOST and registration.review == ReviewState.APPROVED:
        _free(registration, at=at)
    elif to is Stage.CLOSED_LOST:
        let_go(registration, at=at)
    return registration


@transaction.atomic
def extend_protection(*, registration_id: UUID, evidence: str, at: datetime) -> Extension:
    """Ask for a longer protection, with what has happened since; the rules answer at once."""
    registration = own(registration_id, at=at)
    if registration.review != ReviewState.APPROVED or registration.protected_until is None:
        raise StepRefused("Only a protected project can be extended.")
    if len(evidence) > 2_000:
        raise Unprocessable("Nothing was extended.", problems=[Problem("", 0, "evidence", "up to 2,000 characters")])
    version, rules = rules_on(registration.network_id, at.date())
    before = registration.protected_until
    inputs = ExtensionInputs(before, registration.extensions, bool(evidence.strip()), at)
    ruling: Ruling[datetime | None] = rule(registration, inputs, at=at, rules=rules, version=version)
    extension = Extension(
        registration=registration, evidence=evidence.strip(), asked_at=at, granted=ruling.outcome is not None,
        reason=ruling.reason, until_before=before, until_after=ruling.outcome,
    )  # fmt: skip
    extension.save(force_insert=True)
    if ruling.outcome is not None:
        registration.protected_until, registration.extensions = ruling.outcome, registration.extensions + 1
        arm_reminder(registration, at=at)
        registration.save(update_fields=["protected_until", "extensions", "remind_at"])
    record(
        "deals.registration.extension_asked", subject=registration, at=at, network_id=registration.network_id,
        parties=_parties(registration), facts={"code": registration.code, "granted": extension.granted},
    )  # fmt: skip
    return extension


@transaction.atomic
def amend_registration(*, registration_id: UUID, facts: Facts, at: datetime) -> Registration:
    """Change what an approved registration says; the version before is kept.

    Another product family, country or amount is checked anew from this instant on: the protection that stood is given up,
    and who waited behind it goes first.
    """
    registration = own(registration_id, at=at)
    if registration.review != ReviewState.APPROVED:
        raise StepRefused("Only an approved registration is amended; a draft is edited.")
    families = families_of(registration.network_id)
    if problems := problems_of(facts, countries=dict(countries), families=families):
        raise Unprocessable("The registration was not amended.", problems=problems)
    changed = changed_facts(registration, facts)
    for name, value in changed.items():
        setattr(registration, name, value)
    record(
        "deals.registration.amended", subject=registration, at=at, network_id=registration.network_id,
        parties=_parties(registration), facts={"code": registration.code, "changed": sorted(changed)},
    )  # fmt: skip
    if not needs_new_check(changed):
        registration.save()
        keep_version(registration, at=at)
        return registration
    return _check_anew(registration, at=at)


def _check_anew(registration: Registration, *, at: datetime) -> Registration:
    left = registration.project_id
    registration.review = move(ReviewState.APPROVED, Action.AMEND)
    registration.project = registration.protected_from = registration.protected_until = None
    taken = take_in(registration, at=at)
    if taken.project_id != left:
        with acting(system("a project became free")):
            take_up(left, at=at)
    return taken


def _free(registration: Registration, *, at: datetime) -> None:
    with acting(system("a lost sale frees its project")):
        end_protection(registration, at=at)
        take_up(registration.project_id, at=at)


def _parties(registration: Registration) -> list[UUID]:
    return [party for party in (registration.partner_id, registration.upstream_id) if party is not None]
