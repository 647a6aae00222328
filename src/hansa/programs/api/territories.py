"""Territories, who holds them, and what came of covenants, over the API."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from hansa.kernel.money import Money
from hansa.kernel.problem import Problem
from hansa.kit.api import REFUSALS
from hansa.kit.failures import Unprocessable
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug
from hansa.programs import operations, queries
from hansa.programs.models import CovenantResult, TerritoryHolding
from hansa.programs.territories import Covenant, Territory

router = Router(tags=["Territories"])
TERRITORIES = "/networks/{slug}/territories"
TERRITORY = f"{TERRITORIES}/{{territory}}"
HOLDINGS = f"{TERRITORY}/holdings"
HOLDING = f"{HOLDINGS}/{{holding_id}}"
RESULTS = f"{HOLDING}/results"


class PostcodesOut(Schema):
    """A range of postcodes by their first signs, both ends included."""

    country: str
    start: str
    end: str


class CovenantOut(Schema):
    """What each holder promises to sell in each period, and what follows where it does not."""

    measure: str = Field(description="net_amount or quantity")
    period: str
    at_least: str = Field(
        description="Money of the network's currency in its major unit, or a quantity, by the measure"
    )
    consequence: str = Field(description="notice, selective or open")


class TerritoryOut(Schema):
    """A territory as the program in force defines it; `defined` false: somebody holds it, and the program has it no more."""

    code: str = Field(description="Its part of an address, which follows from its name")
    name: str
    defined: bool
    coverage: str | None = Field(description="exclusive, selective or open")
    countries: list[str]
    regions: list[str]
    postcodes: list[PostcodesOut]
    segments: list[str] | None = Field(description="null: all")
    families: list[str] | None = Field(description="null: all")
    covenant: CovenantOut | None


class TerritoryDetail(TerritoryOut):
    """A territory with the exclusive ones that it meets and, for those who run the network, notices for counsel."""

    overlaps: list[str]
    notices: list[str] = Field(description="Notices for counsel, not legal advice")


class TerritoryList(Schema):
    """The territories of the program in force."""

    items: list[TerritoryOut]


class ResultOut(Schema):
    """What a covenant came to in a period, and what follows from it."""

    code: str
    period: str
    amount_minor: int | None
    currency: str
    quantity: str | None
    outcome: str = Field(description="kept, notice, selective or open")
    reason: str
    from_on: date = Field(description="From when a consequence holds")
    source: str
    corrects: str | None = Field(description="Code of the result that it corrects")
    at: datetime


class HoldingOut(Schema):
    """Who holds a territory between two days."""

    id: UUID
    territory: str = Field(description="Code of the territory")
    name: str = Field(description="Name of the territory")
    holder: str
    from_on: date
    until_on: date | None = Field(description="Exclusive; null: until further notice")
    reason: str
    stands: bool = Field(description="Whether it is held today")
    coverage: str | None = Field(description="What it is today: a missed covenant may have made it weaker")
    results: list[ResultOut] = Field(description="The latest first")


class HoldingDetail(HoldingOut):
    """A holding with the ended periods that nobody has recorded yet."""

    due: list[str]


class HoldingPage(Schema):
    """A page of holdings, the latest first: one's own, or all of a network that one runs."""

    items: list[HoldingOut]
    next: str | None
    previous: str | None


class HoldingIn(Schema):
    """A territory to be given."""

    holder: str = Field(
        "", max_length=40, description="Partner number of an active member; empty: your own direct sales"
    )
    from_on: date
    until_on: date | None = None
    reason: str = Field("", description="The holder reads this")
    confirmed: bool = Field(False, description="Give it although there is a notice for counsel")


class HoldingEnd(Schema):
    """The first day on which it is not held any more."""

    until_on: date


class ResultIn(Schema):
    """What a covenant came to: an amount or a quantity, by its measure."""

    period: str = Field("", max_length=7, description="Label of a due period; empty for a correction")
    amount_minor: int | None = None
    quantity: str | None = Field(None, max_length=30)
    source: str = Field(description="Where the figure comes from; the holder reads this")
    from_on: date | None = Field(None, description="From when a consequence holds; by default today")
    corrects: str = Field("", max_length=16, description="Code of a result that was recorded wrongly")


class ResultReplay(Schema):
    """A ruling as it was stored and as the same inputs give it now."""

    is_same: bool
    stored: dict[str, Any]
    replayed: dict[str, Any]


@router.get(TERRITORIES, response={200: TerritoryList, **REFUSALS}, operation_id="list_territories")
def list_territories(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The territories of the program in force, in its order."""
    current_scope().require("networks.view")
    defined = queries.territories_on(network_by_slug(slug).id, _today())
    return {"items": [_territory(queries.Known(each.name, each)) for each in defined]}


@router.get(TERRITORY, response={200: TerritoryDetail, **REFUSALS}, operation_id="get_territory")
def get_territory(request: HttpRequest, slug: str, territory: str) -> dict[str, Any]:
    """One territory, with what it meets."""
    network, known = _known(slug, territory)
    notice = queries.notice_of(network.id, known.defined, day=_today()) if known.defined else None
    overlaps = queries.overlaps_of(network.id, known.name, day=_today())
    return {**_territory(known), "overlaps": overlaps, "notices": [notice.words] if notice else []}


@router.get(HOLDINGS, response={200: HoldingPage, **REFUSALS}, operation_id="list_holdings")
def list_holdings(request: HttpRequest, slug: str, territory: str, cursor: str | None = None) -> dict[str, Any]:
    """Who holds a territory, has held it or will: your own holdings, or all of a network that you run."""
    network, known = _known(slug, territory)
    page = page_of(queries.holdings_of(network.id, known.name), order=("-from_on", "id"), cursor=cursor)
    items = [_holding(row, known.defined) for row in page.items]
    return {"items": items, "next": page.next, "previous": page.previous}


@router.post(HOLDINGS, response={201: HoldingDetail, **REFUSALS}, operation_id="hold_territory")
def post_holding(request: HttpRequest, slug: str, territory: str, body: HoldingIn) -> Status[dict[str, Any]]:
    """Give a territory. 409 with the notice where it makes a sixth exclusive holder in the European Economic Area."""
    network, known = _managed(slug, territory)
    given = operations.hold_territory(
        network=network, territory=known.name, holder_id=_holder(network, body.holder), at=timezone.now(),
        **body.dict(exclude={"holder"}),
    )  # fmt: skip
    return Status(201, _detail(network, known, given.id))


@router.get(HOLDING, response={200: HoldingDetail, **REFUSALS}, operation_id="get_holding")
def get_holding(request: HttpRequest, slug: str, territory: str, holding_id: UUID) -> dict[str, Any]:
    """One holding with its results, and the periods that are due."""
    return _detail(*_known(slug, territory), holding_id)


@router.post(f"{HOLDING}/end", response={200: HoldingDetail, **REFUSALS}, operation_id="end_holding")
def post_holding_end(
    request: HttpRequest, slug: str, territory: str, holding_id: UUID, body: HoldingEnd
) -> dict[str, Any]:
    """End a holding before a day."""
    network, known = _managed(slug, territory)
    row = queries.holding_by_id(network.id, known.name, holding_id)
    operations.end_holding(network=network, holding_id=row.id, at=timezone.now(), **body.dict())
    return _detail(network, known, holding_id)


@router.post(RESULTS, response={201: ResultOut, **REFUSALS}, operation_id="record_covenant_result")
def post_result(
    request: HttpRequest, slug: str, territory: str, holding_id: UUID, body: ResultIn
) -> Status[dict[str, Any]]:
    """Record what a holding's covenant came to in an ended period, or correct it; the program decides what follows."""
    network, known = _managed(slug, territory)
    row = queries.holding_by_id(network.id, known.name, holding_id)
    made = operations.record_covenant_result(
        network=network, holding_id=row.id, figure=_figure(body, network.currency), at=timezone.now(),
        **body.dict(include={"period", "source", "from_on", "corrects"}),
    )  # fmt: skip
    return Status(201, _result(made, {made.corrects_id: body.corrects} if made.corrects_id else {}))


@router.get(
    f"{RESULTS}/{{result}}/replay", response={200: ResultReplay, **REFUSALS}, operation_id="replay_covenant_result"
)
def replay_result(request: HttpRequest, slug: str, territory: str, holding_id: UUID, result: str) -> dict[str, Any]:
    """Decide a covenant over again from the stored inputs, and say whether the answer is the same."""
    network, known = _known(slug, territory)
    stored = queries.result_by_code(queries.holding_by_id(network.id, known.name, holding_id), result)
    replayed = queries.replay_of(stored)
    return {"is_same": replayed.is_same, "stored": stored.ruling, "replayed": replayed.ruling}


def _today() -> date:
    return timezone.now().date()


def _known(slug: str, territory: str) -> tuple[Network, queries.Known]:
    current_scope().require("networks.view")
    network = network_by_slug(slug)
    return network, queries.territory_at(network.id, territory, day=_today())


def _managed(slug: str, territory: str) -> tuple[Network, queries.Known]:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "networks.manage")
    return network, queries.territory_at(network.id, territory, day=_today())


def _holder(network: Network, number: str) -> UUID:
    found = next((each for each in queries.holders_of(network) if each.number == number), None)
    if found is None:
        expected = "the partner number of an active member, or nothing for your own direct sales"
        raise Unprocessable("The territory was not given.", problems=[Problem("", 0, "holder", expected)])
    return found.organization_id


def _figure(body: ResultIn, currency: str) -> Money | Decimal:
    if body.amount_minor is not None and body.quantity is None:
        return Money(body.amount_minor, currency)
    if body.amount_minor is None and re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,9})?", body.quantity or ""):
        return Decimal(body.quantity or "")
    expected = "one of amount_minor and quantity; a quantity as digits with at most 9 decimals"
    raise Unprocessable("The result was not recorded.", problems=[Problem("", 0, "figure", expected)])


def _territory(known: queries.Known) -> dict[str, Any]:
    meant = known.defined or Territory(known.name)
    return {
        "code": known.address,
        "name": known.name,
        "defined": known.defined is not None,
        "coverage": known.defined.coverage if known.defined else None,
        "countries": list(meant.countries),
        "regions": list(meant.regions),
        "postcodes": [{"country": each.country, "start": each.start, "end": each.end} for each in meant.postcodes],
        "segments": list(meant.segments) if meant.segments else None,
        "families": list(meant.families) if meant.families else None,
        "covenant": _covenant(meant.covenant),
    }


def _covenant(covenant: Covenant | None) -> dict[str, Any] | None:
    if covenant is None:
        return None
    names = ("measure", "period", "consequence")
    return {**{name: getattr(covenant, name) for name in names}, "at_least": f"{covenant.at_least:f}"}


def _holding(row: TerritoryHolding, defined: Territory | None) -> dict[str, Any]:
    held = queries.held_of(row, defined, day=_today())
    names = ("id", "from_on", "until_on", "reason")
    return {
        **{name: getattr(row, name) for name in names},
        "territory": held.address,
        "name": row.territory,
        "holder": row.holder.name,
        "stands": held.stands,
        "coverage": held.coverage,
        "results": [_result(each, {other.id: other.code for other in held.results}) for each in held.results],
    }


def _detail(network: Network, known: queries.Known, holding_id: UUID) -> dict[str, Any]:
    row = queries.holding_by_id(network.id, known.name, holding_id)
    due = [each.period.label for each in queries.periods_due(row, day=_today())]
    return {**_holding(row, known.defined), "due": due}


def _result(row: CovenantResult, codes: dict[UUID, str]) -> dict[str, Any]:
    """`codes` are those of the holding's results by id."""
    names = ("code", "period", "currency", "outcome", "from_on", "source", "at")
    return {
        **{name: getattr(row, name) for name in names},
        "amount_minor": int(row.result) if row.currency else None,
        "quantity": None if row.currency else f"{row.result.normalize():f}",
        "reason": row.ruling["reason"],
        "corrects": codes[row.corrects_id] if row.corrects_id else None,
    }
