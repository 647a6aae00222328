"""What changes from one program document to the next, in words and numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from hansa.engines.settlement import Band, Incentive, ProgramDocument, What, Who, describe_band
from hansa.engines.settlement.words import plain

FIELD_WORDS = {
    "name": "name",
    "kind": "kind",
    "period": "period",
    "payee": "payee",
    "measure": "measure",
    "method": "method",
    "cap": "cap",
    "minimum": "minimum",
    "exclusive_group": "exclusive group",
}


@dataclass(frozen=True, slots=True)
class Member:
    """What counts of a partner when a rule says who takes part."""

    number: str
    types: tuple[str, ...]
    tier: str
    territory: str


@dataclass(frozen=True, slots=True)
class IncentiveChange:
    """One incentive that is new, gone or different. `kind`: added, removed, changed; `words`: what, line by line."""

    id: str
    name: str
    kind: str
    words: tuple[str, ...]
    bands_changed: int


def changes_between(before: ProgramDocument | None, after: ProgramDocument) -> list[IncentiveChange]:
    """Incentives that differ, in the order of the new document, those that are gone last."""
    old = {incentive.id: incentive for incentive in before.incentives} if before else {}
    found = []
    for incentive in after.incentives:
        earlier = old.pop(incentive.id, None)
        if before is None or earlier is None:
            found.append(IncentiveChange(incentive.id, incentive.name, "added", (), len(incentive.bands)))
            continue
        words = [*_fields(earlier, incentive), *_lists(earlier, incentive)]
        bands = _bands(before, after, earlier, incentive)
        if words or bands:
            found.append(IncentiveChange(incentive.id, incentive.name, "changed", (*words, *bands), len(bands)))
    gone = [IncentiveChange(each.id, each.name, "removed", (), len(each.bands)) for each in old.values()]
    return found + gone


def matches(who: Who, member: Member) -> bool:
    """Whether a member takes part by `who`: every list that is given must hold one of its values.

    >>> matches(Who(tiers=("Gold",)), Member("7", ("VAR",), "Gold", "North"))
    True
    """
    return (
        (who.types is None or bool(set(who.types) & set(member.types)))
        and (who.tiers is None or member.tier in who.tiers)
        and (who.territories is None or member.territory in who.territories)
        and (who.partners is None or member.number in who.partners)
    )


def count_matching(incentive: Incentive, members: Collection[Member]) -> int:
    """How many members take part in an incentive."""
    return sum(matches(incentive.who, member) for member in members)


def _fields(before: Incentive, after: Incentive) -> list[str]:
    return [
        f"{word}: {_said(getattr(before, name))} → {_said(getattr(after, name))}"
        for name, word in FIELD_WORDS.items()
        if getattr(before, name) != getattr(after, name)
    ]


def _lists(before: Incentive, after: Incentive) -> list[str]:
    found = []
    for part, kind in (("who", Who), ("what", What)):
        for each in fields(kind):
            old, new = getattr(getattr(before, part), each.name), getattr(getattr(after, part), each.name)
            if old != new:
                found.append(f"{part}, {each.name.replace('_', ' ')}: {_listed(old)} → {_listed(new)}")
    return found


def _bands(old: ProgramDocument, new: ProgramDocument, before: Incentive, after: Incentive) -> list[str]:
    """Bands are told by their place: the first against the first, and so on."""
    if before.bands == after.bands:
        return []
    lines = []
    for place in range(max(len(before.bands), len(after.bands))):
        was, now = _at(before.bands, place), _at(after.bands, place)
        if was != now:
            said = describe_band(old, before, was) if was else "–"
            says = describe_band(new, after, now) if now else "–"
            lines.append(f"band {place + 1}: {said} → {says}")
    return lines


def _at(bands: Sequence[Band], place: int) -> Band | None:
    return bands[place] if place < len(bands) else None


def _said(value: object) -> str:
    if value is None:
        return "none"
    return plain(value) if isinstance(value, Decimal) else str(value)


def _listed(values: tuple[str, ...] | None) -> str:
    return "all" if values is None else ", ".join(values)
