"""The left bar as data: the pillars, their pages, and who has something to do there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hansa.kit.scope import Scope
from hansa.networks.models import Network


@dataclass(frozen=True, slots=True)
class Item:
    """A page of the bar: its address name (with the network's slug), and the capability that it needs.

    `operators`: only for those who run the network. `beside`: ends of other addresses that belong to it.
    """

    title: str | Promise
    url_name: str
    capability: str
    icon: str
    operators: bool = False
    of_network: bool = True
    beside: tuple[str, ...] = ()


SECTIONS: tuple[tuple[str | Promise, str, tuple[Item, ...]], ...] = (
    (
        _("Strategize"),
        "compass",
        (
            Item(_("Partners"), "networks:partners", "networks.view", "users"),
            Item(_("Network and charter"), "networks:network", "networks.view", "affiliate"),
        ),
    ),
    (
        _("Sell"),
        "chart-line",
        (
            Item(_("Deals"), "deals:deals", "deals.view", "heart-handshake"),
            Item(_("Customers"), "customers:customers", "customers.view", "building-store", beside=("customer-lists",)),
            Item(_("Named accounts"), "customers:named", "customers.view", "flag"),
            Item(_("Territories"), "programs:territories", "networks.view", "map-pin"),
            Item(_("Cases"), "disputes:cases", "disputes.view", "gavel", beside=("precedents",)),
            Item(_("Sell-through"), "sales:sell_through", "sales.view", "chart-line"),
        ),
    ),
    (
        _("Incentivize"),
        "coins",
        (
            Item(_("Program"), "programs:programs", "networks.view", "file-text"),
            Item(_("Statements"), "incentives:statements", "statements.view", "receipt", beside=("payouts",)),
            Item(_("Settlement"), "incentives:runs", "settlement.view", "calculator", operators=True),
            Item(_("Ledger"), "ledger:ledger", "ledger.view", "book", operators=True),
            Item(_("Exchange rates"), "ledger:rates", "ledger.view", "arrows-exchange", operators=True),
        ),
    ),
    (
        _("Distribute"),
        "truck",
        (
            Item(_("Sales reports"), "sales:reports", "sales.import", "inbox"),
            Item(_("Products"), "catalog:products", "sales.view", "package"),
            Item(_("Price lists"), "catalog:price_lists", "catalog.edit", "tag", operators=True),
        ),
    ),
    (
        _("Exchange"),
        "world",
        (Item(_("Event log"), "activity:events", "events.view", "history"),),
    ),
    (
        _("Settings"),
        "settings",
        (
            Item(_("Organization"), "organizations:record", "organization.edit", "building", of_network=False),
            Item(_("People"), "organizations:people", "people.manage", "users", of_network=False),
            Item(_("API tokens"), "organizations:tokens", "tokens.manage", "key", of_network=False),
        ),
    ),
)


def sections_for(scope: Scope, network: Network | None, path: str) -> list[dict[str, Any]]:
    """The bar of a signed-in person: what its roles and the network at hand let it open."""
    home = {
        "title": _("Home"),
        "url": reverse("site:home"),
        "active": path == "/",
        "icon": "home",
        "key": "g h",
        "starts": [],
    }
    bar: list[dict[str, Any]] = [{"title": "", "icon": "", "items": [home]}]
    for title, icon, items in SECTIONS:
        shown = list(_shown(items, scope, network))
        if shown:
            bar.append({"title": title, "icon": icon, "items": shown})
    _mark_active(bar, path)
    return bar


def _mark_active(bar: list[dict[str, Any]], path: str) -> None:
    """Mark the page whose address, or one beside it, is the longest beginning of the path."""
    starts = [(start, page) for section in bar for page in section["items"] for start in page.pop("starts")]
    fitting = [(len(start), page) for start, page in starts if path.startswith(start)]
    if path != "/" and fitting:
        max(fitting, key=lambda found: found[0])[1]["active"] = True


def _shown(items: tuple[Item, ...], scope: Scope, network: Network | None) -> Iterator[dict[str, Any]]:
    for item in items:
        if not scope.can(item.capability) or (item.of_network and network is None):
            continue
        if item.operators and (network is None or network.id not in scope.operates):
            continue
        try:
            url = reverse(item.url_name, kwargs={"slug": network.slug} if item.of_network and network else None)
        except NoReverseMatch:
            continue
        starts = [url, *(url.rsplit("/", 1)[0] + f"/{each}" for each in item.beside)]
        yield {"title": item.title, "url": url, "active": False, "icon": item.icon, "starts": starts}
