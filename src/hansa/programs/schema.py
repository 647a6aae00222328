"""The JSON Schema of the sections that this module adds to the paying part; no framework.

The readers check more than a schema can say. Scalars are source texts, as everywhere in the document; editors that
read YAML with types may hand over numbers, which the schema takes too.
"""

from __future__ import annotations

from typing import Any, get_args

from hansa.kernel.period import PeriodKind
from hansa.programs.engagement import WEEK, Disclosure, Evidence, Lapse, Priority, Remedy
from hansa.programs.territories import Consequence, CovenantMeasure, Coverage

Schema = dict[str, Any]

_AMOUNT = r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?$"
_WHOLE = r"^(0|[1-9][0-9]{0,5})$"
_TIME = "^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _text(description: str, pattern: str = "") -> Schema:
    return {"type": "string", "minLength": 1, "description": description, **({"pattern": pattern} if pattern else {})}


def _amount(description: str) -> Schema:
    return {"type": ["string", "number"], "pattern": _AMOUNT, "minimum": 0, "description": description}


def _whole(description: str, least: int = 0) -> Schema:
    return {"type": ["string", "integer"], "pattern": _WHOLE, "minimum": least, "description": description}


def _choice(description: str, kind: Any) -> Schema:
    return {"enum": list(get_args(kind)), "description": description}


def _list(description: str, item: Schema | None = None, *, unique: bool = True) -> Schema:
    item = item or {"type": "string", "minLength": 1}
    return {"type": "array", "items": item, "minItems": 1, "uniqueItems": unique, "description": description}


def _object(description: str, properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object", "description": description, "properties": properties, "required": list(required),
        "additionalProperties": False,
    }  # fmt: skip


def partner_types_schema() -> Schema:
    """The schema of the list of partner types."""
    return _list("Partner types that members of the network may have.")


def territories_schema() -> Schema:
    """The schema of the list of territories."""
    territory = _object("One territory.", {
        "name": _text("What members carry; each once."),
        "countries": _list("ISO 3166-1 codes.", _text("A country.", "^[A-Z]{2}$")),
        "regions": _list("ISO 3166-2 codes: of these countries only these regions.", _text("A region.", "^[A-Z]{2}-")),
        "postcodes": _list("Of these countries only these postcodes.", _object("From one prefix to another, both in.", {
            "country": _text("One of the countries.", "^[A-Z]{2}$"),
            "from": _text("The first prefix.", "^[A-Z0-9]{1,10}$"),
            "until": _text("The last prefix.", "^[A-Z0-9]{1,10}$"),
        }, ("country", "from", "until"))),
        "segments": _list("Only customers of these segments."),
        "families": _list("Only these product families."),
        "coverage": _choice("Whether anybody, chosen members or its holders only are meant to sell actively.", Coverage),
        "covenant": _object("What holders promise and what follows where they miss it.", {
            "measure": _choice("What is summed.", CovenantMeasure),
            "period": _choice("How often it is looked at.", PeriodKind),
            "at_least": _amount("Money of the program's currency, or a quantity."),
            "consequence": _choice("A notice, or the coverage that follows.", Consequence),
        }, ("period", "at_least")),
    }, ("name",))  # fmt: skip
    return _list("Territories by name, with the part of the world that each is.", territory, unique=False)


def engagement_schema() -> Schema:
    """The schema of the rules of engagement."""
    return _object("Who may register a project, whose claim goes first, how long it holds.", {
        "registration": _registration(),
        "protection": _list("The first that matches decides; none: 90 days.", _object("One rule.", {
            "days": _whole("Days of 24 hours.", 1),
            "tiers": _list("Of these tiers."),
            "families": _list("Of these families."),
            "from": _amount("From this amount on."),
        }, ("days",)), unique=False),
        "extensions": _object("Longer protection.", {
            "count": _whole("How often."),
            "days": _whole("By how many days each time.", 1),
            "evidence": _choice("Whether progress must be shown.", Evidence),
        }),
        "priority": _list("Which of two claims goes first; time decides in the end.", _choice("A reason.", Priority)),
        "clocks": _clocks(),
        "disputes": _object("Cases about a decision.", {
            "file_within_days": _whole("Days after the decision.", 1),
            "evidence_days": _whole("Days to show evidence.", 1),
            "decision_days": _whole("Days to decide.", 1),
            "appeal_days": _whole("Days to appeal.", 1),
            "remedies": _list("What may be ordered.", _choice("A remedy.", Remedy)),
        }),
        "disclosure": _list("What the protected are told of others.", _choice("How many wait.", Disclosure)),
    })  # fmt: skip


def _registration() -> Schema:
    return _object("What may be registered.", {
        "who": _object("Which partners.", {
            "types": _list("Partner types."),
            "tiers": _list("Exactly these tiers."),
            "territories": _list("The member's territory."),
        }),
        "families": _list("Which product families."),
        "minimum": _amount("The smallest project."),
        "resubmissions": _whole("How often one registration may be sent again."),
        "open_quota": _whole("How many of a partner may be open.", 1),
        "daily_quota": _whole("How many a partner may submit on a day.", 1),
    })  # fmt: skip


def _clocks() -> Schema:
    day = {"enum": list(WEEK)}
    return _object("When things are due.", {
        "answer_after": _whole("Minutes after a submission before which nobody is answered."),
        "decision": _object("The operator's turn.", {
            "hours": _whole("Business hours of the partner's country.", 1),
            "lapse": _choice("What follows where the operator lets it pass.", Lapse),
        }),
        "action_required": _object("The partner's turn.", {"days": _whole("Days to mend what was asked.", 1)}),
        "reminders": _list("Days before a protection ends.", _whole("Days.", 1)),
        "business_hours": _object("When clocks run.", {
            "from": _text("The opening.", _TIME),
            "until": _text("The close.", _TIME),
            "days": _list("Days of the week.", day),
        }),
    })  # fmt: skip
