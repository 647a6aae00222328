"""Settings that contradict each other are refused at the door, before anything is paid."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hansa.engines.settlement.document import Incentive, Measure, ProgramDocument, ValueKind
from hansa.engines.settlement.readers import Place
from hansa.kernel.money import known_currencies, minor_digits

MAX_QUANTITY_DECIMALS = 6

# What each measure may pay by retrospective bands, and by stepped ones.
RETROSPECTIVE: dict[Measure, tuple[ValueKind, ...]] = {
    "net_amount": ("rate", "fixed"),
    "quantity": ("per_unit", "fixed", "rate"),
    "growth": ("rate", "fixed"),
}
STEPPED: dict[Measure, tuple[ValueKind, ...]] = {"net_amount": ("rate",), "quantity": ("per_unit",), "growth": ()}


def check_incentive(place: Place, incentive: Incentive, currency: str | None) -> None:
    """One incentive against itself."""
    allowed = (STEPPED if incentive.method == "stepped" else RETROSPECTIVE)[incentive.measure]
    if not allowed:
        place.note("method", f"retrospective: {incentive.measure} cannot be paid by steps")
    digits = minor_digits(currency) if currency in known_currencies() and currency else None
    lowest = Decimal(-1) if incentive.measure == "growth" else Decimal(0)
    previous: Decimal | None = None
    for index, band in enumerate(incentive.bands):
        path = f"bands[{index}]"
        if band.start < lowest:
            place.note(f"{path}.from", f"a value of at least {'-100%' if lowest else '0'}")
        if previous is not None and band.start <= previous:
            place.note(f"{path}.from", "more than the band before: bands ascend strictly")
        previous = band.start
        if allowed and band.kind not in allowed:
            where = f"{incentive.method} bands of {incentive.measure}"
            place.note(f"{path}.{band.kind}", f"{' or '.join(allowed)}, which is what {where} can pay")
        if band.value < 0:
            place.note(f"{path}.{band.kind}", "a value of at least 0")
        if band.kind == "fixed":
            _check_decimals(place, f"{path}.fixed", band.value, digits)
        if incentive.measure != "growth":
            _check_decimals(
                place, f"{path}.from", band.start, MAX_QUANTITY_DECIMALS if incentive.measure == "quantity" else digits
            )
    _check_limits(place, incentive, digits)


def _check_limits(place: Place, incentive: Incentive, digits: int | None) -> None:
    for key, value in (("cap", incentive.cap), ("minimum", incentive.minimum)):
        if value is not None and value < 0:
            place.note(key, "a value of at least 0")
        if value is not None:
            _check_decimals(place, key, value, digits)
    if incentive.cap is not None and incentive.minimum is not None and incentive.cap < incentive.minimum:
        place.note("cap", f"at least the minimum, which is {incentive.minimum}")


def _check_decimals(place: Place, key: str, value: Decimal, digits: int | None) -> None:
    exponent = value.as_tuple().exponent
    if digits is not None and isinstance(exponent, int) and -exponent > digits:
        place.note(key, f"at most {digits} decimals")


def check_together(placed: Sequence[tuple[Place, Incentive]]) -> None:
    """Ids are unique; the incentives of one exclusive group share payee and period."""
    seen: set[str] = set()
    first: dict[str, Incentive] = {}
    for place, incentive in placed:
        if incentive.id in seen:
            place.note("id", f"each id once; {incentive.id} is taken already")
        seen.add(incentive.id)
        if incentive.exclusive_group is None:
            continue
        other = first.setdefault(incentive.exclusive_group, incentive)
        if (other.payee, other.period) != (incentive.payee, incentive.period):
            place.note(
                "exclusive_group",
                f"the payee and period of {other.id} in the same group: {other.payee}, {other.period}",
            )


def check_tiers(placed: Sequence[tuple[Place, Incentive]], tiers: Sequence[str]) -> None:
    """An incentive names only tiers that the program has."""
    for place, incentive in placed:
        for index, tier in enumerate(incentive.who.tiers or ()):
            if tier not in tiers:
                place.note(f"who.tiers[{index}]", f"a tier of this program: {', '.join(tiers)}; not {tier}")


def check_growth_periods(document: ProgramDocument, placed: Sequence[tuple[Place, Incentive]]) -> None:
    """Growth compares whole periods, so `effective` must not cut one."""
    for place, incentive in placed:
        if incentive.measure != "growth":
            continue
        periods = document.periods(incentive.period)
        if periods[0].start != document.effective_from or periods[-1].until != document.effective_until:
            place.note(
                "measure",
                f"effective to hold whole {incentive.period} periods where growth is measured; "
                f"it cuts {periods[0].label if periods[0].start != document.effective_from else periods[-1].label}",
            )
