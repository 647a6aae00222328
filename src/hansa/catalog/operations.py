from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from django.db import connection, transaction
from django.db.models import F

from hansa.activity.operations import record
from hansa.catalog.models import Classification, Price, PriceList, Product
from hansa.catalog.rules import (
    MOST_ROWS,
    PRICE_COLUMNS,
    PRODUCT_COLUMNS,
    ProductEntry,
    price_entries,
    price_of,
    problems_of_header,
    problems_of_product,
    product_entries,
)
from hansa.engines.intake import Limits, open_source
from hansa.engines.intake.source import batches
from hansa.kernel.money import known_currencies
from hansa.kernel.problem import Problem, Refused
from hansa.kit.exports import restored
from hansa.kit.failures import Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Network

LISTED = Refused.LISTED
LARGEST_LIST = 16 * 1024 * 1024


@transaction.atomic
def take_products(*, network: Network, entries: Sequence[ProductEntry], at: datetime, file: str = "products") -> int:
    """Take a list of products, all or none; a SKU may stand on several rows with other days. Returns new products.

    Known SKUs get the name of the list and its classifications, which hold from their first day up to the next one that
    is known; a classification with the same first day is corrected. Nothing is taken away.
    """
    current_scope().require_operator(network.id, "catalog.edit")
    problems = _problems_of_products(entries, file)
    if problems:
        raise Unprocessable("The list of products was not taken.", problems=problems[:LISTED], total=len(problems))
    _hold_catalog(network)
    known = {product.sku: product for product in Product.objects.filter(network=network)}
    fresh = {e.sku: Product(network=network, sku=e.sku, name=e.name) for e in entries if e.sku not in known}
    Product.objects.bulk_create(fresh.values())
    renamed = {e.sku: e.name for e in entries if e.sku in known and known[e.sku].name != e.name}
    for sku, name in renamed.items():
        known[sku].name = name
    Product.objects.bulk_update([known[sku] for sku in renamed], ["name"], batch_size=500)
    products = {**known, **fresh}
    _classify(products, [e for e in entries if e.sku in fresh or e.category or e.family])
    record(
        "catalog.products.taken",
        subject=network,
        at=at,
        network_id=network.id,
        facts={"rows": len(entries), "new": len(fresh), "renamed": len(renamed)},
    )
    return len(fresh)


@transaction.atomic
def take_price_list(
    *,
    network: Network,
    name: str,
    currency: str,
    valid_from: date,
    valid_until: date | None,
    prices: Sequence[tuple[str, Decimal]],
    at: datetime,
    file: str = "prices",
) -> PriceList:
    """Take a price list (SKU, unit price), all or none. One list per currency and first day."""
    current_scope().require_operator(network.id, "catalog.edit")
    _hold_catalog(network)
    products = {product.sku: product for product in Product.objects.filter(network=network)}
    problems = _problems_of_list(network, name, currency, valid_from, valid_until, file)
    problems += _problems_of_prices(prices, products.keys(), file)
    if problems:
        raise Unprocessable("The price list was not taken.", problems=problems[:LISTED], total=len(problems))
    price_list: PriceList = PriceList.objects.create(
        network=network, name=name, currency=currency, valid_from=valid_from, valid_until=valid_until
    )
    Price.objects.bulk_create(
        Price(price_list=price_list, product=products[sku], unit_price=unit_price) for sku, unit_price in prices
    )
    record(
        "catalog.prices.taken",
        subject=price_list,
        at=at,
        network_id=network.id,
        facts={"currency": currency, "from": str(valid_from), "prices": len(prices)},
    )
    return price_list


def read_products(path: Path, *, name: str) -> list[ProductEntry]:
    """The products of a CSV or XLSX file with the columns sku, name, category, family, valid_from, valid_until.

    Raises Unprocessable with row and column of what is wrong; nothing is written.
    """
    entries, problems = product_entries(_table(path, name, PRODUCT_COLUMNS[:2], PRODUCT_COLUMNS), name)
    if problems:
        raise Unprocessable("The list of products was not taken.", problems=problems[:LISTED], total=len(problems))
    return entries


def read_prices(path: Path, *, name: str) -> list[tuple[str, Decimal]]:
    """The prices of a CSV or XLSX file with the columns sku and unit_price; Unprocessable as `read_products`."""
    entries, problems = price_entries(_table(path, name, PRICE_COLUMNS, PRICE_COLUMNS), name)
    if problems:
        raise Unprocessable("The price list was not taken.", problems=problems[:LISTED], total=len(problems))
    return entries


def _table(path: Path, name: str, required: Sequence[str], known: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    try:
        source = open_source(path, name=name, limits=Limits(bytes=LARGEST_LIST, rows=MOST_ROWS))
        problems = problems_of_header(source.headers, required, known, name)
        if problems:
            raise Refused(problems)
        keys = [header.strip().lower() for header in source.headers]
        rows = [row for batch in batches(source) for row in batch.to_pylist()]
    except Refused as refused:
        raise Unprocessable("The list cannot be read.", problems=refused.problems) from refused
    faulty = [Problem(name, row["source_row"], "", str(row["fault"])) for row in rows if row["fault"]]
    if faulty:
        raise Unprocessable("The list cannot be read.", problems=faulty[:LISTED], total=len(faulty))
    cells = (
        (row["source_row"], {k: restored((row[f"c{at}"] or "").strip()) for at, k in enumerate(keys)}) for row in rows
    )
    return [(number, values) for number, values in cells if any(values.values())]


def _problems_of_products(entries: Sequence[ProductEntry], file: str) -> list[Problem]:
    problems: list[Problem] = []
    starts: set[tuple[str, date | None]] = set()
    for row, entry in enumerate(entries, start=2):
        problems += problems_of_product(entry, file, row)
        if (entry.sku, entry.since) in starts:
            problems.append(Problem(file, row, "valid_from", "one classification of a SKU per first day"))
        starts.add((entry.sku, entry.since))
    return problems


def _classify(products: Mapping[str, Product], entries: Sequence[ProductEntry]) -> None:
    """Enter classifications and end each one where the next begins, so that a product has one on every day."""
    Classification.objects.bulk_create(
        [
            Classification(
                product=products[e.sku], category=e.category, family=e.family, valid_from=e.since, valid_until=e.until
            )
            for e in entries
        ],
        update_conflicts=True,
        unique_fields=["product", "valid_from"],
        update_fields=["category", "family", "valid_until"],
    )
    touched = {products[e.sku].id for e in entries}
    rows = Classification.objects.filter(product_id__in=touched).order_by(
        "product_id", F("valid_from").asc(nulls_first=True)
    )
    cut = []
    for row, following in pairwise(rows):
        ends = following.valid_from
        if row.product_id == following.product_id and (row.valid_until is None or row.valid_until > ends):
            row.valid_until = ends
            cut.append(row)
    Classification.objects.bulk_update(cut, ["valid_until"], batch_size=500)


def _problems_of_list(
    network: Network, name: str, currency: str, valid_from: date, valid_until: date | None, file: str
) -> list[Problem]:
    problems = [] if currency in known_currencies() else [Problem(file, 0, "currency", "an ISO 4217 code such as EUR")]
    if not name.strip() or len(name) > 80:
        problems.append(Problem(file, 0, "name", "a name of up to 80 characters"))
    if valid_until is not None and valid_until <= valid_from:
        problems.append(Problem(file, 0, "valid_until", "a day after the first one"))
    if PriceList.objects.filter(network=network, currency=currency, valid_from=valid_from).exists():
        problems.append(Problem(file, 0, "valid_from", "a first day that no other list in this currency has"))
    return problems


def _problems_of_prices(prices: Sequence[tuple[str, Decimal]], known: Collection[str], file: str) -> list[Problem]:
    problems = []
    seen: set[str] = set()
    for row, (sku, unit_price) in enumerate(prices, start=2):
        if sku not in known:
            problems.append(Problem(file, row, "sku", "the SKU of a product of this network"))
        if sku in seen:
            problems.append(Problem(file, row, "sku", "each SKU once"))
        if not unit_price.is_finite() or price_of(format(unit_price, "f")) is None:
            problems.append(Problem(file, row, "unit_price", "a price ≥ 0 with at most six decimals"))
        seen.add(sku)
    return problems


def _hold_catalog(network: Network) -> None:
    """Until the end of the transaction nobody else takes a list of this network."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"catalog:{network.id}"])
