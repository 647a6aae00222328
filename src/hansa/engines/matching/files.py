"""CSV files of pairs, accounts and queries: read strictly, row by row; written whole or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path

from hansa.engines.matching.company import Company, Match
from hansa.engines.matching.scoring import score
from hansa.kernel.problem import Problem, Refused

FACTS = tuple(field.name for field in fields(Company))
ADDED = ("probability", "verdict", "why")
MOST_PROBLEMS = 1_000
LONGEST_CELL = 4_000
Progress = Callable[[str, float], None]
Row = dict[str, str]


def read_rows(path: Path, *, needed: Sequence[str] = ()) -> tuple[list[str], Iterator[tuple[int, Row]]]:
    """The columns of a CSV file (UTF-8, a header, comma) and its rows with their number; the header is row 1.

    Raises Refused at once where the file or its header is wrong, and at the end of the rows where any of them is: the
    first 1,000 problems with row and column, and their count.
    """
    try:
        file = path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise Refused([Problem(str(path), 0, "", f"a file that can be read ({error.strerror})")]) from None
    reader = csv.reader(file, strict=True)
    try:
        columns = [name.strip() for name in next(reader, [])]
    except (csv.Error, UnicodeDecodeError) as error:
        raise Refused([Problem(path.name, 1, "", f"a CSV header in UTF-8 ({error})")]) from None
    problems = [Problem(path.name, 1, name, "this column, which is missing") for name in needed if name not in columns]
    problems += [
        Problem(path.name, 1, name, "each column once") for name in sorted({c for c in columns if columns.count(c) > 1})
    ]
    if not any(columns):
        raise Refused([Problem(path.name, 1, "", "a header that names the columns; the file is empty")])
    if problems:
        raise Refused(problems)
    return columns, _rows(path, columns, reader)


def _rows(path: Path, columns: list[str], reader: Iterator[list[str]]) -> Iterator[tuple[int, Row]]:
    problems: list[Problem] = []
    count, number = 0, 1
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except (csv.Error, UnicodeDecodeError) as error:
            raise Refused(
                [*problems, Problem(path.name, number, "", f"CSV in UTF-8 ({error})")], total=count + 1
            ) from None
        if cells is None:
            break
        if not cells:
            continue
        if wrong := _wrong(path, number, columns, cells):
            count += 1
            problems.extend([wrong] if len(problems) < MOST_PROBLEMS else [])
            continue
        yield number, dict(zip(columns, cells, strict=True))
    if problems:
        raise Refused(problems, total=count)


def _wrong(path: Path, number: int, columns: list[str], cells: list[str]) -> Problem | None:
    if len(cells) != len(columns):
        return Problem(path.name, number, "", f"{len(columns)} cells as in the header; there are {len(cells)}")
    for column, cell in zip(columns, cells, strict=True):
        if len(cell) > LONGEST_CELL:
            return Problem(path.name, number, column, f"at most {LONGEST_CELL:,} characters; there are {len(cell):,}")
        if "\x00" in cell:
            return Problem(path.name, number, column, "text without the character NUL")
    return None


def company_of(row: Row, *, prefix: str = "") -> Company:
    """The facts of a row whose columns bear the names of `Company`; those that are missing are not known."""
    return Company(**{name: row.get(prefix + name, "").strip() for name in FACTS})


def score_file(pairs: Path, out: Path, *, progress: Progress | None = None) -> int:
    """Add probability, verdict and why to each pair of a CSV file; returns their number.

    Columns: `left_` and `right_` before `name` (needed) and any other fact of `Company`; other columns pass through.
    Raises Refused; nothing is written then.
    """
    columns, rows = read_rows(pairs, needed=("left_name", "right_name"))
    taken = [name for name in ADDED if name in columns]
    if taken:
        raise Refused([Problem(pairs.name, 1, name, "a column that is not one of those added") for name in taken])
    size = max(pairs.stat().st_size, 1)

    def scored() -> Iterator[list[str]]:
        done = 0
        for number, row in rows:
            match = score(company_of(row, prefix="left_"), company_of(row, prefix="right_"))
            yield [*row.values(), *cells_of(match)]
            done += sum(map(len, row.values())) + len(row)
            if progress is not None and number % 500 == 0:
                progress("Comparing pairs", min(done / size, 1.0))

    return write_whole(out, [*columns, *ADDED], scored())


def cells_of(match: Match) -> list[str]:
    """A match as it is written: probability with four decimals, verdict, why."""
    return [f"{match.probability:.4f}", match.verdict.value, match.why]


def write_whole(out: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a CSV file beside its place and move it there when it is whole; returns the number of rows."""
    beside = out.with_name(f".{out.name}.{os.getpid()}.part")
    count = 0
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            for row in rows:
                writer.writerow(row)
                count += 1
        beside.replace(out)
    except OSError as error:
        raise Refused([Problem(str(out), 0, "", f"a place that can be written to ({error.strerror})")]) from None
    finally:
        beside.unlink(missing_ok=True)
    return count
