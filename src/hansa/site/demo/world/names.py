"""Names of companies and people that do not exist: places that are on no map, put together in six countries' manner."""

from __future__ import annotations

import unicodedata
from random import Random

_HEADS = {
    "DE": "Möwen Fuchs Kranich Nebel Stern Linden Otter Reiher Dachs Hasel Schlehen "
    "Wacholder Silber Drossel Torf Ähren Kiebitz Rüben Unken Quendel",
    "FR": "Brume Chante Clair Loup Herbe Roche Givre Épine Fauve Argent Ombre Vire Étoile Grive Sèche Noire",
    "GB": "Fox Thistle Heron Raven Bramble Otter Lark Moss Copper Wren Hazel Badger Ember Sorrel Marsh Kestrel",
    "CH": "Geiss Föhn Arven Murmel Enzian Gletsch Tannen Bären Luchs Wetter Silber Nuss",
    "SE": "Älg Björk Tran Lom Ljung Sten Räv Gran Häger Snö Vind Hjort",
    "PL": "Mgiel Jastrzęb Brzoz Żuraw Wilcz Lip Sosn Bóbr Krucz Jagod Świerk Dzięciel",
}
_TAILS = {
    "DE": "klamm hagen brück moor feld stieg winkel grund kuhle horst",
    "FR": "val mont fontaine marais combe lande rive bois pré",
    "GB": "marrow wick combe holt fen garth low stead mere",
    "CH": "egg rüti matt horn wil boden alp",
    "SE": "viken mark näs hult torp sund berga",
    "PL": "owo anka isko ówka nica owice in",
}
_FORMS = {
    "DE": "Radhaus {};Zweirad {};Fahrradwerk {};{} Radkontor;Velolager {};Radstube {};{} Rad & Reise",
    "FR": "Cycles {};Vélo-Atelier {};La Roue de {};{} Vélos;Comptoir du Cycle {};Pédale de {}",
    "GB": "{} Cycles;{} Bike Works;The {} Wheelhouse;{} & Daughters Cycles;{} Velo Supply;{} Pedal Store",
    "CH": "Velo {};Zweirad {};{} Velowerk;Cycles {};Velohalle {}",
    "SE": "{} Cykel;Cykelverkstan {};{} Hjul;Cykelboden {};{} Cykellager",
    "PL": "Rowery {};Rowerownia {};{} Dwa Koła;Centrum Rowerowe {};Warsztat {}",
}
_LEGAL = {
    "DE": "GmbH;GmbH & Co. KG;e. K.;OHG",
    "FR": "SARL;SAS;EURL",
    "GB": "Ltd;Limited;LLP",
    "CH": "AG;GmbH",
    "SE": "AB;HB",
    "PL": "sp. z o.o.;s.c.;sp.j.",
}
_GIVEN = {
    "DE": "Anke Birte Clara Dörte Elif Frieda Henning Jens Käthe Lukas Malte Nuray Ole Paul Rieke Sören Tilda Uwe",
    "FR": "Adèle Basile Cécile Denis Élodie Fabien Gaëlle Hugo Inès Jules Léa Maël Noémie Rémi Sylvie Théo",
    "GB": "Alice Ben Carys Dev Ella Fergus Grace Hamish Isla Jamal Kit Lorna Mina Niall Owen Priya",
    "CH": "Andri Beat Chiara Flurin Gian Heidi Luca Mirjam Nadia Reto Seraina Urs",
    "SE": "Anja Björn Cajsa Elsa Gösta Hedda Ingrid Jonas Kerstin Lars Märta Nils",
    "PL": "Agata Bartosz Celina Dawid Ewa Grażyna Jakub Kasia Łukasz Małgorzata Paweł Zofia",
}
_SPELLINGS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "Ł": "L", "å": "a", "ø": "o", "æ": "ae"}
)


def place_names(country: str, chance: Random) -> list[str]:
    """Every place that can be made up for a country, shuffled."""
    names = [head + tail for head in _HEADS[country].split() for tail in _TAILS[country].split()]
    chance.shuffle(names)
    return names


def shop_names(country: str, count: int, chance: Random) -> list[str]:
    """`count` names of shops, no two alike: each place is used up before it comes again with another form."""
    places = place_names(country, chance)
    forms = _FORMS[country].split(";")
    offset = chance.randrange(len(forms))
    return [
        forms[(index + index // len(places) + offset) % len(forms)].format(places[index % len(places)])
        for index in range(count)
    ]


def legal_name(name: str, country: str, chance: Random) -> str:
    """The name as the register would have it."""
    return f"{name} {chance.choice(_LEGAL[country].split(';'))}"


def person_name(country: str, chance: Random) -> str:
    """A given name of the country with a surname that is one of its made-up places."""
    surname = chance.choice(_HEADS[country].split()) + chance.choice(_TAILS[country].split())
    return f"{chance.choice(_GIVEN[country].split())} {surname}"


def slug(text: str, separator: str = "-") -> str:
    """Plain small letters and digits, for domains and mail addresses.

    >>> slug("Möwenklamm Rad & Reise")
    'moewenklamm-rad-reise'
    """
    spelt = unicodedata.normalize("NFKD", text.lower().translate(_SPELLINGS)).encode("ascii", "ignore").decode()
    words = "".join(letter if letter.isalnum() else " " for letter in spelt.replace("'", "")).split()
    return separator.join(words)


def typo(name: str, chance: Random) -> str:
    """The name with a letter doubled, lost or swapped with its neighbour."""
    at = chance.randrange(2, max(3, len(name) - 2))
    ways = (
        name[:at] + name[at - 1] + name[at:],
        name[:at] + name[at + 1 :],
        name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :],
    )
    return next(way for way in chance.sample(ways, len(ways)) if " ".join(way.split()) != name)


def misspelt(name: str, chance: Random) -> str:
    """The name as somebody in a hurry types it: with a typo, shouted, or without its accents."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    ways = (typo(name, chance), typo(name, chance), name.upper(), plain.replace(" ", "  ", 1))
    return next(way for way in chance.sample(ways, len(ways)) if way != name)
