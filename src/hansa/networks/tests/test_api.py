import json

import pytest

from hansa.networks.tests.story import invited

BASE = "/api/v1/networks"


def call(story, who, method, address, body=None, status=200):
    """The API as the browser of `who` calls it; the test client is excused from CSRF."""
    send = getattr(story.browser(who), method)
    data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    response = send(f"/api/v1{address}", **data)
    assert response.status_code == status, response.content
    return response.json()


def test_networks_are_listed_read_founded_and_edited(story):
    assert [n["slug"] for n in call(story, "pia", "get", "/networks")["items"]] == ["nordwind"]
    assert call(story, "pia", "get", "/networks/nordwind")["operator"] == "Nordwind"
    body = {"slug": "ring", "name": "Ring", "kind": "PEER", "currency": "EUR"}
    assert call(story, "otto", "post", "/networks", body, 201)["operator"] is None
    edit = {"name": "Ring 2", "charter": "# Ring", "accent": "moss"}
    assert call(story, "otto", "put", "/networks/ring", edit)["name"] == "Ring 2"
    assert [n["slug"] for n in call(story, "pia", "get", "/open-networks")] == ["ring"]
    assert call(story, "pia", "post", "/networks/ring/applications", {}, 201)["state"] == "APPLIED"


@pytest.mark.parametrize(
    ("who", "numbers"), [("anna", ["F1", "D1", "K1"]), ("dina", ["D1", "K1"]), ("pia", ["K1"]), ("frido", ["F1"])]
)
def test_each_lists_its_own_part(story, who, numbers):
    items = call(story, who, "get", "/networks/nordwind/memberships")["items"]

    assert sorted(item["number"] for item in items) == sorted(numbers)


def test_memberships_are_filtered_and_read(story):
    (item,) = call(story, "anna", "get", "/networks/nordwind/memberships?tier=Silver&upstream=D1")["items"]

    assert (item["number"], item["standing"]["distributor"], item["next_to_act"]) == ("K1", "Fjord Trading", "")
    path = f"/networks/nordwind/memberships/{item['code']}"
    assert call(story, "pia", "get", path)["standing"]["types"] == ["Shop"]
    assert len(call(story, "pia", "get", f"{path}/standings")) == 1
    assert call(story, "otto", "get", path, status=404)["status"] == 404
    assert call(story, "anna", "get", "/networks/nordwind/memberships?sort=x", status=422)["problems"]


def test_a_company_is_invited_set_and_moved(story):
    body = {"number": "N1", "types": ["Shop"], "distributor": "D1", "company": {"name": "Neurad", "country": "DE"}}
    made = call(story, "anna", "post", "/networks/nordwind/memberships", body, 201)
    path = f"/networks/nordwind/memberships/{made['code']}"
    standing = {"types": ["Shop"], "tier": "Gold", "since": "2026-05-01"}
    assert call(story, "anna", "post", f"{path}/standings", standing, 201)["tier"] == "Gold"
    assert call(story, "anna", "post", f"{path}/moves", {"state": "ACTIVE"})["state"] == "ACTIVE"
    assert call(story, "anna", "post", f"{path}/moves", {"state": "APPLIED"}, 409)["type"].endswith("move-refused")
    assert len(call(story, "anna", "get", f"{path}/events")) == 3


def test_the_invited_company_accepts(story):
    code = invited(story).code

    assert (
        call(story, "otto", "post", f"/networks/nordwind/memberships/{code}/moves", {"state": "ACTIVE"})["number"]
        == "O1"
    )


def test_a_list_is_checked_then_taken(story):
    rows = [{"number": "N1", "name": "Neurad", "types": ["Shop"]}, {"number": "N1", "name": "", "types": []}]
    found = call(story, "anna", "post", "/networks/nordwind/roster-checks", {"rows": rows})
    assert [(p["row"], p["column"]) for p in found["problems"]] == [(2, "number"), (2, "name"), (2, "types")]
    assert call(story, "anna", "post", "/networks/nordwind/roster", {"rows": rows}, 422)["problem_count"] == 3
    assert call(story, "anna", "post", "/networks/nordwind/roster", {"rows": rows[:1]}, 201) == {"members": 1}


@pytest.mark.parametrize(("who", "status"), [("aron", 403), ("dina", 404), ("pia", 404), ("frido", 404), ("otto", 404)])
def test_others_change_nothing(story, who, status):
    before, path = story.state(), f"/networks/nordwind/memberships/{story.member('kranich').code}"
    row = {"number": "N1", "name": "Neurad", "types": ["Shop"]}
    for method, address, body in (
        ("put", "/networks/nordwind", {"name": "Mine", "charter": "", "accent": "moss"}),
        ("post", "/networks/nordwind/memberships", {**row, "company": {"name": "Neurad"}}),
        ("post", f"{path}/standings", {"types": ["Shop"]}),
        ("post", "/networks/nordwind/roster", {"rows": [row]}),
        ("post", "/networks/nordwind/roster-checks", {"rows": [row]}),
    ):
        call(story, who, method, address, body, status)

    assert story.state() == before


def test_without_signing_in_nothing_is_said(story, client):
    for address in ("/networks", "/networks/nordwind", "/networks/nordwind/memberships", "/open-networks"):
        assert client.get(f"/api/v1{address}").status_code == 401
