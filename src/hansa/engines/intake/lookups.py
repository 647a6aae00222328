"""From the sender's texts to ids: each distinct text is normalised once in Python and joined in SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import duckdb
import pyarrow as pa

from hansa.engines.intake.database import fill, table
from hansa.engines.intake.marking import Plan, cell_of, text_of
from hansa.engines.intake.references import References, Table
from hansa.engines.intake.text import normalise, normalise_all

DISTINCT = """
SELECT DISTINCT coalesce(${first}, '') AS a, coalesce(${second}, '') AS b FROM (SELECT DISTINCT ${cells} FROM staged)
AS staged
"""

# Exact spelling first, then ids, aliases, names. A text that fits two of the best kind fits none.
MATCH = """
CREATE TABLE ${entity}_map AS
WITH wanted AS (SELECT a AS t, na AS n FROM ${entity}_texts UNION SELECT b, nb FROM ${entity}_texts),
found AS (
  SELECT t, id, CASE WHEN ${exact} THEN 0 WHEN alias_kind = 'id' THEN 1 WHEN alias_kind = 'alias' THEN 2 ELSE 3 END
  AS kind
  FROM wanted JOIN ${entity}_reference ON text_normalised = n WHERE t <> ''
),
best AS (SELECT t, min(kind) AS kind FROM found GROUP BY t),
single AS (
  SELECT t, CASE WHEN count(DISTINCT id) = 1 THEN min(id) END AS id FROM found JOIN best USING (t, kind) GROUP BY t
)
SELECT a, b, coalesce(x.id, y.id) AS id, coalesce(x.id, y.id) IS NULL AND (x.t IS NOT NULL OR y.t IS NOT NULL) AS
ambiguous
FROM ${entity}_texts LEFT JOIN single x ON x.t = a LEFT JOIN single y ON y.t = b
"""

EMPTY = pa.table({name: pa.array([], type=pa.string()) for name in ("alias_kind", "text", "text_normalised", "id")})


def shard_of(partner: str, shards: int) -> int:
    """The file among `shards` that holds a partner's lines: the first four bytes of its SHA-256, modulo.

    >>> shard_of("P-1", 8), shard_of("P-1", 1)
    (0, 0)
    """
    return int.from_bytes(hashlib.sha256(partner.encode()).digest()[:4]) % shards


def build_lookups(connection: duckdb.DuckDBPyConnection, references: References, plan: Plan) -> None:
    """Make `partner_map`, `product_map`, `distributor_map` (a, b, id, ambiguous), `partner_shard` (id, shard),
    `currency_map`."""
    match(connection, plan, "partner", references.partners)
    match(connection, plan, "product", references.products)
    match(connection, plan, "distributor", references.distributors)
    partners = [
        row[0]
        for row in connection.execute("SELECT DISTINCT id FROM partner_map WHERE id IS NOT NULL ORDER BY id").fetchall()
    ]
    shards = pa.array([shard_of(partner, plan.rules.shards) for partner in partners], type=pa.int32())
    connection.register("partner_shard", pa.table({"id": pa.array(partners, type=pa.string()), "shard": shards}))
    _match_currencies(connection, plan, references.currencies)


def match(connection: duckdb.DuckDBPyConnection, plan: Plan, entity: str, reference: Table) -> None:
    """Resolve the distinct pairs (id text, name) of an entity. The id decides; the name helps where the id is empty
    or unknown."""
    table(connection, f"{entity}_reference", EMPTY if reference is None else reference)
    columns = {row[0] for row in connection.execute(fill("DESCRIBE ${entity}_reference", entity=entity)).fetchall()}
    pairs = connection.sql(distinct(plan, entity, f"{entity}_name")).to_arrow_table()
    for text, key in (("a", "na"), ("b", "nb")):
        pairs = pairs.append_column(key, normalise_all(pairs.column(text).to_pylist()))
    connection.register(f"{entity}_texts", pairs)
    connection.execute(fill(MATCH, entity=entity, exact="text = t" if "text" in columns else "false"))


def distinct(plan: Plan, first: str, second: str) -> str:
    """SQL: the distinct pairs (a, b) of two fields' texts, empty for what is missing. Only distinct cells are
    tidied."""
    cells = [cell_of(plan, key) for key in (first, second) if key in plan.mapping]
    if not cells:
        return "SELECT '' AS a, '' AS b"
    return fill(
        DISTINCT, first=text_of(plan, first), second=text_of(plan, second), cells=", ".join(dict.fromkeys(cells))
    )


def _match_currencies(connection: duckdb.DuckDBPyConnection, plan: Plan, currencies: Mapping[str, int]) -> None:
    texts = [text for text, _ in connection.execute(distinct(plan, "currency", "")).fetchall()]
    known = [(text, code) for text in texts if (code := normalise(text).upper()) in currencies]
    connection.register(
        "currency_map",
        pa.table(
            {
                "t": pa.array([text for text, _ in known], type=pa.string()),
                "code": pa.array([code for _, code in known], type=pa.string()),
                "digits": pa.array([currencies[code] for _, code in known], type=pa.int8()),
            }
        ),
    )
