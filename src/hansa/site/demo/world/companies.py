"""The companies: the vendor, two distributors, some 700 resellers, and a few whom only the small networks know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from hansa.site.demo.world import identifiers, names, places
from hansa.site.demo.world.records import Organization
from hansa.site.demo.world.streams import stream

VENDOR = "nordwind"
DISTRIBUTOR_CONTINENT = "moewenstein"
DISTRIBUTOR_ISLES = "foxmarrow"
MARKETPLACE = "pedalmarkt"
KRANICHAU = "kranichau"
FUCHSKLAMM = "fuchsklamm"
BRUMEVAL = "brumeval"

RESELLERS_BY_COUNTRY = {"DE": 200, "FR": 140, "GB": 140, "PL": 80, "CH": 70, "SE": 70}
TWINS = 6
NAMESAKES = 8
SAME_NAMES = 2
# Screens must bear it: a name of eighty characters.
LONG_NAMED, LONG_NAME = 194, "Genossenschaft für Fahrradhandel, Werkstatt und Verleih Quendelmoor-Unkenstieg eG"

# key, name, legal name, country, territory, town, code
FEATURED = (
    (BRUMEVAL, "Vélodrome Brumeval", "Vélodrome Brumeval SAS", "FR", "France South", "Lyon", "N10418"),
    (KRANICHAU, "Kranichau Radwerk", "Kranichau Radwerk GmbH", "DE", "Germany North", "Hamburg", "N11873"),
    (
        FUCHSKLAMM,
        "Fuchsklamm Zweiräder",
        "Fuchsklamm Zweiräder GmbH & Co. KG",
        "DE",
        "Germany North",
        "Hamburg",
        "N12096",
    ),
)
_CONTINENT, _ISLES = "Möwenstein Zweirad-Großhandel", "Foxmarrow Cycle Distribution"
OTHERS = (
    (VENDOR, "Nordwind Bicycles", "Nordwind Bicycles Fiction AG", "DE", "Germany North", "Bremen", ""),
    (DISTRIBUTOR_CONTINENT, _CONTINENT, f"{_CONTINENT} GmbH", "DE", "Germany South", "Mannheim", "D90001"),
    (DISTRIBUTOR_ISLES, _ISLES, f"{_ISLES} Ltd", "GB", "Britain North", "Leeds", "D90002"),
    (MARKETPLACE, "Pedalmarkt", "Pedalmarkt Fiktiv GmbH", "DE", "Germany South", "Stuttgart", ""),
    ("ottermoor", "Ottermoor Paketdienst", "Ottermoor Paketdienst GmbH", "DE", "Germany North", "Oldenburg", ""),
    ("quendelhorst", "Stadtwerke Quendelhorst", "Stadtwerke Quendelhorst Fiktiv AG", "DE", "Germany South", "Ulm", ""),
)


@dataclass(frozen=True, slots=True)
class Reseller:
    """A reseller in the making: its company, its home territory and its rank by size (1 is the largest)."""

    organization: Organization
    territory: str
    rank: int


@dataclass(frozen=True, slots=True)
class Companies:
    """Every company, the resellers among them by rank, and the pairs entered twice."""

    organizations: tuple[Organization, ...]
    resellers: tuple[Reseller, ...]
    duplicates: tuple[tuple[str, str], ...]

    def by_key(self) -> Mapping[str, Organization]:
        """Every organization under its key."""
        return {organization.key: organization for organization in self.organizations}


def make_companies(seed: int) -> Companies:
    """Draw every company. Twins, namesakes and near-namesakes are among the resellers on purpose."""
    chance = stream(seed, "companies")
    others = [_featured(entry, chance) for entry in OTHERS]
    featured = [Reseller(_featured(entry, chance), entry[4], 0) for entry in FEATURED]
    drawn = _resellers(chance)
    drawn, duplicates = _with_twins(drawn, chance)
    drawn = _with_namesakes(drawn, chance)
    ranked = _ranked(featured, drawn, chance)
    return Companies((*others, *(reseller.organization for reseller in ranked)), tuple(ranked), duplicates)


def _featured(entry: tuple[str, str, str, str, str, str, str], chance: Random) -> Organization:
    key, name, legal, country, territory, town_name, code = entry
    town = next(town for town in places.TOWNS[territory] if town.name == town_name)
    known = {
        "vat": identifiers.vat_number(country, chance),
        "lei": identifiers.lei(chance),
        "duns": identifiers.duns(chance),
    }
    return replace(_company(key, name, legal, country, town, code, known, chance), domain=f"{key}.example")


def _company(
    key: str,
    name: str,
    legal: str,
    country: str,
    town: places.Town,
    code: str,
    known: Mapping[str, str],
    chance: Random,
) -> Organization:
    return Organization(
        key=key,
        name=name,
        legal_name=legal,
        country=country,
        region=town.region,
        city=town.name,
        postcode=places.filled(town.postcode, chance),
        street=places.street(country, chance),
        domain=f"{names.slug(name)}.example",
        phone=places.phone(country, chance),
        identifiers=known,
        code=code,
    )


def _resellers(chance: Random) -> list[Reseller]:
    count = sum(RESELLERS_BY_COUNTRY.values()) - len(FEATURED)
    taken = {entry[-1] for entry in FEATURED}
    pool = [f"N{number}" for number in range(12_000, 98_000) if f"N{number}" not in taken]
    codes = iter(chance.sample(pool, count))
    made = []
    for country, number in RESELLERS_BY_COUNTRY.items():
        number -= sum(entry[3] == country for entry in FEATURED)
        for name in names.shop_names(country, number, chance):
            made.append(_reseller(name, country, next(codes), chance))
    return made


def _reseller(name: str, country: str, code: str, chance: Random) -> Reseller:
    territory = chance.choice([each for each, home in places.TERRITORIES.items() if home == country])
    town = chance.choice(places.TOWNS[territory])
    known = {}
    if chance.random() < 0.7:
        known["vat"] = identifiers.vat_number(country, chance)
    if chance.random() < 0.05:
        known["lei"] = identifiers.lei(chance)
    if chance.random() < 0.3:
        known["duns"] = identifiers.duns(chance)
    legal = names.legal_name(name, country, chance)
    return Reseller(_company(code.lower(), name, legal, country, town, code, known, chance), territory, 0)


def _with_twins(drawn: list[Reseller], chance: Random) -> tuple[list[Reseller], tuple[tuple[str, str], ...]]:
    """Turn some resellers into second entries of another: same house and telephone, the name a little otherwise."""
    made, pairs = list(drawn), []
    for first, second in zip(chance.sample(range(0, 180), TWINS), chance.sample(range(180, 190), TWINS), strict=True):
        original, twin = made[first].organization, made[second].organization
        name, trade = _respelt(original.name), original.name
        copy = replace(original, key=twin.key, code=twin.code, identifiers={}, name=name, legal_name=trade)
        made[second] = Reseller(copy, made[first].territory, 0)
        pairs.append((original.key, twin.key))
    return made, tuple(pairs)


def _respelt(name: str) -> str:
    words = name.split()
    return f"{words[-1]} {' '.join(words[:-1])}" if "&" not in name else name.replace("&", "und")


def _with_namesakes(drawn: list[Reseller], chance: Random) -> list[Reseller]:
    """Give some resellers the name, or nearly the name, of another one elsewhere that they have nothing to do with."""
    made = list(drawn)
    half = (NAMESAKES + SAME_NAMES) // 2
    sources = chance.sample(range(200, 260), half) + chance.sample(range(340, 400), half)
    targets = chance.sample(range(265, 335), half) + chance.sample(range(405, 475), half)
    for count, (source, target) in enumerate(zip(sources, targets, strict=True)):
        theirs, own = made[source].organization, made[target].organization
        name = theirs.name if count < SAME_NAMES else names.typo(theirs.name, chance)
        domain = f"{names.slug(name)}-{names.slug(own.city)}.example"
        namesake = replace(own, name=name, legal_name=names.legal_name(name, own.country, chance), domain=domain)
        made[target] = replace(made[target], organization=namesake)
    long = replace(made[LONG_NAMED].organization, name=LONG_NAME, legal_name=LONG_NAME, domain="genossenschaft.example")
    made[LONG_NAMED] = replace(made[LONG_NAMED], organization=long)
    return made


def _ranked(featured: list[Reseller], drawn: list[Reseller], chance: Random) -> list[Reseller]:
    """Largest first: the self-reporting one leads, the two rivals are among the first tenth."""
    order = list(drawn)
    chance.shuffle(order)
    for reseller, place in zip(featured, (0, 21, 34), strict=True):
        order.insert(place, reseller)
    return [replace(reseller, rank=rank) for rank, reseller in enumerate(order, start=1)]
