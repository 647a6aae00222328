"""From lines to payouts: cells, claims, what each claim is due, and who wins within an exclusive group.

A *cell* sums the lines of one payee, fiscal month and mask, so that every incentive reads a small table instead of
the lines. A *claim* is one incentive x payee x period with at least one eligible line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hansa.engines.settlement.compile import BITS, bit, words
from hansa.engines.settlement.compile.calendar import Asked
from hansa.engines.settlement.document import Incentive
from hansa.kernel.period import MONTHS_OF

# What came of a claim. The reason in words is made of it.
PAID, CAPPED, UNDEFINED, UNREACHED, NOTHING, BELOW_MINIMUM, NEGATIVE = 0, 1, 2, 3, 4, 5, 6

# How a payout is spread over its lines.
BY_AMOUNT, BY_QUANTITY, EQUALLY = 0, 1, 2


def cells_sql(incentives: Sequence[Incentive], payees: Sequence[str]) -> str:
    """Sums by payee, fiscal month and mask: base, quantity, lines, the positive parts that shares weigh by, and their
    greatest.
    """
    masks = [f"m{word}" for word in words(len(incentives))]
    keys = ", ".join(["partner_number", *payees, "month", *masks])
    return f"""
        SELECT {keys}, sum(amount) AS base, sum(quantity) AS quantity, count(*) AS lines,
            sum(greatest(amount, 0)) AS amount_weight, sum(greatest(quantity, 0)) AS quantity_weight,
            max(amount) AS greatest_amount, max(quantity) AS greatest_quantity
        FROM line WHERE {" OR ".join(f"{mask} <> 0" for mask in masks)} GROUP BY {keys}"""


def claims_sql(asked: Asked) -> str:
    """Every claim with its sums and, for growth, the base of the same period a year before (`earlier`, else 0)."""
    incentives = asked.document.incentives
    bits = [f"b{word}" for word in words(len(incentives))]
    wanted = " | ".join(f"(cell.m{word} & want.b{word})" for word in words(len(incentives)))
    return f"""
        SELECT due.incentive, due.period, coalesce(name.id, due.other) AS payee, due.partner_number, base, quantity,
            lines, amount_weight, quantity_weight, greatest_amount, greatest_quantity, earlier
        FROM (
            SELECT want.incentive, want.period, {_payee(incentives)},
                sum(CASE WHEN past THEN 0 ELSE cell.base END) AS base,
                sum(CASE WHEN past THEN 0 ELSE cell.quantity END) AS quantity,
                CAST(sum(CASE WHEN past THEN 0 ELSE cell.lines END) AS BIGINT) AS lines,
                sum(CASE WHEN past THEN 0 ELSE cell.amount_weight END) AS amount_weight,
                sum(CASE WHEN past THEN 0 ELSE cell.quantity_weight END) AS quantity_weight,
                max(CASE WHEN past THEN NULL ELSE cell.greatest_amount END) AS greatest_amount,
                max(CASE WHEN past THEN NULL ELSE cell.greatest_quantity END) AS greatest_quantity,
                sum(CASE WHEN past THEN cell.base ELSE 0 END) AS earlier
            FROM cell JOIN (VALUES {", ".join(_wants(asked))})
                AS want(incentive, month, period, past, {", ".join(bits)}) ON cell.month = want.month
            WHERE ({wanted}) <> 0 GROUP BY ALL
        ) AS due
        LEFT JOIN (SELECT DISTINCT number, id FROM partner_span) AS name ON due.partner_number = name.number
        WHERE due.lines > 0"""


def _payee(incentives: Sequence[Incentive]) -> str:
    """The columns that tell payees apart: a partner's number, or the name of another."""

    def case(kinds: Sequence[str], column: Callable[[str], str]) -> str:
        whens = [
            f"WHEN {index} THEN {column(each.payee)}" for index, each in enumerate(incentives) if each.payee in kinds
        ]
        return f"CASE want.incentive {' '.join(whens)} END" if whens else ""

    everyone = all(each.payee == "partner" for each in incentives)
    number = "cell.partner_number" if everyone else case(("partner",), lambda _payee: "cell.partner_number")
    other = case(("distributor", "rep"), lambda payee: f"cell.{payee}")
    return f"{number or 'CAST(NULL AS INTEGER)'} AS partner_number, {other or 'CAST(NULL AS VARCHAR)'} AS other"


def _wants(asked: Asked) -> list[str]:
    """A row for each fiscal month that an incentive sums: incentive, month, the period that it is summed for, whether
    as the year before, and the incentive's bit.
    """
    count = len(asked.document.incentives)
    rows = [
        f"({', '.join(map(str, (index, month - 12 * past, number, bool(past), *_bits(index, count))))})"
        for index, incentive in enumerate(asked.document.incentives)
        for number in asked.numbers(index)
        for month in range(number * MONTHS_OF[incentive.period], (number + 1) * MONTHS_OF[incentive.period])
        for past in ((0, 1) if incentive.measure == "growth" else (0,))
    ]
    return rows or [f"({', '.join(['0, CAST(NULL AS INTEGER), 0, false', *('0' for _ in words(count))])})"]


def _bits(index: int, count: int) -> list[int]:
    return [bit(index) if index // BITS == word else 0 for word in words(count)]


@dataclass(frozen=True, slots=True)
class Units:
    """What one unit of money and one unit of quantity are held as."""

    money: int
    quantity: int


def payouts_sql(asked: Asked, quantity_decimals: int) -> str:
    """What each claim is due and what is paid: band (0 none, 1 the first), outcome, due, paid, winner, how shares are
    weighed.
    """
    document = asked.document
    units = Units(10**document.minor_digits, 10**quantity_decimals)
    banded, numerator, divisor = [], [], []
    modes: list[str] = []
    for index, incentive in enumerate(document.incentives):
        banded.append(f"WHEN {index} THEN {_band(incentive, units)}")
        amount, below, mode = _due(incentive, units)
        numerator.append(f"WHEN {index} THEN {amount}")
        divisor.append(f"WHEN {index} THEN {below}")
        modes.append(f"WHEN {index} THEN {mode}")
    if not banded:
        banded, numerator, divisor, modes = (["WHEN 0 THEN 0"], ["WHEN 0 THEN 0"], ["WHEN 0 THEN 1"], ["WHEN 0 THEN 0"])
    return _PAYOUTS.format(
        bands=" ".join(banded),
        numerators=" ".join(numerator),
        divisors=" ".join(divisor),
        modes=" ".join(modes),
        minimum=_limit(document.incentives, "minimum", units.money),
        cap=_limit(document.incentives, "cap", units.money),
        groups=_groups(document.incentives),
        ranked=_RANKED if any(each.exclusive_group for each in document.incentives) else _ALONE,
    )


_ALONE = "SELECT *, incentive AS best, due AS most FROM due"
_RANKED = """
            SELECT *, first_value(incentive) OVER best AS best,
                max(due) OVER (PARTITION BY exclusive, period, payee) AS most
            FROM due WINDOW best AS (PARTITION BY exclusive, period, payee ORDER BY due DESC, incentive
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"""
_WEIGHT = f"CASE mode WHEN {BY_AMOUNT} THEN amount_weight WHEN {BY_QUANTITY} THEN quantity_weight ELSE lines END"
_GREATEST = f"CASE mode WHEN {BY_AMOUNT} THEN greatest_amount WHEN {BY_QUANTITY} THEN greatest_quantity ELSE 1 END"
_PAYOUTS = f"""
        WITH banded AS (SELECT *, CAST(CASE incentive {{bands}} END AS INTEGER) AS band FROM claim),
        raw AS (
            SELECT *, CAST(CASE incentive {{numerators}} END AS HUGEINT) AS numerator,
                CAST(CASE incentive {{divisors}} END AS HUGEINT) AS divisor,
                CAST(CASE incentive {{modes}} END AS INTEGER) AS mode
            FROM banded
        ),
        rounded AS (
            SELECT *, CAST((2 * greatest(numerator, 0) + divisor) // (2 * divisor) AS HUGEINT) AS whole FROM raw
        ),
        limited AS (
            SELECT *, {{minimum}} AS minimum,
                {{cap}} AS cap, {{groups}} AS exclusive
            FROM rounded
        ),
        due AS (
            SELECT *, CASE WHEN whole < minimum THEN 0 WHEN whole > cap THEN cap ELSE whole END AS due,
                CAST(CASE WHEN band = -1 THEN {UNDEFINED} WHEN band = 0 THEN {UNREACHED}
                    WHEN numerator < 0 THEN {NEGATIVE}
                    WHEN whole = 0 THEN {NOTHING}
                    WHEN whole < minimum THEN {BELOW_MINIMUM} WHEN whole > cap THEN {CAPPED}
                    ELSE {PAID} END AS INTEGER) AS outcome
            FROM limited
        ),
        ranked AS ({{ranked}})
        SELECT incentive, period, payee, partner_number, base, quantity, lines, earlier, band, outcome, due, mode,
            CAST(CASE WHEN best = incentive THEN due ELSE 0 END AS HUGEINT) AS paid,
            CASE WHEN best <> incentive AND most > 0 THEN best END AS winner,
            CAST({_WEIGHT} AS HUGEINT) AS weight, CAST({_GREATEST} AS HUGEINT) AS greatest
        FROM ranked"""


def _band(incentive: Incentive, units: Units) -> str:
    """The number of the band reached, from 1; 0 for none; -1 where growth is undefined."""
    reached = " ".join(
        f"WHEN {_at_least(incentive, band.start, units)} THEN {place}"
        for place, band in sorted(enumerate(incentive.bands, start=1), reverse=True)
    )
    undefined = "WHEN earlier <= 0 THEN -1 " if incentive.measure == "growth" else ""
    return f"CASE {undefined}{reached} ELSE 0 END"


def _at_least(incentive: Incentive, start: Decimal, units: Units) -> str:
    if incentive.measure == "growth":
        over, under = start.as_integer_ratio()
        return f"(base - earlier) * {under} >= earlier * {_big(over)}"
    if incentive.measure == "quantity":
        return f"quantity >= {_big(int(start * units.quantity))}"
    return f"base >= {_big(int(start * units.money))}"


def _due(incentive: Incentive, units: Units) -> tuple[str, str, str]:
    """What the band reached pays in minor units, as numerator and divisor, and how its shares are weighed."""
    kinds = {"rate": BY_AMOUNT, "per_unit": BY_QUANTITY, "fixed": EQUALLY}
    numerators, divisors, modes = [], [], []
    for place, band in enumerate(incentive.bands, start=1):
        over, under = _value(incentive, place - 1, units)
        numerators.append(f"WHEN {place} THEN {over}")
        divisors.append(f"WHEN {place} THEN {_big(under)}")
        modes.append(f"WHEN {place} THEN {kinds[band.kind]}")
    return (
        f"CASE band {' '.join(numerators)} ELSE 0 END",
        f"CASE band {' '.join(divisors)} ELSE 1 END",
        f"CASE band {' '.join(modes)} ELSE {BY_AMOUNT} END",
    )


def _value(incentive: Incentive, place: int, units: Units) -> tuple[str, int]:
    """Numerator (SQL) and divisor of the payout of one band, unrounded."""
    if incentive.method == "stepped":
        return _steps(incentive, place, units)
    band = incentive.bands[place]
    over, digits = _integer(band.value)
    if band.kind == "fixed":
        return _big(int(band.value * units.money)), 1
    if band.kind == "per_unit":
        return f"quantity * {_big(over * units.money)}", 10**digits * units.quantity
    return f"base * {_big(over)}", 10**digits


def _steps(incentive: Incentive, place: int, units: Units) -> tuple[str, int]:
    """Each slice under the measure at its own band's value, over one divisor."""
    measure, unit, factor = (
        ("base", units.money, 1) if incentive.measure == "net_amount" else ("quantity", units.quantity, units.money)
    )
    digits = max(_integer(band.value)[1] for band in incentive.bands)
    slices = []
    for index, band in enumerate(incentive.bands[: place + 1]):
        value = int(band.value.scaleb(digits)) * factor
        start = int(band.start * unit)
        if index < place:
            slices.append(_big((int(incentive.bands[index + 1].start * unit) - start) * value))
        else:
            slices.append(f"({measure} - {_big(start)}) * {_big(value)}")
    return " + ".join(slices), 10**digits * (units.quantity if measure == "quantity" else 1)


def _integer(value: Decimal) -> tuple[int, int]:
    """A decimal as an integer and the number of decimals taken off."""
    exponent = value.as_tuple().exponent
    digits = max(0, -exponent) if isinstance(exponent, int) else 0
    return int(value.scaleb(digits)), digits


def _big(value: int) -> str:
    """An integer literal of 128 bits."""
    return f"CAST({value} AS HUGEINT)"


def _limit(incentives: Sequence[Incentive], name: str, units: int) -> str:
    limits = [(index, getattr(each, name)) for index, each in enumerate(incentives)]
    whens = [f"WHEN {index} THEN {_big(int(limit * units))}" for index, limit in limits if limit is not None]
    return f"CASE incentive {' '.join(whens)} END" if whens else "CAST(NULL AS HUGEINT)"


def _groups(incentives: Sequence[Incentive]) -> str:
    """A number for each exclusive group; an incentive outside of any has its own."""
    names = sorted({each.exclusive_group for each in incentives if each.exclusive_group is not None})
    whens = [
        f"WHEN {index} THEN {-1 - names.index(each.exclusive_group)}"
        for index, each in enumerate(incentives)
        if each.exclusive_group is not None
    ]
    return f"CASE incentive {' '.join(whens)} ELSE incentive END" if whens else "incentive"
