"""Sales reports that come as X12 867 or EDIFACT SLSRPT: turned into canonical rows, and acknowledged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hansa.engines.edi import (
    EdiProblem,
    EdiUnreadable,
    SellThroughLine,
    SellThroughReport,
    acknowledge,
    read_interchanges,
    read_sell_through,
)
from hansa.kernel.problem import Problem, Refused

BEGINNINGS = (b"ISA", b"UNA", b"UNB")
TITLES = {
    "sold_on": "DTM date",
    "partner": "N1 identification",
    "product": "LIN product id",
    "quantity": "QTY quantity",
    "net_amount": "AMT amount",
    "unit_price": "UIT unit price",
    "invoice": "REF invoice",
}


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A line that the sender wrote wrongly: its segment, the element, and what was expected."""

    row: int
    column: str
    reason: str
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Message:
    """A file's sound lines as canonical rows, its spoilt ones, and the answer that its sender expects."""

    format: str
    currency: str | None
    rows: list[dict[str, object]]
    spoilt: tuple[Spoilt, ...]
    titles: Mapping[str, str]
    acknowledgement: str


class MessageRefused(Refused):
    """The file as a whole cannot be taken; carries the negative acknowledgement."""

    def __init__(self, problems: list[Problem], *, format: str, acknowledgement: str) -> None:
        super().__init__(problems)
        self.format = format
        self.acknowledgement = acknowledgement


def is_edi(path: Path) -> bool:
    """Whether a file begins like an X12 or EDIFACT interchange."""
    with path.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(BEGINNINGS)


def read(path: Path, *, name: str, at: datetime) -> Message:
    """Read and check an interchange; raises Refused with segment and element for each fault that spoils it."""
    content = path.read_bytes()
    try:
        interchanges = read_interchanges(content)
        reports = read_sell_through(content)
    except EdiUnreadable as error:
        raise Refused([Problem(name, 0, f"character {error.position}", error.expected)]) from error
    kind = "EDIFACT" if reports and reports[0].standard == "EDIFACT" else "X12"
    number = int(at.timestamp()) % 1_000_000_000
    answer = "".join(acknowledge(interchange, at=at, control_number=number) for interchange in interchanges)
    problems = [_problem(name, problem) for report in reports if not report.accepted for problem in report.problems]
    if not reports:
        problems = [Problem(name, 0, "", "a sell-through report: X12 867 or EDIFACT SLSRPT")]
    elif any(report.test for report in reports):
        problems.append(Problem(name, 1, "test indicator", "a live interchange; this one is marked as a test"))
    elif problems == [] and not all(report.accepted for report in reports):
        problems = [Problem(name, 0, "", "an interchange whose envelopes and counts agree")]
    if problems:
        raise MessageRefused(problems, format=kind, acknowledgement=answer)
    lines = [(report, line) for report in reports for line in report.lines]
    sound = [_row(number, report, line) for number, (report, line) in enumerate(lines, start=1) if not line.problems]
    spoilt = [_spoilt(number, report, line) for number, (report, line) in enumerate(lines, start=1) if line.problems]
    return Message(kind, reports[0].currency or None, sound, tuple(spoilt), TITLES, answer)


def _problem(name: str, problem: EdiProblem) -> Problem:
    element = f" element {problem.element}" if problem.element else ""
    return Problem(name, problem.segment_no, f"{problem.segment}{element}", problem.expected)


def _row(number: int, report: SellThroughReport, line: SellThroughLine) -> dict[str, object]:
    return {"row": number, **_values(report, line)}


def _values(report: SellThroughReport, line: SellThroughLine) -> dict[str, str | None]:
    return {
        "invoice": line.invoice or report.report_number,
        "invoice_line": line.invoice_line or None,
        "serial": line.serials[0] if line.serials else None,
        "sold_on": line.sold_on.isoformat() if line.sold_on else None,
        "partner": line.partner_id or None,
        "partner_name": line.partner_name or None,
        "product": line.product_id or None,
        "product_name": line.product_name or None,
        "quantity": line.quantity or None,
        "net_amount": line.amount,
        "unit_price": line.unit_price,
        "currency": line.currency or report.currency or None,
        "end_customer": line.end_customer or None,
        "country": line.partner_country or None,
    }


def _spoilt(number: int, report: SellThroughReport, line: SellThroughLine) -> Spoilt:
    first = line.problems[0]
    said = "; ".join(str(problem) for problem in line.problems)
    column = f"{first.segment} {first.element}".strip()
    return Spoilt(number, column, f"The sender's message is wrong here: {said}.", _values(report, line))
