"""Why lines were refused, cell by cell. Runs only after a settlement has found that something is wrong, so it may
take its time.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from hansa.engines.settlement.compile import MONEY_LIMIT, QUANTITY_DECIMALS
from hansa.engines.settlement.compile.lines import NUMBER_PATTERN, STATED_LIMIT, Layout
from hansa.engines.settlement.sources import LINES, Source, quoted
from hansa.engines.settlement.validate import Findings, check, check_cells, load_numbered
from hansa.kernel.problem import Problem, Refused


def diagnose_lines(connection: duckdb.DuckDBPyConnection, sources: Sequence[Source], layout: Layout) -> Findings:
    """Every problem of the line files apart from missing rates. Leaves the table `line_cell` behind."""
    found = Findings()
    if not load_numbered(connection, "line_cell", sources, LINES, found):
        return found
    check_cells(connection, found, "line_cell", LINES)
    for table, column in (("partner_span", "partner"), ("product_span", "product")):
        unknown = f"{column} IS NOT NULL AND {column} NOT IN (SELECT id FROM {table})"
        check(connection, found, "line_cell", column, unknown, f"'a {column} of the {column} file; not ' || {column}")
    too_late = "sold_on >= '9999-01-01' AND length(sold_on) = 10"
    check(connection, found, "line_cell", "sold_on", too_late, "'a day before 9999-01-01; not ' || sold_on")
    _check_amounts(connection, found, sources, layout)
    repeated = "(SELECT *, row_number() OVER (PARTITION BY line_id ORDER BY file, row) AS turn FROM line_cell)"
    check(
        connection, found, repeated, "line_id", "line_id IS NOT NULL AND turn > 1",
        "'a line_id of its own; ' || line_id || ' is used already'",
    )  # fmt: skip
    return found


def _check_amounts(
    connection: duckdb.DuckDBPyConnection, found: Findings, sources: Sequence[Source], layout: Layout
) -> None:
    typed = any(source.types["net_amount"].kind != "text" for source in sources)
    amount = _without_zeros("net_amount") if typed else "net_amount"
    quantity = _without_zeros("quantity")
    home = f"(currency IS NULL OR currency = {quoted(layout.currency)})"
    limits = (
        ("net_amount", home, amount, layout.minor, len(str(MONEY_LIMIT)) - 1),
        ("net_amount", f"NOT {home}", amount, layout.scale, len(str(STATED_LIMIT)) - 1),
        ("quantity", "true", quantity, QUANTITY_DECIMALS, 18),
    )
    for column, where, text, decimals, digits in limits:
        valid = f"regexp_full_match({column}, '{NUMBER_PATTERN}') AND {where}"
        said = f"'at most {decimals} decimals and {digits - decimals} digits before the point; not ' || {column}"
        wrong = f"{_decimals(text)} > {decimals} OR {_whole_digits(column)} > {digits - decimals}"
        check(connection, found, "line_cell", column, f"{valid} AND ({wrong})", said)


def _without_zeros(name: str) -> str:
    return f"CASE WHEN contains({name}, '.') THEN rtrim({name}, '0') ELSE {name} END"


def _decimals(text: str) -> str:
    return f"CASE WHEN contains({text}, '.') THEN length({text}) - strpos({text}, '.') ELSE 0 END"


def _whole_digits(name: str) -> str:
    return f"length(ltrim(ltrim(split_part({name}, '.', 1), '-'), '0'))"


def diagnose_rates(connection: duckdb.DuckDBPyConnection, rates_file: str) -> list[Problem]:
    """The rates that are missing, each once, at the first line that needs it. Reads `line_cell` and the ids in
    `unrated`.
    """
    rows = connection.execute("""
        SELECT min_by(file, (file, row)), min_by(row, (file, row)), currency, sold_on, count(*)
        FROM line_cell JOIN unrated USING (line_id) GROUP BY currency, sold_on ORDER BY currency, sold_on""").fetchall()
    return [
        Problem(
            file, row, "currency",
            f"a {currency} rate for {sold_on}, 0 to 7 days old, in {rates_file}; {count} line(s) need it",
        )
        for file, row, currency, sold_on, count in rows
    ]  # fmt: skip


def diagnose_rest(connection: duckdb.DuckDBPyConnection) -> list[Problem]:
    """Lines in the table `unfit` whose cells are all right: what they come to cannot be held."""
    rows = connection.execute(f"""
        SELECT file, row FROM line_cell JOIN unfit USING (line_id) ORDER BY ALL LIMIT {Refused.LISTED}""").fetchall()
    expected = "an amount of at most 18 digits in minor units of the program's currency"
    return [Problem(file, row, "net_amount", expected) for file, row in rows]
