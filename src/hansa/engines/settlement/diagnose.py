"""Why lines were refused, cell by cell. Runs only after a settlement has found that something is wrong, so it may
take its time.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from hansa.engines.settlement.compile import MONEY_DIGITS
from hansa.engines.settlement.compile.lines import NUMBER_PATTERN, STATED_DIGITS, WIDE_QUANTITY, Layout
from hansa.engines.settlement.sources import LINES, Source, quoted
from hansa.engines.settlement.validate import Check, Findings, cell_checks, load_numbered, note_all
from hansa.kernel.problem import Problem, Refused


def diagnose_lines(connection: duckdb.DuckDBPyConnection, sources: Sequence[Source], layout: Layout) -> Findings:
    """Every problem of the line files apart from missing rates. Leaves the table `line_cell` behind."""
    found = Findings()
    connection.execute("SET preserve_insertion_order = true")
    if not load_numbered(connection, "line_cell", sources, LINES, found):
        return found
    unknown = [
        Check(
            "line_cell", column, f"{column} IS NOT NULL AND {column} NOT IN (SELECT id FROM {table})",
            f"'a {column} of the {column} file; not ' || {column}",
        )
        for table, column in (("partner_span", "partner"), ("product_span", "product"))
    ]  # fmt: skip
    too_late = "sold_on >= '9999-01-01' AND length(sold_on) = 10"
    repeated = "(SELECT *, row_number() OVER (PARTITION BY line_id ORDER BY file, row) AS turn FROM line_cell)"
    checks = [
        *cell_checks("line_cell", LINES),
        *unknown,
        Check("line_cell", "sold_on", too_late, "'a day before 9999-01-01; not ' || sold_on"),
        *_amount_checks(layout),
        Check(
            repeated, "line_id", "line_id IS NOT NULL AND turn > 1",
            "'a line_id of its own; ' || line_id || ' is used already'",
        ),
    ]  # fmt: skip
    note_all(connection, found, checks)
    return found


def _amount_checks(layout: Layout) -> list[Check]:
    """Numbers with more digits than are held: decimals of an amount as written, of a quantity by value."""
    home = f"(currency IS NULL OR currency = {quoted(layout.currency)})"
    whole = MONEY_DIGITS - layout.minor
    digits = f"length(ltrim(replace(ltrim({_without_zeros('net_amount')}, '-'), '.', ''), '0'))"
    limits = (
        (
            "net_amount", home,
            f"{_decimals('net_amount')} > {layout.minor} OR {_whole_digits('net_amount')} > {whole}",
            f"at most {layout.minor} decimals and {whole} digits before the point",
        ),
        (
            "net_amount", f"NOT {home}",
            f"{digits} > {STATED_DIGITS} OR {_decimals(_without_zeros('net_amount'))} > {STATED_DIGITS}",
            f"at most {STATED_DIGITS} digits and {STATED_DIGITS} decimals",
        ),
        (
            "quantity", "true",
            f"{_decimals(_without_zeros('quantity'))} > {WIDE_QUANTITY} OR {_whole_digits('quantity')} > 18",
            f"at most {WIDE_QUANTITY} decimals and 18 digits before the point",
        ),
    )  # fmt: skip
    return [
        Check(
            "line_cell", column, f"regexp_full_match({column}, '{NUMBER_PATTERN}') AND {where} AND ({wrong})",
            f"{quoted(expected + '; not ')} || {column}",
        )
        for column, where, wrong, expected in limits
    ]  # fmt: skip


def _without_zeros(name: str) -> str:
    return f"CASE WHEN contains({name}, '.') THEN rtrim(rtrim({name}, '0'), '.') ELSE {name} END"


def _decimals(text: str) -> str:
    return f"CASE WHEN contains({text}, '.') THEN length({text}) - strpos({text}, '.') ELSE 0 END"


def _whole_digits(name: str) -> str:
    return f"length(ltrim(ltrim(split_part({name}, '.', 1), '-'), '0'))"


def diagnose_rates(connection: duckdb.DuckDBPyConnection, found: Findings, rates_file: str) -> list[Problem]:
    """The rates that are missing, each once, at the first line that needs it. Reads `line_cell` and the ids in
    `unrated`.
    """
    rows = connection.execute("""
        SELECT min_by(file, (file, row)), min_by(row, (file, row)), currency, sold_on, count(*)
        FROM line_cell JOIN unrated USING (line_id) GROUP BY currency, sold_on ORDER BY currency, sold_on""").fetchall()
    return [
        Problem(
            file, found.row_of(file, row), "currency",
            f"a {currency} rate for {sold_on}, 0 to 7 days old, in {rates_file}; {count} line(s) need it",
        )
        for file, row, currency, sold_on, count in rows
    ]  # fmt: skip


def diagnose_rest(connection: duckdb.DuckDBPyConnection, found: Findings, layout: Layout) -> list[Problem]:
    """Lines in the table `unfit` whose cells are all right: what they come to has too many digits."""
    rows = connection.execute(f"""
        SELECT file, row, net_amount, currency FROM line_cell JOIN unfit USING (line_id)
        ORDER BY file, row LIMIT {Refused.LISTED}""").fetchall()
    limit = f"at most {MONEY_DIGITS - layout.minor} digits before the point in {layout.currency}"
    return [
        Problem(file, found.row_of(file, row), "net_amount", f"an amount of {limit}; {amount} {currency} comes to more")
        for file, row, amount, currency in rows
    ]
