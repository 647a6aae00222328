"""From a program document to SQL: one text for DuckDB, which sqlglot turns into Spark's dialect.

No text of a user ever stands in the SQL of the lines, the payouts or the shares: those compare integers only. Money
is integer minor units, quantities are integers over a power of ten (millionths where that is enough), rates too.
Products that can pass 64 bits are formed in 128 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hansa.engines.settlement.document import Incentive

BITS = 60
MONEY_DIGITS = 18
MONEY_LIMIT = 10**MONEY_DIGITS


def words(count: int) -> range:
    """The 64-bit words that hold one bit for each of `count` incentives."""
    return range(max(1, -(-count // BITS)))


def bit(index: int) -> int:
    """The bit of incentive `index` within its word."""
    return 1 << (index % BITS)


def literal_mask(chosen: Sequence[bool], word: int) -> int:
    """The bits of the chosen incentives that lie in `word`."""
    return sum(bit(index) for index, each in enumerate(chosen) if each and index // BITS == word)


def mask_of(incentives: Sequence[Incentive], word: int, condition: Callable[[Incentive], str]) -> str:
    """An SQL expression with the bit of each incentive whose condition holds. "" is a condition that always holds."""
    conditions = [(index, condition(each)) for index, each in enumerate(incentives) if index // BITS == word]
    always = sum(bit(index) for index, said in conditions if not said)
    parts = [f"CASE WHEN {said} THEN {bit(index)} ELSE 0 END" for index, said in conditions if said]
    return f"CAST({' + '.join([str(always), *parts])} AS BIGINT)"
