"""The lines as integers: payee, fiscal month, amount in minor units, quantity, mask of the incentives that count them.

Two layouts. The *narrow* one holds every amount with the same number of decimals in 64 bits, which nearly all files
allow. Where a cell does not fit it, all lines are read again in the *wide* one: every number by its own text, as its
digits and the number of its decimals, so that what a column is declared to hold does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hansa.engines.settlement.compile import MONEY_LIMIT, literal_mask, words
from hansa.engines.settlement.compile.dimensions import elsewhere_mask
from hansa.engines.settlement.document import Incentive
from hansa.engines.settlement.sources import ColumnType, Source, name_of, quoted, scan

# What a line's `fault` says.
GOOD, BROKEN, NO_RATE = 0, 1, 2

NARROW_QUANTITY, WIDE_QUANTITY = 6, 9

# An amount as it is written, in the wide layout: significant digits, and decimals.
STATED_DIGITS = 18

NUMBER_PATTERN = "-?[0-9]+(\\.[0-9]+)?"
DAY_PATTERN = "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}"


@dataclass(frozen=True, slots=True)
class Layout:
    """How numbers are held while lines are read.

    `wide`: see the module. `scale`: decimals of an amount before conversion, in the narrow layout. `wide_decimals`:
    taking the point out of stored decimals may need 128 bits. `wide_product`: amount times rate may.
    """

    currency: str
    minor: int
    scale: int
    wide: bool
    wide_decimals: bool
    wide_product: bool
    has_currency: bool
    has_territory: bool
    dated_partners: bool
    dated_products: bool
    payees: tuple[str, ...]

    @property
    def quantity_decimals(self) -> int:
        """How many decimals of a quantity are held."""
        return WIDE_QUANTITY if self.wide else NARROW_QUANTITY


def typed_select(source: Source, layout: Layout, relation: str | None = None) -> str:
    """One source's lines with typed columns, NULL where a cell is empty or cannot be read, and `excess`: more
    decimals than the program's currency has. In the wide layout with `decimals`, those of the amount.
    """
    optional = [*(["currency"] if layout.has_currency else []), *(["territory"] if layout.has_territory else [])]
    columns = [
        f"{_text(source, 'line_id')} AS line_id",
        f"{_day(source)} AS sold_on",
        *(f"{_text(source, name)} AS {name}" for name in ("partner", "product", *optional, *layout.payees)),
    ]
    if layout.wide:
        return _wide_select(source, layout, columns)
    amount = source.types["net_amount"]
    columns += [
        f"{_scaled(source.types['quantity'], 'quantity', NARROW_QUANTITY, layout)} AS quantity",
        f"{_scaled(amount, 'net_amount', layout.scale, layout)} AS amount",
        f"{_excess(amount, name_of('net_amount'), layout)} AS excess",
    ]
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


def _scaled(stored: ColumnType, name: str, scale: int, layout: Layout) -> str:
    """A number times ten to the `scale`, exactly; NULL where it does not fit 18 digits. The caller has made sure that
    stored numbers do.
    """
    column = name_of(name)
    if stored.kind == "text":
        return _scaled_text(column, scale, 18, "BIGINT")
    kept = min(stored.scale, scale)
    held = column if kept == stored.scale and stored.digits <= 18 else f"CAST({column} AS DECIMAL(18, {kept}))"
    # A product of decimals has the decimals of both, so that the point is only out after as many digits again.
    factor = f"CAST({held} AS DECIMAL(38, {kept}))" if layout.wide_decimals else held
    whole = f"CAST({factor} * CAST({10**kept} AS DECIMAL({kept + 1}, 0)) AS BIGINT)"
    if stored.scale == 0:
        whole = f"CAST({column} AS BIGINT)"
    scaled = whole if kept == scale else f"({whole} * CAST({10 ** (scale - kept)} AS BIGINT))"
    return scaled if kept == stored.scale else f"CASE WHEN {held} = {column} THEN {scaled} END"


def _scaled_text(column: str, scale: int, digits: int, target: str) -> str:
    decimals = f"(\\.[0-9]{{1,{scale}}})?" if scale else ""
    held = f"TRY_CAST({column} AS DECIMAL({digits}, {scale}))"
    unscaled = f"TRY_CAST(replace(CAST({held} AS VARCHAR), '.', '') AS {target})"
    return f"CASE WHEN regexp_full_match({column}, '-?[0-9]+{decimals}') THEN {unscaled} END"


def _excess(stored: ColumnType, column: str, layout: Layout) -> str:
    """Whether an amount has more decimals than the program's currency; as written for text, by value for stored
    decimals.
    """
    if stored.kind == "text":
        return "false" if layout.scale == layout.minor else f"({_decimals(column)} > {layout.minor})"
    return "false" if stored.scale <= layout.minor else f"(CAST({column} AS DECIMAL(18, {layout.minor})) <> {column})"


def _wide_select(source: Source, layout: Layout, columns: Sequence[str]) -> str:
    stated = {name: f"CAST({name_of(name)} AS VARCHAR)" for name in ("quantity", "net_amount")}
    plain = {name: _without_zeros(text) for name, text in stated.items()}
    judged = stated if source.types["net_amount"].kind == "text" else plain
    inner = [
        *columns,
        f"{plain['quantity']} AS quantity_text",
        f"{plain['net_amount']} AS amount_text",
        f"({_decimals(judged['net_amount'])} > {layout.minor}) AS excess",
    ]
    held = "TRY_CAST(replace(amount_text, '.', '') AS BIGINT)"
    decimals = _decimals("amount_text")
    limit = 10**STATED_DIGITS
    fits = f"{held} > -{limit} AND {held} < {limit} AND {decimals} <= {STATED_DIGITS}"
    return f"""
        SELECT * EXCLUDE (quantity_text, amount_text), {_scaled_text("quantity_text", WIDE_QUANTITY, 27, "HUGEINT")} AS quantity,
            CASE WHEN {fits} THEN {held} END AS amount, {decimals} AS decimals
        FROM (SELECT {", ".join(inner)} FROM {scan(source)} AS source) AS plain"""


def _without_zeros(text: str) -> str:
    """A plain decimal number without the zeros at the end of its decimals; NULL for anything else."""
    stripped = f"CASE WHEN contains({text}, '.') THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END"
    return f"CASE WHEN regexp_full_match({text}, '{NUMBER_PATTERN}') THEN {stripped} END"


def _decimals(text: str) -> str:
    return f"CASE WHEN strpos({text}, '.') > 0 THEN length({text}) - strpos({text}, '.') ELSE 0 END"


_RATE_JOIN = "LEFT JOIN rate_day AS rate ON line.currency = rate.currency AND line.sold_on = rate.day"
_PLACE_JOIN = "LEFT JOIN line_territory AS place ON line.territory = place.territory"


def lines_sql(reads: Sequence[str], incentives: Sequence[Incentive], layout: Layout) -> str:
    """The lines of all sources, joined to partner, product, day and rate; see the module for the columns.

    Line rows: line_id, partner_number, distributor or rep where a payee is one, month, amount, quantity, m0.., fault.
    """
    source = " UNION ALL ".join(reads)
    rated = "rate.divisor IS NOT NULL" if layout.has_currency else "true"
    own = f"(line.currency IS NULL OR line.currency = {quoted(layout.currency)})" if layout.has_currency else "true"
    masks = [f"{_mask(incentives, word, layout)} AS m{word}" for word in words(len(incentives))]
    payees = [f"line.{name}" for name in layout.payees]
    inner = f"""
        SELECT line.line_id, partner.number AS partner_number, {"".join(f"{name}, " for name in payees)}
            calendar.month, {_amount(layout, own)} AS amount, line.quantity, {", ".join(masks)},
            {own} AS own, {rated} AS rated, line.excess,
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
    fits = f"amount > -{MONEY_LIMIT} AND amount < {MONEY_LIMIT}"
    return f"""
        SELECT {", ".join(kept)}, CAST(CASE WHEN {fits} THEN amount ELSE 0 END AS BIGINT) AS amount, quantity,
            {", ".join(numbers)},
            CAST(CASE
                WHEN broken OR own AND excess THEN {BROKEN}
                WHEN NOT own AND NOT rated THEN CASE WHEN {needed} THEN {NO_RATE} ELSE {GOOD} END
                WHEN {fits} THEN {GOOD}
                ELSE {BROKEN} END AS INTEGER) AS fault
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
    """The amount in minor units of the program's currency, rounded half away from zero where it is converted. In the
    wide layout NULL where it certainly has too many digits.
    """
    if layout.wide:
        scaled = " ".join(f"WHEN {more} THEN {10 ** (layout.minor - more)}" for more in range(layout.minor + 1))
        at_home = f"CAST(line.amount AS HUGEINT) * CASE line.decimals {scaled} END"
        powers = " ".join(f"WHEN {more} THEN CAST({10**more} AS HUGEINT)" for more in range(STATED_DIGITS + 1))
        stated = "CAST(line.amount AS HUGEINT)"
        divisor = f"(rate.divisor * CASE line.decimals {powers} END)"
        fits = " AND abs(line.amount) <= rate.most"
    else:
        step = 10 ** (layout.scale - layout.minor)
        at_home = "line.amount" if step == 1 else f"line.amount // {step}"
        stated = f"CAST(line.amount AS {'HUGEINT' if layout.wide_product else 'BIGINT'})"
        divisor, fits = "rate.divisor", ""
    if not layout.has_currency:
        return at_home
    half = f"CASE WHEN line.amount < 0 THEN -{divisor} ELSE {divisor} END"
    converted = f"(2 * {stated} * rate.factor + {half}) // (2 * {divisor})"
    return f"CASE WHEN {own} THEN {at_home} WHEN rate.divisor IS NOT NULL{fits} THEN {converted} END"
