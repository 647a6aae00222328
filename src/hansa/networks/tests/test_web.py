import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hansa.kit.scope import acting, system
from hansa.networks.models import Membership, Network
from hansa.networks.operations.roster import admit_members
from hansa.networks.tests.story import NOW, invited
from hansa.networks.tests.test_roster import GOOD, entry

HOUSEKEEPING = ("SAVEPOINT", "RELEASE", "select set_config")


def reads(browser, address):
    """How many queries a page takes, leaving out savepoints and the settings of the second wall."""
    with CaptureQueriesContext(connection) as captured:
        response = browser.get(address)
    assert response.status_code == 200
    return [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(HOUSEKEEPING)]


def page(story, who, address, status=200):
    response = story.browser(who).get(address)
    assert response.status_code == status, address
    return response.content.decode()


@pytest.mark.parametrize("who", ["anna", "aron", "dina", "pia", "frido"])
def test_members_open_the_pages_that_are_theirs(story, who):
    own = {"anna": "kranich", "aron": "kranich", "dina": "kranich", "pia": "kranich", "frido": "fuchs"}[who]
    code = story.member(own).code
    for address in (
        "/networks/",
        "/networks/nordwind/",
        "/networks/nordwind/partners",
        f"/networks/nordwind/partners/{code}",
    ):
        page(story, who, address)


@pytest.mark.parametrize("address", ["edit", "partners/invite", "partners/import", "partners/duplicates"])
def test_pages_of_the_operator_are_for_the_operator(story, address):
    page(story, "anna", f"/networks/nordwind/{address}")
    for who in ("dina", "pia", "otto"):
        page(story, who, f"/networks/nordwind/{address}", 404)


def test_an_outsider_sees_no_difference_between_foreign_and_nonexistent(story):
    code = story.member("kranich").code
    browser = story.browser("otto")
    for foreign, none in (
        ("/networks/nordwind/", "/networks/nosuchnet/"),
        ("/networks/nordwind/partners", "/networks/nosuchnet/partners"),
        ("/networks/nordwind/partners/export", "/networks/nosuchnet/partners/export"),
        (f"/networks/nordwind/partners/{code}", "/networks/nordwind/partners/nosuchco"),
        ("/networks/nordwind/application", "/networks/nosuchnet/application"),
    ):
        one, other = browser.get(foreign), browser.get(none)
        assert (one.status_code, other.status_code) == (404, 404), foreign
        assert "Nordwind" not in one.content.decode()


def test_a_rival_is_not_on_the_pages_of_a_partner_or_distributor(story):
    for who in ("dina", "pia"):
        for address in ("/networks/nordwind/", "/networks/nordwind/partners", "/networks/nordwind/partners/export"):
            shown = page(story, who, address)
            assert "Fuchs" not in shown
            assert "F1" not in shown
        page(story, who, f"/networks/nordwind/partners/{story.member('fuchs').code}", 404)


def test_names_and_charters_cannot_run_scripts(story):
    code = story.member("kranich").code
    shown = page(story, "pia", "/networks/nordwind/")
    assert "<h2>One rule</h2>" in shown
    assert "<strong>fair</strong>" in shown
    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown
    assert 'href="https://x.example" rel="nofollow noopener noreferrer"' in shown
    for address in (
        "/networks/nordwind/",
        "/networks/nordwind/partners",
        f"/networks/nordwind/partners/{code}",
        "/networks/",
    ):
        shown = page(story, "anna", address)
        assert "<b>Kranich" not in shown
        assert "Nordwind <i>" not in shown
        assert "&amp;lt;" not in shown


def test_the_list_of_partners_takes_few_queries_however_long(story):
    with acting(story.scope("anna")):
        admit_members(network=story.network, entries=[entry(f"N{n}", name=f"Neurad {n}") for n in range(60)], at=NOW)
    browser = story.browser("anna")
    for address in (
        "/networks/nordwind/partners",
        "/networks/nordwind/partners?q=rad&type=Shop&tier=Gold&territory=South&upstream=D1&state=ACTIVE&sort=-since",
    ):
        assert len(reads(browser, address)) <= 12, address


def test_pages_by_key_lead_through_all_partners_and_back(story):
    with acting(story.scope("anna")):
        admit_members(network=story.network, entries=[entry(f"N{n}", name=f"Neurad {n}") for n in range(40)], at=NOW)
    browser = story.browser("anna")
    first = browser.get("/networks/nordwind/partners?sort=number")
    second = browser.get(f"/networks/nordwind/partners{first.context['next_url']}")

    numbers = [m.number for m in first.context["page"].items] + [m.number for m in second.context["page"].items]
    assert (len(numbers), len(set(numbers))) == (43, 43)
    back = browser.get(f"/networks/nordwind/partners{second.context['previous_url']}")
    assert [m.number for m in back.context["page"].items] == [m.number for m in first.context["page"].items]


def test_the_export_is_neutral_and_holds_what_is_filtered(story):
    with acting(story.scope("anna")):
        admit_members(network=story.network, entries=[entry(name="=cmd|' /C calc'!A0")], at=NOW)

    response = story.browser("anna").get("/networks/nordwind/partners/export?q=cmd")

    assert response["Content-Disposition"] == 'attachment; filename="nordwind-partners.csv"'
    lines = response.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "'=cmd" in lines[1]


def test_a_wrong_cursor_or_sort_does_no_harm(story):
    page(story, "anna", "/networks/nordwind/partners?cursor=nonsense", 422)
    page(story, "anna", "/networks/nordwind/partners?sort=password")


def test_a_partner_is_invited_after_its_likeness_was_shown(story):
    browser = story.browser("anna")
    fields = {
        "name": "Fuchs Räder GmbH",
        "country": "DE",
        "number": "N1",
        "types": "Shop, Reseller",
        "since": "2026-04-01",
    }

    shown = browser.post("/networks/nordwind/partners/invite", fields)
    assert "Fuchs Räder" in shown.content.decode()
    assert shown.context["likely"]
    saved = browser.post("/networks/nordwind/partners/invite", {**fields, "confirmed": "on"})

    assert saved.status_code == 302
    with acting(system("reading")):
        member = Membership.objects.get(number="N1")
    assert (member.state, saved.url) == ("INVITED", f"/networks/nordwind/partners/{member.code}")
    assert "You must" not in page(story, "anna", saved.url)
    assert "must answer the invitation" in page(story, "anna", saved.url)


def test_a_list_is_previewed_corrected_and_taken(story):
    browser, address = story.browser("anna"), "/networks/nordwind/partners/import"
    content = GOOD.replace(b"Altrad,Shop", b"Altrad,Shp")

    shown = browser.post(address, {"file": SimpleUploadedFile("list.csv", content)})
    assert shown.status_code == 200
    assert [u["word"] for u in shown.context["unknown"]] == ["Shp"]
    columns = {f"column-{f['name']}": f["place"] for f in shown.context["fields"] if f["place"] is not None}
    sent = {"name": "list.csv", "content": shown.context["content"], "word-types": "Shp", "meant-types": "Shop"}
    taken = browser.post(address, {**sent, **columns, "step": "take"})

    assert taken.status_code == 302
    with acting(system("reading")):
        assert Membership.objects.get(number="N2").standings.get().types == ["Shop"]


def test_a_list_with_errors_shows_them_and_takes_nothing(story):
    before = story.state()
    content = b"number,name,type\nK9,,Shop\n"

    shown = story.browser("anna").post(
        "/networks/nordwind/partners/import", {"file": SimpleUploadedFile("list.csv", content)}
    )

    assert shown.status_code == 422
    assert [(p.row, p.column) for p in shown.context["problems"]] == [(2, "name")]
    assert story.state() == before


def test_standing_and_state_are_changed_on_screen(story):
    browser, code = story.browser("anna"), story.member("kranich").code
    base = f"/networks/nordwind/partners/{code}"
    fields = {"types": "Shop", "tier": "Gold", "territory": "North", "upstream": "D1", "since": "2026-04-01"}

    assert browser.post(f"{base}/standing", fields).status_code == 302
    assert browser.get(f"{base}/state?to=SUSPENDED").status_code == 200
    assert browser.post(f"{base}/state", {"state": "SUSPENDED", "reason": ""}).status_code == 422
    assert browser.post(f"{base}/state", {"state": "SUSPENDED", "reason": "Late <reports>."}).status_code == 302

    assert [row.tier for row in story.standings("kranich")] == ["Silver", "Gold"]
    assert "Late &lt;reports&gt;." in page(story, "pia", base)


@pytest.mark.parametrize(("who", "status"), [("aron", 403), ("dina", 404), ("pia", 404), ("frido", 404), ("otto", 404)])
def test_others_change_nothing_on_screen(story, who, status):
    browser, code, before = story.browser(who), story.member("kranich").code, story.state()
    base = f"/networks/nordwind/partners/{code}"

    for address, fields in (
        (f"{base}/standing", {"types": "Shop", "since": "2026-04-01"}),
        ("/networks/nordwind/edit", {"name": "Mine", "accent": "moss"}),
        ("/networks/nordwind/partners/invite", {"name": "X", "number": "X1", "types": "Shop"}),
        ("/networks/nordwind/partners/import", {"name": "l", "content": GOOD.decode(), "step": "take"}),
    ):
        assert browser.post(address, fields).status_code == status, address
    browser.post(f"{base}/state", {"state": "SUSPENDED", "reason": "Envy."})

    assert story.state() == before


def test_the_invited_company_answers_on_its_own_page(story):
    membership = invited(story)
    browser = story.browser("otto")
    assert "Accept the invitation" in browser.get("/networks/nordwind/").content.decode()

    browser.post(f"/networks/nordwind/partners/{membership.code}/state", {"state": "ACTIVE"})

    assert story.member("outsider").state == "ACTIVE"


def test_a_network_is_founded_edited_and_applied_to(story):
    fields = {"name": "Ring", "slug": "ring", "kind": "PEER", "currency": "EUR", "accent": "moss", "charter": "# Ring"}
    assert story.browser("otto").post("/networks/new", fields).url == "/networks/ring/"
    assert story.browser("otto").post("/networks/new", fields).status_code == 422
    assert story.browser("otto").post("/networks/ring/edit", {**fields, "accent": "rose"}).status_code == 302
    assert "Ring" in page(story, "frido", "/networks/")
    assert story.browser("frido").post("/networks/ring/application", {"message": "Hello"}).status_code == 302

    with acting(system("reading")):
        assert Network.objects.get(slug="ring").accent == "rose"
        assert Membership.objects.get(network__slug="ring").state == "APPLIED"


def test_nobody_signed_out_sees_anything(story, client):
    for address in ("/networks/", "/networks/nordwind/", "/networks/nordwind/partners"):
        assert client.get(address).status_code == 302
