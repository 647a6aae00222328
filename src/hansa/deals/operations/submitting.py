"""Submitting a registration, sending it again, withdrawing it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from hansa.activity.operations import record
from hansa.activity.rules import digest_of
from hansa.deals.models import Registration, Waiting
from hansa.deals.operations.clocks import expire_in, let_go
from hansa.deals.operations.common import facts_of, in_turn, keep_version, refusing_steps, rule, rules_on
from hansa.deals.operations.deciding import claim_of, decide_claim, standing_of
from hansa.deals.operations.failures import AlreadyRegistered, RegistrationRefused, RulesNotAccepted
from hansa.deals.operations.owning import own
from hansa.deals.rules import (
    Action,
    Claim,
    EligibilityInputs,
    MemberFacts,
    Outcome,
    ReviewState,
    Stage,
    answer_at,
    move,
    to_plain,
)
from hansa.kernel.ruling import Ruling
from hansa.kit.scope import acting, current_scope, system
from hansa.networks.models import Membership, Network
from hansa.programs.queries import terms_of
from hansa.programs.rules.changes import Member

OPEN = (ReviewState.SUBMITTED, ReviewState.IN_REVIEW, ReviewState.ACTION_REQUIRED, ReviewState.APPROVED)


@transaction.atomic
def submit_registration(*, registration_id: UUID, at: datetime) -> Registration:
    """Submit a draft, or one that was sent back: check it, decide it by the rules, and say *in review*.

    Whatever was found, the same is said at the same time; the answer follows at `answer_at`. Raises RulesNotAccepted,
    RegistrationRefused with everything that is missing, AlreadyRegistered for the organization's own twin, StepRefused.
    """
    registration = own(registration_id, at=at)
    again = registration.review == ReviewState.ACTION_REQUIRED
    with refusing_steps():
        action = Action.RESUBMIT if again else Action.SUBMIT
        registration.review = move(ReviewState(registration.review), action)
    registration.resubmissions += again
    return take_in(registration, at=at)


@transaction.atomic
def withdraw_registration(*, registration_id: UUID, at: datetime) -> Registration:
    """Take a registration back before it is approved."""
    registration = own(registration_id, at=at)
    with refusing_steps():
        take_back(registration, at=at)
    let_go(registration, at=at)
    return registration


def take_back(registration: Registration, *, at: datetime) -> None:
    """Withdraw a registration that the caller holds, and lets go of. Raises WrongState where it is approved or has ended."""
    registration.review = move(ReviewState(registration.review), Action.WITHDRAW)
    registration.decision_due = registration.action_due = None
    registration.save()
    with acting(system("a withdrawn registration waits no more")):
        Waiting.objects.filter(registration=registration).delete()
    record(
        "deals.registration.withdrawn", subject=registration, at=at, network_id=registration.network_id,
        parties=_parties(registration), facts={"code": registration.code},
    )  # fmt: skip


def take_in(registration: Registration, *, at: datetime) -> Registration:
    """Under the network's lock: see whether it may be registered, record it at this instant, decide it."""
    asker, at = current_scope(), in_turn(registration.network_id, at=at)
    _require_accepted(registration.network, at=at)
    with acting(system("checking a registration")):
        expire_in(registration.network_id, at=at)
        claim = claim_of(registration, at=at, resubmission=registration.resubmissions)
        member = _require_eligible(registration, claim, at=at)
        _, rules = rules_on(registration.network_id, at.date())
        standing = standing_of(registration.network_id, registration.partner_id, at)
        registration.upstream_id = standing.upstream_id if standing else None
        registration.claim = to_plain(claim)
        registration.submitted_at, registration.answer_at = at, answer_at(at, rules.clocks)
        registration.answered_at = registration.action_due = None
        registration.save()
        with acting(asker):
            keep_version(registration, at=at)
            _record_submission(registration, at=at)
        ruling = decide_claim(registration, at=at)
        if ruling.outcome is Outcome.DUPLICATE:
            raise AlreadyRegistered(ruling.reason)
        if not member.is_operator and member.submitted_today + 1 >= rules.registration.daily_quota:
            _tell_that_the_quota_is_used_up(registration, at=at)
    return registration


def _require_accepted(network: Network, *, at: datetime) -> None:
    terms = terms_of(network, day=at.date())
    if terms is not None and terms.acceptance is None:
        raise RulesNotAccepted(
            f"Read the rules of engagement of version {terms.version.label} and accept them, then submit. A draft stays."
        )


def _require_eligible(registration: Registration, claim: Claim, *, at: datetime) -> MemberFacts:
    version, rules = rules_on(registration.network_id, at.date())
    inputs = EligibilityInputs(claim, _member(registration, at))
    ruling: Ruling[bool] = rule(registration, inputs, at=at, rules=rules, version=version)
    if not ruling.outcome:
        raise RegistrationRefused(ruling.reason)
    return inputs.member


def _tell_that_the_quota_is_used_up(registration: Registration, *, at: datetime) -> None:
    """Whoever registers as much as it may on a day may be fishing: those who run the network read it in the log."""
    record(
        "deals.quota.used_up", subject=registration, at=at, network_id=registration.network_id,
        facts={"code": registration.code},
    )  # fmt: skip


def _member(registration: Registration, at: datetime) -> MemberFacts:
    """What counts of the partner on the day: its standing, and how much it has registered.

    What is not answered yet counts as open, whatever was decided: a quota must not tell before the answer does.
    """
    partner_id, network = registration.partner_id, registration.network
    rows = Registration.objects.filter(network=network, partner_id=partner_id).exclude(id=registration.id)
    unanswered = Q(answer_at__gt=at) & ~Q(review__in=[ReviewState.DRAFT, ReviewState.WITHDRAWN])
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    standing = standing_of(network.id, partner_id, at)
    member = Membership.objects.filter(network=network, organization_id=partner_id).first()
    types = tuple(standing.types) if standing else ()
    return MemberFacts(
        partner=Member(
            member.number if member else "",
            types,
            standing.tier if standing else "",
            standing.territory if standing else "",
        ),
        status=member.state if member else "ACTIVE",
        open_count=rows.filter(Q(review__in=OPEN) | unanswered)
        .exclude(stage__in=[Stage.LAUNCHED, Stage.CLOSED_LOST])
        .count(),
        submitted_today=rows.filter(submitted_at__gte=midnight).count(),
        is_operator=partner_id == network.operator_id,
    )


def submitted_facts(registration: Registration) -> dict[str, object]:
    """What a receipt attests: the registration as it was submitted, in texts and whole numbers."""
    return {
        "registration": registration.code,
        "customer": registration.customer,
        "submitted_at": registration.submitted_at.astimezone(UTC).isoformat() if registration.submitted_at else "",
        "currency": registration.currency,
        **to_plain(facts_of(registration)),
    }


def _record_submission(registration: Registration, *, at: datetime) -> None:
    facts = {"code": registration.code, "family": registration.family, "country": registration.country}
    digest = digest_of(submitted_facts(registration)).hex()
    record(
        "deals.registration.submitted", subject=registration, at=at, network_id=registration.network_id,
        parties=_parties(registration), facts={**facts, "submitted_sha256": digest},
    )  # fmt: skip


def _parties(registration: Registration) -> list[UUID]:
    return [party for party in (registration.partner_id, registration.upstream_id) if party is not None]
