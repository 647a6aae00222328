"""What stands inside a transaction: which table it is held against, and whether its totals agree with its lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from hansa.engines.edi.envelopes import Transaction
from hansa.engines.edi.problems import EdiProblem, Problems
from hansa.engines.edi.segments import Segment, value_at
from hansa.engines.edi.spec import edifact, x12
from hansa.engines.edi.spec.elements import SegmentSpec, decimal_text
from hansa.engines.edi.spec.loops import SetSpec
from hansa.engines.edi.spec.walk import Step, walk
from hansa.engines.edi.syntax import Syntax

SETS = {spec.kind: spec for spec in (x12.SALES_REPORT, x12.ACKNOWLEDGEMENT, edifact.BY_ITEM, edifact.CONTRL)}
SEGMENT_SPECS: Mapping[str, Mapping[str, SegmentSpec]] = {
    "867": x12.SEGMENTS_867,
    "997": x12.SEGMENTS_997,
    "SLSRPT": edifact.SEGMENTS_SLSRPT,
    "CONTRL": edifact.SEGMENTS_CONTRL,
}


def spec_of(transaction: Transaction) -> SetSpec | None:
    """The table of the transaction, or None for a kind that is not read here."""
    spec = SETS.get(transaction.kind)
    if spec is not edifact.BY_ITEM:
        return spec
    first = next((segment.tag for segment in transaction.segments() if segment.tag in ("LOC", "LIN")), "LIN")
    return edifact.BY_LOCATION if first == "LOC" else edifact.BY_ITEM


def checked_steps(transaction: Transaction) -> Iterator[Step]:
    """The walk through a transaction with the problems of segments, loops and totals; none for an unknown kind."""
    spec = spec_of(transaction)
    if spec is None:
        return
    trailer = Segment(transaction.trailer_no, "UNT" if transaction.syntax.standard == "EDIFACT" else "SE", [], "")
    totals = _Totals(transaction.syntax)
    for step in walk(transaction.segments(), spec.body, SEGMENT_SPECS[spec.kind], transaction.syntax, end=trailer):
        if step.event == "open" or step.segment.tag in COUNTED:
            _count(totals, step)
        if step.event == "close" and step.loop is spec.body:
            step = step._replace(problems=(*step.problems, *_disagreements(totals)))
        yield step


def body_problems(transaction: Transaction) -> Problems:
    """Every problem inside a transaction, in bounded memory."""
    found = Problems()
    if transaction.kind not in SETS:
        text = f"expected one of {', '.join(sorted(SETS))}; found {transaction.kind[:20]!r}"
        tag = "UNH" if transaction.syntax.standard == "EDIFACT" else "ST"
        found.add(EdiProblem(transaction.header_no, tag, "1", "set-unsupported", text))
    for step in checked_steps(transaction):
        if step.problems:
            found.extend(step.problems)
    return found


@dataclass(slots=True)
class _Totals:
    """What was counted, and what the sender says the counts are."""

    syntax: Syntax
    lines: int = 0
    transfers: int = 0
    items: int = 0
    quantity: Decimal = Decimal(0)
    countable: bool = True
    stated: list[tuple[Segment, str, str]] = field(default_factory=list)


LINE_LOOPS = (x12.QUANTITY_LINE, x12.ITEM_LINE, edifact.QUANTITY)
COUNTED = ("QTY", "LIN", "CTT", "CNT")
STATED = {"CTT": (("lines", "1"), ("sum", "2")), "QTY": (("sum", "2"),)}


def _count(totals: _Totals, step: Step) -> None:
    tag = step.segment.tag
    if step.event == "close":
        return
    if step.event == "open":
        totals.lines += step.loop in LINE_LOOPS
        totals.transfers += step.loop is x12.TRANSFER
    elif tag == "LIN":
        totals.items += 1
    elif tag == "QTY" and step.loop in LINE_LOOPS:
        place = (1, 2) if totals.syntax.standard == "EDIFACT" else (2, 0)
        number = decimal_text(value_at(step.segment.elements, *place, totals.syntax), totals.syntax)
        totals.countable &= number is not None
        totals.quantity += Decimal(number or 0)
    elif tag == "CNT":
        meaning = {"1": "sum", "2": "lines"}.get(value_at(step.segment.elements, 1, 1, totals.syntax), "")
        totals.stated.append((step.segment, "1-2", meaning))
    elif tag in ("CTT", "QTY") and totals.syntax.standard == "X12":
        totals.stated.extend((step.segment, place, meaning) for meaning, place in STATED[tag])


def _disagreements(totals: _Totals) -> Iterator[EdiProblem]:
    for segment, place, meaning in totals.stated:
        element, _, component = place.partition("-")
        stated = decimal_text(
            value_at(segment.elements, int(element), int(component or 0), totals.syntax), totals.syntax
        )
        if stated is None:
            continue
        if meaning == "lines" and Decimal(stated) not in (totals.lines, totals.transfers, totals.items):
            text = f"expected the number of lines, {totals.lines}; found {stated}"
            yield EdiProblem(segment.no, segment.tag, place, "element-total", text)
        if meaning == "sum" and totals.countable and Decimal(stated) != totals.quantity:
            text = f"expected the sum of the lines' quantities, {totals.quantity:f}; found {stated}"
            yield EdiProblem(segment.no, segment.tag, place, "element-total", text)
