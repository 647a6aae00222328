"""Identifiers whose check digits are right and whose holders do not exist.

The check digits follow the issuing registries' published rules: ISO 7064 for the German number and the LEI (ISO 17442),
Luhn for SIREN and the Swedish organization number, weighted sums for the British, Swiss and Polish ones.
"""

from __future__ import annotations

from random import Random


def vat_number(country: str, chance: Random) -> str:
    """A value added tax number of `country` (CH, DE, FR, GB, PL or SE) with a valid check digit."""
    return MAKERS[country](chance)


def lei(chance: Random) -> str:
    """A legal entity identifier: 18 characters and two check digits (ISO 17442, MOD 97-10)."""
    body = "0000HNSA" + "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=10))
    digits = "".join(str(int(letter, 36)) for letter in body + "00")
    return f"{body}{98 - int(digits) % 97:02d}"


def duns(chance: Random) -> str:
    """Nine digits; the scheme has no check digit."""
    return f"{chance.randrange(10**9):09d}"


def _german(chance: Random) -> str:
    body = str(chance.randrange(10**7, 10**8))
    carry = 10
    for digit in body:
        carry = ((int(digit) + carry) % 10 or 10) * 2 % 11
    return f"DE{body}{(11 - carry) % 10}"


def _french(chance: Random) -> str:
    body = str(chance.randrange(10**7, 10**8))
    siren = int(body + _luhn(body))
    return f"FR{(12 + 3 * (siren % 97)) % 97:02d}{siren:09d}"


def _british(chance: Random) -> str:
    body = str(chance.randrange(10**6, 10**7))
    return f"GB{body}{97 - _weighted(body, (8, 7, 6, 5, 4, 3, 2)) % 97:02d}"


def _swiss(chance: Random) -> str:
    while True:
        body = str(chance.randrange(10**7, 10**8))
        check = (11 - _weighted(body, (5, 4, 3, 2, 7, 6, 5, 4)) % 11) % 11
        if check < 10:
            return f"CHE{body}{check}MWST"


def _swedish(chance: Random) -> str:
    body = f"556{chance.randrange(10**6):06d}"
    return f"SE{body}{_luhn(body)}01"


def _polish(chance: Random) -> str:
    while True:
        body = str(chance.randrange(10**8, 10**9))
        check = _weighted(body, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11
        if check < 10:
            return f"PL{body}{check}"


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _luhn(digits: str) -> str:
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


MAKERS = {"CH": _swiss, "DE": _german, "FR": _french, "GB": _british, "PL": _polish, "SE": _swedish}
