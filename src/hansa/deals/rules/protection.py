"""How long a claim is protected: days by tier, product and size, extensions, reminders, and whose turn is next.

A protection is a stored instant in UTC, exclusive: at that very microsecond it has ended. A day of protection is 24
hours, so that no change of clocks lengthens or shortens it. Which of two things came first is decided by the stored
instants alone, never by when a job happened to run.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hansa.deals.rules.claims import Claim, precedence
from hansa.deals.rules.eligibility import reaches
from hansa.deals.rules.wording import instant
from hansa.kernel.ruling import Ruling
from hansa.programs.engagement import PROTECTION_DAYS, Protection, RulesOfEngagement


def protection_days(claim: Claim, rules: RulesOfEngagement) -> int:
    """Days of 24 hours for which a claim is protected: those of the first rule that matches, else 90.

    A rule from an amount on does not match a claim that names none. Raises CurrencyMismatch for another currency.
    """
    return next((rule.days for rule in rules.protection if _matches(rule, claim)), PROTECTION_DAYS)


def _matches(rule: Protection, claim: Claim) -> bool:
    return (
        (rule.tiers is None or claim.tier in rule.tiers)
        and (rule.families is None or claim.family in rule.families)
        and (rule.minimum is None or reaches(claim.amount, rule.minimum))
    )


def protection_start(claim: Claim, *, at: datetime, answer_at: datetime | None) -> datetime:
    """From when a claim is protected that is approved at an instant: before its answer, from its submission.

    The partner would read from any other instant that somebody had looked at it.
    """
    return claim.submitted_at if answer_at is not None and at < answer_at else at


def rule_on_protection(claim: Claim, start: datetime, rules: RulesOfEngagement) -> Ruling[datetime]:
    """Until when (exclusive, UTC) a claim is protected that is approved at `start`."""
    days = protection_days(claim, rules)
    until = protected_until(start, days)
    return Ruling(until, f"Protected for {days} days, until {instant(until)}.", _matched(claim, rules))


def _matched(claim: Claim, rules: RulesOfEngagement) -> str:
    for place, rule in enumerate(rules.protection, start=1):
        if _matches(rule, claim):
            return f"Rule {place} of the protection decides: {rule.days} days."
    return f"No rule of the protection matches: {PROTECTION_DAYS} days."


def protected_until(start: datetime, days: int) -> datetime:
    """The instant (exclusive, UTC) at which a protection of `days` days of 24 hours ends.

    >>> protected_until(datetime(2026, 3, 1, tzinfo=UTC), 30).isoformat()
    '2026-03-31T00:00:00+00:00'
    """
    if start.tzinfo is None:
        raise ValueError("a protection starts at an instant with its zone")
    return start.astimezone(UTC) + timedelta(days=days)


def expires(at: datetime, until: datetime) -> bool:
    """Whether a protection until that instant has ended at `at`."""
    return at >= until


def rule_on_extension(
    *, until: datetime, used: int, has_evidence: bool, at: datetime, rules: RulesOfEngagement
) -> Ruling[datetime | None]:
    """The new end of a protection that is to be extended at `at`, or None with the reason why not.

    `used`: how often it was extended before. The days are added to the present end, so that asking early costs nothing.
    """
    extensions = rules.extensions
    if expires(at, until):
        return Ruling(None, f"The protection ended at {instant(until)}; it can no longer be extended.", "Expired.")
    if used >= extensions.count:
        grounds = f"Extended {used} times; the rules allow {extensions.count}."
        return Ruling(None, f"A protection can be extended {extensions.count} times; this one has been.", grounds)
    if extensions.evidence == "required" and not has_evidence:
        return Ruling(None, "An extension needs evidence of progress: add what has happened.", "No evidence.")
    extended = protected_until(until, extensions.days)
    grounds = f"Extension {used + 1} of {extensions.count}, {extensions.days} days."
    return Ruling(extended, f"Protected until {instant(extended)}.", grounds)


def reminders(start: datetime, until: datetime, rules: RulesOfEngagement) -> tuple[datetime, ...]:
    """When the holder is reminded of the end, in order. A notice that would fall on the start or before it is left out."""
    due = (until.astimezone(UTC) - timedelta(days=days) for days in rules.clocks.reminders)
    return tuple(sorted(moment for moment in due if moment > start))


def next_reminder(start: datetime, until: datetime, rules: RulesOfEngagement, *, after: datetime) -> datetime | None:
    """The first reminder that is still to come at an instant; None where none is. Those before it are not made up for."""
    return next((moment for moment in reminders(start, until, rules) if moment > after), None)


def next_in_turn(waiting: Sequence[Claim], rules: RulesOfEngagement) -> Claim | None:
    """Of the claims that wait behind an ended protection the one that is taken up; None where nobody waits."""
    return min(waiting, key=lambda claim: precedence(claim, rules.priority), default=None)
