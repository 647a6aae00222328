"""Reading an account list, and what a named account must be: pure, without framework."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from hansa.companies.rules import checked_facts
from hansa.kernel.problem import Problem

# field of a list: label, and headers that usually mean it
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "name": (
        "Name",
        ("name", "company", "company name", "customer", "customer name", "account name", "employer", "firma"),
    ),
    "reference": ("Number", ("account id", "id", "reference", "number", "account number", "customer number", "crm id")),
    "domain": ("Internet domain", ("domain", "website", "web", "url", "homepage")),
    "tax_id": ("Tax id", ("tax id", "vat", "vat number", "vat id", "ein", "tax number")),
    "lei": ("LEI", ("lei",)),
    "duns": ("D-U-N-S number", ("duns", "d u n s", "duns number")),
    "country": ("Country", ("country", "country code", "land")),
    "region": ("Region", ("region", "state", "province", "county")),
    "city": ("City", ("city", "town", "ort", "place")),
    "postcode": ("Postcode", ("postcode", "postal code", "zip", "zip code", "zipcode", "plz")),
    "street": ("Street", ("street", "address", "address 1", "street address")),
    "phone": ("Telephone", ("phone", "telephone", "tel", "phone number")),
    "segment": ("Segment", ("segment", "industry segment", "tier", "class")),
}
NEEDED = ("name",)
DEFAULT_COUNTRY = "default_country"
LONGEST = {"reference": 80, "segment": 60}
LONGEST_FAMILY, LONGEST_REASON = 80, 300


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """A row of an account list: the facts of the company, its number and segment, and the digest of all of it."""

    row: int
    facts: Mapping[str, str]
    reference: str
    segment: str
    digest: str


def suggested_mapping(headers: Sequence[str]) -> dict[str, str]:
    """Which column holds which field, as far as the headers say so.

    >>> suggested_mapping(["account_id", "Employer", "ZIP"])
    {'name': 'Employer', 'reference': 'account_id', 'postcode': 'ZIP'}
    """
    plain = {re.sub(r"[\W_]+", " ", header).strip().casefold(): header for header in headers}
    return {
        field: plain[found]
        for field, (_, usual) in FIELDS.items()
        if (found := next((name for name in usual if name in plain), None)) is not None
    }


def problems_of_mapping(
    mapping: Mapping[str, str], *, headers: Sequence[str], countries: Collection[str], file: str
) -> list[Problem]:
    """What is wrong with how a list shall be read."""
    problems = [Problem(file, 0, field, "the column that holds it") for field in NEEDED if not mapping.get(field)]
    for field, header in mapping.items():
        if field == DEFAULT_COUNTRY:
            if header and header not in countries:
                problems.append(Problem(file, 0, field, "a country by its two letters, such as DE"))
        elif field not in FIELDS:
            problems.append(Problem(file, 0, field, f"one of {', '.join(FIELDS)}"))
        elif header and header not in headers:
            problems.append(Problem(file, 0, field, "a header of this file"))
    return problems


def listed_account(
    row: int, cells: Mapping[str, str], mapping: Mapping[str, str], *, countries: Collection[str], file: str
) -> tuple[ListedAccount, list[Problem]]:
    """A row of a list as an account, and what is wrong with it; `cells` are its texts by header."""
    said = {field: " ".join(cells.get(mapping.get(field, ""), "").split()) for field in FIELDS}
    if not said["country"]:
        said["country"] = mapping.get(DEFAULT_COUNTRY, "")
    digest = sha256("\x1f".join(said[field] for field in FIELDS).encode()).hexdigest()
    facts, problems = checked_facts(
        {field: value for field, value in said.items() if field not in LONGEST}, countries=countries, file=file, row=row
    )
    problems += [
        Problem(file, row, field, f"up to {most} visible characters")
        for field, most in LONGEST.items()
        if len(said[field]) > most or not said[field].isprintable()
    ]
    return ListedAccount(row, facts, said["reference"], said["segment"], digest), problems


def problems_of_named_account(
    *, family: str, reason: str, from_on: date, until_on: date | None, taken: Sequence[tuple[date, date | None]]
) -> list[Problem]:
    """What is wrong with a named account; `taken` are the spans in which its holder has it for this family already."""
    texts = (("family", family, LONGEST_FAMILY), ("reason", reason, LONGEST_REASON))
    problems = [
        Problem("", 0, field, f"up to {most} visible characters")
        for field, text, most in texts
        if len(text) > most or not text.isprintable()
    ]
    if until_on is not None and until_on <= from_on:
        problems.append(Problem("", 0, "until_on", "a day after the first one"))
    elif any(from_on < (end or date.max) and start < (until_on or date.max) for start, end in taken):
        problems.append(Problem("", 0, "from_on", "days on which the holder does not have this account already"))
    return problems
