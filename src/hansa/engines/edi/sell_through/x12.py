"""What the segments of an 867 say about a sell-through line."""

from __future__ import annotations

from collections.abc import Mapping

from hansa.engines.edi.segments import Segment, value_at
from hansa.engines.edi.sell_through.draft import Draft, Party, Priorities
from hansa.engines.edi.sell_through.mapping import ReportTable
from hansa.engines.edi.sell_through.values import Kind, Purpose
from hansa.engines.edi.spec import x12
from hansa.engines.edi.spec.elements import day, decimal_text
from hansa.engines.edi.syntax import Syntax

# Element 521. Whatever else it lists moves goods without a sale; RD is not in the standard but usual beside RP and RV.
SALES = ("SS", "SD", "SH", "DS", "CS", "BP", "SU", "BF", "ON", "OF")
RETURNS = ("RB", "RD", "RP", "RU", "RV", "BN")
TRANSFER_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(x12.TRANSFER_TYPES.split(), "transfer"),
    **dict.fromkeys(SALES, "sale"),
    **dict.fromkeys(RETURNS, "return"),
}
RETURNED_QUANTITY = "76"


def table(kinds: Mapping[str, Kind] = TRANSFER_KINDS) -> ReportTable:
    """How an 867 says it. `kinds` tells what a sender means by each transfer type (PTD01)."""

    def read_transfer(draft: Draft, segment: Segment, syntax: Syntax) -> None:
        draft.kind = kinds.get(value_at(segment.elements, 1, 0, syntax))

    return ReportTable(
        (x12.TRANSFER,), (x12.QUANTITY_LINE, x12.ITEM_LINE), {**READERS, "PTD": read_transfer}, WINS, PURPOSES
    )


def _report(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    draft.segment_no, draft.tag = segment.no, segment.tag
    draft.references["purpose"] = value_at(segment.elements, 1, 0, syntax)
    draft.number = value_at(segment.elements, 2, 0, syntax)
    _keep_date(draft, "report", value_at(segment.elements, 3, 0, syntax))


def _currency(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    draft.currency = value_at(segment.elements, 2, 0, syntax)


def _date(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    qualifier = value_at(segment.elements, 1, 0, syntax)
    first, _, last = value_at(segment.elements, 6, 0, syntax).partition("-")
    _keep_date(draft, qualifier, value_at(segment.elements, 2, 0, syntax) or first)
    if value_at(segment.elements, 5, 0, syntax) == "RD8":
        _keep_date(draft, "first", first)
        _keep_date(draft, "last", last)


def _keep_date(draft: Draft, qualifier: str, text: str) -> None:
    found = day(text)
    if found:
        draft.dates.setdefault(qualifier, found)


def _reference(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    qualifier, reference = value_at(segment.elements, 1, 0, syntax), value_at(segment.elements, 2, 0, syntax)
    if qualifier == "SE" and reference:
        draft.serials.append(reference)
    elif reference:
        draft.references.setdefault(qualifier, reference)


def _party(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    role, name, identifier = (value_at(segment.elements, place, 0, syntax) for place in (1, 2, 4))
    draft.parties.append(Party(role, identifier, name))


def _place(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    if draft.parties:
        draft.parties[-1].country = value_at(segment.elements, 4, 0, syntax)


def _quantity(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    draft.returned = value_at(segment.elements, 1, 0, syntax) == RETURNED_QUANTITY
    draft.quantity = decimal_text(value_at(segment.elements, 2, 0, syntax), syntax) or ""
    draft.uom = value_at(segment.elements, 3, 0, syntax)


def _product(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    draft.number = value_at(segment.elements, 1, 0, syntax)
    for place in range(2, len(segment.elements) - 1, 2):
        scheme, identifier = (value_at(segment.elements, at, 0, syntax) for at in (place, place + 1))
        if scheme and identifier:
            draft.products.setdefault(scheme, identifier)


def _unit_price(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    draft.price_uom = value_at(segment.elements, 1, 0, syntax)
    _keep_number(draft.prices, "UIT", value_at(segment.elements, 2, 0, syntax), syntax)


def _pricing(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    _keep_number(
        draft.prices,
        value_at(segment.elements, 2, 0, syntax) or "CTP",
        value_at(segment.elements, 3, 0, syntax),
        syntax,
    )


def _amount(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    _keep_number(
        draft.amounts, value_at(segment.elements, 1, 0, syntax), value_at(segment.elements, 2, 0, syntax), syntax
    )


def _keep_number(numbers: dict[str, str], qualifier: str, text: str, syntax: Syntax) -> None:
    number = decimal_text(text, syntax)
    if number is not None:
        numbers.setdefault(qualifier, number)


def _description(draft: Draft, segment: Segment, syntax: Syntax) -> None:
    draft.product_name = draft.product_name or value_at(segment.elements, 5, 0, syntax)


READERS = {
    "BPT": _report, "CUR": _currency, "DTM": _date, "REF": _reference, "N1": _party, "N4": _place, "QTY": _quantity,
    "LIN": _product, "UIT": _unit_price, "CTP": _pricing, "AMT": _amount, "PID": _description,
}  # fmt: skip
WINS = Priorities(
    products=("VP", "VN", "MG", "MF", "UP", "EN", "UK", "UI", "ND", "SK", "BP"),
    prices=("UIT", "NET", "ACT", "CON", "RES", "RTL", "WHL", "CTP"),
    amounts=("1", "LI", "TT", "N"),
    dates=("003", "011", "514", "007"),
    report_dates=("003", "011", "last", "091", "report"),
    period_from=("090", "first"),
    period_until=("091", "last"),
    invoices=("IV", "IK", "IN"),
    invoice_lines=("LI", "LN"),
    authorisations=("P4", "PR", "PD", "CT"),
    partners=("BY", "BT", "ST"),
    header_partners=("ST", "BY"),
    end_customers=("EN", "EC", "UC"),
)
PURPOSES: Mapping[str, Purpose] = {"00": "original", "05": "replace", "07": "duplicate", "15": "resubmission"}
