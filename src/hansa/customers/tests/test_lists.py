import io

import openpyxl
import pytest
from django.conf import settings

from hansa.activity.models import Event
from hansa.companies.models import Company
from hansa.customers import queries
from hansa.customers.models import Account, AccountList, Columns
from hansa.customers.operations import confirm_columns, preview_list, receive_list, take_list, taking
from hansa.customers.rules import listed_account, problems_of_mapping, suggested_mapping
from hansa.customers.tests.conftest import NOW
from hansa.engines.matching import Company as Asked
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting

HEADER = "account_id,employer,state,city,zip,segment"
ROWS = ("A1,Quartz Harbour LLC,MI,Livonia,48150,Public", "A2,Opal Ferries Inc,TX,Austin,73301,")


@pytest.fixture(autouse=True)
def _files(tmp_path, settings):
    settings.FILES_ROOT = tmp_path


def send(fair, *rows, header=HEADER, file="accounts.csv", content=None):
    with acting(fair.scope("vendor")):
        text = "\n".join([header, *rows]) + "\n"
        return receive_list(network=fair.network, file_name=file, chunks=[content or text.encode()], at=NOW)


def take(fair, account_list, **more):
    scope = fair.scope("vendor")
    with acting(scope):
        confirm_columns(account_list=account_list, mapping={**account_list.mapping, **more}, at=NOW)
    take_list(list_id=account_list.id, scope=scope, at=NOW)
    with acting(scope):
        return AccountList.objects.get(id=account_list.id)


def counts(taken):
    return taken.state, taken.added, taken.changed, taken.unchanged, taken.refused


def test_a_list_is_read_as_its_headers_suggest_and_taken(fair):
    received, new = send(fair, *ROWS)
    taken = take(fair, received, default_country="US")

    assert new
    assert received.mapping == {
        "name": "employer", "reference": "account_id", "region": "state", "city": "city", "postcode": "zip",
        "segment": "segment",
    }  # fmt: skip
    assert counts(taken) == ("TAKEN", 2, 0, 0, 0)
    with acting(fair.scope("vendor")):
        row = Account.objects.select_related("company").get(reference="A1")
        assert (row.company.name, row.company.region, row.company.postcode) == ("Quartz Harbour LLC", "MI", "48150")
        assert (row.company.country, row.segment) == ("US", "Public")
    with acting(fair.scope("member")):
        found = queries.candidates_for(fair.network, Asked("Quartz Habour"))
        assert [each.company.name for each in found] == ["Quartz Harbour LLC"]


def test_the_same_file_again_is_the_list_that_it_was(fair):
    first, _ = send(fair, *ROWS)
    again, new = send(fair, *ROWS, file="copy.csv")

    assert (again.id, new) == (first.id, False)
    assert len(list((settings.FILES_ROOT / "lists").iterdir())) == 1


@pytest.mark.parametrize(
    "header", [HEADER, HEADER.replace("account_id", "remark")], ids=["numbered", "without numbers"]
)
def test_the_same_rows_in_another_file_add_nothing(fair, header):
    take(fair, send(fair, *ROWS, header=header)[0])
    again = take(fair, send(fair, *reversed(ROWS), header=header)[0])

    assert counts(again) == ("TAKEN", 0, 0, 2, 0)
    with acting(fair.scope("vendor")):
        assert (Company.objects.count(), Account.objects.count()) == (2, 2)


def test_a_known_number_with_other_facts_corrects_the_customer(fair):
    take(fair, send(fair, *ROWS)[0])
    again = take(fair, send(fair, ROWS[0].replace("Quartz Harbour", "Quartz Port"), ROWS[1])[0])

    assert counts(again) == ("TAKEN", 0, 1, 1, 0)
    with acting(fair.scope("vendor")):
        assert sorted(Company.objects.values_list("name", flat=True)) == ["Opal Ferries Inc", "Quartz Port LLC"]


def test_wrong_rows_are_refused_with_row_column_and_reason(fair):
    taken = take(
        fair,
        send(fair, "A1,,MI,Livonia,48150,", ROWS[1], "A2,Other Ferries,TX,Austin,73301,", f"A4,{'x' * 201},,,,")[0],
    )

    assert counts(taken) == ("TAKEN", 1, 0, 0, 3)
    assert taken.problems == [
        [2, "name", "the name of the company"],
        [4, "reference", "a number that stands once in a list"],
        [5, "name", "up to 200 visible characters"],
    ]


def test_a_row_that_stands_twice_is_taken_once(fair):
    assert counts(take(fair, send(fair, ROWS[0], ROWS[0])[0])) == ("TAKEN", 1, 0, 1, 0)


def test_an_interrupted_list_goes_on_where_it_stopped(fair, monkeypatch):
    monkeypatch.setattr(taking, "AT_ONCE", 1)
    received, _ = send(fair, *ROWS)
    scope = fair.scope("vendor")
    with acting(scope):
        confirm_columns(account_list=received, mapping=received.mapping, at=NOW)
    steps, take_part = [], taking._take

    def stop_at_the_second(account_list, rows, at):
        steps.append(len(rows))
        if len(steps) == 2:
            raise OSError("the machine stops")
        take_part(account_list, rows, at)

    monkeypatch.setattr(taking, "_take", stop_at_the_second)
    with pytest.raises(OSError, match="stops"):
        take_list(list_id=received.id, scope=scope, at=NOW)
    monkeypatch.setattr(taking, "_take", take_part)
    take_list(list_id=received.id, scope=scope, at=NOW)
    take_list(list_id=received.id, scope=scope, at=NOW)

    with acting(scope):
        received.refresh_from_db()
        assert counts(received) == ("TAKEN", 2, 0, 0, 0)
        assert Event.objects.filter(kind="customers.list.taken").count() == 1


def test_the_columns_are_remembered_for_the_next_list(fair):
    header = "Kunde,Ort,Land"
    first, _ = send(fair, "Quarz Hafen,Hamburg,DE", header=header)
    take(fair, first, name="Kunde", city="Ort")
    second, _ = send(fair, "Opal Hafen,Bremen,DE", header=header)

    assert first.mapping == {"country": "Land", "city": "Ort"}
    assert second.mapping == {"country": "Land", "city": "Ort", "name": "Kunde"}
    with acting(fair.scope("member")):
        assert Columns.objects.count() == 0


def test_columns_are_confirmed_once(fair):
    received, _ = send(fair, *ROWS)
    with acting(fair.scope("vendor")):
        confirm_columns(account_list=received, mapping=received.mapping, at=NOW)
        with pytest.raises(NotPossibleNow):
            confirm_columns(account_list=received, mapping=received.mapping, at=NOW)


def test_a_preview_says_what_would_be_refused_and_writes_nothing(fair):
    received, _ = send(fair, *ROWS, ",Nameless,,,,".replace("Nameless", ""), "A9,,,,,")
    with acting(fair.scope("vendor")):
        preview = preview_list(account_list=received, mapping=received.mapping)

        assert (preview.rows, preview.refused) == (3, 1)
        assert [(problem.row, problem.column) for problem in preview.problems] == [(5, "name")]
        assert [each.facts["name"] for each in preview.accounts] == ["Quartz Harbour LLC", "Opal Ferries Inc"]
        assert Company.objects.count() == 0


def test_a_workbook_is_taken_like_a_csv(fair):
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS):
        book.active.append(row.split(","))
    out = io.BytesIO()
    book.save(out)

    assert counts(take(fair, send(fair, content=out.getvalue(), file="accounts.xlsx")[0])) == ("TAKEN", 2, 0, 0, 0)


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", b"a,a\n1,2\n"])
def test_what_cannot_be_read_is_refused_and_leaves_no_file(fair, content):
    with pytest.raises(Unprocessable):
        send(fair, content=content)

    assert list((settings.FILES_ROOT / "lists").iterdir()) == []


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_only_those_who_run_the_network_send_and_read_lists(fair, who):
    received, _ = send(fair, *ROWS)
    with acting(fair.scope(who)):
        with pytest.raises(NotFound):
            receive_list(network=fair.network, file_name="mine.csv", chunks=[b"name\nA\n"], at=NOW)
        with pytest.raises(NotFound):
            queries.list_by_code(fair.network.id, received.code)
        assert AccountList.objects.count() == 0


def test_formulas_that_an_export_made_harmless_are_read_as_they_were(fair):
    take(fair, send(fair, "A1,'=Quartz,,,,")[0])

    with acting(fair.scope("vendor")):
        assert Company.objects.get().name == "=Quartz"


def test_headers_suggest_their_fields_in_any_spelling():
    found = suggested_mapping(["Customer-Name", "ZIP code", "Website", "Remark"])

    assert found == {"name": "Customer-Name", "domain": "Website", "postcode": "ZIP code"}


@pytest.mark.parametrize(
    ("mapping", "column"),
    [
        ({}, "name"),
        ({"name": "x"}, "name"),
        ({"name": "a", "colour": "a"}, "colour"),
        ({"name": "a", "default_country": "XX"}, "default_country"),
    ],
)
def test_a_wrong_mapping_is_refused(mapping, column):
    problems = problems_of_mapping(mapping, headers=["a"], countries={"DE"}, file="list.csv")

    assert [problem.column for problem in problems] == [column]


def test_equal_rows_have_equal_digests_whatever_their_spaces():
    mapping = {"name": "n", "city": "c"}
    first, _ = listed_account(2, {"n": "Quartz  Ltd", "c": "Hull"}, mapping, countries={"DE"}, file="a")
    second, _ = listed_account(9, {"n": " Quartz Ltd", "c": "Hull "}, mapping, countries={"DE"}, file="b")
    third, _ = listed_account(3, {"n": "Quartz Ltd", "c": ""}, mapping, countries={"DE"}, file="a")

    assert first.digest == second.digest != third.digest
