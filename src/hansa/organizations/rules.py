"""Roles and what they allow."""

from __future__ import annotations

from collections.abc import Iterable

CAPABILITIES = {
    "organization.edit": "Change the organization's record and identifiers",
    "people.manage": "Invite people, set their roles, suspend them",
    "tokens.manage": "Make and revoke API tokens",
    "networks.view": "See the networks and their members",
    "networks.manage": "Set up networks, invite and decide members, set tiers and territories",
    "programs.edit": "Draft the program",
    "programs.publish": "Publish a program version",
    "catalog.edit": "Change products and price lists",
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
    "program_manager": _READING | {"programs.edit", "programs.publish", "networks.manage", "catalog.edit", "sales.import"},
    "partner_manager": frozenset({"networks.view", "networks.manage", "sales.view", "sales.import", "statements.view", "events.view"}),
    "finance": _READING | {"settlement.run", "ledger.close", "rates.edit", "sales.import"},
    "auditor": _READING,
    "principal": frozenset(
        {"organization.edit", "people.manage", "tokens.manage", "networks.view", "sales.view", "sales.import", "statements.view", "events.view"}
    ),
    "rep": frozenset({"networks.view", "sales.view"}),
    "read_only": _READING - {"ledger.view", "events.view"},
}  # fmt: skip

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
    ['networks.view', 'sales.view']
    """
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))


def roles_that_may_be_given(own: Iterable[str]) -> frozenset[str]:
    """Roles that a person with `own` roles may give to others: none that allows more than the person's own."""
    mine = capabilities_of(own)
    return frozenset(role for role, allowed in ROLES.items() if allowed <= mine)
