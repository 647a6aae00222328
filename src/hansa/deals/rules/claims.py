"""Claims and rivals as a decision sees them, and the order in which claims on one project go.

A claim is a registration reduced to what counts. A rival is what stands beside it: another claim, an opportunity of the
operator's own people, a named account, an exclusive territory. Instants are aware; equal instants are equal whatever
their zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from hansa.kernel.money import Money
from hansa.programs.engagement import Priority


class Standing(StrEnum):
    """By what a rival stands: two kinds of claim, the operator's own pipeline, and two kinds of right."""

    PROTECTED = "PROTECTED"
    WAITING = "WAITING"
    DIRECT = "DIRECT"
    NAMED_ACCOUNT = "NAMED_ACCOUNT"
    EXCLUSIVE_TERRITORY = "EXCLUSIVE_TERRITORY"


class Verdict(StrEnum):
    """What matching says of the two customers: the same, or somebody must look."""

    SAME = "SAME"
    REVIEW = "REVIEW"


class Answer(StrEnum):
    """What a person has said of the two projects."""

    SAME = "SAME"
    ANOTHER = "ANOTHER"


RIGHTS: dict[Standing, Priority] = {
    Standing.NAMED_ACCOUNT: "named_account",
    Standing.EXCLUSIVE_TERRITORY: "exclusive_territory",
}


_ADVANTAGES: dict[Priority, str] = {
    "exclusive_territory": "exclusive_holder",
    "named_account": "named_account_holder",
    "incumbent": "incumbent",
    "certified": "certified",
    "tier": "tier_rank",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Claim:
    """One organization's claim on a project.

    `submitted_at`: when it was recorded; of an amendment to another project, when that was; of a right, since when it
    is held. `tier_rank`: place of the tier in the
    program, 0 the lowest, -1 without tier. `amount`: in the program's currency. `resubmission`: how often it was sent
    again before. The flags say what its partner was on the day of the submission.
    """

    id: str
    partner_id: str
    submitted_at: datetime
    family: str
    country: str
    amount: Money | None = None
    tier: str = ""
    tier_rank: int = -1
    incumbent: bool = False
    certified: bool = False
    named_account_holder: bool = False
    exclusive_holder: bool = False
    resubmission: int = 0

    def __post_init__(self) -> None:
        if self.submitted_at.tzinfo is None:
            raise ValueError("a claim is submitted at an instant with its zone")

    def holds(self, right: Standing) -> bool:
        """Whether the partner holds a right of that kind on the project."""
        return self.named_account_holder if right is Standing.NAMED_ACCOUNT else self.exclusive_holder


@dataclass(frozen=True, slots=True)
class Rival:
    """What stands beside a claim. `protected_until` is exclusive; a right may leave family and country empty (any)."""

    claim: Claim
    standing: Standing
    verdict: Verdict = Verdict.SAME
    answer: Answer | None = None
    protected_until: datetime | None = None

    def __post_init__(self) -> None:
        if (self.standing is Standing.PROTECTED) != (self.protected_until is not None):
            raise ValueError("a protected rival, and no other, is protected until an instant")

    @property
    def is_right(self) -> bool:
        """Whether it is a right on customers or places, and no claim on a project."""
        return self.standing in RIGHTS

    @property
    def is_another(self) -> bool:
        """Whether somebody has said that it is another project."""
        return self.answer is Answer.ANOTHER

    @property
    def is_unanswered(self) -> bool:
        """Whether somebody must still say if it is the same project."""
        return self.answer is None and self.verdict is Verdict.REVIEW

    def is_project_of(self, claim: Claim) -> bool:
        """Whether product family and country are those of the claim."""
        return self.claim.family in {claim.family, ""} and self.claim.country in {claim.country, ""}


def precedence(claim: Claim, priority: tuple[Priority, ...]) -> tuple[int | str, ...]:
    """A key by which the claims of one project are sorted, the one that goes first being least.

    Reason by reason as the rules list them; then the instant, then the id, so that no two claims are ever equal.
    """
    ranks = (_rank(claim, reason) for reason in priority)
    return (*ranks, _microseconds(claim), claim.id)


def deciding_reason(one: Claim, other: Claim, priority: tuple[Priority, ...]) -> Priority | None:
    """The first reason by which two claims differ; None where only their ids do."""
    in_the_end: tuple[Priority, ...] = ("first_in_time",)
    for reason in priority + in_the_end:
        if _rank(one, reason) != _rank(other, reason):
            return reason
    return None


def ranks_before(one: Claim, other: Claim, reason: Priority) -> bool:
    """Whether a claim goes before another by one reason alone."""
    return _rank(one, reason) < _rank(other, reason)


def _rank(claim: Claim, reason: Priority) -> int:
    return _microseconds(claim) if reason == "first_in_time" else -int(getattr(claim, _ADVANTAGES[reason]))


def _microseconds(claim: Claim) -> int:
    """The instant as a whole number of microseconds: exact, and the same in every zone."""
    return (claim.submitted_at - _EPOCH) // timedelta(microseconds=1)
