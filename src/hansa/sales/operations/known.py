"""What a network knows that a report is checked against: partners, products, prices, lines taken before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from uuid import UUID

import pyarrow as pa
from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from hansa.catalog.models import Price, Product
from hansa.engines.intake import References, Rules, aliases
from hansa.kernel.money import known_currencies, minor_digits
from hansa.kit.scope import acting, system
from hansa.networks.models import Membership
from hansa.sales.models import Alias, LineFile, ReportState, SalesReport
from hansa.sales.rules import days_of_report

LARGE_FILE = 64 * 1024 * 1024
SHARDS = 8


def references_for(report: SalesReport, *, without: Iterable[UUID] = ()) -> References:
    """The tables that a report's rows are checked against; lines of the reports `without` count as not taken."""
    return References(
        partners=aliases(_partners(report)),
        products=aliases(_products(report)),
        currencies={currency: minor_digits(currency) for currency in known_currencies()},
        prices=_prices(report),
        known_lines=_known_lines(report, set(without)),
    )


def hold_sender(network_id: UUID, sender_id: UUID) -> None:
    """Until the end of the transaction nobody else receives, takes or repairs anything of this sender here."""
    with connection.cursor() as cursor:
        name = f"sales:{network_id}:{sender_id}"
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def basis_of(report: SalesReport) -> frozenset[str]:
    """The sender's line files that stand: what a check for repeated lines rests on."""
    return frozenset(_standing_files(report).values_list("path", flat=True))


def controls_taken(report: SalesReport) -> frozenset[str]:
    """Control numbers of the sender's interchanges that were taken, in other reports than this."""
    taken = SalesReport.objects.filter(
        network_id=report.network_id,
        sender_id=report.sender_id,
        state__in=[ReportState.TAKEN, ReportState.REPLACED],
        reading__has_key="controls",
    ).exclude(id=report.id)
    return frozenset(control for reading in taken.values_list("reading", flat=True) for control in reading["controls"])


def rules_for(report: SalesReport, *, today: date) -> Rules:
    """How a report's rows are judged: its days, its currency, who stands where no distributor is named."""
    first, until = days_of_report(report.month)
    member = Membership.objects.filter(network_id=report.network_id, organization_id=report.sender_id).first()
    distributes = member is not None and member.standings.filter(types__contains=["Distributor"]).exists()
    return Rules(
        prefix=f"{member.number if member else report.network.slug}-",
        today=today,
        period_from=first,
        period_until=until,
        currency=report.network.currency,
        distributor=member.number if member is not None and distributes else None,
        shards=SHARDS if report.bytes > LARGE_FILE else 1,
    )


def _partners(report: SalesReport) -> Iterable[tuple[str, str, str]]:
    members = Membership.objects.filter(network_id=report.network_id)
    for number, name in members.values_list("number", "organization__name"):
        yield "id", number, number
        yield "name", name, number
    yield from _aliases(report, "PARTNER")


def _products(report: SalesReport) -> Iterable[tuple[str, str, str]]:
    for sku, name in Product.objects.filter(network_id=report.network_id).values_list("sku", "name"):
        yield "id", sku, sku
        yield "name", name, sku
    yield from _aliases(report, "PRODUCT")


def _aliases(report: SalesReport, kind: str) -> Iterable[tuple[str, str, str]]:
    known = Alias.objects.filter(network_id=report.network_id, kind=kind, sender_id__in=[report.sender_id])
    for text, target in known.values_list("text", "target"):
        yield "alias", text, target


def _prices(report: SalesReport) -> pa.Table:
    """The price lists, past the sender's own scope: a line is worth the same whoever of the two sends it."""
    with acting(system("pricing a report's lines")):
        return _price_table(report)


def _price_table(report: SalesReport) -> pa.Table:
    first, until = days_of_report(report.month)
    lists = Q(price_list__valid_until=None) | Q(price_list__valid_until__gt=first), Q(price_list__valid_from__lt=until)
    rows = Price.objects.filter(*lists, price_list__network_id=report.network_id).values_list(
        "product__sku", "price_list__currency", "unit_price", "price_list__valid_from", "price_list__valid_until"
    )
    columns = list(zip(*rows, strict=True)) or [()] * 5
    types = [pa.string(), pa.string(), pa.decimal128(18, 6), pa.date32(), pa.date32()]
    names = ["product", "currency", "unit_price", "valid_from", "valid_until"]
    return pa.table({n: pa.array(list(c), type=t) for n, c, t in zip(names, columns, types, strict=True)})


def _known_lines(report: SalesReport, without: set[UUID]) -> tuple[Path, ...]:
    """The files of the sender's lines that stand, for finding duplicates across its reports."""
    files = _standing_files(report).exclude(report_id__in=without)
    return tuple(settings.FILES_ROOT / path for path in files.values_list("path", flat=True))


def _standing_files(report: SalesReport) -> QuerySet[LineFile]:
    return LineFile.objects.filter(
        report__sender_id=report.sender_id, report__state=ReportState.TAKEN, network_id=report.network_id
    )
