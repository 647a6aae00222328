"""Who may register what: the published conditions, which look at the asker alone and never at others' claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hansa.deals.rules.claims import Claim
from hansa.deals.rules.lifecycle import MOVES, Action, ReviewState
from hansa.kernel.money import Money
from hansa.kernel.ruling import Ruling
from hansa.programs.engagement import Eligibility, RulesOfEngagement
from hansa.programs.rules.changes import Member, matches


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What counts of the one who registers, on the day of the submission.

    `status` is the membership's state (networks); `open_count` how many other registrations of it are open,
    `submitted_today` how many it has submitted since midnight UTC. The operator's own people are under the rules for
    projects, not under those for members.
    """

    partner: Member
    status: str = "ACTIVE"
    open_count: int = 0
    submitted_today: int = 0
    is_operator: bool = False


def rule_on_eligibility(claim: Claim, member: MemberFacts, rules: RulesOfEngagement) -> Ruling[bool]:
    """Whether a claim may be submitted; the reason names everything that is missing, not only the first.

    Raises CurrencyMismatch where the amount is not in the program's currency: the caller converts.
    """
    of_member = () if member.is_operator else _missing_of_member(member, rules.registration)
    missing = [*of_member, *_missing_of_project(claim, rules.registration)]
    if missing:
        return Ruling(False, " ".join(missing), f"Not eligible: {len(missing)} condition(s) are not met.")
    return Ruling(True, "You may register this project.", "Every condition is met.")


def _missing_of_member(member: MemberFacts, rules: Eligibility) -> Iterator[str]:
    if member.status == "ENDED":
        yield "Your membership has ended, so nothing can be registered any more."
    elif member.status != "ACTIVE":
        yield "Only active members can register a project."
    if not matches(rules.who, member.partner):
        yield "The program does not let members of your type, tier or territory register projects."
    if member.open_count >= rules.open_quota:
        yield f"You have {member.open_count} open registrations; {rules.open_quota} may be open at once."
    if member.submitted_today >= rules.daily_quota:
        yield f"You have submitted {member.submitted_today} registrations today; {rules.daily_quota} a day are possible."


def _missing_of_project(claim: Claim, rules: Eligibility) -> Iterator[str]:
    if rules.families is not None and claim.family not in rules.families:
        yield f"Projects with {claim.family} cannot be registered."
    if rules.minimum is not None and not reaches(claim.amount, rules.minimum):
        yield f"A project of less than {rules.minimum} cannot be registered."
    if claim.resubmission > rules.resubmissions:
        yield f"A registration can be sent again {rules.resubmissions} times; this one has been."


def reaches(amount: Money | None, minimum: Money) -> bool:
    """Whether an amount is known and at least `minimum`. Raises CurrencyMismatch for two currencies."""
    return amount is not None and (amount - minimum).minor >= 0


def on_end_of_membership(state: ReviewState) -> Action | None:
    """What is done to a registration when its partner's membership ends: the stated rule.

    What is not approved is withdrawn; a protection ends at that instant, and the next in turn is taken up.

    >>> str(on_end_of_membership(ReviewState.APPROVED))
    'expire'
    """
    for action in (Action.WITHDRAW, Action.EXPIRE):
        if state in MOVES[action][0]:
            return action
    return None
