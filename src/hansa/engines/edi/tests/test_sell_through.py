"""Reports and lines with exact values, from 867 and from SLSRPT."""

from __future__ import annotations

from datetime import date

from hansa.engines.edi import SellThroughLine, SellThroughReport, read_sell_through
from hansa.engines.edi.tests.samples import (
    BY_ITEM,
    BY_LOCATION,
    HEAD,
    ISA,
    RETURN,
    SALE,
    SLSRPT_HEAD,
    edifact,
    report,
    x12,
)


def one(data: bytes) -> SellThroughReport:
    (found,) = read_sell_through(data)
    return found


def test_an_867_becomes_a_report_with_its_sale_and_its_return() -> None:
    found = one(x12(report(SALE, RETURN)))
    assert found == SellThroughReport(
        standard="X12",
        version="004010",
        sender="NORDWIND",
        receiver="HERSTELLER",
        control_number="000000012",
        group_control="12",
        transaction_control="0001",
        report_number="POS-77",
        period_from=date(2026, 8, 1),
        period_until=date(2026, 9, 1),
        currency="EUR",
        test=False,
        problems=(),
        accepted=True,
        purpose="original",
        kind="867",
        lines=(
            SellThroughLine(
                segment_no=14,
                kind="sale",
                invoice="R-1001",
                invoice_line="1",
                sold_on=date(2026, 8, 14),
                partner_id="P-17",
                partner_name="VELO HAUS GMBH",
                partner_country="DE",
                end_customer="STADTWERKE KIEL",
                product_id="BIKE-7",
                product_name="CITY BIKE",
                product_scheme="VP",
                quantity="3",
                uom="EA",
                unit_price="250.50",
                amount="751.50",
                currency="EUR",
                price_authorisation="SPA-9",
                serials=("SN-1", "SN-2"),
                problems=(),
            ),
            SellThroughLine(
                segment_no=26,
                kind="return",
                invoice="R-1002",
                invoice_line="",
                sold_on=date(2026, 8, 31),
                partner_id="P-17",
                partner_name="VELO HAUS GMBH",
                partner_country="",
                end_customer="",
                product_id="BIKE-7",
                product_name="",
                product_scheme="VP",
                quantity="-1",
                uom="EA",
                unit_price="250.50",
                amount=None,
                currency="EUR",
                price_authorisation="",
                serials=(),
                problems=(),
                dated_from="report",
            ),
        ),
    )


def test_005010_is_read_alike() -> None:
    newer = x12(report(SALE), isa=ISA.replace("*U*00401", "*^*00501")).replace(b"*X*004010", b"*X*005010")
    assert one(newer).version == "005010"
    assert one(newer).lines == one(x12(report(SALE))).lines


def test_a_negative_sale_and_a_returned_quantity_are_returns() -> None:
    lines = one(
        x12(report(("PTD*SS", *SALE[1:5], "QTY*39*-2.50*EA", "LIN**VP*A", "AMT*1*10", "QTY*76*4*EA", "LIN**VP*B")))
    ).lines
    assert [(line.kind, line.quantity, line.amount) for line in lines] == [
        ("return", "-2.50", "-10"),
        ("return", "-4", None),
    ]


def test_a_movement_without_sale_is_a_transfer_unless_the_sender_means_a_sale() -> None:
    data = x12(report(("PTD*BD", *SALE[1:])))
    assert [line.kind for line in one(data).lines] == ["transfer"]
    assert [line.kind for line in read_sell_through(data, kinds={"BD": "sale"})[0].lines] == ["sale"]


def test_the_date_comes_from_line_transfer_or_report_in_this_order() -> None:
    dated = (
        "PTD*SS",
        "DTM*003*20260810",
        *SALE[1:4],
        "QTY*39*1",
        "LIN**VP*A",
        "DTM*011*20260811",
        "QTY*39*1",
        "LIN**VP*B",
    )
    lines = one(x12(report(dated))).lines
    assert [(line.sold_on, line.dated_from) for line in lines] == [
        (date(2026, 8, 11), "line"),
        (date(2026, 8, 10), "transfer"),
    ]
    undated = one(x12(report(("PTD*SS", *SALE[1:4], "QTY*39*1", "LIN**VP*A"), head=(HEAD[0], HEAD[4]))))
    assert [(line.sold_on, line.dated_from) for line in undated.lines] == [(date(2026, 9, 5), "report")]


def test_a_period_given_as_a_range_is_read() -> None:
    found = one(x12(report(SALE, head=(HEAD[0], "DTM*090****RD8*20260801-20260815"))))
    assert (found.period_from, found.period_until) == (date(2026, 8, 1), date(2026, 8, 16))


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    found = one(x12(report(SALE, head=(HEAD[0], "DTM*090*20260831", "DTM*091*20260801"))))
    assert not found.accepted
    assert [problem.expected for problem in found.problems] == [
        "expected a period that starts before it ends; found 2026-08-31 to 2026-08-01"
    ]


def test_a_bad_line_waits_in_quarantine_and_its_neighbours_are_taken() -> None:
    found = one(
        x12(report(("PTD*SS", *SALE[1:4], "QTY*39*1", "LIN**VP*A", "QTY*39*x", "LIN**VP*B", "QTY*39*2", "LIN**VP*C")))
    )
    assert found.accepted
    assert [(line.product_id, line.quantity, [str(problem) for problem in line.problems]) for line in found.lines] == [
        ("A", "1", []),
        ("B", "", ["segment 15 (QTY), element 2: expected quantity: a decimal number of at most 15 digits; found 'x'"]),
        ("C", "2", []),
    ]


def test_a_mangled_transfer_spoils_every_line_that_might_be_meant_for_it() -> None:
    found = one(x12(report(("PTD*SS", *SALE[1:]), ("PTX*SS", *RETURN[1:]), SALE, totals=())))
    assert [bool(line.problems) for line in found.lines] == [True, True, False]


def test_a_line_without_buyer_waits_in_quarantine() -> None:
    (line,) = one(x12(report(("PTD*SS", "QTY*39*1", "LIN**VP*A")))).lines
    assert [(problem.code, problem.expected) for problem in line.problems] == [
        ("line-partner", "expected a party that bought, found none")
    ]


def test_the_buyer_of_the_header_serves_where_the_transfer_names_none() -> None:
    (line,) = one(x12(report(("PTD*SS", "QTY*39*1", "LIN**VP*A"), head=(*HEAD, "N1*ST*SHOP*92*S-1")))).lines
    assert (line.partner_id, line.partner_name, line.problems) == ("S-1", "SHOP", ())


def test_a_transfer_without_lines_is_told() -> None:
    found = one(x12(report(("PTD*SS", "REF*IV*1"), SALE)))
    assert [(problem.segment_no, problem.code, problem.spoils) for problem in found.problems] == [
        (9, "line-missing", "line")
    ]


def test_other_transactions_and_empty_interchanges_come_back_refused_never_dropped() -> None:
    other = one(x12(report(SALE)).replace(b"ST*867", b"ST*850"))
    assert (other.kind, other.accepted, other.lines) == ("850", False, ())
    assert "set-unsupported" in {problem.code for problem in other.problems}
    empty = one(x12())
    assert (empty.kind, empty.accepted, [problem.code for problem in empty.problems]) == (
        "",
        False,
        ["interchange-empty"],
    )


def test_a_slsrpt_by_location_becomes_a_report() -> None:
    found = one(edifact((*SLSRPT_HEAD, *BY_LOCATION)))
    sale, back = found.lines
    assert (found.standard, found.version, found.report_number, found.currency, found.accepted) == (
        "EDIFACT",
        "D.96A",
        "S-5",
        "EUR",
        True,
    )
    assert (found.period_from, found.period_until, found.problems) == (date(2026, 8, 1), date(2026, 9, 1), ())
    assert sale == SellThroughLine(
        segment_no=15,
        kind="sale",
        invoice="R-5",
        invoice_line="2",
        sold_on=date(2026, 8, 14),
        partner_id="4012345000016",
        partner_name="",
        partner_country="",
        end_customer="",
        product_id="4099999000001",
        product_name="RAD 'CITY'",
        product_scheme="EN",
        quantity="3",
        uom="PCE",
        unit_price="250.5",
        amount=None,
        currency="EUR",
        price_authorisation="",
        serials=(),
        problems=(),
        dated_from="transfer",
    )
    assert (back.kind, back.quantity, back.amount, back.unit_price, back.product_id) == (
        "return",
        "-1",
        "-99.90",
        None,
        "4099999000002",
    )


def test_a_slsrpt_by_item_becomes_a_line_for_each_location() -> None:
    lines = one(edifact((*SLSRPT_HEAD, *BY_ITEM))).lines
    assert [(line.partner_id, line.quantity, line.unit_price, line.sold_on) for line in lines] == [
        ("SHOP-1", "3", "250.5", date(2026, 8, 14)),
        ("SHOP-2", "4", "250.5", date(2026, 8, 31)),
    ]
    assert [line.problems for line in lines] == [(), ()]


def test_an_amount_around_several_lines_is_none_of_one_of_them() -> None:
    shared = ("LIN+1++A:EN", "MOA+203:100", "QTY+153:3", "QTY+153:4")
    lines = one(edifact((*SLSRPT_HEAD, "LOC+162+SHOP::92", *shared, "LIN+2++B:EN", "MOA+203:50", "QTY+153:1"))).lines
    assert [line.amount for line in lines] == [None, None, "50"]


def test_an_item_without_product_waits_in_quarantine() -> None:
    (line,) = one(edifact((*SLSRPT_HEAD, "LOC+162+SHOP::92", "LIN+1", "QTY+153:3"))).lines
    assert [problem.code for problem in line.problems] == ["line-product"]
