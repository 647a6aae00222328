"""Search over everything that the scope may see: partners, deals, customers, statements, reports, products, programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from hansa.catalog.models import Product
from hansa.customers.queries import candidates_for
from hansa.deals.queries import registrations
from hansa.engines.matching import Company as Asked
from hansa.incentives.models import Statement
from hansa.kit.scope import current_scope
from hansa.networks.models import Membership, Network
from hansa.programs.models import Program
from hansa.sales.models import SalesReport

MOST, NETWORKS = 8, 5


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
        Group(_("Deals"), list(_deals(words))),
        Group(_("Customers"), list(_customers(words))),
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


def _deals(words: str) -> Iterator[Hit]:
    """By what the registration itself says: its title, the customer as its partner named it, its code."""
    if not current_scope().can("deals.view"):
        return
    rows = registrations().filter(
        Q(title__icontains=words) | Q(customer__name__icontains=words) | Q(code__iexact=words)
    )
    for row in rows[:MOST]:
        url = reverse("deals:deal", kwargs={"slug": row.network.slug, "code": row.code})
        yield Hit(row.title, f"{row.customer.get('name', '')} · {row.network.name}", url)


def _customers(words: str) -> Iterator[Hit]:
    """Of the directories of all networks, misspelt ones too."""
    if not current_scope().can("customers.view"):
        return
    for network in Network.objects.order_by("created_at", "id")[:NETWORKS]:
        for each in candidates_for(network, Asked(words), top=MOST):
            if each.known_to is not None:  # known to one's own registrations alone: it has no page
                continue
            url = reverse("customers:customer", kwargs={"slug": network.slug, "code": each.code})
            yield Hit(each.company.name, f"{each.company.city} · {network.name}", url)


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
