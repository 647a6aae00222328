"""Registrations over the API: list, begin, read, edit; what they said, what was decided, what was attested."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Status

from hansa.activity.operations import issue_receipt
from hansa.activity.queries import receipt_document
from hansa.deals import queries
from hansa.deals.api.common import REGISTRATION, REGISTRATIONS, told
from hansa.deals.api.schemas import (
    CompanyIn,
    DecisionsOut,
    RegistrationChange,
    RegistrationFilter,
    RegistrationIn,
    RegistrationOut,
    RegistrationPage,
    ReplayOut,
    VersionsOut,
)
from hansa.deals.models import Decision
from hansa.deals.operations import draft_registration, edit_registration, submit_registration, submitted_facts
from hansa.deals.operations.common import facts_of
from hansa.deals.operations.reaching import held_registration, seen_registration
from hansa.deals.rules.fields import Facts
from hansa.kit.api import REFUSALS
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug

router = Router(tags=["deals"])


@router.get(REGISTRATIONS, response={200: RegistrationPage, **REFUSALS}, operation_id="list_registrations")
def list_registrations(request: HttpRequest, slug: str, wanted: Query[RegistrationFilter]) -> dict[str, Any]:
    """Registrations: your own and those of whom you supply; all of a network that you run, but others' drafts."""
    now, network = timezone.now(), network_by_slug(slug)
    rows = queries.registrations_as_seen(network.id, at=now, review=wanted.review or "", stage=wanted.stage or "")
    page = page_of(rows, order=queries.ORDER, cursor=wanted.cursor)
    return {"items": [told(row, at=now) for row in page.items], "next": page.next, "previous": page.previous}


@router.post(REGISTRATIONS, response={201: RegistrationOut, **REFUSALS}, operation_id="create_registration")
def create_registration(request: HttpRequest, slug: str, body: RegistrationIn) -> Status[dict[str, Any]]:
    """Begin a registration; with `submit` also submit it. Send an `Idempotency-Key`: twice the same is then one."""
    now, network = timezone.now(), network_by_slug(slug)
    current_scope().require("deals.register")
    facts = Facts(**body.dict(include=set(Facts.__dataclass_fields__)))
    with transaction.atomic():
        made = draft_registration(network=network, customer=_customer(body.customer), facts=facts, at=now,
                                  another_than=body.another_than)  # fmt: skip
        if body.submit:
            submit_registration(registration_id=made.id, at=now)
    return Status(201, told(seen_registration(slug, made.code), at=now))


@router.get(REGISTRATION, response={200: RegistrationOut, **REFUSALS}, operation_id="get_registration")
def get_registration(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """One registration as you may see it."""
    return told(seen_registration(slug, code), at=timezone.now(), alone=True)


@router.patch(REGISTRATION, response={200: RegistrationOut, **REFUSALS}, operation_id="edit_registration")
def patch_registration(request: HttpRequest, slug: str, code: str, body: RegistrationChange) -> dict[str, Any]:
    """Change a draft, or a registration that was sent back; what is left out stays."""
    now = timezone.now()
    registration = held_registration(slug, code, at=now)
    facts = changed_facts(facts_of(registration), body.dict(exclude_unset=True))
    customer = None if body.customer is None else _customer(body.customer)
    edit_registration(registration_id=registration.id, facts=facts, customer=customer, at=now,
                      another_than=body.another_than)  # fmt: skip
    return told(seen_registration(slug, code), at=now)


@router.get(
    f"{REGISTRATION}/versions", response={200: VersionsOut, **REFUSALS}, operation_id="list_versions_of_registration"
)
def list_versions(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """What a registration said from each submission and amendment on."""
    rows = queries.versions_of(seen_registration(slug, code))
    return {"items": [{name: getattr(row, name) for name in ("number", "values", "changed", "at")} for row in rows]}


@router.get(f"{REGISTRATION}/decisions", response={200: DecisionsOut, **REFUSALS}, operation_id="list_decisions")
def list_decisions(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """What was decided about a registration, with inputs, rules and grounds, as far as you may see it."""
    rows = queries.decisions_of(seen_registration(slug, code), at=timezone.now())[: queries.LATEST]
    return {"items": [_decision(row) for row in rows]}


@router.get(
    f"{REGISTRATION}/decisions/{{decision}}/replay",
    response={200: ReplayOut, **REFUSALS},
    operation_id="replay_decision",
)
def replay_decision(request: HttpRequest, slug: str, code: str, decision: str) -> dict[str, Any]:
    """Decide over again from the stored inputs and rules, and say whether it is the same."""
    stored = queries.decision_by_code(seen_registration(slug, code), decision, at=timezone.now())
    replayed = queries.replay_of(stored)
    return {"is_same": replayed.is_same, "stored": stored.ruling, "replayed": replayed.ruling}


@router.get(f"{REGISTRATION}/receipt", response={200: Any, **REFUSALS}, operation_id="get_registration_receipt")
def get_receipt(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The signed receipt of the last submission, for the partner itself and those who run the network. Keep it as it is."""
    registration = seen_registration(slug, code)
    event = queries.submission_of(registration)
    submitted = submitted_facts(queries.as_submitted(registration))
    receipt = issue_receipt(event=event, holder_id=registration.partner_id, submitted=submitted, at=timezone.now())
    headers = {"Content-Disposition": f'attachment; filename="receipt-{code}.json"'}
    return HttpResponse(receipt_document(receipt), content_type="application/json", headers=headers)


def changed_facts(before: Facts, said: dict[str, Any]) -> Facts:
    """Facts with what was said put in their place; only an amount and a day can be taken away by null."""
    takes_null = {"amount_minor", "close_on"}
    known = {name: getattr(before, name) for name in Facts.__dataclass_fields__}
    return Facts(**{name: said[name] if said.get(name) is not None or (name in said and name in takes_null) else value
                    for name, value in known.items()})  # fmt: skip


def _customer(said: str | CompanyIn) -> str | dict[str, str]:
    return said if isinstance(said, str) else {name: value for name, value in said.dict().items() if value}


def _decision(row: Decision) -> dict[str, Any]:
    version = row.program_version.label if row.program_version else None
    names = ("code", "kind", "at", "ruling", "inputs", "rules")
    return {**{name: getattr(row, name) for name in names}, "program_version": version}
