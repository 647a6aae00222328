"""Who asks: people and programs of every kind, each for one company."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.test import Client

from tests.world.story import World

EVERYTHING = "*"
READING = frozenset(
    {
        "networks.view",
        "customers.view",
        "deals.view",
        "disputes.view",
        "sales.view",
        "settlement.view",
        "ledger.view",
        "statements.view",
        "events.view",
    }
)
# Written from the specification of the roles, so that a role that grows by mistake is noticed.
MAY = {
    "owner": frozenset({EVERYTHING}),
    "twin": frozenset({EVERYTHING}),
    "all": frozenset({EVERYTHING}),
    "manager": READING
    | {"programs.edit", "programs.publish", "networks.manage", "catalog.edit", "sales.import", "customers.manage"}
    | {"deals.register", "deals.decide", "disputes.file", "disputes.decide"},
    "finance": READING | {"settlement.run", "ledger.close", "rates.edit", "sales.import"},
    "partners": frozenset(
        {"networks.view", "networks.manage", "customers.view", "customers.manage", "sales.view", "sales.import"}
        | {"statements.view", "events.view", "disputes.view", "disputes.file", "disputes.decide"}
        | {"deals.view", "deals.register", "deals.decide"}
    ),
    "auditor": READING,
    "reading": READING,
    "reader": READING - {"ledger.view", "events.view"},
    "rep": frozenset(
        {"networks.view", "customers.view", "deals.view", "deals.register", "disputes.view", "sales.view"}
    ),
    "networks": frozenset({"networks.view"}),
    "suspended": frozenset(),
    "nobody": frozenset(),
}
# The fast gate walks as these; `--full` as all.
FAST = {
    "api": ("aurora.owner", "boreal.owner", "elm.owner", "elm.rep", "token elm.networks", "elm.suspended", "nobody"),
    "screens": ("aurora.auditor", "elm.owner", "nobody"),
}
ALL = (
    "aurora.owner",
    "aurora.auditor",
    "boreal.owner",
    "delta.owner",
    "elm.owner",
    "elm.rep",
    "fir.owner",
    "token elm.networks",
    "elm.suspended",
    "nobody",
    "aurora.manager",
    "aurora.finance",
    "aurora.partners",
    "dune.owner",
    "gorse.reader",
    "elm.twin",
    "larch.owner",
    "maple.owner",
    "nettle.owner",
    "token aurora.reading",
    "token fir.all",
)


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who asks: `company` is empty for those who act for none."""

    name: str
    company: str
    capabilities: frozenset[str]
    by_token: bool = False

    def may(self, capability: str) -> bool:
        """Whether the specification gives it this capability."""
        return not capability or capability in self.capabilities or EVERYTHING in self.capabilities

    @property
    def signed_in(self) -> bool:
        """Whether it is known at all."""
        return self.name != "nobody"


@cache
def principal(name: str) -> Principal:
    """The principal of a name: `elm.rep`, `token elm.networks`, `nobody`."""
    if name == "nobody":
        return Principal(name, "", frozenset())
    company, role = name.removeprefix("token ").split(".")
    return Principal(name, "" if role == "suspended" else company, MAY[role], name.startswith("token "))


def client_of(world: World, who: Principal) -> Client:
    """A client that asks as this principal."""
    if who.by_token:
        secret = world.tokens[who.name.removeprefix("token ")]
        return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    client = Client(raise_request_exception=False)
    if who.signed_in:
        client.force_login(world.people[who.name])
    return client
