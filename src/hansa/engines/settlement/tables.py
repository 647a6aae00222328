"""The small tables of a settlement: partners, products, rates and the calendar, checked and brought into the shape
that lines join.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from hansa.engines.settlement.compile import calendar, dimensions
from hansa.engines.settlement.compile.calendar import Asked
from hansa.engines.settlement.compile.dimensions import FIRST_DAY, LAST_DAY
from hansa.engines.settlement.compile.lines import Layout
from hansa.engines.settlement.sources import PARTNERS, PRODUCTS, RATES, Column, Source
from hansa.engines.settlement.validate import Check, Findings, any_wrong, cell_checks, load_numbered, note_all

RATE_DAYS = 8
RATE_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Shapes:
    """What the compiler must know of the small tables."""

    dated_partners: bool
    dated_products: bool
    greatest_mantissa: int
    greatest_scale: int


def load_tables(
    connection: duckdb.DuckDBPyConnection,
    asked: Asked,
    partners: Sequence[Source],
    products: Sequence[Source],
    rates: Sequence[Source],
) -> Shapes:
    """Create partner_span, product_span, line_territory, calendar and rate. Raises `Refused`."""
    found = Findings()
    for name, sources, columns in (("partner", partners, PARTNERS), ("product", products, PRODUCTS)):
        if load_numbered(connection, f"{name}_cell", sources, columns, found):
            _check_dated(connection, found, name, columns)
    if rates and load_numbered(connection, "rate_cell", rates, RATES, found):
        _check_rates(connection, found)
    found.raise_if_any()
    incentives = asked.document.incentives
    partner_rows, product_rows = _rows("partner", "type, tier, territory"), _rows("product", "category, family")
    for table, sql in (
        ("partner_span", dimensions.partners_sql(partner_rows, incentives)),
        ("product_span", dimensions.products_sql(product_rows, incentives)),
        ("line_territory", dimensions.territories_sql(incentives)),
        ("calendar", calendar.calendar_sql(asked)),
        ("rate", _RATES if rates else _NO_RATES),
    ):
        connection.execute(f"CREATE TEMP TABLE {table} AS {sql}")
    ((*shapes,),) = connection.execute(_SHAPES).fetchall()
    return Shapes(*shapes)


_SHAPES = """
    SELECT (SELECT count(*) > count(DISTINCT id) FROM partner_span),
        (SELECT count(*) > count(DISTINCT id) FROM product_span),
        coalesce(max(mantissa), 0), coalesce(max(scale), 0)
    FROM rate"""


def _rows(name: str, attributes: str) -> str:
    return f"""
        SELECT {name} AS id, {attributes}, coalesce(CAST(valid_from AS DATE), {FIRST_DAY}) AS since,
            coalesce(CAST(valid_until AS DATE), {LAST_DAY}) AS until FROM {name}_cell"""


def _check_dated(connection: duckdb.DuckDBPyConnection, found: Findings, name: str, columns: Sequence[Column]) -> None:
    """Cells first; what rows say together only where each of them can be read."""
    table = f"{name}_cell"
    overlapping = f"""(
        SELECT *, max(until) OVER (PARTITION BY {name} ORDER BY since, row
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
            AS held
        FROM (SELECT *, coalesce(valid_from, '') AS since, coalesce(valid_until, '9999-12-31') AS until FROM {table})
        WHERE since < until)"""
    cells = cell_checks(table, columns)
    rows = [
        Check(
            table, "valid_until", "valid_until < valid_from",
            "'a day not before valid_from, which is ' || valid_from",
        ),
        Check(
            overlapping, name, "held > since",
            f"'one row of ' || {name} || ' on each day; another is valid from ' || since || ' too'",
        ),
    ]  # fmt: skip
    if any_wrong(connection, [*cells, *rows]) and not note_all(connection, found, cells):
        note_all(connection, found, rows)


def _check_rates(connection: duckdb.DuckDBPyConnection, found: Findings) -> None:
    digits = "length(ltrim(replace(rtrim(rate, CASE WHEN contains(rate, '.') THEN '0' ELSE '' END), '.', ''), '0'))"
    decimals = "length(rtrim(rate, '0')) - strpos(rate, '.')"
    repeated = "(SELECT *, row_number() OVER (PARTITION BY currency, date ORDER BY file, row) AS turn FROM rate_cell)"
    cells = cell_checks("rate_cell", RATES)
    rows = [
        Check(
            "rate_cell", "rate", "rate LIKE '-%' OR regexp_full_match(rate, '[0.]*')",
            "'a rate above 0; not ' || rate",
        ),
        Check(
            "rate_cell", "rate",
            f"{digits} > {RATE_DIGITS} OR (contains(rate, '.') AND {decimals} > {RATE_DIGITS})",
            f"'a rate with at most {RATE_DIGITS} digits and {RATE_DIGITS} decimals; not ' || rate",
        ),
        Check(repeated, "date", "turn > 1", "'one rate of ' || currency || ' for ' || date"),
    ]  # fmt: skip
    if any_wrong(connection, [*cells, *rows]) and not note_all(connection, found, cells):
        note_all(connection, found, rows)


# Each rate as an integer over ten to its decimals, with the days for which it is the latest: 0 to 7 days old.
_RATES = f"""
    WITH plain AS (
        SELECT currency, CAST(date AS DATE) AS since,
            CASE WHEN contains(rate, '.') THEN rtrim(rtrim(rate, '0'), '.') ELSE rate END AS text
        FROM rate_cell
    )
    SELECT currency, since,
        least(since + {RATE_DAYS}, lead(since) OVER (PARTITION BY currency ORDER BY since))::DATE AS until,
        CAST(replace(text, '.', '') AS BIGINT) AS mantissa,
        CAST(CASE WHEN contains(text, '.') THEN length(text) - strpos(text, '.') ELSE 0 END AS INTEGER) AS scale
    FROM plain"""


_NO_RATES = """
    SELECT CAST(NULL AS VARCHAR) AS currency, CAST(NULL AS DATE) AS since, CAST(NULL AS DATE) AS until,
        CAST(NULL AS BIGINT) AS mantissa, CAST(NULL AS INTEGER) AS scale WHERE false"""


def rate_days_sql(layout: Layout) -> str:
    """`rate_day`: currency, day, and what turns an amount into minor units, a factor over a divisor.

    In the wide layout both are without the amount's own decimals, and `most` is the greatest amount whose product
    stays below 10^38; a greater one certainly comes to too many digits.
    """
    if layout.wide:
        factor = f"CAST(mantissa AS HUGEINT) * CASE scale {_powers(lambda digits: layout.minor - digits)} END"
        divisor = f"CASE scale {_powers(lambda digits: digits - layout.minor)} END"
        numbers = f"{factor} AS factor, {divisor} AS divisor, {4 * 10**37} // ({factor}) AS most"
    else:
        target = "HUGEINT" if layout.wide_product else "BIGINT"
        most = RATE_DIGITS if layout.wide_product else 17 - layout.scale + layout.minor
        powers = _powers(lambda digits: digits + layout.scale - layout.minor, most=most, target=target)
        numbers = f"mantissa AS factor, CASE scale {powers} END AS divisor"
    days = "unnest(generate_series(since, until - 1, INTERVAL 1 DAY))::DATE"
    return f"SELECT currency, {days} AS day, {numbers} FROM rate"


def _powers(power: Callable[[int], int], *, most: int = RATE_DIGITS, target: str = "HUGEINT") -> str:
    """WHEN branches from the decimals of a rate to a power of ten, 1 at least."""
    return " ".join(f"WHEN {digits} THEN CAST({10 ** max(0, power(digits))} AS {target})" for digits in range(most + 1))
