"""Everything that keeps a row out, in the order in which it is told: a flag over all rows, and the sentence for the
few it hits.

`when` is SQL over the columns of `marking.AMOUNTS`. In a sentence `{value}` is the cell; the other names come from
`facts`.
"""

from __future__ import annotations

from dataclasses import dataclass

from hansa.engines.intake.fields import FIELDS, LABELS, STAND_INS


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and what a person is told when `when` holds; the last reason of a check needs no condition."""

    code: str
    sentence: str
    when: str = "true"


@dataclass(frozen=True, slots=True)
class Check:
    """`flag` (SQL) keeps the row out; the first of `reasons` that applies says why. `field` points at the sender's
    column."""

    field: str
    flag: str
    reasons: tuple[Reason, ...]


def _required(key: str) -> Check:
    stand_in = STAND_INS.get(key)
    flag = f"t_{key} IS NULL" + (f" AND t_{stand_in} IS NULL" if stand_in else "")
    return Check(key, flag, (Reason("required", f"{LABELS[key]} is missing; fill it in."),))


def _number(key: str, value: str, flag: str, decimals: int) -> Check:
    form = f"number_form(t_{key})"
    return Check(
        key,
        flag,
        (
            Reason(
                "number_form",
                "“{value}” is not a number; write it like {number_example}, without currency or exponent.",
                f"{form} IS NULL OR {value} = 0",
            ),
            Reason(
                "number_decimals",
                f"“{{value}}” has more than {decimals} decimals; round it.",
                f"NOT regexp_full_match({form}, '[^.]*(?:\\.[0-9]{{0,{decimals}}}0*)?')",
            ),
            Reason("number_range", "“{value}” is larger than any sale; check the number and its separators."),
        ),
    )


def _bad(key: str, value: str) -> str:
    """A text that gave no number, or a zero with a minus sign, which is nobody's figure."""
    return f"t_{key} IS NOT NULL AND ({value} IS NULL OR ({value} = 0 AND regexp_matches(t_{key}, '[-(−]')))"


def _unknown(entity: str, noun: str) -> Check:
    named = f"t_{entity} IS NOT NULL" + (f" OR t_{entity}_name IS NOT NULL" if entity in STAND_INS else "")
    return Check(
        entity,
        f"({named}) AND {entity} IS NULL",
        (
            Reason(
                f"{entity}_ambiguous",
                f"“{{value}}” fits several {noun}s; write the {noun}'s own id.",
                f"{entity}_ambiguous",
            ),
            Reason(
                f"{entity}_unknown",
                f"“{{value}}” is no known {noun}; correct it, or add it to the {noun} as another name.",
            ),
        ),
    )


_TEXTS = ", ".join(f"t_{field.key}" for field in FIELDS)
_LENGTHS = ", ".join(f"length(t_{field.key})" for field in FIELDS)

CHECKS: tuple[Check, ...] = (
    Check("", "fault IS NOT NULL", (Reason("shape", "{fault}."),)),
    Check(
        "",
        f"strlen(concat({_TEXTS})) > {{field_limit}} AND greatest({_LENGTHS}) > {{field_limit}}",
        (Reason("too_long", "A cell has more than {field_limit} characters; shorten it."),),
    ),
    Check(
        "",
        rf"regexp_matches(concat({_TEXTS}), '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]')",
        (Reason("control", "A cell holds control characters; remove them."),),
    ),
    *(_required(field.key) for field in FIELDS if field.required),
    Check(
        "sold_on",
        "t_sold_on IS NOT NULL AND sold_on IS NULL",
        (
            Reason(
                "date_impossible",
                "“{value}” is no day of the calendar read as {date_order}; correct it.",
                "{day_shaped}",
            ),
            Reason("date_form", "“{value}” is not a day; write it as {date_example}."),
        ),
    ),
    Check(
        "sold_on",
        "sold_on > {today}",
        (Reason("date_future", "“{value}” lies in the future; a sale is reported once it has happened."),),
    ),
    Check(
        "sold_on",
        "sold_on <= {today} AND NOT (sold_on >= {period_from} AND sold_on < {period_until})",
        (
            Reason(
                "date_outside",
                "“{value}” lies outside of this report's period ({period_words});"
                " correct it, or report it with its period.",
            ),
        ),
    ),
    _unknown("partner", "partner"),
    _unknown("product", "product"),
    _unknown("distributor", "distributor"),
    _number("quantity", "quantity", _bad("quantity", "quantity"), 6),
    Check(
        "currency",
        "currency IS NULL",
        (
            Reason("required", "Currency is missing; fill in a code such as EUR.", "t_currency IS NULL"),
            Reason("currency_unknown", "“{value}” is no currency code; write three letters such as EUR."),
        ),
    ),
    _number("net_amount", "stated", _bad("net_amount", "stated"), 4),
    Check(
        "net_amount",
        "NOT exact_to(stated, digits)",
        (Reason("number_decimals", "“{value}” has more decimals than {currency} knows ({digits}); round it."),),
    ),
    _number("unit_price", "price", f"t_net_amount IS NULL AND {_bad('unit_price', 'price')}", 6),
    Check(
        "quantity",
        "quantity = 0 AND net_amount = 0",
        (Reason("nothing_sold", "Quantity and amount are both 0; remove the row or fill one in."),),
    ),
    Check(
        "quantity",
        "(quantity > 0 AND net_amount < 0) OR (quantity < 0 AND net_amount > 0)",
        (
            Reason(
                "sign_mismatch",
                "Quantity “{value}” and amount {net_amount} have opposite signs; a return has both negative.",
            ),
        ),
    ),
    Check(
        "net_amount",
        "t_net_amount IS NULL AND net_amount IS NULL AND sold_on IS NOT NULL AND product IS NOT NULL"
        " AND quantity IS NOT NULL AND currency IS NOT NULL AND (t_unit_price IS NULL OR price IS NOT NULL)",
        (
            Reason(
                "amount_range",
                "Quantity × price is larger than any sale; check both.",
                "price IS NOT NULL OR list_price IS NOT NULL",
            ),
            Reason(
                "no_amount",
                "There is no amount and no unit price, and no price list has one price for"
                " {product} in {currency} on {sold_on};"
                " fill one in.",
            ),
        ),
    ),
)

REPEATS: tuple[Check, ...] = (
    Check(
        "{key_field}",
        "repeat_code = 'duplicate'",
        (
            Reason(
                "duplicate", "The same line stands in row {repeat_of}; remove one, or give each its own line number."
            ),
        ),
    ),
    Check(
        "{key_field}",
        "repeat_code = 'already_taken'",
        (
            Reason(
                "already_taken",
                "This line was taken before as {repeat_of}; remove it, give it its own line number if it is another"
                " one, or send the period again as a replacement.",
            ),
        ),
    ),
)
