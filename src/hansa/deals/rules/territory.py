"""In which territories a project lies, who holds them exclusively, and what holders and counsel are told.

Exclusivity decides whose claim is protected where the rules of engagement say so; it never decides whether a sale may
be made. Orders that come unasked (passive sales) are nobody's to refuse on its account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hansa.kernel.ruling import Ruling
from hansa.programs.territories import Coverage, Territory

EUROPEAN_UNION = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
MOST_HOLDERS = 5
"""Regulation (EU) 2022/720, Article 1(1)(h) and Article 4(b)(i)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a customer is: ISO 3166-1 country, region by ISO 3166-2 (with or without its country), postcode."""

    country: str
    region: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a territory, from a day until another (exclusive; None is open)."""

    territory: str
    holder_id: str
    from_on: date
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the holding stands on a day.

        >>> Holding("North", "7", date(2026, 1, 1), date(2027, 1, 1)).holds_on(date(2027, 1, 1))
        False
        """
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


def territory_of(place: Place, territories: Sequence[Territory]) -> tuple[Territory, ...]:
    """The territories in which a place lies, in the order of the program.

    In a country of which a territory names regions or postcodes, a place lies in it by one of them; a place whose
    region and postcode are not known then lies in none.
    """
    return tuple(territory for territory in territories if _covers(territory, place))


def _covers(territory: Territory, place: Place) -> bool:
    if place.country not in territory.countries:
        return False
    regions, ranges = territory.regions_of(place.country), territory.ranges_of(place.country)
    if not regions and not ranges:
        return True
    code = place.region.upper().removeprefix(f"{place.country}-")
    return f"{place.country}-{code}" in regions or any(each.holds(place.postcode) for each in ranges)


def exclusive_holdings(
    place: Place,
    *,
    segment: str,
    family: str,
    on: date,
    territories: Sequence[Territory],
    holdings: Sequence[Holding],
) -> tuple[Holding, ...]:
    """The holdings of exclusive territories that cover a project on a day: by territory as in the program, then holder.

    A territory that names segments or families covers only these. `territories` have the coverage that holds on the
    day: where a covenant was missed, the caller puts in its consequence.
    """
    found: list[Holding] = []
    for territory in territory_of(place, territories):
        if territory.coverage == "exclusive" and _includes(territory, segment, family):
            own = [each for each in holdings if each.territory == territory.name and each.holds_on(on)]
            found += sorted(own, key=lambda each: (each.holder_id, each.from_on))
    return tuple(found)


def _includes(territory: Territory, segment: str, family: str) -> bool:
    return (territory.segments is None or segment in territory.segments) and (
        territory.families is None or family in territory.families
    )


def sixth_holder_notice(territory: Territory, holdings: Sequence[Holding], on: date) -> str | None:
    """A notice for counsel where, on that day or later, more than five hold an exclusive territory in the European Union.

    It says which rule is touched and from which day; it forbids nothing and is not legal advice. A holder with several
    holdings counts once.
    """
    touched = sorted(EUROPEAN_UNION & set(territory.countries))
    if territory.coverage != "exclusive" or not touched:
        return None
    own = [each for each in holdings if each.territory == territory.name]
    for day in sorted({on} | {each.from_on for each in own if each.from_on > on}):
        holders = {each.holder_id for each in own if each.holds_on(day)}
        if len(holders) > MOST_HOLDERS:
            return (
                f"From {day.isoformat()} on {territory.name} has {len(holders)} exclusive holders, and lies in the "
                f"European Union ({', '.join(touched)}). Regulation (EU) 2022/720, Article 1(1)(h) and Article 4(b)(i), "
                f"knows exclusive distribution with at most {MOST_HOLDERS} for a territory; with more, a restriction of "
                "active sales by others may fall outside the block exemption. Have counsel look at this; it is a notice, "
                "not legal advice. Passive sales stay free in any case."
            )
    return None


def rule_on_covenant(territory: Territory, result: Decimal) -> Ruling[Coverage]:
    """The coverage of a territory after a period whose result is known: what was promised kept, or its consequence.

    `result` is money of the program's currency or a quantity, by the covenant's measure. Raises ValueError for a
    territory without covenant.
    """
    covenant = territory.covenant
    if covenant is None:
        raise ValueError(f"{territory.name} has no covenant")
    grounds = f"{result:f} of {covenant.at_least:f} ({covenant.measure}, by the {covenant.period})."
    if result >= covenant.at_least:
        return Ruling(territory.coverage, f"The target of {territory.name} was reached.", grounds)
    if covenant.consequence == "notice":
        missed = (
            f"The target of {territory.name} was missed. Its coverage stays {territory.coverage}; this is a notice."
        )
        return Ruling(territory.coverage, missed, grounds)
    becomes = covenant.consequence
    return Ruling(becomes, f"The target of {territory.name} was missed: its coverage becomes {becomes}.", grounds)
