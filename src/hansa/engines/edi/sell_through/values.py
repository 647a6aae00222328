"""A sell-through report and its lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from hansa.engines.edi.problems import EdiProblem
from hansa.engines.edi.syntax import Standard

Kind = Literal["sale", "return", "transfer"]
Purpose = Literal["original", "replace", "duplicate", "resubmission", ""]


@dataclass(frozen=True, slots=True)
class SellThroughLine:
    """One line that a distributor reports.

    `quantity`, `unit_price` and `amount` are the sender's exact decimals as text with a point; a return's quantity and
    amount are negative whichever sign the sender wrote. `amount` is the stated one; None means that the caller prices
    the line. `sold_on` is None if neither line nor report has a valid date; `dated_from` says where it was found. A
    line with `problems` belongs in quarantine; its fields hold what could be read ("" where nothing could).
    """

    segment_no: int
    kind: Kind
    invoice: str
    invoice_line: str
    sold_on: date | None
    partner_id: str
    partner_name: str
    partner_country: str
    end_customer: str
    product_id: str
    product_name: str
    product_scheme: str
    quantity: str
    uom: str
    unit_price: str | None
    amount: str | None
    currency: str
    price_authorisation: str
    serials: tuple[str, ...]
    problems: tuple[EdiProblem, ...]
    dated_from: Literal["line", "transfer", "report", ""] = "line"


@dataclass(frozen=True, slots=True)
class SellThroughReport:
    """One report: a transaction set 867 or a message SLSRPT.

    `period_until` is exclusive: the day after the last one covered. `purpose` is the sender's intent. `problems` are
    those of envelopes, header and totals, and those inside the lines' part that belong to no line; a line's own stand
    at the line. `accepted` is false if the report must be refused as a whole; its lines are then listed for showing
    only.
    """

    standard: Standard
    version: str
    sender: str
    receiver: str
    control_number: str
    group_control: str
    transaction_control: str
    report_number: str
    period_from: date | None
    period_until: date | None
    currency: str
    test: bool
    lines: tuple[SellThroughLine, ...]
    problems: tuple[EdiProblem, ...]
    accepted: bool
    purpose: Purpose = "original"
    kind: str = "867"


@dataclass(frozen=True, slots=True)
class Content:
    """What a mapper reads out of one transaction."""

    report_number: str
    period_from: date | None
    period_until: date | None
    currency: str
    purpose: Purpose
    lines: tuple[SellThroughLine, ...]
    problems: tuple[EdiProblem, ...]


def signed(text: str, *, negative: bool) -> str:
    """The number with the sign that a return or a sale has; zero keeps none.

    >>> signed("2.50", negative=True), signed("-3", negative=True), signed("0", negative=True)
    ('-2.50', '-3', '0')
    """
    plain = text.lstrip("-")
    return f"-{plain}" if negative and plain.strip("0.") else plain
