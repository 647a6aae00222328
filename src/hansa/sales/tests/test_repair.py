"""What waits in quarantine: corrected, matched once, or discarded with a reason."""

import pyarrow.parquet as pq
import pytest

from hansa.activity.models import Event
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.scope import acting, system
from hansa.sales.models import Alias, LineFile, QuarantinedRow
from hansa.sales.operations.repair import (
    NotRepairable,
    discard_rows,
    match_name,
    repair_rows,
    retry_waiting,
)
from hansa.sales.tests.conftest import FEBRUARY, NOW, READING, csv_file

pytestmark = pytest.mark.django_db

BAD = (
    "I-1,1,2026-02-03,R-1,,B-100,2,998.00,EUR",
    "I-4,1,2026-02-06,Alpine,Alpin Cycles,B-100,1,499.00,EUR",
    "I-5,1,2026-02-07,R-1,,RACER,1,899.50,EUR",
    "I-6,1,2026-02-30,R-1,,B-100,1,499.00,EUR",
    "I-7,1,2026-02-08,Alpine,Alpin Cycles,H-1,1,40.00,EUR",
)


@pytest.fixture
def report(channel):
    return channel.send(csv_file(*BAD), reading=READING)


def waiting(report):
    with acting(system("looking in a test")):
        return [row.row for row in QuarantinedRow.objects.filter(report_id=report.id, outcome="").order_by("row")]


def stored_lines(report, files):
    with acting(system("looking in a test")):
        paths = list(LineFile.objects.filter(report_id=report.id).values_list("path", flat=True))
    rows = [row for path in paths for row in pq.read_table(files / path).to_pylist()]
    return sorted((row["source_row"], row["partner"], row["product"], str(row["net_amount"])) for row in rows)


def test_a_corrected_row_is_taken_and_counted(channel, report, files):
    with acting(channel.scope("vendor")):
        assert repair_rows(report=report, corrections={5: {"sold_on": "2026-02-27"}}, at=NOW) == (1, 3)

    after = channel.again(report)
    assert (after.lines, after.quarantined, after.totals) == (2, 3, {"EUR": ["3.000000", "1497.0000"]})
    assert waiting(report) == [3, 4, 6]
    assert stored_lines(report, files) == [(2, "R-1", "B-100", "998.0000"), (5, "R-1", "B-100", "499.0000")]


def test_a_row_that_fails_again_keeps_its_correction_and_says_what_is_wrong_now(channel, report):
    with acting(channel.scope("vendor")):
        assert repair_rows(report=report, corrections={5: {"sold_on": "soon"}}, at=NOW) == (0, 4)
        row = QuarantinedRow.objects.get(report=report, row=5)
    assert (row.values["sold_on"], row.code, row.column) == ("soon", "date_form", "Date")


def test_a_name_is_matched_once_for_every_row_that_says_it_and_for_the_next_report(channel, report):
    with acting(channel.scope("vendor")):
        assert match_name(report=report, kind="PARTNER", text="Alpine", target="R-1", at=NOW) == (2, 2)
    assert waiting(report) == [4, 5]

    march = channel.send(csv_file("I-9,1,2026-03-02,ALPINE,,B-100,1,499.00,EUR"), month=FEBRUARY.replace(month=3))
    assert (march.lines, march.quarantined) == (1, 0)


def test_a_product_is_matched_by_its_sku(channel, report):
    with acting(channel.scope("vendor")):
        assert match_name(report=report, kind="PRODUCT", text="racer", target="B-200", at=NOW) == (1, 3)
    assert waiting(report) == [3, 5, 6]


def test_matching_to_nothing_known_changes_nothing(channel, report):
    with acting(channel.scope("vendor")), pytest.raises(Unprocessable):
        match_name(report=report, kind="PARTNER", text="Alpine", target="R-77", at=NOW)
    with acting(system("looking in a test")):
        assert not Alias.objects.exists()
    assert waiting(report) == [3, 4, 5, 6]


def test_a_distributor_cannot_match_to_a_member_that_it_may_not_see(channel, report):
    with acting(channel.scope("fjord")), pytest.raises(Unprocessable):
        match_name(report=report, kind="PARTNER", text="Alpine", target="D-2", at=NOW)


def test_rows_are_discarded_with_a_reason_and_stay_readable(channel, report):
    with acting(channel.scope("fjord")):
        assert discard_rows(report=report, rows=[4, 5], reason="Sold outside the programme", at=NOW) == 2
        row = QuarantinedRow.objects.get(report=report, row=4)
    assert (row.outcome, row.outcome_reason) == ("DISCARDED", "Sold outside the programme")
    assert (waiting(report), channel.again(report).quarantined) == ([3, 6], 2)


def test_nothing_is_discarded_without_a_reason(channel, report):
    with acting(channel.scope("vendor")), pytest.raises(Unprocessable):
        discard_rows(report=report, rows=[4], reason=" ", at=NOW)
    assert waiting(report) == [3, 4, 5, 6]


def test_a_row_is_repaired_once(channel, report):
    with acting(channel.scope("vendor")):
        repair_rows(report=report, corrections={5: {"sold_on": "2026-02-27"}}, at=NOW)
        with pytest.raises(Unprocessable):
            repair_rows(report=report, corrections={5: {"sold_on": "2026-02-26"}}, at=NOW)
    assert channel.again(report).lines == 2


def test_a_correction_of_an_unknown_field_is_refused(channel, report):
    with acting(channel.scope("vendor")), pytest.raises(Unprocessable) as caught:
        repair_rows(report=report, corrections={5: {"colour": "red"}}, at=NOW)
    assert caught.value.problems[0].expected == "fields of a sales line, not colour"


def test_trying_again_takes_what_the_network_has_learnt(channel, report):
    from hansa.catalog.operations import ProductEntry, take_products

    with acting(channel.scope("vendor")):
        take_products(network=channel.network, entries=[ProductEntry("RACER", "Racer")], at=NOW)
        assert retry_waiting(report=report, at=NOW) == (1, 3)


def test_rows_of_a_replaced_report_are_not_repaired(channel, report):
    channel.send(csv_file(BAD[0]))
    with acting(channel.scope("vendor")), pytest.raises(NotRepairable):
        retry_waiting(report=report, at=NOW)


def test_each_change_is_one_event(channel, report):
    with acting(channel.scope("vendor")):
        repair_rows(report=report, corrections={5: {"sold_on": "2026-02-27"}}, at=NOW)
        discard_rows(report=report, rows=[4], reason="Returned", at=NOW)
        kinds = list(Event.objects.filter(subject_id=report.id).order_by("id").values_list("kind", flat=True))
    assert kinds[-2:] == ["sales.rows.repaired", "sales.rows.discarded"]


@pytest.mark.parametrize("name", ["gale", "alpine", "stranger"])
def test_a_rival_repairs_nothing(channel, report, name):
    attempts = (
        lambda: repair_rows(report=report, corrections={5: {"sold_on": "2026-02-27"}}, at=NOW),
        lambda: match_name(report=report, kind="PARTNER", text="Alpine", target="R-1", at=NOW),
        lambda: discard_rows(report=report, rows=[4], reason="Mine", at=NOW),
        lambda: retry_waiting(report=report, at=NOW),
    )
    with acting(channel.scope(name)):
        for attempt in attempts:
            with pytest.raises(NotFound):
                attempt()
    assert waiting(report) == [3, 4, 5, 6]
