"""How wide the integers of a settlement must be: decided from the column types and the greatest values before any
line is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from hansa.engines.settlement.compile.lines import Layout
from hansa.engines.settlement.document import ProgramDocument
from hansa.engines.settlement.sources import Source, name_of, scan
from hansa.engines.settlement.tables import Shapes

INT64 = 2**63 - 1
TEXT_SCALE = 6
MOST_DECIMALS = 18


def greatest_values(connection: duckdb.DuckDBPyConnection, sources: Sequence[Source]) -> dict[str, int | None]:
    """The greatest absolute net amount and quantity of stored numbers, in units of one (rounded up); None where text
    is read.
    """
    found: dict[str, int | None] = {"net_amount": 0, "quantity": 0}
    for source in sources:
        for name in found:
            if source.types[name].kind == "text":
                found[name] = None
            elif (so_far := found[name]) is not None:
                column = name_of(name)
                sql = f"SELECT min({column})::VARCHAR, max({column})::VARCHAR FROM {scan(source)}"
                ends = connection.execute(sql).fetchall()[0]
                found[name] = max(so_far, *(abs(int(end.split(".")[0])) + 1 for end in ends if end is not None))
    return found


def layout_of(
    document: ProgramDocument,
    sources: Sequence[Source],
    shapes: Shapes,
    greatest: Mapping[str, int | None],
    *,
    wide: bool,
) -> Layout:
    """The narrowest layout that is certainly exact; `wide` asks for the widest."""
    minor = document.minor_digits
    has_currency = any(source.has("currency") for source in sources)
    named = any(each.who.territories for each in document.incentives)
    scales = [min(source.types["net_amount"].scale, MOST_DECIMALS) for source in sources]
    text = any(source.types["net_amount"].kind == "text" for source in sources)
    scale = max([minor, *scales, *([TEXT_SCALE] if text and has_currency else [])])
    amount = greatest["net_amount"]
    amounts_wide = wide or (amount is not None and amount * 10**scale >= 10**18)
    product = None if amount is None else 2 * amount * 10**scale * shapes.greatest_mantissa
    divisor = 2 * 10 ** (scale - minor + shapes.greatest_scale)
    return Layout(
        currency=document.currency,
        minor=minor,
        scale=scale,
        wide=amounts_wide,
        wide_product=wide or product is None or product + divisor > INT64,
        has_currency=has_currency,
        has_territory=named and any(source.has("territory") for source in sources),
        dated_partners=shapes.dated_partners,
        dated_products=shapes.dated_products,
        payees=tuple(sorted({each.payee for each in document.incentives} - {"partner"})),
    )
