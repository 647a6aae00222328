"""How one company is written by different hands, and how its sisters are called: made by seeded rules from real names."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from hansa.engines.matching import Company
from hansa.engines.matching.tables import abbreviations, legal_forms

FORMS = [
    "Ltd",
    "Limited",
    "LLC",
    "L.L.C.",
    "Inc",
    "Inc.",
    "Incorporated",
    "Corp",
    "Corporation",
    "GmbH",
    "AG",
    "SA",
    "S.A.",
    "SARL",
    "SRL",
    "S.r.l.",
    "SpA",
    "BV",
    "B.V.",
    "NV",
    "AB",
    "A/S",
    "Oy",
    "PLC",
    "Co Ltd",
    "Co., Ltd.",
    "Pvt Ltd",
    "Pty Ltd",
    "LLP",
    "LP",
    "Sp. z o.o.",
    "s.r.o.",
    "Kft",
    "OOO",
    "JSC",
    "KK",
    "Aktiengesellschaft",
    "Company",
]
UNITS = [
    "leasing",
    "insurance",
    "logistics",
    "energy",
    "capital",
    "foundation",
    "finance",
    "bank",
    "pharma",
    "chemicals",
    "retail",
    "wholesale",
    "export",
    "import",
    "foods",
    "beverages",
    "travel",
    "media",
    "consulting",
    "construction",
    "mining",
    "marine",
    "aviation",
    "software",
    "hardware",
    "services",
    "systems",
    "technologies",
    "solutions",
    "holdings",
    "group",
    "international",
    "trading",
    "investments",
    "properties",
    "research",
    "education",
    "health",
    "medical",
    "industries",
    "automotive",
    "electronics",
    "telecom",
    "security",
    "consumer",
    "plastics",
    "steel",
    "textiles",
    "farms",
    "financial",
    "partners",
    "ventures",
    "securities",
    "europe",
    "asia",
    "america",
    "germany",
    "france",
    "uk",
    "china",
    "india",
    "brazil",
    "north",
    "south",
    "east",
    "west",
    "pacific",
]
COUNTRIES = [
    "germany",
    "france",
    "uk",
    "usa",
    "china",
    "india",
    "brazil",
    "japan",
    "canada",
    "australia",
    "italy",
    "spain",
    "poland",
    "sweden",
    "norway",
    "denmark",
    "finland",
    "austria",
    "switzerland",
    "belgium",
    "netherlands",
    "turkey",
    "mexico",
    "singapore",
    "hk",
    "sg",
    "cn",
    "de",
    "fr",
    "korea",
    "taiwan",
    "ireland",
    "portugal",
]
DROPPED = frozenset(
    [
        "group",
        "international",
        "services",
        "solutions",
        "technology",
        "technologies",
        "holdings",
        "company",
        "systems",
        "global",
        "the",
        "of",
        "usa",
    ]
)


def _swap_letters(word: str, rng: random.Random) -> str:
    if len(word) < 4:
        return word
    at = rng.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _drop_letter(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    return word if len(word) < 4 else word[:at] + word[at + 1 :]


def _double_letter(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    return word[: at + 1] + word[at:]


def _other_letter(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    return word if len(word) < 4 else word[:at] + rng.choice("aeiounrstl") + word[at + 1 :]


def misspelt(name: str, rng: random.Random) -> str:
    """One typing error in one of the longer words."""
    words = name.split()
    place = max(range(len(words)), key=lambda i: len(words[i]) + rng.random() * 4)
    words[place] = rng.choice([_swap_letters, _drop_letter, _double_letter, _other_letter])(words[place], rng)
    return " ".join(words)


def split_form(name: str) -> tuple[list[str], str]:
    """The words of a name without the legal form at its end, and that form."""
    words = name.split()
    for length in (3, 2, 1):
        end = tuple(word.casefold().strip(".,").replace(".", "") for word in words[-length:])
        if len(words) > length and end in legal_forms():
            return words[:-length], " ".join(words[-length:])
    return words, ""


def other_form(name: str, rng: random.Random) -> str:
    """The legal form left away, added, written out or shortened."""
    words, form = split_form(name)
    same = [one for one in FORMS if _kind(one) == _kind(form)] or FORMS
    return " ".join([*words, *rng.choice([[], [], [rng.choice(same)]])])


def _kind(form: str) -> str:
    return legal_forms().get(tuple(form.casefold().replace(".", "").replace(",", "").split()), "")


def abbreviated(name: str, rng: random.Random) -> str:
    """One word written short, or one short word written out."""
    words = name.split()
    long_to_short = {" ".join(long): short for short, long in abbreviations().items()}
    for place in rng.sample(range(len(words)), len(words)):
        word = words[place].casefold().strip(".,")
        if word in long_to_short:
            words[place] = long_to_short[word]
            break
        if word in abbreviations():
            words[place] = " ".join(abbreviations()[word])
            break
    return " ".join(words)


def without_common(name: str, rng: random.Random) -> str:
    """A word that says little left away, where there are others."""
    words = name.split()
    places = [i for i, word in enumerate(words) if word.casefold().strip(".,") in DROPPED]
    if places and len(words) - 1 >= 2:
        del words[rng.choice(places)]
    return " ".join(words)


def joined(name: str, rng: random.Random) -> str:
    """Two neighbouring words written together, or with a hyphen."""
    words = name.split()
    if len(words) < 2:
        return name
    at = rng.randrange(len(words) - 1)
    return " ".join([*words[:at], rng.choice(["", "-"]).join(words[at : at + 2]), *words[at + 2 :]])


def reordered(name: str, rng: random.Random) -> str:
    """Two words of the core in the other order, as in an index."""
    words, form = split_form(name)
    if len(words) > 1:
        at = rng.randrange(len(words) - 1)
        words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join([*words, form]).strip()


def initials(name: str, rng: random.Random) -> str:
    """The initials of the core, where there are at least three words."""
    words, form = split_form(name)
    return (
        "".join(word[0] for word in words).upper() + (f" {form}" if rng.random() < 0.5 else "")
        if len(words) >= 3
        else name
    )


def cut(name: str, rng: random.Random) -> str:
    """Cut at 34 characters, as old systems do."""
    return name[: rng.choice([24, 28, 30, 34])].rstrip() if len(name) > 24 else name


def dressed(name: str, rng: random.Random) -> str:
    """Other case, punctuation, an article, `&` for `and`."""
    ways: list[Callable[[str], str]] = [
        str.upper,
        str.lower,
        str.title,
        lambda text: f"The {text}",
        lambda text: text.replace(" AND ", " & "),
        lambda text: text.replace(" & ", " and "),
        lambda text: text.replace(" ", "  "),
        lambda text: text.replace("'", ""),
    ]
    return rng.choice(ways)(name)


# How often each way is taken, by weight.
WAYS: list[tuple[int, Callable[[str, random.Random], str]]] = [
    (24, misspelt),
    (24, other_form),
    (10, abbreviated),
    (9, without_common),
    (8, joined),
    (4, reordered),
    (5, initials),
    (5, cut),
    (14, dressed),
]


def variant(name: str, rng: random.Random) -> str:
    """The same company as another hand would write it: one to three changes."""
    for _ in range(rng.choice([1, 1, 1, 2, 2, 3])):
        way = rng.choices([way for _, way in WAYS], [weight for weight, _ in WAYS])[0]
        name = way(name, rng) or name
    return name


def sister(name: str, rng: random.Random) -> str:
    """Another company of the same house: another unit, country or number."""
    words, form = split_form(name)
    unit = rng.choice(UNITS).title() if not name.isupper() else rng.choice(UNITS).upper()
    if len(words) > 1 and rng.random() < 0.5:
        words = [*words[: max(1, len(words) - 1)], unit]
    elif rng.random() < 0.15:
        words = [*words, rng.choice(["II", "III", "2", "3", "IV"])]
    else:
        words = [*words, unit]
    return " ".join([*words, rng.choice([form, rng.choice(FORMS)])]).strip()


def sisters(name: str, rng: random.Random) -> tuple[str, str]:
    """Two different companies of one house; three in ten times each has a unit or country of its own."""
    if rng.random() < 0.7:
        return name, sister(name, rng)
    words, form = split_form(name)
    one, other = rng.sample(COUNTRIES if rng.random() < 0.5 else UNITS, 2)
    way = rng.choice(["{} {}", "{} ({})", "{} {}"])
    named = [way.format(" ".join(words), unit.upper() if name.isupper() else unit.title()) for unit in (one, other)]
    return f"{named[0]} {form}".strip(), f"{named[1]} {rng.choice([form, rng.choice(FORMS)])}".strip()


def domain_of(name: str) -> str:
    """A domain that such a company could have."""
    words, _ = split_form(name)
    return "".join(char for char in "".join(words[:2]).casefold() if char.isalnum())[:24] + ".example"


def elsewhere(company: Company, rng: random.Random, other: Company) -> Company:
    """The company with the place of another."""
    return replace(company, city=other.city, postcode=other.postcode, region=other.region)
