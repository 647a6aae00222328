"""Many cases settled by one call of the engine, whose fixed cost is larger than that of a small case.

The members of a bundle share currency, fiscal year and `effective`. Their partners, products, payees, lines, incentives
and groups are kept apart by a suffix; other filters are not, so that each program also meets the sales of the others.
"""

from __future__ import annotations

import copy
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.oracle.cases import Case, Row
from tests.oracle.generators import a_case, a_header, asked_periods

OWN_CELLS = ("line_id", "partner", "product", "distributor", "rep")
OWN_LISTS = (("who", "partners"), ("what", "products"), ("what", "except_products"))


def bundles(size: int) -> st.SearchStrategy[Case]:
    return st.integers(0, 2**40).map(lambda number: bundle_from(number, size))


def bundle_from(number: int, size: int) -> Case:
    """So many cases as one: the same each time. No rate is missing."""
    rng = Random(number)
    header = a_header(rng)
    members = [own_names(a_case(rng, header, number, whole=True), f"-{at}") for at in range(size)]
    document = members[0].document | {"incentives": [each for case in members for each in case.document["incentives"]]}
    rates = {(row["currency"], row["date"]): row for case in members for row in case.rates or []}
    return Case(
        document,
        [row for case in members for row in case.lines],
        [row for case in members for row in case.partners],
        [row for case in members for row in case.products],
        list(rates.values()),
        asked_periods(rng, document),
        number=number,
    )


def own_names(case: Case, suffix: str) -> Case:
    """The case with the suffix on every name that has to be its own."""

    def renamed(rows: list[Row]) -> list[Row]:
        return [row | {cell: row[cell] + suffix for cell in OWN_CELLS if row.get(cell)} for row in rows]

    document = copy.deepcopy(case.document)
    document["incentives"] = [own_incentive(each, suffix) for each in document["incentives"]]
    return Case(document, renamed(case.lines), renamed(case.partners), renamed(case.products), case.rates)


def own_incentive(incentive: dict[str, Any], suffix: str) -> dict[str, Any]:
    named = incentive | {key: incentive[key] + suffix for key in ("id", "exclusive_group") if key in incentive}
    for part, key in OWN_LISTS:
        if key in named.get(part, {}):
            named[part] = named[part] | {key: [each + suffix for each in named[part][key]]}
    return named
