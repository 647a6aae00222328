"""Every address, as everybody, on own, shared, foreign and nonexistent things (see `policy.toml` and `walking`)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.safety import payloads, policy
from tests.safety.principals import ALL, FAST, principal
from tests.safety.probing import Prober
from tests.safety.routes import Route, api_patterns, operations, screens, shape
from tests.safety.things import Thing, catalogue
from tests.safety.walking import walk
from tests.world.story import World

# Sign-in's own links, which carry a one-time key or name a key or provider of the person that asks (tested in people).
NAMES_NOTHING = {
    "account_confirm_email",
    "account_reset_password_from_key",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "openid_connect_login",
    "openid_connect_callback",
}
SITES = {"api": operations, "screens": screens}


@pytest.fixture
def things(world: World) -> dict[str, list[Thing]]:
    return catalogue(world)


@pytest.fixture
def prober(world: World) -> Prober:
    return Prober(world)


def routes() -> Iterator[Route]:
    yield from screens()
    yield from operations()


def test_every_address_has_a_line_in_the_policy() -> None:
    known = policy.table()
    assert sorted(route.name for route in routes() if route.name not in known) == []


def test_every_line_of_the_policy_has_an_address() -> None:
    present = {route.name for route in (*routes(), *api_patterns())}
    assert sorted(name for name in policy.table() if name not in present) == []


def test_every_address_below_the_api_is_in_its_document_or_has_a_line() -> None:
    documented = {shape(operation.pattern) for operation in operations()}
    others = [route.name for route in api_patterns() if shape(route.pattern) not in documented]
    assert sorted(name for name in others if name not in policy.table()) == []


def test_the_policy_names_each_method_of_each_operation() -> None:
    table = policy.table()
    wrong = [each.name for each in operations() if tuple(table[each.name].rules) != each.methods]
    assert wrong == []


def walks() -> list[object]:
    """Each principal on each site; tokens open no screens. All but the fast ones are marked `full`."""
    return [
        pytest.param(site, who, id=f"{site}-{who}", marks=[] if who in FAST[site] else [pytest.mark.full])
        for site in SITES
        for who in ALL
        if site == "api" or not who.startswith("token ")
    ]


@pytest.mark.parametrize(("site", "who"), walks())
def test_nobody_gets_more_than_the_policy_says(
    site: str, who: str, prober: Prober, things: dict[str, list[Thing]]
) -> None:
    table, asking = policy.table(), principal(who)
    findings = [
        str(finding)
        for route in SITES[site]()
        if route.name not in NAMES_NOTHING
        for finding in walk(prober, things, route, table[route.name], asking)
    ]
    assert not findings, "\n" + "\n".join(findings)


def written() -> list[object]:
    names = [route.name for route in operations() if route.methods[0] != "GET"]
    return [pytest.param(name, id=name) for name in names]


@pytest.mark.parametrize("name", written())
def test_a_write_with_the_right_succeeds_and_records_what_happened(
    name: str, prober: Prober, things: dict[str, list[Thing]]
) -> None:
    """The walk would pass a product that denies everything, and one that forgets to write the log."""
    route = next(each for each in operations() if each.name == name)
    line, payload = policy.table()[name], payloads.of(name)
    (method, rule), asking = next(iter(line.rules.items())), principal(payload.by)
    kind = policy.kind_of(route, line)
    near = [thing for thing in things.get(kind, []) if policy.reaches(asking, rule, thing)]
    thing = next((each for each in near if not (payload.of_another and each.owner == asking.company)), None)
    values = {key: thing.address[key] for key in route.parameters} if thing else {}
    sent = payloads.sent(payload, prober.world, thing, api=True)
    answer = prober.ask(asking, route, method, values, watch=True, **sent)

    assert answer.status in ({payload.answer} if payload.answer else {200, 201, 202}), answer.body[:600]
    assert answer.events == payload.events
    assert answer.changed is (payload.events > 0)
