"""Single sign-on to its end, against a small identity provider on loopback that speaks OpenID Connect."""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client

from hansa.organizations.tests.story import Story
from hansa.people.models import Person

ENTRY, RETURN = "/accounts/oidc/oidc/login/", "/accounts/oidc/oidc/login/callback/"
KEY = "a key that only the provider of this test knows"


@dataclass
class Provider:
    """An identity provider: who signs in there next, and what it was asked when the code came back."""

    email: str = ""
    verified: bool = True
    audience: str = "hansa"
    address: str = ""
    asked: dict[str, list[str]] = field(default_factory=dict)

    def answer(self, path: str) -> dict[str, object]:
        claims = {"sub": "subject-1", "email": self.email, "email_verified": self.verified, "name": "From outside"}
        if path == "/.well-known/openid-configuration":
            ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            return {f"{end}_endpoint": f"{self.address}/{place}" for end, place in ends.items()} | {
                "issuer": self.address,
                "jwks_uri": f"{self.address}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path == "/token":
            times = {"iat": int(time.time()), "exp": int(time.time()) + 60}
            signed = jwt.encode({**claims, **times, "iss": self.address, "aud": self.audience}, KEY, algorithm="HS256")
            return {"access_token": "opaque", "token_type": "Bearer", "id_token": signed}
        return claims


@pytest.fixture
def provider(settings: object) -> Iterator[Provider]:
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(made.answer(urlsplit(self.path).path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            made.asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.do_GET()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.address = f"http://127.0.0.1:{server.server_port}"
    app = {
        "provider_id": "oidc",
        "name": "Single sign-on",
        "client_id": "hansa",
        "secret": "told only to the provider",
        "settings": {"server_url": made.address},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield made
    server.shutdown()
    server.server_close()


def come_back(client: Client, *, state: str = "") -> object:
    """Go to the provider and come back with a code; `state` stands in for the one that was given on the way."""
    away = client.post(ENTRY)
    assert away.status_code == 302
    sent = parse_qs(urlsplit(away.headers["Location"]).query)
    assert sent["redirect_uri"][0].endswith(RETURN)
    client.challenge = sent["code_challenge"][0]
    return client.get(RETURN, {"code": "a-code", "state": state or sent["state"][0]})


def is_signed_in(client: Client) -> bool:
    return client.get("/settings/people").status_code == 200


def test_a_verified_address_opens_the_account_that_has_it(story: Story, client: Client, provider: Provider) -> None:
    provider.email = story.people.rita.email
    answer = come_back(client)

    assert answer.status_code == 302
    assert is_signed_in(client)
    assert provider.asked["client_secret"] == ["told only to the provider"]
    proof = sha256(provider.asked["code_verifier"][0].encode()).digest()
    assert urlsafe_b64encode(proof).decode().rstrip("=") == client.challenge


@pytest.mark.parametrize("case", ["unverified", "unknown", "for another", "forged state"])
def test_anything_else_opens_nothing_and_makes_no_account(
    story: Story, client: Client, provider: Provider, case: str
) -> None:
    provider.email = "nobody@elsewhere.example" if case == "unknown" else story.people.rita.email
    provider.verified = case != "unverified"
    provider.audience = "another" if case == "for another" else "hansa"
    people = Person.objects.count()
    come_back(client, state="forged" if case == "forged state" else "")

    assert not is_signed_in(client)
    assert Person.objects.count() == people
