"""A hundred thousand end customers that do not exist, as a vendor's CRM would have them: some stand there twice."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from hansa.site.demo.world import names
from hansa.site.demo.world.places import CURRENCIES, filled, phone, street, towns_of
from hansa.site.demo.world.streams import stream

SIZE = 100_000
VARIANT_SHARE = 0.08
_SYLLABLES = [
    "bal",
    "bor",
    "dan",
    "del",
    "eri",
    "fal",
    "gar",
    "hol",
    "ind",
    "jor",
    "kal",
    "lun",
    "mer",
    "nor",
    "ost",
    "pal",
    "quel",
    "ras",
    "sol",
    "tam",
    "ulm",
    "vel",
    "wes",
    "xan",
    "yor",
    "zan",
]
_ENDINGS = ["a", "en", "is", "o", "um", "ara", "ing", "lund", "mont", "sted", "vik", "wald"]
_TRADES = {
    "DE": "Logistik Maschinenbau Kurierdienst Stadtwerke Elektrotechnik Bau Pflegedienst Druckerei Gebäudetechnik Handel",
    "FR": "Livraison Transports Conseil Bâtiment Imprimerie Services Énergie Mécanique Distribution Santé",
    "GB": "Logistics Engineering Couriers Services Foods Printing Builders Energy Holdings Trading",
    "CH": "Logistik Treuhand Kurier Energie Haustechnik Druck Bau Handel Pharma Spedition",
    "SE": "Logistik Bud Bygg Energi Teknik Handel Transport Service Tryck Konsult",
    "PL": "Logistyka Kurier Budowa Energia Serwis Handel Transport Druk Technika Usługi",
}
_FORMS = {
    "DE": ("GmbH", "AG", "GmbH & Co. KG", "e. K."),
    "FR": ("SAS", "SARL", "SA"),
    "GB": ("Ltd", "Limited", "PLC", "LLP"),
    "CH": ("AG", "GmbH", "SA"),
    "SE": ("AB", "HB"),
    "PL": ("sp. z o.o.", "S.A.", "sp. j."),
}


def customers(seed: int, count: int = SIZE) -> list[dict[str, str]]:
    """Facts of `count` companies, the same for the same seed; about one in twelve is another spelling of an earlier one."""
    chance = stream(seed, "clientele")
    made: list[dict[str, str]] = []
    for facts in _firms(chance):
        if len(made) == count:
            break
        again = made and chance.random() < VARIANT_SHARE
        made.append(_variant(chance.choice(made), chance) if again else facts)
    return made


def _firms(chance: Random) -> Iterator[dict[str, str]]:
    countries = list(CURRENCIES)
    towns = {country: towns_of(country) for country in countries}
    while True:
        country = chance.choice(countries)
        town = chance.choice(towns[country])
        core = f"{_word(chance)} {chance.choice(_TRADES[country].split())}"
        yield {
            "name": f"{core} {chance.choice(_FORMS[country])}",
            "domain": f"{names.slug(core)}.example" if chance.random() < 0.7 else "",
            "country": country,
            "region": town.region,
            "city": town.name,
            "postcode": filled(town.postcode, chance),
            "street": street(country, chance) if chance.random() < 0.5 else "",
            "phone": phone(country, chance) if chance.random() < 0.3 else "",
        }


def _word(chance: Random) -> str:
    parts = [chance.choice(_SYLLABLES) for _ in range(chance.randrange(1, 4))]
    return ("".join(parts) + chance.choice(_ENDINGS)).capitalize()


def _variant(facts: dict[str, str], chance: Random) -> dict[str, str]:
    """The same firm as somebody else would type it: misspelt, in capitals, under another form or without one."""
    forms = [form for form in _FORMS[facts["country"]] if facts["name"].endswith(form)]
    core = facts["name"].removesuffix(max(forms, key=len, default="")).strip()
    ways = (
        names.typo(core, chance),
        core.upper(),
        f"{core} {chance.choice(_FORMS[facts['country']])}",
        core,
    )
    kept = {**facts, "name": chance.choice(ways)}
    for field in ("street", "phone", "domain"):
        if chance.random() < 0.5:
            kept[field] = ""
    return kept
