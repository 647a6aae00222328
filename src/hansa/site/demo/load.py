"""Loading the invented world: the same operations, in the same order, as the people of the world would use."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from datetime import time as clock_time
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from hansa.catalog.operations import take_price_list, take_products
from hansa.catalog.rules import ProductEntry
from hansa.companies.models import Company
from hansa.kernel.money import minor_digits
from hansa.kit.scope import Scope, acting
from hansa.ledger.operations.rates import import_ecb
from hansa.networks.models import Kind, Network
from hansa.networks.operations.membership import Role, create_network, elect_steward
from hansa.networks.operations.roster import Dated, Entry, admit_members
from hansa.networks.queries import scope_of
from hansa.organizations.models import Organization
from hansa.programs.operations import create_program, hold_territory, publish, save_draft
from hansa.programs.queries import draft_of
from hansa.site.demo import clientele, settling
from hansa.site.demo.crew import Parcel, crew, send_all
from hansa.site.demo.dealing import load_deals
from hansa.site.demo.people import Login, builder, enter_organization, enter_persons
from hansa.site.demo.world import DEMO_PASSWORD, DEMO_SEED, World, build
from hansa.site.demo.world.clientele import customers
from hansa.site.demo.world.companies import DISTRIBUTOR_CONTINENT
from hansa.site.demo.world.deals import make_deals
from hansa.site.demo.world.programs import RESERVED
from hansa.site.demo.world.records import Layout, Membership, Person, Report
from hansa.site.demo.world.records import Organization as Enterprise

Tell = Callable[[str], None]
KINDS = {
    "vendor-driven": Kind.VENDOR,
    "distributor-organized": Kind.DISTRIBUTOR,
    "peer-to-peer": Kind.PEER,
    "marketplace": Kind.MARKETPLACE,
}
DATE_ORDERS = {"%Y-%m-%d": "ymd", "%d.%m.%Y": "dmy", "%d/%m/%Y": "dmy", "%m/%d/%Y": "mdy"}


class Loader:
    """One loading of a world: the ids that its records got, and the moments at which its people act."""

    def __init__(self, world: World, *, hands: ProcessPoolExecutor, now: datetime, tell: Tell) -> None:
        self.world = world
        self.hands = hands
        self.now = now
        self.tell = tell
        self.begin = moment(world.months[0])
        self.organizations: dict[str, UUID] = {}
        self.persons: dict[str, UUID] = {}
        self.networks: dict[str, Network] = {}
        self.clients: list[tuple[dict[str, str], UUID]] = []

    def run(self) -> None:
        """Load everything."""
        started = time.monotonic()
        for step in (
            self.people,
            self.found_networks,
            self.catalogue,
            self.customers,
            self.rates,
            self.programs,
            self.deals,
            self.history,
        ):
            step()
            self.tell(f"{step.__name__.replace('_', ' ')}: {time.monotonic() - started:.1f} s")

    def people(self) -> None:
        """Companies with a login, then their people."""
        wanted = {person.organization for person in self.world.persons}
        wanted |= {network.operator for network in self.world.networks if network.operator}
        for record in self.world.organizations:
            if record.key in wanted:
                self.organizations[record.key] = enter_organization(_record(record), record.identifiers, self.begin).id
        logins = [Login(p.name, p.email, p.organization, tuple(p.roles)) for p in self.world.persons]
        self.persons = enter_persons(logins, self.organizations, DEMO_PASSWORD, self.begin)

    def found_networks(self) -> None:
        """The networks of all four kinds, each with its members."""
        companies = {company.key: company for company in self.world.organizations}
        employers = {person.email: person.organization for person in self.world.persons}
        for record in self.world.networks:
            stewards = [employers[email] for email in record.stewards]
            founder = record.operator or stewards[0]
            if founder not in self.organizations:
                self.organizations[founder] = enter_organization(
                    _record(companies[founder]), companies[founder].identifiers, self.begin
                ).id
            with acting(self.builder(founder)):
                network = create_network(
                    slug=record.slug,
                    name=record.name,
                    kind=KINDS[record.kind],
                    currency=record.currency,
                    charter=record.charter,
                    at=self.begin,
                )
            self.networks[record.slug] = network
            with acting(self.builder(founder)):
                members = [m for m in self.world.memberships if m.network == record.slug]
                entries = [self.entry(member, companies, members) for member in members]
                for membership, member in zip(
                    admit_members(network=network, entries=entries, at=self.begin), members, strict=True
                ):
                    self.organizations[member.organization] = membership.organization_id
                for key in stewards[1:]:
                    organization = Organization.objects.get(id=self.organizations[key])
                    elect_steward(network=network, organization=organization, at=self.begin)

    def entry(self, member: Membership, companies: Mapping[str, Enterprise], members: Sequence[Membership]) -> Entry:
        """A membership as a row of a list of partners."""
        company = companies[member.organization]
        known = self.organizations.get(member.organization)
        return Entry(
            number=member.number,
            organization_id=known,
            state=member.state.upper(),
            state_reason=member.state_reason,
            identifiers=() if known else tuple((kind.upper(), value) for kind, value in company.identifiers.items()),
            roles=_roles(member, {other.organization: other.number for other in members}),
            name=company.name,
            legal_name=company.legal_name,
            country=company.country,
            region=company.region,
            city=company.city,
            postcode=company.postcode,
            street=company.street,
            website=company.domain,
            phone=company.phone,
        )

    def catalogue(self) -> None:
        """Products with their classifications, and price lists."""
        network = self.vendor_network
        names = {product.code: product.name for product in self.world.products}
        with acting(self.vendor):
            take_products(
                network=network,
                entries=[
                    ProductEntry(c.product, names[c.product], c.category, c.family, c.valid_from, c.valid_until)
                    for c in self.world.classifications
                ],
                at=self.begin,
            )
            for record in self.world.price_lists:
                digits = minor_digits(record.currency)
                take_price_list(
                    network=network,
                    name=record.name,
                    currency=record.currency,
                    valid_from=record.valid_from,
                    valid_until=record.valid_until,
                    prices=[(sku, Decimal(minor).scaleb(-digits)) for sku, minor in record.prices.items()],
                    at=self.begin,
                )

    def customers(self) -> None:
        """The vendor's customers, and who holds some of them by name."""
        place: dict[str, Any] = {"network_id": self.vendor_network.id, "scope": self.vendor}
        made = customers(self.world.seed)
        ids = clientele.take_all(made[: clientele.AT_ONCE], hands=self.hands, at=self.begin, **place)
        self.clients = list(zip(made, ids, strict=False))
        clientele.name_some(ids, at=self.begin, **place)
        clientele.send_list(made[clientele.AT_ONCE :], at=self.now, **place)

    def rates(self) -> None:
        """The world's own exchange rates, in the layout that the European Central Bank publishes."""
        with acting(self.finance):
            import_ecb(network=self.vendor_network, content=self.world.rates_csv, at=self.begin)

    def programs(self) -> None:
        """Each program's versions, published in order, and the draft for next year."""
        for record in self.world.programs:
            with acting(self.vendor):
                program = create_program(
                    network=self.networks[record.network], name=record.name, text=record.versions[0].text, at=self.begin
                )
                for version in record.versions:
                    draft = save_draft(
                        program=program, text=version.text, revision=draft_of(program).revision, at=self.begin
                    )
                    publish(program=program, revision=draft.revision, note=version.note, at=self.begin)
                save_draft(program=program, text=record.draft, revision=draft_of(program).revision, at=self.begin)
        self.give_territories()

    def give_territories(self) -> None:
        """The reserved territories of the vendor's program have holders from the year's first day on."""
        holder, first = self.organizations[DISTRIBUTOR_CONTINENT], self.now.date().replace(month=1, day=1)
        with acting(self.vendor):
            for territory in RESERVED:
                hold_territory(
                    network=self.vendor_network, territory=territory, holder_id=holder, from_on=first,
                    reason="Has served the country for years.", at=min(moment(first), self.now),
                )  # fmt: skip

    def deals(self) -> None:
        """Registrations of the last half year, and what became of them."""
        deals = make_deals(self.world.seed, [facts for facts, _ in self.clients], self.now)
        with acting(self.vendor):
            wanted = {self.clients[deal.customer][1]: deal.customer for deal in deals}
            rows = Company.objects.filter(id__in=wanted).values_list("id", "code")
            codes = {wanted[company_id]: code for company_id, code in rows}
        mailboxes = {*(deal.mailbox for deal in deals), "vera.program", "pia.principal"}
        scopes = {mailbox: self.signed_in(mailbox) for mailbox in mailboxes}
        load_deals(deals, network=self.vendor_network, codes=codes, scopes=scopes, now=self.now)

    def history(self) -> None:
        """Reports as they were sent and settlements as they were due, in the order of their days."""
        settlements = settling.due(self.vendor_network, scope=self.vendor, today=self.world.today)
        reports = sorted(self.world.reports, key=lambda report: report.sent_on)
        network, hands, finance = self.vendor_network, self.hands, self.finance
        for day, dues in groupby(settlements, key=lambda each: each.on):
            ready = [report for report in reports if report.sent_on <= day]
            reports = reports[len(ready) :]
            self.send(ready)
            settling.settle(network, list(dues), hands, scope=finance, at=min(moment(day), self.now))
        self.send(reports)
        settling.settle_again_where_sales_changed(network, hands, scope=finance, at=self.now)

    def send(self, reports: Sequence[Report]) -> None:
        """Reports through the product's own import: each sender's in their order, senders side by side."""
        by_sender: dict[str, list[Report]] = defaultdict(list)
        for report in reports:
            by_sender[report.sender].append(report)
        most_first = sorted(by_sender.values(), key=lambda sent: -sum(len(report.rows) for report in sent))
        scope = self.vendor
        list(self.hands.map(send_all, [[self.parcel(report, scope) for report in sent] for sent in most_first]))

    def parcel(self, report: Report, scope: Scope) -> Parcel:
        """A report on its way."""
        return Parcel(
            network_id=self.vendor_network.id,
            sender_id=self.organizations[report.sender],
            month=report.month,
            file_name=report.file_name,
            content=report,
            reading=_reading(report.habit),
            scope=scope,
            at=min(moment(report.sent_on), self.now),
        )

    @property
    def vendor_network(self) -> Network:
        """The vendor's network: the first of the world."""
        return self.networks[self.world.networks[0].slug]

    @property
    def vendor(self) -> Scope:
        """The vendor's program manager."""
        return self.acting_as("program_manager")

    @property
    def finance(self) -> Scope:
        """The vendor's finance."""
        return self.acting_as("finance")

    def acting_as(self, role: str) -> Scope:
        """The scope of the vendor's person with a role, as it is now."""
        operator = self.world.networks[0].operator
        return self.scope_of_one(lambda person: person.organization == operator and role in person.roles)

    def signed_in(self, mailbox: str) -> Scope:
        """The scope of the person with a mailbox."""
        return self.scope_of_one(lambda person: person.email.startswith(f"{mailbox}@"))

    def scope_of_one(self, wanted: Callable[[Person], bool]) -> Scope:
        """The scope of the first person of the world who is wanted, as it is now."""
        person = next(filter(wanted, self.world.persons))
        organization_id, person_id = self.organizations[person.organization], self.persons[person.email]
        return scope_of(organization_id=organization_id, person_id=person_id, on=self.now.date())

    def builder(self, key: str) -> Scope:
        """The scope in which an organization's network is built."""
        person = next((p for p in self.world.persons if p.organization == key), None)
        return builder(self.organizations[key], self.persons[person.email] if person else None, self.now)


def load_world(*, now: datetime, tell: Tell) -> None:
    """Make the demo's world as of `now` and load it."""
    with crew() as hands:
        Loader(build(DEMO_SEED, now.date()), hands=hands, now=now, tell=tell).run()


def moment(day: date) -> datetime:
    """Nine in the morning, UTC."""
    return datetime.combine(day, clock_time(9), UTC)


def _roles(member: Membership, numbers: Mapping[str, str]) -> tuple[Dated, ...]:
    return tuple(
        Dated(
            Role(tuple(s.types), s.tier or "", s.territory or "", None, s.reason),
            s.valid_from,
            s.valid_until,
            numbers[s.upstream] if s.upstream else "",
        )
        for s in member.standings
    )


def _record(record: Enterprise) -> dict[str, str]:
    names = ("name", "legal_name", "country", "region", "city", "postcode", "street", "phone")
    fields = {name: getattr(record, name) for name in names}
    return {**fields, "website": record.domain}


def _reading(layout: Layout) -> dict[str, object] | None:
    if layout.mapping is None:
        return None
    order = DATE_ORDERS[layout.date_format]
    formats = {"decimal": layout.decimal, "thousands": layout.thousands, "date": order}
    return {"mapping": dict(layout.mapping), "formats": formats}
