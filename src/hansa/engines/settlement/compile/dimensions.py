"""Partners and products as spans of days without gaps, each with the mask of the incentives that it fits."""

from __future__ import annotations

from collections.abc import Sequence

from hansa.engines.settlement.compile import mask_of, words
from hansa.engines.settlement.document import Incentive
from hansa.engines.settlement.sources import quoted

FIRST_DAY = "DATE '0001-01-01'"
LAST_DAY = "DATE '9999-12-31'"


def among(column: str, values: Sequence[str] | None) -> list[str]:
    """The condition that a column holds one of the values exactly; none where there is nothing to match."""
    return [] if values is None else [f"coalesce({column} IN ({', '.join(map(quoted, values))}), false)"]


def partner_condition(incentive: Incentive) -> str:
    """Types, tiers and ids; a partner may have several types, separated by a bar."""
    types = incentive.who.types
    listed = (
        [f"coalesce(list_has_any(string_split(type, '|'), [{', '.join(map(quoted, types))}]), false)"] if types else []
    )
    return " AND ".join([*listed, *among("tier", incentive.who.tiers), *among("id", incentive.who.partners)])


def territory_condition(incentive: Incentive) -> str:
    """Territories, apart from the rest, because a line's own territory wins."""
    return " AND ".join(among("territory", incentive.who.territories))


def product_condition(incentive: Incentive) -> str:
    """Categories, families and ids, without the exceptions."""
    what = incentive.what
    taken = [f"NOT {said}" for said in among("id", what.except_products)]
    listed = [*among("category", what.categories), *among("family", what.families), *among("id", what.products)]
    return " AND ".join([*listed, *taken])


def spans_sql(rows: str, attributes: Sequence[str]) -> str:
    """Each id's rows (a query of `id`, `since`, `until`, attributes) with the gaps between them filled by rows that
    have no attributes.
    """
    kept, none = ", ".join(attributes), ", ".join(f"NULL AS {name}" for name in attributes)
    return f"""
        WITH given AS ({rows}),
        valid AS (SELECT * FROM given WHERE since < until),
        edge AS (
            SELECT id, since, until FROM valid UNION ALL SELECT DISTINCT id, {LAST_DAY}, {LAST_DAY} FROM given
        ),
        gap AS (
            SELECT id, lag(until, 1, {FIRST_DAY}) OVER (PARTITION BY id ORDER BY since, until) AS since, since AS until
            FROM edge
        )
        SELECT id, since, until, {kept} FROM valid
        UNION ALL SELECT id, since, until, {none} FROM gap WHERE since < until"""


def partners_sql(rows: str, incentives: Sequence[Incentive]) -> str:
    """`partner_span`: id, number (in the order of code points), since, until, masks p0.. and, for territory alone,
    t0..
    """
    masks = [f"{mask_of(incentives, word, partner_condition)} AS p{word}" for word in words(len(incentives))]
    places = [f"{mask_of(incentives, word, territory_condition)} AS t{word}" for word in words(len(incentives))]
    return f"""
        SELECT id, CAST(dense_rank() OVER (ORDER BY id) AS INTEGER) AS number, since, until, {", ".join(masks + places)}
        FROM ({spans_sql(rows, ("type", "tier", "territory"))}) AS span"""


def products_sql(rows: str, incentives: Sequence[Incentive]) -> str:
    """`product_span`: id, since, until, masks q0.."""
    masks = [f"{mask_of(incentives, word, product_condition)} AS q{word}" for word in words(len(incentives))]
    return f"SELECT id, since, until, {', '.join(masks)} FROM ({spans_sql(rows, ('category', 'family'))}) AS span"


def territories_sql(incentives: Sequence[Incentive]) -> str:
    """`line_territory`: the masks u0.. of each territory that some incentive names, for lines that say their own."""
    named = sorted({name for each in incentives for name in each.who.territories or ()})
    masks = [f"{mask_of(incentives, word, territory_condition)} AS u{word}" for word in words(len(incentives))]
    values = ", ".join(f"({quoted(name)})" for name in named) or "(NULL)"
    return f"SELECT territory, {', '.join(masks)} FROM (VALUES {values}) AS named(territory)"


def elsewhere_mask(incentives: Sequence[Incentive], word: int) -> str:
    """The mask of a line whose own territory nobody names: every incentive without territories."""
    return mask_of(incentives, word, lambda each: "false" if each.who.territories else "")
