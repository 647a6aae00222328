"""From lines to payouts: cells, claims, what each claim is due, and who wins within an exclusive group.

A *cell* sums the lines of one payee, fiscal month and mask, so that every incentive reads a small table instead of
the lines. A *claim* is one incentive x payee x period with at least one eligible line.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hansa.engines.settlement.compile import BITS, QUANTITY_DECIMALS, QUANTITY_UNIT, bit, words
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
    """Every claim with its sums and, for growth, the base of the same period a year before (`earlier`)."""
    selects = [
        _claim(index, incentive, asked.numbers(index))
        for index, incentive in enumerate(asked.document.incentives)
        if asked.numbers(index)
    ]
    nothing = (
        "SELECT 0 AS incentive, 0 AS period, '' AS payee, 0 AS partner_number, CAST(0 AS HUGEINT) AS base,"
        " CAST(0 AS HUGEINT) AS quantity, CAST(0 AS BIGINT) AS lines, CAST(0 AS HUGEINT) AS amount_weight,"
        " CAST(0 AS HUGEINT) AS quantity_weight, CAST(0 AS BIGINT) AS greatest_amount,"
        " CAST(0 AS BIGINT) AS greatest_quantity, CAST(0 AS HUGEINT) AS earlier FROM cell WHERE 1 = 0"
    )
    return " UNION ALL ".join(selects) or nothing


def _claim(index: int, incentive: Incentive, numbers: Sequence[int]) -> str:
    months = MONTHS_OF[incentive.period]
    payee = "name.id" if incentive.payee == "partner" else f"cell.{incentive.payee}"
    partner = "cell.partner_number" if incentive.payee == "partner" else "CAST(NULL AS INTEGER)"
    names = " JOIN partner_name AS name ON cell.partner_number = name.number" if incentive.payee == "partner" else ""
    has_bit = f"(cell.m{index // BITS} & {bit(index)}) <> 0"

    def of(chosen: Sequence[int]) -> str:
        return f"{has_bit} AND cell.month // {months} IN ({', '.join(map(str, chosen))})"

    current = f"""
        SELECT {index} AS incentive, CAST(cell.month // {months} AS INTEGER) AS period,
            {payee} AS payee, {partner} AS partner_number,
            sum(cell.base) AS base, sum(cell.quantity) AS quantity, CAST(sum(cell.lines) AS BIGINT) AS lines,
            sum(cell.amount_weight) AS amount_weight, sum(cell.quantity_weight) AS quantity_weight,
            max(cell.greatest_amount) AS greatest_amount, max(cell.greatest_quantity) AS greatest_quantity
        FROM cell{names} WHERE {of(numbers)} GROUP BY ALL"""
    if incentive.measure != "growth":
        return f"SELECT now.*, CAST(NULL AS HUGEINT) AS earlier FROM ({current}) AS now"
    year = 12 // months
    before = f"""
        SELECT CAST(cell.month // {months} AS INTEGER) + {year} AS period, {payee} AS payee, sum(cell.base) AS base
        FROM cell{names} WHERE {of([number - year for number in numbers])} GROUP BY ALL"""
    return f"""
        SELECT now.*, CAST(coalesce(past.base, 0) AS HUGEINT) AS earlier
        FROM ({current}) AS now LEFT JOIN ({before}) AS past ON now.period = past.period AND now.payee = past.payee"""


def payouts_sql(asked: Asked) -> str:
    """What each claim is due and what is paid: band (0 none, 1 the first), outcome, due, paid, winner, how shares are
    weighed.
    """
    document = asked.document
    units = 10**document.minor_digits
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
        minimum=_limit(document.incentives, "minimum", units),
        cap=_limit(document.incentives, "cap", units),
        groups=_groups(document.incentives),
    )


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
        ranked AS (
            SELECT *, first_value(incentive) OVER best AS best,
                max(due) OVER (PARTITION BY exclusive, period, payee) AS most
            FROM due WINDOW best AS (PARTITION BY exclusive, period, payee ORDER BY due DESC, incentive
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
        )
        SELECT incentive, period, payee, partner_number, base, quantity, lines, earlier, band, outcome, due, mode,
            CAST(CASE WHEN best = incentive THEN due ELSE 0 END AS HUGEINT) AS paid,
            CASE WHEN best <> incentive AND most > 0 THEN best END AS winner,
            CAST({_WEIGHT} AS HUGEINT) AS weight, CAST({_GREATEST} AS HUGEINT) AS greatest
        FROM ranked"""


def _band(incentive: Incentive, units: int) -> str:
    """The number of the band reached, from 1; 0 for none; -1 where growth is undefined."""
    reached = " ".join(
        f"WHEN {_at_least(incentive, band.start, units)} THEN {place}"
        for place, band in sorted(enumerate(incentive.bands, start=1), reverse=True)
    )
    undefined = "WHEN earlier <= 0 THEN -1 " if incentive.measure == "growth" else ""
    return f"CASE {undefined}{reached} ELSE 0 END"


def _at_least(incentive: Incentive, start: Decimal, units: int) -> str:
    if incentive.measure == "growth":
        over, under = start.as_integer_ratio()
        return f"(base - earlier) * {under} >= earlier * {_big(over)}"
    if incentive.measure == "quantity":
        return f"quantity >= {_big(int(start * QUANTITY_UNIT))}"
    return f"base >= {_big(int(start * units))}"


def _due(incentive: Incentive, units: int) -> tuple[str, str, str]:
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


def _value(incentive: Incentive, place: int, units: int) -> tuple[str, int]:
    """Numerator (SQL) and divisor of the payout of one band, unrounded."""
    if incentive.method == "stepped":
        return _steps(incentive, place, units)
    band = incentive.bands[place]
    over, digits = _integer(band.value)
    if band.kind == "fixed":
        return _big(int(band.value * units)), 1
    if band.kind == "per_unit":
        return f"quantity * {_big(over * units)}", 10 ** (digits + QUANTITY_DECIMALS)
    return f"base * {_big(over)}", 10**digits


def _steps(incentive: Incentive, place: int, units: int) -> tuple[str, int]:
    """Each slice under the measure at its own band's value, over one divisor."""
    measure, unit, factor = (
        ("base", units, 1) if incentive.measure == "net_amount" else ("quantity", QUANTITY_UNIT, units)
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
    return " + ".join(slices), 10**digits * (QUANTITY_UNIT if measure == "quantity" else 1)


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
