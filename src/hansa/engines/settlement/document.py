"""The paying part of a program document, as frozen values.

Money is a plain decimal in the program's currency; a rate is a fraction (2.5% is Decimal("0.025")); `until` is
exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from hansa.kernel.money import minor_digits
from hansa.kernel.period import FiscalYear, Period, PeriodKind, periods_between

IncentiveKind = Literal["rebate", "commission", "spiff", "mdf"]
PayeeKind = Literal["partner", "distributor", "rep"]
Measure = Literal["net_amount", "quantity", "growth"]
Method = Literal["retrospective", "stepped"]
ValueKind = Literal["rate", "per_unit", "fixed"]


@dataclass(frozen=True, slots=True)
class Who:
    """Which partners take part. None matches everyone; otherwise one of the values must match exactly."""

    types: tuple[str, ...] | None = None
    tiers: tuple[str, ...] | None = None
    territories: tuple[str, ...] | None = None
    partners: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class What:
    """Which products count. None matches every product; `except_products` takes away."""

    categories: tuple[str, ...] | None = None
    families: tuple[str, ...] | None = None
    products: tuple[str, ...] | None = None
    except_products: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """From which measure on a value is paid. `start` is money, a quantity or, for growth, a fraction (10% is 0.1)."""

    start: Decimal
    kind: ValueKind
    value: Decimal


@dataclass(frozen=True, slots=True)
class Incentive:
    """One paying rule: who is paid, for which lines, in which period, how much."""

    id: str
    name: str
    kind: IncentiveKind
    period: PeriodKind
    bands: tuple[Band, ...]
    payee: PayeeKind = "partner"
    who: Who = Who()
    what: What = What()
    measure: Measure = "net_amount"
    method: Method = "retrospective"
    cap: Decimal | None = None
    minimum: Decimal | None = None
    exclusive_group: str | None = None


@dataclass(frozen=True, slots=True)
class ProgramDocument:
    """The paying part of one program version."""

    program: str
    version: str
    currency: str
    fiscal_year: FiscalYear
    effective_from: date
    effective_until: date
    tiers: tuple[str, ...]
    incentives: tuple[Incentive, ...]

    @property
    def minor_digits(self) -> int:
        """Decimals of the program currency's minor unit."""
        return minor_digits(self.currency)

    def periods(self, kind: PeriodKind) -> tuple[Period, ...]:
        """Every period of `kind` that overlaps `effective`, in order."""
        return periods_between(kind, self.effective_from, self.effective_until, self.fiscal_year)


def periods_of(document: ProgramDocument) -> tuple[Period, ...]:
    """Every period that some incentive of the document pays for, each once: by start date, the shorter first."""
    kinds = {incentive.period for incentive in document.incentives}
    found = [each for kind in kinds for each in document.periods(kind)]
    return tuple(sorted(found, key=lambda each: (each.start, each.until)))
