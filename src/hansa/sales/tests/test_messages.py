"""Sales reports as X12 867 and EDIFACT SLSRPT, and what is answered to their senders (abuse case 57)."""

from dataclasses import replace
from datetime import date

import pytest

from hansa.engines.edi import ReportHead, SellThroughRow, read_acknowledgement, write_sell_through_867, write_slsrpt
from hansa.kit.scope import acting, system
from hansa.sales.models import QuarantinedRow
from hansa.sales.tests.conftest import NOW

pytestmark = pytest.mark.django_db

HEAD = ReportHead("FJORD", "NORDWIND", 7, "RPT-7", NOW, date(2026, 2, 1), date(2026, 3, 1), "EUR")
ROWS = [
    SellThroughRow("B-100", "2", date(2026, 2, 3), partner_id="R-1", invoice="I-1", amount="998.00"),
    SellThroughRow("B-200", "1", date(2026, 2, 4), partner_id="R-2", invoice="I-2"),
    SellThroughRow("H-1", "-1", date(2026, 2, 5), partner_id="R-1", invoice="I-3", amount="-40.00", kind="return"),
]


def codes(report):
    (answer,) = read_acknowledgement(report.acknowledgement.encode())
    return answer


def test_an_867_is_taken_and_answered(channel):
    report = channel.send(write_sell_through_867(HEAD, ROWS), name="february.edi")
    assert (report.state, report.format, report.lines, report.derived_prices) == ("TAKEN", "X12", 3, 1)
    assert report.totals == {"EUR": ["2.000000", "1857.5000"]}
    assert "ST*997*" in report.acknowledgement
    assert "AK9*A*1*1*1" in report.acknowledgement


def test_a_slsrpt_is_taken_and_answered(channel):
    report = channel.send(write_slsrpt(HEAD, [ROWS[0]]), name="february.edi")
    assert (report.state, report.format, report.lines) == ("TAKEN", "EDIFACT", 1)
    assert "CONTRL" in report.acknowledgement


def test_a_message_with_a_wrong_count_is_refused_and_rejected(channel):
    broken = write_sell_through_867(HEAD, ROWS).replace(b"SE*", b"SE*9")
    report = channel.send(broken, name="february.edi")
    assert report.state == "REFUSED"
    assert report.problems[0][2].startswith("SE element 1")
    assert "AK9*R*" in report.acknowledgement


def test_a_test_message_is_refused(channel):
    report = channel.send(write_sell_through_867(replace(HEAD, test=True), ROWS))
    assert (report.state, report.problems[0][2]) == ("REFUSED", "ISA element 15")
    assert "AK9*R*" in report.acknowledgement


def test_the_same_message_again_adds_nothing(channel):
    content = write_sell_through_867(HEAD, ROWS)
    assert channel.send(content).id == channel.send(content).id


def test_a_control_number_that_was_taken_is_not_taken_again(channel):
    channel.send(write_sell_through_867(HEAD, ROWS))
    again = channel.send(write_sell_through_867(replace(HEAD, report_number="RPT-8"), ROWS[:1]))
    assert (again.state, again.problems[0][2]) == ("REFUSED", "ISA element 13")
    assert again.problems[0][3] == "expected a new control number; 000000007 was taken before"


def test_a_month_may_be_sent_again_under_a_new_control_number(channel):
    first = channel.send(write_sell_through_867(HEAD, ROWS))
    second = channel.send(write_sell_through_867(replace(HEAD, control_number=8), ROWS[:2]))
    assert (second.state, second.change["removed"], channel.again(first).state) == ("TAKEN", 1, "REPLACED")


def test_a_transfer_between_own_places_waits_instead_of_counting_as_sold(channel):
    rows = [ROWS[0], SellThroughRow("B-200", "4", date(2026, 2, 6), partner_id="R-2", amount="1.00", kind="transfer")]
    report = channel.send(write_sell_through_867(HEAD, rows))
    with acting(system("looking in a test")):
        (row,) = QuarantinedRow.objects.all()
    assert (report.lines, report.quarantined, row.code) == (1, 1, "edi")
    assert row.reason.startswith("This line moves stock")


def test_an_acknowledgement_is_no_report_and_is_not_answered(channel):
    answer = channel.send(write_sell_through_867(HEAD, ROWS)).acknowledgement
    report = channel.send(answer.encode(), name="997.edi")
    assert (report.state, report.acknowledgement) == ("REFUSED", "")


def test_an_unknown_partner_waits(channel):
    report = channel.send(write_sell_through_867(HEAD, [replace(ROWS[0], partner_id="R-99"), ROWS[2]]))
    assert (report.lines, report.quarantined) == (1, 1)
