"""The screens and endpoints of territories: what each side reads, and who is refused."""

import json
from datetime import date

import pytest
import time_machine

from hansa.kernel.money import Money
from hansa.kit.scope import acting, system
from hansa.programs.models import CovenantResult, TerritoryHolding
from hansa.programs.territories import address_of
from hansa.programs.tests.parted import HARBOURS, MAY, MEETING, TEXT, crowd, divided, given, recorded, rows
from hansa.programs.tests.test_holdings import MISSED

BASE = "/networks/nordwind/territories"
NORD = address_of("Nord")


@pytest.fixture
def story(db):
    with time_machine.travel(MAY, tick=False):
        yield divided()


def page(story, who, address="", status=200):
    response = story.browser(who).get(f"{BASE}{address}")
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def call(story, who, method, address, body=None, status=200):
    data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    response = getattr(story.browser(who), method)(f"/api/v1{BASE}{address}", **data)
    assert response.status_code == status, response.content
    return response.json()


def holding_of(story, company):
    with acting(system("reading a row")):
        return TerritoryHolding.objects.get(holder=story.companies[company])


def test_the_grid_says_which_place_is_whose(story):
    given(story, "kranich")
    shown = page(story, "anna")

    for words in (
        "Germany, postcodes 20 to 28",
        "United States of America, US-WA",
        "Denmark",
        "Boats",
        "Other products",
    ):
        assert words in shown
    assert (shown.count("Radhaus &lt;b&gt;Kranich&lt;/b&gt;"), shown.count("Only segment Public")) == (2, 2)
    assert "Nobody holds it" in shown


def test_a_partner_reads_the_program_and_its_own_and_no_word_of_who_else(story):
    before = [page(story, "frido"), page(story, "frido", f"/{HARBOURS}"), call(story, "frido", "get", f"/{HARBOURS}")]
    crowd(story, 4)
    for name in ("kranich", "fjord", "extra1", "extra2", "extra3"):
        given(story, name)
    given(story, "extra4", confirmed=True)
    after = [page(story, "frido"), page(story, "frido", f"/{HARBOURS}"), call(story, "frido", "get", f"/{HARBOURS}")]

    assert [_plain(each) for each in before] == [_plain(each) for each in after]
    assert "Nobody holds it" not in after[0]
    assert call(story, "frido", "get", f"/{HARBOURS}/holdings")["items"] == []
    given(story, "fuchs", confirmed=True)
    assert "You hold it" in page(story, "frido")
    assert [each["holder"] for each in call(story, "frido", "get", f"/{HARBOURS}/holdings")["items"]] == ["Fuchs Räder"]
    assert "notice for counsel" not in page(story, "frido", f"/{HARBOURS}")


def _plain(answer):
    """A page without its one-time tokens."""
    import re

    return re.sub(r'value="[A-Za-z0-9]{64}"|"X-CSRFToken": "[^"]*"|nonce-[^\s"\';]+|nonce="[^"]*"', "", str(answer))


def test_the_operator_reads_notices_and_what_overlaps(story):
    crowd(story, 3)
    for name in ("kranich", "fjord", "extra1", "extra2", "extra3"):
        given(story, name)
    assert "notice for counsel" not in page(story, "anna", f"/{HARBOURS}")
    given(story, "fuchs", confirmed=True)
    shown, told = page(story, "anna", f"/{HARBOURS}"), call(story, "anna", "get", f"/{HARBOURS}")

    assert "From 2026-05-04 on Häfen has 6 exclusive holders" in shown
    assert "not legal advice" in shown
    assert MEETING in shown
    assert told["overlaps"] == [MEETING]
    assert [each[:55] for each in told["notices"]] == ["From 2026-05-04 on Häfen has 6 exclusive holders, and l"]


def test_a_territory_says_what_it_is_and_that_passive_sales_are_free(story):
    shown = page(story, "pia", f"/{HARBOURS}")

    assert "Each holder sells at least €1,000.50 net each quarter." in shown
    assert "becomes selective: others may be chosen beside its holder" in shown
    assert "An order that comes unasked may be served by every member" in shown
    assert call(story, "pia", "get", f"/{NORD}")["covenant"] == {
        "measure": "quantity", "period": "quarter", "consequence": "open", "at_least": "10",
    }  # fmt: skip


def test_a_territory_is_given_by_form_and_a_sixth_has_to_be_confirmed(story):
    crowd(story, 3)
    for name in ("kranich", "fjord", "extra1", "extra2", "extra3"):
        given(story, name)
    browser, address = story.browser("anna"), f"{BASE}/{HARBOURS}/holdings/new"
    said = {"holder": "F1", "from_on": "2026-05-04", "reason": "Knows the ports"}
    before = rows()
    refused = browser.post(address, said)

    assert (refused.status_code, rows()) == (409, before)
    assert "Counsel knows of this" in refused.content.decode()
    given_one = browser.post(address, {**said, "confirmed": "on"})
    held = holding_of(story, "fuchs")
    assert (given_one.status_code, given_one["Location"]) == (302, f"{BASE}/{HARBOURS}/holdings/{held.id}")
    assert (held.reason, held.from_on, held.until_on) == ("Knows the ports", date(2026, 5, 4), None)


def test_a_territory_is_given_ended_and_answered_for_over_the_api(story):
    made = call(story, "anna", "post", f"/{HARBOURS}/holdings", {"holder": "K1", "from_on": "2026-01-01"}, 201)
    assert (made["holder"], made["coverage"], made["stands"], made["due"]) == (
        "Radhaus <b>Kranich</b>", "exclusive", True, ["2026-Q1"],
    )  # fmt: skip
    address = f"/{HARBOURS}/holdings/{made['id']}"
    body = {"period": "2026-Q1", "amount_minor": 100_049, "source": "Report"}
    result = call(story, "anna", "post", f"{address}/results", body, 201)
    assert {key: result[key] for key in ("amount_minor", "currency", "quantity", "outcome", "reason", "from_on")} == {
        "amount_minor": 100_049,
        "currency": "EUR",
        "quantity": None,
        "outcome": "selective",
        "reason": "The target of Häfen for 2026-Q1 was missed: the holding becomes selective.",
        "from_on": "2026-05-04",
    }
    replayed = call(story, "pia", "get", f"{address}/results/{result['code']}/replay")
    assert (replayed["is_same"], replayed["stored"] == replayed["replayed"]) == (True, True)
    fixed = {"corrects": result["code"], "amount_minor": 100_050, "source": "Report, corrected"}
    right = call(story, "anna", "post", f"{address}/results", fixed, 201)
    assert (right["outcome"], right["corrects"], right["period"]) == ("kept", result["code"], "2026-Q1")
    ended = call(story, "anna", "post", f"{address}/end", {"until_on": "2026-05-01"})
    assert (ended["until_on"], ended["stands"], ended["due"]) == ("2026-05-01", False, [])
    assert [each["corrects"] for each in ended["results"]] == [result["code"], None]


@pytest.mark.parametrize(
    "body",
    [
        {"period": "2026-Q1", "source": "x"},
        {"period": "2026-Q1", "amount_minor": 1, "quantity": "1", "source": "x"},
        *({"period": "2026-Q1", "quantity": said, "source": "x"} for said in ("NaN", "1_000", "١", "1e3", "")),
    ],
)
def test_a_figure_that_is_none_is_refused(story, body):
    held = given(story, "kranich", territory="Nord")
    before = rows()
    answer = call(story, "anna", "post", f"/{NORD}/holdings/{held.id}/results", body, 422)

    assert [each["column"] for each in answer["problems"]] == ["figure"]
    assert rows() == before


@pytest.mark.parametrize("figure", ["NaN", "1_000", "1,000.00", "١٢", "1.005", "", "1e3"])
def test_the_form_refuses_what_is_no_amount(story, figure):
    held = given(story, "kranich")
    before = rows()
    sent = {"period": "2026-Q1", "figure": figure, "source": "Report"}
    answer = story.browser("anna").post(f"{BASE}/{HARBOURS}/holdings/{held.id}/results/new", sent)

    assert (answer.status_code, rows()) == (422, before)


def test_a_result_is_recorded_by_form_and_decided_over_again_on_its_page(story):
    held = given(story, "kranich")
    address = f"{BASE}/{HARBOURS}/holdings/{held.id}"
    assert "1 result waits for you." in page(story, "anna", address.removeprefix(BASE))
    sent = {"period": "2026-Q1", "figure": "1000.49", "source": "Report of April"}
    answer = story.browser("anna").post(f"{address}/results/new", sent)
    with acting(system("reading a row")):
        made = CovenantResult.objects.get()

    assert (answer.status_code, answer["Location"]) == (302, f"{address}/results/{made.code}")
    assert made.result == 100_049
    for who in ("anna", "pia"):
        shown = page(story, who, f"{address.removeprefix(BASE)}/results/{made.code}")
        assert "The same" in shown
        assert shown.count("The target of Häfen for 2026-Q1 was missed: the holding becomes selective.") == 3
        assert "€1,000.49" in shown
    assert "Selective" in page(story, "pia", address.removeprefix(BASE))
    assert "results/new" not in page(story, "pia", address.removeprefix(BASE))


def test_a_holding_is_ended_by_form(story):
    held = given(story, "kranich")
    address = f"{BASE}/{HARBOURS}/holdings/{held.id}"
    assert story.browser("anna").post(f"{address}/end", {"until_on": "2025-01-01"}).status_code == 302
    assert holding_of(story, "kranich").until_on is None
    story.browser("anna").post(f"{address}/end", {"until_on": "2026-06-01"})
    assert holding_of(story, "kranich").until_on == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("who", "reads", "writes"), [("aron", 200, 403), ("frido", 404, 404), ("dina", 404, 404), ("otto", 404, 404)]
)
def test_a_rival_and_an_outsider_are_refused_as_if_there_were_nothing(story, who, reads, writes):
    held = given(story, "kranich")
    made = recorded(story, held, MISSED)
    browser, before = story.browser(who), rows()
    holding = f"/{HARBOURS}/holdings/{held.id}"
    for address in (holding, f"{holding}/results/{made.code}"):
        assert browser.get(f"{BASE}{address}").status_code == reads
    for address in (holding, f"{holding}/results/{made.code}/replay"):
        assert browser.get(f"/api/v1{BASE}{address}").status_code == reads
    for address in (f"/{HARBOURS}/holdings/new", f"{holding}/results/new"):
        assert browser.get(f"{BASE}{address}").status_code == writes
        assert browser.post(f"{BASE}{address}", {"holder": "F1", "from_on": "2026-05-04"}).status_code == writes
    assert browser.post(f"{BASE}{holding}/end", {"until_on": "2026-06-01"}).status_code == writes
    for address, body in (
        (f"/{HARBOURS}/holdings", {"holder": "F1", "from_on": "2026-05-04"}),
        (f"{holding}/end", {"until_on": "2026-06-01"}),
        (f"{holding}/results", {"amount_minor": 1, "source": "x", "corrects": made.code}),
    ):
        call(story, who, "post", address, body, writes)
    assert rows() == before


def test_an_outsider_finds_no_territory(story):
    for address in ("", f"/{HARBOURS}"):
        assert story.browser("otto").get(f"{BASE}{address}").status_code == 404
        call(story, "otto", "get", address, status=404)
    call(story, "otto", "get", f"/{HARBOURS}/holdings", status=404)


def test_overlaps_are_shown_while_one_types_before_one_publishes_and_in_the_answer(story):
    from hansa.programs.models import Program

    with acting(system("reading a row")):
        program = Program.objects.get()
    browser, programs = story.browser("anna"), f"/networks/nordwind/programs/{program.code}"
    text = TEXT.replace('"2026"', '"2026-b"')

    assert MEETING in browser.post(f"{programs}/draft/check", {"text": text}).content.decode()
    browser.post(f"{programs}/draft", {"text": text, "revision": 1})
    assert MEETING in browser.get(f"{programs}/publication").content.decode()
    checked = browser.post("/api/v1/program-checks", json.dumps({"text": text}), content_type="application/json").json()
    made = browser.post(
        f"/api/v1/programs/{program.code}/publications", json.dumps({"revision": 2}), content_type="application/json"
    ).json()
    assert (checked["overlaps"], made["overlaps"]) == ([MEETING], [MEETING])


def test_nothing_is_given_where_no_program_is_in_force(story):
    with time_machine.travel(MAY.replace(year=2045), tick=False):
        assert "No territory is defined" in page(story, "anna")
        page(story, "anna", f"/{HARBOURS}", status=404)


def test_money_of_another_size_is_refused_by_the_operation(story):
    held = given(story, "kranich")
    body = {"period": "2026-Q1", "amount_minor": Money(10**17, "EUR").minor, "source": "x"}
    call(story, "anna", "post", f"/{HARBOURS}/holdings/{held.id}/results", body, 422)
