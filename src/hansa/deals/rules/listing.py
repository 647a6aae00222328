"""A file of many registrations: its columns, and a row of it as facts. The names are those of the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from hansa.companies.rules import LENGTHS as COMPANY
from hansa.companies.rules import checked_facts
from hansa.deals.rules.fields import Facts, problems_of
from hansa.deals.rules.reading import Unreadable, read_amount, read_day, read_yes
from hansa.kernel.problem import Problem

MOST_ROWS = 500
OF_COMPANY = {f"customer_{name}": name for name in COMPANY}
TEXTS = ("title", "problem", "contact", "next_steps", "own_reference")
COLUMNS = ("customer", *OF_COMPANY, "family", "country", "amount", "close_on", *TEXTS, "submit")
OF_RESULT = ("row", "state", "registration", "reason")  # of the file that tells what became of the rows: passed over
NEEDED = ("family", "country", "title")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ListedDeal:
    """A row of a file: the code of a customer or the facts of one, what it says of the project, whether it is submitted."""

    row: int
    customer: str | Mapping[str, str]
    facts: Facts
    submits: bool


def columns_of(headers: Sequence[str], *, file: str) -> tuple[tuple[str, ...], list[Problem]]:
    """The columns by their names, and what is wrong with the header: an unknown one would be lost without a word.

    >>> columns_of(["Customer name", "Family", "COUNTRY", "Title"], file="a.csv")
    (('customer_name', 'family', 'country', 'title'), [])
    """
    columns = tuple(re.sub(r"[\s-]+", "_", header.strip()).casefold() for header in headers)
    problems = [
        Problem(file, 1, header, f"one of the columns {', '.join(COLUMNS)}")
        for header, column in zip(headers, columns, strict=True)
        if column not in COLUMNS and column not in OF_RESULT
    ]
    problems += [
        Problem(file, 1, header, "each column once")
        for place, header in enumerate(headers)
        if columns[place] in columns[:place]
    ]
    if not {"customer", "customer_name"} & set(columns):
        problems.append(Problem(file, 1, "customer_name", "a column with the customer's name, or its code as customer"))
    problems += [Problem(file, 1, name, "this column") for name in NEEDED if name not in columns]
    return columns, problems


def listed_deal(
    row: int,
    cells: Mapping[str, str],
    *,
    currency: str,
    countries: Collection[str],
    families: Collection[str],
    file: str = "",
) -> tuple[ListedDeal, list[Problem]]:
    """A row as a registration, and everything that is wrong with it; `cells` are its texts by column."""
    problems: list[Problem] = []

    def read(name: str, reader: Callable[[str], T], otherwise: T) -> T:
        try:
            return reader(cells[name]) if cells.get(name, "").strip() else otherwise
        except Unreadable as wrong:
            problems.append(Problem(file, row, name, str(wrong)))
            return otherwise

    facts = Facts(
        family=cells.get("family", ""),
        country=cells.get("country", "").upper(),
        amount_minor=read("amount", lambda text: read_amount(text, currency), None),
        close_on=read("close_on", read_day, None),
        **{name: cells.get(name, "") for name in TEXTS},
    )
    submits = read("submit", read_yes, False)
    for each in problems_of(facts, countries=countries, families=families):
        problems.append(Problem(file, row, each.column, each.expected))
    customer, wrong = _customer(row, cells, countries=countries, file=file)
    return ListedDeal(row, customer, facts, submits), [*wrong, *problems]


def digest_of_row(cells: Mapping[str, str]) -> str:
    """What tells a row from another one, whatever the order of its columns.

    >>> digest_of_row({"title": "Fleet", "contact": ""}) == digest_of_row({"title": "Fleet"})
    True
    """
    return sha256("\x1f".join(cells.get(name, "") for name in COLUMNS).encode()).hexdigest()


def _customer(
    row: int, cells: Mapping[str, str], *, countries: Collection[str], file: str
) -> tuple[str | Mapping[str, str], list[Problem]]:
    code = cells.get("customer", "").strip()
    said = {name: cells[column] for column, name in OF_COMPANY.items() if cells.get(column)}
    if code:
        alone = [] if not said else [Problem(file, row, "customer", "either a code, or the facts of a customer")]
        return code, alone
    facts, problems = checked_facts({"name": "", **said}, countries=countries)
    return facts, [Problem(file, row, f"customer_{each.column}", each.expected) for each in problems]
