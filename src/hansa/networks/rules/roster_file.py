"""A list of partners as a text file: its columns found by their headings, its rows read, its misspelt words named."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hansa.kernel.problem import Problem
from hansa.organizations.rules import problems_of_record

MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 1024 * 1024, 5_000, 60
RECORD = ("name", "legal_name", "country", "region", "city", "postcode", "street", "website", "phone")
HEADINGS: dict[str, tuple[str, ...]] = {
    "number": (
        "number",
        "no",
        "partner number",
        "partner",
        "code",
        "partner code",
        "id",
        "partner id",
        "customer number",
    ),
    "name": ("name", "company", "partner name", "company name", "organization"),
    "legal_name": ("legal name", "registered name"),
    "types": ("types", "type", "partner type", "business type", "partner types"),
    "tier": ("tier", "level", "status"),
    "territory": ("territory", "area", "sales area"),
    "upstream": ("upstream", "distributor", "supplied by", "distributor number"),
    "since": ("since", "from", "valid from", "first day", "joined"),
    "country": ("country", "country code"),
    "region": ("region", "state", "province"),
    "city": ("city", "town"),
    "postcode": ("postcode", "post code", "zip", "zip code", "postal code"),
    "street": ("street", "address", "street and number"),
    "website": ("website", "web", "domain", "homepage", "url"),
    "phone": ("phone", "telephone", "tel"),
}
NEEDED = ("number", "name", "types")
WORDS = ("types", "tier", "territory")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a list; `rows` hold the row number as the sender counts (the header is row 1) and the cells."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """One partner as its row says it."""

    row: int
    number: str
    record: dict[str, str]
    types: tuple[str, ...]
    tier: str
    territory: str
    upstream: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A type, tier or territory that the network does not use, how many rows say it, and the nearest known word."""

    kind: str
    word: str
    count: int
    nearest: str


@dataclass(slots=True)
class Reading:
    """What a list says: its partners, and what is wrong in which row and column."""

    listed: list[Listed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_sheet(content: bytes, file: str) -> tuple[Sheet, list[Problem]]:
    """The cells of a CSV in UTF-8, separated by comma, semicolon or tab; the problems say why it cannot be read."""
    nothing = Sheet((), ())
    if len(content) > MOST_BYTES:
        return nothing, [Problem(file, 0, "", "a list of at most 1 MiB")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        return nothing, [Problem(file, row, "", "UTF-8 text: save the list as “CSV UTF-8”")]
    first, _, _ = text.partition("\n")
    separator = max(",;\t", key=first.count)
    try:
        read = [(row, cells) for row, cells in enumerate(csv.reader(io.StringIO(text), delimiter=separator), start=1)]
    except csv.Error as error:
        return nothing, [Problem(file, 0, "", f"readable CSV ({error})")]
    filled = [(row, tuple(cell.strip() for cell in cells)) for row, cells in read if any(c.strip() for c in cells)]
    if len(filled) < 2 or len(filled) > MOST_ROWS + 1 or len(filled[0][1]) > MOST_COLUMNS:
        expected = f"a header and 1 to {MOST_ROWS} rows of at most {MOST_COLUMNS} columns"
        return nothing, [Problem(file, 0, "", expected)]
    return Sheet(filled[0][1], tuple(filled[1:])), []


def guess_columns(header: Sequence[str]) -> dict[str, int]:
    """Which column holds which field, by its heading: field to the column's place from 0.

    >>> guess_columns(["Number", "Company", "Business type", "Remarks"])
    {'number': 0, 'name': 1, 'types': 2}
    """
    plain = [re.sub(r"[\s_-]+", " ", name).strip().casefold() for name in header]
    found: dict[str, int] = {}
    for target, names in HEADINGS.items():
        for name in names:
            if name in plain and plain.index(name) not in found.values():
                found[target] = plain.index(name)
                break
    return found


def read_rows(
    sheet: Sheet,
    columns: Mapping[str, int],
    *,
    file: str,
    countries: Collection[str],
    spellings: Mapping[tuple[str, str], str],
) -> Reading:
    """The partners of a list. `spellings` say for a kind (types, tier, territory) and a word what is meant by it."""
    reading = Reading()
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        reading.problems = [Problem(file, 1, name, f"a column that holds the {name}") for name in missing]
        return reading
    for row, cells in sheet.rows:
        at = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
        record = {name: at.get(name, "") for name in RECORD}
        record["country"] = record["country"].upper()
        record["website"] = with_scheme(record["website"])
        for wrong in problems_of_record(record, countries):
            reading.problems.append(Problem(file, row, wrong.column, wrong.expected))
        words = {kind: _meant(kind, at.get(kind, ""), spellings) for kind in WORDS}
        since = _day(at.get("since", ""), file, row, reading.problems)
        types = tuple(dict.fromkeys(words["types"]))
        tier, territory = " ".join(words["tier"]), " ".join(words["territory"])
        reading.listed.append(Listed(row, at["number"], record, types, tier, territory, at.get("upstream", ""), since))
    return reading


def unknown_words(listed: Sequence[Listed], known: Mapping[str, Collection[str]]) -> list[Unknown]:
    """Words of a list that the network does not use, by kind and word; where it uses none of a kind, all are named."""
    counted: Counter[tuple[str, str]] = Counter()
    for one in listed:
        counted.update(("types", word) for word in one.types)
        counted.update((kind, word) for kind, word in (("tier", one.tier), ("territory", one.territory)) if word)
    return [
        Unknown(kind, word, count, _nearest(word, known.get(kind, ())))
        for (kind, word), count in sorted(counted.items())
        if word not in known.get(kind, ())
    ]


def with_scheme(website: str) -> str:
    """A website as an address: a bare name gets `https://`.

    >>> with_scheme("kranich.example"), with_scheme("")
    ('https://kranich.example', '')
    """
    return website if not website or "://" in website else f"https://{website}"


def _meant(kind: str, cell: str, spellings: Mapping[tuple[str, str], str]) -> list[str]:
    words = cell.split("|") if kind == "types" else [cell]
    return [spellings.get((kind, word.strip()), word.strip()) for word in words if word.strip()]


def _day(cell: str, file: str, row: int, problems: list[Problem]) -> date | None:
    if not cell:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
            return date.fromisoformat(cell)
    except ValueError:
        pass
    problems.append(Problem(file, row, "since", "a day such as 2026-01-31"))
    return None


def _nearest(word: str, known: Collection[str]) -> str:
    by_plain = {each.casefold(): each for each in sorted(known)}
    found = difflib.get_close_matches(word.casefold(), by_plain, n=1, cutoff=0.6)
    return by_plain[found[0]] if found else ""
