"""What a world is made of. Every value is frozen; money is in minor units, `…_until` days are exclusive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

DEMO_PASSWORD = "hansa-demo-2026"  # noqa: S105 - stated on purpose: every person of the demo signs in with it # nosec B105 - stated to everybody who starts the demo


@dataclass(frozen=True, slots=True)
class Organization:
    """A company. `identifiers` maps a scheme (`lei`, `vat`, `duns`) to its value; `code` is its vendor's number."""

    key: str
    name: str
    legal_name: str
    country: str
    region: str
    city: str
    postcode: str
    street: str
    domain: str
    phone: str
    identifiers: Mapping[str, str]
    code: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in, with roles in one organization: owner, program_manager, partner_manager, finance,
    auditor at the vendor; principal, rep, finance at a partner."""

    name: str
    email: str
    organization: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """A network of one of the four kinds. `operator` is None where stewards (persons' e-mails) are elected instead."""

    slug: str
    name: str
    kind: str
    operator: str | None
    charter: str
    currency: str
    stewards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member is for a time: its types, tier, territory and the distributor that it buys from."""

    types: tuple[str, ...]
    tier: str | None
    territory: str | None
    upstream: str | None
    valid_from: date | None
    valid_until: date | None
    reason: str

    def holds_on(self, day: date) -> bool:
        """Whether `day` lies within this standing."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Membership:
    """An organization in a network. `state` is invited, applied, active, suspended or ended, since `state_since`."""

    network: str
    organization: str
    number: str
    state: str
    state_since: date
    state_reason: str
    joined_on: date | None
    standings: tuple[Standing, ...]

    def standing_on(self, day: date) -> Standing | None:
        """The one standing that holds on `day`, if any."""
        return next((standing for standing in self.standings if standing.holds_on(day)), None)


@dataclass(frozen=True, slots=True)
class Product:
    """Something that the vendor sells. `price` is its price to partners in the first price list, in EUR cents."""

    code: str
    name: str
    family: str
    category: str
    price: int
    serial: bool
    former_code: str = ""


@dataclass(frozen=True, slots=True)
class Classification:
    """Where a product stood in the range for a time."""

    product: str
    family: str
    category: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class PriceList:
    """The vendor's prices to partners in one currency for one calendar year: minor units per product code."""

    name: str
    currency: str
    valid_from: date
    valid_until: date
    prices: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ProgramVersion:
    """A published text of the program."""

    label: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Program:
    """A network's program: what was published, oldest first, and the draft for the coming fiscal year."""

    network: str
    name: str
    versions: tuple[ProgramVersion, ...]
    draft: str


class Sale(NamedTuple):
    """One sales line. As it happened, every field has its true type; as reported, a field may hold the sender's text
    (a day that does not exist, a number with letters) or nothing. `net_amount` and `unit_price` are minor units."""

    invoice: str
    invoice_line: str
    serial: str
    sold_on: date | str
    partner: str
    partner_name: str
    product: str
    product_name: str
    quantity: int | str
    net_amount: int | None
    unit_price: int | None
    currency: str
    distributor: str
    rep: str
    territory: str
    end_customer: str
    country: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with one row on purpose. `position` counts data rows from 1; `truth` is what a repair should say,
    None where the row should go."""

    kind: str
    position: int
    truth: Sale | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import of one report should find: rows in the file, rows that stand at once with their net amounts per
    currency (minor units), and flawed rows by kind."""

    rows: int
    sound: int
    net: Mapping[str, int]
    flawed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sender writes: format, canonical field to header, and how numbers, days and text are spelt."""

    format: str
    mapping: Mapping[str, str] | None = None
    decimal: str = "."
    thousands: str = ""
    date_format: str = "%Y-%m-%d"
    delimiter: str = ","
    encoding: str = "utf-8"
    priced: bool = True


@dataclass(frozen=True)
class Report:
    """One sales report as it was sent.

    `layout` is how this file is written, `habit` how the sender says that it writes; `extras` are columns that no field
    takes (header to a cell per row). `replaces` names the file of the same month that this one re-sends with changes,
    `repeats` the one that it is a copy of."""

    sender: str
    month: date
    sent_on: date
    file_name: str
    number: int
    layout: Layout
    habit: Layout
    rows: tuple[Sale, ...]
    flaws: tuple[Flaw, ...]
    expected: Counts
    writer: Callable[[Report], bytes] = field(repr=False, compare=False)
    extras: Mapping[str, Sequence[str]] = field(default_factory=dict)
    replaces: str | None = None
    repeats: str | None = None

    @property
    def format(self) -> str:
        """csv, xlsx, parquet, x12-867 or edifact-slsrpt."""
        return self.layout.format

    @property
    def mapping(self) -> Mapping[str, str] | None:
        """Canonical field to the sender's header; None for EDI."""
        return self.layout.mapping

    @cached_property
    def content(self) -> bytes:
        """The bytes of the file, written when first asked for."""
        return self.writer(self)


@dataclass(frozen=True, slots=True)
class PartnerList:
    """The vendor's old spreadsheet of its partners, with the misspelt types and names that such lists have."""

    file_name: str
    content: bytes
    mapping: Mapping[str, str]
    misspelt_types: int
    misspelt_names: int


@dataclass(frozen=True, slots=True)
class World:
    """Everything that the demo holds. `sales` is what truly happened; `reports` is what was said about it.

    `planted` counts each kind of flaw over all reports, and `duplicates` lists the pairs of organization keys that are
    one company entered twice."""

    seed: int
    today: date
    months: tuple[date, ...]
    organizations: tuple[Organization, ...]
    persons: tuple[Person, ...]
    networks: tuple[Network, ...]
    memberships: tuple[Membership, ...]
    products: tuple[Product, ...]
    classifications: tuple[Classification, ...]
    price_lists: tuple[PriceList, ...]
    rates_csv: bytes
    programs: tuple[Program, ...]
    sales: tuple[Sale, ...]
    reports: tuple[Report, ...]
    partner_list: PartnerList
    duplicates: tuple[tuple[str, str], ...]
    planted: Mapping[str, int]


def standing_reports(reports: Iterable[Report]) -> list[Report]:
    """The reports whose lines stand when all have been taken in: neither replaced later nor copies."""
    listed = list(reports)
    replaced = {(report.sender, report.replaces) for report in listed}
    return [report for report in listed if not report.repeats and (report.sender, report.file_name) not in replaced]
