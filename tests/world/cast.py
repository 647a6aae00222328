"""Who takes part: companies, networks and memberships, and who may know what about whom, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

VENDORS = ("aurora", "boreal")
COMPANIES = (
    *VENDORS,
    "delta",
    "dune",
    "elm",
    "fir",
    "gorse",
    "hazel",
    "larch",
    "maple",
    "pine",
    "nettle",
)
ROLES = {
    "owner": ("owner",),
    "manager": ("program_manager",),
    "finance": ("finance",),
    "partners": ("partner_manager",),
    "auditor": ("auditor",),
    "reader": ("read_only",),
    "rep": ("rep",),
    "suspended": ("owner",),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """A membership: network, company, partner type, distributor, state."""

    network: str
    company: str
    kind: str
    upstream: str = ""
    state: str = "ACTIVE"


OPERATORS = {"aurora-channel": "aurora", "boreal-channel": "boreal", "commons": "pine"}
SEATS = (
    Seat("aurora-channel", "delta", "Distributor"),
    Seat("aurora-channel", "dune", "Distributor"),
    Seat("aurora-channel", "elm", "Reseller", "delta"),
    Seat("aurora-channel", "fir", "Reseller", "dune"),
    Seat("aurora-channel", "hazel", "Reseller", "delta"),
    Seat("aurora-channel", "gorse", "Reseller"),
    Seat("aurora-channel", "larch", "Reseller"),
    Seat("aurora-channel", "maple", "Reseller", state="APPLIED"),
    Seat("boreal-channel", "gorse", "Reseller"),
    Seat("boreal-channel", "fir", "Reseller"),
    Seat("commons", "elm", "Peer"),
    Seat("commons", "gorse", "Peer"),
)
REPORTERS = {
    ("aurora-channel", "delta"): ("elm", "hazel"),
    ("aurora-channel", "dune"): ("fir",),
    ("aurora-channel", "gorse"): ("gorse",),
    ("boreal-channel", "gorse"): ("gorse",),
    ("boreal-channel", "fir"): ("fir",),
}


def listed(network: str) -> frozenset[str]:
    """Everybody in a network: its operator or steward and every company that it lists, whatever its state."""
    return frozenset({OPERATORS[network], *(seat.company for seat in SEATS if seat.network == network)})


def admitted(network: str) -> frozenset[str]:
    """Who may read the network's programs: everybody listed but those who have only applied."""
    waiting = {seat.company for seat in SEATS if seat.network == network and seat.state == "APPLIED"}
    return listed(network) - waiting


def reading(network: str) -> frozenset[str]:
    """Who reads a network's customer directory: its operator or steward, and its active members (larch has left)."""
    active = {seat.company for seat in SEATS if seat.network == network and seat.state == "ACTIVE"}
    return frozenset({OPERATORS[network], *(active - {"larch"})})


def knowing(company: str) -> frozenset[str]:
    """Who may see a company's record: itself, operators of its networks, its members, its distributors and theirs."""
    known = {company}
    for seat in SEATS:
        operator = OPERATORS[seat.network]
        if seat.company == company:
            known |= {operator, *([seat.upstream] if seat.upstream else [])}
        if company in {operator, seat.upstream}:
            known.add(seat.company)
    return frozenset(known)


def of_seat(seat: Seat) -> frozenset[str]:
    """Who may see a membership: the operator, the member, the distributor upstream of it."""
    return frozenset({OPERATORS[seat.network], seat.company, *([seat.upstream] if seat.upstream else [])})
