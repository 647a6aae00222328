"""What a partner may see of its registration, and when: the one door from what is stored to screens and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from hansa.deals.models import Registration, Waiting
from hansa.deals.rules import ENDED, OPEN_STAGES, PENDING, ReviewState, Stage, expires, shown_state
from hansa.deals.rules.wording import instant
from hansa.kernel.money import Money
from hansa.kit.scope import acting, current_scope, system
from hansa.programs.engagement import RulesOfEngagement

OWN_DOING = (ReviewState.DRAFT, ReviewState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Seen:
    """A registration as the acting organization may see it at an instant; nothing else of it reaches a screen or an answer.

    Before `answer_at` a partner sees the same of every registration: *in review*, with the same words and no step that
    it could take. `steps` are those that the acting person may take. `decision_due`, `escalated_at` and `waits` are for
    those who run the network, and None for anybody else. `behind` is how many wait behind a protected one, where
    `with_standing` has asked and the rules let it be said. `answer_at` is the same span after every submission.
    """

    code: str
    partner: str
    is_own: bool
    customer: Mapping[str, str]
    family: str
    country: str
    title: str
    amount: Money | None
    currency: str
    close_on: date | None
    problem: str
    contact: str
    next_steps: str
    own_reference: str
    stage: Stage
    loss_reason: str
    created_at: datetime
    submitted_at: datetime | None
    answer_at: datetime | None
    review: ReviewState
    reason: str
    protected_from: datetime | None
    protected_until: datetime | None
    extensions: int
    action_due: datetime | None
    decision_due: datetime | None
    escalated_at: datetime | None
    waits: bool | None
    another_than: tuple[str, ...]
    steps: tuple[str, ...]
    behind: int | None = None

    @property
    def turn(self) -> str:
        """Who must act next: the partner, the operator, or nobody."""
        if self.review in {ReviewState.DRAFT, ReviewState.ACTION_REQUIRED}:
            return "partner"
        return "operator" if self.review is ReviewState.IN_REVIEW and not self.waits else "nobody"


def shown_review(registration: Registration, *, at: datetime) -> ReviewState:
    """The review as the acting organization may see it: stored, for those who run the network; else never before its time."""
    state = ReviewState(registration.review)
    if runs(registration) or registration.answer_at is None:
        return state
    return shown_state(state, at=at, answer_at=registration.answer_at)


def as_seen(registration: Registration, *, at: datetime) -> Seen:
    """A registration as the acting organization may see it at an instant. The one door to screens and answers."""
    operates, held = runs(registration), bool(held_back(registration, at=at))
    is_own = registration.partner_id == current_scope().organization_id
    review = _review_at(registration, at=at)
    hides = held or (review is ReviewState.IN_REVIEW and not operates)
    names = ("code", "family", "country", "title", "currency", "close_on", "problem", "contact", "next_steps",
             "own_reference", "loss_reason", "created_at", "submitted_at", "answer_at", "extensions")  # fmt: skip
    amount = registration.amount_minor
    return Seen(
        **{name: getattr(registration, name) for name in names},
        partner=registration.partner.name,
        is_own=is_own,
        customer=dict(registration.customer),
        amount=None if amount is None else Money(amount, registration.currency),
        stage=Stage(registration.stage),
        review=review,
        reason=PENDING if hides else registration.reason,
        protected_from=None if hides else registration.protected_from,
        protected_until=None if hides else registration.protected_until,
        action_due=registration.action_due if review is ReviewState.ACTION_REQUIRED else None,
        decision_due=registration.decision_due if operates else None,
        escalated_at=registration.escalated_at if operates else None,
        another_than=tuple(registration.another_than) if operates or is_own else (),
        waits=_waits(registration) if operates else None,
        steps=_steps(registration, review, held=held),
    )


def with_standing(seen: Seen, registration: Registration, rules: RulesOfEngagement) -> Seen:
    """The same with how many wait behind it, for those who run the network, and where the rules tell its partner."""
    told = runs(registration) or (seen.is_own and "waiting" in rules.disclosure)
    if seen.review is not ReviewState.APPROVED or not told:
        return seen
    with acting(system("counting who waits behind a protected project")):
        return replace(seen, behind=Waiting.objects.filter(project_id=registration.project_id).count())


def held_back(registration: Registration, *, at: datetime) -> str:
    """Why a partner can do nothing to a registration before its answer, in words; empty where it can.

    It stands still until then whatever was found: a step that one could take and another not would tell them apart.
    """
    answer_at = registration.answer_at
    if runs(registration) or registration.review in OWN_DOING or answer_at is None or at >= answer_at:
        return ""
    return f"This registration is in review. Nothing can be changed before its answer, at {instant(answer_at)} at the earliest."


def _review_at(registration: Registration, *, at: datetime) -> ReviewState:
    """What is shown; a protection, or the time to mend, has ended at its stored instant, however late somebody notes it."""
    shown = shown_review(registration, at=at)
    ends = {ReviewState.APPROVED: registration.protected_until, ReviewState.ACTION_REQUIRED: registration.action_due}
    until = ends.get(shown)
    over = until is not None and expires(at, until)
    return ReviewState.EXPIRED if over else shown


def _steps(registration: Registration, review: ReviewState, *, held: bool) -> tuple[str, ...]:
    scope = current_scope()
    steps: list[str] = []
    if registration.partner_id == scope.organization_id and scope.can("deals.register") and not held:
        if review in {ReviewState.DRAFT, ReviewState.ACTION_REQUIRED}:
            steps += ["edit", "submit"]
        if review in {ReviewState.DRAFT, ReviewState.IN_REVIEW, ReviewState.ACTION_REQUIRED}:
            steps.append("withdraw")
        if review is ReviewState.APPROVED:
            steps += ["amend", "extend"]
        if review not in ENDED and registration.stage in OPEN_STAGES:
            steps.append("stage")
    decides = scope.can("deals.decide") and scope.person_id != registration.created_by_id
    if runs(registration) and decides and review is ReviewState.IN_REVIEW:
        steps += ["reject", "return"]
    return tuple(steps)


def runs(registration: Registration) -> bool:
    """Whether the acting organization runs the network of a registration: it sees what is stored."""
    return registration.network_id in current_scope().operates


def _waits(registration: Registration) -> bool:
    known = getattr(registration, "is_waiting", None)
    return Waiting.objects.filter(registration=registration).exists() if known is None else bool(known)
