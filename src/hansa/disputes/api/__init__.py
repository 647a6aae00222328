"""Cases and precedents over the API. A case is opened by the module that made the decision, at an address of its own."""

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from hansa.disputes import queries
from hansa.disputes.api.schemas import (
    AdjudicatorIn,
    Adjudicators,
    AppealIn,
    CaseDetail,
    CaseOut,
    CasePage,
    EvidenceOut,
    PrecedentPage,
    RemedyIn,
    RemedyOut,
)
from hansa.disputes.models import Case, Evidence, Kind, Remedy, RemedyKind, State
from hansa.disputes.operations import (
    NotASide,
    accept_remedy,
    add_evidence,
    appeal,
    assign_adjudicator,
    decide,
    propose_remedy,
    rest_case,
    withdraw_case,
)
from hansa.kit.api import REFUSALS
from hansa.kit.exports import file_download
from hansa.kit.failures import NotFound
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug

router = Router(tags=["disputes"])
CASES = "/networks/{slug}/cases"
CASE = f"{CASES}/{{code}}"


@router.get(CASES, response={200: CasePage, **REFUSALS}, operation_id="list_cases")
def list_cases(
    request: HttpRequest, slug: str, over: bool | None = None, waiting: bool = False, cursor: str | None = None
) -> dict[str, Any]:
    """Cases in which the acting organization is a side, or all of a network that it runs; what waits for you first."""
    current_scope().require("disputes.view")
    rows = queries.cases_of(network_by_slug(slug).id, over=over, waiting=waiting)
    page = page_of(rows, order=queries.ORDER, cursor=cursor)
    return {"items": [_case(row) for row in page.items], "next": page.next, "previous": page.previous}


@router.get(CASE, response={200: CaseDetail, **REFUSALS}, operation_id="get_case")
def get_case(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """A case with its file: both sides read the same."""
    return _detail(_found(slug, code, "disputes.view"))


@router.post(f"{CASE}/evidence", response={201: EvidenceOut, **REFUSALS}, operation_id="add_case_evidence")
def post_evidence(
    request: HttpRequest, slug: str, code: str, text: Form[str], file: File[UploadedFile | None] = None
) -> Status[Evidence]:
    """Show evidence for your side: a text, and a file if there is one (PDF, PNG, JPEG, an Office document or text)."""
    case = _found(slug, code, "disputes.file")
    sent: dict[str, Any] = {"file_name": file.name or "file", "chunks": file.chunks()} if file else {}
    return Status(201, add_evidence(case=case, text=text, at=timezone.now(), **sent))


@router.get(f"{CASE}/evidence/{{evidence_id}}/file", operation_id="download_case_evidence")
def get_evidence(request: HttpRequest, slug: str, code: str, evidence_id: UUID) -> HttpResponseBase:
    """The file of a piece of evidence, as it was sent."""
    found = queries.evidence_by_id(_found(slug, code, "disputes.view"), evidence_id)
    if not found.stored_as:
        raise NotFound()
    return file_download(found.file_name, settings.FILES_ROOT / found.stored_as)


@router.post(f"{CASE}/rest", response={200: CaseDetail, **REFUSALS}, operation_id="rest_case")
def post_rest(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """Say that your side has shown everything; once both sides have, the case is decided without waiting."""
    rest_case(case=_found(slug, code, "disputes.file"), at=timezone.now())
    return _detail(_found(slug, code, "disputes.view"))


@router.post(f"{CASE}/withdrawal", response={200: CaseDetail, **REFUSALS}, operation_id="withdraw_case")
def post_withdrawal(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """Take a case back that your side filed; the decision stands."""
    withdraw_case(case=_found(slug, code, "disputes.file"), at=timezone.now())
    return _detail(_found(slug, code, "disputes.view"))


@router.post(f"{CASE}/acceptance", response={200: CaseDetail, **REFUSALS}, operation_id="accept_remedy")
def post_acceptance(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """Accept the proposed remedy for your side, and give up its appeal."""
    accept_remedy(case=_found(slug, code, "disputes.file"), at=timezone.now())
    return _detail(_found(slug, code, "disputes.view"))


@router.post(f"{CASE}/appeal", response={200: CaseDetail, **REFUSALS}, operation_id="appeal_remedy")
def post_appeal(request: HttpRequest, slug: str, code: str, body: AppealIn) -> dict[str, Any]:
    """Appeal the proposed remedy: once in a case, to another adjudicator."""
    appeal(case=_found(slug, code, "disputes.file"), reason=body.reason, at=timezone.now())
    return _detail(_found(slug, code, "disputes.view"))


@router.get(f"{CASE}/adjudicator", response={200: Adjudicators, **REFUSALS}, operation_id="list_adjudicators")
def list_adjudicators(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """Who of your people may decide this case, and why the others may not."""
    rulings = queries.adjudicators_for(_run(slug, code))
    items = [{"person": who.id, "name": str(who), "may": r.outcome, "reason": r.reason} for who, r in rulings]
    return {"items": items}


@router.put(f"{CASE}/adjudicator", response={200: CaseDetail, **REFUSALS}, operation_id="assign_adjudicator")
def put_adjudicator(request: HttpRequest, slug: str, code: str, body: AdjudicatorIn) -> dict[str, Any]:
    """Let somebody without interest in a case decide it."""
    assign_adjudicator(case=_run(slug, code), person_id=body.person, at=timezone.now())
    return _detail(_run(slug, code))


@router.post(f"{CASE}/proposal", response={201: RemedyOut, **REFUSALS}, operation_id="propose_remedy")
def post_proposal(request: HttpRequest, slug: str, code: str, body: RemedyIn) -> Status[Remedy]:
    """Propose a remedy as the adjudicator: final unless a side appeals in time."""
    case = _run(slug, code)
    return Status(201, propose_remedy(case=case, terms=body.terms(), at=timezone.now(), **body.texts()))


@router.post(f"{CASE}/decision", response={201: RemedyOut, **REFUSALS}, operation_id="decide_case")
def post_decision(request: HttpRequest, slug: str, code: str, body: RemedyIn) -> Status[Remedy]:
    """Decide an appeal as the adjudicator: final at once."""
    return Status(201, decide(case=_run(slug, code), terms=body.terms(), at=timezone.now(), **body.texts()))


@router.get("/networks/{slug}/precedents", response={200: PrecedentPage, **REFUSALS}, operation_id="list_precedents")
def list_precedents(
    request: HttpRequest,
    slug: str,
    q: str = "",
    kind: Kind | None = None,
    remedy: RemedyKind | None = None,
    since: date | None = None,
    cursor: str | None = None,
) -> Any:
    """Final cases without names, the latest month first; `q`: words of the reason or the rule, each must stand there."""
    current_scope().require("disputes.view")
    words, kinds, remedies = q[:200].replace("\x00", ""), kind or "", remedy or ""
    rows = queries.precedents_of(network_by_slug(slug).id, words=words, kind=kinds, remedy=remedies, since=since)
    return page_of(rows, order=("-month", "code"), cursor=cursor)


def _found(slug: str, code: str, capability: str) -> Case:
    """A case that the acting organization may see; one that only runs the network speaks for no side."""
    scope = current_scope()
    scope.require(capability)
    case = queries.case_by_code(network_by_slug(slug).id, code)
    if capability == "disputes.file" and queries.side_of(case, scope.organization_id) is None:
        raise NotASide("Only the two sides of a case may do this.")
    return case


def _run(slug: str, code: str) -> Case:
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "disputes.decide")
    return queries.case_by_code(network.id, code)


def _case(row: Any) -> dict[str, Any]:
    names = CaseOut.model_fields.keys() - {"late", "waits", "side"}
    return {
        **{name: getattr(row, name) for name in names},
        "late": row.escalated_at is not None and row.state in (State.DECIDING, State.APPEALED),
        "waits": bool(row.waits),
        "side": queries.side_of(row, current_scope().organization_id),
    }


def _detail(row: Case) -> dict[str, Any]:
    file = queries.case_file(row)
    return {
        **_case(row),
        "names": file.names,
        "rules": row.rules,
        "decision": row.decision,
        "evidence": file.evidence,
        "remedies": [each for each in (file.proposed, file.final) if each is not None],
        "rested": sorted(file.rested),
        "accepted": sorted(file.accepted),
        "appeal": file.appeal,
    }
