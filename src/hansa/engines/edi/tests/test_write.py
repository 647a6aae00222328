"""What is written is valid, and reading it gives back what was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.engines.edi import (
    EdiUnwritable,
    ReportHead,
    SellThroughLine,
    SellThroughRow,
    read_interchanges,
    read_sell_through,
    write_sell_through_867,
    write_slsrpt,
)

HEAD = ReportHead(
    sender="NORDWIND",
    receiver="HERSTELLER",
    control_number=12,
    report_number="POS-77",
    written_at=datetime(2026, 9, 5, 7, 0),
    period_from=date(2026, 8, 1),
    period_until=date(2026, 9, 1),
    currency="EUR",
)
ROW = SellThroughRow(
    "BIKE-7", "3", date(2026, 8, 14), partner_id="P-17", partner_name="VELO HAUS", partner_country="DE"
)
# Every separator that either writer may choose is among these, and letters of other scripts.
LETTERS = st.sampled_from("ABCXYZabc0189 -/.,*~>|:+'?^äßŁ漢")
NAMES = st.text(LETTERS, min_size=2, max_size=30).map(str.strip).filter(lambda name: len(name) > 1)
NUMBERS = st.from_regex(r"\A(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?\Z").filter(lambda text: text.strip("0."))


@st.composite
def rows(draw: st.DrawFn, kinds: tuple[str, ...]) -> SellThroughRow:
    kind = draw(st.sampled_from(kinds))
    sign = "-" if kind == "return" else ""
    amount = draw(st.none() | NUMBERS)
    return SellThroughRow(
        product_id=draw(NAMES),
        quantity=sign + draw(NUMBERS),
        sold_on=draw(st.dates(date(2026, 8, 1), date(2026, 8, 31))),
        partner_id=draw(NAMES),
        partner_name=draw(st.just("") | NAMES),
        partner_country=draw(st.sampled_from(("", "DE", "FR"))),
        kind=kind,  # type: ignore[arg-type]
        invoice=draw(st.just("") | NAMES),
        end_customer=draw(st.just("") | NAMES),
        product_name=draw(st.just("") | NAMES),
        uom=draw(st.sampled_from(("EA", "CA"))),
        unit_price=draw(st.none() | NUMBERS),
        amount=None if amount is None else sign + amount,
        price_authorisation=draw(st.just("") | NAMES),
        serials=tuple(draw(st.lists(NAMES, max_size=2))),
    )


def row_of(line: SellThroughLine) -> SellThroughRow:
    names = SellThroughRow.__slots__
    return SellThroughRow(**{name: getattr(line, name) for name in names})


@settings(max_examples=60, deadline=None)
@given(st.lists(rows(("sale", "return", "transfer")), min_size=1, max_size=6), st.sampled_from(("004010", "005010")))
def test_an_867_read_back_says_what_was_written(written: list[SellThroughRow], version: str) -> None:
    (found,) = read_sell_through(write_sell_through_867(HEAD, written, version=version))
    assert found.problems == ()
    assert [line.problems for line in found.lines] == [()] * len(written)
    assert [row_of(line) for line in found.lines] == written
    assert (found.report_number, found.period_from, found.period_until) == (
        "POS-77",
        HEAD.period_from,
        HEAD.period_until,
    )
    assert (found.currency, found.purpose, found.test, found.version) == ("EUR", "original", False, version)


@settings(max_examples=60, deadline=None)
@given(st.lists(rows(("sale", "return")), min_size=1, max_size=6))
def test_a_slsrpt_read_back_says_what_was_written(written: list[SellThroughRow]) -> None:
    (found,) = read_sell_through(write_slsrpt(HEAD, written))
    assert found.problems == ()
    assert [line.problems for line in found.lines] == [()] * len(written)
    assert [row_of(line) for line in found.lines] == written
    assert (found.report_number, found.period_from, found.period_until) == (
        "POS-77",
        HEAD.period_from,
        HEAD.period_until,
    )


def test_a_small_867_is_written_as_a_distributor_would() -> None:
    row = replace(ROW, unit_price="250.50", invoice="R-1", price_authorisation="SPA-9", serials=("SN-1",))
    text = write_sell_through_867(replace(HEAD, sender_name="NORDWIND GMBH", test=True), [row]).decode()
    assert text.splitlines() == [
        "ISA*00*          *00*          *ZZ*NORDWIND       *ZZ*HERSTELLER     *260905*0700*U*00401*000000012*0*T*>~",
        "GS*PT*NORDWIND*HERSTELLER*20260905*0700*12*X*004010~",
        "ST*867*0001~",
        "BPT*00*POS-77*20260905*02~",
        "CUR*DS*EUR~",
        "DTM*090*20260801~",
        "DTM*091*20260831~",
        "N1*DS*NORDWIND GMBH*92*NORDWIND~",
        "PTD*SD~",
        "REF*IV*R-1~",
        "N1*BY*VELO HAUS*92*P-17~",
        "N4****DE~",
        "QTY*39*3*EA~",
        "LIN**VP*BIKE-7~",
        "UIT*EA*250.50~",
        "REF*SE*SN-1~",
        "REF*P4*SPA-9~",
        "DTM*011*20260814~",
        "CTT*1~",
        "SE*18*0001~",
        "GE*1*12~",
        "IEA*1*000000012~",
    ]


def test_what_is_written_has_no_problem_for_the_reader_even_without_rows_to_share() -> None:
    written = [ROW, replace(ROW, kind="return", quantity="-1"), replace(ROW, partner_id="P-18")]
    for data in (write_sell_through_867(HEAD, written, line_break=""), write_slsrpt(HEAD, written, line_break="\r\n")):
        (interchange,) = read_interchanges(data)
        assert all(
            interchange.accepts(group, one) and not one.problems
            for group in interchange.groups
            for one in group.transactions
        )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (replace(ROW, quantity="three"), "QTY, element 2: expected quantity"),
        (replace(ROW, quantity="1e3"), "QTY, element 2: expected quantity"),
        (replace(ROW, quantity="-3"), "expected a sale with no negative quantity; found -3"),
        (replace(ROW, kind="return"), "expected a return with a negative quantity; found 3"),
        (replace(ROW, product_id="X" * 49), "LIN, element 3: expected product identifier: 1 to 48 characters"),
        (replace(ROW, partner_name="A\nB"), "N1, element 2: expected name"),
        (replace(ROW, uom="ZZ"), "QTY, element 3: expected unit"),
        (replace(ROW, invoice="*|^\x1d`"), "expected values without all of"),
    ],
)
def test_what_the_standard_has_no_place_for_is_refused(row: SellThroughRow, expected: str) -> None:
    with pytest.raises(EdiUnwritable) as caught:
        write_sell_through_867(HEAD, [row])
    assert str(caught.value).startswith(expected)


def test_slsrpt_has_no_transfers_and_no_resubmissions() -> None:
    with pytest.raises(EdiUnwritable, match="SLSRPT has no transfers"):
        write_slsrpt(HEAD, [replace(ROW, kind="transfer")])
    with pytest.raises(EdiUnwritable, match="found resubmission"):
        write_slsrpt(replace(HEAD, purpose="resubmission"), [ROW])
