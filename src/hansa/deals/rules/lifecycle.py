"""The two axes of a registration: what its review allows, and how far its sale may move.

Source: decision 0007; the two axes and what may be edited in which state follow the opportunity of AWS Partner Central
(capabilities, section 2.1), whose names of stages are used.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum


class ReviewState(StrEnum):
    """What has been decided about a registration."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    IN_REVIEW = "IN_REVIEW"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class Action(StrEnum):
    """What can be done to a registration's review."""

    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    REVIEW = "review"
    APPROVE = "approve"
    REJECT = "reject"
    ASK = "ask"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    AMEND = "amend"


class Stage(StrEnum):
    """How far the sale is, as the partner says."""

    PROSPECT = "PROSPECT"
    QUALIFIED = "QUALIFIED"
    TECHNICAL_VALIDATION = "TECHNICAL_VALIDATION"
    BUSINESS_VALIDATION = "BUSINESS_VALIDATION"
    COMMITTED = "COMMITTED"
    LAUNCHED = "LAUNCHED"
    CLOSED_LOST = "CLOSED_LOST"


class LossReason(StrEnum):
    """Why a sale was lost: one list for partners and operator, so that both can be compared."""

    DUPLICATE = "DUPLICATE"
    NO_BUDGET = "NO_BUDGET"
    BUDGET_CUT = "BUDGET_CUT"
    PRICE = "PRICE"
    TERMS = "TERMS"
    LOST_TO_COMPETITOR = "LOST_TO_COMPETITOR"
    LOST_TO_PARTNER = "LOST_TO_PARTNER"
    BOUGHT_DIRECT = "BOUGHT_DIRECT"
    BUILT_IN_HOUSE = "BUILT_IN_HOUSE"
    KEPT_WHAT_THEY_HAVE = "KEPT_WHAT_THEY_HAVE"
    MISSING_FEATURE = "MISSING_FEATURE"
    TECHNICAL_MISFIT = "TECHNICAL_MISFIT"
    SECURITY_OR_COMPLIANCE = "SECURITY_OR_COMPLIANCE"
    DELIVERY_TIME = "DELIVERY_TIME"
    NO_ANSWER = "NO_ANSWER"
    POSTPONED = "POSTPONED"
    PROJECT_ENDED = "PROJECT_ENDED"
    CUSTOMER_CHANGED = "CUSTOMER_CHANGED"
    OTHER = "OTHER"


_BEFORE_APPROVAL = frozenset(
    {ReviewState.DRAFT, ReviewState.SUBMITTED, ReviewState.IN_REVIEW, ReviewState.ACTION_REQUIRED}
)
MOVES: dict[Action, tuple[frozenset[ReviewState], ReviewState]] = {
    Action.SUBMIT: (frozenset({ReviewState.DRAFT}), ReviewState.SUBMITTED),
    Action.RESUBMIT: (frozenset({ReviewState.ACTION_REQUIRED}), ReviewState.SUBMITTED),
    Action.REVIEW: (frozenset({ReviewState.SUBMITTED}), ReviewState.IN_REVIEW),
    Action.APPROVE: (frozenset({ReviewState.IN_REVIEW}), ReviewState.APPROVED),
    Action.REJECT: (frozenset({ReviewState.IN_REVIEW}), ReviewState.REJECTED),
    Action.ASK: (frozenset({ReviewState.IN_REVIEW}), ReviewState.ACTION_REQUIRED),
    Action.WITHDRAW: (_BEFORE_APPROVAL, ReviewState.WITHDRAWN),
    Action.EXPIRE: (frozenset({ReviewState.APPROVED, ReviewState.ACTION_REQUIRED}), ReviewState.EXPIRED),
    Action.AMEND: (frozenset({ReviewState.APPROVED}), ReviewState.SUBMITTED),
}
"""Each action with the states from which it is possible and the one to which it leads."""

ENDED = frozenset({ReviewState.REJECTED, ReviewState.WITHDRAWN, ReviewState.EXPIRED})
OPEN_STAGES = (
    Stage.PROSPECT,
    Stage.QUALIFIED,
    Stage.TECHNICAL_VALIDATION,
    Stage.BUSINESS_VALIDATION,
    Stage.COMMITTED,
)

PROJECT_FIELDS = frozenset({"customer", "family", "country"})
CHECKED_FIELDS = PROJECT_FIELDS | {"amount_minor"}
FIELDS = CHECKED_FIELDS | {"title", "problem", "close_on", "next_steps", "contact", "own_reference"}

_WORDS = {
    ReviewState.DRAFT: "a draft",
    ReviewState.SUBMITTED: "submitted",
    ReviewState.IN_REVIEW: "in review",
    ReviewState.ACTION_REQUIRED: "waiting for your changes",
    ReviewState.APPROVED: "approved",
    ReviewState.REJECTED: "rejected",
    ReviewState.WITHDRAWN: "withdrawn",
    ReviewState.EXPIRED: "expired",
}


class WrongState(Exception):
    """What was asked is not possible in the state in which the registration is; says what is."""

    status = 409

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def possible(state: ReviewState) -> tuple[Action, ...]:
    """What can be done to a registration in a state of its review, in the order of a registration's life.

    >>> [str(action) for action in possible(ReviewState.DRAFT)]
    ['submit', 'withdraw']
    """
    return tuple(action for action, (sources, _) in MOVES.items() if state in sources)


def move(state: ReviewState, action: Action) -> ReviewState:
    """The state to which an action leads. Raises WrongState, which says what is possible instead.

    >>> str(move(ReviewState.IN_REVIEW, Action.APPROVE))
    'APPROVED'
    """
    sources, target = MOVES[action]
    if state in sources:
        return target
    instead = " or ".join(possible(state))
    now = f"Possible now: {instead}." if instead else "It has ended; nothing more can be done to it."
    raise WrongState(f"{action.capitalize()} is not possible: this registration is {_WORDS[state]}. {now}")


def shown_state(state: ReviewState, *, at: datetime, answer_at: datetime) -> ReviewState:
    """What the partner sees of the stored review at an instant.

    From its submission on a registration is in review, until somebody has decided and `answer_at` has come: neither
    status nor time tells what was found. A draft and a withdrawal are the partner's own doing and are seen at once.
    """
    if state in {ReviewState.DRAFT, ReviewState.WITHDRAWN}:
        return state
    if state is ReviewState.SUBMITTED or at < answer_at:
        return ReviewState.IN_REVIEW
    return state


def move_stage(stage: Stage, to: Stage, *, review: ReviewState, reason: LossReason | None = None) -> Stage:
    """The stage after a move. Raises WrongState where the sale or the registration has ended, or a step is skipped.

    Open stages may follow each other in any order, also backwards. A sale is won (LAUNCHED) only where the registration
    is approved, and lost (CLOSED_LOST) only with a reason.
    """
    if stage not in OPEN_STAGES:
        raise WrongState(f"This sale has ended: it is {_plain(stage)}. Its stage does not change any more.")
    if review in ENDED:
        raise WrongState(f"This registration is {_WORDS[review]}. Its stage does not change any more.")
    if to is Stage.LAUNCHED and review is not ReviewState.APPROVED:
        raise WrongState(f"Only an approved registration can be won; this one is {_WORDS[review]}.")
    if to is Stage.CLOSED_LOST and reason is None:
        raise WrongState("A lost sale needs a reason from the list.")
    if to is not Stage.CLOSED_LOST and reason is not None:
        raise WrongState(f"A reason for a loss does not go with {_plain(to)}.")
    return to


def _plain(stage: Stage) -> str:
    return stage.replace("_", " ").lower()


def editable_fields(state: ReviewState) -> frozenset[str]:
    """The fields that the partner may change in a state of the review.

    A draft is free. Where changes were asked for, all but the project itself. An approved registration may be amended,
    which checks it anew where `needs_new_check` says so. What is being decided, or has ended, stands still.
    """
    if state in {ReviewState.DRAFT, ReviewState.APPROVED}:
        return FIELDS
    return FIELDS - PROJECT_FIELDS if state is ReviewState.ACTION_REQUIRED else frozenset()


def locked_fields(state: ReviewState, changed: Collection[str]) -> tuple[str, ...]:
    """Of the changed fields those that are locked in a state of the review, by name."""
    return tuple(sorted(set(changed) - editable_fields(state)))


def needs_new_check(changed: Collection[str]) -> bool:
    """Whether an amendment of these fields after approval is decided again: customer, family, country or amount."""
    return not CHECKED_FIELDS.isdisjoint(changed)
