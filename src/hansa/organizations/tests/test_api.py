import json
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from hansa.kit.scope import acting, system
from hansa.organizations.models import ApiToken, Organization
from hansa.organizations.operations import affiliate, make_api_token
from hansa.organizations.tests.story import NOW

BASE = "/api/v1"


def sign_in(client, person, *, confirmed=False):
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    if confirmed:
        confirm(client, person)


def confirm(client, person):
    session = client.session
    proof = {"method": "password", "reauthenticated": True, "at": time.time()}
    session["account_authentication_methods"] = [proof]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()


def bearer(story, who, *capabilities):
    now = timezone.now()
    with acting(story.scope(who)):
        _, secret = make_api_token(
            name="test", capabilities=list(capabilities), expires_at=now + timedelta(days=30), at=now
        )
    return {"Authorization": f"Bearer {secret}"}


def send(client, method, path, body=None, **more):
    return client.generic(method, BASE + path, _json(body), content_type="application/json", **more)


def _json(body):
    return json.dumps(body) if body is not None else ""


def test_me_says_who_asks_and_for_whom(story, client):
    sign_in(client, story.people.rita)

    answer = client.get(f"{BASE}/me").json()

    assert answer == {
        "person": {"id": str(story.people.rita.id), "name": "Rita", "email": "rita@nordwind.example"},
        "locale": "en",
        "theme": "",
        "organization": story.nordwind.code,
        "capabilities": [
            "customers.view",
            "deals.register",
            "deals.view",
            "disputes.view",
            "networks.view",
            "sales.view",
        ],
        "organizations": [{"organization": story.nordwind.code, "name": "Nordwind", "roles": ["rep"]}],
    }


def test_a_token_does_not_tell_of_its_makers_other_organizations(story, client):
    with acting(system("test")):
        affiliate(person_id=story.people.paula.id, organization_id=story.rival.id, roles=["rep"], at=NOW)

    answer = client.get(f"{BASE}/me", headers=bearer(story, "paula", "sales.view")).json()

    assert [each["name"] for each in answer["organizations"]] == ["Nordwind"]
    assert answer["capabilities"] == ["sales.view"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/me"),
        ("PUT", "/me"),
        ("POST", "/organizations"),
        ("GET", "/organizations/{code}"),
        ("PATCH", "/organizations/{code}"),
        ("PUT", "/organizations/{code}/identifiers"),
        ("GET", "/people"),
        ("PUT", "/people/{affiliation}/roles"),
        ("POST", "/people/{affiliation}/suspension"),
        ("POST", "/people/{affiliation}/resumption"),
        ("POST", "/people/{affiliation}/end"),
        ("GET", "/invitations"),
        ("POST", "/invitations"),
        ("POST", "/invitations/{affiliation}/withdrawal"),
        ("GET", "/tokens"),
        ("POST", "/tokens"),
        ("POST", "/tokens/{affiliation}/revocation"),
    ],
)
def test_nobody_in_particular_gets_nothing(story, client, happened, method, path):
    path = path.format(code=story.nordwind.code, affiliation=story.affiliations.rita.id)

    for headers in ({}, {"Authorization": "Bearer hansa_unknown"}, {"Authorization": "Basic eDp5"}):
        answer = send(client, method, path, {}, headers=headers)
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
    assert happened() == []


def test_an_owner_edits_the_record(story, client, happened):
    sign_in(client, story.people.anna)

    answer = send(client, "PATCH", f"/organizations/{story.nordwind.code}", {"city": "Lübeck"})

    assert answer.status_code == 200
    assert answer.json()["organization"]["city"] == "Lübeck"
    assert [kind for kind, _ in happened()] == ["organizations.organization.edited"]


@pytest.mark.parametrize("extra", [{"custodian": "x"}, {"custodian_id": None}, {"code": "abc"}, {"id": 1}])
def test_no_other_field_can_be_set(story, client, happened, extra):
    sign_in(client, story.people.anna)

    answer = send(client, "PATCH", f"/organizations/{story.nordwind.code}", {"city": "Lübeck", **extra})

    assert answer.status_code == 422
    assert happened() == []


def test_a_foreign_organization_answers_like_none(story, client, happened):
    sign_in(client, story.people.oskar)

    for method, below, body in (
        ("GET", "", None),
        ("PATCH", "", {"city": "X"}),
        ("PUT", "/identifiers", {"identifiers": []}),
    ):
        foreign = send(client, method, f"/organizations/{story.nordwind.code}{below}", body)
        nothing = send(client, method, f"/organizations/nothing2{below}", body)
        assert foreign.status_code == nothing.status_code == 404
        assert foreign.content == nothing.content
    assert happened() == []


def test_an_operator_records_a_partner_and_invites_its_principal(story, client):
    sign_in(client, story.people.milo)
    identifiers = [{"scheme": "VAT", "value": "DE 136 695 976"}]

    made = send(client, "POST", "/organizations", {"name": "Radhaus", "country": "DE", "identifiers": identifiers})
    code = made.json()["organization"]["code"]
    invited = send(
        client, "POST", "/invitations", {"email": "p@radhaus.example", "roles": ["principal"], "organization": code}
    )

    assert made.status_code == invited.status_code == 201
    assert made.json()["organization"]["identifiers"] == [{"scheme": "VAT", "value": "DE136695976"}]
    assert made.json()["likely_duplicates"] == []
    assert invited.json()["organization"] == code
    assert "secret" not in invited.json()
    assert "token_hash" not in invited.json()
    assert len(mail.outbox) == 1


def test_a_wrong_identifier_is_a_problem_document(story, client):
    sign_in(client, story.people.anna)

    body = {"identifiers": [{"scheme": "DOMAIN", "value": "gmail.com"}]}
    answer = send(client, "PUT", f"/organizations/{story.nordwind.code}/identifiers", body)

    assert answer.status_code == 422
    assert answer.json()["problems"] == [
        {
            "file": "",
            "row": 1,
            "column": "DOMAIN",
            "expected": "a company's own domain: this one belongs to a mail service (here: “gmail.com”)",
        }
    ]


def test_people_are_those_of_the_acting_organization(story, client):
    sign_in(client, story.people.oskar)

    assert [each["person"]["name"] for each in client.get(f"{BASE}/people").json()["items"]] == ["Oskar"]


def test_roles_are_set_and_nobody_else_is_touched(story, client, happened):
    sign_in(client, story.people.anna)
    answer = send(client, "PUT", f"/people/{story.affiliations.rita.id}/roles", {"roles": ["auditor"]})
    assert (answer.status_code, answer.json()["roles"]) == (200, ["auditor"])

    sign_in(client, story.people.oskar)
    foreign = send(client, "PUT", f"/people/{story.affiliations.rita.id}/roles", {"roles": ["rep"]})
    nothing = send(client, "PUT", f"/people/{story.nordwind.id}/roles", {"roles": ["rep"]})
    assert foreign.status_code == 404
    assert foreign.content == nothing.content
    assert len(happened()) == 1


def test_the_last_owner_stays(story, client):
    sign_in(client, story.people.anna)

    answer = send(client, "POST", f"/people/{story.affiliations.anna.id}/end")

    assert answer.status_code == 409
    assert answer.json()["detail"] == "The organization would lose the last owner. Give somebody else the role first."


def test_suspension_holds_on_the_next_request_in_session_and_by_token(story, client):
    headers = bearer(story, "paula", "sales.view")
    sign_in(client, story.people.paula)
    assert client.get(f"{BASE}/me").status_code == 200
    assert client.get(f"{BASE}/me", headers=headers).status_code == 200

    owner = type(client)()
    sign_in(owner, story.people.anna)
    assert send(owner, "POST", f"/people/{story.affiliations.paula.id}/suspension").status_code == 200

    assert client.get(f"{BASE}/me").status_code == 401
    assert client.get(f"{BASE}/me", headers=headers).status_code == 401


def test_a_token_of_one_organization_knows_nothing_of_another(story, client):
    with acting(system("test")):
        affiliate(person_id=story.people.paula.id, organization_id=story.rival.id, roles=["owner"], at=NOW)
    headers = bearer(story, "paula", "organization.edit")

    answer = send(client, "PATCH", f"/organizations/{story.rival.code}", {"city": "X"}, headers=headers)

    assert answer.status_code == 404
    with acting(system("test")):
        assert Organization.objects.get(pk=story.rival.pk).city == ""


def test_a_token_is_answered_once(story, client):
    sign_in(client, story.people.paula, confirmed=True)
    body = {"name": "Export", "capabilities": ["sales.view"], "expires_at": str(timezone.now() + timedelta(days=1))}

    made = send(client, "POST", "/tokens", body)
    listed = client.get(f"{BASE}/tokens")

    secret = made.json()["secret"]
    assert made.status_code == 201
    assert client.get(f"{BASE}/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    assert secret.encode() not in listed.content
    assert listed.json()["items"][0]["prefix"] == secret[:12]
    assert "token_hash" not in listed.json()["items"][0]


def test_an_old_session_makes_no_token(story, client):
    sign_in(client, story.people.paula)
    body = {"name": "Export", "capabilities": ["sales.view"], "expires_at": str(timezone.now() + timedelta(days=1))}

    answer = send(client, "POST", "/tokens", body)

    assert (answer.status_code, answer.json()["title"]) == (403, "Confirm that it is you")
    with acting(system("test")):
        assert ApiToken.objects.count() == 0


def test_a_token_cannot_widen_itself(story, client):
    headers = bearer(story, "paula", "tokens.manage")
    body = {"name": "Wider", "capabilities": ["sales.view"], "expires_at": str(timezone.now() + timedelta(days=1))}

    assert send(client, "POST", "/tokens", body, headers=headers).status_code == 403
    assert (
        send(client, "PUT", "/me", {"name": "X", "locale": "en", "theme": "dark"}, headers=headers).status_code == 403
    )


def test_a_token_in_the_address_is_no_key(story, client):
    secret = bearer(story, "paula", "sales.view")["Authorization"].split()[1]

    assert client.get(f"{BASE}/me?token={secret}&access_token={secret}").status_code == 401


def test_a_write_by_session_needs_the_csrf_token(story):
    client = Client(enforce_csrf_checks=True)
    sign_in(client, story.people.anna)

    for content_type in ("application/json", "text/plain"):
        answer = client.post(f"{BASE}/people/{story.affiliations.rita.id}/suspension", "{}", content_type=content_type)
        assert answer.status_code == 403


@pytest.mark.parametrize("cursor", ["x", "W10", "%00"])
def test_a_made_up_cursor_is_refused(story, client, cursor):
    sign_in(client, story.people.anna)

    assert client.get(f"{BASE}/people", {"cursor": cursor}).status_code == 422
