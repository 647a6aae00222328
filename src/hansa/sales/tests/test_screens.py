"""The pages of sales reports: what each person may open, and the way from a file to its result."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hansa.kit.scope import acting, system
from hansa.sales.models import QuarantinedRow, SalesReport
from hansa.sales.operations.reading import check_report
from hansa.sales.tests.conftest import FEBRUARY, FORMATS, MAPPING, NOW, READING, csv_file

pytestmark = pytest.mark.django_db

GOOD = "I-1,1,2026-02-03,R-1,,B-100,2,998.00,EUR"
UNKNOWN = "I-2,1,2026-02-04,=HYPERLINK(1),,B-100,1,499.00,EUR"
BAD_DAY = "I-3,1,2026-02-30,R-1,,B-100,-1,-499.00,EUR"
FLAWED = csv_file(GOOD, UNKNOWN, BAD_DAY)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def page(name, report=None, **query):
    kwargs = {"slug": "nordwind", **({"code": report.code} if report else {})}
    return reverse(f"sales:{name}", kwargs=kwargs, query=query or None)


def queries_on_tables(asked):
    """Queries without the bookkeeping of the scope: savepoints that nest it in the test's transaction, its settings."""
    own = ("SAVEPOINT", "RELEASE", "select set_config")
    return len([query for query in asked.captured_queries if not query["sql"].startswith(own)])


def upload(client, content=FLAWED, sender="", name="february.csv", month="2026-02-01"):
    return client.post(page("send"), {"file": SimpleUploadedFile(name, content), "sender": str(sender), "month": month})


def test_the_empty_inbox_says_what_it_is_for(signed_in):
    text = signed_in("vendor").get(page("reports")).content.decode()
    assert "Here arrive the files that say what was sold" in text
    assert text.count("btn-primary") == 1


def test_a_file_is_sent_mapped_looked_at_and_taken(channel, signed_in):
    client = signed_in("vendor")

    answer = upload(client, sender=channel.organizations["fjord"].id)
    with acting(system("looking in a test")):
        report = SalesReport.objects.get()
    assert answer.headers["Location"] == page("report", report)
    assert "Waiting for its turn" in client.get(page("report", report)).content.decode()

    check_report(report_id=report.id, scope=channel.scope("vendor"), at=NOW)
    assert "Which column says what" in client.get(page("report", report)).content.decode()

    preview = client.post(page("reading", report), {**MAPPING, **FORMATS, "preview": "1"})
    assert "Read like this, 1 of 3 rows are taken; 2 wait to be repaired." in preview.content.decode()
    assert channel.again(report).state == "NEEDS_MAPPING"

    assert client.post(page("reading", report), {**MAPPING, **FORMATS}).status_code == 302
    check_report(report_id=report.id, scope=channel.scope("vendor"), at=NOW)
    result = client.get(page("report", report)).content.decode()
    assert "2 rows wait to be repaired or discarded." in result
    assert "€998.00" in result


def test_a_member_sends_for_itself_only(channel, signed_in):
    client = signed_in("fjord")
    assert upload(client, sender=channel.organizations["gale"].id).status_code == 422
    assert upload(client, sender=channel.organizations["fjord"].id).status_code == 302
    with acting(system("looking in a test")):
        assert [report.sender_id for report in SalesReport.objects.all()] == [channel.organizations["fjord"].id]


def test_wrong_columns_are_said_at_their_field(channel, signed_in):
    report = channel.send(FLAWED)
    fields = {**MAPPING, **FORMATS, "quantity": ""}
    answer = signed_in("vendor").post(page("reading", report), fields)
    assert answer.status_code == 422
    assert "the column that holds: Quantity" in answer.content.decode()
    assert channel.again(report).state == "NEEDS_MAPPING"


def test_progress_asks_again_until_the_check_has_ended(channel, signed_in):
    report = channel.send(FLAWED, reading=READING, check=False)
    client = signed_in("fjord")
    assert "HX-Refresh" not in client.get(page("progress", report))
    check_report(report_id=report.id, scope=channel.scope("fjord"), at=NOW)
    assert client.get(page("progress", report))["HX-Refresh"] == "true"


def test_rows_are_corrected_where_they_stand(channel, signed_in):
    report = channel.send(FLAWED, reading=READING)
    client = signed_in("vendor")
    client.post(page("repairs", report), {"only": "4", "4-sold_on": "2026-02-27", "3-partner": "R-2"})
    after = channel.again(report)
    assert (after.lines, after.quarantined) == (2, 1)


def test_an_unknown_name_is_found_and_matched(channel, signed_in):
    report = channel.send(FLAWED, reading=READING)
    client = signed_in("vendor")
    found = client.get(page("names", kind="PARTNER", q="alp")).json()
    assert found == [{"value": "R-1", "text": "Alpine Cycles", "note": "R-1"}]

    client.post(page("matches", report), {"kind": "PARTNER", "text": "=HYPERLINK(1)", "target": "R-1"})
    assert channel.again(report).quarantined == 1


def test_rows_are_discarded_with_a_reason(channel, signed_in):
    report = channel.send(FLAWED, reading=READING)
    client = signed_in("fjord")
    client.post(page("discards", report), {"rows": ["3", "4"], "reason": ""})
    assert channel.again(report).quarantined == 2
    client.post(page("discards", report), {"rows": ["3", "4"], "reason": "Samples"})
    assert channel.again(report).quarantined == 0


def test_the_file_leaves_as_it_came_and_never_opens_in_the_browser(channel, signed_in):
    report = channel.send(FLAWED, reading=READING, name="sales <script>.csv")
    answer = signed_in("fjord").get(page("file", report))
    assert b"".join(answer.streaming_content) == FLAWED
    assert answer["Content-Disposition"] == 'attachment; filename="sales <script>.csv"'
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/octet-stream")


def test_the_waiting_rows_leave_neutral_and_numbers_stay_numbers(channel, signed_in):
    report = channel.send(FLAWED, reading=READING)
    text = signed_in("vendor").get(page("quarantine", report)).content.decode()
    assert ",'=HYPERLINK(1)," in text
    assert ",-1,-499.00," in text


def test_hostile_words_are_shown_as_words(channel, signed_in):
    report = channel.send(csv_file(UNKNOWN.replace("=HYPERLINK(1)", "<img src=x onerror=alert(1)>")), reading=READING)
    text = signed_in("vendor").get(page("report", report)).content.decode()
    assert "<img src=x" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text


ADDRESSES = ("report", "progress", "file", "acknowledgement", "quarantine")
ACTIONS = ("reading", "repairs", "retries", "matches", "discards")


@pytest.mark.parametrize("name", ["gale", "alpine", "stranger"])
def test_a_rivals_report_answers_like_none_at_all(channel, signed_in, name):
    report = channel.send(FLAWED, reading=READING)
    client = signed_in(name)

    def shown(code, address, method):
        answer = getattr(client, method)(reverse(f"sales:{address}", kwargs={"slug": "nordwind", "code": code}))
        return answer.status_code, re.sub(
            r'name="csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"|[a-z0-9]{8}/', "", answer.content.decode()
        ).replace(code, "")

    for method, addresses in (("get", ADDRESSES), ("post", ACTIONS)):
        for address in addresses:
            foreign, nothing = shown(report.code, address, method), shown("zzzzzzzz", address, method)
            assert foreign[0] == 404, address
            assert foreign == nothing, address
    with acting(system("looking in a test")):
        assert QuarantinedRow.objects.filter(outcome="").count() == 2
    assert channel.again(report).state == "TAKEN"


def test_a_member_of_no_network_gets_no_page(signed_in, channel):
    client = signed_in("stranger")
    for name in ("reports", "send", "sell_through", "sell_through_table", "names"):
        assert client.get(page(name)).status_code == 404


def test_a_reader_may_look_but_not_send_or_repair(channel, signed_in):
    report = channel.send(FLAWED, reading=READING)
    client = signed_in("reader")
    assert client.get(page("report", report)).status_code == 200
    assert "btn-primary" not in client.get(page("reports")).content.decode()
    assert client.get(page("send")).status_code == 403
    assert client.post(page("repairs", report), {"only": "4"}).status_code == 403
    assert channel.again(report).quarantined == 2


def test_nobody_comes_in_without_signing_in(channel, client):
    report = channel.send(FLAWED, reading=READING)
    for name in ADDRESSES:
        assert client.get(page(name, report)).status_code == 302
    assert client.post(page("repairs", report)).status_code == 302


@pytest.mark.parametrize("state", ["", "TAKEN", "CHECKING", "nonsense"])
def test_the_inbox_keeps_its_filters_in_the_address_and_few_queries(channel, signed_in, state):
    for month in (1, 2, 3):
        channel.send(csv_file(GOOD.replace("02-03", f"0{month}-03").replace("I-1", f"I-{month}")),
                     month=FEBRUARY.replace(month=month), reading=READING)  # fmt: skip
    client = signed_in("vendor")
    with CaptureQueriesContext(connection) as asked:
        text = client.get(page("reports", state=state, q="fjord")).content.decode()
    assert queries_on_tables(asked) <= 12
    assert text.count("Fjord Distribution</a>") == (3 if state in {"", "TAKEN", "nonsense"} else 0)


def test_what_was_sold_is_one_sentence_a_chart_and_a_table(channel, signed_in):
    channel.send(csv_file(GOOD, "I-2,1,2026-02-04,R-2,,B-200,1,899.50,EUR"), reading=READING)
    text = signed_in("vendor").get(page("sell_through", year=2026)).content.decode()
    assert "€1,897.50 in 2 lines; the largest part is North with €998.00." in text
    assert '"labels": ["2026-02"]' in text


def test_a_reseller_sees_its_own_lines_and_a_rival_none(channel, signed_in):
    channel.send(csv_file(GOOD, "I-2,1,2026-02-04,R-2,,B-200,1,899.50,EUR"), reading=READING)
    assert "€998.00 in 1 line;" in signed_in("alpine").get(page("sell_through", year=2026)).content.decode()
    assert "€1,897.50 in 2 lines" in signed_in("fjord").get(page("sell_through", year=2026)).content.decode()
    rival = signed_in("gale").get(page("sell_through", year=2026, by="partner")).content.decode()
    assert "Nothing that was sold in 2026" in rival
    assert "R-1" not in signed_in("bay").get(page("sell_through_table", year=2026, by="partner")).content.decode()


def test_the_page_of_what_was_sold_needs_few_queries(channel, signed_in):
    channel.send(csv_file(GOOD), reading=READING)
    client = signed_in("vendor")
    with CaptureQueriesContext(connection) as asked:
        client.get(page("sell_through", year=2026))
    assert queries_on_tables(asked) <= 12
