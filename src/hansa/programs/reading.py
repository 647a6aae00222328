"""Readers for the platform's own sections: whole numbers, money, words of a list, times of day; no framework.

Each takes the place in the document, notes what was expected where the value cannot stand, and then answers with the
default, so that one reading finds every problem.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from decimal import Decimal

from hansa.engines.settlement import Who
from hansa.engines.settlement.readers import Place, inner, number, text, texts
from hansa.kernel.money import Money, known_currencies, minor_digits

COUNTRY = re.compile("[A-Z]{2}")


def whole(place: Place, key: str, default: int, *, least: int = 0, most: int = 100_000) -> int:
    """A whole number from `least` to `most`."""
    said = text(place, key)
    if said is None:
        return default
    if re.fullmatch("0|[1-9][0-9]{0,5}", said) and least <= int(said) <= most:
        return int(said)
    place.note(key, f"a whole number from {least} to {most}; not {said}")
    return default


def amount(place: Place, key: str, digits: int) -> Decimal | None:
    """A decimal that is not negative and has at most `digits` decimals."""
    said = number(place, key)
    if said is None:
        return None
    if said.is_signed() or -int(said.as_tuple().exponent) > digits:
        place.note(key, f"a number of at least 0 with at most {digits} decimals; not {said}")
        return None
    return said


def money(place: Place, key: str, currency: str) -> Money | None:
    """An amount of the program's currency; None where the document names no known currency."""
    if currency not in known_currencies():
        return None
    said = amount(place, key, minor_digits(currency))
    return None if said is None else Money.from_decimal(said, currency)


def words(place: Place, key: str, among: Sequence[str]) -> tuple[str, ...] | None:
    """A list of some of a few words, each once, in the order of the document."""
    said = texts(place, key)
    for index, word in enumerate(said or ()):
        if word not in among:
            place.note(f"{key}[{index}]", f"one of {', '.join(among)}; not {word}")
    return None if said is None else tuple(word for word in said if word in among) or None


def countries(place: Place, key: str) -> tuple[str, ...]:
    """A list of ISO 3166-1 codes of two letters."""
    said = texts(place, key) or ()
    for index, country in enumerate(said):
        if not COUNTRY.fullmatch(country):
            place.note(f"{key}[{index}]", f"an ISO 3166-1 code such as DE; not {country}")
    return said


def time_of_day(place: Place, key: str, default: time) -> time:
    """A time such as 09:00, hours 00 to 23."""
    said = text(place, key)
    if said is None:
        return default
    if re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", said):
        return time.fromisoformat(said)
    place.note(key, f"a time such as 09:00; not {said}")
    return default


def who(place: Place, key: str) -> Who:
    """Which partners are meant, by type, tier and territory."""
    meant = inner(place, key)
    if meant is None:
        return Who()
    meant.check_keys(("types", "tiers", "territories"))
    return Who(types=texts(meant, "types"), tiers=texts(meant, "tiers"), territories=texts(meant, "territories"))
