"""The territories of a program as a grid: parts of the world down, product families across. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hansa.programs.territories import PostcodeRange, Territory


@dataclass(frozen=True, slots=True)
class Part:
    """A country, or the part of one that some territory names: a region, or a range of postcodes."""

    country: str
    region: str = ""
    postcodes: PostcodeRange | None = None

    def lies_in(self, territory: Territory) -> bool:
        """Whether a territory covers the whole part. Regions and postcodes are not compared: no list says which hold which."""
        if self.country not in territory.countries:
            return False
        regions, ranges = territory.regions_of(self.country), territory.ranges_of(self.country)
        if not regions and not ranges:
            return True
        if self.region:
            return self.region in regions
        return self.postcodes is not None and any(_holds(each, self.postcodes) for each in ranges)


def _holds(outer: PostcodeRange, inner: PostcodeRange) -> bool:
    return outer.holds(inner.start) and outer.holds(inner.end)


@dataclass(frozen=True, slots=True)
class Row:
    """A part of the world with the territories that cover it: for each column of the grid, in the program's order."""

    part: Part
    cells: tuple[tuple[Territory, ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """`families` head the columns: those that some territory names, then "" for all products besides, where one covers them.

    `names` are the territories without countries: words that members carry, which cover no place.
    """

    families: tuple[str, ...]
    rows: tuple[Row, ...]
    names: tuple[Territory, ...]


def grid_of(territories: Sequence[Territory]) -> Grid:
    """The grid of a program's territories; rows by country, the whole country before its parts."""
    placed = [each for each in territories if each.countries]
    named = tuple(dict.fromkeys(family for each in placed for family in each.families or ()))
    families = (*named, "") if any(each.families is None for each in placed) else named
    parts = sorted({part for each in placed for part in parts_of(each)}, key=_place)
    rows = [Row(part, tuple(_covering(part, family, placed) for family in families)) for part in parts]
    return Grid(families, tuple(rows), tuple(each for each in territories if not each.countries))


def parts_of(territory: Territory) -> Iterator[Part]:
    """The parts of which a territory consists: countries whole, or the regions and postcode ranges that it names."""
    for country in territory.countries:
        regions, ranges = territory.regions_of(country), territory.ranges_of(country)
        yield from (Part(country, region=region) for region in regions)
        yield from (Part(country, postcodes=each) for each in ranges)
        if not regions and not ranges:
            yield Part(country)


def _covering(part: Part, family: str, territories: Sequence[Territory]) -> tuple[Territory, ...]:
    return tuple(
        each for each in territories if (each.families is None or family in each.families) and part.lies_in(each)
    )


def _place(part: Part) -> tuple[str, str, str, str]:
    return part.country, part.region, *((part.postcodes.start, part.postcodes.end) if part.postcodes else ("", ""))
