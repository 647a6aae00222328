"""One company: known, corrected, found by another name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from hansa.companies import keys
from hansa.companies.models import FACTS, Company, OtherName
from hansa.companies.operations.lists import LONGEST_KEY, refresh_when_due
from hansa.companies.operations.places import locked_company, require_place
from hansa.engines.matching import read_name
from hansa.kernel.problem import Problem
from hansa.kit.failures import Unprocessable
from hansa.kit.scope import current_scope


@transaction.atomic
def know_company(*, space: UUID, facts: Mapping[str, str], at: datetime, known_to: UUID | None = None) -> Company:
    """Keep a company that somebody knows: in the directory of a space, or `known_to` one organization alone.

    `facts` are checked already (`rules.checked_facts`). It is found from this transaction's commit on. Whether the same
    firm has another row does not matter here.
    """
    require_place(space, known_to)
    values = {field: facts.get(field, "") for field in FACTS}
    company = Company(
        space=space,
        known_to=known_to,
        name_key=read_name(values["name"]).text[:LONGEST_KEY],
        recorded_at=at,
        recorded_by_id=current_scope().person_id,
        **values,
    )
    company.save(force_insert=True)
    company.refresh_from_db(fields=["row"])
    _keep(company, [company.name])
    refresh_when_due(space, company.row, company.row)
    return company


@transaction.atomic
def correct_company(*, company_id: UUID, facts: Mapping[str, str]) -> tuple[Company, list[str]]:
    """Correct facts of a company; returns it with the names of what changed. The old name is found no more."""
    company = locked_company(company_id)
    changed = [field for field in FACTS if field in facts and getattr(company, field) != facts[field]]
    if not changed:
        return company, []
    names = [company.name, *other_names(company)]
    keys.forget(
        space=company.space, known_to=company.known_to, row=company.row, names=names, facts=keys.facts_of(company)
    )
    for field in changed:
        setattr(company, field, facts[field])
    company.name_key = read_name(company.name).text[:LONGEST_KEY]
    company.save(update_fields=[*changed, "name_key"])
    _keep(company, [company.name, *names[1:]])
    return company, changed


@transaction.atomic
def note_other_name(*, company_id: UUID, name: str, kind: str, at: datetime) -> OtherName:
    """Note a former name, an alias or a trading name; from now on the company is found by it too."""
    company = locked_company(company_id)
    name = " ".join(name.split())
    problems = _problems_of_name(company, name, kind)
    if problems:
        raise Unprocessable("The name was not noted.", problems=problems)
    other = OtherName(
        company=company, space=company.space, known_to=company.known_to, name=name, kind=kind, recorded_at=at
    )
    other.save(force_insert=True)
    keys.keep(space=company.space, known_to=company.known_to, names={company.row: name}, facts={})
    return other


def other_names(company: Company) -> list[str]:
    """The other names of a company."""
    return list(OtherName.objects.filter(company=company).order_by("name").values_list("name", flat=True))


def _keep(company: Company, names: list[str]) -> None:
    space, known_to = company.space, company.known_to
    keys.keep(
        names={company.row: names[0]}, facts={company.row: keys.facts_of(company)}, space=space, known_to=known_to
    )
    for name in names[1:]:
        keys.keep(names={company.row: name}, facts={}, space=space, known_to=known_to)


def _problems_of_name(company: Company, name: str, kind: str) -> list[Problem]:
    problems = []
    if kind not in OtherName.Kind.values:
        problems.append(Problem("", 0, "kind", f"one of {', '.join(OtherName.Kind.values)}"))
    if not name or len(name) > 200 or not name.isprintable():
        problems.append(Problem("", 0, "name", "a name of up to 200 visible characters"))
    elif name == company.name or name in other_names(company):
        problems.append(Problem("", 0, "name", "a name that the company does not have yet"))
    return problems
