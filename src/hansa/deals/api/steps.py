"""What a partner does to its registration over the API. Before the answer every step is refused in the same words."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from hansa.deals.api.common import REGISTRATION, told
from hansa.deals.api.registrations import changed_facts
from hansa.deals.api.schemas import (
    CaseOpened,
    EvidenceIn,
    ExtensionOut,
    FactsChange,
    RegistrationOut,
    StageIn,
    StatementIn,
)
from hansa.deals.operations import (
    amend_registration,
    dispute_registration,
    extend_protection,
    set_stage,
    submit_registration,
    withdraw_registration,
)
from hansa.deals.operations.common import facts_of
from hansa.deals.operations.reaching import held_registration, own_registration, seen_registration
from hansa.kit.api import REFUSALS

router = Router(tags=["deals"])
ANSWERS = {200: RegistrationOut, **REFUSALS}


@router.post(f"{REGISTRATION}/submission", response=ANSWERS, operation_id="submit_registration")
def post_submission(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """Submit a draft, or what was sent back. The answer is *in review*; what was decided shows from `answer_at` on."""
    now = timezone.now()
    submit_registration(registration_id=held_registration(slug, code, at=now).id, at=now)
    return told(seen_registration(slug, code), at=now)


@router.post(f"{REGISTRATION}/withdrawal", response=ANSWERS, operation_id="withdraw_registration")
def post_withdrawal(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """Take a registration back before it is approved."""
    now = timezone.now()
    withdraw_registration(registration_id=held_registration(slug, code, at=now).id, at=now)
    return told(seen_registration(slug, code), at=now)


@router.post(f"{REGISTRATION}/stage", response=ANSWERS, operation_id="set_registration_stage")
def post_stage(request: HttpRequest, slug: str, code: str, body: StageIn) -> dict[str, Any]:
    """Say how far the sale is. A lost one frees its project."""
    now = timezone.now()
    registration = held_registration(slug, code, at=now)
    set_stage(registration_id=registration.id, stage=body.stage, loss_reason=body.loss_reason or "", at=now)
    return told(seen_registration(slug, code), at=now)


@router.post(f"{REGISTRATION}/extension", response={200: ExtensionOut, **REFUSALS}, operation_id="extend_registration")
def post_extension(request: HttpRequest, slug: str, code: str, body: EvidenceIn) -> dict[str, Any]:
    """Ask for a longer protection; the rules answer at once."""
    now = timezone.now()
    registration = held_registration(slug, code, at=now)
    asked = extend_protection(registration_id=registration.id, evidence=body.evidence, at=now)
    return {name: getattr(asked, name) for name in ExtensionOut.model_fields}


@router.post(f"{REGISTRATION}/amendment", response=ANSWERS, operation_id="amend_registration")
def post_amendment(request: HttpRequest, slug: str, code: str, body: FactsChange) -> dict[str, Any]:
    """Change an approved registration. Another family, country or amount is checked anew: its protection is given up."""
    now = timezone.now()
    registration = held_registration(slug, code, at=now)
    facts = changed_facts(facts_of(registration), body.dict(exclude_unset=True))
    amend_registration(registration_id=registration.id, facts=facts, at=now)
    return told(seen_registration(slug, code), at=now)


@router.post(f"{REGISTRATION}/case", response={201: CaseOpened, **REFUSALS}, operation_id="dispute_registration")
def post_case(request: HttpRequest, slug: str, code: str, body: StatementIn) -> Status[dict[str, str]]:
    """Dispute what was decided about an own registration: a case against those who run the network."""
    registration = own_registration(slug, code, "disputes.file")
    case = dispute_registration(registration_id=registration.id, statement=body.statement, at=timezone.now())
    return Status(201, {"case": case.code})
