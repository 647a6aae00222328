"""Roles and what they allow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from hansa.kernel.problem import Problem

ACTING_KEY = "acting_organization"  # where a session keeps the organization that its person acts for

CAPABILITIES = {
    "organization.edit": "Change the organization's record and identifiers",
    "people.manage": "Invite people, set their roles, suspend them",
    "tokens.manage": "Make and revoke API tokens",
    "networks.view": "See the networks and their members",
    "networks.manage": "Set up networks, invite and decide members, set tiers and territories",
    "programs.edit": "Draft the program",
    "programs.publish": "Publish a program version",
    "catalog.edit": "Change products and price lists",
    "customers.view": "See the customer directory and the named accounts that are one's own",
    "customers.manage": "Add, correct, merge and import customers, name accounts",
    "deals.view": "See registrations and their timeline",
    "deals.register": "Register deals, move their stage, ask for extensions",
    "deals.decide": "Decide registrations of a network, answer its matches",
    "disputes.view": "See cases in which one's organization is a side, and precedents",
    "disputes.file": "File cases, show evidence, accept or appeal a remedy",
    "disputes.decide": "Assign who decides a case, propose a remedy, decide an appeal",
    "sales.view": "See sales reports and lines",
    "sales.import": "Send, repair and take sales reports",
    "settlement.view": "See settlement runs",
    "settlement.run": "Preview and commit settlements",
    "ledger.view": "See the ledger, accounts and periods",
    "ledger.close": "Close a period",
    "rates.edit": "Import and enter exchange rates",
    "statements.view": "See statements",
    "events.view": "Read the event log and verify its chain",
}

_EVERYTHING = frozenset(CAPABILITIES)
_READING = frozenset(name for name in CAPABILITIES if name.endswith(".view"))

ROLES: dict[str, frozenset[str]] = {
    "owner": _EVERYTHING,
    "program_manager": _READING
    | {"programs.edit", "programs.publish", "networks.manage", "catalog.edit", "sales.import", "customers.manage"}
    | {"deals.register", "deals.decide", "disputes.file", "disputes.decide"},
    "partner_manager": frozenset(
        {"networks.view", "networks.manage", "customers.view", "customers.manage"}
        | {"deals.view", "deals.register", "deals.decide"}
        | {"disputes.view", "disputes.file", "disputes.decide"}
        | {"sales.view", "sales.import", "statements.view", "events.view"}
    ),
    "finance": _READING | {"settlement.run", "ledger.close", "rates.edit", "sales.import"},
    "auditor": _READING,
    "principal": frozenset(
        {"organization.edit", "people.manage", "tokens.manage", "disputes.view", "disputes.file"}
        | {
            "networks.view",
            "customers.view",
            "deals.view",
            "deals.register",
            "sales.view",
            "sales.import",
            "statements.view",
            "events.view",
        }
    ),
    "rep": frozenset(
        {"networks.view", "customers.view", "deals.view", "deals.register", "disputes.view", "sales.view"}
    ),
    "read_only": _READING - {"ledger.view", "events.view"},
}

ROLE_LABELS = {
    "owner": "Owner",
    "program_manager": "Program manager",
    "partner_manager": "Partner manager",
    "finance": "Finance",
    "auditor": "Auditor",
    "principal": "Principal",
    "rep": "Sales representative",
    "read_only": "Reader",
}


def capabilities_of(roles: Iterable[str]) -> frozenset[str]:
    """Everything that a person with these roles may do; unknown roles allow nothing.

    >>> sorted(capabilities_of(["rep"]))
    ['customers.view', 'deals.register', 'deals.view', 'disputes.view', 'networks.view', 'sales.view']
    """
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))


def roles_that_may_be_given(own: Iterable[str]) -> frozenset[str]:
    """Roles that a person with `own` roles may give to others: none that allows more than the person's own."""
    mine = capabilities_of(own)
    return frozenset(role for role, allowed in ROLES.items() if allowed <= mine)


PARTNER_ROLES = frozenset({"principal", "rep", "read_only"})


def roles_within(capabilities: frozenset[str]) -> frozenset[str]:
    """Roles that allow nothing beyond these capabilities."""
    return frozenset(role for role, allowed in ROLES.items() if allowed <= capabilities)


def roles_for_those_in_care(capabilities: frozenset[str]) -> frozenset[str]:
    """Roles that a custodian may offer the first people of an organization in its care: to run it, never to own it."""
    return PARTNER_ROLES if "networks.manage" in capabilities else frozenset()


def problems_of_roles(roles: Sequence[str]) -> list[Problem]:
    """What is wrong with a list of roles: it is empty, or one is unknown."""
    unknown = [role for role in roles if role not in ROLES]
    if roles and not unknown:
        return []
    return [Problem("", 0, "roles", f"one or more of {', '.join(ROLES)}")]


def is_above(roles: Iterable[str], capabilities: frozenset[str]) -> bool:
    """Whether these roles allow more than the capabilities do: who has these may then neither give nor touch them."""
    return not capabilities_of(roles) <= capabilities


def keeper_lost(before: Iterable[Sequence[str]], after: Iterable[Sequence[str]]) -> str:
    """What an organization would lose when its people's roles change; empty when it keeps an owner and a manager.

    Both list the roles of each person in good standing. Nobody outside could give an organization its last owner back.

    >>> keeper_lost([["owner"], ["rep"]], [["rep"]])
    'the last owner'
    """
    had, has = list(before), list(after)
    if any("owner" in roles for roles in had) and not any("owner" in roles for roles in has):
        return "the last owner"
    managed = any("people.manage" in capabilities_of(roles) for roles in had)
    if managed and not any("people.manage" in capabilities_of(roles) for roles in has):
        return "the last person who may invite others"
    return ""


LENGTHS = {
    "name": 160,
    "legal_name": 200,
    "country": 2,
    "region": 80,
    "city": 80,
    "postcode": 20,
    "street": 160,
    "website": 200,
    "phone": 40,
}


def problems_of_record(values: Mapping[str, str], countries: Iterable[str]) -> list[Problem]:
    """What is wrong with values of an organization's record; `countries` are the two-letter codes that exist."""
    problems = [
        Problem("", 0, field, f"up to {LENGTHS[field]} characters without line breaks")
        for field, value in values.items()
        if len(value) > LENGTHS[field] or any(char < " " or char == "\x7f" for char in value)
    ]
    if "name" in values and not values["name"]:
        problems.append(Problem("", 0, "name", "the name under which the organization is known"))
    if values.get("country") and values["country"] not in set(countries):
        problems.append(Problem("", 0, "country", "a country by its two letters, such as DE"))
    if values.get("website") and not re.fullmatch(r"https?://[^\s/@]+\.[^\s/@]+(/\S*)?", values["website"]):
        problems.append(Problem("", 0, "website", "an address such as https://example.com"))
    return problems
