"""From an opened report to lines and quarantine: the steps in their order."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from hansa.engines.intake.database import fill, one, stage, table, workspace
from hansa.engines.intake.expressions import macros
from hansa.engines.intake.fields import FIELD_KEYS, missing_fields
from hansa.engines.intake.formats import Formats
from hansa.engines.intake.lookups import build_lookups
from hansa.engines.intake.marking import LINE_KEY, LIST_PRICES, Plan, marked
from hansa.engines.intake.outputs import GOOD, LINES, QUARANTINE, judge_bad_rows, publish, write_lines, write_quarantine
from hansa.engines.intake.references import References, Rules
from hansa.engines.intake.repeats import find_repeats
from hansa.engines.intake.results import LineFile, Preview, RowProblem, Taken, Unknown
from hansa.engines.intake.source import Limits, Source, batches, record_schema
from hansa.kernel.problem import Problem, Refused

Progress = Callable[[int, int], None]

PREVIEW_ROWS = 1_000
PREVIEW_PROBLEMS = 100
PREVIEW_LINES = 20
MOST_UNKNOWN = 1_000
ROW_KEY = "row"
FEW_ROWS = 20_000
SMALL_FILE = 1_000_000  # in bytes; packed formats say less of themselves

CHECKED = """
CREATE TABLE checked AS
SELECT source_row, mask, CASE WHEN mask = 0 THEN ${key} END AS line_key, shard, sold_on, partner, product, quantity,
net_amount,
  currency, distributor, t_rep AS rep, t_territory AS territory, t_invoice AS invoice, t_invoice_line AS invoice_line,
  t_serial AS serial, coalesce(t_partner, t_partner_name) AS partner_text, coalesce(t_product, t_product_name) AS
  product_text,
  t_end_customer AS end_customer, t_country AS country, amount_source
FROM (${marked})
"""

TOTALS = """
SELECT currency, sum(quantity), sum(net_amount), count(*), min(sold_on), max(sold_on), count(*) FILTER (amount_source
<> 'stated')
FROM checked WHERE ${good} GROUP BY currency ORDER BY currency
"""

UNKNOWN = """
SELECT coalesce(t_${entity}, ''), coalesce(t_${entity}_name, ''), count(*) FROM bad
WHERE list_contains(codes, '${entity}_unknown') OR list_contains(codes, '${entity}_ambiguous')
GROUP BY ALL ORDER BY 3 DESC, 1, 2 LIMIT ${most}
"""


@dataclass(frozen=True, slots=True)
class _Feed:
    """Records on their way in, with the plan that reads them."""

    name: str
    plan: Plan
    batches: Iterator[pa.RecordBatch]
    estimated: int
    most: int
    small: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """rows = blank + lines + quarantined."""

    rows: int
    blank: int
    lines: int
    quarantined: int


def check(
    source: Source,
    mapping: Mapping[str, str],
    formats: Formats,
    references: References,
    rules: Rules,
    *,
    rows: int = PREVIEW_ROWS,
    memory_limit: str = "512MB",
) -> Preview:
    """What the first `rows` rows of a report would become. Writes nothing. Raises `Refused` as `take` does."""
    first = _Head(batches(source, decimal=formats.decimal), rows)
    feed = replace(_feed(source, mapping, formats, references, rules), batches=iter(first))
    with workspace(memory_limit, small=feed.small) as connection:
        seen = _judge(connection, feed, references, lambda _: None)
        return _preview(connection, feed, seen, whole=not first.cut)


def take(
    source: Source,
    mapping: Mapping[str, str],
    formats: Formats,
    *,
    references: References,
    rules: Rules,
    out: Path,
    progress: Progress | None = None,
    memory_limit: str = "512MB",
) -> Taken:
    """Write a report's good lines and its quarantine into the folder `out`, which must not exist yet or be empty.

    The folder appears whole or not at all. Every row is in the lines, in the quarantine, or blank. The same report
    gives the
    same bytes. `progress` hears (rows done, rows expected). Raises `Refused` where the report as a whole cannot be
    read.
    """
    return _take(_feed(source, mapping, formats, references, rules), references, out, progress, memory_limit)


def take_rows(
    rows: Iterable[Mapping[str, Any]] | Path,
    formats: Formats,
    *,
    name: str,
    references: References,
    rules: Rules,
    out: Path,
    titles: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    memory_limit: str = "512MB",
    limits: Limits | None = None,
) -> Taken:
    """`take` for rows that are canonical already: mappings of field → text, or a Parquet file with such columns.

    Each row carries its number under `row` (unique, from 1). `titles`: the sender's header for a field, for the
    reasons given.
    """
    limits = limits or Limits()
    headers = FIELD_KEYS
    plan = _plan(headers, {key: key for key in headers}, titles or {}, formats, references, rules, None, limits)
    incoming = _canonical_file(rows) if isinstance(rows, Path) else _canonical_rows(rows)
    small = isinstance(rows, Sized) and len(rows) < FEW_ROWS
    feed = _Feed(name, plan, incoming, 0, limits.rows, small)
    return _take(feed, references, out, progress, memory_limit)


def canonical_row(raw: Mapping[str, str | None], mapping: Mapping[str, str]) -> dict[str, str | None]:
    """A quarantined row's `raw` cells under the canonical fields, ready to be corrected and given to `take_rows`.

    >>> canonical_row({"Qty": "x", "Colour": "red"}, {"quantity": "Qty"})
    {'quantity': 'x'}
    """
    return {key: raw.get(header) for key, header in mapping.items()}


def _feed(source: Source, mapping: Mapping[str, str], formats: Formats, references: References, rules: Rules) -> _Feed:
    _check_mapping(source, mapping)
    plan = _plan(source.headers, mapping, {}, formats, references, rules, source.epoch, source.limits)
    incoming = batches(source, decimal=formats.decimal)
    small = source.estimated_rows < FEW_ROWS and source.path.stat().st_size <= SMALL_FILE
    return _Feed(source.name, plan, incoming, source.estimated_rows, source.limits.rows, small)


def _plan(
    headers: tuple[str, ...],
    mapping: Mapping[str, str],
    titles: Mapping[str, str],
    formats: Formats,
    references: References,
    rules: Rules,
    epoch: date | None,
    limits: Limits,
) -> Plan:
    if rules.currency is not None and rules.currency not in references.currencies:
        raise ValueError(f"the default currency {rules.currency} is not among the known currencies")
    return Plan(
        headers,
        mapping,
        titles,
        formats,
        rules,
        epoch,
        limits.field,
        priced=references.prices is not None,
        distributors=references.distributors is not None,
        default_digits=references.currencies[rules.currency] if rules.currency else None,
    )


def _check_mapping(source: Source, mapping: Mapping[str, str]) -> None:
    problems = [
        Problem(
            source.name, source.header_row, header, f"the mapping of {key} names a column that the header does not have"
        )
        for key, header in mapping.items()
        if header not in source.headers
    ]
    problems += [
        Problem(source.name, source.header_row, "", f"no field is called {key}")
        for key in mapping
        if key not in FIELD_KEYS
    ]
    problems += [
        Problem(source.name, source.header_row, "", f"say which column holds: {field.label}")
        for field in missing_fields(mapping)
    ]
    if problems:
        raise Refused(problems)


def _canonical_rows(rows: Iterable[Mapping[str, Any]]) -> Iterator[pa.RecordBatch]:
    schema = record_schema(len(FIELD_KEYS))
    remaining = iter(rows)
    while held := list(islice(remaining, 10_000)):
        size = len(held)
        numbers = pa.array([int(row[ROW_KEY]) for row in held], type=pa.int64())
        cells = [pa.array([_text(row.get(key)) for row in held], type=pa.string()) for key in FIELD_KEYS]
        yield pa.RecordBatch.from_arrays(
            [numbers, pa.nulls(size, pa.string()), pa.nulls(size, pa.string()), *cells], schema=schema
        )


def _text(value: object) -> str | None:
    return None if value is None else str(value).encode("utf-8", "replace").decode().replace("\0", "")


def _canonical_file(path: Path) -> Iterator[pa.RecordBatch]:
    from pyarrow import parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches():
            yield from _canonical_rows(batch.to_pylist())


class _Head:
    """The first rows of a stream of batches; `cut` tells whether more came."""

    def __init__(self, incoming: Iterator[pa.RecordBatch], rows: int) -> None:
        self.incoming, self.rows, self.cut = incoming, rows, False

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        left = self.rows
        for batch in self.incoming:
            if batch.num_rows > left:
                self.cut = True
            if left > 0:
                yield batch.slice(0, left)
            left -= batch.num_rows
            if self.cut:
                break


def _take(feed: _Feed, references: References, out: Path, progress: Progress | None, memory_limit: str) -> Taken:
    if out.exists() and any(out.iterdir()):
        raise ValueError(f"{out} holds files already")
    out.parent.mkdir(parents=True, exist_ok=True)
    tell = progress or (lambda _done, _expected: None)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=out.parent) as folder:
        partial = Path(folder) / "whole"
        partial.mkdir()
        with workspace(memory_limit, Path(folder), small=feed.small) as connection:
            # Reading is about half of the work, so half of the rows are told when all are read.
            seen = _judge(connection, feed, references, lambda rows: tell(rows // 2, max(rows, feed.estimated)))
            tell(seen.rows * 3 // 4, seen.rows)
            files = tuple(write_lines(connection, feed.plan, partial))
            write_quarantine(connection, partial)
            taken = _taken(connection, files, seen, out)
        publish(partial, out)
    tell(seen.rows, seen.rows)
    return taken


def _judge(
    connection: duckdb.DuckDBPyConnection, feed: _Feed, references: References, seen: Callable[[int], None]
) -> _Seen:
    """Load, resolve, check and compare; leaves `checked`, `repeats` and `bad` behind."""
    plan = feed.plan
    connection.execute(macros(plan.formats))
    rows, blank = stage(connection, feed.batches, len(plan.headers), name=feed.name, seen=seen, most=feed.most)
    if rows < FEW_ROWS:
        connection.execute("PRAGMA disable_optimizer")  # planning would cost more than it saves
    build_lookups(connection, references, plan)
    if table(connection, "price_rows", references.prices):
        connection.execute(LIST_PRICES)
    marks, held_marks = marked(plan, "staged"), marked(plan, "(SELECT * FROM held)")
    if rows < FEW_ROWS:  # kept, so that the few bad ones need not be marked again
        connection.execute(fill("CREATE TABLE marked AS ${marks}", marks=marks))
        marks = held_marks = "SELECT * FROM marked"
    connection.execute(fill(CHECKED, key=LINE_KEY, marked=marks))
    find_repeats(connection, plan.rules, known=table(connection, "known_lines", references.known_lines))
    judge_bad_rows(connection, plan, marks=held_marks)
    counted = _Seen(rows, blank, _count(connection, f"checked WHERE {GOOD}"), _count(connection, "bad"))
    if counted.lines + counted.quarantined + counted.blank != counted.rows:
        raise AssertionError(f"rows were lost or doubled: {counted}")
    return counted


def _taken(connection: duckdb.DuckDBPyConnection, files: tuple[LineFile, ...], seen: _Seen, out: Path) -> Taken:
    totals = connection.execute(fill(TOTALS, good=GOOD)).fetchall()
    return Taken(
        rows=seen.rows,
        lines=seen.lines,
        blank=seen.blank,
        files=tuple(replace(file, path=out / file.path.name) for file in files),
        quarantined=seen.quarantined,
        quarantine=out / QUARANTINE,
        totals={row[0]: (Decimal(row[1]), Decimal(row[2])) for row in totals},
        first_on=min((row[4] for row in totals), default=None),
        last_on=max((row[5] for row in totals), default=None),
        derived_prices=sum(row[6] for row in totals),
        reasons=_reason_counts(connection),
        unknown_partners=_unknown(connection, "partner"),
        unknown_products=_unknown(connection, "product"),
    )


def _preview(connection: duckdb.DuckDBPyConnection, feed: _Feed, seen: _Seen, *, whole: bool) -> Preview:
    told = connection.execute(
        fill(
            'SELECT "row", "column", reason_code, reason, value FROM bad ORDER BY 1 LIMIT ${n}', n=str(PREVIEW_PROBLEMS)
        )
    )
    problems = tuple(RowProblem(*row) for row in told.fetchall())
    query = fill(LINES, prefix="''", good=GOOD, shard="")
    sample = connection.sql(
        fill("SELECT * FROM (${query}) ORDER BY source_row LIMIT ${n}", query=query, n=str(PREVIEW_LINES))
    )
    lines = tuple(sample.to_arrow_table().to_pylist())
    return Preview(
        rows=seen.rows,
        lines=seen.lines,
        blank=seen.blank,
        quarantined=seen.quarantined,
        whole=whole,
        reasons=_reason_counts(connection),
        problems=problems,
        sample=lines,
        unknown_partners=_unknown(connection, "partner"),
        unknown_products=_unknown(connection, "product"),
    )


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(one(connection, fill("SELECT count(*) FROM ${relation}", relation=relation))[0])


def _reason_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    counted = connection.execute(
        "SELECT code, count(*) FROM (SELECT unnest(codes) AS code FROM bad) GROUP BY code ORDER BY code"
    )
    return dict(counted.fetchall())


def _unknown(connection: duckdb.DuckDBPyConnection, entity: str) -> tuple[Unknown, ...]:
    rows = connection.execute(fill(UNKNOWN, entity=entity, most=str(MOST_UNKNOWN))).fetchall()
    return tuple(Unknown(*row) for row in rows)
