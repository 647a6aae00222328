from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from hansa.activity.operations import record
from hansa.catalog.models import Classification, Price, PriceList, Product
from hansa.kernel.money import known_currencies
from hansa.kernel.problem import Problem
from hansa.kit.failures import Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Network


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """A product of a list with its classification between two days (`until` exclusive, None unbounded)."""

    sku: str
    name: str
    category: str = ""
    family: str = ""
    since: date | None = None
    until: date | None = None


@transaction.atomic
def take_products(*, network: Network, entries: Sequence[ProductEntry], at: datetime, file: str = "products") -> int:
    """Take a list of products, all or none; a SKU may stand on several rows with other days. Returns new products.

    Known SKUs get the name of the list and the classifications that they lack; nothing is taken away.
    """
    current_scope().require_operator(network.id, "catalog.edit")
    problems = [
        Problem(file, row, "sku", "a SKU of 1 to 60 characters")
        for row, entry in enumerate(entries, start=2)
        if not 0 < len(entry.sku.strip()) <= 60
    ]
    starts: set[tuple[str, date | None]] = set()
    for row, entry in enumerate(entries, start=2):
        if (entry.sku, entry.since) in starts:
            problems.append(Problem(file, row, "valid_from", "one classification of a SKU per first day"))
        starts.add((entry.sku, entry.since))
    if problems:
        raise Unprocessable("The list of products was not taken.", problems=problems)
    known = {product.sku: product for product in Product.objects.filter(network=network)}
    fresh = {e.sku: Product(network=network, sku=e.sku, name=e.name) for e in entries if e.sku not in known}
    Product.objects.bulk_create(fresh.values())
    products = {**known, **fresh}
    Classification.objects.bulk_create(
        [
            Classification(
                product=products[e.sku], category=e.category, family=e.family, valid_from=e.since, valid_until=e.until
            )
            for e in entries
        ],
        ignore_conflicts=True,
    )
    record(
        "catalog.products.taken",
        subject=network,
        at=at,
        network_id=network.id,
        facts={"rows": len(entries), "new": len(fresh)},
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
    products = {product.sku: product for product in Product.objects.filter(network=network)}
    problems = [] if currency in known_currencies() else [Problem(file, 0, "currency", "an ISO 4217 code such as EUR")]
    seen: set[str] = set()
    for row, (sku, unit_price) in enumerate(prices, start=2):
        if sku not in products:
            problems.append(Problem(file, row, "sku", "the SKU of a product of this network"))
        if sku in seen:
            problems.append(Problem(file, row, "sku", "each SKU once"))
        if not unit_price.is_finite() or unit_price < 0 or unit_price != unit_price.quantize(Decimal("0.000001")):
            problems.append(Problem(file, row, "unit_price", "a price ≥ 0 with at most six decimals"))
        seen.add(sku)
    if PriceList.objects.filter(network=network, currency=currency, valid_from=valid_from).exists():
        problems.append(Problem(file, 0, "valid_from", "a first day that no other list in this currency has"))
    if problems:
        raise Unprocessable("The price list was not taken.", problems=problems)
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
