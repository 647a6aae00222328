import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hansa.kit.scope import acting, system
from hansa.networks.tests.test_web import HOUSEKEEPING
from hansa.programs.models import Draft, ProgramVersion
from hansa.programs.tests.test_operations import EXTRA, published, stored
from hansa.programs.tests.texts import TEXT

BASE = "/networks/nordwind/programs"


def call(story, who, method, address, body=None, status=200):
    data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    response = getattr(story.browser(who), method)(f"/api/v1{address}", **data)
    assert response.status_code == status, response.content
    return response


@pytest.mark.parametrize("who", ["anna", "aron", "dina", "pia", "frido"])
def test_members_read_programs_and_versions(story, program, who):
    version = published(story, program)
    browser = story.browser(who)
    for address in ("", f"/{program.code}/", f"/{program.code}/versions/{version.code}"):
        response = browser.get(f"{BASE}{address}")
        assert response.status_code == 200, address
        shown = response.content.decode()
        assert "<u>Program" not in shown
        assert ("Revision" in shown) == (who in ("anna", "aron") and address == f"/{program.code}/")
    saved = browser.get(f"{BASE}/{program.code}/versions/{version.code}/document")
    assert saved.content.decode() == TEXT
    assert saved["Content-Disposition"].startswith("attachment;")


def test_a_partner_reads_whether_a_rule_is_for_it(story, program):
    version = published(story, program)
    shown = story.browser("frido").get(f"{BASE}/{program.code}/versions/{version.code}").content.decode()

    assert (shown.count("You take part"), shown.count("Not for you")) == (1, 1)


@pytest.mark.parametrize(("who", "status"), [("aron", 403), ("dina", 404), ("pia", 404), ("otto", 404)])
def test_nobody_else_opens_or_changes_the_draft(story, program, who, status):
    browser, before = story.browser(who), stored()
    for address in ("draft", "draft/incentive", "publication"):
        assert browser.get(f"{BASE}/{program.code}/{address}").status_code == status
    for address, fields in (
        ("draft", {"text": "mine", "revision": 1}),
        ("draft/check", {"text": "mine"}),
        ("draft/incentive", {"id": "x", "kind": "mdf", "period": "year", "revision": 1}),
        ("publication", {"revision": 1}),
    ):
        assert browser.post(f"{BASE}/{program.code}/{address}", fields).status_code == status, address
    assert browser.post(f"{BASE}/new", {"name": "Mine"}).status_code == status
    assert stored() == before


def test_the_editor_says_what_is_wrong_as_one_types(story, program):
    browser = story.browser("anna")
    assert "No errors" in browser.get(f"{BASE}/{program.code}/draft").content.decode()

    shown = browser.post(f"{BASE}/{program.code}/draft/check", {"text": TEXT.replace("rate: 1%", "rate: <b>")})

    assert 'data-line="24"' in shown.content.decode()
    assert "<b>" not in shown.content.decode()
    assert stored()[1] == [(TEXT, 1)]


def test_the_draft_is_saved_and_a_conflict_is_shown(story, program):
    browser, address = story.browser("anna"), f"{BASE}/{program.code}/draft"
    assert (
        browser.post(address, {"text": TEXT.replace("1%", "3%").replace("\n", "\r\n"), "revision": 1}).status_code
        == 302
    )
    assert stored()[1] == [(TEXT.replace("1%", "3%"), 2)]

    late = browser.post(address, {"text": TEXT.replace("1%", "4%"), "revision": 1})

    assert late.status_code == 409
    assert "rate: 4%" in late.context["text"]
    assert late.context["draft"].revision == 2
    assert stored()[1] == [(TEXT.replace("1%", "3%"), 2)]


def test_the_form_writes_an_incentive(story, program):
    browser, address = story.browser("anna"), f"{BASE}/{program.code}/draft/incentive?id=volume"
    form = browser.get(address).context["form"]
    fields = {field.html_name: field.value() for field in form if field.value() is not None}
    assert (fields["from-1"], fields["value-1"], fields["types"]) == ("50000", "2%", "Shop")

    assert browser.post(address, {**fields, "cap": "7000", "value-1": "2.5"}).status_code == 302

    ((text, revision),) = stored()[1]
    assert revision == 2
    assert "cap: 7000 # a year's budget" in text
    assert "- {from: 50000, rate: 2.5%}" in text
    assert "# Only the north." in text


def test_publishing_states_the_consequences(story, program):
    published(story, program)
    browser = story.browser("anna")
    text = TEXT.replace('"2026"', '"2026-b"').replace("rate: 2%", "rate: 3%")
    browser.post(f"{BASE}/{program.code}/draft", {"text": text, "revision": 1})

    shown = browser.get(f"{BASE}/{program.code}/publication")
    assert [(c.id, c.bands_changed) for c in shown.context["what"].changes] == [("volume", 1)]
    assert "1 of 3 partners" in shown.content.decode()
    saved = browser.post(f"{BASE}/{program.code}/publication", {"revision": 2, "note": "More."})

    with acting(system("reading")):
        version = ProgramVersion.objects.get(label="2026-b")
    assert saved.url == f"{BASE}/{program.code}/versions/{version.code}"


def test_a_draft_with_errors_leads_back_to_the_editor(story, program):
    browser = story.browser("anna")
    browser.post(f"{BASE}/{program.code}/draft", {"text": "x", "revision": 1})

    assert browser.get(f"{BASE}/{program.code}/publication").url == f"{BASE}/{program.code}/draft"


def test_a_program_is_started_with_a_draft_that_could_be_published(story):
    browser = story.browser("anna")
    response = browser.post(f"{BASE}/new", {"name": 'The "new" one: 100 %'})

    assert response.status_code == 302
    assert "No errors" in browser.get(response.url).content.decode()
    with acting(system("reading")):
        assert Draft.objects.count() == 1


def test_lists_take_few_queries(story, program):
    published(story, program)
    browser = story.browser("pia")
    for address in (BASE, f"{BASE}/{program.code}/"):
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200
        assert len([q for q in captured.captured_queries if not q["sql"].startswith(HOUSEKEEPING)]) <= 12


def test_the_api_drafts_checks_and_publishes(story, program):
    code = program.code
    assert call(story, "anna", "get", "/program-schema").json()["properties"]["territories"]
    assert [p["code"] for p in call(story, "anna", "get", "/networks/nordwind/programs").json()["items"]] == [code]
    assert call(story, "anna", "get", f"/programs/{code}/draft").json()["revision"] == 1
    checked = call(story, "pia", "post", "/program-checks", {"text": TEXT.replace("rate: 1%", "rate: 1")}).json()
    assert [p["row"] for p in checked["problems"]] == [24]
    body = {"revision": 1, "incentive": EXTRA}
    assert call(story, "anna", "put", f"/programs/{code}/draft/incentive", body).json()["revision"] == 2
    call(story, "anna", "put", f"/programs/{code}/draft", {"text": TEXT, "revision": 1}, 409)
    assert call(story, "anna", "put", f"/programs/{code}/draft", {"text": TEXT, "revision": 2}).json()["revision"] == 3
    made = call(story, "anna", "post", f"/programs/{code}/publications", {"revision": 3, "note": "n"}, 201).json()
    assert (made["label"], len(made["rules"])) == ("2026", 2)
    assert call(story, "pia", "get", f"/programs/{code}/versions").json()["items"][0]["code"] == made["code"]
    assert call(story, "pia", "get", f"/program-versions/{made['code']}").json()["note"] == "n"
    assert call(story, "pia", "get", f"/program-versions/{made['code']}/document").content.decode() == TEXT


@pytest.mark.parametrize(("who", "status"), [("aron", 403), ("dina", 404), ("pia", 404), ("frido", 404), ("otto", 404)])
def test_others_change_nothing_over_the_api(story, program, who, status):
    before = stored()
    for method, address, body in (
        ("post", "/networks/nordwind/programs", {"name": "Mine", "text": TEXT}),
        ("put", f"/programs/{program.code}/draft", {"text": "mine", "revision": 1}),
        ("put", f"/programs/{program.code}/draft/incentive", {"revision": 1, "incentive": EXTRA}),
        ("post", f"/programs/{program.code}/publications", {"revision": 1}),
    ):
        call(story, who, method, address, body, status)
    assert stored() == before


def test_an_outsider_finds_no_program(story, program):
    version = published(story, program)
    for address in (
        f"/programs/{program.code}",
        f"/program-versions/{version.code}",
        f"/programs/{program.code}/draft",
    ):
        foreign = call(story, "otto", "get", address, status=404).json()
        missing = call(
            story, "otto", "get", address.replace(program.code, "n" * 8).replace(version.code, "n" * 8), status=404
        )
        assert foreign == missing.json()
