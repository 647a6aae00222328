"""`hansa sales import` takes the same way as screen and API, and its exit status says how it went."""

import json

import pytest
from typer.testing import CliRunner

from hansa.cli.main import app
from hansa.kit.scope import acting, system
from hansa.sales.models import SalesReport
from hansa.sales.tests.conftest import NOW, READING, channel, csv_file, files  # noqa: F401

pytestmark = pytest.mark.django_db
GOOD = "I-1,1,2026-02-03,R-1,,B-100,2,998.00,EUR"
BAD = "I-2,1,2026-02-04,R-9,,B-100,1,499.00,EUR"


@pytest.fixture
def run(channel, tmp_path, time_machine):  # noqa: F811
    time_machine.move_to(NOW, tick=False)

    def run_command(content, *more, person="vendor", network="nordwind", sender="D-1", month="2026-02"):
        path = tmp_path / "february.csv"
        path.write_bytes(content)
        said = ["--network", network, "--sender", sender, "--month", month, "--as", f"{person}@example.org"]
        command = ["sales", "import", str(path), *said, *more]
        return CliRunner().invoke(app, command, catch_exceptions=False)

    return run_command


def reports():
    with acting(system("looking in a test")):
        return list(SalesReport.objects.values_list("state", "lines", "quarantined"))


def test_a_report_is_taken_and_its_quarantine_counted(run):
    result = run(csv_file(GOOD, BAD), "--mapping", json.dumps(READING))
    assert result.exit_code == 0
    assert "1 lines taken (998.0000 EUR), 1 rows wait in quarantine" in result.output
    assert reports() == [("TAKEN", 1, 1)]


def test_a_first_file_without_a_mapping_says_what_to_send(run):
    result = run(csv_file(GOOD))
    assert result.exit_code == 2
    assert '"quantity": "Qty"' in result.output
    assert reports() == [("NEEDS_MAPPING", 0, 0)]


def test_a_member_sends_its_own_report(run):
    assert run(csv_file(GOOD), "--mapping", json.dumps(READING), person="fjord").exit_code == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"person": "gale"}, "nothing that you may see"),
        ({"person": "stranger"}, "acts for nobody in nordwind"),
        ({"person": "nobody"}, "There is no such person"),
        ({"network": "elsewhere"}, "There is no such person, or no such network"),
        ({"sender": "D-99"}, "nothing that you may see"),
        ({"month": "2026-13"}, "a month such as 2026-04"),
        ({"month": "2026-04"}, "the first day of a month that has begun"),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_written(run, said, words):
    result = run(csv_file(GOOD), "--mapping", json.dumps(READING), **said)
    assert (result.exit_code, reports()) == (2, [])
    assert words in result.output


def test_an_empty_file_is_refused_with_the_reason(run):
    result = run(b"")
    assert (result.exit_code, reports()) == (2, [("REFUSED", 0, 0)])
    assert "the file is empty" in result.output
