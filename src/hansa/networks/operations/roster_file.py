"""A list of partners as a file: previewed with all its problems, then taken whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django_countries import countries

from hansa.kernel.problem import Problem, Refused
from hansa.kit.failures import Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Membership, Network
from hansa.networks.operations.membership import Role
from hansa.networks.operations.roster import Dated, Entry, admit_members, problems_of_entries
from hansa.networks.queries import words_in_use
from hansa.networks.rules.roster_file import Listed, Sheet, Unknown, guess_columns, read_rows, read_sheet, unknown_words


@dataclass(slots=True)
class Preview:
    """What taking a list would do: its partners that are new, those left out as members already, what is wrong."""

    sheet: Sheet
    columns: dict[str, int]
    entries: list[Entry] = field(default_factory=list)
    already: int = 0
    problems: list[Problem] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    known: dict[str, list[str]] = field(default_factory=dict)


def preview_roster(
    *,
    network: Network,
    content: bytes,
    file: str,
    columns: Mapping[str, int] | None = None,
    spellings: Mapping[tuple[str, str], str] | None = None,
) -> Preview:
    """Read a list without taking it. Columns are found by their headings unless `columns` says where they are.

    `spellings` say for a kind (types, tier, territory) and a word what is meant. Rows whose number is a member's
    already are left out, so that a list can be sent again.
    """
    current_scope().require_operator(network.id, "networks.manage")
    sheet, problems = read_sheet(content, file)
    preview = Preview(sheet, dict(columns) if columns is not None else guess_columns(sheet.header), problems=problems)
    if problems:
        return preview
    known = words_in_use(network)
    codes = frozenset(code for code, _ in countries)
    reading = read_rows(sheet, preview.columns, file=file, countries=codes, spellings=spellings or {})
    names = dict(Membership.objects.filter(network=network).values_list("number", "organization__name"))
    new = [one for one in reading.listed if one.number not in names]
    numbers = _numbers_by_name(names, reading.listed)
    preview.already = len(reading.listed) - len(new)
    preview.entries = [_entry(one, numbers) for one in new]
    preview.unknown = unknown_words(new, known)
    preview.known = {kind: sorted(words) for kind, words in known.items()}
    found = reading.problems + problems_of_entries(network, preview.entries, file)
    preview.problems = sorted(dict.fromkeys(found), key=lambda problem: (problem.row, problem.column))
    return preview


@transaction.atomic
def take_roster(
    *,
    network: Network,
    content: bytes,
    file: str,
    at: datetime,
    columns: Mapping[str, int] | None = None,
    spellings: Mapping[tuple[str, str], str] | None = None,
) -> list[Membership]:
    """Take a list of partners, all of its new ones or none; refused with every problem by row and column."""
    preview = preview_roster(network=network, content=content, file=file, columns=columns, spellings=spellings)
    if preview.problems:
        raise Unprocessable(
            "The list of partners was not taken.",
            problems=preview.problems[: Refused.LISTED],
            total=len(preview.problems),
        )
    return admit_members(network=network, entries=preview.entries, at=at, file=file) if preview.entries else []


def _numbers_by_name(names: Mapping[str, str], listed: Sequence[Listed]) -> dict[str, str]:
    """Distributors may be named by number or by name; a name that two partners have stays what it is."""
    pairs = [(name, number) for number, name in names.items()] + [(one.record["name"], one.number) for one in listed]
    found: dict[str, str] = {}
    twice = set()
    for name, number in pairs:
        if found.setdefault(name, number) != number:
            twice.add(name)
    return {name: number for name, number in found.items() if name not in twice}


def _entry(one: Listed, numbers: Mapping[str, str]) -> Entry:
    upstream = numbers.get(one.upstream, one.upstream) if one.upstream else ""
    role = Role(one.types, one.tier, one.territory)
    return Entry(number=one.number, roles=(Dated(role, one.since, None, upstream),), row=one.row, **one.record)  # type: ignore[arg-type]
