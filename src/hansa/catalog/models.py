from __future__ import annotations

from django.db import models
from django.db.models import Q

from hansa.kit.ids import uuid_key
from hansa.kit.scope import Scope, Scoped
from hansa.networks.models import Network


class Product(Scoped):
    """Something sold in a network, named there by its SKU."""

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="products")
    sku = models.CharField(max_length=60)
    name = models.CharField(max_length=200)

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["network", "sku"], name="catalog_product_sku")]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Everybody in the network."""
        return Q(network_id__in=Network.objects.values("id"))


class Classification(Scoped):
    """A product's category and family between two days. `valid_until` is exclusive."""

    id = uuid_key()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="classifications")
    category = models.CharField(max_length=80, blank=True)
    family = models.CharField(max_length=80, blank=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["product", "valid_from"], name="catalog_classification_start", nulls_distinct=False
            )
        ]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """Everybody in the network."""
        return Q(product_id__in=Product.objects.values("id"))


class PriceList(Scoped):
    """List prices of a network in one currency between two days; seen by the operator alone."""

    id = uuid_key()
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="price_lists")
    name = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta(Scoped.Meta):
        constraints = [
            models.UniqueConstraint(fields=["network", "currency", "valid_from"], name="catalog_pricelist_start")
        ]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator."""
        return Q(network_id__in=scope.operates)


class Price(Scoped):
    """The unit price of a product in a list, in major units with up to six decimals: a price, not an amount."""

    id = uuid_key()
    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices")
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta(Scoped.Meta):
        constraints = [models.UniqueConstraint(fields=["price_list", "product"], name="catalog_price_once")]

    @classmethod
    def visible_to(cls, scope: Scope) -> Q:
        """The network's operator."""
        return Q(price_list_id__in=PriceList.objects.values("id"))
