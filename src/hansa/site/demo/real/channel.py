"""The vendor's channel as it is founded: organizations, people, network, products, and the list of resellers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from hansa.catalog.operations import take_products
from hansa.catalog.rules import ProductEntry
from hansa.kernel.problem import Problem, Refused
from hansa.kit.scope import Scope, acting
from hansa.networks.models import Kind, Membership, Network
from hansa.networks.operations.membership import create_network
from hansa.networks.operations.roster import Entry, admit_members
from hansa.networks.operations.roster_file import Preview, preview_roster
from hansa.networks.queries import duplicates_in, scope_of
from hansa.networks.rules.roster_file import RECORD
from hansa.organizations.models import Organization
from hansa.site.demo.people import builder, enter_organization, enter_persons
from hansa.site.demo.real.dataset import DataSet
from hansa.site.demo.real.people import FINANCE, LOGINS, MANAGER, VENDOR, VENDOR_RECORD, WITH_PEOPLE
from hansa.site.demo.real.wording import charter, partner_types
from hansa.site.demo.world import DEMO_PASSWORD

Tell = Callable[[str], None]
ROSTER_FILE = "resellers.csv"
SPELLINGS = {("types", "Ware House"): "Warehouse"}  # what the vendor answers when the import asks


@dataclass(frozen=True, slots=True)
class Channel:
    """The network and its vendor, with the scopes of its program manager and its finance."""

    network: Network
    vendor: Organization
    manager: Scope
    finance: Scope


def found_channel(data: DataSet, *, at: datetime, now: datetime, tell: Tell) -> Channel:
    """Enter people and companies, found the network, take products and partners."""
    vendor = enter_organization(VENDOR_RECORD, {}, at)
    persons = enter_persons(
        [login for login in LOGINS if login.organization == VENDOR], {VENDOR: vendor.id}, DEMO_PASSWORD, at
    )
    founder = builder(vendor.id, persons[MANAGER], now)
    with acting(founder):
        network = create_network(
            slug=VENDOR, name="Adventure Works resellers", kind=Kind.VENDOR, currency="USD", charter=charter(), at=at
        )
    with acting(builder(vendor.id, persons[MANAGER], now)):
        _take_articles(network, data, at, tell)
        _take_resellers(network, data, at, tell)
    return Channel(
        network=network,
        vendor=vendor,
        manager=scope_of(organization_id=vendor.id, person_id=persons[MANAGER], on=now.date()),
        finance=scope_of(organization_id=vendor.id, person_id=persons[FINANCE], on=now.date()),
    )


def _take_articles(network: Network, data: DataSet, at: datetime, tell: Tell) -> None:
    entries = [ProductEntry(each.sku, each.name, each.category, each.family) for each in data.articles]
    tell(f"{take_products(network=network, entries=entries, at=at)} products taken")


def _take_resellers(network: Network, data: DataSet, at: datetime, tell: Tell) -> None:
    """The list through the product's own import: looked at, its foreign words answered, taken whole."""
    for word, count in _foreign_types(preview_roster(network=network, content=data.roster, file=ROSTER_FILE)).items():
        tell(f"{ROSTER_FILE}: {count} rows are of the type “{word}”; taken as “{SPELLINGS['types', word]}”")
    preview = preview_roster(network=network, content=data.roster, file=ROSTER_FILE, spellings=SPELLINGS)
    if preview.problems:
        raise Refused(preview.problems)
    organizations = _enter_resellers_with_people(preview.entries, at)
    entries = [replace(entry, organization_id=organizations.get(entry.number)) for entry in preview.entries]
    members = admit_members(network=network, entries=entries, at=at, file=ROSTER_FILE)
    tell(f"{len(members)} partners taken")
    for name, numbers in _names_that_repeat(entries).items():
        tell(f"{ROSTER_FILE}: “{name}” is listed as {' and '.join(numbers)}; each stays a partner of its own")
    for pair in duplicates_in(network):
        tell(f"{_named(pair.first)} and {_named(pair.second)} may be one company: {', '.join(pair.reasons)}")


def _foreign_types(preview: Preview) -> dict[str, int]:
    """Types of the list that the program does not know, with their rows; refused where the vendor has no answer."""
    known = partner_types()
    unknown = [each for each in preview.unknown if each.kind == "types"]
    foreign = {each.word: each.count for each in unknown if each.word not in known}
    unanswered = [word for word in foreign if ("types", word) not in SPELLINGS]
    if unanswered:
        expected = f"one of {', '.join(known)}; not {', '.join(unanswered)}"
        raise Refused([Problem(ROSTER_FILE, 0, "Type", expected)])
    return foreign


def _enter_resellers_with_people(entries: list[Entry], at: datetime) -> dict[str, UUID]:
    """Those that sign in are organizations of their own; the others stay in the vendor's care."""
    found = {
        entry.number: enter_organization({name: getattr(entry, name) for name in RECORD}, {}, at).id
        for entry in entries
        if entry.number in WITH_PEOPLE
    }
    enter_persons([login for login in LOGINS if login.organization in found], found, DEMO_PASSWORD, at)
    return found


def _names_that_repeat(entries: list[Entry]) -> dict[str, list[str]]:
    numbers: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        numbers[entry.name].append(entry.number)
    return {name: found for name, found in numbers.items() if len(found) > 1}


def _named(member: Membership) -> str:
    return f"{member.number} {member.organization.name}"
