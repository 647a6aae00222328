"""What the final remedy of a case changes among registrations: who is protected afterwards, who steps back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hansa.deals.rules.lifecycle import OPEN_STAGES, ReviewState, Stage, WrongState
from hansa.kernel.ruling import Ruling

PROTECTABLE = frozenset({ReviewState.IN_REVIEW, ReviewState.ACTION_REQUIRED, ReviewState.REJECTED, ReviewState.EXPIRED})
"""Reviews from which a remedy may protect a claim; what its partner took back, or never sent, stays as it is."""


class Effect(StrEnum):
    """What follows for the two claims."""

    NOTHING = "nothing"
    PROTECT = "protect"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class RemedyInputs:
    """How two claims stand when a remedy about them is final.

    `respondent` is None where the operator's decision was disputed, not another claim. `is_held` says whether a claim of
    neither side, or of anybody where there is no respondent, protects the claimant's project.
    """

    remedy: str
    claimant: ReviewState
    stage: Stage
    respondent: ReviewState | None = None
    is_held: bool = False


def rule_on_remedy(inputs: RemedyInputs) -> Ruling[Effect]:
    """What a remedy changes: only `swap_priority` moves anybody.

    `change`: whoever stands before the claimant steps back behind it. `protect`: nobody stands there, so the claimant is
    protected and nobody loses anything.
    """
    if inputs.remedy != "swap_priority":
        return Ruling(Effect.NOTHING, "The remedy leaves everybody in place.")
    if inputs.stage not in OPEN_STAGES or inputs.claimant not in PROTECTABLE | {ReviewState.APPROVED}:
        return Ruling(Effect.NOTHING, "The claimant's registration is over: there is nothing left to protect.")
    if inputs.respondent is not None and inputs.is_held:
        return Ruling(Effect.NOTHING, "Neither side is protected on this project.", "Another claim protects it.")
    if inputs.respondent is ReviewState.APPROVED or (inputs.respondent is None and inputs.is_held):
        return Ruling(Effect.CHANGE, "The claimant is protected; who stood before it steps back behind it.")
    if inputs.claimant is ReviewState.APPROVED:
        return Ruling(Effect.NOTHING, "The claimant is protected already.")
    return Ruling(Effect.PROTECT, "The claimant is protected; nobody stood before it.")


def protect_by_remedy(state: ReviewState) -> ReviewState:
    """The review of a claim that a remedy protects. Raises WrongState where its partner ended it."""
    if state not in PROTECTABLE:
        raise WrongState(f"A remedy cannot protect a registration that is {state.replace('_', ' ').lower()}.")
    return ReviewState.APPROVED


def step_back(state: ReviewState) -> ReviewState:
    """The review of a claim whose protection a remedy gives to another: it waits behind it. Raises WrongState."""
    if state is not ReviewState.APPROVED:
        raise WrongState("Only a protected registration can step back.")
    return ReviewState.IN_REVIEW
