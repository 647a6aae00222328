"""The lines as integers: payee, fiscal month, amount in minor units, quantity in millionths, mask of the incentives
that count them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hansa.engines.settlement.compile import MONEY_LIMIT, QUANTITY_DECIMALS, literal_mask, words
from hansa.engines.settlement.compile.dimensions import elsewhere_mask
from hansa.engines.settlement.document import Incentive
from hansa.engines.settlement.sources import ColumnType, Source, name_of, quoted, scan

# What a line's `fault` says. 0 is a good line.
BROKEN, NO_RATE = 1, 2

# An amount in another currency, before its decimals are taken off: times a rate of 18 digits it still fits 128 bits.
STATED_LIMIT = 10**19

NUMBER_PATTERN = "-?[0-9]+(\\.[0-9]+)?"
DAY_PATTERN = "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}"


@dataclass(frozen=True, slots=True)
class Layout:
    """How amounts are held while lines are read.

    `scale`: decimals of an amount before conversion. `wide`: amounts may need 128 bits. `wide_product`: amount times
    rate may.
    """

    currency: str
    minor: int
    scale: int
    wide: bool
    wide_product: bool
    has_currency: bool
    has_territory: bool
    dated_partners: bool
    dated_products: bool
    payees: tuple[str, ...]


def typed_select(source: Source, layout: Layout, relation: str | None = None) -> str:
    """One source's lines with typed columns, NULL where a cell is empty or cannot be read, and `excess`: more
    decimals than allowed.
    """
    wide = "HUGEINT" if layout.wide else "BIGINT"
    net_amount, quantity = name_of("net_amount"), name_of("quantity")
    columns = [
        f"{_text(source, 'line_id')} AS line_id",
        f"{_day(source)} AS sold_on",
        f"{_text(source, 'partner')} AS partner",
        f"{_text(source, 'product')} AS product",
        f"{_scaled(source.types['quantity'], quantity, QUANTITY_DECIMALS, 'BIGINT')} AS quantity",
        f"{_scaled(source.types['net_amount'], net_amount, layout.scale, wide)} AS amount",
        f"{_excess(source.types['net_amount'], net_amount, layout)} AS excess",
    ]
    optional = [*(["currency"] if layout.has_currency else []), *(["territory"] if layout.has_territory else [])]
    columns += [f"{_text(source, name)} AS {name}" for name in [*optional, *layout.payees]]
    return f"SELECT {', '.join(columns)} FROM {relation or scan(source)} AS source"


def _text(source: Source, name: str) -> str:
    if not source.has(name):
        return "CAST(NULL AS VARCHAR)"
    return name_of(name) if source.form == "csv" else f"NULLIF({name_of(name)}, '')"


def _day(source: Source) -> str:
    column = name_of("sold_on")
    if source.types["sold_on"].kind == "day":
        return f"CASE WHEN {column} >= DATE '1000-01-01' AND {column} < DATE '9999-01-01' THEN {column} END"
    fits = f"regexp_full_match({column}, '{DAY_PATTERN}') AND {column} < '9999'"
    return f"CASE WHEN {fits} THEN TRY_CAST({column} AS DATE) END"


def _scaled(stored: ColumnType, column: str, scale: int, target: str) -> str:
    """A number times ten to the `scale`, exactly; NULL where it cannot be held."""
    exact = _exact(stored, column, scale, target)
    if target != "HUGEINT":
        return exact
    return f"CASE WHEN {exact} > -{STATED_LIMIT} AND {exact} < {STATED_LIMIT} THEN {exact} END"


def _exact(stored: ColumnType, column: str, scale: int, target: str) -> str:
    if stored.kind == "text":
        fits = f"regexp_full_match({column}, '-?[0-9]+(\\.[0-9]{{1,{scale}}})?')" if scale else _whole(column)
        held = f"TRY_CAST({column} AS DECIMAL({38 if target == 'HUGEINT' else 18}, {scale}))"
        unscaled = f"replace(CAST({held} AS VARCHAR), '.', '')"
        return f"CASE WHEN {fits} THEN TRY_CAST({unscaled} AS {target}) END"
    if stored.scale > scale:
        step = 10 ** (stored.scale - scale)
        unscaled = _unscaled(stored, column, target)
        return f"CASE WHEN {unscaled} % {step} = 0 THEN CAST({unscaled} // {step} AS {target}) END"
    unscaled = _unscaled(stored, column, target)
    factor = 10 ** (scale - stored.scale)
    return unscaled if factor == 1 else f"({unscaled} * CAST({factor} AS {target}))"


def _whole(column: str) -> str:
    return f"regexp_full_match({column}, '-?[0-9]+')"


def _unscaled(stored: ColumnType, column: str, target: str) -> str:
    """The integer behind a stored decimal. The caller has made sure from the greatest value that it fits."""
    if stored.scale == 0:
        return f"CAST({column} AS {target})"
    digits = 38 if target == "HUGEINT" or stored.digits > 18 else 18
    held = f"CAST({column} AS DECIMAL({digits}, {stored.scale}))"
    return f"CAST({held} * CAST({10**stored.scale} AS DECIMAL({stored.scale + 1}, 0)) AS {target})"


def _excess(stored: ColumnType, column: str, layout: Layout) -> str:
    """Whether an amount has more decimals than the program's currency; as written for text, by value for stored
    decimals.
    """
    if stored.kind == "text":
        if layout.scale == layout.minor:
            return "false"
        return f"(strpos({column}, '.') > 0 AND length({column}) - strpos({column}, '.') > {layout.minor})"
    if stored.scale <= layout.minor:
        return "false"
    unscaled = _unscaled(stored, column, "HUGEINT" if layout.wide else "BIGINT")
    return f"({unscaled} % {10 ** (stored.scale - layout.minor)} <> 0)"


_RATE_JOIN = "LEFT JOIN rate_day AS rate ON line.currency = rate.currency AND line.sold_on = rate.day"
_PLACE_JOIN = "LEFT JOIN line_territory AS place ON line.territory = place.territory"


def lines_sql(reads: Sequence[str], incentives: Sequence[Incentive], layout: Layout) -> str:
    """The lines of all sources, joined to partner, product, day and rate; see the module for the columns.

    Line rows: line_id, partner_number, distributor or rep where a payee is one, month, amount, quantity, m0.., fault.
    """
    source = " UNION ALL ".join(reads)
    rated = "rate.mantissa IS NOT NULL" if layout.has_currency else "true"
    own = f"(line.currency IS NULL OR line.currency = {quoted(layout.currency)})" if layout.has_currency else "true"
    masks = [f"{_mask(incentives, word, layout)} AS m{word}" for word in words(len(incentives))]
    payees = [f"line.{name}" for name in layout.payees]
    inner = f"""
        SELECT line.line_id, partner.number AS partner_number, {"".join(f"{name}, " for name in payees)}
            calendar.month, {_amount(layout, own)} AS amount, line.quantity, {", ".join(masks)},
            line.amount AS stated, {own} AS own, {rated} AS rated, line.excess,
            line.line_id IS NULL OR line.sold_on IS NULL OR line.quantity IS NULL OR line.amount IS NULL
                OR partner.number IS NULL OR product.id IS NULL AS broken
        FROM ({source}) AS line
        LEFT JOIN partner_span AS partner ON line.partner = partner.id{_dated("partner", layout.dated_partners)}
        LEFT JOIN product_span AS product ON line.product = product.id{_dated("product", layout.dated_products)}
        LEFT JOIN calendar ON line.sold_on = calendar.day
        {_RATE_JOIN if layout.has_currency else ""}
        {_PLACE_JOIN if layout.has_territory else ""}"""
    kept = ["line_id", "partner_number", *layout.payees, "month"]
    numbers = [f"m{word}" for word in words(len(incentives))]
    needed = " OR ".join(f"{name} <> 0" for name in numbers)
    return f"""
        SELECT {", ".join(kept)}, CAST(coalesce(amount, 0) AS BIGINT) AS amount, quantity, {", ".join(numbers)},
            CAST(CASE
                WHEN broken OR own AND excess THEN {BROKEN}
                WHEN NOT own AND NOT rated AND ({needed}) THEN {NO_RATE}
                WHEN amount >= {MONEY_LIMIT} OR amount <= -{MONEY_LIMIT} THEN {BROKEN}
                ELSE 0 END AS INTEGER) AS fault
        FROM ({inner}) AS joined"""


def _dated(name: str, dated: bool) -> str:
    return f" AND line.sold_on >= {name}.since AND line.sold_on < {name}.until" if dated else ""


def _mask(incentives: Sequence[Incentive], word: int, layout: Layout) -> str:
    parts = [f"partner.p{word}", f"product.q{word}", f"calendar.c{word}"]
    if any(each.who.territories for each in incentives):
        there = f"partner.t{word}"
        if layout.has_territory:
            named = f"coalesce(place.u{word}, {elsewhere_mask(incentives, word)})"
            there = f"CASE WHEN line.territory IS NULL THEN partner.t{word} ELSE {named} END"
        parts.append(f"({there})")
    for payee in layout.payees:
        others = literal_mask([each.payee != payee for each in incentives], word)
        parts.append(
            f"(CASE WHEN line.{payee} IS NULL THEN {others} ELSE {literal_mask([True] * len(incentives), word)} END)"
        )
    return f"coalesce({' & '.join(parts)}, 0)"


def _amount(layout: Layout, own: str) -> str:
    """The amount in minor units of the program's currency, rounded half away from zero where it is converted."""
    step = 10 ** (layout.scale - layout.minor)
    at_home = "line.amount" if step == 1 else f"line.amount // {step}"
    if not layout.has_currency:
        return at_home
    wide = "HUGEINT" if layout.wide_product else "BIGINT"
    product = f"2 * CAST(line.amount AS {wide}) * rate.mantissa"
    half = "CASE WHEN line.amount < 0 THEN -rate.divisor ELSE rate.divisor END"
    return f"CASE WHEN {own} THEN {at_home} ELSE ({product} + {half}) // (2 * rate.divisor) END"
