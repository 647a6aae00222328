from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from hansa.companies.models import FACTS, Company, OtherName, Sameness
from hansa.engines.matching import Company as Asked
from hansa.engines.matching import Found, Match, best_matches, fact_keys, name_keys
from hansa.engines.matching.retrieval import CANDIDATES
from hansa.kit.failures import NotFound
from hansa.kit.scope import acting, current_scope, system

FEW = 40  # what a person looks at while typing needs no hundred


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known company that may be the one asked about: its id, code, name and place, who alone knows it, and the match."""

    id: UUID
    code: str
    known_to: UUID | None
    company: Asked
    match: Match


def candidates(space: UUID, asked: Asked, *, top: int = 10) -> list[Candidate]:
    """Every company known in a space that may be the one asked about, rivals' private rows too: for the check alone.

    What it returns must reach nobody but the code that decides; a person who types looks into `directory_candidates`.
    """
    return _candidates(space, asked, top=top, everything=True, most=CANDIDATES)


def directory_candidates(space: UUID, asked: Asked, *, top: int = 10) -> list[Candidate]:
    """Companies that the acting organization may know: of the directory, if it reads it, and those it alone knows.

    Another's private rows are not even looked at: they change neither the order nor the number nor the time. Nothing is
    found in a space that the organization has nothing to do with.
    """
    current_scope()
    return _candidates(space, asked, top=top, everything=False, most=FEW)


def _candidates(space: UUID, asked: Asked, *, top: int, everything: bool, most: int) -> list[Candidate]:
    if not asked.name.strip() and not fact_keys(str(space), asked):
        return []
    values: list[Any] = [space, name_keys(str(space), asked.name), fact_keys(str(space), asked), most, everything]
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, code, known_to, name, name_key, domain, tax_id, lei, duns, country, region, city, postcode,"
            " street, phone, others, score from companies_candidates(%s, %s::bigint[], %s::bigint[], %s, %s)",
            values,
        )
        rows = cursor.fetchall()
    known = {row[0]: (row[1], row[2], _facts(row)) for row in rows}
    found = [one for row in rows for one in _by_each_name(row)]
    matches: dict[UUID, Match] = {}
    for (company_id, _), match in best_matches(asked, found, top=top + len(found) - len(rows)):
        matches.setdefault(company_id, match)
    return [Candidate(each, *known[each], match) for each, match in list(matches.items())[:top]]


def _facts(row: tuple[object, ...]) -> Asked:
    return Asked(str(row[3]), *map(str, row[5:15]))


def _by_each_name(row: tuple[object, ...]) -> list[Found[tuple[UUID, str]]]:
    """A company as found by its name, and by each of its other names."""
    facts, company_id, score = _facts(row), row[0], row[16]
    assert isinstance(company_id, UUID)
    assert isinstance(score, float)
    assert isinstance(row[15], list)
    own = Found((company_id, facts.name), facts, score, str(row[4]))
    place = {field: getattr(facts, field) for field in FACTS[1:]}
    return [own, *(Found((company_id, name), Asked(name, **place), score) for name in row[15])]


def company_by_code(space: UUID, code: str) -> Company:
    """A company of a space that the scope may see; NotFound otherwise."""
    rows = Company.objects.filter(space=space, code=code).select_related("merged_into")
    found: Company | None = rows.first()
    if found is None:
        raise NotFound()
    return found


def other_names_of(company: Company) -> list[OtherName]:
    """The other names of a company, in their order."""
    return list(OtherName.objects.filter(company=company).order_by("name"))


def said_of(company_ids: set[UUID]) -> list[Sameness]:
    """What was said about pairs of these companies, the latest first; for the check, whoever acts."""
    with acting(system("asking which rows are one company")):
        rows = Sameness.objects.filter(one_id__in=company_ids, other_id__in=company_ids)
        return list(rows.order_by("-said_at", "-id"))
