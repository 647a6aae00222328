"""The networks of all four kinds, who belongs to the small ones, and the people who sign in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.resources import files

from hansa.site.demo.world.companies import (
    BRUMEVAL,
    DISTRIBUTOR_CONTINENT,
    DISTRIBUTOR_ISLES,
    FUCHSKLAMM,
    KRANICHAU,
    MARKETPLACE,
    VENDOR,
    Companies,
)
from hansa.site.demo.world.memberships import Member
from hansa.site.demo.world.months import add_months
from hansa.site.demo.world.records import Membership, Network, Person, Standing

WORKSHOP_RING, OPEN_SPOKES, PEDALMARKT = "workshop-ring", "open-spokes", "pedalmarkt"

# Name, mailbox, organization, roles
_PEOPLE = (
    ("Vera Tormsiel", "vera.program", VENDOR, ("program_manager",)),
    ("Finn Groterhude", "finn.finance", VENDOR, ("finance",)),
    ("Paula Siebenwurt", "paula.partners", VENDOR, ("partner_manager",)),
    ("Aron Waldesruh", "aron.audit", VENDOR, ("auditor",)),
    ("Oda Nordwind", "oda.owner", VENDOR, ("owner",)),
    ("Dieter Möwenstein", "dieter.principal", DISTRIBUTOR_CONTINENT, ("owner", "principal")),
    ("Franka Rheinau", "franka.finance", DISTRIBUTOR_CONTINENT, ("finance",)),
    ("Daisy Foxmarrow", "daisy.principal", DISTRIBUTOR_ISLES, ("owner", "principal")),
    ("Ravi Heronsgate", "ravi.finance", DISTRIBUTOR_ISLES, ("finance",)),
    ("Pia Kranichau", "pia.principal", KRANICHAU, ("owner", "principal")),
    ("Rolf Nebelkuhle", "rolf.rep", KRANICHAU, ("rep",)),
    ("Frido Fuchsklamm", "frido.principal", FUCHSKLAMM, ("owner", "principal")),
    ("Rena Dachsstieg", "rena.rep", FUCHSKLAMM, ("rep",)),
    ("Basile Brumeval", "basile.principal", BRUMEVAL, ("owner", "principal")),
    ("Rémi Clairmont", "remi.rep", BRUMEVAL, ("rep",)),
    ("Mara Pedalmarkt", "mara.owner", MARKETPLACE, ("owner", "program_manager")),
)


def make_persons(companies: Companies) -> tuple[Person, ...]:
    """Everybody who signs in; the mailbox says the role, so that the first look needs no list."""
    known = companies.by_key()
    return tuple(Person(name, f"{box}@{known[key].domain}", key, roles) for name, box, key, roles in _PEOPLE)


def make_networks(persons: Sequence[Person]) -> tuple[Network, ...]:
    """The vendor's network and one small network of each other kind."""
    mail = {person.organization: person.email for person in reversed(persons)}
    stewards = (mail[KRANICHAU], mail[FUCHSKLAMM], mail[BRUMEVAL])
    return (
        Network(VENDOR, "Nordwind partner network", "vendor-driven", VENDOR, charter("vendor"), "EUR"),
        Network(
            WORKSHOP_RING,
            "Möwenstein Workshop Ring",
            "distributor-organized",
            DISTRIBUTOR_CONTINENT,
            charter("distributor"),
            "EUR",
        ),
        Network(OPEN_SPOKES, "Open Spokes", "peer-to-peer", None, charter("peers"), "EUR", stewards),
        Network(PEDALMARKT, "Pedalmarkt", "marketplace", MARKETPLACE, charter("marketplace"), "EUR"),
    )


def small_memberships(members: Sequence[Member], months: Sequence[date]) -> tuple[Membership, ...]:
    """Who belongs to the three small networks: the featured resellers, a few of their size, and the fleets."""
    others = [
        member.reseller.organization.key
        for member in members
        if member.sells
        and member.membership.state == "active"
        and member.reseller.organization.key not in (KRANICHAU, FUCHSKLAMM, BRUMEVAL)
    ]
    german = [member.reseller.organization.key for member in members if member.reseller.organization.country == "DE"]
    joined = add_months(months[0], 5)
    ring = [(key, "Workshop") for key in (FUCHSKLAMM, *[key for key in others if key in german][:8])]
    peers = [(key, "Independent business") for key in (KRANICHAU, FUCHSKLAMM, BRUMEVAL, *others[20:24])]
    market = [(key, "Service Provider") for key in (KRANICHAU, *others[30:34])]
    market += [("ottermoor", "Customer"), ("quendelhorst", "Customer")]
    named = ((WORKSHOP_RING, "W", ring), (OPEN_SPOKES, "S", peers), (PEDALMARKT, "P", market))
    return tuple(
        Membership(
            network, key, f"{letter}{100 + 7 * place}", "active", joined, "Joined", joined,
            (Standing((kind,), None, None, None, joined, None, "Joined"),),
        )
        for network, letter, group in named
        for place, (key, kind) in enumerate(group)
    )  # fmt: skip


def charter(name: str) -> str:
    """One of the charters that stand beside this module, as Markdown."""
    return (files("hansa.site.demo.world") / "texts" / f"charter_{name}.txt").read_text(encoding="utf-8")
