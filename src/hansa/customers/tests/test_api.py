import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hansa.activity.models import Event
from hansa.companies.models import Company
from hansa.customers.models import AccountList
from hansa.customers.operations import take_list
from hansa.customers.tests.conftest import NOW
from hansa.kit.scope import acting
from hansa.organizations.operations import make_api_token

PLACE = "/api/v1/networks/nordwind/customers"
NAMED = "/api/v1/networks/nordwind/named-accounts"
LISTS = "/api/v1/networks/nordwind/customer-lists"


@pytest.fixture
def call(fair, client):
    """A request with an organization's token; answers with status and body."""
    secrets = {}

    def asked(who, method, path, body=None, **more):
        if who not in secrets:
            with acting(fair.scope(who)):
                may = [c for c in ("customers.view", "customers.manage") if fair.scope(who).can(c)]
                made = make_api_token(name="robot", capabilities=may, expires_at=NOW.replace(year=2027), at=NOW)
                secrets[who] = made[1] if isinstance(made, tuple) else made.secret
        headers = {"Authorization": f"Bearer {secrets[who]}", **more.pop("headers", {})}
        content = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else more
        answer = getattr(client, method)(path, headers=headers, **content)
        return answer.status_code, answer.json()

    return asked


def test_a_customer_is_added_corrected_and_read(call):
    status, made = call("vendor", "post", PLACE, {"name": "Quartz Harbour Ltd", "country": "GB", "segment": "Public"})
    changed, corrected = call("vendor", "patch", f"{PLACE}/{made['code']}", {"city": "Hull"})
    read, seen = call("member", "get", f"{PLACE}/{made['code']}")

    assert (status, changed, read) == (201, 200, 200)
    assert (seen["name"], seen["country"], seen["city"]) == ("Quartz Harbour Ltd", "GB", "Hull")
    assert seen == corrected
    assert "segment" not in seen


def test_the_same_key_adds_one_customer(fair, call):
    for _ in range(2):
        status, _made = call("vendor", "post", PLACE, {"name": "Quartz"}, headers={"Idempotency-Key": "one"})
        assert status == 201

    with acting(fair.scope("vendor")):
        assert (Company.objects.count(), Event.objects.filter(kind="customers.customer.added").count()) == (1, 1)


def test_candidates_come_with_probability_verdict_and_reasons(fair, call):
    fair.add("Quartz Harbour Ltd", country="GB", domain="quartz.com")
    status, found = call("member", "get", f"{PLACE}/candidates?name=Quartz+Harbour&domain=quartz.com&country=GB")

    assert status == 200
    assert [(each["name"], each["verdict"]) for each in found["items"]] == [("Quartz Harbour Ltd", "same")]
    assert found["items"][0]["probability"] > 0.5
    assert found["items"][0]["why"]


def test_pages_of_customers_follow_each_other(fair, call):
    for number in range(31):
        fair.add(f"Quartz {number:02}")
    _, first = call("member", "get", PLACE)
    _, second = call("member", "get", f"{PLACE}?cursor={first['next']}")

    assert (len(first["items"]), len(second["items"])) == (30, 1)


def test_names_parents_and_mergers(fair, call):
    gone, kept = fair.add("Quartz Harbour Ltd"), fair.add("Opal Group")
    call("vendor", "post", f"{PLACE}/{gone.code}/names", {"name": "Old Quay", "kind": "FORMER"})
    _, placed = call("vendor", "put", f"{PLACE}/{gone.code}/parent", {"parent": kept.code})
    _, loose = call("vendor", "put", f"{PLACE}/{gone.code}/parent", {"parent": None})
    status, merged = call("vendor", "post", f"{PLACE}/{gone.code}/merger", {"into": kept.code, "reason": "Same"})

    assert (placed["parent"], loose["parent"]) == (kept.code, None)
    assert (status, merged["code"]) == (200, kept.code)
    assert [each["name"] for each in merged["other_names"]] == ["Old Quay", "Quartz Harbour Ltd"]
    assert call("member", "get", f"{PLACE}/{gone.code}")[1]["merged_into"] == kept.code


def test_named_accounts_are_given_listed_and_ended(fair, call):
    company = fair.add("Quartz Harbour Ltd")
    body = {"customer": company.code, "holder": "R-member", "from_on": "2026-01-01"}
    status, named = call("vendor", "post", NAMED, body)
    unknown, _ = call("vendor", "post", NAMED, {**body, "holder": "R-9"})
    seen = {who: len(call(who, "get", NAMED)[1]["items"]) for who in ("vendor", "member", "rival")}
    ended, told = call("vendor", "post", f"{NAMED}/{named['id']}/end", {"until_on": "2026-02-01"})

    assert (status, unknown, ended) == (201, 422, 200)
    assert (named["holder"], told["until_on"]) == ("Member", "2026-02-01")
    assert seen == {"vendor": 1, "member": 1, "rival": 0}


def test_a_list_is_sent_with_its_columns_and_asked_for_again(fair, call, settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    file = SimpleUploadedFile("accounts.csv", b"Kunde,Ort\nQuarz Hafen,Hamburg\n")
    status, sent = call("vendor", "post", LISTS, data={"file": file, "mapping": '{"name": "Kunde", "city": "Ort"}'})
    with acting(fair.scope("vendor")):
        waiting = AccountList.objects.get()
    take_list(list_id=waiting.id, scope=fair.scope("vendor"), at=NOW)
    _, taken = call("vendor", "get", f"{LISTS}/{sent['code']}")

    assert (status, sent["state"]) == (202, "TAKING")
    assert (taken["state"], taken["added"], taken["refused"]) == ("TAKEN", 1, 0)
    assert [each["code"] for each in call("vendor", "get", LISTS)[1]["items"]] == [sent["code"]]
    assert call("vendor", "post", f"{LISTS}/{sent['code']}/mapping", {"mapping": {"name": "Kunde"}})[0] == 409


@pytest.mark.parametrize("mapping", ["[]", "{", '{"name": 1}'])
def test_a_mapping_that_is_none_is_refused(call, settings, tmp_path, mapping):
    settings.FILES_ROOT = tmp_path
    file = SimpleUploadedFile("accounts.csv", b"Kunde\nQuarz\n")

    assert call("vendor", "post", LISTS, data={"file": file, "mapping": mapping})[0] == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", PLACE), ("get", f"{PLACE}/candidates?name=Quartz"), ("get", NAMED), ("get", LISTS), ("post", PLACE)],
)
def test_a_stranger_is_told_that_there_is_nothing(fair, call, method, path):
    fair.add("Quartz")

    assert call("stranger", method, path, {"name": "Mine"} if method == "post" else None)[0] == 404
