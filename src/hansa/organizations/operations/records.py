from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django_countries import countries

from hansa.activity.operations import record
from hansa.companies.rules import BadIdentifier, Likeness, check_identifier
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, current_scope, system
from hansa.organizations.models import Affiliation, Identifier, Organization
from hansa.organizations.queries import duplicates_of
from hansa.organizations.rules import LENGTHS, problems_of_record
from hansa.people.models import Person
from hansa.people.operations import open_account

MOST_IDENTIFIERS = 50


@dataclass(frozen=True, slots=True)
class Recorded:
    """An organization as it was written, and those that the asker may see and that are probably the same company."""

    organization: Organization
    duplicates: tuple[Likeness, ...]


@transaction.atomic
def create_organization(
    *,
    at: datetime,
    values: Mapping[str, str],
    identifiers: Sequence[tuple[str, str]] = (),
    custodian_id: UUID | None = None,
) -> Recorded:
    """Record a company that takes part, in the care of the acting organization until its own people take over.

    `values` are fields of the record by name (`name` is needed), `identifiers` pairs of scheme and text. The platform
    itself may name another custodian, or none. A likely duplicate is returned and never prevents anything.
    """
    scope = current_scope()
    scope.require("networks.manage")
    cleaned = _checked_values({"name": "", **values})
    wanted = _checked_identifiers(identifiers, cleaned.get("country", ""))
    keeper = custodian_id if scope.system else scope.organization_id
    organization = Organization(**cleaned, custodian_id=keeper, created_at=at)
    organization.save(force_insert=True)
    _write_identifiers(organization, wanted)
    record(
        "organizations.organization.created",
        subject=organization,
        at=at,
        parties=_parties(organization),
        facts={"custodian": str(keeper or ""), "identifiers": len(wanted)},
        text=cleaned,
    )
    return Recorded(organization, duplicates_of(organization))


@transaction.atomic
def edit_organization(*, organization_id: UUID, at: datetime, values: Mapping[str, str]) -> Recorded:
    """Change fields of a record by name; those not named stay. Without a difference nothing happens."""
    organization = organization_to_change(organization_id)
    cleaned = _checked_values(values)
    changed = {field: value for field, value in cleaned.items() if getattr(organization, field) != value}
    if changed:
        for field, value in changed.items():
            setattr(organization, field, value)
        organization.save(update_fields=list(changed))
        record(
            "organizations.organization.edited",
            subject=organization,
            at=at,
            parties=_parties(organization),
            facts={"changed": sorted(changed)},
            text=changed,
        )
    return Recorded(organization, duplicates_of(organization))


@transaction.atomic
def set_identifiers(*, organization_id: UUID, at: datetime, identifiers: Sequence[tuple[str, str]]) -> Recorded:
    """Replace all identifiers of an organization by these (scheme, text), each checked and kept in its normal form.

    Another organization with the same identifier prevents nothing: those that the asker may see are returned.
    """
    organization = organization_to_change(organization_id)
    wanted = _checked_identifiers(identifiers, organization.country)
    present = {(known.scheme, known.value): known for known in organization.identifiers.all()}
    gone = present.keys() - wanted
    added = wanted - present.keys()
    if gone or added:
        Identifier.objects.filter(id__in=[present[pair].id for pair in gone]).delete()
        _write_identifiers(organization, added)
        record(
            "organizations.organization.identified",
            subject=organization,
            at=at,
            parties=_parties(organization),
            facts={"added": _as_text(added), "removed": _as_text(gone)},
        )
    return Recorded(organization, duplicates_of(organization))


@transaction.atomic
def create_first_owner(
    *, organization: str, email: str, name: str, password: str, at: datetime, country: str = ""
) -> Affiliation:
    """Give a fresh installation its first organization, named so, with its owner; for the person at the terminal.

    Opens the platform's own scope, since nobody exists yet who could ask. Refused (409) as soon as there is any
    organization, also to two who try at once.
    """
    with acting(system("giving a fresh installation its first owner")):
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('hansa.first_owner'))")
        if Organization.objects.exists():
            raise NotPossibleNow("This installation has an organization already: its owners invite the others.")
        cleaned = _checked_values({"name": organization, "country": country})
        person = open_account(email=email, name=name, password=password)
        return _found_organization(cleaned, person, at=at)


def organization_to_change(organization_id: UUID) -> Organization:
    """An organization locked for a change that the scope may make: its own people's, or its custodian's."""
    scope = current_scope()
    found: Organization | None = Organization.objects.select_for_update().filter(pk=organization_id).first()
    if found is None:
        raise NotFound()
    if found.pk == scope.organization_id:
        scope.require("organization.edit")
    elif found.custodian_id == scope.organization_id or scope.system:
        scope.require("networks.manage")
    else:
        raise NotAllowed("Only the organization itself changes its record.")
    return found


def _found_organization(values: Mapping[str, str], owner: Person, *, at: datetime) -> Affiliation:
    organization = Organization(**values, created_at=at)
    organization.save(force_insert=True)
    affiliation = Affiliation(person=owner, organization=organization, roles=["owner"], joined_at=at)
    affiliation.save(force_insert=True)
    record(
        "organizations.organization.founded",
        subject=organization,
        at=at,
        parties=_parties(organization),
        facts={"person": str(owner.id), "roles": ["owner"]},
        text={"name": organization.name, "person": owner.name, "email": owner.email},
    )
    return affiliation


def require_platform() -> None:
    """Refuse everybody but the platform itself (setup, jobs)."""
    if not current_scope().system:
        raise NotAllowed("Only the platform itself does this.")


def _checked_values(values: Mapping[str, str]) -> dict[str, str]:
    unknown = [field for field in values if field not in LENGTHS]
    cleaned = {field: value.strip() for field, value in values.items() if field in LENGTHS}
    if "country" in cleaned:
        cleaned["country"] = cleaned["country"].upper()
    problems = [Problem("", 0, field, "a field of the record") for field in unknown]
    problems += problems_of_record(cleaned, (code for code, _ in countries))
    if problems:
        raise Unprocessable("The record cannot be kept like this.", problems=problems)
    return cleaned


def _checked_identifiers(identifiers: Sequence[tuple[str, str]], country: str) -> set[tuple[str, str]]:
    if len(identifiers) > MOST_IDENTIFIERS:
        expected = f"up to {MOST_IDENTIFIERS} identifiers"
        raise Unprocessable("There are too many.", problems=[Problem("", 0, "identifiers", expected)])
    found, problems = set(), []
    for place, (scheme, text) in enumerate(identifiers, start=1):
        try:
            found.add((scheme, check_identifier(scheme, text, country)))
        except BadIdentifier as error:
            problems.append(Problem("", place, scheme, f"{error} (here: “{text.strip()[:60]}”)"))
    if problems:
        raise Unprocessable("Some identifiers are not right.", problems=problems)
    return found


def _write_identifiers(organization: Organization, pairs: Iterable[tuple[str, str]]) -> None:
    rows = [Identifier(organization=organization, scheme=scheme, value=value) for scheme, value in sorted(pairs)]
    Identifier.objects.bulk_create(rows)


def _as_text(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(f"{scheme}:{value}" for scheme, value in pairs)


def _parties(organization: Organization) -> list[UUID]:
    return [party for party in (organization.id, organization.custodian_id) if party is not None]
