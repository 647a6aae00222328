"""What makes a posting right; how journals and periods are sealed; how rates are crossed. No framework."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from uuid import UUID

RATE_DIGITS = Context(prec=12, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Leg:
    """One signed amount in minor units on one account kind; `beneficiary` is empty on the operator's own accounts."""

    account: str
    beneficiary: str
    amount: int
    currency: str


def unbalanced(legs: Iterable[Leg]) -> dict[str, int]:
    """The currencies in which the legs do not sum to zero, with what is off (L1)."""
    sums: dict[str, int] = {}
    for leg in legs:
        sums[leg.currency] = sums.get(leg.currency, 0) + leg.amount
    return {currency: total for currency, total in sums.items() if total}


def accrual_legs(*, kind: str, beneficiary: str, amount: int, currency: str) -> tuple[Leg, Leg]:
    """An accrual of `amount` (negative takes back): the operator's expense against what is owed to the beneficiary."""
    return (
        Leg(f"{kind.upper()}_EXPENSE", "", amount, currency),
        Leg(f"{kind.upper()}_ACCRUED", beneficiary, -amount, currency),
    )


def digest_of_transaction(
    *,
    transaction_id: UUID,
    source: str,
    beneficiary: str,
    kind: str,
    effective_on: date,
    explanation: Mapping[str, object],
    legs: Sequence[Leg],
) -> str:
    """SHA-256 over everything that a transaction says, hex."""
    said = {
        "id": str(transaction_id),
        "source": source,
        "beneficiary": beneficiary,
        "kind": kind,
        "effective_on": effective_on.isoformat(),
        "explanation": explanation,
        "legs": sorted([leg.account, leg.beneficiary, leg.amount, leg.currency] for leg in legs),
    }
    return hashlib.sha256(
        json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def digest_of_journal(transactions: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over (transaction id, digest) in order of id: what the event log seals for a journal."""
    whole = hashlib.sha256()
    for identifier, digest in sorted(transactions):
        whole.update(f"{identifier}:{digest}\n".encode())
    return whole.hexdigest()


def seal_of_period(*, starts_on: date, journals: Iterable[tuple[str, str]], balances: Mapping[str, int]) -> str:
    """SHA-256 over a closed period: its journals' digests and the balance of each account at its end."""
    said = {"starts_on": starts_on.isoformat(), "journals": sorted(journals), "balances": dict(balances)}
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def cross_rate(*, into_per_base: Decimal, currency_per_base: Decimal) -> str:
    """What one unit of a currency is worth, from two quotes against the same base (program.md, files, rates).

    The exact quotient rounded half away from zero to 12 significant digits, as plain text.

    >>> cross_rate(into_per_base=Decimal("1"), currency_per_base=Decimal("0.87058"))
    '1.14865951435'
    """
    quotient = RATE_DIGITS.divide(into_per_base, currency_per_base)
    text = format(quotient, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def next_month(day: date) -> date:
    """The first day of the month after the one that `day` lies in."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
