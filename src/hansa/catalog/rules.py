"""Reading lists of products and of prices: from a table of text to entries, or to what is wrong; no framework."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hansa.kernel.problem import Problem

PRODUCT_COLUMNS = ("sku", "name", "category", "family", "valid_from", "valid_until")
PRICE_COLUMNS = ("sku", "unit_price")
MOST_ROWS = 50_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
Row = tuple[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """A product of a list with its classification between two days (`until` exclusive, None unbounded)."""

    sku: str
    name: str
    category: str = ""
    family: str = ""
    since: date | None = None
    until: date | None = None


def problems_of_header(
    headers: Sequence[str], required: Sequence[str], known: Sequence[str], file: str
) -> list[Problem]:
    """What a list's header lacks or has too much; the names are those of the documentation, in any case."""
    named = [header.strip().lower() for header in headers]
    problems = [Problem(file, 1, name, f"a column {name}") for name in required if name not in named]
    expected = f"only the columns {', '.join(known)}"
    return problems + [Problem(file, 1, header, expected) for header in named if header not in known]


def product_entries(rows: Iterable[Row], file: str) -> tuple[list[ProductEntry], list[Problem]]:
    """The products of a table's rows (number in the file, cells by column), and what is wrong with them."""
    entries, problems = [], []
    for number, cells in rows:
        since, until = (_day(cells.get(name, "")) for name in ("valid_from", "valid_until"))
        problems += [
            Problem(file, number, name, "a day such as 2026-01-31, or nothing")
            for name, day in (("valid_from", since), ("valid_until", until))
            if day is None and cells.get(name)
        ]
        entries.append(
            ProductEntry(
                cells.get("sku", ""),
                cells.get("name", ""),
                cells.get("category", ""),
                cells.get("family", ""),
                since,
                until,
            )
        )
        problems += problems_of_product(entries[-1], file, number)
    return entries, problems


def problems_of_product(entry: ProductEntry, file: str, row: int) -> list[Problem]:
    """What is wrong with one product by itself."""
    limits = (
        ("sku", entry.sku, 60),
        ("name", entry.name, 200),
        ("category", entry.category, 80),
        ("family", entry.family, 80),
    )
    problems = [Problem(file, row, key, f"up to {most} characters") for key, text, most in limits if len(text) > most]
    problems += [Problem(file, row, key, "visible characters") for key, text, _ in limits if not text.isprintable()]
    problems += [Problem(file, row, key, "something here") for key, text, _ in limits[:2] if not text.strip()]
    if entry.since and entry.until and entry.until <= entry.since:
        problems.append(Problem(file, row, "valid_until", "a day after valid_from"))
    return problems


def price_entries(rows: Iterable[Row], file: str) -> tuple[list[tuple[str, Decimal]], list[Problem]]:
    """The prices of a table's rows, and what is wrong with them: plain digits with a point, no other way of writing."""
    entries, problems = [], []
    for number, cells in rows:
        text = cells.get("unit_price", "")
        price = price_of(text)
        if price is None:
            problems.append(Problem(file, number, "unit_price", "a price such as 499.00, with at most six decimals"))
        entries.append((cells.get("sku", ""), price or Decimal(0)))
    return entries, problems


def price_of(text: str) -> Decimal | None:
    """A price ≥ 0 with at most six decimals, None for anything else.

    >>> price_of("499.00"), price_of("1_000"), price_of("NaN"), price_of("-1")
    (Decimal('499.00'), None, None, None)
    """
    return Decimal(text) if _PRICE.fullmatch(text) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
