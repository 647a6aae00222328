"""A line in the making: what its segments and those around it say, kept by qualifier until all have arrived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from sys import intern
from typing import Literal, TypeVar

from hansa.engines.edi.problems import EdiProblem
from hansa.engines.edi.sell_through.values import Kind, SellThroughLine, signed

Value = TypeVar("Value")


@dataclass(slots=True)
class Party:
    """A party as the sender names it."""

    role: str
    identifier: str = ""
    name: str = ""
    country: str = ""


@dataclass(slots=True)
class Draft:
    """A header, a transfer, an item or a line while its segments arrive: the first value of each qualifier."""

    segment_no: int = 0
    tag: str = ""
    kind: Kind | None = None
    number: str = ""
    products: dict[str, str] = field(default_factory=dict)
    product_name: str = ""
    quantity: str = ""
    uom: str = ""
    price_uom: str = ""
    returned: bool = False
    prices: dict[str, str] = field(default_factory=dict)
    amounts: dict[str, str] = field(default_factory=dict)
    currency: str = ""
    references: dict[str, str] = field(default_factory=dict)
    serials: list[str] = field(default_factory=list)
    dates: dict[str, date] = field(default_factory=dict)
    parties: list[Party] = field(default_factory=list)
    lines: int = 0
    problems: list[EdiProblem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Priorities:
    """Which qualifier wins where several say something, first to last."""

    products: Sequence[str]
    prices: Sequence[str]
    amounts: Sequence[str]
    dates: Sequence[str]
    report_dates: Sequence[str]
    period_from: Sequence[str]
    period_until: Sequence[str]
    invoices: Sequence[str]
    invoice_lines: Sequence[str]
    authorisations: Sequence[str]
    partners: Sequence[str]
    header_partners: Sequence[str]
    end_customers: Sequence[str]


def first_of(values: Mapping[str, Value], wanted: Sequence[str]) -> Value | None:
    """The value under the first qualifier of `wanted` that is there."""
    for qualifier in wanted if values else ():
        if qualifier in values:
            return values[qualifier]
    return None


def finished_line(line: Draft, around: Sequence[Draft], header: Draft, wins: Priorities) -> SellThroughLine:
    """The line that `line` and what stands around it (innermost first, the header last) say together."""
    levels = (line, *around)
    kind = _kind(line, levels)
    partner = _partner(levels, header, wins)
    product_scheme, product_id = _product(levels, wins)
    sold_on, dated_from = _sold_on(levels, header, wins)
    price = _stated([level.prices for level in levels], wins.prices)
    # An amount that stands around several lines is none of a single one.
    amount = _stated([level.amounts for level in levels if level is line or level.lines == 1], wins.amounts)
    return SellThroughLine(
        segment_no=line.segment_no,
        kind=kind,
        invoice=_reference(levels, wins.invoices),
        invoice_line=_reference(levels, wins.invoice_lines) or _first_text(level.number for level in levels),
        sold_on=sold_on,
        partner_id=intern(partner.identifier),
        partner_name=intern(partner.name),
        partner_country=intern(partner.country),
        end_customer=_end_customer(levels, wins),
        product_id=intern(product_id),
        product_name=intern(_first_text(level.product_name for level in levels)),
        product_scheme=intern(product_scheme),
        quantity=signed(line.quantity, negative=True) if kind == "return" else line.quantity,
        uom=intern(line.uom or line.price_uom),
        unit_price=None if price is None else intern(price),
        amount=signed(amount, negative=True) if amount is not None and kind == "return" else amount,
        currency=intern(_first_text(level.currency for level in (*levels, header))),
        price_authorisation=_reference(levels, wins.authorisations),
        serials=tuple(serial for level in levels for serial in level.serials),
        problems=tuple(_problems(line, levels, partner, product_id)),
        dated_from=dated_from,
    )


def _kind(line: Draft, levels: Sequence[Draft]) -> Kind:
    stated: Kind = next((level.kind for level in levels if level.kind), "sale")
    if stated == "sale" and (line.returned or line.quantity.startswith("-")):
        return "return"
    return stated


def _partner(levels: Sequence[Draft], header: Draft, wins: Priorities) -> Party:
    for parties, roles in (
        *((level.parties, wins.partners) for level in levels),
        (header.parties, wins.header_partners),
    ):
        for role in roles:
            for party in parties:
                if party.role == role and (party.identifier or party.name):
                    return party
    return Party("")


def _product(levels: Sequence[Draft], wins: Priorities) -> tuple[str, str]:
    named = {scheme: identifier for level in reversed(levels) for scheme, identifier in level.products.items()}
    for scheme in (*wins.products, *named):
        if scheme in named:
            return scheme, named[scheme]
    return "", ""


def _sold_on(
    levels: Sequence[Draft], header: Draft, wins: Priorities
) -> tuple[date | None, Literal["line", "transfer", "report", ""]]:
    for depth, level in enumerate(levels):
        found = first_of(level.dates, wins.dates)
        if found:
            return found, "transfer" if depth else "line"
    found = first_of(header.dates, wins.report_dates)
    return found, "report" if found else ""


def _stated(levels: Sequence[Mapping[str, str]], wanted: Sequence[str]) -> str | None:
    for level in levels:
        found = first_of(level, wanted)
        if found is not None:
            return found
    return None


def _reference(levels: Sequence[Draft], wanted: Sequence[str]) -> str:
    return _stated([level.references for level in levels], wanted) or ""


def _first_text(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")


def _end_customer(levels: Sequence[Draft], wins: Priorities) -> str:
    found = [party for role in wins.end_customers for level in levels for party in level.parties if party.role == role]
    return intern(found[0].name or found[0].identifier) if found else ""


def _problems(line: Draft, levels: Sequence[Draft], partner: Party, product_id: str) -> list[EdiProblem]:
    found = [problem for level in levels for problem in level.problems]
    if not partner.role:
        found.append(
            EdiProblem(
                line.segment_no, line.tag, "", "line-partner", "expected a party that bought, found none", "line"
            )
        )
    if not product_id and not any(problem.segment == "LIN" for problem in found):
        found.append(
            EdiProblem(
                line.segment_no, line.tag, "", "line-product", "expected a product identifier, found none", "line"
            )
        )
    return found
