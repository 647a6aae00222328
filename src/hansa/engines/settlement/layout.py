"""How wide the integers of a settlement must be: decided from the column types and the greatest values before any
line is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from hansa.engines.settlement.compile.lines import NARROW_QUANTITY, Layout
from hansa.engines.settlement.document import ProgramDocument
from hansa.engines.settlement.sources import Source, name_of, scan
from hansa.engines.settlement.tables import Shapes

INT64 = 2**63 - 1
FOREIGN_SCALE = 6
NUMBERS = ("net_amount", "quantity")


def greatest_values(connection: duckdb.DuckDBPyConnection, sources: Sequence[Source]) -> dict[str, int]:
    """The greatest absolute net amount and quantity among stored numbers, in units of one (rounded up). Text is not
    read.
    """
    found = dict.fromkeys(NUMBERS, 0)
    for source in sources:
        stored = [name for name in NUMBERS if source.types[name].kind == "number"]
        if not stored:
            continue
        ends = [f"{end}({name_of(name)})::VARCHAR" for name in stored for end in ("min", "max")]
        values = connection.execute(f"SELECT {', '.join(ends)} FROM {scan(source)}").fetchall()[0]
        for name, value in zip([name for name in stored for _ in range(2)], values, strict=True):
            if value is not None:
                found[name] = max(found[name], abs(int(value.split(".")[0])) + 1)
    return found


def layout_of(
    document: ProgramDocument, sources: Sequence[Source], shapes: Shapes, greatest: Mapping[str, int], *, wide: bool
) -> Layout:
    """The narrow layout where stored numbers fit it, else the wide one; `wide` asks for the wide one.

    Whether numbers that are text fit shows only when they are read.
    """
    minor = document.minor_digits
    has_currency = any(source.has("currency") for source in sources)
    named = any(each.who.territories for each in document.incentives)
    text = any(source.types["net_amount"].kind == "text" for source in sources)
    stored = [min(source.types["net_amount"].scale, max(minor, FOREIGN_SCALE)) for source in sources]
    parts = [min(source.types["quantity"].scale, NARROW_QUANTITY) for source in sources]
    scale = max([minor, *stored, *([FOREIGN_SCALE] if text and has_currency else [])])
    amount, quantity = greatest["net_amount"] * 10**scale, greatest["quantity"] * 10**NARROW_QUANTITY
    product = 2 * amount * shapes.greatest_mantissa + 2 * 10 ** (scale - minor + shapes.greatest_scale)
    return Layout(
        currency=document.currency,
        minor=minor,
        scale=scale,
        wide=wide or amount >= 10**18 or quantity >= 10**18,
        wide_decimals=max(amount * 10 ** max(stored), quantity * 10 ** max(parts)) >= 10**18,
        wide_product=text or product > INT64,
        has_currency=has_currency,
        has_territory=named and any(source.has("territory") for source in sources),
        dated_partners=shapes.dated_partners,
        dated_products=shapes.dated_products,
        payees=tuple(sorted({each.payee for each in document.incentives} - {"partner"})),
    )
