"""Finds what is wrong in files that are already known, or about to be found, to be wrong. Reads every cell as text
and counts rows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

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
    _paths: dict[str, Path] = field(default_factory=dict)
    _blanks: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def know(self, sources: Iterable[Source]) -> None:
        """Remember the CSV files of more than one column, in which the reader passes over blank lines."""
        read = [each for each in sources if each.form == "csv" and len(each.header) > 1]
        self._paths.update((path.name, path) for each in read for path in each.paths)

    def row_of(self, file: str, record: int) -> int:
        """The row as the sender counts, blank lines too, of a row as `numbered` counts."""
        if file not in self._paths:
            return record
        if file not in self._blanks:
            self._blanks[file] = _passed_over(self._paths[file])
        place = bisect_right(self._blanks[file], record, key=lambda each: each[0])
        return record + (self._blanks[file][place - 1][1] if place else 0)

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
    """Every row of a source as text: file, row (the header of a CSV is row 1, blank lines are not counted), columns
    ("" is NULL, stored decimals without zeros at the end).
    """
    cells = [f"{_cell(source, column.name)} AS {name_of(column.name)}" for column in columns]
    if source.form == "parquet":
        place = "parse_filename(filename) AS file, file_row_number + 1 AS row"
    else:
        place = f"{quoted(source.paths[0].name)} AS file, row_number() OVER () + 1 AS row"
    return f"SELECT {place}, {', '.join(cells)} FROM {scan(source, numbered=True)}"


def _cell(source: Source, name: str) -> str:
    if not source.has(name):
        return "CAST(NULL AS VARCHAR)"
    text = f"CAST({name_of(name)} AS VARCHAR)"
    if source.types[name].scale:
        text = f"rtrim(rtrim({text}, '0'), '.')"
    return f"NULLIF({text}, '')"


def _passed_over(path: Path) -> list[tuple[int, int]]:
    """From which record of a CSV on how many blank lines have been passed over; a line break in quotes ends nothing."""
    found: list[tuple[int, int]] = []
    record = blank = 0
    quoted_cell = False
    with path.open("rb") as stream:
        for line in stream:
            if not quoted_cell and not line.strip(b"\r\n"):
                blank += 1
                continue
            if not quoted_cell:
                record += 1
                if blank > (found[-1][1] if found else 0):
                    found.append((record, blank))
            quoted_cell ^= line.count(b'"') % 2 == 1
    return found


def load_numbered(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    sources: Sequence[Source],
    columns: Sequence[Column],
    found: Findings,
) -> bool:
    """Create a table of all rows of `sources` as text. False, with the problems noted, where a file cannot be read.

    The connection must keep the order of rows, else they cannot be counted.
    """
    found.know(sources)
    rows = " UNION ALL ".join(numbered(source, columns) for source in sources)
    before = found.total
    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {rows}")
    except duckdb.Error:
        for source in sources:
            try:
                connection.execute(f"SELECT count(COLUMNS(*)) FROM ({numbered(source, columns)})")
            except duckdb.Error as error:
                found.add([unreadable(source, error)])
        if found.total == before:
            raise
    return found.total == before


def unreadable(source: Source, error: duckdb.Error) -> Problem:
    """What the reader said about a file that it could not read."""
    said = str(error)
    row = re.search(r"CSV Error on Line: ([0-9]+)", said)
    columns = re.search(r"Expected Number of Columns: ([0-9]+) Found: ([0-9]+)", said)
    name = next((path.name for path in source.paths if str(path) in said), source.paths[0].name)
    if columns:
        expected = f"{columns[1]} cells, as in the header; found {columns[2]}"
    elif "state machine" in said:
        expected = "the same line end throughout (LF or CRLF), and quotes around whole cells only"
    elif "unterminated quote" in said:
        expected = "a quoted cell that ends with a quote"
    elif "utf-8" in said.lower() or "unicode" in said.lower():
        expected = "UTF-8 text"
    else:
        expected = f"a file that can be read ({said.splitlines()[0][:200]})"
    return Problem(name, int(row[1]) if row else 0, "", expected)


@dataclass(frozen=True, slots=True)
class Check:
    """Rows of `table` for which `condition` holds are wrong in `column`. `expected` is an SQL expression of what to
    say.
    """

    table: str
    column: str
    condition: str
    expected: str


def any_wrong(connection: duckdb.DuckDBPyConnection, checks: Sequence[Check]) -> bool:
    """Whether any check finds a row: one statement, since nearly always none does."""
    tables = dict.fromkeys(each.table for each in checks)
    conditions = {
        table: " OR ".join(f"({each.condition})" for each in checks if each.table == table) for table in tables
    }
    rows = " UNION ALL ".join(f"SELECT 1 FROM {table} AS cell WHERE {said}" for table, said in conditions.items())
    return bool(connection.execute(f"{rows} LIMIT 1").fetchall())


def note_all(connection: duckdb.DuckDBPyConnection, found: Findings, checks: Sequence[Check]) -> bool:
    """Note every row that a check finds; returns whether there was one."""
    before = found.total
    for each in checks:
        rows = connection.execute(
            f"SELECT file, row, {each.expected}, count(*) OVER () FROM {each.table} AS cell WHERE {each.condition}"
            f" ORDER BY file, row LIMIT {Refused.LISTED}"
        ).fetchall()
        if rows:
            found.add(
                (Problem(file, found.row_of(file, row), each.column, said) for file, row, said, _ in rows), rows[0][3]
            )
    return found.total > before


def cell_checks(table: str, columns: Sequence[Column]) -> list[Check]:
    """Empty required cells, and cells that are no day or no plain decimal number."""
    found: list[Check] = []
    for column in columns:
        name = name_of(column.name)
        if column.filled:
            empty = quoted("a value: this cell may not be empty")
            found.append(Check(table, column.name, f"{name} IS NULL", empty))
        if column.form != "text":
            right = is_day(name) if column.form == "day" else f"regexp_full_match({name}, '{NUMBER_PATTERN}')"
            said = f"{quoted(FORM_WORDS[column.form] + '; not ')} || {name}"
            found.append(Check(table, column.name, f"{name} IS NOT NULL AND NOT ({right})", said))
    return found


def is_day(name: str) -> str:
    """The SQL condition that a text is an ISO day of the calendar."""
    return f"regexp_full_match({name}, '{DAY_PATTERN}') AND TRY_CAST({name} AS DATE) IS NOT NULL"
