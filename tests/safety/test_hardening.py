"""Headers, sessions, CSRF, redirects, methods and sizes: the cases 3, 31, 32, 33, 67 and 69 to 74 of the abuse list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from hansa.kit.scope import acting, system
from hansa.networks.models import Network
from hansa.organizations.models import Affiliation, Organization
from hansa.people.models import Person
from tests.safety.principals import client_of, principal
from tests.safety.probing import count_events, fingerprint
from tests.world.story import PASSWORD, World

API = "/api/v1"
NETWORK = f"{API}/networks/aurora-channel"


@pytest.fixture
def as_owner(world: World) -> Client:
    return client_of(world, principal("aurora.owner"))


@pytest.fixture
def as_token(world: World) -> Client:
    return client_of(world, principal("token fir.all"))


@pytest.fixture
def strict(world: World) -> Iterator[Client]:
    """A browser that is signed in and whose CSRF token is checked, as in life."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.people["aurora.owner"])
    return client


def said(client: Client, method: str, path: str, body: object = None, **more: Any) -> tuple[int, dict[str, Any]]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.generic(method, path, content, content_type="application/json", **more)
    try:
        return answer.status_code, json.loads(answer.content)
    except ValueError:
        return answer.status_code, {}


@pytest.mark.parametrize(
    "query",
    ["ordering=operator__secret", "fields=margin", "expand=vendor.pricebook", "organization__name__startswith=cnry",
     "page=1000000000", "limit=100000000", "size=-1"],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", [f"{NETWORK}/memberships", f"{API}/people", f"{NETWORK}/statements", f"{NETWORK}/events"]
)
def test_parameters_that_nobody_declared_change_nothing(query: str, path: str, as_owner: Client) -> None:
    plain, asked = as_owner.get(path), as_owner.get(f"{path}?{query}")
    assert asked.status_code in {200, 400, 422}
    if asked.status_code == 200:
        assert asked.content == plain.content


@pytest.mark.parametrize(
    "cursor", ["x", "AAAA", "WyJmIl0", "W10", "bnVsbA", "eyJhIjoxfQ", "WyJmIiwgbnVsbCwgbnVsbF0", "%00", "é" * 9]
)
@pytest.mark.parametrize("path", [f"{NETWORK}/memberships", f"{API}/people", f"{NETWORK}/sales/reports"])
def test_a_forged_cursor_is_refused(cursor: str, path: str, as_owner: Client) -> None:
    assert as_owner.get(path, {"cursor": cursor}).status_code == 422


MASS = {
    "id": "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000",
    "code": "mine2345",
    "custodian_id": None,
    "organization": "x",
    "owner": "x",
    "status": "ACTIVE",
    "approved_by": "x",
    "created_at": "2000-01-01T00:00:00Z",
}


def test_fields_that_are_not_the_callers_are_never_stored(world: World, as_token: Client) -> None:
    organization = world.organizations["fir"]
    status, _ = said(as_token, "PATCH", f"{API}/organizations/{organization.code}", {**MASS, "city": "Elsewhere"})
    with acting(system("looking")):
        after = Organization.objects.get(id=organization.id)
    assert status in {200, 422}
    assert (after.id, after.code, after.custodian_id, after.created_at) == (
        organization.id,
        organization.code,
        organization.custodian_id,
        organization.created_at,
    )


def test_a_partner_does_not_move_its_own_tier_or_state(world: World, as_token: Client) -> None:
    code = world.memberships["aurora-channel", "fir"].code
    before = fingerprint()
    for path, body in (
        (f"{NETWORK}/memberships/{code}/standings", {"types": ["Distributor"], "tier": "Gold"}),
        (f"{NETWORK}/memberships/{code}/moves", {"state": "SUSPENDED", "reason": "x"}),
    ):
        assert said(as_token, "POST", path, body)[0] in {403, 404}
    assert fingerprint() == before


def test_roles_above_the_own_are_not_given(world: World) -> None:
    client = client_of(world, principal("elm.owner"))
    with acting(system("making a principal")):
        Affiliation.objects.filter(id=world.affiliations["elm.manager"].id).update(roles=["principal"])
    principal_client = Client(raise_request_exception=False)
    principal_client.force_login(world.people["elm.manager"])
    target = world.affiliations["elm.reader"].id
    assert said(principal_client, "PUT", f"{API}/people/{target}/roles", {"roles": ["owner"]})[0] == 403
    own = world.affiliations["elm.owner"].id
    with acting(system("leaving one owner")):
        others = Affiliation.objects.filter(organization_id=world.organizations["elm"].id, roles__contains=["owner"])
        others.exclude(id=own).update(roles=["rep"])
    assert said(client, "PUT", f"{API}/people/{own}/roles", {"roles": ["rep"]})[0] == 409


NASTY: tuple[bytes, ...] = (
    b"",
    b"[]",
    b"null",
    b"true",
    b"{",
    b'{"name": true}',
    b'{"name": {"a": 1}}',
    b'{"name": ["a"]}',
    b'{"id": true, "name": 5}',
    b'{"name": "a", "name": "b"}',
    b'{"name": "\\u0000"}',
    b'{"name": "\\ud800"}',
    b'{"name": NaN}',
    b'{"name": 1e400}',
    b"\xff\xfe\x00",
    b'{"name": "' + b"x" * 2_000_000 + b'"}',
    b'{"name": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    b"[" * 200_000,
)


@pytest.mark.parametrize("body", NASTY, ids=lambda body: str(body[:24]))
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{API}/organizations"),
        ("POST", f"{API}/networks"),
        ("PUT", NETWORK),
        ("POST", f"{NETWORK}/roster"),
        ("POST", f"{NETWORK}/products"),
        ("POST", f"{API}/tokens"),
        ("POST", f"{API}/program-checks"),
        ("PUT", f"{API}/me"),
    ],
)
def test_bodies_of_any_shape_get_a_clear_refusal(method: str, path: str, body: bytes, as_owner: Client) -> None:
    answer = as_owner.generic(method, path, body, content_type="application/json")
    assert answer.status_code in {200, 201, 400, 403, 413, 415, 422}
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("key", ["x" * 256, "", " ", "a\tb", "ü", "\x7f"])
def test_keys_that_cannot_be_kept_are_refused(key: str, as_token: Client) -> None:
    before = count_events()
    answer = as_token.generic(
        "POST", f"{API}/organizations", b'{"name": "N"}', "application/json", HTTP_IDEMPOTENCY_KEY=key
    )
    assert (answer.status_code, count_events()) == (400, before)


def test_a_key_belongs_to_who_used_it_first(world: World) -> None:
    """A colleague without the right must not get the kept answer by sending the same request with the same key."""
    body = json.dumps({"city": "Elsewhere"}).encode()
    path = f"{API}/organizations/{world.organizations['elm'].code}"
    answers = []
    for who in ("elm.owner", "elm.rep"):
        client = client_of(world, principal(who))
        answers.append(client.generic("PATCH", path, body, "application/json", HTTP_IDEMPOTENCY_KEY="shared"))
    assert next(answer.status_code for answer in answers) == 200
    assert answers[1].status_code in {403, 422}


def test_what_is_kept_for_a_key_cannot_be_read_in_the_database(world: World) -> None:
    from django.db import connection

    client = client_of(world, principal("token elm.all"))
    body = json.dumps({"name": "cleartext-word"}).encode()
    answer = client.generic("POST", f"{API}/organizations", body, "application/json", HTTP_IDEMPOTENCY_KEY="kept")
    assert answer.status_code == 201
    with acting(system("looking")), connection.cursor() as cursor:
        cursor.execute("select body from kit_keptanswer")
        kept = [bytes(row[0]) for row in cursor.fetchall()]
    assert len(kept) == 1
    assert b"cleartext-word" not in kept[0]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/acting"), ("POST", "/language"), ("POST", "/accounts/logout/"), ("POST", "/settings/invitations"),
     ("POST", "/networks/aurora-channel/edit"), ("POST", f"{API}/organizations"), ("PUT", f"{API}/me"),
     ("PUT", NETWORK), ("POST", f"{API}/tokens")],
)  # fmt: skip
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_without_the_csrf_token_nothing_happens(method: str, path: str, content_type: str, strict: Client) -> None:
    before = fingerprint()
    answer = strict.generic(method, path, b'{"name": "N", "locale": "de", "theme": "dark"}', content_type)
    assert (answer.status_code, fingerprint() == before) == (403, True)


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "%2f%2fevil.example"],
)
def test_sign_in_language_and_company_never_lead_away(target: str, world: World) -> None:
    client = Client(raise_request_exception=False)
    person = world.people["elm.owner"]
    answers = [client.post("/accounts/login/", {"login": person.email, "password": PASSWORD, "next": target})]
    answers.append(client.post("/language", {"language": "de", "next": target}))
    answers.append(client.post("/acting", {"organization": str(world.organizations["elm"].id), "next": target}))
    for answer in answers:
        reached = urlsplit(urljoin("http://testserver/x/", answer.headers.get("Location", "/").replace("\\", "/")))
        assert (reached.scheme, reached.netloc) == ("http", "testserver")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:8000@evil.example", "evil.example:80"]
)
def test_a_foreign_host_name_is_refused(host: str, as_owner: Client) -> None:
    assert as_owner.get("/", headers={"Host": host}).status_code == 400
    assert as_owner.post("/accounts/password/reset/", {"email": "a@b.de"}, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "path", [f"{API}/people", NETWORK, f"{NETWORK}/ledger/accounts", "/settings/people", "/networks/aurora-channel/"]
)
@pytest.mark.parametrize("who", ["nobody", "fir.owner", "boreal.owner"])
def test_other_spellings_of_a_request_get_the_same_policy(path: str, who: str, world: World) -> None:
    client = client_of(world, principal(who))
    plain = client.get(path)
    assert client.head(path).status_code in {plain.status_code, 405}
    for spelled in (
        path + "/",
        path + ".json",
        path.replace("/", "//", 1),
        path + "/%2e%2e/people",
        path.upper(),
        path + ";x=1",
    ):
        other = client.get(spelled)
        assert other.status_code in {plain.status_code, 301, 302, 400, 401, 404, 405}
        assert world.canaries.seen_by_others(other.content.decode(), principal(who).company) == []
    options = client.options(path)
    assert options.status_code in {200, 302, 401, 403, 404, 405}
    assert b"cnry" not in options.content


@pytest.mark.parametrize(
    "header", ["HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE", "HTTP_X_ORIGINAL_URL", "HTTP_X_REWRITE_URL"]
)
def test_headers_do_not_change_what_is_asked(header: str, world: World, as_token: Client) -> None:
    before = fingerprint()
    answer = as_token.get(f"{API}/me", **{header: "DELETE" if "METHOD" in header else NETWORK})
    assert answer.status_code == 200
    assert fingerprint() == before


@pytest.mark.parametrize(
    "credentials", ["Bearer ", "Bearer x", "bearer", "Basic dXNlcjpwYXNz", "Bearer hansa_" + "x" * 4000, "Token x", " "]
)
def test_wrong_credentials_are_refused_even_beside_a_session(credentials: str, as_owner: Client) -> None:
    assert as_owner.get(f"{API}/me", headers={"Authorization": credentials}).status_code == 401


def test_a_key_in_the_address_is_not_a_key(world: World) -> None:
    secret = world.tokens["elm.all"]
    assert Client().get(f"{API}/me?token={secret}&access_token={secret}").status_code == 401


def test_signing_in_changes_the_session_and_out_ends_it(world: World) -> None:
    client = Client()
    client.get("/accounts/login/")
    client.session["planted"] = "x"
    client.session.save()
    before = client.session.session_key
    client.post("/accounts/login/", {"login": world.people["elm.owner"].email, "password": PASSWORD})
    inside = client.session.session_key
    assert inside != before
    stolen = Client()
    stolen.cookies["sessionid"] = inside
    assert stolen.get(f"{API}/me").status_code == 200
    client.post("/accounts/logout/")
    assert stolen.get(f"{API}/me").status_code == 401


def test_a_new_password_ends_the_sessions_of_before(world: World) -> None:
    client = client_of(world, principal("elm.owner"))
    assert client.get(f"{API}/me").status_code == 200
    person = Person.objects.get(id=world.people["elm.owner"].id)
    person.set_password("another tall ship at sea")
    person.save()
    assert client.get(f"{API}/me").status_code == 401


@pytest.mark.parametrize("end", ["suspended", "ended", "inactive", "role", "revoked"])
def test_who_is_removed_is_refused_on_the_next_request(end: str, world: World) -> None:
    from django.utils import timezone

    from hansa.organizations.models import ApiToken

    session, token = client_of(world, principal("fir.owner")), client_of(world, principal("token fir.all"))
    path, now = f"{NETWORK}/statements", timezone.now()
    assert (session.get(path).status_code, token.get(path).status_code) == (200, 200)
    with acting(system("removing somebody")):
        mine = Affiliation.objects.filter(id=world.affiliations["fir.owner"].id)
        if end == "suspended":
            mine.update(suspended_at=now)
        elif end == "ended":
            mine.update(ended_at=now)
        elif end == "inactive":
            Person.objects.filter(id=world.people["fir.owner"].id).update(is_active=False)
        elif end == "role":
            mine.update(roles=["rep"])
        else:
            ApiToken.objects.filter(id=world.token_ids["fir.all"]).update(revoked_at=now)
    expected = (403, 403) if end == "role" else (401, 401)
    answers = (session.get(path).status_code, token.get(path).status_code)
    assert answers == ((200, 401) if end == "revoked" else expected)


def test_somebody_of_two_companies_acts_for_one_at_a_time(world: World) -> None:
    client = client_of(world, principal("elm.twin"))
    fir, nettle = world.organizations["fir"], world.organizations["nettle"]
    statement = world.statements["aurora-channel", "fir"].code
    assert client.get(f"{API}/statements/{statement}").status_code == 404
    client.post("/acting", {"organization": str(nettle.id)})
    assert client.get(f"{API}/me").json()["organization"] == world.organizations["elm"].code
    client.post("/acting", {"organization": str(fir.id)})
    assert client.get(f"{API}/me").json()["organization"] == fir.code
    assert client.get(f"{API}/statements/{statement}").status_code == 200


def test_names_that_others_have_taken_are_no_oracle_and_no_crash(world: World) -> None:
    client = client_of(world, principal("nettle.owner"))
    body = {"name": "Mine", "kind": "VENDOR", "currency": "EUR"}
    status, _ = said(client, "POST", f"{API}/networks", {**body, "slug": "boreal-channel"})
    with acting(system("looking")):
        assert Network.objects.filter(slug="boreal-channel").count() == 1
    assert status in {409, 422}


def test_reset_and_sign_in_say_the_same_to_known_and_unknown_addresses(world: World) -> None:
    known, unknown = world.people["elm.owner"].email, "nobody@elsewhere.de"
    pages = []
    for address in (known, unknown):
        client = Client()
        first = client.post("/accounts/password/reset/", {"email": address}, follow=True)
        second = client.post("/accounts/login/", {"login": address, "password": "wrong wrong wrong"})
        clean = [page.content.decode().replace(address, "*") for page in (first, second)]
        pages.append([without_tokens(page) for page in clean])
    assert pages[0] == pages[1]


def without_tokens(page: str) -> str:
    import re

    return re.sub(r'(csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken[^}]*}|nonce="[^"]*")', "", page)
