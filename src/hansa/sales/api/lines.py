"""Lines and sell-through over the API."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from hansa.kernel.money import minor_digits
from hansa.kernel.problem import Problem
from hansa.kit.api import REFUSALS
from hansa.kit.failures import Unprocessable
from hansa.networks.queries import network_by_slug
from hansa.sales import queries
from hansa.sales.api.schemas import LineFilter, LinePage, SoldFilter, SoldList

router = Router(tags=["sales"])


@router.get("/networks/{slug}/sales/lines", response={200: LinePage, **REFUSALS}, operation_id="list_sales_lines")
def list_sales_lines(request: HttpRequest, slug: str, wanted: Query[LineFilter]) -> dict[str, Any]:
    """Lines sold from `first` until before `until`: all for the operator, a member's own for a member."""
    _forward(wanted.first, wanted.until)
    rows = queries.lines_between(
        network_by_slug(slug),
        first=wanted.first,
        until=wanted.until,
        limit=wanted.limit + 1,
        after=_after(wanted.cursor),
    )
    shown = rows[: wanted.limit]
    follows = f"{shown[-1]['sold_on']}~{shown[-1]['line_id']}" if len(rows) > wanted.limit else None
    return {"items": [_line(row) for row in shown], "next": follows}


@router.get(
    "/networks/{slug}/sales/sell-through", response={200: SoldList, **REFUSALS}, operation_id="get_sell_through"
)
def get_sell_through(request: HttpRequest, slug: str, wanted: Query[SoldFilter]) -> dict[str, Any]:
    """What was sold per month of [first, until), in the network's currency."""
    _forward(wanted.first, wanted.until)
    network = network_by_slug(slug)
    rows = queries.sold_by_month(network, first=wanted.first, until=wanted.until, dimension=wanted.by)
    return {"items": [_sold(row, network.currency) for row in rows]}


def _forward(first: date, until: date) -> None:
    if until <= first:
        problem = Problem("", 0, "until", "a day after the first one")
        raise Unprocessable("These days hold nothing.", problems=[problem])


def _after(cursor: str) -> tuple[date, str] | None:
    day, _, line_id = cursor.partition("~")
    try:
        return (date.fromisoformat(day), line_id) if cursor else None
    except ValueError:
        problem = Problem("", 0, "cursor", "a cursor as an earlier page gave it")
        raise Unprocessable("This page address is not valid.", problems=[problem]) from None


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "quantity": format(row["quantity"], "f"), "minor": minor_units(row["net_amount"], row["currency"])}


def _sold(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    amount = row["net_amount"] or 0
    return {
        **row,
        "quantity": format(row["quantity"], "f"),
        "minor": minor_units(amount, currency),
        "currency": currency,
    }


def minor_units(amount: object, currency: str) -> int:
    """An amount of major units in minor ones."""
    return round(Decimal(str(amount)).scaleb(minor_digits(currency)))
