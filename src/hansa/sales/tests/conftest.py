"""A small channel: a vendor with two distributors and two resellers, products, a price list, and an outsider."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from hansa.catalog.operations import ProductEntry, take_price_list, take_products
from hansa.kit.scope import Scope, acting, system
from hansa.networks.models import Network
from hansa.networks.operations.membership import Role, create_network
from hansa.networks.operations.roster import Dated, Entry, admit_members
from hansa.networks.queries import scope_of
from hansa.organizations.models import Organization
from hansa.organizations.operations import affiliate, create_organization
from hansa.people.models import Person
from hansa.sales.models import SalesReport
from hansa.sales.operations.reading import check_report
from hansa.sales.operations.receiving import receive_report

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
FEBRUARY = date(2026, 2, 1)
HEADER = "Invoice No,Line,Date,Reseller ID,Reseller Name,SKU,Qty,Net Amount,Currency"
MAPPING = {
    "invoice": "Invoice No",
    "invoice_line": "Line",
    "sold_on": "Date",
    "partner": "Reseller ID",
    "partner_name": "Reseller Name",
    "product": "SKU",
    "quantity": "Qty",
    "net_amount": "Net Amount",
    "currency": "Currency",
}
FORMATS = {"decimal": ".", "thousands": "", "date": "ymd"}
READING = {"mapping": MAPPING, "formats": FORMATS}


def csv_file(*rows: str, header: str = HEADER) -> bytes:
    """A CSV of rows written as text."""
    return "\n".join([header, *rows, ""]).encode()


@dataclass
class Channel:
    """The network and who takes part in it; people are owners or principals of their organization."""

    network: Network
    organizations: dict[str, Organization]
    people: dict[str, Person]

    def scope(self, name: str, *, roles: tuple[str, ...] = ()) -> Scope:
        """The scope of an organization's person as it is now."""
        return scope_of(organization_id=self.organizations[name].id, person_id=self.people[name].id, on=NOW.date())

    def send(
        self,
        content: bytes,
        *,
        sender: str = "fjord",
        by: str = "vendor",
        month: date = FEBRUARY,
        name: str = "february.csv",
        reading: dict[str, object] | None = None,
        check: bool = True,
        at: datetime = NOW,
    ) -> SalesReport:
        """Receive a file and, unless told otherwise, check it at once; returns the report as it then is."""
        with acting(self.scope(by)):
            report, _ = receive_report(
                network=self.network,
                sender=self.organizations[sender],
                month=month,
                file_name=name,
                chunks=[content],
                at=at,
                reading=reading,
            )
        if check:
            check_report(report_id=report.id, scope=self.scope(by), at=at)
        return self.again(report)

    def again(self, report: SalesReport) -> SalesReport:
        """The report as it is stored now."""
        with acting(system("looking in a test")):
            return SalesReport.objects.select_related("network", "sender").get(id=report.id)


def _company(name: str, *, custodian: UUID | None = None) -> Organization:
    return create_organization(at=NOW, values={"name": name, "country": "DE"}, custodian_id=custodian).organization


def _person(email: str, organization: Organization, role: str) -> Person:
    person = Person.objects.create_user(email, password="correct horse battery", name=email.split("@")[0].title())
    affiliate(person_id=person.id, organization_id=organization.id, roles=[role], at=NOW)
    return person


@pytest.fixture
def files(settings, tmp_path: Path) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture
def channel(db: None, files: Path) -> Channel:
    with acting(system("building the test's channel")):
        names = {"vendor": "Nordwind Bikes", "fjord": "Fjord Distribution", "gale": "Gale Trading",
                 "alpine": "Alpine Cycles", "bay": "Bay Bikes", "stranger": "Stranger Ltd"}  # fmt: skip
        organizations = {"vendor": _company(names["vendor"])}
        for key in ("fjord", "gale", "alpine", "bay"):
            organizations[key] = _company(names[key], custodian=organizations["vendor"].id)
        organizations["stranger"] = _company(names["stranger"])
        people = {
            key: _person(f"{key}@example.org", organization, "owner" if key == "vendor" else "principal")
            for key, organization in organizations.items()
        }
        people["reader"] = _person("reader@example.org", organizations["fjord"], "rep")
    channel = Channel(Network(), organizations, people)
    with acting(channel.scope("vendor")):
        channel.network = create_network(slug="nordwind", name="Nordwind", kind="VENDOR", currency="EUR", at=NOW)
    with acting(channel.scope("vendor")):
        _fill(channel)
    return channel


def _fill(channel: Channel) -> None:
    def entry(number: str, key: str, kind: str, territory: str, upstream: str = "") -> Entry:
        organization = channel.organizations[key]
        role = Dated(Role((kind,), territory=territory), upstream=upstream)
        return Entry(number, organization.name, (role,), organization_id=organization.id)

    admit_members(
        network=channel.network,
        at=NOW,
        entries=[
            entry("D-1", "fjord", "Distributor", "North"),
            entry("D-2", "gale", "Distributor", "South"),
            entry("R-1", "alpine", "Reseller", "North", upstream="D-1"),
            entry("R-2", "bay", "Reseller", "South", upstream="D-1"),
        ],
    )
    products = [ProductEntry("B-100", "Tourer 100", "Bikes", "Touring"), ProductEntry("B-200", "Racer 200", "Bikes"),
                ProductEntry("H-1", "Helmet", "Safety")]  # fmt: skip
    take_products(network=channel.network, entries=products, at=NOW)
    take_price_list(
        network=channel.network,
        name="List 2026",
        currency="EUR",
        valid_from=date(2026, 1, 1),
        valid_until=None,
        prices=[("B-100", Decimal("499.00")), ("B-200", Decimal("899.50"))],
        at=NOW,
    )


@pytest.fixture
def signed_in(channel: Channel, client) -> Callable[[str], object]:
    """Sign the test client in as someone of the channel."""

    def sign_in(name: str) -> object:
        client.force_login(channel.people[name])
        return client

    return sign_in
