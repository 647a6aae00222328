"""In which territories a project lies, and who holds them exclusively.

Exclusivity decides whose claim is protected where the rules of engagement say so; it never decides whether a sale may
be made. Orders that come unasked (passive sales) are nobody's to refuse on its account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hansa.programs.rules.holdings import Holding
from hansa.programs.territories import Territory


@dataclass(frozen=True, slots=True)
class Place:
    """Where a customer is: ISO 3166-1 country, region by ISO 3166-2 (with or without its country), postcode."""

    country: str
    region: str = ""
    postcode: str = ""


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

    A territory that names segments or families covers only these. `holdings` stand as far as they are exclusive
    (`programs.rules.holdings.as_exclusive`): one that lost this by a missed covenant ends on the day of the consequence.
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
