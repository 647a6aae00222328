"""The tables handed in: which files they are, which columns they have, and how each is read.

CSV is RFC 4180: comma, double quotes, UTF-8 (a byte order mark is tolerated), one header row; every cell is text.
Parquet keeps its column types: text, days, integers and exact decimals; binary floating point is refused for money
and quantities.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from hansa.kernel.problem import Problem

Form = Literal["text", "day", "number"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: what it holds, whether the file must have it and whether each cell must be filled."""

    name: str
    form: Form = "text"
    required: bool = False
    filled: bool = False


def must(name: str, form: Form = "text") -> Column:
    """A column that must be there and filled."""
    return Column(name, form, required=True, filled=True)


LINES = (
    must("line_id"), must("sold_on", "day"), must("partner"), must("product"), must("quantity", "number"),
    must("net_amount", "number"), Column("currency"), Column("distributor"), Column("rep"), Column("territory"),
)  # fmt: skip
PARTNERS = (
    must("partner"), Column("type"), Column("tier"), Column("territory"), Column("valid_from", "day"),
    Column("valid_until", "day"),
)  # fmt: skip
PRODUCTS = (
    must("product"), Column("category"), Column("family"), Column("valid_from", "day"), Column("valid_until", "day"),
)  # fmt: skip
RATES = (must("currency"), must("date", "day"), must("rate", "number"))


@dataclass(frozen=True, slots=True)
class ColumnType:
    """How a column is stored: as text, a day, or an exact number with `scale` decimals and at most `digits` digits."""

    kind: Literal["text", "day", "number"]
    digits: int = 0
    scale: int = 0


TEXT = ColumnType("text")


@dataclass(frozen=True, slots=True)
class Source:
    """Files of one layout that are read by one scan."""

    paths: tuple[Path, ...]
    form: Literal["csv", "parquet"]
    header: tuple[str, ...]
    types: Mapping[str, ColumnType]

    def has(self, column: str) -> bool:
        """Whether the files have that column."""
        return column in self.types

    @property
    def is_typed(self) -> bool:
        """Whether days and numbers are stored as such, so that no text has to be read."""
        return all(self.types[name].kind != "text" for name in ("sold_on", "quantity", "net_amount"))


def open_sources(
    given: Sequence[Path], columns: Sequence[Column], problems: list[Problem], *, required: frozenset[str] = frozenset()
) -> list[Source]:
    """Look into the headers of files, folders and globs of Parquet files. Whatever is wrong is added to `problems`.

    `required` names columns that this run needs although the table as such can do without.
    """
    files = [path for each in given for path in _files(each, problems)]
    repeated = {path for path in files if files.count(path) > 1} if len(files) < 1000 else set()
    problems.extend(Problem(path.name, 0, "", "each file once") for path in sorted(repeated))
    found: list[Source] = []
    for path in dict.fromkeys(files):
        source = _open(path, columns, problems)
        if source is None:
            continue
        for column in columns:
            if (column.required or column.name in required) and not source.has(column.name):
                problems.append(Problem(path.name, 1 if source.form == "csv" else 0, column.name, "this column"))
        found.append(source)
    return _merged(found)


def _files(given: Path, problems: list[Problem]) -> list[Path]:
    if given.is_file():
        return [given]
    names = glob(str(given)) if not given.exists() else [str(path) for path in given.rglob("*.parquet")]
    files = sorted(Path(name) for name in names if Path(name).is_file())
    if not files:
        problems.append(Problem(str(given), 0, "", "a file that can be read, or a folder of Parquet files"))
    return files


def _merged(sources: Sequence[Source]) -> list[Source]:
    """Parquet files of the same layout become one source, so that one scan reads them in parallel."""
    groups: dict[object, list[Source]] = {}
    for index, source in enumerate(sources):
        key = (source.header, tuple(sorted(source.types.items(), key=str))) if source.form == "parquet" else index
        groups.setdefault(key, []).append(source)
    return [
        Source(tuple(path for each in group for path in each.paths), group[0].form, group[0].header, group[0].types)
        for group in groups.values()
    ]


def _open(path: Path, columns: Sequence[Column], problems: list[Problem]) -> Source | None:
    try:
        with path.open("rb") as stream:
            magic = stream.read(4)
        return _open_parquet(path, columns, problems) if magic == b"PAR1" else _open_csv(path, columns, problems)
    except (OSError, pa.ArrowInvalid) as error:
        problems.append(Problem(path.name, 0, "", f"a file that can be read ({str(error).splitlines()[0]})"))
        return None


def _open_csv(path: Path, columns: Sequence[Column], problems: list[Problem]) -> Source | None:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream, strict=True), None)
    except UnicodeDecodeError:
        problems.append(Problem(path.name, 1, "", "UTF-8 text"))
        return None
    except csv.Error as error:
        problems.append(Problem(path.name, 1, "", f"a header row ({error})"))
        return None
    if not header:
        problems.append(Problem(path.name, 1, "", "a header row"))
        return None
    if not _each_once(path, header, columns, problems):
        return None
    known = {column.name for column in columns}
    return Source((path,), "csv", tuple(header), {name: TEXT for name in header if name in known})


def _each_once(path: Path, header: Sequence[str], columns: Sequence[Column], problems: list[Problem]) -> bool:
    twice = [column.name for column in columns if list(header).count(column.name) > 1]
    problems.extend(Problem(path.name, 1, name, "each column once") for name in twice)
    return not twice


def _open_parquet(path: Path, columns: Sequence[Column], problems: list[Problem]) -> Source | None:
    schema = pq.ParquetFile(path).schema_arrow
    if not _each_once(path, schema.names, columns, problems):
        return None
    types: dict[str, ColumnType] = {}
    for column in columns:
        if column.name not in schema.names:
            continue
        stored = schema.field(column.name).type
        kind = _column_type(stored)
        if kind is None or (kind.kind != column.form and kind.kind != "text"):
            expected = {"text": "text", "day": "a day (DATE) or text", "number": "an exact number or text"}[column.form]
            problems.append(Problem(path.name, 0, column.name, f"{expected}; not {stored}"))
            return None
        types[column.name] = kind
    return Source((path,), "parquet", tuple(schema.names), types)


def _column_type(stored: pa.DataType) -> ColumnType | None:
    if pa.types.is_dictionary(stored):
        stored = stored.value_type
    if pa.types.is_string(stored) or pa.types.is_large_string(stored) or pa.types.is_string_view(stored):
        return TEXT
    if pa.types.is_null(stored):
        return TEXT
    if pa.types.is_date(stored):
        return ColumnType("day")
    if pa.types.is_integer(stored):
        return ColumnType("number", 19, 0)
    if pa.types.is_decimal(stored) and stored.precision <= 38 and stored.scale >= 0:
        return ColumnType("number", stored.precision, stored.scale)
    return None


def quoted(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def name_of(column: str) -> str:
    """A name as an SQL identifier."""
    return '"' + column.replace('"', '""') + '"'


def scan(source: Source, *, numbered: bool = False) -> str:
    """The DuckDB table function that reads a source.

    `numbered` adds nothing to CSV (rows are counted in file order) and `file_row_number` and `filename` to Parquet.
    """
    paths = "[" + ", ".join(quoted(_literal(path)) for path in source.paths) + "]"
    if source.form == "parquet":
        extra = ", file_row_number = true, filename = true" if numbered else ""
        return f"read_parquet({paths}, hive_partitioning = false{extra})"
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in _unique(source))
    return (
        f"read_csv({paths}, header = true, auto_detect = false, columns = {{{columns}}}, delim = ',', quote = '\"',"
        f" escape = '\"', nullstr = '', strict_mode = true, null_padding = false, parallel = true)"
    )


def _literal(path: Path) -> str:
    """A path in which DuckDB sees no pattern."""
    return re.sub(r"([*?\[])", r"[\1]", str(path.absolute()))


def _unique(source: Source) -> list[str]:
    """Column names as read; the names of columns that nobody reads are replaced, since they may repeat or be empty."""
    return [name if source.has(name) else f"unused {index}" for index, name in enumerate(source.header)]
