"""One request as one principal, undone afterwards; and what is looked at in the answer and behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.core import mail
from django.db import connection, transaction
from django.test import Client

from hansa.activity.models import Event
from hansa.companies.sql import KEY_TABLES
from hansa.kit.scope import acting, system
from tests.safety.principals import Principal, client_of
from tests.safety.routes import Route
from tests.world.story import World

PASSING = re.compile(
    rb'(name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken":\s*"[^"]*"|X-CSRFToken[^}]*|csrf-token" content="[^"]*"'
    rb"|nonce-[\w+/=-]+|datetime=\"[^\"]*\")"
)
TOUCHED = ("last_used_at", "last_login")  # noted by asking, whatever the answer
IGNORED_TABLES = ("django_session", "site_cache", "procrastinate_workers", "django_migrations")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and what the request left behind before it was undone."""

    status: int
    body: bytes
    headers: dict[str, str]
    changed: bool | None
    events: int
    beside: str


@dataclass
class Prober:
    """Asks as anybody; keeps one client for each principal."""

    world: World
    clients: dict[str, Client] = field(default_factory=dict)
    untouched: str = ""

    def ask(
        self,
        who: Principal,
        route: Route,
        method: str,
        values: dict[str, str],
        *,
        watch: bool = False,
        query: str = "",
        **sent: Any,
    ) -> Answer:
        """Send one request inside a savepoint; with `watch` the whole database is compared before and after."""
        if who.name not in self.clients:  # signing in writes
            self.clients[who.name], self.untouched = client_of(self.world, who), ""
        client = self.clients[who.name]
        path = route.path(values) + query
        with _undone(client):
            mail.outbox.clear()
            if watch and not self.untouched:
                self.untouched = fingerprint()
            events = count_events()
            if method in {"GET", "HEAD", "OPTIONS"}:
                response = getattr(client, method.lower())(path)
            elif route.is_api and not sent.get("form"):
                response = client.generic(method, path, sent.get("data", b"{}"), content_type="application/json")
            else:
                response = client.post(path, sent.get("data", {}))
            body = b"".join(response.streaming_content) if response.streaming else response.content
            return Answer(
                status=response.status_code,
                body=body,
                headers={name.lower(): value for name, value in response.headers.items()},
                changed=fingerprint() != self.untouched if watch else None,
                events=count_events() - events,
                beside=_beside(),
            )


@contextmanager
def _undone(client: Client) -> Iterator[None]:
    """Take back what a request writes, and the cookies that it gets (signing out would end the walk)."""
    cookies = client.cookies.output()
    kept = SimpleCookie({name: each.value for name, each in client.cookies.items()})
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    if client.cookies.output() != cookies:
        client.cookies = kept


def count_events() -> int:
    """How many events there are."""
    with acting(system("counting events for the walker")):
        return Event.objects.count()


def fingerprint() -> str:
    """A digest of every row of every table but sessions and caches, computed by the database."""
    with acting(system("comparing the database for the walker")), connection.cursor() as cursor:
        cursor.execute(_fingerprint_sql())
        return str(cursor.fetchone()[0])


def _fingerprint_sql(kept: dict[str, str] = {}) -> str:  # noqa: B006 - the statement is the same for a whole run
    if "sql" not in kept:
        ignored = {*IGNORED_TABLES, *KEY_TABLES}  # keys follow from names, and the app's role may not read them
        tables = [name for name in connection.introspection.table_names() if name not in ignored]
        row = f"hashtextextended((to_jsonb(t) - array{list(TOUCHED)})::text, 0)::numeric"
        parts = [f"(select coalesce(sum({row}), 0)::text from {name} t)" for name in tables]
        kept["sql"] = "select concat_ws(',', " + ", ".join(parts) + ")"
    return kept["sql"]


def _beside() -> str:
    """What left by other doors: mails and queued jobs."""
    mails = [f"{message.to} {message.subject} {message.body}" for message in getattr(mail, "outbox", [])]
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(string_agg(args::text, ' '), '') from procrastinate_jobs")
        return " ".join(mails) + str(cursor.fetchone()[0])


def masked(answer: Answer, values: dict[str, str], extra: tuple[str, ...] = ()) -> bytes:
    """Body and headers without what the request itself said and without what differs in every answer."""
    text = PASSING.sub(b"", answer.body)
    text += repr(
        sorted((k, v) for k, v in answer.headers.items() if k not in {"set-cookie", "content-length"})
    ).encode()
    text = re.sub(rb"nonce-[\w+/=-]+", b"", text)
    for value in sorted({*values.values(), *extra}, key=len, reverse=True):
        if value:
            text = text.replace(value.encode(), b"*")
    return text


Check = Callable[[Answer], list[str]]


def leaks(world: World, who: Principal, answer: Answer, values: dict[str, str]) -> list[str]:
    """Canaries in the answer that the asker may not read; what the request itself said does not count."""
    text = answer.body.decode("utf-8", "replace") + " " + repr(answer.headers) + " "
    for value in values.values():
        if len(value) > 5:
            text = text.replace(value, "")
    found = world.canaries.seen_by_others(text, who.company or None)
    own = {world.organizations["fir"].name.lower()} if who.name == "elm.twin" else set()
    if who.name in world.people:
        own.add(world.people[who.name].name.lower())
    own |= _offered(world, values.get("secret", ""))
    found = [each for each in found if each not in own]
    beside = world.canaries.seen_by_others(answer.beside, who.company or None)
    return found + [f"beside: {each}" for each in beside]


def _offered(world: World, secret: str) -> set[str]:
    """What an invitation tells whoever holds its link: who is invited, and into which company."""
    into = [key for key in world.organizations if world.secrets[f"invitation {key}"] == secret]
    return {word for key in into for word in (world.secrets[f"invited {key}"], world.organizations[key].name.lower())}


def headers_missing(answer: Answer, route: Route) -> list[str]:
    """Headers that every answer carries and this one lacks."""
    wrong = []
    if "no-store" not in answer.headers.get("cache-control", ""):
        wrong.append("no-store")
    policy = answer.headers.get("content-security-policy", "")
    if not policy or "unsafe-inline" in policy or "unsafe-eval" in policy:
        wrong.append("content-security-policy")
    wanted = {"x-content-type-options": "nosniff", "referrer-policy": "same-origin", "x-frame-options": "DENY"}
    wrong += [name for name, value in wanted.items() if answer.headers.get(name) != value]
    return wrong
