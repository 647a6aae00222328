"""The small tables of a settlement: partners, products, rates and the calendar, checked and brought into the shape
that lines join.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from hansa.engines.settlement.compile import calendar, dimensions
from hansa.engines.settlement.compile.calendar import Asked
from hansa.engines.settlement.compile.dimensions import FIRST_DAY, LAST_DAY
from hansa.engines.settlement.sources import PARTNERS, PRODUCTS, RATES, Source
from hansa.engines.settlement.validate import Findings, check, check_cells, load_numbered

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
    """Create partner_span, partner_name, product_span, line_territory, calendar and rate. Raises `Refused`."""
    found = Findings()
    for name, id_column, sources, columns in (
        ("partner", "partner", partners, PARTNERS),
        ("product", "product", products, PRODUCTS),
    ):
        if load_numbered(connection, f"{name}_cell", sources, columns, found):
            _check_dated(connection, found, f"{name}_cell", id_column, columns)
    if load_numbered(connection, "rate_cell", rates, RATES, found):
        _check_rates(connection, found)
    found.raise_if_any()
    incentives = asked.document.incentives
    dated = {}
    for name, attributes, sql in (
        ("partner", "type, tier, territory", dimensions.partners_sql("partner_row", incentives)),
        ("product", "category, family", dimensions.products_sql("product_row", incentives)),
    ):
        connection.execute(f"CREATE TEMP TABLE {name}_row AS {_rows(name, attributes)}")
        connection.execute(f"CREATE TEMP TABLE {name}_span AS {sql}")
        dated[name] = bool(
            _one(connection, f"SELECT count(*) FROM {name}_span")
            > _one(connection, f"SELECT count(DISTINCT id) FROM {name}_span")
        )
    connection.execute("CREATE TEMP TABLE partner_name AS SELECT DISTINCT number, id FROM partner_span")
    connection.execute(f"CREATE TEMP TABLE line_territory AS {dimensions.territories_sql(incentives)}")
    connection.execute(f"CREATE TEMP TABLE calendar AS {calendar.calendar_sql(asked)}")
    connection.execute(f"CREATE TEMP TABLE rate AS {_RATES}")
    mantissa = _one(connection, "SELECT coalesce(max(mantissa), 0) FROM rate")
    scale = _one(connection, "SELECT coalesce(max(scale), 0) FROM rate")
    return Shapes(dated["partner"], dated["product"], mantissa, scale)


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _rows(name: str, attributes: str) -> str:
    return f"""
        SELECT {name} AS id, {attributes}, coalesce(CAST(valid_from AS DATE), {FIRST_DAY}) AS since,
            coalesce(CAST(valid_until AS DATE), {LAST_DAY}) AS until FROM {name}_cell"""


def _check_dated(
    connection: duckdb.DuckDBPyConnection, found: Findings, table: str, id_column: str, columns: Sequence[object]
) -> None:
    before = found.total
    check_cells(connection, found, table, [*PARTNERS] if id_column == "partner" else [*PRODUCTS])
    if found.total > before:
        return
    check(
        connection, found, table, "valid_until", "valid_until < valid_from",
        "'a day not before valid_from, which is ' || valid_from",
    )  # fmt: skip
    overlapping = f"""(
        SELECT *, max(until) OVER (PARTITION BY {id_column} ORDER BY since, row
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
            AS held
        FROM (SELECT *, coalesce(valid_from, '') AS since, coalesce(valid_until, '9999-12-31') AS until FROM {table})
        WHERE since < until)"""
    check(
        connection, found, overlapping, id_column, "held > since",
        f"'one row of ' || {id_column} || ' on each day; another is valid from ' || since || ' too'",
    )  # fmt: skip


def _check_rates(connection: duckdb.DuckDBPyConnection, found: Findings) -> None:
    before = found.total
    check_cells(connection, found, "rate_cell", RATES)
    if found.total > before:
        return
    check(
        connection,
        found,
        "rate_cell",
        "rate",
        "rate LIKE '-%' OR regexp_full_match(rate, '[0.]*')",
        "'a rate above 0; not ' || rate",
    )
    digits = "length(ltrim(replace(rtrim(rate, CASE WHEN contains(rate, '.') THEN '0' ELSE '' END), '.', ''), '0'))"
    decimals = "length(rtrim(rate, '0')) - strpos(rate, '.')"
    check(
        connection, found, "rate_cell", "rate",
        f"{digits} > {RATE_DIGITS} OR (contains(rate, '.') AND {decimals} > {RATE_DIGITS})",
        f"'a rate with at most {RATE_DIGITS} digits and {RATE_DIGITS} decimals; not ' || rate",
    )  # fmt: skip
    repeated = "(SELECT *, row_number() OVER (PARTITION BY currency, date ORDER BY file, row) AS turn FROM rate_cell)"
    check(connection, found, repeated, "date", "turn > 1", "'one rate of ' || currency || ' for ' || date")


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


def rate_days_sql(scale: int, minor: int, *, wide: bool) -> str:
    """`rate_day`: currency, day, mantissa and the divisor from an amount with `scale` decimals to minor units."""
    target = "HUGEINT" if wide else "BIGINT"
    powers = " ".join(
        f"WHEN {digits} THEN CAST({10 ** (digits + scale - minor)} AS {target})"
        for digits in range(RATE_DIGITS + 1)
        if wide or digits + scale - minor <= 17
    )
    return f"""
        SELECT currency, unnest(generate_series(since, until - 1, INTERVAL 1 DAY))::DATE AS day, mantissa,
            CASE scale {powers} END AS divisor FROM rate"""
