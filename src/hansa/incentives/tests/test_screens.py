import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hansa.incentives.models import Statement
from hansa.incentives.tests.story import LINES, kept
from hansa.kit.scope import acting, system
from hansa.ledger.models import Period, Transaction
from hansa.ledger.tests.story import events, owed
from hansa.people.models import Person

pytestmark = pytest.mark.django_db
HERE = "/networks/nordwind"
API = "/api/v1"


@pytest.fixture
def asking(settling, client):
    def sign_in(who):
        client.force_login(Person.objects.get(id=settling.story.people[who]))
        return client

    return sign_in


def test_finance_settles_a_period_from_the_list_to_the_statements(settling, asking):
    browser = asking("finn")
    assert b"2026-Q1" in browser.get(f"{HERE}/settlement/new").content

    asked = browser.post(f"{HERE}/settlement/new", {"what": f"{settling.version.code}:2026-Q1"})
    assert asked.status_code == 302
    assert b"You can leave this page" in browser.get(asked.url).content
    with connection.cursor() as cursor:
        cursor.execute("select task_name from procrastinate_jobs")
        assert cursor.fetchall() == [("hansa.incentives.tasks.compute",)]

    run = settling.preview()
    shown = browser.get(f"{HERE}/settlement/{run.code}/commitment").content.decode()
    assert "€169.50 · 3 postings" in shown
    done = browser.post(f"{HERE}/settlement/{run.code}/commitment")
    assert (done.status_code, done.url) == (302, f"{HERE}/statements?period=2026-Q1")
    assert "Alpine Cycles" in browser.get(done.url).content.decode()


def test_a_commit_after_new_sales_is_refused_with_the_reason(settling, asking):
    run = settling.preview()
    settling.sell(LINES[2], sender="bay")

    answer = asking("finn").post(f"{HERE}/settlement/{run.code}/commitment")

    assert answer.status_code == 409
    assert b"Sales have changed since the preview" in answer.content
    assert owed(settling.story) == 0


def test_a_partner_opens_its_statement_down_to_the_sales_line(settling, asking):
    settling.settle()
    statement = settling.statement()
    browser = asking("pia")

    page = browser.get(f"{HERE}/statements/{statement.code}").content.decode()
    with acting(system("test")):
        line = statement.lines.get()
    shares = browser.get(f"{HERE}/statements/{statement.code}/lines/{line.id}").content.decode()

    assert "from 1,000.00 EUR: 2% of net sales" in page
    assert "€103.00" in page
    assert "in proportion to each line" in page
    assert ("L-1" in shares, "€100.00" in shares, "1 to 2 of 2 lines" in shares) == (True, True, True)


@pytest.mark.parametrize("who", ["bo", "dora", "sam"])
def test_a_rivals_statement_is_answered_like_one_that_does_not_exist(settling, asking, who):
    settling.settle()
    statement = settling.statement()
    with acting(system("test")):
        line = statement.lines.get()
    browser = asking(who)

    for kind in ("", "/csv", f"/lines/{line.id}/shares"):
        foreign = browser.get(f"{API}/statements/{statement.code}{kind}")
        nowhere = browser.get(f"{API}/statements/zzzzzzzz{kind}")
        assert (foreign.status_code, foreign.content) == (404, nowhere.content)
    assert browser.get(f"{HERE}/statements/{statement.code}").status_code == 404
    listed = browser.get(f"{HERE}/statements").content.decode()
    assert statement.code not in listed


def test_a_rep_of_a_partner_sees_no_statement(settling, asking):
    settling.settle()
    assert asking("rita").get(f"{API}/statements/{settling.statement().code}").status_code == 403


@pytest.mark.parametrize("who", ["anna", "pia", "bo", "dora", "sam"])
def test_every_write_is_refused_to_all_but_finance_and_nothing_changes(settling, asking, who):
    settling.settle()
    run = settling.preview()
    with acting(system("test")):
        posted, period = Transaction.objects.first(), Period.objects.get()
    before, happened, browser = kept(), events(), asking(who)
    refused = 403 if who == "anna" else 404
    writes = {
        f"{API}/networks/nordwind/runs": {"version": settling.version.code, "period": "2026-Q1"},
        f"{API}/runs/{run.code}/commitment": {},
        f"{API}/networks/nordwind/ledger/transactions/{posted.id}/reversal": {"reason": "Mine"},
        f"{API}/networks/nordwind/ledger/periods/{period.starts_on}/closing": {},
        f"{API}/networks/nordwind/ledger/periods/{period.starts_on}/seal": {},
    }
    for address, body in writes.items():
        answer = browser.post(address, body, content_type="application/json")
        assert (address, answer.status_code) == (address, refused)
    rate = browser.put(
        f"{API}/networks/nordwind/rates/USD/2026-02-13", {"rate": "0.9"}, content_type="application/json"
    )
    assert rate.status_code == refused
    screens = ("settlement/new", f"settlement/{run.code}/commitment", "rates/import", "rates/entry",
               f"ledger/transactions/{posted.id}/reversal", f"ledger/periods/{period.starts_on}/closing")  # fmt: skip
    for screen in screens:
        assert browser.post(f"{HERE}/{screen}").status_code == refused
    assert (kept(), events()) == (before, happened)


def test_the_api_settles_commits_and_reads_a_statement(settling, asking):
    program = asking("finn")
    asked = program.post(
        f"{API}/networks/nordwind/runs",
        {"version": settling.version.code, "period": "2026-Q1"},
        content_type="application/json",
    )
    assert (asked.status_code, asked.json()["state"]) == (202, "QUEUED")
    run = settling.preview()
    committed = program.post(f"{API}/runs/{run.code}/commitment")
    assert (committed.status_code, committed.json()["result"]["difference"]) == (
        201,
        {"minor": 16_950, "currency": "EUR"},
    )
    assert program.post(f"{API}/runs/{run.code}/commitment").status_code == 409

    listed = program.get(f"{API}/networks/nordwind/statements?payee=R-1").json()["items"]
    read = program.get(f"{API}/statements/{listed[0]['code']}").json()
    assert [line["difference"]["minor"] for line in read["lines"]] == [10_300]
    shares = program.get(f"{API}/statements/{read['code']}/lines/{read['lines'][0]['id']}/shares").json()
    assert ([share["share"] for share in shares["items"]], shares["total"]) == (["100.00", "3.00"], 2)
    accounts = program.get(f"{API}/networks/nordwind/ledger/accounts?beneficiary=R-1").json()["items"]
    assert [account["balance"]["minor"] for account in accounts] == [-10_300]
    assert program.get(f"{API}/networks/nordwind/ledger/verification").json()["faults"] == []


def test_a_statement_as_csv_holds_each_line_and_runs_no_formula(settling, asking):
    with acting(system("test")):
        settling.story.organizations["alpine"].name = "=HYPERLINK(1)"
        settling.story.organizations["alpine"].save()
    settling.settle()

    answer = asking("pia").get(f"{HERE}/statements/{settling.statement().code}/csv")

    [row] = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (row["payee_name"], row["payout"], row["difference"], row["closing"]) == (
        "'=HYPERLINK(1)", "103.00", "103.00", "103.00",
    )  # fmt: skip


@pytest.mark.parametrize(
    "page",
    ["settlement", "statements", "payouts", "ledger", "ledger/journals", "ledger/periods", "rates", "events"],
)
def test_a_list_asks_the_database_little(settling, asking, page):
    settling.settle()
    browser = asking("finn")
    browser.get(f"{HERE}/{page}")

    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert browser.get(f"{HERE}/{page}").status_code == 200

    own = [q["sql"] for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "select set_config"))]
    assert len(own) <= 12, "\n".join(own)


def test_the_operator_sees_the_statements_of_reps(settling, asking):
    settling.settle()
    with acting(system("test")):
        statement = Statement.objects.get(payee_kind="rep")
    page = asking("finn").get(f"{HERE}/statements/{statement.code}").content.decode()
    assert ("Lena" in page, "2.00 EUR for each unit" in page or "2 EUR for each unit" in page) == (True, True)
