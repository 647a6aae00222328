"""Finds what is wrong in files that are already known, or about to be found, to be wrong. Reads every cell as text
and counts rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import duckdb

from hansa.engines.settlement.compile.lines import DAY_PATTERN, NUMBER_PATTERN
from hansa.engines.settlement.sources import Column, Source, name_of, quoted, scan
from hansa.kernel.problem import Problem, Refused

FORM_WORDS = {"day": "a day such as 2019-01-31", "number": "a plain decimal number such as -12.50"}


@dataclass(slots=True)
class Findings:
    """Problems of tables: all counted, the first thousand of each check kept."""

    problems: list[Problem] = field(default_factory=list)
    total: int = 0

    def add(self, problems: Iterable[Problem], total: int | None = None) -> None:
        """Add problems; `total` where more were counted than are listed."""
        before = len(self.problems)
        self.problems.extend(problems)
        self.total += len(self.problems) - before if total is None else total

    def raise_if_any(self) -> None:
        """Raise `Refused` with the first thousand by file, row and column."""
        if self.total:
            ordered = sorted(self.problems, key=lambda each: (each.file, each.row, each.column))
            raise Refused(ordered, total=self.total)


def numbered(source: Source, columns: Sequence[Column]) -> str:
    """Every row of a source as text: file, row (as the sender counts: the header of a CSV is row 1), columns ("" is
    NULL).
    """
    cells = [
        f"NULLIF(CAST({name_of(column.name)} AS VARCHAR), '') AS {name_of(column.name)}"
        if source.has(column.name)
        else f"CAST(NULL AS VARCHAR) AS {name_of(column.name)}"
        for column in columns
    ]
    if source.form == "parquet":
        place = "parse_filename(filename) AS file, file_row_number + 1 AS row"
    else:
        place = f"{quoted(source.paths[0].name)} AS file, row_number() OVER () + 1 AS row"
    return f"SELECT {place}, {', '.join(cells)} FROM {scan(source, numbered=True)}"


def load_numbered(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    sources: Sequence[Source],
    columns: Sequence[Column],
    found: Findings,
) -> bool:
    """Create a table of all rows of `sources` as text. False, with the problem noted, where a file cannot be read."""
    connection.execute("SET preserve_insertion_order = true")
    names = ", ".join(f"{name_of(column.name)} VARCHAR" for column in columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} (file VARCHAR, row BIGINT, {names})")
    before = found.total
    for source in sources:
        try:
            connection.execute(f"INSERT INTO {table} {numbered(source, columns)}")
        except duckdb.Error as error:
            found.add([unreadable(source, error)])
    connection.execute("SET preserve_insertion_order = false")
    return found.total == before


def unreadable(source: Source, error: duckdb.Error) -> Problem:
    """What the reader said about a file that it could not read."""
    said = str(error)
    row = re.search(r"CSV Error on Line: ([0-9]+)", said)
    columns = re.search(r"Expected Number of Columns: ([0-9]+) Found: ([0-9]+)", said)
    name = next((path.name for path in source.paths if str(path) in said), source.paths[0].name)
    if columns:
        expected = f"{columns[1]} cells, as in the header; found {columns[2]}"
    elif "unterminated quote" in said:
        expected = "a quoted cell that ends with a quote"
    elif "utf-8" in said.lower() or "unicode" in said.lower():
        expected = "UTF-8 text"
    else:
        expected = f"a file that can be read ({said.splitlines()[0][:200]})"
    return Problem(name, int(row[1]) if row else 0, "", expected)


def check(
    connection: duckdb.DuckDBPyConnection, found: Findings, table: str, column: str, condition: str, expected: str
) -> None:
    """Note every row of `table` for which `condition` holds. `expected` is an SQL expression of the text to say."""
    rows = connection.execute(
        f"SELECT file, row, {expected}, count(*) OVER () FROM {table} AS cell WHERE {condition}"
        f" ORDER BY file, row LIMIT {Refused.LISTED}"
    ).fetchall()
    if rows:
        found.add((Problem(file, row, column, said) for file, row, said, _ in rows), rows[0][3])


def check_cells(connection: duckdb.DuckDBPyConnection, found: Findings, table: str, columns: Sequence[Column]) -> None:
    """Empty required cells, and cells that are no day or no plain decimal number."""
    for column in columns:
        name = name_of(column.name)
        if column.filled:
            check(
                connection, found, table, column.name, f"{name} IS NULL", quoted("a value: this cell may not be empty")
            )
        if column.form == "number":
            wrong = f"NOT regexp_full_match({name}, '{NUMBER_PATTERN}')"
            check(connection, found, table, column.name, wrong, f"{quoted(FORM_WORDS['number'] + '; not ')} || {name}")
        if column.form == "day":
            wrong = f"{name} IS NOT NULL AND NOT ({is_day(name)})"
            check(connection, found, table, column.name, wrong, f"{quoted(FORM_WORDS['day'] + '; not ')} || {name}")


def is_day(name: str) -> str:
    """The SQL condition that a text is an ISO day of the calendar."""
    return f"regexp_full_match({name}, '{DAY_PATTERN}') AND TRY_CAST({name} AS DATE) IS NOT NULL"
