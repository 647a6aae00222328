"""Payouts spread over their lines by largest remainder.

The paying claims are numbered in output order (`place`), so that one integer and the line id are the whole sort key.
They are taken in batches of neighbours: memory depends on a batch, not on the settlement.
"""

from __future__ import annotations

from dataclasses import dataclass

from hansa.engines.settlement.compile import BITS, bit
from hansa.engines.settlement.compile.payouts import BY_AMOUNT, BY_QUANTITY
from hansa.engines.settlement.document import Incentive
from hansa.kernel.period import MONTHS_OF

INT64_LIMIT = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Batch:
    """Neighbouring claims `first` to `last` of one incentive. `wide`: weight times payout needs 128 bits."""

    incentive: int
    first: int
    last: int
    lines: int
    wide: bool


def grants_sql() -> str:
    """The claims that pay, numbered from 1 by incentive, period and payee (code points)."""
    return """
        SELECT row_number() OVER (ORDER BY incentive, period, payee) AS place, incentive, period, payee, partner_number,
            lines, CAST(paid AS BIGINT) AS paid, weight, greatest, mode
        FROM payout WHERE paid > 0"""


def batches_sql(lines: int, whole: int) -> str:
    """Neighbours with about `lines` of the `whole` lines together: incentive, first, last, lines, greatest payout,
    greatest weight, greatest total.
    """
    before = """
        SELECT *, sum(lines) OVER (PARTITION BY incentive ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - lines AS before
        FROM grant_"""
    run = before if whole > lines else "SELECT *, 0 AS before FROM grant_"
    return f"""
        SELECT incentive, min(place), max(place), CAST(sum(lines) AS BIGINT), max(paid), max(greatest), max(weight)
        FROM ({run}) AS run GROUP BY incentive, before // {lines} ORDER BY 2"""


def shares_sql(batch: Batch, incentive: Incentive) -> str:
    """One row for each eligible line of the batch: place, line_id, share in minor units; sorted by place and line id.

    Each exact share paid * weight / total is rounded down. The units left are the sum of the remainders over the
    total; they go to the largest remainders, ties to the lower line id.
    """
    wide = "HUGEINT" if batch.wide else "BIGINT"
    same = (
        "line.partner_number = g.partner_number"
        if incentive.payee == "partner"
        else f"line.{incentive.payee} = g.payee"
    )
    weight = f"""CASE g.mode WHEN {BY_AMOUNT} THEN greatest(line.amount, 0)
        WHEN {BY_QUANTITY} THEN greatest(line.quantity, 0) ELSE 1 END"""
    return f"""
        WITH eligible AS (
            SELECT g.place, line.line_id, CAST(g.weight AS {wide}) AS total, CAST(g.paid AS {wide}) * {weight} AS part
            FROM line JOIN grant_ AS g ON {same} AND line.month // {MONTHS_OF[incentive.period]} = g.period
            WHERE (line.m{batch.incentive // BITS} & {bit(batch.incentive)}) <> 0
                AND g.place >= {batch.first} AND g.place <= {batch.last}
        ),
        divided AS (
            SELECT place, line_id, total, CAST(part // total AS BIGINT) AS floor, part % total AS remainder
            FROM eligible
        ),
        ranked AS (
            SELECT place, line_id, floor,
                row_number() OVER (PARTITION BY place ORDER BY remainder DESC, line_id) AS turn,
                CAST(sum(remainder) OVER (PARTITION BY place) // total AS BIGINT) AS units
            FROM divided
        )
        SELECT place, line_id, floor + CASE WHEN turn <= units THEN 1 ELSE 0 END AS share
        FROM ranked ORDER BY place, line_id"""
