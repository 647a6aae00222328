from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from hansa.catalog.models import Classification, Price, PriceList, Product
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope
from hansa.networks.models import on_day


def products_on(network_id: UUID, day: date, *, words: str = "", category: str = "") -> QuerySet[Any]:
    """A network's products as the scope may see them, with `category` and `family` of a day.

    `words` are looked for in SKU and name.
    """
    current_scope().require("networks.view")
    valid = Classification.objects.filter(on_day(day), product_id=OuterRef("id")).order_by("-valid_from")
    rows: QuerySet[Any] = Product.objects.filter(network_id=network_id).annotate(
        category=Subquery(valid.values("category")[:1]), family=Subquery(valid.values("family")[:1])
    )
    if words:
        rows = rows.filter(Q(sku__icontains=words) | Q(name__icontains=words))
    return rows.filter(category=category) if category else rows


def categories_of(network_id: UUID) -> list[str]:
    """The categories of a network's products, now or at any time."""
    rows = Classification.objects.filter(product__network_id=network_id).exclude(category="")
    return list(rows.order_by("category").values_list("category", flat=True).distinct())


def families_of(network_id: UUID) -> list[str]:
    """The product families that any product of a network has or had, by name."""
    rows = Classification.objects.filter(product__network_id=network_id).exclude(family="")
    return list(rows.order_by("family").values_list("family", flat=True).distinct())


def price_lists_of(network_id: UUID) -> QuerySet[PriceList]:
    """A network's price lists with their number of `prices`, for its operator alone; the latest first day first."""
    current_scope().require_operator(network_id, "networks.view")
    rows: QuerySet[PriceList] = PriceList.objects.filter(network_id=network_id)
    return rows.annotate(size=Count("prices"))


def price_list_by_id(network_id: UUID, price_list_id: UUID) -> PriceList:
    """A price list of a network that the scope operates; NotFound otherwise."""
    found: PriceList | None = price_lists_of(network_id).filter(id=price_list_id).first()
    if found is None:
        raise NotFound()
    return found


def prices_of(price_list: PriceList, *, words: str = "") -> QuerySet[Price]:
    """The prices of a list with their products."""
    rows = Price.objects.filter(price_list=price_list).select_related("product")
    return rows.filter(Q(product__sku__icontains=words) | Q(product__name__icontains=words)) if words else rows
