"""Sales reports that come as X12 867 or EDIFACT SLSRPT: turned into canonical rows, and acknowledged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hansa.engines.edi import (
    EdiProblem,
    EdiUnreadable,
    Interchange,
    NothingToAcknowledge,
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
    controls: tuple[str, ...]


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


def read(path: Path, *, name: str, at: datetime, taken_before: Collection[str] = ()) -> Message:
    """Read and check an interchange; raises Refused with segment and element for each fault that spoils it.

    `taken_before` are the control numbers (as `Message.controls`) of the sender's interchanges that were taken.
    """
    content = path.read_bytes()
    try:
        interchanges = read_interchanges(content)
        reports = read_sell_through(content)
    except EdiUnreadable as error:
        raise Refused([Problem(name, 0, f"character {error.position}", error.expected)]) from error
    ours = [problem for interchange in interchanges for problem in _unwelcome(interchange, taken_before)]
    answer = _answer(interchanges, ours, at)
    kind = "EDIFACT" if reports and reports[0].standard == "EDIFACT" else "X12"
    faults = [problem for report in reports if not report.accepted for problem in report.problems]
    problems = [_problem(name, fault) for fault in (*ours, *faults)]
    if not reports:
        problems = [Problem(name, 0, "", "a sell-through report: X12 867 or EDIFACT SLSRPT")]
    elif not problems and not all(report.accepted for report in reports):
        problems = [Problem(name, 0, "", "an interchange whose envelopes and counts agree")]
    if problems:
        raise MessageRefused(problems, format=kind, acknowledgement=answer)
    lines = list(enumerate(((report, line) for report in reports for line in report.lines), start=1))
    return Message(
        format=kind,
        currency=reports[0].currency or None,
        rows=[{"row": row, **_values(*pair)} for row, pair in lines if _is_sound(pair[1])],
        spoilt=tuple(_spoilt(row, *pair) for row, pair in lines if not _is_sound(pair[1])),
        titles=TITLES,
        acknowledgement=answer,
        controls=tuple(_control(interchange) for interchange in interchanges),
    )


def _unwelcome(interchange: Interchange, taken_before: Collection[str]) -> Iterator[EdiProblem]:
    """What forbids to take an interchange however well it is written: it is a test, or it came before."""
    tag = "ISA" if interchange.standard == "X12" else "UNB"
    if interchange.test:
        element, expected = ("15", "P") if tag == "ISA" else ("11", "no test indicator")
        words = f"expected a live interchange ({expected}); this one is marked as a test"
        yield EdiProblem(interchange.first_no, tag, element, "interchange-test", words, "interchange")
    if _control(interchange) in taken_before:
        words = f"expected a new control number; {interchange.control_number} was taken before"
        element = "13" if tag == "ISA" else "5"
        yield EdiProblem(interchange.first_no, tag, element, "interchange-repeated", words, "interchange")


def _answer(interchanges: Sequence[Interchange], ours: Sequence[EdiProblem], at: datetime) -> str:
    number = int(at.timestamp()) % 999_999_999 + 1
    written = []
    for interchange in interchanges:
        further = [problem for problem in ours if interchange.first_no <= problem.segment_no <= interchange.last_no]
        with suppress(NothingToAcknowledge):
            written.append(acknowledge(interchange, at=at, control_number=number, further=further))
    return "".join(written)


def _control(interchange: Interchange) -> str:
    return f"{interchange.standard}:{interchange.sender.strip()}:{interchange.control_number.strip()}"


def _is_sound(line: SellThroughLine) -> bool:
    return not line.problems and line.kind != "transfer"


def _problem(name: str, problem: EdiProblem) -> Problem:
    element = f" element {problem.element}" if problem.element else ""
    return Problem(name, problem.segment_no, f"{problem.segment}{element}", problem.expected)


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
    if not line.problems:
        reason = "This line moves stock from one place of the sender to another; discard it, or state it as a sale."
        return Spoilt(number, "PTD 1", reason, _values(report, line))
    first = line.problems[0]
    said = "; ".join(str(problem) for problem in line.problems)
    column = f"{first.segment} {first.element}".strip()
    return Spoilt(number, column, f"The sender's message is wrong here: {said}.", _values(report, line))
