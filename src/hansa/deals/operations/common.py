"""What every operation on registrations shares: the lock, the rules in force, the facts that count, the stored ruling."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from hansa.deals.models import Decision, Registration, Version
from hansa.deals.operations.failures import StepRefused
from hansa.deals.rules import WrongState, decide, kind_of, ruling_to_plain, to_plain
from hansa.deals.rules.fields import Facts
from hansa.deals.rules.replay import Inputs
from hansa.kernel.ruling import Ruling
from hansa.kit.failures import NotFound
from hansa.kit.scope import acting, current_scope, system
from hansa.programs.engagement import DEFAULT_RULES, RulesOfEngagement
from hansa.programs.models import ProgramVersion
from hansa.programs.queries import program_of_version, version_in_force

FACTS = tuple(Facts.__dataclass_fields__)


def take_turns(network_id: UUID) -> None:
    """Until the end of the transaction nobody else checks or decides in this network.

    Spellings of one customer that no key can order are ordered by this lock: whoever comes second finds the first.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"deals.check:{network_id}"])


def in_turn(network_id: UUID, *, at: datetime) -> datetime:
    """The instant that counts for whoever holds the network's lock: `at`, or just after a later submission.

    `at` was read before the turn came. Somebody who read the clock later may have come first; decided at `at`, that claim
    would be one of the future and not count. So instants follow the lock, and receipts agree with what was decided.
    """
    with acting(system("finding the latest submission")):
        since = Registration.objects.filter(network_id=network_id, submitted_at__gt=at).order_by("-submitted_at")
        latest: datetime | None = since.values_list("submitted_at", flat=True).first()
    return at if latest is None else latest + timedelta(microseconds=1)


def locked(registration_id: UUID) -> Registration:
    """A registration that the scope may see, locked until the end of the transaction; NotFound otherwise."""
    rows = Registration.objects.select_for_update(of=("self",)).select_related("network", "partner")
    found: Registration | None = rows.filter(id=registration_id).first()
    if found is None:
        raise NotFound()
    return found


def rules_on(network_id: UUID, day: date) -> tuple[ProgramVersion | None, RulesOfEngagement]:
    """The program version in force on a day and its rules of engagement; those of an empty document where there is none."""
    version = version_in_force(network_id, day)
    return version, DEFAULT_RULES if version is None else program_of_version(version).engagement


def facts_of(registration: Registration) -> Facts:
    """What a registration says of its project."""
    return Facts(**{name: getattr(registration, name) for name in FACTS})


def keep_version(registration: Registration, *, at: datetime) -> Version:
    """Keep what a registration says now as its next version."""
    before = Version.objects.filter(registration=registration).order_by("-number").first()
    values = {**to_plain(facts_of(registration)), "company": str(registration.company_id)}
    changed = [name for name in values if before is None or before.values.get(name) != values[name]]
    version = Version(
        registration=registration,
        number=before.number + 1 if before else 1,
        values=values,
        changed=sorted(changed),
        at=at,
        by_id=current_scope().person_id,
    )
    version.save(force_insert=True)
    return version


def rule(
    registration: Registration,
    inputs: Inputs,
    *,
    at: datetime,
    rules: RulesOfEngagement,
    version: ProgramVersion | None,
) -> Ruling[Any]:
    """Decide, and store the decision with everything that it needs to be made again."""
    ruling = decide(inputs, rules)
    Decision(
        network_id=registration.network_id,
        registration=registration,
        kind=kind_of(inputs),
        inputs=to_plain(inputs),
        rules=to_plain(rules),
        program_version=version,
        ruling=ruling_to_plain(ruling),
        at=at,
        by_id=current_scope().person_id,
    ).save(force_insert=True)
    return ruling


@contextmanager
def refusing_steps() -> Iterator[None]:
    """Turn the rules' WrongState into a failure of the application."""
    try:
        yield
    except WrongState as wrong:
        raise StepRefused(wrong.detail) from wrong


def changed_facts(registration: Registration, facts: Facts) -> dict[str, object]:
    """The fields in which facts differ from a registration, with their new values."""
    return {name: value for name, value in asdict(facts).items() if getattr(registration, name) != value}
