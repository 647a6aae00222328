"""The policy table: who may do what at each address, written from the specification."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.safety.principals import Principal
from tests.safety.routes import METHODS, Route
from tests.safety.things import Thing

KINDS = {
    "slug": "network",
    "affiliation_id": "affiliation",
    "invitation_id": "invitation",
    "token_id": "token",
    "notification_id": "notification",
    "account_id": "account",
    "transaction_id": "transaction",
    "starts_on": "period",
    "line_id": "line",
    "price_list_id": "price_list",
    "named_account_id": "named_account",
    "decision": "decision",
    "territory": "territory",
    "holding_id": "holding",
    "result": "result",
    "match_id": "match",
    "evidence_id": "evidence",
    "secret": "secret",
}
NOTHING_THERE = frozenset({200, 302, 403, 404, 422})  # a page without anything of anybody, which the walk looks through
READS = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may: `relation` to the thing and a capability, empty for none; `answers` where they are not the usual ones."""

    relation: str
    capability: str = ""
    answers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """What the table says about one address: the kind of thing in it, and a rule for each method that does something."""

    name: str
    thing: str
    rules: dict[str, Rule]


@cache
def table() -> dict[str, Line]:
    """The lines by name of the screen or operation."""
    written = tomllib.loads((Path(__file__).parent / "policy.toml").read_text())
    lines = {}
    for section in ("screens", "api", "elsewhere"):
        for name, each in written[section].items():
            stated = {"GET": each} if isinstance(each, str) else each
            rules = {method: _rule(text) for method, text in stated.items() if method in METHODS}
            lines[name] = Line(name, stated.get("thing", ""), rules)
    for text, names in written["sign_in"].items():
        lines |= {name: Line(name, "", dict.fromkeys(("GET", "POST"), _rule(text))) for name in names}
    return lines


def _rule(text: str) -> Rule:
    relation, *rest = text.split()
    answers = frozenset(int(part) for part in rest if part.isdigit())
    capability = next((part for part in rest if not part.isdigit() and part != "-"), "")
    return Rule(relation, capability, answers)


def kind_of(route: Route, line: Line) -> str:
    """The kind of thing that an address names: stated, or told by its last parameter; empty for none."""
    return line.thing or next((KINDS[name] for name in reversed(route.parameters) if name in KINDS), "")


def key_of(route: Route) -> str:
    """The parameter that names the thing of an address."""
    named = [name for name in route.parameters if name in KINDS or name in {"code", "version"}]
    return named[-1]


def reaches(who: Principal, rule: Rule, thing: Thing | None, *, api: bool = False) -> bool:
    """Whether somebody stands in the rule's relation to a thing, whatever its role."""
    if rule.relation == "public":
        return True
    if rule.relation == "signed_in" and not who.company:
        return who.signed_in and not api  # somebody of no company finds the pages empty
    if rule.relation == "signed_in" or (thing is None and rule.relation == "own"):
        return bool(who.company)
    assert thing is not None, f"the rule {rule} needs a thing"
    if rule.relation == "mine":
        return who.name == f"{thing.owner}.owner"
    if rule.relation == "own":
        return who.company == thing.owner
    if rule.relation == "moves":
        return bool(who.company) and who.company in {thing.owner, thing.operator}
    if rule.relation == "party":
        return bool(who.company) and who.company in thing.seen_by - {thing.operator}
    if rule.relation == "run":
        return bool(who.company) and who.company == thing.operator
    return who.company in thing.seen_by or "*" in thing.seen_by


def allowed(who: Principal, route: Route, method: str, rule: Rule, thing: Thing | None) -> frozenset[int]:
    """The statuses that the specification allows as the answer."""
    if rule.relation != "public" and not who.signed_in:
        return frozenset({401}) if route.is_api else frozenset({302})
    if not reaches(who, rule, thing, api=route.is_api):
        if not who.company:
            if route.is_api:
                return frozenset({401})
            return NOTHING_THERE if thing is None else frozenset({302, 403, 404})
        known = thing is not None and (who.company in thing.seen_by or "*" in thing.seen_by)
        return frozenset({403, 404}) if known or not who.may(rule.capability) else frozenset({404})
    if rule.relation == "moves" and thing is not None and who.company == thing.owner:
        return rule.answers or _done(method) if who.may("organization.edit") else frozenset({403})
    if not who.may(rule.capability):
        return frozenset({403})
    return rule.answers or _done(method)


def _done(method: str) -> frozenset[int]:
    """Success, or a refusal of what was sent: without a proper body a write may end in 400, 409, 415 or 422."""
    if method in READS:
        return frozenset({200})
    return frozenset({200, 201, 202, 204, 302, 400, 409, 413, 415, 422})
