"""Which claim on a project is protected: the decision of decision 0007, over frozen values.

What is decided here is only who is *protected*: whose claim goes first, until when. Nobody is ever told not to sell. An
exclusive territory, like a named account, gives priority to its holder's claim where the rules list it, and no more;
an order that a customer places of its own accord (a passive sale) may be served by every member, wherever it comes from
(Regulation (EU) 2022/720, Article 4).

What partners read is the same sentence for a claim that waits, one that the operator must look at and one that is not
decided yet: nobody learns from it that somebody else is there. The part that each rival has stands in the grounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, StrEnum, auto

from hansa.deals.rules.claims import RIGHTS, Claim, Rival, Standing, deciding_reason, precedence, ranks_before
from hansa.deals.rules.wording import PENDING, PROTECTED, instant
from hansa.kernel.ruling import Ruling
from hansa.programs.engagement import Priority, RulesOfEngagement


class Outcome(StrEnum):
    """What becomes of a claim: protected, behind another, looked at by the operator, or the partner's own twice."""

    PROTECT = "PROTECT"
    WAIT = "WAIT"
    QUEUE = "QUEUE"
    DUPLICATE = "DUPLICATE"


class _Part(Enum):
    """What a rival does to a claim."""

    OWN = auto()
    AHEAD = auto()
    UNANSWERED = auto()
    NONE = auto()


_OUTCOMES = ((_Part.OWN, Outcome.DUPLICATE), (_Part.AHEAD, Outcome.WAIT), (_Part.UNANSWERED, Outcome.QUEUE))
_CALLED = {
    Standing.PROTECTED: "claim",
    Standing.WAITING: "waiting claim",
    Standing.DIRECT: "direct opportunity",
    Standing.NAMED_ACCOUNT: "named account",
    Standing.EXCLUSIVE_TERRITORY: "exclusive territory",
}


def rule_on_claim(
    claim: Claim, rivals: Sequence[Rival] | None, rules: RulesOfEngagement, at: datetime
) -> Ruling[Outcome]:
    """What becomes of a claim beside its rivals at an instant; `rivals` is None where the check could not run.

    A rival counts from the instant at which it was recorded, the operator's own opportunities like everybody's. An
    unexpired protection is never overtaken; otherwise `rules.priority` says who goes first. Who is behind does not
    matter, nor does the order of `rivals`. Without a check nothing is protected: the operator must look.
    """
    if rivals is None:
        return Ruling(Outcome.QUEUE, PENDING, "The check could not run; nothing is protected before it has.")
    ordered = sorted(rivals, key=lambda each: (each.claim.submitted_at, each.claim.id, each.standing))
    parts = [(rival, *_part_of(rival, claim, rules.priority, at)) for rival in ordered]
    grounds = "\n".join(f"{_name(rival)}: {words}." for rival, _, words in parts) or "There is no rival."
    for wanted, outcome in _OUTCOMES:
        found = [rival for rival, part, _ in parts if part is wanted]
        if found:
            return Ruling(outcome, _reason(outcome, found), grounds)
    return Ruling(Outcome.PROTECT, PROTECTED, grounds)


def _reason(outcome: Outcome, found: Sequence[Rival]) -> str:
    if outcome is Outcome.DUPLICATE:
        return f"You have registered this project already: {found[0].claim.id}."
    return PENDING


def _name(rival: Rival) -> str:
    return f"{_CALLED[rival.standing].capitalize()} {rival.claim.id} of {rival.claim.partner_id}"


def _part_of(rival: Rival, claim: Claim, priority: tuple[Priority, ...], at: datetime) -> tuple[_Part, str]:
    """What a rival does to a claim, and why in words."""
    if why_not := _why_not_counted(rival, claim, at):
        return _Part.NONE, f"not counted, {why_not}"
    if rival.claim.partner_id == claim.partner_id:
        return _part_of_own(rival, claim)
    ahead, why = _goes_first(rival, claim, priority)
    if not ahead:
        return _Part.NONE, f"stands behind, {why}"
    if rival.is_unanswered:
        return _Part.UNANSWERED, f"would go first, {why}; whether it is the same project must be answered"
    return _Part.AHEAD, f"goes first, {why}"


def _why_not_counted(rival: Rival, claim: Claim, at: datetime) -> str:
    """Why a rival is none; empty where it is one."""
    if not rival.is_right and rival.claim.id == claim.id:
        return "it is this claim"
    if rival.is_another:
        return "another project as was answered"
    if not rival.is_project_of(claim):
        return "another product family or country"
    if rival.claim.submitted_at > at:
        return f"recorded only at {instant(rival.claim.submitted_at)}"
    if rival.protected_until is not None and rival.protected_until <= at:
        return f"its protection ended at {instant(rival.protected_until)}"
    return ""


def _part_of_own(rival: Rival, claim: Claim) -> tuple[_Part, str]:
    """The partner's own: a right is no rival, and of two claims the earlier stays, or the one that is protected."""
    if rival.is_right:
        return _Part.NONE, "not counted, it is this partner's own right"
    earlier = precedence(rival.claim, ()) < precedence(claim, ())
    if not earlier and rival.protected_until is None:
        return _Part.NONE, "stands behind, it is this partner's own and later"
    if rival.is_unanswered:
        return _Part.UNANSWERED, "this partner's own; whether it is the same project must be answered"
    return _Part.OWN, "this partner has registered the project already"


def _goes_first(rival: Rival, claim: Claim, priority: tuple[Priority, ...]) -> tuple[bool, str]:
    """Whether another's rival goes before a claim, and by what."""
    if rival.protected_until is not None:
        return True, f"protected until {instant(rival.protected_until)}"
    if rival.is_right:
        return _right_goes_first(rival, claim, priority)
    ahead = precedence(rival.claim, priority) < precedence(claim, priority)
    decided_by = deciding_reason(rival.claim, claim, priority)
    why = f"by {_plain(decided_by)}" if decided_by else "at the very same instant, by its number"
    return ahead, f"{why} (recorded at {instant(rival.claim.submitted_at)})"


def _right_goes_first(rival: Rival, claim: Claim, priority: tuple[Priority, ...]) -> tuple[bool, str]:
    """A right stands for the claim that its holder may make, so it counts only before the rules let time decide.

    Up to its own place in the rules, a reason in which the claim is better than the holder takes the right out.
    """
    own = RIGHTS[rival.standing]
    for reason in priority:
        if reason == "first_in_time":
            break
        if reason != own and ranks_before(claim, rival.claim, reason):
            return False, f"by {_plain(reason)}"
        if reason == own:
            holds = claim.holds(rival.standing)
            return not holds, f"the claim's partner holds the {_plain(own)} too" if holds else f"by {_plain(own)}"
    return False, f"the rules give no priority by {_plain(own)} before time decides"


def _plain(reason: Priority) -> str:
    return "time" if reason == "first_in_time" else reason.replace("_", " ")
