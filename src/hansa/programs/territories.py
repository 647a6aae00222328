"""The territories of a program: which part of the world each is, for whom it is reserved, where two meet; no framework.

A territory is the union of its countries; a country with regions or postcode ranges counts only in these parts. One
without countries is a name that members may carry and covers no place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from itertools import combinations
from typing import Literal, cast, get_args

from hansa.engines.settlement.readers import Place, choice, inner, items, mapping, text, texts
from hansa.kernel.money import known_currencies, minor_digits
from hansa.kernel.period import PeriodKind
from hansa.programs import reading

Coverage = Literal["open", "selective", "exclusive"]
Consequence = Literal["notice", "selective", "open"]
CovenantMeasure = Literal["net_amount", "quantity"]

KEYS = ("name", "countries", "regions", "postcodes", "segments", "families", "coverage", "covenant")
_REGION = re.compile("[A-Z]{2}-[A-Z0-9]{1,3}")
_POSTCODE = re.compile("[A-Z0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class PostcodeRange:
    """Postcodes of a country from one prefix to another, both included: 20 to 25 holds 20095 and 25999."""

    country: str
    start: str
    end: str

    def holds(self, postcode: str) -> bool:
        """Whether a postcode lies in the range; case, spaces and hyphens do not count.

        >>> PostcodeRange("DE", "20", "25").holds("25 999"), PostcodeRange("DE", "20", "25").holds("26")
        (True, False)
        """
        code = re.sub("[^A-Z0-9]", "", postcode.upper())
        return code[: len(self.start)] >= self.start and code[: len(self.end)] <= self.end and bool(code)

    def meets(self, other: PostcodeRange) -> bool:
        """Whether some postcode may lie in both."""
        return self.country == other.country and _reaches(self, other) and _reaches(other, self)


def _reaches(low: PostcodeRange, high: PostcodeRange) -> bool:
    length = min(len(low.start), len(high.end))
    return low.start[:length] <= high.end[:length]


@dataclass(frozen=True, slots=True)
class Covenant:
    """What the holders of a territory promise to sell in each period, and what follows where they do not.

    `at_least` is money of the program's currency or a quantity, by `measure`.
    """

    measure: CovenantMeasure
    period: PeriodKind
    at_least: Decimal
    consequence: Consequence = "notice"


@dataclass(frozen=True, slots=True)
class Territory:
    """A named part of the world: countries by ISO 3166-1, regions by ISO 3166-2, segments and families by name."""

    name: str
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    postcodes: tuple[PostcodeRange, ...] = ()
    segments: tuple[str, ...] | None = None
    families: tuple[str, ...] | None = None
    coverage: Coverage = "open"
    covenant: Covenant | None = None

    def regions_of(self, country: str) -> tuple[str, ...]:
        """The regions to which the territory keeps in a country."""
        return tuple(region for region in self.regions if region[:2] == country)

    def ranges_of(self, country: str) -> tuple[PostcodeRange, ...]:
        """The postcode ranges to which the territory keeps in a country."""
        return tuple(each for each in self.postcodes if each.country == country)


def address_of(name: str) -> str:
    """A territory's part of an address: its name as far as an address can say it, and ten signs that no other name has.

    It follows from the name alone, so that it stays while versions come and go, and needs no row.

    >>> address_of("Côte d’Azur"), address_of("東日本")
    ('cote-dazur-6e1fecec97', 'af51d2af06')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    signs = sha256(name.encode()).hexdigest()[:10]
    return f"{words}-{signs}" if words else signs


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two exclusive territories that may both hold one project, and where, in words."""

    first: str
    second: str
    words: str


def overlaps(territories: Sequence[Territory]) -> tuple[Overlap, ...]:
    """Every pair of exclusive territories that share a place, a segment and a family, in the order of the document.

    Where one names regions and the other postcodes of a country, no list says whether they meet: that is a finding.
    """
    exclusive = [each for each in territories if each.coverage == "exclusive"]
    found = []
    for first, second in combinations(exclusive, 2):
        if not (_share(first.segments, second.segments) and _share(first.families, second.families)):
            continue
        shared = sorted(set(first.countries) & set(second.countries))
        places = [place for country in shared if (place := _meeting(first, second, country))]
        if places:
            words = f"{first.name} and {second.name} are both exclusive in {', '.join(places)}."
            found.append(Overlap(first.name, second.name, words))
    return tuple(found)


def _share(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> bool:
    return one is None or other is None or bool(set(one) & set(other))


def _meeting(first: Territory, second: Territory, country: str) -> str:
    """Where two territories meet in a country, in words; empty where they do not."""
    mine, theirs = first.regions_of(country), second.regions_of(country)
    ranges, others = first.ranges_of(country), second.ranges_of(country)
    if not (mine or ranges) or not (theirs or others):
        return country
    met = [region for region in mine if region in theirs]
    met += [f"{country} {_said(one)} and {_said(two)}" for one in ranges for two in others if one.meets(two)]
    if (mine and others) or (ranges and theirs):
        met.append(f"{country}, as far as the regions of one hold the postcodes of the other")
    return ", ".join(met)


def _said(range_: PostcodeRange) -> str:
    return f"{range_.start} to {range_.end}"


def read_territories(top: Place, currency: str) -> tuple[Territory, ...]:
    """The territories of a document, each name once; problems are noted at their lines."""
    found: list[Territory] = []
    for node, path in items(top, "territories"):
        place = mapping(node, path, top.findings)
        if place is None:
            continue
        place.check_keys(KEYS, ("name",))
        name = text(place, "name")
        if name in [territory.name for territory in found]:
            place.note("name", f"each territory once; {name} is listed already")
        elif name:
            found.append(_territory(place, name, currency))
        else:
            _territory(place, "", currency)
    return tuple(found)


def _territory(place: Place, name: str, currency: str) -> Territory:
    countries = reading.countries(place, "countries")
    coverage = cast(Coverage, choice(place, "coverage", get_args(Coverage)) or "open")
    if coverage == "exclusive" and not countries:
        place.note("coverage", "countries beside it: what is exclusive names its place")
    return Territory(
        name=name,
        countries=countries,
        regions=_regions(place, countries),
        postcodes=_postcodes(place, countries),
        segments=texts(place, "segments"),
        families=texts(place, "families"),
        coverage=coverage,
        covenant=_covenant(place, coverage, currency),
    )


def _regions(place: Place, countries: tuple[str, ...]) -> tuple[str, ...]:
    said = texts(place, "regions") or ()
    for index, region in enumerate(said):
        if not _REGION.fullmatch(region):
            place.note(f"regions[{index}]", f"an ISO 3166-2 code such as US-WA; not {region}")
        elif region[:2] not in countries:
            place.note(f"regions[{index}]", f"a region of one of its countries; {region[:2]} is not among them")
    return said


def _postcodes(place: Place, countries: tuple[str, ...]) -> tuple[PostcodeRange, ...]:
    found = []
    for node, path in items(place, "postcodes"):
        each = mapping(node, path, place.findings)
        if each is None:
            continue
        each.check_keys(("country", "from", "until"), ("country", "from", "until"))
        country = text(each, "country")
        if country is not None and country not in countries:
            each.note("country", f"one of its countries; {country} is not among them")
        codes = [code for key in ("from", "until") if (code := _prefix(each, key))]
        if country and len(codes) == 2:
            range_ = PostcodeRange(country, *codes)
            if not _reaches(range_, range_):
                each.note("until", f"a prefix that does not lie before {range_.start}")
            found.append(range_)
    return tuple(found)


def _prefix(place: Place, key: str) -> str | None:
    said = text(place, key)
    if said is None or _POSTCODE.fullmatch(said):
        return said
    place.note(key, f"the first capital letters and digits of a postcode, such as 20; not {said}")
    return None


def _covenant(top: Place, coverage: Coverage, currency: str) -> Covenant | None:
    place = inner(top, "covenant")
    if place is None:
        return None
    place.check_keys(("measure", "period", "at_least", "consequence"), ("period", "at_least"))
    if coverage == "open":
        place.note("", "a covenant only where the coverage is selective or exclusive: nobody holds what is open")
    measure = cast(CovenantMeasure, choice(place, "measure", get_args(CovenantMeasure)) or "net_amount")
    period = choice(place, "period", get_args(PeriodKind))
    digits = minor_digits(currency) if measure == "net_amount" and currency in known_currencies() else 9
    at_least = reading.amount(place, "at_least", digits)
    consequence = cast(Consequence, choice(place, "consequence", get_args(Consequence)) or "notice")
    if coverage == consequence == "selective":
        place.note("consequence", "notice or open: the territory is selective already")
    if period is None or at_least is None:
        return None
    return Covenant(measure, cast(PeriodKind, period), at_least, consequence)
