"""Where the companies of the demo stand: real towns, invented streets, telephone numbers that ring nowhere."""

from __future__ import annotations

from importlib.resources import files
from random import Random
from typing import NamedTuple


class Town(NamedTuple):
    """A town with its region, its sales territory and its postcode, where `#` stands for any digit."""

    name: str
    region: str
    territory: str
    postcode: str


CURRENCIES = {"DE": "EUR", "FR": "EUR", "GB": "GBP", "CH": "CHF", "SE": "SEK", "PL": "PLN"}

TERRITORIES = {
    "Germany North": "DE", "Germany South": "DE", "France North": "FR", "France South": "FR", "Britain South": "GB",
    "Britain North": "GB", "Switzerland": "CH", "Sweden": "SE", "Poland West": "PL", "Poland East": "PL",
}  # fmt: skip

_STREETS = {
    "DE": ("Ankerweg", "Kettengasse", "Speichenstraße", "Am Nebelkai", "Reihergasse", "Möwenring", "Alte Werft"),
    "FR": ("rue du Pédalier", "quai des Brumes", "allée des Moyeux", "place du Vieux Rayon", "chemin des Hérons"),
    "GB": ("Spindle Row", "Sprocket Lane", "Heron Wharf", "Old Saddlery Yard", "Freewheel Close", "Cogmaker's Hill"),
    "CH": ("Speichengasse", "Nabenweg", "Am Veloplatz", "Kettenrain", "Chemin du Guidon", "Föhnstrasse"),
    "SE": ("Ekergatan", "Kedjevägen", "Navgränd", "Lyktstigen", "Sadelmakargatan", "Trampvägen"),
    "PL": ("ul. Szprychowa", "ul. Łańcuchowa", "ul. Pedałowa", "ul. Siodełkowa", "ul. Latarników"),
}

# Britain, France, Germany and Sweden keep these ranges free for fiction; the Swiss and Polish ones begin with a digit
# that no subscriber has.
_PHONES = {
    "DE": "+49 30 23125###", "FR": "+33 1 99 00 ## ##", "GB": "+44 1632 960###", "CH": "+41 44 000 ## ##",
    "SE": "+46 8 465 004 ##", "PL": "+48 22 000 ## ##",
}  # fmt: skip


def _read_towns() -> dict[str, tuple[Town, ...]]:
    text = (files("hansa.site.demo.world") / "texts" / "towns.txt").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines()]
    towns = [Town(name, region, territory, postcode) for territory, name, region, postcode in rows]
    return {each: tuple(town for town in towns if town.territory == each) for each in TERRITORIES}


TOWNS = _read_towns()


def towns_of(country: str) -> tuple[Town, ...]:
    """Every town of a country, all its territories together."""
    return tuple(town for territory, home in TERRITORIES.items() if home == country for town in TOWNS[territory])


def filled(pattern: str, chance: Random) -> str:
    """The pattern with a digit in place of each `#`."""
    return "".join(str(chance.randrange(10)) if letter == "#" else letter for letter in pattern)


def street(country: str, chance: Random) -> str:
    """A street with a house number, in the order of the country."""
    name, number = chance.choice(_STREETS[country]), chance.randrange(1, 140)
    if country in ("FR", "GB"):
        return f"{number} {name}"
    return f"{name} {number}"


def phone(country: str, chance: Random) -> str:
    """A telephone number that rings nowhere, in international form."""
    return filled(_PHONES[country], chance)
