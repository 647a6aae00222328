"""The layers of SQL through which every row goes once: texts, values, amounts, marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hansa.engines.intake.checks import CHECKS, Check
from hansa.engines.intake.database import fill, text_literal
from hansa.engines.intake.expressions import AMOUNT, PRICE, QUANTITY, day, day_shaped, number
from hansa.engines.intake.fields import FIELDS
from hansa.engines.intake.formats import Formats
from hansa.engines.intake.references import Rules


@dataclass(frozen=True, slots=True)
class Plan:
    """One report's columns and conventions, from which its SQL is made."""

    headers: tuple[str, ...]
    mapping: Mapping[str, str]
    titles: Mapping[str, str]
    formats: Formats
    rules: Rules
    epoch: date | None
    field_limit: int
    priced: bool
    distributors: bool
    default_digits: int | None


TEXTS = "SELECT source_row, fault, ${texts} FROM ${rows}"

VALUES = """
SELECT texts.*, p.id AS partner, p.ambiguous AS partner_ambiguous, s.shard, q.id AS product, q.ambiguous AS
product_ambiguous,
  ${distributor} AS distributor, d.ambiguous AS distributor_ambiguous, ${currency} AS currency, ${digits} AS digits,
  ${sold_on} AS sold_on, ${quantity} AS quantity, ${stated} AS stated,
  CASE WHEN t_net_amount IS NULL THEN ${price} END AS price
FROM texts
LEFT JOIN partner_map p ON p.a = coalesce(t_partner, '') AND p.b = coalesce(t_partner_name, '')
LEFT JOIN partner_shard s ON s.id = p.id
LEFT JOIN product_map q ON q.a = coalesce(t_product, '') AND q.b = coalesce(t_product_name, '')
LEFT JOIN distributor_map d ON d.a = coalesce(t_distributor, '')
LEFT JOIN currency_map u ON u.t = t_currency
"""

# Exact: both factors have 19 digits, so their product fits in 38.
AMOUNTS = """
SELECT values_.*, ${list_price} AS list_price,
  CASE WHEN t_net_amount IS NOT NULL THEN stated
       ELSE rounded_to(CAST(quantity AS DECIMAL(19, 6)) * CAST(coalesce(price, ${list_price}) AS DECIMAL(19, 6)),
       digits)
  END AS net_amount,
  CASE WHEN t_net_amount IS NOT NULL THEN 'stated' WHEN t_unit_price IS NOT NULL THEN 'unit_price' ELSE 'price_list'
  END AS amount_source
FROM values_ ${price_join}
"""

PRICE_JOIN = """LEFT JOIN list_prices l ON t_net_amount IS NULL AND t_unit_price IS NULL AND l.product = values_.product
  AND l.currency = values_.currency AND values_.sold_on >= l.valid_from AND values_.sold_on < l.valid_until"""

# Two prices for one day would say two amounts: such a product has no list price until its list is mended.
LIST_PRICES = """
CREATE TABLE list_prices AS
WITH spans AS (
  SELECT DISTINCT CAST(product AS VARCHAR) AS product, CAST(currency AS VARCHAR) AS currency,
    CAST(unit_price AS DECIMAL(18, 6)) AS unit_price,
    coalesce(CAST(valid_from AS DATE), DATE '0001-01-01') AS valid_from, coalesce(CAST(valid_until AS DATE), DATE
    '9999-12-31') AS valid_until
  FROM price_rows
),
ordered AS (
  SELECT *, lag(valid_until) OVER (PARTITION BY product, currency ORDER BY valid_from, valid_until) AS previous_until
  FROM spans
)
SELECT product, currency, unit_price, valid_from, valid_until FROM ordered
WHERE (product, currency) NOT IN (SELECT (product, currency) FROM ordered WHERE valid_from < previous_until)
"""

LINE_KEY = """left(sha256(part(distributor) || part(upper(t_invoice)) || part(ltrim(upper(t_invoice_line), '0')) ||
part(product)
  || part(upper(t_serial)) || CASE WHEN t_invoice IS NULL THEN part(partner) || part(CAST(sold_on AS VARCHAR)) ELSE
  '' END), 32)"""


def marked(plan: Plan, rows: str) -> str:
    """SQL: every row of the relation `rows` with its values and its `mask`, a bit for each of `CHECKS` that keeps it
    out."""
    list_price = "l.unit_price" if plan.priced else "NULL"
    layers = [
        f"texts AS ({texts(plan, rows)})",
        f"values_ AS ({_values(plan)})",
        f"amounts AS ({fill(AMOUNTS, list_price=list_price, price_join=PRICE_JOIN if plan.priced else '')})",
    ]
    mask = " + ".join(f"CASE WHEN {flag(check, plan)} THEN {1 << bit} ELSE 0 END" for bit, check in enumerate(CHECKS))
    return f"WITH {', '.join(layers)} SELECT *, {mask} AS mask FROM amounts"


def texts(plan: Plan, rows: str) -> str:
    """SQL: source_row, fault and one tidied text column t_<field> for every field; fields without a column are NULL."""
    return fill(TEXTS, texts=", ".join(f"{text_of(plan, field.key)} AS t_{field.key}" for field in FIELDS), rows=rows)


def text_of(plan: Plan, key: str) -> str:
    """SQL: a field's tidied text from its raw cell; NULL where the report has no such column."""
    if key not in plan.mapping:
        return "CAST(NULL AS VARCHAR)"
    kind = next(field.kind for field in FIELDS if field.key == key)
    return f"tidy({cell_of(plan, key)})" if kind == "text" else f"filled(tidy({cell_of(plan, key)}))"


def cell_of(plan: Plan, key: str) -> str:
    """SQL: the raw cell that holds a field, NULL where the report has no such column."""
    return f"c{plan.headers.index(plan.mapping[key])}" if key in plan.mapping else "NULL"


def _values(plan: Plan) -> str:
    rules, formats = plan.rules, plan.formats
    known = "d.id" if plan.distributors else "t_distributor"
    default = f"CASE WHEN t_distributor IS NULL THEN {literal(rules.distributor)} ELSE {known} END"
    currency = f"CASE WHEN t_currency IS NULL THEN {literal(rules.currency)} ELSE u.code END"
    default_digits = "NULL" if plan.default_digits is None else str(plan.default_digits)
    digits = f"CASE WHEN t_currency IS NULL THEN {default_digits} ELSE u.digits END"
    return fill(
        VALUES,
        distributor=default,
        currency=currency,
        digits=digits,
        sold_on=day("t_sold_on", formats, plan.epoch),
        quantity=number("t_quantity", QUANTITY, formats),
        stated=number("t_net_amount", AMOUNT, formats),
        price=number("t_unit_price", PRICE, formats),
    )


def flag(check: Check, plan: Plan) -> str:
    """A check's condition with the report's own limits in it."""
    if check.field == "distributor" and not plan.distributors:
        return "false"
    rules = plan.rules
    begins, ends = rules.period_from or date.min, rules.period_until or date.max
    places = {
        "field_limit": str(plan.field_limit),
        "today": _day(rules.today),
        "period_from": _day(begins),
        "period_until": _day(ends),
    }
    return f"({placed(check.flag, places)})"


def facts(plan: Plan) -> dict[str, str]:
    """The words of a report that sentences and their conditions use."""
    rules = plan.rules
    order = {"ymd": "year, month, day", "dmy": "day, month, year", "mdy": "month, day, year"}[plan.formats.date]
    example = {"ymd": "2026-01-31", "dmy": "31.01.2026", "mdy": "01/31/2026"}[plan.formats.date]
    begins = f"from {rules.period_from:%Y-%m-%d} " if rules.period_from else ""
    ends = f"until before {rules.period_until:%Y-%m-%d}" if rules.period_until else ""
    return {
        "date_order": order,
        "date_example": example,
        "field_limit": str(plan.field_limit),
        "period_words": (begins + ends).strip(),
        "number_example": f"1{plan.formats.thousands}234{plan.formats.decimal}50",
        "day_shaped": day_shaped("t_sold_on", plan.formats),
    }


def placed(text: str, places: Mapping[str, str]) -> str:
    """Put values into `{name}` places; other braces stay."""
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def literal(text: str | None) -> str:
    """A text or NULL as an SQL literal."""
    return "CAST(NULL AS VARCHAR)" if text is None else text_literal(text)


def _day(day_: date) -> str:
    return f"DATE '{day_.isoformat()}'"
