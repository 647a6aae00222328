"""The API does what the screens do, and answers rivals as if nothing were there."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hansa.kit.scope import acting, system
from hansa.sales.models import SalesReport
from hansa.sales.operations.reading import check_report
from hansa.sales.tests.conftest import FORMATS, MAPPING, NOW, READING, csv_file

pytestmark = pytest.mark.django_db

REPORTS = "/api/v1/networks/nordwind/sales/reports"
GOOD = "I-1,1,2026-02-03,R-1,,B-100,2,998.00,EUR"
FLAWED = csv_file(GOOD, "I-2,1,2026-02-04,Alpine,,B-100,1,499.00,EUR", "I-3,1,2026-02-30,R-1,,B-100,1,499.00,EUR")


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def send(client, content=FLAWED, **fields):
    file = SimpleUploadedFile("february.csv", content)
    return client.post(REPORTS, {"file": file, "month": "2026-02", "sender": "D-1", **fields})


def said(client, address, body):
    return client.post(address, json.dumps(body), content_type="application/json")


def test_a_report_goes_from_upload_to_repair(channel, signed_in):
    client = signed_in("vendor")

    answer = send(client)
    assert (answer.status_code, answer.json()["state"]) == (202, "RECEIVED")
    address = f"{REPORTS}/{answer.json()['code']}"
    with acting(system("looking in a test")):
        report = SalesReport.objects.get()
    check_report(report_id=report.id, scope=channel.scope("vendor"), at=NOW)
    assert client.get(address).json()["reading"]["suggested"] == MAPPING

    body = {"mapping": MAPPING, "formats": FORMATS}
    assert said(client, f"{address}/previews", body).json()["quarantined"] == 2
    assert said(client, f"{address}/reading", body).status_code == 202
    check_report(report_id=report.id, scope=channel.scope("vendor"), at=NOW)
    taken = client.get(address).json()
    assert taken["totals"] == [{"currency": "EUR", "quantity": "2.000000", "minor": 99800}]

    waiting = client.get(f"{address}/quarantine").json()["items"]
    assert [(row["row"], row["code"]) for row in waiting] == [(3, "partner_unknown"), (4, "date_impossible")]
    match = {"kind": "PARTNER", "text": "Alpine", "target": "R-1"}
    assert said(client, f"{address}/matches", match).json() == {"taken": 1, "waiting": 1}
    fix = {"rows": {"4": {"sold_on": "2026-02-27"}}}
    assert said(client, f"{address}/repairs", fix).json() == {"taken": 1, "waiting": 0}
    assert client.get(f"{address}/quarantine").json()["items"] == []
    assert len(client.get(f"{address}/quarantine?all=true").json()["items"]) == 2


def test_the_same_file_again_answers_with_the_first_report(channel, signed_in):
    client = signed_in("vendor")
    first, again = send(client), send(client)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["code"] == again.json()["code"]


def test_a_large_upload_with_a_key_is_answered_once(signed_in, settings):
    client, large = signed_in("vendor"), csv_file(*[GOOD] * 150_000)
    assert len(large) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def upload(content):
        fields = {"file": SimpleUploadedFile("february.csv", content), "month": "2026-02", "sender": "D-1"}
        return client.post(REPORTS, fields, headers={"Idempotency-Key": "k-1"})

    first, again, other = upload(large), upload(large), upload(FLAWED)
    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 422)
    assert again["Idempotent-Replay"] == "true"
    assert first.json() == again.json()


def test_a_mapping_may_come_with_the_file(channel, signed_in):
    code = send(signed_in("fjord"), reading=json.dumps(READING), sender="").json()["code"]
    with acting(system("looking in a test")):
        report = SalesReport.objects.get(code=code)
    check_report(report_id=report.id, scope=channel.scope("fjord"), at=NOW)
    assert channel.again(report).state == "TAKEN"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"month": "2026-13"}, 422),
        ({"month": "0000-01"}, 422),
        ({"month": "2027-01"}, 422),
        ({"reading": "[1]"}, 422),
        ({"reading": '{"mapping": {"colour": "x"}}'}, 422),
        ({"reading": '{"mapping": 5}'}, 422),
        ({"sender": "R-404"}, 404),
    ],
)
def test_what_is_wrong_with_an_upload_is_said_and_nothing_stays(signed_in, fields, status):
    answer = send(signed_in("vendor"), **fields)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    with acting(system("looking in a test")):
        assert not SalesReport.objects.exists()


def test_a_file_above_the_limit_is_413(signed_in, settings):
    settings.UPLOAD_LIMIT = 20
    answer = send(signed_in("vendor"))
    assert (answer.status_code, answer.json()["title"]) == (413, "The file is too large")


def test_rows_are_discarded_and_everything_is_tried_again(channel, signed_in):
    report = channel.send(FLAWED, reading=READING)
    client = signed_in("fjord")
    address = f"{REPORTS}/{report.code}"
    assert said(client, f"{address}/repairs", {}).json() == {"taken": 0, "waiting": 2}
    assert said(client, f"{address}/discards", {"rows": [3], "reason": "Sample"}).json() == {"discarded": 1}


def test_lines_are_paged_without_a_gap(channel, signed_in):
    rows = [f"I-{n},1,2026-02-{n:02d},R-1,,B-100,1,499.00,EUR" for n in range(1, 6)]
    channel.send(csv_file(*rows), reading=READING)
    client, found, cursor = signed_in("vendor"), [], ""
    while cursor is not None:
        page = client.get(
            "/api/v1/networks/nordwind/sales/lines",
            {"first": "2026-02-01", "until": "2026-03-01", "limit": 2, "cursor": cursor},
        ).json()
        found += [(line["invoice"], line["minor"]) for line in page["items"]]
        cursor = page["next"]
    assert found == [(f"I-{n}", 49900) for n in (5, 4, 3, 2, 1)]


def test_sell_through_is_summed_per_month_and_territory(channel, signed_in):
    channel.send(csv_file(GOOD), reading=READING)
    address = "/api/v1/networks/nordwind/sales/sell-through?first=2026-01-01&until=2027-01-01"
    (row,) = signed_in("alpine").get(address).json()["items"]
    assert (row["month"], row["key"], row["minor"], row["currency"]) == ("2026-02-01", "North", 99800, "EUR")
    assert signed_in("gale").get(address).json() == {"items": []}
    assert signed_in("stranger").get(address).status_code == 404


@pytest.mark.parametrize("name", ["gale", "alpine", "stranger"])
def test_a_rivals_report_answers_like_none_at_all(channel, signed_in, name):
    report = channel.send(FLAWED, reading=READING)
    client = signed_in(name)
    bodies = {
        "repairs": {"rows": {"4": {"sold_on": "2026-02-27"}}},
        "matches": {"kind": "PARTNER", "text": "Alpine", "target": "R-1"},
        "discards": {"rows": [3], "reason": "Mine"},
        "reading": READING,
        "previews": READING,
    }
    for action, body in bodies.items():
        foreign = said(client, f"{REPORTS}/{report.code}/{action}", body)
        nothing = said(client, f"{REPORTS}/zzzzzzzz/{action}", body)
        assert (foreign.status_code, foreign.content) == (404, nothing.content)
    for part in ("", "/quarantine"):
        assert client.get(f"{REPORTS}/{report.code}{part}").status_code == 404
    assert send(client).status_code == 404
    after = channel.again(report)
    assert (after.state, after.lines, after.quarantined) == ("TAKEN", 1, 2)


def test_nobody_gets_an_answer_without_signing_in(client, channel):
    assert client.get(REPORTS).status_code == 401
