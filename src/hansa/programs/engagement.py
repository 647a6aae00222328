"""The rules of engagement: who may register a project, whose claim goes first, how long it holds; no framework.

They are the section `rules_of_engagement` of the program document. Every key may be left out: the defaults below are
the rules of a program that says nothing. Money is in the program's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal, cast, get_args

from hansa.engines.settlement import Who
from hansa.engines.settlement.readers import Place, choice, inner, items, mapping, texts
from hansa.kernel.money import Money
from hansa.programs import reading

Priority = Literal["first_in_time", "exclusive_territory", "named_account", "incumbent", "certified", "tier"]
Lapse = Literal["escalate", "approve", "reject"]
Evidence = Literal["required", "optional"]
Disclosure = Literal["waiting"]
Remedy = Literal["uphold", "swap_priority", "split", "compensate"]

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PROTECTION_DAYS = 90
LONGEST_PROTECTION = 1_095
EVERYBODY = Who()


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Which projects may be registered by whom; None and an empty `Who` mean every one.

    `resubmissions`: how often one registration may be sent again. `open_quota`: how many of a partner may be open at
    once. `daily_quota`: how many a partner may submit on one day (UTC).
    """

    who: Who = EVERYBODY
    families: tuple[str, ...] | None = None
    minimum: Money | None = None
    resubmissions: int = 2
    open_quota: int = 50
    daily_quota: int = 20


@dataclass(frozen=True, slots=True)
class Protection:
    """How many days of 24 hours a claim is protected: of these tiers, these families, from this amount on."""

    days: int
    tiers: tuple[str, ...] | None = None
    families: tuple[str, ...] | None = None
    minimum: Money | None = None

    @property
    def matches_all(self) -> bool:
        """Whether no later rule can ever be reached."""
        return self.tiers is None and self.families is None and self.minimum is None


@dataclass(frozen=True, slots=True)
class Extensions:
    """How often a protection may be extended, by how many days, and whether progress must be shown."""

    count: int = 1
    days: int = 30
    evidence: Evidence = "required"


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """The hours of the day and days of the week in which clocks run, by the wall clock of the partner's country."""

    opens: time = time(9)
    closes: time = time(17)
    days: tuple[str, ...] = WEEK[:5]


@dataclass(frozen=True, slots=True)
class Clocks:
    """When things are due: minutes to the earliest answer, business hours to a decision, days for the partner's turn.

    `reminders`: how many days before a protection ends its holder is told, the longest notice first.
    """

    answer_after: int = 15
    decision_hours: int = 16
    lapse: Lapse = "escalate"
    action_required_days: int = 14
    reminders: tuple[int, ...] = (14, 3)
    business_hours: BusinessHours = BusinessHours()


@dataclass(frozen=True, slots=True)
class Disputes:
    """Days in which a case may be filed, shown, decided and appealed, and what may be ordered in the end."""

    file_within_days: int = 30
    evidence_days: int = 10
    decision_days: int = 20
    appeal_days: int = 14
    remedies: tuple[Remedy, ...] = ("uphold", "swap_priority", "split", "compensate")


@dataclass(frozen=True, slots=True)
class RulesOfEngagement:
    """All that decides about registrations. `priority` always ends where time decides.

    `disclosure`: what whoever is protected is told of others; `waiting`: how many wait behind it, never who.
    """

    registration: Eligibility = Eligibility()
    protection: tuple[Protection, ...] = ()
    extensions: Extensions = Extensions()
    priority: tuple[Priority, ...] = ("first_in_time",)
    clocks: Clocks = Clocks()
    disputes: Disputes = Disputes()
    disclosure: tuple[Disclosure, ...] = ()


DEFAULT_RULES = RulesOfEngagement()


def read_engagement(top: Place, currency: str) -> RulesOfEngagement:
    """The rules of engagement of a document whose money is in `currency`; problems are noted at their lines."""
    place = inner(top, "rules_of_engagement")
    if place is None:
        return DEFAULT_RULES
    place.check_keys(("registration", "protection", "extensions", "priority", "clocks", "disputes", "disclosure"))
    return RulesOfEngagement(
        registration=_eligibility(place, currency),
        protection=_protection(place, currency),
        extensions=_extensions(place),
        priority=_priority(place),
        clocks=_clocks(place),
        disputes=_disputes(place),
        disclosure=cast(tuple[Disclosure, ...], reading.words(place, "disclosure", get_args(Disclosure)) or ()),
    )


def _eligibility(top: Place, currency: str) -> Eligibility:
    place = inner(top, "registration")
    if place is None:
        return Eligibility()
    place.check_keys(("who", "families", "minimum", "resubmissions", "open_quota", "daily_quota"))
    default = Eligibility()
    return Eligibility(
        who=reading.who(place, "who"),
        families=texts(place, "families"),
        minimum=reading.money(place, "minimum", currency),
        resubmissions=reading.whole(place, "resubmissions", default.resubmissions, most=100),
        open_quota=reading.whole(place, "open_quota", default.open_quota, least=1),
        daily_quota=reading.whole(place, "daily_quota", default.daily_quota, least=1),
    )


def _protection(top: Place, currency: str) -> tuple[Protection, ...]:
    found: list[Protection] = []
    for node, path in items(top, "protection"):
        place = mapping(node, path, top.findings)
        if place is None:
            continue
        place.check_keys(("days", "tiers", "families", "from"), ("days",))
        if found and found[-1].matches_all:
            place.note("", "nothing behind a rule that matches every claim: this one is never reached")
        days = reading.whole(place, "days", PROTECTION_DAYS, least=1, most=LONGEST_PROTECTION)
        minimum = reading.money(place, "from", currency)
        found.append(Protection(days, texts(place, "tiers"), texts(place, "families"), minimum))
    return tuple(found)


def _extensions(top: Place) -> Extensions:
    place, default = inner(top, "extensions"), Extensions()
    if place is None:
        return default
    place.check_keys(("count", "days", "evidence"))
    return Extensions(
        count=reading.whole(place, "count", default.count, most=100),
        days=reading.whole(place, "days", default.days, least=1, most=LONGEST_PROTECTION),
        evidence=cast(Evidence, _choice(place, "evidence", get_args(Evidence), default.evidence)),
    )


def _priority(top: Place) -> tuple[Priority, ...]:
    """The reasons as written; time is added where it is not among them, since in the end it always decides."""
    said = cast(tuple[Priority, ...], reading.words(top, "priority", get_args(Priority)) or ())
    return said if "first_in_time" in said else (*said, "first_in_time")


def _clocks(top: Place) -> Clocks:
    place, default = inner(top, "clocks"), Clocks()
    if place is None:
        return default
    place.check_keys(("answer_after", "decision", "action_required", "reminders", "business_hours"))
    decision, action = inner(place, "decision"), inner(place, "action_required")
    hours, lapse, days = default.decision_hours, default.lapse, default.action_required_days
    if decision is not None:
        decision.check_keys(("hours", "lapse"))
        hours = reading.whole(decision, "hours", hours, least=1, most=1_000)
        lapse = cast(Lapse, _choice(decision, "lapse", get_args(Lapse), lapse))
    if action is not None:
        action.check_keys(("days",))
        days = reading.whole(action, "days", days, least=1, most=365)
    return Clocks(
        answer_after=reading.whole(place, "answer_after", default.answer_after, most=10_080),
        decision_hours=hours,
        lapse=lapse,
        action_required_days=days,
        reminders=_reminders(place, default.reminders),
        business_hours=_business_hours(place),
    )


def _reminders(place: Place, default: tuple[int, ...]) -> tuple[int, ...]:
    said = texts(place, "reminders")
    for index, word in enumerate(said or ()):
        if not word.isascii() or not word.isdecimal() or word[0] == "0" or len(word) > 3:
            place.note(f"reminders[{index}]", f"a whole number of days from 1 to 999; not {word}")
            said = None
    return default if said is None else tuple(sorted(map(int, said), reverse=True))


def _business_hours(top: Place) -> BusinessHours:
    place, default = inner(top, "business_hours"), BusinessHours()
    if place is None:
        return default
    place.check_keys(("from", "until", "days"))
    opens = reading.time_of_day(place, "from", default.opens)
    closes = reading.time_of_day(place, "until", default.closes)
    days = reading.words(place, "days", WEEK) or default.days
    if opens >= closes:
        place.note("until" if "until" in place.fields.entries else "from", f"a time after {opens:%H:%M}")
    return BusinessHours(opens, closes, tuple(sorted(days, key=WEEK.index)))


def _disputes(top: Place) -> Disputes:
    place, default = inner(top, "disputes"), Disputes()
    if place is None:
        return default
    place.check_keys(("file_within_days", "evidence_days", "decision_days", "appeal_days", "remedies"))

    def days(key: str, otherwise: int) -> int:
        return reading.whole(place, key, otherwise, least=1, most=365)

    return Disputes(
        file_within_days=days("file_within_days", default.file_within_days),
        evidence_days=days("evidence_days", default.evidence_days),
        decision_days=days("decision_days", default.decision_days),
        appeal_days=days("appeal_days", default.appeal_days),
        remedies=cast(tuple[Remedy, ...], reading.words(place, "remedies", get_args(Remedy)) or default.remedies),
    )


def _choice(place: Place, key: str, among: tuple[str, ...], default: str) -> str:
    said = choice(place, key, among)
    return said if said in among else default
