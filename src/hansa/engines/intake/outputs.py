"""Writing what was taken and what was not: files that appear whole, under their names, or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import duckdb

from hansa.engines.intake.checks import CHECKS, REPEATS, Check, Reason
from hansa.engines.intake.database import fill, one, text_literal
from hansa.engines.intake.marking import Plan, facts, flag, placed
from hansa.engines.intake.results import LineFile

SURPLUS = "(beyond the header)"
VALUE_LENGTH = 200
QUARANTINE = "quarantine.parquet"

GOOD = "mask = 0 AND source_row NOT IN (SELECT source_row FROM repeats)"

LINES = """
SELECT ${prefix} || '-' || left(line_key, 20) AS line_id, sold_on, partner, product, quantity, net_amount, currency,
distributor, rep,
  territory, invoice, invoice_line, serial, partner_text, product_text, end_customer, country, amount_source,
  source_row, line_key
FROM checked WHERE ${good} ${shard} ORDER BY sold_on, source_row
"""

BAD_ROWS = """
CREATE TABLE bad AS
WITH outside AS (SELECT source_row FROM checked WHERE mask <> 0 UNION SELECT source_row FROM repeats),
held AS (SELECT * FROM staged WHERE source_row IN (SELECT source_row FROM outside)),
judged AS (
  SELECT m.*, repeat_code, repeat_of, ${raw} AS raw
  FROM (${marked}) m JOIN held USING (source_row) LEFT JOIN repeats USING (source_row)
),
told AS (SELECT source_row, t_partner, t_partner_name, t_product, t_product_name, raw,
  list_filter([${reasons}], lambda reason: reason IS NOT NULL) AS reasons FROM judged)
SELECT source_row AS "row", reasons[1]."column" AS "column", reasons[1].code AS reason_code, reasons[1].reason AS
reason,
  reasons[1].value AS value, CAST(to_json(reasons) AS VARCHAR) AS reasons, CAST(raw AS VARCHAR) AS raw,
  list_transform(reasons, lambda reason: reason.code) AS codes, t_partner, t_partner_name, t_product, t_product_name
FROM told ORDER BY source_row
"""

NONE_BAD = """
CREATE TABLE bad ("row" BIGINT, "column" VARCHAR, reason_code VARCHAR, reason VARCHAR, value VARCHAR, reasons
VARCHAR, raw VARCHAR,
  codes VARCHAR[], t_partner VARCHAR, t_partner_name VARCHAR, t_product VARCHAR, t_product_name VARCHAR)
"""

COPY = "COPY (${query}) TO ${path} (FORMAT parquet, COMPRESSION zstd)"


def judge_bad_rows(connection: duckdb.DuckDBPyConnection, plan: Plan, *, marks: str) -> None:
    """Make `bad`: each row that stays out, with all its reasons in words and the whole row as it came.

    `marks`: SQL for marked rows, at least those that stay out; it may read them from `held`.
    """
    if not one(
        connection, "SELECT count(*) FROM checked WHERE mask <> 0 OR source_row IN (SELECT source_row FROM repeats)"
    )[0]:
        connection.execute(NONE_BAD)
        return
    cells = [f"{text_literal(header)}, c{at}" for at, header in enumerate(plan.headers)]
    raw = f"json_object({', '.join(cells)})"
    with_surplus = f"json_object({', '.join(cells)}, {text_literal(SURPLUS)}, surplus)"
    raw = f"CASE WHEN surplus IS NULL THEN {raw} ELSE {with_surplus} END"
    reasons = ", ".join(_told(check, plan) for check in (*CHECKS, *REPEATS))
    connection.execute(fill(BAD_ROWS, raw=raw, marked=marks, reasons=reasons))


def _told(check: Check, plan: Plan) -> str:
    """SQL: the struct (column, code, reason, value) where the check applies, else NULL."""
    key = "invoice_line" if "invoice_line" in plan.mapping else "invoice" if "invoice" in plan.mapping else "product"
    field = placed(check.field, {"key_field": key})
    shown = next((name for name in (field, f"{field}_name") if name in plan.mapping), "")
    column = plan.titles.get(shown, plan.mapping.get(shown, ""))
    value = (
        f"left(coalesce(t_{field}, {f't_{field}_name' if field in ('partner', 'product') else 'NULL'}), {VALUE_LENGTH})"
    )
    words = facts(plan)
    cases = [(placed(reason.when, words), reason) for reason in check.reasons]
    codes = " ".join(f"WHEN {when} THEN {text_literal(reason.code)}" for when, reason in cases)
    sentences = " ".join(
        f"WHEN {when} THEN {_sentence(reason, words, value if field else 'NULL')}" for when, reason in cases
    )
    struct = (
        f"{{'column': {text_literal(column)}, 'code': CASE {codes} END, 'reason': CASE {sentences} END,"
        f" 'value': {value if field else 'CAST(NULL AS VARCHAR)'}}}"
    )
    # The cells of a row of the wrong width stand under the wrong headers: whatever else is said of them would mislead.
    readable = "true" if check.flag.startswith("fault") else "fault IS NULL"
    return f"CASE WHEN {readable} AND {flag(check, plan)} THEN {struct} END"


def _sentence(reason: Reason, words: dict[str, str], value: str) -> str:
    """SQL: the reason's sentence with the cell and the row's values put in."""
    pieces, rest = [], placed(reason.sentence, words)
    places = {
        "value": f"coalesce({value}, '')",
        "fault": "fault",
        "currency": "currency",
        "digits": "CAST(digits AS VARCHAR)",
        "net_amount": "CAST(net_amount AS VARCHAR)",
        "product": "product",
        "sold_on": "CAST(sold_on AS VARCHAR)",
        "repeat_of": "repeat_of",
    }
    while rest:
        found = min(((rest.find(f"{{{name}}}"), name) for name in places if f"{{{name}}}" in rest), default=None)
        if found is None:
            pieces.append(text_literal(rest))
            break
        at, name = found
        pieces += [text_literal(rest[:at]), places[name]]
        rest = rest[at + len(name) + 2 :]
    return f"concat({', '.join(pieces)})"


def write_lines(connection: duckdb.DuckDBPyConnection, plan: Plan, folder: Path) -> Iterator[LineFile]:
    """One Parquet file for each shard that has lines, ordered by day and row: the same report gives the same bytes."""
    shards = connection.execute(
        fill("SELECT DISTINCT shard FROM checked WHERE ${good} ORDER BY shard", good=GOOD)
    ).fetchall()
    for (shard,) in shards:
        path = folder / f"lines-{shard:02d}-of-{plan.rules.shards:02d}.parquet"
        only = f"AND shard = {shard}"
        query = fill(LINES, prefix=text_literal(plan.rules.prefix), good=GOOD, shard=only)
        connection.execute(fill(COPY, query=query, path=text_literal(str(path))))
        counts = fill(
            "SELECT count(*), min(sold_on), max(sold_on) FROM checked WHERE ${good} ${only}", good=GOOD, only=only
        )
        rows, first_on, last_on = one(connection, counts)
        yield LineFile(path, shard, rows, file_hash(path), path.stat().st_size, first_on, last_on)


def write_quarantine(connection: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    """The rows that stay out, in their order."""
    path = folder / QUARANTINE
    columns = 'SELECT "row", "column", reason_code, reason, value, reasons, raw FROM bad ORDER BY "row"'
    connection.execute(fill(COPY, query=columns, path=text_literal(str(path))))
    return path


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def publish(partial: Path, out: Path) -> None:
    """Flush every file of `partial` to the disk and give the folder its name, at once."""
    for path in [*partial.iterdir(), partial]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    if out.exists():
        out.rmdir()
    partial.replace(out)
