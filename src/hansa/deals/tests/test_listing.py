"""Many registrations from one file: looked at, registered row by row, and the same again adds nothing."""

import csv
import io

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hansa.activity.models import Event
from hansa.companies.models import Company
from hansa.deals import queries
from hansa.deals.models import ListedRow, RegistrationList
from hansa.deals.operations import confirm_registrations, receive_registrations, register_next_row
from hansa.deals.rules.listing import COLUMNS
from hansa.deals.tasks import register_rows
from hansa.deals.tests.story import NOW, registrations_of
from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db

HEADER = "own_reference,customer_name,customer_domain,family,country,title,amount,submit"
GOOD = (
    "C-1,Quarry Works,quarry.example,Road bikes,SE,Quarry fleet,50 000,yes".replace("quarry.example", ""),
    'C-2,Opal Ferries,,Cargo bikes,DK,Deck bikes,"2,000.00",no',
)
BAD = "C-3,,,Boats,XX,,many,perhaps"


@pytest.fixture(autouse=True)
def _files(tmp_path, settings, time_machine):
    settings.FILES_ROOT = tmp_path
    time_machine.move_to(NOW, tick=False)


def send(story, *rows, by="bay", header=HEADER, name="deals.csv", content=None):
    text = "\n".join([header, *rows]) + "\n"
    with acting(story.scope(by)):
        return receive_registrations(network=story.network, file_name=name, chunks=[content or text.encode()], at=NOW)


def register(story, sent, *, by="bay"):
    scope = story.scope(by)
    with acting(scope):
        confirm_registrations(list_id=sent.id, at=NOW)
    register_rows(str(sent.id), str(scope.organization_id), str(scope.person_id))
    with acting(scope):
        return [(row.row, row.state, row.reason) for row in queries.rows_of_list(sent)]


def kinds(story):
    with acting(system("looking in a test")):
        return list(Event.objects.filter(kind__startswith="deals.list").order_by("id").values_list("kind", "facts"))


def test_a_file_is_looked_at_before_anything_is_registered(story):
    sent, new = send(story, *GOOD, BAD)
    with acting(story.scope("bay")):
        rows = queries.rows_of_list(sent)
    assert new
    assert [(row.row, row.state) for row in rows] == [(2, "GOOD"), (3, "GOOD"), (4, "WRONG")]
    assert dict(rows[2].problems) == {
        "customer_name": "the name of the company",
        "family": "one of Cargo bikes, Road bikes",
        "country": "a country by its two letters, such as DE",
        "title": "a title by which you know the project",
        "amount": "an amount in EUR, such as 50000 or 50000.00",
        "submit": "yes or no",
    }
    assert registrations_of(story.network.id) == []
    assert list((django_settings.FILES_ROOT / "registrations").iterdir()) == []


def test_the_good_rows_are_registered_like_any_other(story):
    sent, _ = send(story, *GOOD, BAD)
    assert register(story, sent) == [(2, "REGISTERED", ""), (3, "DRAFTED", ""), (4, "WRONG", "")]
    first, second = registrations_of(story.network.id)
    assert (first.title, first.amount_minor, first.submitted_at, first.own_reference) == (
        "Quarry fleet", 5_000_000, NOW, "C-1",
    )  # fmt: skip
    assert (second.review, second.amount_minor, second.country) == ("DRAFT", 200_000, "DK")
    with acting(story.scope("bay")):
        assert queries.as_seen(first, at=NOW).review == "IN_REVIEW"
    assert [kind for kind, _ in kinds(story)] == ["deals.list.received", "deals.list.confirmed", "deals.list.taken"]
    assert kinds(story)[2][1] == {
        "code": sent.code, "good": 0, "wrong": 1, "registered": 1, "drafted": 1, "known": 0, "refused": 0,
    }  # fmt: skip


def test_the_same_file_is_the_one_that_it_was(story):
    sent, _ = send(story, *GOOD)
    register(story, sent)
    again, new = send(story, *GOOD, name="copy.csv")
    assert (again.id, new) == (sent.id, False)
    with acting(story.scope("bay")), pytest.raises(NotPossibleNow):
        confirm_registrations(list_id=again.id, at=NOW)
    assert len(registrations_of(story.network.id)) == 2


def test_rows_are_known_by_their_reference_in_another_file(story):
    register(story, send(story, *GOOD)[0])
    other = send(story, GOOD[0].replace("Quarry fleet", "Another title"), GOOD[1], *[])[0]
    assert [state for _, state, _ in register(story, other)] == ["KNOWN", "KNOWN"]
    assert len(registrations_of(story.network.id)) == 2


def test_rows_without_a_reference_are_known_by_what_they_say(story):
    plain = GOOD[1].replace("C-2", "")
    register(story, send(story, plain)[0])
    other = send(story, plain, plain, plain.replace("Deck", "Quay"))[0]
    assert [state for _, state, _ in register(story, other)] == ["KNOWN", "KNOWN", "DRAFTED"]


def test_what_the_rules_refuse_says_why_in_its_own_row_and_leaves_nothing(story):
    small = "C-4,Dune Tours,,Road bikes,SE,Dunes,10,yes"
    sent, _ = send(story, small, GOOD[0])
    (refused, taken) = register(story, sent)
    assert (refused[1], "less than 1,000.00 EUR" in refused[2]) == ("REFUSED", True)
    assert taken == (3, "REGISTERED", "")
    assert [made.title for made in registrations_of(story.network.id)] == ["Quarry fleet"]
    with acting(system("looking in a test")):
        assert not Company.objects.filter(name="Dune Tours").exists()


def test_the_quota_of_a_day_holds_for_files_too(story):
    rows = [
        f"Q-{n},Quarry {n} Works,,Road bikes,{c},Site {n},5000,yes"
        for n, c in enumerate(["SE", "DK", "NO", "FI", "IS", "DE", "FR", "NL"])
    ]
    states = [state for _, state, _ in register(story, send(story, *rows)[0])]
    assert states == ["REGISTERED"] * 6 + ["REFUSED"] * 2


def test_an_interruption_costs_nothing(story):
    sent, _ = send(story, *GOOD)
    scope = story.scope("bay")
    with acting(scope):
        confirm_registrations(list_id=sent.id, at=NOW)
    assert register_next_row(list_id=sent.id, scope=scope, at=NOW)
    for _ in range(2):
        register_rows(str(sent.id), str(scope.organization_id), str(scope.person_id))
    assert len(registrations_of(story.network.id)) == 2
    assert [kind for kind, _ in kinds(story)].count("deals.list.taken") == 1


def test_who_lost_the_right_meanwhile_registers_nothing_more(story):
    from hansa.organizations.models import Affiliation

    sent, _ = send(story, GOOD[0])
    scope = story.scope("bay")
    with acting(scope):
        confirm_registrations(list_id=sent.id, at=NOW)
    with acting(system("a role is taken away")):
        Affiliation.objects.filter(person_id=scope.person_id).update(roles=["read_only"])
    register_rows(str(sent.id), str(scope.organization_id), str(scope.person_id))
    with acting(scope):
        (row,) = queries.rows_of_list(sent)
    assert (row.state, "role" in row.reason) == ("REFUSED", True)
    assert registrations_of(story.network.id) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"customer_name,colour,family,country,title\nA,b,c,d,e\n", "one of the columns customer, "),
        (HEADER.encode() + b"\n", "1 to 500 rows"),
        (
            HEADER.encode() + b"\n" + b"\n".join(f"C-{n},A,,Road bikes,SE,T,,no".encode() for n in range(501)),
            "1 to 500 rows",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old .xls"),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(story, content, said):
    with pytest.raises(Unprocessable) as refusal:
        send(story, content=content or b"\n")
    assert said in str(refusal.value.problems[0]) or content == b""
    assert list((django_settings.FILES_ROOT / "registrations").iterdir()) == []
    with acting(system("looking in a test")):
        assert (RegistrationList.objects.count(), ListedRow.objects.count()) == (0, 0)


def test_a_reference_stands_once_in_a_file(story):
    sent, _ = send(story, GOOD[0], GOOD[1].replace("C-2", "C-1"))
    with acting(story.scope("bay")):
        assert [row.problems for row in queries.rows_of_list(sent)] == [
            [["own_reference", "a reference that stands once in a file"]]
        ] * 2
        with pytest.raises(NotPossibleNow, match="No row"):
            confirm_registrations(list_id=sent.id, at=NOW)


def test_a_customer_is_named_by_its_code(story):
    header = "customer,family,country,title,submit"
    sent, _ = send(
        story, f"{story.customer.code},Road bikes,SE,Fleet,no", "zzzzzzzz,Road bikes,SE,Fleet,yes", header=header
    )
    with acting(story.scope("bay")):
        assert [row.problems for row in queries.rows_of_list(sent)] == [
            [], [["customer", "the code of a customer of the directory"]],
        ]  # fmt: skip
    register(story, sent)
    assert registrations_of(story.network.id)[0].company_id == story.customer.id


@pytest.mark.parametrize("who", ["vendor", "fjord", "alpine", "stranger"])
def test_nobody_else_sees_a_list(story, browser, who):
    sent, _ = send(story, *GOOD)
    with acting(story.scope(who)):
        assert (RegistrationList.objects.count(), ListedRow.objects.count()) == (0, 0)
        with pytest.raises(NotFound):
            confirm_registrations(list_id=sent.id, at=NOW)
    for name in ("listed", "listed_progress", "listed_result"):
        assert browser(who).get(reverse(f"deals:{name}", args=["nordwind", sent.code])).status_code == 404
    assert browser(who).post(reverse("deals:listed_confirmation", args=["nordwind", sent.code])).status_code == 404


def test_only_members_who_register_send_files(story):
    with pytest.raises(NotFound):
        send(story, *GOOD, by="stranger")
    from dataclasses import replace

    scope = story.scope("bay")
    with acting(replace(scope, capabilities=frozenset({"deals.view"}))), pytest.raises(NotAllowed):
        receive_registrations(network=story.network, file_name="a.csv", chunks=[b"x"], at=NOW)


def test_the_way_through_the_pages(story, browser):
    place = reverse("deals:import", args=["nordwind"])
    template = browser("bay").get(reverse("deals:import_template", args=["nordwind"]))
    assert template.content.decode("utf-8-sig").strip() == ",".join(COLUMNS)
    upload = SimpleUploadedFile("deals.csv", "\n".join([HEADER, *GOOD, BAD]).encode())
    answer = browser("bay").post(place, {"file": upload})
    shown = browser("bay").get(answer.headers["Location"]).content.decode()
    assert [
        words in shown
        for words in ("Register 2 rows", "1 row cannot be registered", "Quarry fleet", "one of Cargo bikes")
    ] == [True] * 4
    code = answer.headers["Location"].rsplit("/", 1)[1]
    browser("bay").post(reverse("deals:listed_confirmation", args=["nordwind", code]))
    assert "Waiting for its turn" in browser("bay").get(answer.headers["Location"]).content.decode()
    scope = story.scope("bay")
    with acting(scope):
        sent = queries.registration_list_by_code(story.network.id, code)
    register_rows(str(sent.id), str(scope.organization_id), str(scope.person_id))
    shown = browser("bay").get(answer.headers["Location"]).content.decode()
    assert "What became of the rows" in shown
    assert browser("bay").post(place, {}).status_code == 422
    assert "deals.csv" in browser("bay").get(place).content.decode()


def test_the_result_is_safe_to_open_and_can_be_sent_again(story, browser):
    evil = "C-9,=HYPERLINK(1),,Road bikes,SE,+1 fleet,,no"
    sent, _ = send(story, evil, BAD)
    register(story, sent)
    table = browser("bay").get(reverse("deals:listed_result", args=["nordwind", sent.code])).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert (rows[0]["customer_name"], rows[0]["title"], rows[0]["state"]) == (
        "'=HYPERLINK(1)",
        "'+1 fleet",
        "Kept as a draft",
    )
    assert rows[1]["reason"].startswith("customer_name: the name of the company.")
    again, _ = send(story, content=table.encode())
    with acting(story.scope("bay")):
        first, _ = queries.rows_of_list(again)
    assert (first.state, first.said["title"]) == ("GOOD", "+1 fleet")
    assert register(story, again)[0][1] == "KNOWN"


def test_a_file_goes_through_the_api(story, browser):
    place = "/api/v1/networks/nordwind/registration-lists"
    file = lambda: {"file": SimpleUploadedFile("deals.csv", "\n".join([HEADER, *GOOD, BAD]).encode())}  # noqa: E731
    made = browser("bay").post(place, file())
    body = made.json()
    assert (made.status_code, body["state"], body["good_rows"], body["wrong_rows"]) == (201, "READ", 2, 1)
    assert body["rows"][2]["problems"][0] == {"column": "customer_name", "expected": "the name of the company"}
    assert browser("bay").post(place, file()).status_code == 200
    taken = browser("bay").post(f"{place}/{body['code']}/confirmation")
    assert (taken.status_code, taken.json()["state"]) == (202, "TAKING")
    assert browser("bay").post(f"{place}/{body['code']}/confirmation").status_code == 409
    assert [row["code"] for row in browser("bay").get(place).json()["items"]] == [body["code"]]
    assert browser("alpine").get(place).json()["items"] == []
    assert browser("alpine").get(f"{place}/{body['code']}").status_code == 404
    assert browser("stranger").post(place, file()).status_code == 404
