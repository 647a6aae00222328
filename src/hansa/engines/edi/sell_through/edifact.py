"""What the segments of a SLSRPT say about a sell-through line. Both layouts are read: by location and by item."""

from __future__ import annotations

from datetime import date

from hansa.engines.edi.segments import Segment, value_at
from hansa.engines.edi.sell_through.draft import Draft, Party, Priorities
from hansa.engines.edi.sell_through.mapping import ReportTable
from hansa.engines.edi.sell_through.values import Purpose
from hansa.engines.edi.spec import edifact
from hansa.engines.edi.spec.elements import day, decimal_text
from hansa.engines.edi.syntax import Syntax

RETURNED_QUANTITY = "61"
SERIALS = ("SE", "SRN", "BN")


def _report(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    draft.segment_no, draft.tag = segment.no, segment.tag
    draft.number = value_at(segment.elements, 2, 1, syntax)
    draft.references["purpose"] = value_at(segment.elements, 3, 0, syntax) or "9"


def _date(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    qualifier, text, form = (value_at(segment.elements, 1, component, syntax) for component in (1, 2, 3))
    first, _, last = text.partition("-")
    found = _day(first, form)
    if found is None:
        return
    draft.dates.setdefault(qualifier, found)
    until = _day(last, form) if last else None
    if until:
        draft.dates.setdefault("first", found)
        draft.dates.setdefault("last", until)


def _day(text: str, form: str) -> date | None:
    return day(text[:6] if form == "101" else text[:8])


def _party(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    name = value_at(segment.elements, 4, 1, syntax) or value_at(segment.elements, 3, 1, syntax)
    role, country = value_at(segment.elements, 1, 0, syntax), value_at(segment.elements, 9, 0, syntax)
    draft.parties.append(Party(role, value_at(segment.elements, 2, 1, syntax), name, country))


def _location(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    identifier, name = value_at(segment.elements, 2, 1, syntax), value_at(segment.elements, 2, 4, syntax)
    draft.parties.append(Party("LOC", identifier, name))


def _currency(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    draft.currency = draft.currency or value_at(segment.elements, 1, 2, syntax)


def _reference(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    qualifier, reference, line = (value_at(segment.elements, 1, component, syntax) for component in (1, 2, 3))
    if qualifier in SERIALS and reference:
        draft.serials.append(reference)
    elif reference:
        draft.references.setdefault(qualifier, reference)
        if qualifier == "IV" and line:
            draft.references.setdefault("IV-line", line)


def _item(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    draft.number = value_at(segment.elements, 1, 0, syntax)
    _keep_product(draft, value_at(segment.elements, 3, 1, syntax), value_at(segment.elements, 3, 2, syntax))


def _further_product(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    for place in range(2, len(segment.elements)):
        _keep_product(draft, value_at(segment.elements, place, 1, syntax), value_at(segment.elements, place, 2, syntax))


def _keep_product(draft: Draft, identifier: str, scheme: str) -> None:
    if identifier:
        draft.products.setdefault(scheme or "ZZ", identifier)


def _description(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    draft.product_name = draft.product_name or value_at(segment.elements, 3, 4, syntax)


def _quantity(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    qualifier, text, unit = (value_at(segment.elements, 1, component, syntax) for component in (1, 2, 3))
    draft.returned = qualifier == RETURNED_QUANTITY
    draft.quantity = decimal_text(text, syntax) or ""
    draft.uom = unit


def _price(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    _keep_number(draft.prices, segment, syntax)


def _amount(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    _keep_number(draft.amounts, segment, syntax)
    draft.currency = draft.currency or value_at(segment.elements, 1, 3, syntax)


def _keep_number(numbers: dict[str, str], segment: Segment, syntax: Syntax) -> None:
    number = decimal_text(value_at(segment.elements, 1, 2, syntax), syntax)
    if number is not None:
        numbers.setdefault(value_at(segment.elements, 1, 1, syntax), number)


def _serials(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    if value_at(segment.elements, 1, 0, syntax) in SERIALS:
        found = (value_at(segment.elements, place, 1, syntax) for place in range(2, len(segment.elements)))
        draft.serials.extend(serial for serial in found if serial)


READERS = {
    "BGM": _report, "DTM": _date, "NAD": _party, "LOC": _location, "CUX": _currency, "RFF": _reference, "LIN": _item,
    "PIA": _further_product, "IMD": _description, "QTY": _quantity, "PRI": _price, "MOA": _amount, "GIN": _serials,
}  # fmt: skip
WINS = Priorities(
    products=("MF", "SA", "EN", "SRV", "UP", "IN", "BP", "ZZ"),
    prices=("AAA", "INV", "CT", "AAB", "AAE"),
    amounts=("203", "38", "66", "128"),
    dates=("3", "356", "35", "11", "91"),
    report_dates=("356", "last", "91", "206", "357", "137"),
    period_from=("90", "194", "first", "356"),
    period_until=("91", "206", "357", "last"),
    invoices=("IV",),
    invoice_lines=("IV-line", "LI"),
    authorisations=("PD", "CT", "AEP"),
    partners=("BY", "ST", "DP", "LOC"),
    header_partners=("ST", "BY"),
    end_customers=("UC", "UD"),
)
PURPOSES: dict[str, Purpose] = {"9": "original", "5": "replace", "7": "duplicate", "31": "duplicate"}
TABLE = ReportTable(
    (edifact.LOCATION, edifact.ITEM_AT_LOCATION, edifact.ITEM, edifact.LOCATION_OF_ITEM),
    (edifact.QUANTITY,),
    READERS,
    WINS,
    PURPOSES,
)
