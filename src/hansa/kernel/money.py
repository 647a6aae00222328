"""Money as integer minor units with its currency, and splits that always sum to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.core import UnknownLocaleError
from babel.numbers import get_currency_precision, list_currencies


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies cannot be added or compared."""


@cache
def known_currencies() -> frozenset[str]:
    """Every ISO 4217 code that the platform accepts."""
    try:
        return frozenset(list_currencies())
    except UnknownLocaleError:  # pragma: no cover - babel ships its root locale
        return frozenset()


@cache
def minor_digits(currency: str) -> int:
    """Decimals of a currency's minor unit (ISO 4217 exponent): USD 2, JPY 0, KWD 3."""
    if currency not in known_currencies():
        raise ValueError(f"{currency!r} is not an ISO 4217 currency code")
    return ISO_EXPONENTS.get(currency, get_currency_precision(currency))


# CLDR's cash habits differ from ISO 4217 for these; settlement follows ISO.
ISO_EXPONENTS = {
    "AFN": 2, "ALL": 2, "COP": 2, "IDR": 2, "IQD": 3, "IRR": 2, "KPW": 2, "LAK": 2, "LBP": 2, "MGA": 2, "MMK": 2, "MUR": 2,
    "PKR": 2, "RSD": 2, "SLL": 2, "SOS": 2, "SYP": 2, "TZS": 2, "UZS": 2, "YER": 2, "ZMK": 2, "HUF": 2, "TWD": 2, "CRC": 2,
    "GYD": 2, "MNT": 2, "NOK": 2, "SEK": 2, "CZK": 2, "ISK": 0, "CLP": 0, "UYI": 0, "UGX": 0, "CLF": 4, "UYW": 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount: `minor` units of `currency` (1234 USD minor units are 12.34 USD)."""

    minor: int
    currency: str

    @classmethod
    def from_decimal(cls, amount: Decimal, currency: str) -> Money:
        """Round half away from zero to the currency's minor unit."""
        scaled = amount.scaleb(minor_digits(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return cls(int(scaled), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with exactly the minor unit's decimals."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return f"{self.decimal:,f} {self.currency}"

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")


def split(whole: int, weights: Sequence[int]) -> list[int]:
    """Spread `whole` minor units (≥ 0) over integer weights (≥ 0, not all 0) by largest remainder.

    Each exact share is rounded down; the units left go one each to the largest remainders, ties to the earlier position.

    >>> split(100, [1, 1, 1])
    [34, 33, 33]
    """
    total = sum(weights)
    if whole < 0 or total <= 0 or min(weights) < 0:
        raise ValueError("a split needs a whole ≥ 0 and weights ≥ 0 that are not all 0")
    shares = [whole * weight // total for weight in weights]
    remainders = [whole * weight % total for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in order[: whole - sum(shares)]:
        shares[index] += 1
    return shares
