"""Lines that come twice: within the report, and in what was taken before.

The key is distributor, invoice, invoice line, product and serial; without an invoice also partner and day. Where
neither a line number
nor a serial tells two lines of one invoice and product apart, lines that differ in day, partner, quantity or amount
are lines of their
own, numbered in the order of these values, so that a report sorted otherwise gives the same keys. Lines that agree
in all of them are
a repetition (`Rules.identical`).
"""

from __future__ import annotations

import duckdb

from hansa.engines.intake.database import fill, one
from hansa.engines.intake.references import Rules

REPEATED = """
CREATE TABLE repeated AS
SELECT source_row, line_key, invoice_line IS NULL AND serial IS NULL AS bare, sold_on, partner, quantity, net_amount
FROM checked WHERE mask = 0 AND line_key IN (SELECT line_key FROM checked WHERE mask = 0 GROUP BY line_key HAVING
count(*) > 1)
"""

RANKED = """
CREATE TABLE ranked AS
SELECT source_row, bare, line_key,
  first_value(source_row) OVER same AS first_same, first_value(source_row) OVER keyed AS first_keyed,
  ${place} AS place
FROM repeated
WINDOW same AS (PARTITION BY line_key, sold_on, partner, quantity, net_amount ORDER BY source_row),
  keyed AS (PARTITION BY line_key ORDER BY source_row),
  content AS (PARTITION BY line_key ORDER BY sold_on, partner, quantity, net_amount),
  each AS (PARTITION BY line_key ORDER BY sold_on, partner, quantity, net_amount, source_row)
"""

DUPLICATES = """
INSERT INTO repeats
SELECT source_row, 'duplicate', CAST(CASE WHEN bare THEN first_same ELSE first_keyed END AS VARCHAR) FROM ranked
WHERE CASE WHEN bare THEN ${separate} AND source_row <> first_same ELSE source_row <> first_keyed END
"""

NUMBER = """
UPDATE checked SET line_key = left(sha256(checked.line_key || '#' || place), 32) FROM ranked
WHERE ranked.source_row = checked.source_row AND bare AND place > 1
"""

ALREADY = """
INSERT INTO repeats
SELECT c.source_row, 'already_taken', min(CAST(k.line_id AS VARCHAR)) FROM checked c JOIN known_lines k ON k.line_key
= c.line_key
WHERE c.mask = 0 AND c.source_row NOT IN (SELECT source_row FROM repeats) GROUP BY c.source_row
"""


def find_repeats(connection: duckdb.DuckDBPyConnection, rules: Rules, *, known: bool) -> None:
    """Fill `repeats` (source_row, repeat_code, repeat_of) and number the bare lines that only look alike."""
    connection.execute("CREATE TABLE repeats (source_row BIGINT, repeat_code VARCHAR, repeat_of VARCHAR)")
    connection.execute(REPEATED)
    if one(connection, "SELECT count(*) FROM repeated")[0]:
        separate = rules.identical == "separate"
        connection.execute(fill(RANKED, place="row_number() OVER each" if separate else "dense_rank() OVER content"))
        connection.execute(fill(DUPLICATES, separate="false" if separate else "true"))
        connection.execute(NUMBER)
    if known:
        connection.execute(ALREADY)
