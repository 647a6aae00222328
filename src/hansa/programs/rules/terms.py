"""The rules of engagement as members read and accept them: plain sentences, and a digest of what they say.

Two versions of a program have the same rules of engagement where the parsed sections are equal, whatever their text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass

from hansa.engines.settlement import Who
from hansa.programs.engagement import (
    PROTECTION_DAYS,
    Clocks,
    Disputes,
    Eligibility,
    Extensions,
    Protection,
    RulesOfEngagement,
)

REASONS = {
    "first_in_time": "who was first",
    "exclusive_territory": "who holds the territory exclusively",
    "named_account": "who holds the customer as a named account",
    "incumbent": "who serves the customer already",
    "certified": "who is certified",
    "tier": "the higher tier",
}
REMEDIES = {
    "uphold": "the decision stands",
    "swap_priority": "the two change places",
    "split": "a split",
    "compensate": "a compensation",
}
_LAPSES = {
    "escalate": "it is escalated",
    "approve": "a project that nothing stands against is approved, any other is escalated",
    "reject": "the registration is closed and may be submitted anew",
}
_DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}


def sentences_of(rules: RulesOfEngagement) -> tuple[str, ...]:
    """The rules of engagement in sentences, in the order in which a partner meets them.

    >>> sentences_of(RulesOfEngagement())[0]
    'Every member may register projects of every product family.'
    """
    return (
        *_registering(rules.registration),
        *_protecting(rules.protection),
        _extending(rules.extensions),
        _priority(rules.priority),
        *_clocks(rules.clocks),
        _disputes(rules.disputes),
        _disclosing(rules),
    )


def digest_of_rules(rules: RulesOfEngagement) -> str:
    """SHA-256 (hex) of what the rules say. What is as in a program that says nothing is left out.

    So a key that a later release adds, with a default that changes nothing, asks nobody to accept the same rules again.
    """
    said = json.dumps(_said(rules), sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _said(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        named = ((each, getattr(value, each.name)) for each in fields(value))
        return {each.name: _said(held) for each, held in named if held != _default(each)}
    return [_said(each) for each in value] if isinstance(value, tuple) else value


def _default(field: Field[object]) -> object:
    return field.default if field.default is not MISSING else MISSING


def _registering(rules: Eligibility) -> Iterator[str]:
    families = "every product family" if rules.families is None else _listed(rules.families)
    yield f"{_who(rules.who)} may register projects of {families}."
    if rules.minimum is not None:
        yield f"A project is worth at least {rules.minimum}."
    yield (
        f"At most {_count(rules.open_quota, 'registration')} of a member may be open at once, and {rules.daily_quota} be"
        " submitted on one day."
    )
    again = "not be sent again" if not rules.resubmissions else f"be sent again {_count(rules.resubmissions, 'time')}"
    yield f"What is sent back for changes may {again}."


def _who(who: Who) -> str:
    named = [f"of the {word} {_listed(each, 'or')}" for word, each in
             (("type", who.types), ("tier", who.tiers), ("territory", who.territories)) if each]  # fmt: skip
    return f"Members {' and '.join(named)}" if named else "Every member"


def _protecting(rules: Sequence[Protection]) -> Iterator[str]:
    for place, rule in enumerate(rules):
        meant = [f"of the tier {_listed(rule.tiers, 'or')}"] if rule.tiers else []
        meant += [f"with {_listed(rule.families, 'or')}"] if rule.families else []
        meant += [f"from {rule.minimum} on"] if rule.minimum is not None else []
        any_other = "Any other project" if place else "A project"
        which = f"A project {' '.join(meant)}" if meant else any_other
        yield f"{which} is protected for {_count(rule.days, 'day')}."
        if rule.matches_all:
            return
    other = "Any other project" if rules else "A project"
    yield f"{other} is protected for {PROTECTION_DAYS} days."


def _extending(rules: Extensions) -> str:
    if not rules.count:
        return "A protection is not extended."
    shown = "; show what has happened since" if rules.evidence == "required" else ""
    return f"A protection may be extended {_count(rules.count, 'time')} by {_count(rules.days, 'day')}{shown}."


def _priority(reasons: Iterable[str]) -> str:
    words = [REASONS[each] for each in reasons]
    if len(words) == 1:
        return "Of two claims on one project the first in time goes first."
    return f"Of two claims on one project these decide, one after the other: {'; '.join(words)}."


def _clocks(clocks: Clocks) -> Iterator[str]:
    if clocks.answer_after:
        yield f"Nobody is answered before {_count(clocks.answer_after, 'minute')} after the submission, whatever was found."
    hours = clocks.business_hours
    days = _listed([_DAYS[each] for each in hours.days])
    yield (
        f"What must be looked at is decided within {_count(clocks.decision_hours, 'business hour')}"
        f" ({days}, {hours.opens:%H:%M} to {hours.closes:%H:%M} in the partner's country, public holidays aside); after that"
        f" {_LAPSES[clocks.lapse]}."
    )
    yield f"What is sent back is mended within {_count(clocks.action_required_days, 'day')}, or the registration ends."
    if clocks.reminders:
        yield f"You are reminded {_listed([str(each) for each in clocks.reminders])} days before a protection ends."


def _disputes(rules: Disputes) -> str:
    return (
        f"A decision may be disputed within {_count(rules.file_within_days, 'day')} and appealed within"
        f" {_count(rules.appeal_days, 'day')}; what may be ordered: {', '.join(REMEDIES[each] for each in rules.remedies)}."
    )


def _disclosing(rules: RulesOfEngagement) -> str:
    if "waiting" in rules.disclosure:
        return "Whoever is protected is told how many wait behind it, and nobody is told who."
    return "Nobody is told who else has registered a project, nor how many."


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _listed(words: Sequence[str], last: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
