"""Search over everything that the scope may see: partners, reports, statements, products, programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from hansa.catalog.models import Product
from hansa.incentives.models import Statement
from hansa.networks.models import Membership
from hansa.programs.models import Program
from hansa.sales.models import SalesReport

MOST = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its name, what it is, its address."""

    title: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind."""

    title: str
    hits: list[Hit]


def find(words: str) -> list[Group]:
    """Groups with at least one hit; nothing for fewer than two characters."""
    if len(words) < 2:
        return []
    groups = [
        Group(_("Partners"), list(_partners(words))),
        Group(_("Statements"), list(_statements(words))),
        Group(_("Sales reports"), list(_reports(words))),
        Group(_("Products"), list(_products(words))),
        Group(_("Programs"), list(_programs(words))),
    ]
    return [group for group in groups if group.hits]


def _partners(words: str) -> Iterator[Hit]:
    rows = Membership.objects.filter(Q(organization__name__icontains=words) | Q(number__iexact=words))
    for row in rows.select_related("organization", "network").order_by("organization__name", "id")[:MOST]:
        url = reverse("networks:partner", kwargs={"slug": row.network.slug, "code": row.code})
        yield Hit(row.organization.name, f"{row.number} · {row.organization.city} · {row.network.name}", url)


def _statements(words: str) -> Iterator[Hit]:
    rows = Statement.objects.filter(Q(payee_name__icontains=words) | Q(code__iexact=words) | Q(period__iexact=words))
    for row in rows.select_related("network").order_by("-issued_at", "-id")[:MOST]:
        url = reverse("incentives:statement", kwargs={"slug": row.network.slug, "code": row.code})
        yield Hit(f"{row.payee_name}, {row.period}", row.network.name, url)


def _reports(words: str) -> Iterator[Hit]:
    rows = SalesReport.objects.filter(
        Q(file_name__icontains=words) | Q(code__iexact=words) | Q(sender__name__icontains=words)
    )
    for row in rows.select_related("network", "sender").order_by("-month", "-id")[:MOST]:
        url = reverse("sales:report", kwargs={"slug": row.network.slug, "code": row.code})
        yield Hit(row.file_name, f"{row.sender.name} · {row.month:%B %Y}", url)


def _products(words: str) -> Iterator[Hit]:
    rows = Product.objects.filter(Q(name__icontains=words) | Q(sku__istartswith=words)).select_related("network")
    for row in rows.order_by("sku", "id")[:MOST]:
        url = reverse("catalog:products", kwargs={"slug": row.network.slug}) + f"?q={row.sku}"
        yield Hit(row.name, f"{row.sku} · {row.network.name}", url)


def _programs(words: str) -> Iterator[Hit]:
    for row in Program.objects.filter(name__icontains=words).select_related("network").order_by("name", "id")[:MOST]:
        url = reverse("programs:program", kwargs={"slug": row.network.slug, "code": row.code})
        yield Hit(row.name, row.network.name, url)
