"""The reports of the distributor that speaks EDI: X12 867, and for half a year EDIFACT SLSRPT."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from hansa.engines.edi import ReportHead, SellThroughRow, write_sell_through_867, write_slsrpt
from hansa.site.demo.world.months import add_months
from hansa.site.demo.world.records import Report, Sale

SENDER, SENDER_NAME, RECEIVER = "FOXMARROW", "Foxmarrow Cycle Distribution", "NORDWIND"
# The longest name that an N1 segment (X12) and one component of a NAD segment (EDIFACT) can hold.
LONGEST_NAME = {"x12-867": 60, "edifact-slsrpt": 35}


def write_edi(report: Report) -> bytes:
    """One interchange with the whole report; lines stand in the order of its rows."""
    head = ReportHead(
        sender=SENDER,
        receiver=RECEIVER,
        control_number=report.number,
        report_number=f"{report.month:%Y%m}-{report.number}",
        written_at=datetime(report.sent_on.year, report.sent_on.month, report.sent_on.day, 6, 30, tzinfo=UTC),
        period_from=report.month,
        period_until=add_months(report.month, 1),
        currency=report.rows[0].currency,
        purpose="replace" if report.replaces else "original",
        sender_name=SENDER_NAME,
    )
    rows = [_row(sale, LONGEST_NAME[report.format]) for sale in report.rows]
    return write_slsrpt(head, rows) if report.format == "edifact-slsrpt" else write_sell_through_867(head, rows)


def _row(sale: Sale, longest: int) -> SellThroughRow:
    if not isinstance(sale.sold_on, date):
        raise ValueError(f"expected a true day, which EDI cannot do without; found {sale.sold_on}")
    return SellThroughRow(
        product_id=sale.product,
        quantity=str(sale.quantity),
        sold_on=sale.sold_on,
        partner_id=sale.partner,
        partner_name=sale.partner_name[:longest],
        partner_country=sale.country,
        kind="return" if int(sale.quantity) < 0 else "sale",
        invoice=sale.invoice,
        end_customer=sale.end_customer[:longest],
        product_name=sale.product_name[:longest],
        unit_price=_decimal(sale.unit_price),
        amount=_decimal(sale.net_amount),
        serials=(sale.serial,) if sale.serial else (),
    )


def _decimal(minor: int | None) -> str | None:
    return None if minor is None else f"{Decimal(minor).scaleb(-2):.2f}"
