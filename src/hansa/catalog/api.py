"""Products and price lists over the API."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from hansa.catalog import queries
from hansa.catalog.models import PriceList
from hansa.catalog.operations import take_price_list, take_products
from hansa.catalog.rules import MOST_ROWS, ProductEntry, price_of
from hansa.kernel.problem import Problem
from hansa.kit.api import REFUSALS
from hansa.kit.failures import Unprocessable
from hansa.kit.pagination import page_of
from hansa.networks.queries import network_by_slug

router = Router(tags=["catalog"])
PRODUCTS = "/networks/{slug}/products"
PRICE_LISTS = "/networks/{slug}/price-lists"


class ProductOut(Schema):
    """A product with its classification of today."""

    sku: str
    name: str
    category: str
    family: str


class ProductPage(Schema):
    """A page of products by SKU."""

    items: list[ProductOut]
    next: str | None
    previous: str | None


class ProductFilter(Schema):
    """Which products are listed."""

    q: str = Field(default="", max_length=200, description="Words of SKU or name")
    category: str = Field(default="", max_length=80)
    cursor: str | None = None


class ProductIn(Schema):
    """A product and its classification between two days."""

    sku: str = Field(max_length=60)
    name: str = Field(max_length=200)
    category: str = Field(default="", max_length=80)
    family: str = Field(default="", max_length=80)
    valid_from: date | None = None
    valid_until: date | None = Field(default=None, description="The first day on which it does not hold any more")


class ProductsIn(Schema):
    """A list of products, taken whole or not at all."""

    products: list[ProductIn] = Field(max_length=MOST_ROWS)


class ProductsOut(Schema):
    """How many products are new."""

    new: int


class PriceIn(Schema):
    """A unit price as exact text, such as "499.00"."""

    sku: str = Field(max_length=60)
    unit_price: str = Field(max_length=20)


class PriceListIn(Schema):
    """A price list, taken whole or not at all."""

    name: str = Field(max_length=80)
    currency: str = Field(max_length=3)
    valid_from: date
    valid_until: date | None = None
    prices: list[PriceIn] = Field(max_length=MOST_ROWS)


class PriceListOut(Schema):
    """A price list; `valid_until` is exclusive."""

    id: UUID
    name: str
    currency: str
    valid_from: date
    valid_until: date | None
    prices: int = Field(description="How many products it prices")


class PriceListPage(Schema):
    """A page of price lists, the latest first day first."""

    items: list[PriceListOut]
    next: str | None
    previous: str | None


class PriceOut(Schema):
    """A unit price."""

    sku: str
    name: str
    unit_price: str


class PricePage(Schema):
    """A page of a list's prices by SKU."""

    items: list[PriceOut]
    next: str | None
    previous: str | None


@router.get(PRODUCTS, response={200: ProductPage, **REFUSALS}, operation_id="list_products")
def list_products(request: HttpRequest, slug: str, wanted: Query[ProductFilter]) -> dict[str, Any]:
    """Products of a network, with the category and family of today."""
    network = network_by_slug(slug)
    rows = queries.products_on(network.id, timezone.now().date(), words=wanted.q, category=wanted.category)
    page = page_of(rows, order=("sku",), cursor=wanted.cursor)
    items = [{"sku": p.sku, "name": p.name, "category": p.category or "", "family": p.family or ""} for p in page.items]
    return {"items": items, "next": page.next, "previous": page.previous}


@router.post(PRODUCTS, response={200: ProductsOut, **REFUSALS}, operation_id="take_products")
def post_products(request: HttpRequest, slug: str, body: ProductsIn) -> dict[str, int]:
    """Take a list of products: new ones are added, known ones renamed and classified; nothing is taken away."""
    network = network_by_slug(slug)
    entries = [ProductEntry(p.sku, p.name, p.category, p.family, p.valid_from, p.valid_until) for p in body.products]
    return {"new": take_products(network=network, entries=entries, at=timezone.now())}


@router.get(PRICE_LISTS, response={200: PriceListPage, **REFUSALS}, operation_id="list_price_lists")
def list_price_lists(request: HttpRequest, slug: str, cursor: str | None = None) -> dict[str, Any]:
    """Price lists of a network, for its operator."""
    rows = queries.price_lists_of(network_by_slug(slug).id)
    page = page_of(rows, order=("-valid_from", "currency", "id"), cursor=cursor)
    return {"items": [_price_list(found) for found in page.items], "next": page.next, "previous": page.previous}


@router.post(PRICE_LISTS, response={201: PriceListOut, **REFUSALS}, operation_id="take_price_list")
def post_price_list(request: HttpRequest, slug: str, body: PriceListIn) -> Status[dict[str, Any]]:
    """Take a price list. A currency has one list per first day."""
    network = network_by_slug(slug)
    prices = [(entry.sku, price_of(entry.unit_price)) for entry in body.prices]
    wrong = [
        Problem("prices", row, "unit_price", "a price such as 499.00")
        for row, (_, p) in enumerate(prices, 1)
        if p is None
    ]
    if wrong:
        raise Unprocessable("The price list was not taken.", problems=wrong)
    taken = take_price_list(
        network=network,
        prices=[(sku, price) for sku, price in prices if price is not None],
        at=timezone.now(),
        **body.dict(exclude={"prices"}),
    )
    return Status(201, _price_list(queries.price_list_by_id(network.id, taken.id)))


@router.get(
    f"{PRICE_LISTS}/{{price_list_id}}/prices", response={200: PricePage, **REFUSALS}, operation_id="list_prices"
)
def list_prices(request: HttpRequest, slug: str, price_list_id: UUID, cursor: str | None = None) -> dict[str, Any]:
    """The prices of a list, for the network's operator."""
    found = queries.price_list_by_id(network_by_slug(slug).id, price_list_id)
    page = page_of(queries.prices_of(found), order=("product__sku",), cursor=cursor)
    items = [
        {"sku": p.product.sku, "name": p.product.name, "unit_price": format(p.unit_price, "f")} for p in page.items
    ]
    return {"items": items, "next": page.next, "previous": page.previous}


def _price_list(found: PriceList) -> dict[str, Any]:
    names = ("id", "name", "currency", "valid_from", "valid_until")
    return {**{name: getattr(found, name) for name in names}, "prices": found.size}  # type: ignore[attr-defined]
