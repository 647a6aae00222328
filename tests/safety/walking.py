"""The walk itself: an address tried as one principal on its own, shared, foreign, crossed and nonexistent things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.safety import payloads
from tests.safety.policy import READS, Line, Rule, allowed, key_of, kind_of, reaches
from tests.safety.principals import Principal
from tests.safety.probing import Answer, Prober, headers_missing, leaks, masked
from tests.safety.routes import Route
from tests.safety.things import Thing, nonexistent


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be: at which address, as whom, on what, and what was wrong."""

    route: str
    method: str
    who: str
    what: str
    wrong: str

    def __str__(self) -> str:
        return f"{self.method} {self.route} as {self.who} on {self.what}: {self.wrong}"


def walk(prober: Prober, things: dict[str, list[Thing]], route: Route, line: Line, who: Principal) -> Iterator[Finding]:
    """Every finding at one address as one principal."""
    kind = kind_of(route, line)
    for method, rule in line.rules.items():
        if kind and rule.relation != "public":
            yield from _with_things(prober, things[kind], route, method, rule, who)
        else:
            values = _given(route, things[kind][0].address) if kind else {}
            yield from _judge(prober, route, method, rule, who, None, "it", values)[1]


def _with_things(
    prober: Prober, things: list[Thing], route: Route, method: str, rule: Rule, who: Principal
) -> Iterator[Finding]:
    near = [thing for thing in things if reaches(who, rule, thing)]
    seen = [thing for thing in things if thing not in near and who.company and _known(who, thing)]
    far = [thing for thing in things if thing not in near and thing not in seen]
    for label, found in (("its own", near[:1]), ("another that it sees", near[1:2]), ("one it only sees", seen[:1])):
        for thing in found:
            yield from _judge(prober, route, method, rule, who, thing, label, _given(route, thing.address))[1]
    if not far:
        return
    foreign = far[0]
    address = _given(route, foreign.address)
    answer, findings = _judge(prober, route, method, rule, who, foreign, "a foreign one", address)
    yield from findings
    yield from _same_as_nothing(prober, route, method, rule, who, foreign, answer)
    key = key_of(route)
    if near and route.parameters[0] != key and near[0].address[key] != foreign.address[key]:
        yield from _crossed(prober, route, method, rule, who, near[0], foreign)


def _same_as_nothing(
    prober: Prober, route: Route, method: str, rule: Rule, who: Principal, foreign: Thing, answer: Answer
) -> Iterator[Finding]:
    """Foreign equals nonexistent, byte for byte."""
    address = _given(route, foreign.address)
    last = key_of(route)
    nowhere = {**address, last: nonexistent(address[last])}
    other, findings = _judge(prober, route, method, rule, who, foreign, "nothing", nowhere)
    yield from findings
    if masked(answer, address) != masked(other, nowhere) or answer.status != other.status:
        wrong = f"foreign ({answer.status}) and nonexistent ({other.status}) differ"
        yield Finding(route.name, method, who.name, foreign.kind, wrong)


def _crossed(
    prober: Prober, route: Route, method: str, rule: Rule, who: Principal, near: Thing, foreign: Thing
) -> Iterator[Finding]:
    """The right parent with a foreign child, and a foreign parent with the own child."""
    first, last = route.parameters[0], key_of(route)
    own, strange = _given(route, near.address), _given(route, foreign.address)
    if own[first] == strange[first]:
        strange = {**strange, first: "boreal-channel" if own[first] == "aurora-channel" else "aurora-channel"}
    for label, mixed in (
        ("a foreign child of its own parent", {**own, last: _given(route, foreign.address)[last]}),
        ("its own child of a foreign parent", {**own, first: strange[first]}),
    ):
        yield from _judge(prober, route, method, rule, who, foreign, label, mixed)[1]


def _judge(
    prober: Prober,
    route: Route,
    method: str,
    rule: Rule,
    who: Principal,
    thing: Thing | None,
    label: str,
    values: dict[str, str],
) -> tuple[Answer, list[Finding]]:
    """One request and everything wrong with its answer."""
    expected = allowed(who, route, method, rule, thing)
    if label.startswith("its own child"):
        expected = frozenset({403, 404})
    writes = method not in READS
    body = payloads.sent(payloads.of(route.name), prober.world, thing, api=route.is_api) if writes else {}
    query = payloads.QUERIES.get(route.name, "")
    answer = prober.ask(who, route, method, values, watch=writes, query=query, **body)
    wrong = []
    if answer.status not in expected:
        wrong.append(f"answered {answer.status}, expected {sorted(expected)}")
    if found := leaks(prober.world, who, answer, values):
        wrong.append(f"shows {', '.join(found[:5])}")
    if writes and answer.changed and (answer.status >= 400 or _is_denial(answer)):
        wrong.append("denied, and the database has changed")
    if writes and answer.status < 400 and rule.relation != "public" and answer.changed is not (answer.events > 0):
        wrong.append(f"changed: {answer.changed}, events recorded: {answer.events}")
    if missing := headers_missing(answer, route):
        wrong.append(f"lacks {', '.join(missing)}")
    return answer, [Finding(route.name, method, who.name, label, each) for each in wrong]


def _is_denial(answer: Answer) -> bool:
    return answer.status == 302 and "/accounts/login" in answer.headers.get("location", "")


def _known(who: Principal, thing: Thing) -> bool:
    return who.company in thing.seen_by or "*" in thing.seen_by


def _given(route: Route, address: dict[str, str]) -> dict[str, str]:
    return {name: address[name] for name in route.parameters}
