"""What a company's facts must look like, and their normal form."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping

from hansa.companies.rules.identifiers import BadIdentifier, check_identifier
from hansa.kernel.problem import Problem

LENGTHS = {
    "name": 200,
    "domain": 253,
    "tax_id": 40,
    "lei": 20,
    "duns": 20,
    "country": 2,
    "region": 80,
    "city": 80,
    "postcode": 20,
    "street": 160,
    "phone": 40,
}
CHECKED = {"domain": "DOMAIN", "lei": "LEI", "duns": "DUNS"}


def checked_facts(
    values: Mapping[str, str], *, countries: Collection[str], file: str = "", row: int = 0
) -> tuple[dict[str, str], list[Problem]]:
    """A company's facts in their normal form, and what is wrong with them; facts that are not given stay away.

    Identifiers and domains are checked, a tax id is only trimmed: each country writes its own. Raises nothing.
    """
    facts = {field: _as_seen(values[field]) for field in LENGTHS if field in values}
    facts |= {field: facts[field].upper() for field in ("country", "lei") if field in facts}
    problems = [
        Problem(file, row, field, f"up to {LENGTHS[field]} visible characters")
        for field, value in facts.items()
        if len(value) > LENGTHS[field] or not value.isprintable()
    ]
    if "name" in facts and not facts["name"]:
        problems.append(Problem(file, row, "name", "the name of the company"))
    if facts.get("country") and facts["country"] not in countries:
        problems.append(Problem(file, row, "country", "a country by its two letters, such as DE"))
    for field, scheme in CHECKED.items():
        if facts.get(field):
            try:
                facts[field] = check_identifier(scheme, facts[field])
            except BadIdentifier as error:
                problems.append(Problem(file, row, field, str(error)))
    return facts, problems


def _as_seen(text: str) -> str:
    """Text without what nobody sees: marks of direction, joiners and spaces without width come along with a pasted name."""
    return " ".join("".join(char for char in text if unicodedata.category(char) != "Cf").split())
