"""What a re-sent period changes: line by line, by the key that says which line is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from hansa.engines.intake.database import fill, text_literal, workspace
from hansa.kernel.duck import is_small

LISTED = 100
COMPARED = (
    "sold_on",
    "partner",
    "product",
    "quantity",
    "net_amount",
    "currency",
    "distributor",
    "rep",
    "territory",
    "end_customer",
    "country",
)
SHOWN = ("line_key", "line_id", "source_row", "invoice", "invoice_line", "serial", *COMPARED)


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line before and after, by column; the side on which it does not exist is None."""

    before: Mapping[str, object] | None
    after: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Change:
    """Counts, the first 100 lines of each kind, and by how much the net amount grows per currency."""

    added: int
    removed: int
    changed: int
    unchanged: int
    net_amount: Mapping[str, Decimal]
    added_lines: tuple[ChangedLine, ...]
    removed_lines: tuple[ChangedLine, ...]
    changed_lines: tuple[ChangedLine, ...]


PAIRS = """
CREATE TABLE pairs AS SELECT b, a, CASE WHEN b IS NULL THEN 'added' WHEN a IS NULL THEN 'removed' WHEN ${same} THEN
'unchanged' ELSE 'changed' END AS kind
FROM (SELECT struct_pack(${shown}) AS b FROM ${previous}) x FULL JOIN (SELECT struct_pack(${shown}) AS a FROM
${current}) y
  ON x.b.line_key = y.a.line_key
"""

DELTAS = """
SELECT currency, sum(amount) FROM (
  SELECT a.currency AS currency, a.net_amount AS amount FROM pairs WHERE a IS NOT NULL
  UNION ALL SELECT b.currency, -b.net_amount FROM pairs WHERE b IS NOT NULL)
GROUP BY currency ORDER BY currency
"""

FIRST = """
SELECT b, a FROM pairs WHERE kind = ${kind}
ORDER BY coalesce(a.source_row, b.source_row), coalesce(a.line_key, b.line_key) LIMIT ${listed}
"""


def compare(previous: Sequence[Path], current: Sequence[Path], *, memory_limit: str = "512MB") -> Change:
    """Compare the line files of a period with those that replace them. Either side may be empty."""
    with workspace(memory_limit, small=is_small([*previous, *current])) as connection:
        same = " AND ".join(f"b.{column} IS NOT DISTINCT FROM a.{column}" for column in COMPARED)
        shown = ", ".join(f"{column} := {column}" for column in SHOWN)
        connection.execute(
            fill(PAIRS, same=same, shown=shown, previous=_files(previous, current), current=_files(current, previous))
        )
        counts = dict(connection.execute("SELECT kind, count(*) FROM pairs GROUP BY kind").fetchall())
        return Change(
            added=counts.get("added", 0),
            removed=counts.get("removed", 0),
            changed=counts.get("changed", 0),
            unchanged=counts.get("unchanged", 0),
            net_amount={currency: Decimal(amount) for currency, amount in connection.execute(DELTAS).fetchall()},
            added_lines=_first(connection, "added"),
            removed_lines=_first(connection, "removed"),
            changed_lines=_first(connection, "changed"),
        )


def _files(paths: Sequence[Path], others: Sequence[Path]) -> str:
    """The lines of some files; of none: no rows, in the columns of the other side or of nothing at all."""
    if paths:
        return fill("read_parquet([${paths}])", paths=", ".join(text_literal(str(path)) for path in paths))
    if others:
        return fill("(SELECT * FROM ${others} LIMIT 0)", others=_files(others, ()))
    columns = ", ".join(
        f"CAST(NULL AS {'DECIMAL(18, 4)' if column == 'net_amount' else 'VARCHAR'}) AS {column}" for column in SHOWN
    )
    return fill("(SELECT ${columns} LIMIT 0)", columns=columns)


def _first(connection: duckdb.DuckDBPyConnection, kind: str) -> tuple[ChangedLine, ...]:
    rows = connection.execute(fill(FIRST, kind=text_literal(kind), listed=str(LISTED))).fetchall()
    return tuple(ChangedLine(before, after) for before, after in rows)
