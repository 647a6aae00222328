"""The JSON Schema (2020-12) of the paying part: what an editor shows and completes. `parse_program` checks more than
a schema can say.

The document's scalars are source texts, so numbers, percentages and days are strings with a pattern; editors that
read YAML with types may hand over numbers, which the schema takes too.
"""

from __future__ import annotations

from typing import Any, get_args

from hansa.engines.settlement.document import IncentiveKind, Measure, Method, PayeeKind
from hansa.kernel.period import PeriodKind

Schema = dict[str, Any]

_NUMBER = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?$"
_PERCENT = _NUMBER.replace("?$", "?%$")
_MONTH_AND_DAY = "^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def _text(title: str, description: str, **more: Any) -> Schema:
    return {"type": "string", "minLength": 1, "title": title, "description": description, **more}


def _number(title: str, description: str) -> Schema:
    said = f"{description} A plain decimal: digits and a point, no separators."
    return {"type": ["string", "number"], "pattern": _NUMBER, "title": title, "description": said}


def _percent(title: str, description: str) -> Schema:
    return {"type": "string", "pattern": _PERCENT, "title": title, "description": f"{description} Written like 2.5%."}


def _choice(title: str, description: str, kind: Any, **more: Any) -> Schema:
    return {"enum": list(get_args(kind)), "title": title, "description": description, **more}


def _texts(title: str, description: str) -> Schema:
    item = {"type": "string", "minLength": 1}
    return {
        "type": "array", "items": item, "minItems": 1, "uniqueItems": True, "title": title, "description": description,
    }  # fmt: skip


def _object(title: str, description: str, properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object", "title": title, "description": description, "properties": properties,
        "required": list(required), "additionalProperties": False,
    }  # fmt: skip


def json_schema() -> Schema:
    """The schema of the paying part. Other modules add the properties of their own sections."""
    properties = {
        "hansa": {"enum": ["1", 1], "title": "Format", "description": "The version of this document format: 1."},
        "program": _text("Program", "The name of the program."),
        "version": _text("Version", "The name of this version, such as 2019."),
        "currency": _text("Currency", "ISO 4217 code of the money that is paid.", pattern="^[A-Z]{3}$"),
        "fiscal_year_starts": _text(
            "Fiscal year starts", "Month and day MM-DD, the day 01 to 28.", pattern=_MONTH_AND_DAY
        ),
        "effective": _object(
            "Effective", "The days on which sales count.",
            {
                "from": _text("From", "The first day.", pattern=_DAY),
                "until": _text("Until", "The first day on which sales no longer count.", pattern=_DAY),
            },
            ("from", "until"),
        ),
        "tiers": {
            "type": "array", "minItems": 1, "title": "Tiers", "description": "The program's tiers, lowest first.",
            "items": _object("Tier", "One tier.", {"name": _text("Name", "What partners call it.")}, ("name",)),
        },
        "incentives": {
            "type": "array", "minItems": 1, "title": "Incentives", "description": "What is paid to whom, for what.",
            "items": _incentive(),
        },
    }  # fmt: skip
    required = ("hansa", "program", "version", "currency", "fiscal_year_starts", "effective")
    whole = _object("Hansa program", "The rules of a partner program, as one readable document.", properties, required)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole}


def _incentive() -> Schema:
    properties = {
        "id": _text("Id", "A short name of its own, which stays the same from version to version."),
        "name": _text("Name", "What partners read on their statement."),
        "kind": _choice("Kind", "Which account it is paid from; not how much.", IncentiveKind),
        "payee": _choice("Payee", "Who is paid: the column of the line that names them.", PayeeKind, default="partner"),
        "who": _who(),
        "what": _what(),
        "period": _choice("Period", "How often it is worked out, by fiscal calendar.", PeriodKind),
        "measure": _choice("Measure", "What is compared with the bands.", Measure, default="net_amount"),
        "method": _choice(
            "Method", "retrospective: the band reached pays on the whole. stepped: each slice pays at its own.", Method,
            default="retrospective",
        ),
        "bands": {
            "type": "array", "minItems": 1, "title": "Bands", "items": _band(),
            "description": "From which measure on what is paid, strictly ascending. Below the first nothing is paid.",
        },
        "cap": _number("Cap", "At most this much is paid to a payee in a period."),
        "minimum": _number("Minimum", "A payout below this becomes 0."),
        "exclusive_group": _text("Exclusive group", "With the same word, only the one that pays most is paid."),
    }  # fmt: skip
    return _object("Incentive", "One paying rule.", properties, ("id", "kind", "period", "bands"))


def _who() -> Schema:
    return _object("Who", "Which partners take part. A key that is left out matches everyone.", {
        "types": _texts("Types", "Partner types; one of a partner's types is enough."),
        "tiers": _texts("Tiers", "Exactly these tiers, not \"or higher\"."),
        "territories": _texts("Territories", "The territory of the line, or else of the partner."),
        "partners": _texts("Partners", "Single partners by id."),
    })  # fmt: skip


def _what() -> Schema:
    return _object("What", "Which products count. A key that is left out matches every product.", {
        "categories": _texts("Categories", "Product categories."),
        "families": _texts("Families", "Product families."),
        "products": _texts("Products", "Single products by id."),
        "except_products": _texts("Except products", "Products by id that do not count."),
    })  # fmt: skip


def _band() -> Schema:
    start = {
        "type": ["string", "number"],
        "pattern": _NUMBER.replace("?$", "?%?$"),
        "title": "From",
        "description": "The measure from which on this band pays: money, a quantity or, for growth, a percentage.",
    }
    band = _object("Band", "From a measure on, one value.", {
        "from": start,
        "rate": _percent("Rate", "Share of the net amount."),
        "per_unit": _number("Per unit", "Money for each unit."),
        "fixed": _number("Fixed", "Money, once."),
    }, ("from",))  # fmt: skip
    return {**band, "oneOf": [{"required": [kind]} for kind in ("rate", "per_unit", "fixed")]}
