"""Exact numbers from text and back. Everything in between is a Fraction; no float and no context precision anywhere."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from tests.oracle.refused import refuse

PLAIN_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
MINOR_DIGITS = {
    "USD": 2, "EUR": 2, "GBP": 2, "CAD": 2, "AUD": 2, "CHF": 2, "SEK": 2, "HUF": 2,
    "JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0,
    "KWD": 3, "BHD": 3, "TND": 3,
}  # fmt: skip


def plain(text: str, what: str) -> Fraction:
    """A plain decimal, exactly."""
    if not PLAIN_DECIMAL.fullmatch(text):
        raise refuse("not a number", f"{what}: {text!r}")
    return Fraction(text)


def percent(text: str, what: str) -> Fraction:
    """`2.5%` is 25/1000."""
    if not text.endswith("%"):
        raise refuse("not a percentage", f"{what}: {text!r}")
    return plain(text[:-1], what) / 100


def decimals(text: str) -> int:
    """Decimals as written: 1.50 has two. The oracle reads text only; of stored decimals the value counts."""
    return len(text.partition(".")[2])


def half_away(value: Fraction) -> int:
    """The nearest integer, a half away from zero (steps 2 and 7)."""
    whole = (abs(value) * 2 + 1) // 2
    return int(whole) if value >= 0 else -int(whole)


def fixed_point(minor: int, digits: int) -> str:
    """Minor units as money with exactly the minor unit's decimals: (-5, 2) is -0.05."""
    sign = "-" if minor < 0 else ""
    text = str(abs(minor)).rjust(digits + 1, "0")
    return sign + (f"{text[:-digits]}.{text[-digits:]}" if digits else text)


def money(value: Fraction, digits: int) -> str:
    return fixed_point(half_away(value * 10**digits), digits)


def quantity(value: Fraction) -> str:
    """Without exponent or trailing zeros: 10, 2.5, -3."""
    text = fixed_point(half_away(value * 10**18), 18)
    return text.rstrip("0").rstrip(".")


def growth(value: Fraction) -> str:
    """A percentage with four decimals: 12.3457%."""
    return money(value * 100, 4) + "%"


def as_decimal(minor: int, digits: int) -> Decimal:
    return Decimal(fixed_point(minor, digits))
