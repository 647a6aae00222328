"""From a received file to lines and quarantine, as operator and as member."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from hansa.activity.models import Event
from hansa.kit.failures import NotAllowed, NotFound, Unprocessable
from hansa.kit.scope import acting, system
from hansa.kit.uploads import FileTooLarge
from hansa.sales.models import LineFile, QuarantinedRow, SalesReport
from hansa.sales.operations import taking
from hansa.sales.operations.reading import check_report
from hansa.sales.operations.receiving import confirm_reading, receive_report
from hansa.sales.tests.conftest import FEBRUARY, FORMATS, MAPPING, NOW, READING, csv_file

pytestmark = pytest.mark.django_db

GOOD = "I-1,1,2026-02-03,R-1,,B-100,2,998.00,EUR"
RETURN = "I-2,1,2026-02-04,R-2,,H-1,-1,-40.00,EUR"
DOLLARS = "I-3,1,2026-02-05,R-1,,B-200,1,950.10,USD"
UNKNOWN_PARTNER = "I-4,1,2026-02-06,R-9,Nobody Cycles,B-100,1,499.00,EUR"
UNKNOWN_PRODUCT = "I-5,1,2026-02-07,R-1,,X-1,1,10.00,EUR"
BAD_DAY = "I-6,1,2026-02-30,R-1,,B-100,1,499.00,EUR"
FLAWED = csv_file(GOOD, UNKNOWN_PARTNER, RETURN, UNKNOWN_PRODUCT, DOLLARS, BAD_DAY)


def quarantine_of(report):
    with acting(system("looking in a test")):
        rows = QuarantinedRow.objects.filter(report_id=report.id).order_by("row")
        return [(row.row, row.column, row.code) for row in rows]


def events_of(report):
    with acting(system("looking in a test")):
        return list(Event.objects.filter(subject_id=report.id).order_by("id").values_list("kind", flat=True))


def counts():
    with acting(system("looking in a test")):
        return SalesReport.objects.count(), LineFile.objects.count(), QuarantinedRow.objects.count()


def confirm(channel, report, by="vendor"):
    with acting(channel.scope(by)):
        confirm_reading(report=report, mapping=MAPPING, formats=FORMATS, at=NOW)
    check_report(report_id=report.id, scope=channel.scope(by), at=NOW)
    return channel.again(report)


def test_a_first_file_asks_for_its_columns_with_a_suggestion(channel):
    report = channel.send(FLAWED)

    assert report.state == "NEEDS_MAPPING"
    assert report.reading["suggested"] == MAPPING
    assert report.reading["formats"] == FORMATS
    assert report.reading["sample"][0] == ["I-1", "1", "2026-02-03", "R-1", "", "B-100", "2", "998.00", "EUR"]
    assert counts() == (1, 0, 0)


def test_a_confirmed_file_is_taken_and_its_bad_rows_wait_with_reasons(channel):
    report = confirm(channel, channel.send(FLAWED))

    assert (report.state, report.format, report.lines, report.quarantined) == ("TAKEN", "csv", 3, 3)
    assert report.totals == {"EUR": ["1.000000", "958.0000"], "USD": ["1.000000", "950.1000"]}
    assert quarantine_of(report) == [
        (3, "Reseller ID", "partner_unknown"),
        (5, "SKU", "product_unknown"),
        (7, "Date", "date_impossible"),
    ]
    assert events_of(report) == [
        "sales.report.received", "sales.report.asked", "sales.report.mapped", "sales.report.taken"
    ]  # fmt: skip


def test_the_next_file_with_these_headers_is_read_without_asking(channel):
    confirm(channel, channel.send(FLAWED))
    march = channel.send(csv_file("I-9,1,2026-03-02,R-1,,B-100,1,499.00,EUR"), month=FEBRUARY.replace(month=3))
    assert (march.state, march.lines) == ("TAKEN", 1)


def test_the_same_file_again_adds_nothing(channel):
    first = channel.send(FLAWED, reading=READING)
    before = counts()

    again = channel.send(FLAWED, reading=READING)

    assert again.id == first.id
    assert counts() == before
    assert len(list((channel_files(channel)).iterdir())) == 1


def channel_files(channel):
    from django.conf import settings

    return settings.FILES_ROOT / "reports"


def test_a_month_sent_again_replaces_the_earlier_report_and_says_what_changed(channel):
    first = channel.send(csv_file(GOOD, RETURN), reading=READING)
    corrected = csv_file(GOOD.replace("998.00", "990.00"), "I-7,1,2026-02-09,R-2,,B-200,1,899.50,EUR")

    second = channel.send(corrected)

    assert channel.again(first).state == "REPLACED"
    assert (second.state, second.replaces_id) == ("TAKEN", first.id)
    assert second.change == {
        "added": 1, "removed": 1, "changed": 1, "unchanged": 0, "net_amount": {"EUR": "931.5000"}
    }  # fmt: skip


def test_a_line_of_another_month_is_not_taken_twice(channel):
    channel.send(csv_file(GOOD), reading=READING)
    march = channel.send(csv_file(GOOD, "I-8,1,2026-03-01,R-1,,B-100,1,499.00,EUR"), month=FEBRUARY.replace(month=3))
    assert (march.lines, quarantine_of(march)) == (1, [(2, "Line", "already_taken")])


def test_checking_twice_gives_the_same(channel):
    report = channel.send(FLAWED, reading=READING)
    before = counts()
    check_report(report_id=report.id, scope=channel.scope("vendor"), at=NOW)
    assert counts() == before


def test_a_crash_before_the_commit_leaves_nothing_to_see_and_the_next_run_finishes(channel, monkeypatch):
    report = channel.send(FLAWED, reading=READING, check=False)

    def crash(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(taking, "add_line_files", crash)
    with pytest.raises(KeyboardInterrupt):
        check_report(report_id=report.id, scope=channel.scope("vendor"), at=NOW)

    assert channel.again(report).state == "CHECKING"
    assert counts() == (1, 0, 0)

    monkeypatch.undo()
    check_report(report_id=report.id, scope=channel.scope("vendor"), at=NOW)
    assert (channel.again(report).state, counts()) == ("TAKEN", (1, 1, 3))


def test_a_price_missing_in_the_file_comes_from_the_list_of_the_day_also_for_a_member(channel):
    header = "Invoice No,Date,Reseller ID,SKU,Qty"
    mapping = {k: v for k, v in MAPPING.items() if v in header.split(",")}
    stated = {"mapping": mapping, "formats": FORMATS}
    content = csv_file("I-1,2026-02-03,R-1,B-100,3", "I-2,2026-02-03,R-1,H-1,1", header=header)

    report = channel.send(content, reading=stated, by="fjord")

    assert (report.lines, report.derived_prices, report.totals) == (1, 1, {"EUR": ["3.000000", "1497.0000"]})
    assert quarantine_of(report) == [(3, "", "no_amount")]


def test_a_workbook_is_read_like_a_csv(channel, tmp_path):
    path = tmp_path / "report.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([list(MAPPING.values()), ["I-1", 1, "2026-02-03", "R-1", "", "B-100", 2, 998, "EUR"]]):
            sheet.write_row(at, 0, row)
    report = channel.send(path.read_bytes(), reading=READING, name="report.xlsx")
    assert (report.state, report.format, report.totals) == ("TAKEN", "xlsx", {"EUR": ["2.000000", "998.0000"]})


def test_a_parquet_file_is_read_by_its_types(channel, tmp_path):
    path = tmp_path / "report.parquet"
    empty = dict.fromkeys(MAPPING.values(), "")
    cells = {**empty, "Invoice No": "I-1", "Line": 1, "Date": FEBRUARY, "Reseller ID": "R-1", "SKU": "B-100", "Qty": 2,
             "Net Amount": 998, "Currency": "EUR"}  # fmt: skip
    pq.write_table(pa.table({name: [value] for name, value in cells.items()}), path)
    report = channel.send(path.read_bytes(), reading=READING, name="report.parquet")
    assert (report.state, report.format, report.totals) == ("TAKEN", "parquet", {"EUR": ["2.000000", "998.0000"]})


def test_a_file_that_is_no_table_is_refused_with_the_reason(channel):
    report = channel.send(b"")
    assert (report.state, report.problems) == (
        "REFUSED",
        [["february.csv", 0, "", "the file is empty; send a report with a header and at least one line"]],
    )
    assert events_of(report) == ["sales.report.received", "sales.report.refused"]


def test_a_refused_file_may_be_sent_again(channel):
    first, second = channel.send(b""), channel.send(b"")
    assert first.id != second.id


def test_a_member_sends_for_itself_and_sees_its_own_report(channel):
    report = channel.send(csv_file(GOOD), reading=READING, by="fjord")
    assert report.state == "TAKEN"
    with acting(channel.scope("fjord")):
        assert list(SalesReport.objects.values_list("code", flat=True)) == [report.code]


@pytest.mark.parametrize("by", ["gale", "alpine", "stranger"])
def test_nobody_sends_for_a_rival_and_nothing_changes(channel, by):
    before = counts()
    with pytest.raises(NotFound):
        channel.send(csv_file(GOOD), by=by)
    assert counts() == before


def test_a_rival_sees_no_report_of_others(channel):
    channel.send(FLAWED, reading=READING)
    for name in ("gale", "alpine", "stranger"):
        with acting(channel.scope(name)):
            assert not SalesReport.objects.exists()
            assert not QuarantinedRow.objects.exists()
            assert not LineFile.objects.exists()


def test_a_rival_cannot_check_or_map_the_report_of_another(channel):
    report = channel.send(FLAWED)
    with pytest.raises(NotFound):
        check_report(report_id=report.id, scope=channel.scope("gale"), at=NOW)
    with acting(channel.scope("gale")), pytest.raises(NotFound):
        confirm_reading(report=report, mapping=MAPPING, formats=FORMATS, at=NOW)
    assert channel.again(report).state == "NEEDS_MAPPING"


def test_a_reader_of_the_sender_may_not_send(channel):
    from hansa.networks.queries import scope_of

    scope = scope_of(
        organization_id=channel.organizations["fjord"].id, person_id=channel.people["reader"].id, on=NOW.date()
    )
    with acting(scope), pytest.raises(NotAllowed):
        receive_report(
            network=channel.network, sender=channel.organizations["fjord"], month=FEBRUARY, file_name="a.csv",
            chunks=[b"x"], at=NOW,
        )  # fmt: skip
    assert counts() == (0, 0, 0)


@pytest.mark.parametrize("month", [FEBRUARY.replace(day=2), FEBRUARY.replace(month=4)])
def test_only_months_that_have_begun_are_reported(channel, month):
    with pytest.raises(Unprocessable) as caught:
        channel.send(csv_file(GOOD), month=month)
    assert caught.value.problems[0].column == "month"
    assert counts() == (0, 0, 0)


def test_a_file_above_the_limit_leaves_nothing_behind(channel, settings, files):
    settings.UPLOAD_LIMIT = 10
    with pytest.raises(FileTooLarge) as caught:
        channel.send(csv_file(GOOD))
    assert caught.value.status == 413
    assert counts() == (0, 0, 0)
    assert list((files / "reports").iterdir()) == []


def test_the_stored_name_is_random_and_the_shown_one_harmless(channel, files):
    report = channel.send(csv_file(GOOD), name="../../etc/pass\r\nwd‮.csv", check=False)
    assert report.file_name == "passwd.csv"
    assert (files / report.stored_as).parent == files / "reports"
    assert len(report.stored_as.removeprefix("reports/")) == 32
