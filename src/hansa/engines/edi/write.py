"""Write sell-through reports: 867 and SLSRPT out of simple rows, for demos and for tests that read back what was
written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, groupby

from hansa.engines.edi.output import EDIFACT, EdiUnwritable, Writer, composite, escaped, isa, x12_syntax
from hansa.engines.edi.sell_through.values import Kind, Purpose
from hansa.engines.edi.spec import edifact, x12

X12_SPECS = {**x12.ENVELOPE_SEGMENTS, **x12.SEGMENTS_867}
EDIFACT_SPECS = {**edifact.ENVELOPE_SEGMENTS, **edifact.SEGMENTS_SLSRPT}
X12_PURPOSES: dict[Purpose, str] = {"original": "00", "replace": "05", "duplicate": "07", "resubmission": "15"}
EDIFACT_PURPOSES: dict[Purpose, str] = {"original": "9", "replace": "5", "duplicate": "7"}


@dataclass(frozen=True, slots=True)
class SellThroughRow:
    """What is to be reported as one line.

    `quantity` is exact text, negative for a return; a price or amount of None is left out.
    """

    product_id: str
    quantity: str
    sold_on: date
    partner_id: str = ""
    partner_name: str = ""
    partner_country: str = ""
    kind: Kind = "sale"
    invoice: str = ""
    end_customer: str = ""
    product_name: str = ""
    product_scheme: str = "VP"
    uom: str = "EA"
    unit_price: str | None = None
    amount: str | None = None
    price_authorisation: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What is said once for a report.

    `period_until` is exclusive; `control_number` numbers interchange and group (1 to 999,999,999).
    """

    sender: str
    receiver: str
    control_number: int
    report_number: str
    written_at: datetime
    period_from: date
    period_until: date
    currency: str
    purpose: Purpose = "original"
    test: bool = False
    sender_name: str = ""


def write_sell_through_867(
    head: ReportHead, rows: Sequence[SellThroughRow], *, version: str = "004010", line_break: str = "\n"
) -> bytes:
    """One interchange with one 867 (004010 or 005010), UTF-8. Rows that follow each other with one sale share a
    transfer (PTD).

    Raises `EdiUnwritable` for a value that the standard has no place for, and for a quantity whose sign contradicts its
    kind.
    """
    writer = Writer(x12_syntax(_texts(head, rows)), X12_SPECS)
    stamp, control = head.written_at, str(head.control_number)
    ends = ("ZZ", head.sender), ("ZZ", head.receiver)
    day, hour = f"{stamp:%y%m%d}", f"{stamp:%H%M}"
    isa(writer, ends, when=(day, hour), version=version[:5], control_number=head.control_number, test=head.test)
    writer.add("GS", "PT", head.sender, head.receiver, f"{stamp:%Y%m%d}", hour, control, "X", version)
    first = len(writer.written)
    writer.add("ST", "867", "0001")
    _x12_head(writer, head)
    for _, transfer in groupby(rows, key=_sale):
        _x12_transfer(writer, list(transfer))
    if len(rows) <= 999_999:
        writer.add("CTT", str(len(rows)))
    writer.add("SE", str(len(writer.written) - first + 1), "0001")
    writer.add("GE", "1", control)
    writer.add("IEA", "1", f"{head.control_number:09d}")
    return writer.text(line_break).encode()


def _texts(head: ReportHead, rows: Sequence[SellThroughRow]) -> Iterator[str]:
    yield from (head.sender, head.receiver, head.report_number, head.sender_name)
    for row in rows:
        yield from (row.product_id, row.partner_id, row.partner_name, row.invoice, row.end_customer, row.product_name)
        yield from (row.price_authorisation, row.product_scheme, row.partner_country, *row.serials)


def _sale(row: SellThroughRow) -> tuple[str, ...]:
    _check_sign(row)
    return (
        row.kind,
        row.invoice,
        row.partner_id,
        row.partner_name,
        row.partner_country,
        row.end_customer,
        row.price_authorisation and "SD",
    )


def _check_sign(row: SellThroughRow) -> None:
    negative = row.quantity.startswith("-")
    if row.kind != "transfer" and negative != (row.kind == "return"):
        sign = "a negative" if row.kind == "return" else "no negative"
        raise EdiUnwritable(f"expected a {row.kind} with {sign} quantity; found {row.quantity}")


def _x12_head(writer: Writer, head: ReportHead) -> None:
    writer.add("BPT", X12_PURPOSES[head.purpose], head.report_number, f"{head.written_at:%Y%m%d}", "02")
    writer.add("CUR", "DS", head.currency)
    writer.add("DTM", "090", f"{head.period_from:%Y%m%d}")
    writer.add("DTM", "091", f"{head.period_until - timedelta(days=1):%Y%m%d}")
    if head.sender_name:
        writer.add("N1", "DS", head.sender_name, "92", head.sender)


def _x12_transfer(writer: Writer, rows: Sequence[SellThroughRow]) -> None:
    row = rows[0]
    types: dict[Kind, str] = {"sale": "SD" if row.price_authorisation else "SS", "return": "RP", "transfer": "IB"}
    writer.add("PTD", types[row.kind])
    if row.invoice:
        writer.add("REF", "IV", row.invoice)
    if row.partner_id or row.partner_name:
        writer.add("N1", "BY", row.partner_name, "92" if row.partner_id else "", row.partner_id)
        if row.partner_country:
            writer.add("N4", "", "", "", row.partner_country)
    if row.end_customer:
        writer.add("N1", "EN", row.end_customer)
    for each in rows:
        _x12_line(writer, each)


def _x12_line(writer: Writer, row: SellThroughRow) -> None:
    writer.add("QTY", "39", row.quantity, row.uom)
    writer.add("LIN", "", row.product_scheme, row.product_id)
    if row.unit_price is not None:
        writer.add("UIT", row.uom, row.unit_price)
    if row.amount is not None:
        writer.add("AMT", "1", row.amount)
    if row.product_name:
        writer.add("PID", "F", "", "", "", row.product_name)
    for serial in row.serials:
        writer.add("REF", "SE", serial)
    if row.price_authorisation:
        writer.add("REF", "P4", row.price_authorisation)
    writer.add("DTM", "011", f"{row.sold_on:%Y%m%d}")


def write_slsrpt(head: ReportHead, rows: Sequence[SellThroughRow], *, line_break: str = "\n") -> bytes:
    """One interchange with one SLSRPT D.96A by location, UTF-8. Rows that follow each other with one partner and day
    share a location.

    Raises `EdiUnwritable` as `write_sell_through_867` does, and for transfers, which SLSRPT cannot say.
    """
    writer = Writer(EDIFACT, EDIFACT_SPECS)
    stamp, control = head.written_at, str(head.control_number)
    ends = composite(head.sender, "ZZ"), composite(head.receiver, "ZZ")
    when = composite(f"{stamp:%y%m%d}", f"{stamp:%H%M}")
    writer.add("UNB", "UNOW:4", *ends, when, control, *([""] * 5), "1" if head.test else "")
    writer.add("UNH", "1", "SLSRPT:D:96A:UN:EAN004")
    _slsrpt_head(writer, head)
    numbers = count(1)
    for (partner, sold_on), location in groupby(rows, key=lambda row: (row.partner_id, row.sold_on)):
        writer.add("LOC", "162", composite(partner, "", "92"))
        writer.add("DTM", composite("356", f"{sold_on:%Y%m%d}", "102"))
        for row in location:
            _slsrpt_line(writer, row, next(numbers))
    writer.add("UNT", str(len(writer.written)), "1")
    writer.add("UNZ", "1", control)
    return ("UNA:+.? '" + line_break + writer.text(line_break)).encode()


def _slsrpt_head(writer: Writer, head: ReportHead) -> None:
    if head.purpose not in EDIFACT_PURPOSES:
        raise EdiUnwritable(f"expected one of {', '.join(EDIFACT_PURPOSES)}; found {head.purpose}")
    writer.add("BGM", "73E::9", composite(head.report_number), EDIFACT_PURPOSES[head.purpose])
    writer.add("DTM", composite("137", f"{head.written_at:%Y%m%d}", "102"))
    writer.add("DTM", composite("90", f"{head.period_from:%Y%m%d}", "102"))
    writer.add("DTM", composite("91", f"{head.period_until - timedelta(days=1):%Y%m%d}", "102"))
    writer.add("NAD", "SE", composite(head.sender, "", "92"))
    writer.add("NAD", "SU", composite(head.receiver, "", "92"))
    writer.add("CUX", composite("2", head.currency, "10"))


def _slsrpt_line(writer: Writer, row: SellThroughRow, number: int) -> None:
    _check_sign(row)
    if row.kind == "transfer":
        raise EdiUnwritable("expected a sale or a return; SLSRPT has no transfers")
    writer.add("LIN", str(number), "", composite(row.product_id, row.product_scheme))
    if row.product_name:
        writer.add("IMD", "F", "", composite("", "", "", row.product_name))
    references = (("IV", row.invoice), ("CT", row.price_authorisation), *(("SE", serial) for serial in row.serials))
    for qualifier, reference in references:
        if reference:
            writer.add("RFF", composite(qualifier, reference))
    if row.amount is not None:
        writer.add("MOA", composite("203", row.amount))
    if row.unit_price is not None:
        writer.add("PRI", composite("AAA", row.unit_price))
    writer.add("QTY", composite("61" if row.kind == "return" else "153", row.quantity.lstrip("-"), row.uom))
    if row.partner_name or row.partner_country:
        partner = composite(row.partner_id, "", "92") if row.partner_id else ""
        writer.add("NAD", "BY", partner, "", escaped(row.partner_name), "", "", "", "", row.partner_country)
    if row.end_customer:
        writer.add("NAD", "UC", "", "", escaped(row.end_customer))
