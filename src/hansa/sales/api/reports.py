"""Sales reports and what waits in quarantine, over the API."""

import json
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from hansa.kernel.problem import Problem
from hansa.kit.api import REFUSALS
from hansa.kit.failures import Unprocessable
from hansa.kit.pagination import page_of
from hansa.networks.queries import network_by_slug
from hansa.sales import queries
from hansa.sales.api.lines import minor_units
from hansa.sales.api.schemas import (
    DiscardIn,
    DiscardOut,
    MatchIn,
    PreviewOut,
    ReadingIn,
    RepairIn,
    RepairOut,
    ReportFilter,
    ReportOut,
    ReportPage,
    RowPage,
    UploadIn,
)
from hansa.sales.models import QuarantinedRow, SalesReport
from hansa.sales.operations.reading import preview_reading
from hansa.sales.operations.receiving import confirm_reading, receive_report, send_to_checking
from hansa.sales.operations.repair import discard_rows, match_name, repair_rows, retry_waiting

router = Router(tags=["sales"])
REPORTS = "/networks/{slug}/sales/reports"
REPORT = "/networks/{slug}/sales/reports/{code}"


@router.post(REPORTS, response={202: ReportOut, 200: ReportOut, **REFUSALS}, operation_id="send_sales_report")
def send_sales_report(
    request: HttpRequest, slug: str, file: File[UploadedFile], said: Form[UploadIn]
) -> Status[dict[str, Any]]:
    """Send a file. 202: it is being checked, ask for it again; 200: this very file came before, nothing was added."""
    network = network_by_slug(slug)
    report, new = receive_report(
        network=network,
        sender=queries.sender_by_number(network, said.sender),
        month=_first_of(said.month),
        file_name=file.name or "report",
        chunks=file.chunks(),
        at=timezone.now(),
        reading=_json(said.reading),
    )
    if new:
        send_to_checking(report)
    return Status(202 if new else 200, _report(report))


@router.get(REPORTS, response={200: ReportPage, **REFUSALS}, operation_id="list_sales_reports")
def list_sales_reports(request: HttpRequest, slug: str, wanted: Query[ReportFilter]) -> dict[str, Any]:
    """Reports that the asking organization may see: its own, or all of a network that it runs."""
    network = network_by_slug(slug)
    month = _first_of(wanted.month) if wanted.month else None
    rows = queries.matching_reports(network.id, state=wanted.state, month=month, words=wanted.q)
    page = page_of(rows.select_related("sender", "replaces"), order=("-received_at", "-id"), cursor=wanted.cursor)
    return {"items": [_report(found) for found in page.items], "next": page.next, "previous": page.previous}


@router.get(REPORT, response={200: ReportOut, **REFUSALS}, operation_id="get_sales_report")
def get_sales_report(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """One report with its progress, totals, changes, problems and acknowledgement."""
    return _report(_find(slug, code))


@router.post(f"{REPORT}/reading", response={202: ReportOut, **REFUSALS}, operation_id="confirm_sales_reading")
def confirm_sales_reading(request: HttpRequest, slug: str, code: str, body: ReadingIn) -> Status[dict[str, Any]]:
    """Say how a waiting file is read; it is checked again, and remembered for the sender's next files like it."""
    report = confirm_reading(report=_find(slug, code), mapping=body.mapping, formats=body.formats, at=timezone.now())
    send_to_checking(report)
    return Status(202, _report(report))


@router.post(f"{REPORT}/previews", response={200: PreviewOut, **REFUSALS}, operation_id="preview_sales_reading")
def preview_sales_reading(request: HttpRequest, slug: str, code: str, body: ReadingIn) -> dict[str, Any]:
    """What the first rows would become if the file were read like this. Nothing is written."""
    seen = preview_reading(report=_find(slug, code), mapping=body.mapping, formats=body.formats, at=timezone.now())
    problems = [{"row": p.row, "column": p.column, "code": p.code, "reason": p.reason} for p in seen.problems]
    names = ("rows", "lines", "quarantined", "whole", "reasons")
    return {**{name: getattr(seen, name) for name in names}, "problems": problems}


@router.get(f"{REPORT}/quarantine", response={200: RowPage, **REFUSALS}, operation_id="list_quarantined_rows")
def list_quarantined_rows(
    request: HttpRequest, slug: str, code: str, all: bool = False, cursor: str | None = None
) -> dict[str, Any]:
    """Rows that wait to be repaired; with `all` also those that were repaired or discarded."""
    report = _find(slug, code)
    rows = QuarantinedRow.objects.filter(report=report) if all else queries.waiting_rows(report)
    page = page_of(rows, order=("row",), cursor=cursor)
    return {"items": [_row(row) for row in page.items], "next": page.next, "previous": page.previous}


@router.post(f"{REPORT}/repairs", response={200: RepairOut, **REFUSALS}, operation_id="repair_quarantined_rows")
def repair_quarantined_rows(request: HttpRequest, slug: str, code: str, body: RepairIn) -> dict[str, int]:
    """Correct rows and try them again; without rows every waiting row is tried again."""
    report, now = _find(slug, code), timezone.now()
    if body.rows:
        taken, waiting = repair_rows(report=report, corrections=body.rows, at=now)
    else:
        taken, waiting = retry_waiting(report=report, at=now)
    return {"taken": taken, "waiting": waiting}


@router.post(f"{REPORT}/matches", response={200: RepairOut, **REFUSALS}, operation_id="match_reported_name")
def match_reported_name(request: HttpRequest, slug: str, code: str, body: MatchIn) -> dict[str, int]:
    """Decide once whom or what the sender means; its waiting rows that say so are tried again."""
    taken, waiting = match_name(report=_find(slug, code), **body.dict(), at=timezone.now())
    return {"taken": taken, "waiting": waiting}


@router.post(f"{REPORT}/discards", response={200: DiscardOut, **REFUSALS}, operation_id="discard_quarantined_rows")
def discard_quarantined_rows(request: HttpRequest, slug: str, code: str, body: DiscardIn) -> dict[str, int]:
    """Set waiting rows aside for good, with the reason."""
    done = discard_rows(report=_find(slug, code), rows=body.rows, reason=body.reason, at=timezone.now())
    return {"discarded": done}


def _find(slug: str, code: str) -> SalesReport:
    return queries.report_by_code(network_by_slug(slug).id, code)


def _first_of(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        problem = Problem("", 0, "month", "a month such as 2026-04")
        raise Unprocessable("There is no such month.", problems=[problem]) from None


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        problem = Problem("", 0, "reading", 'JSON such as {"mapping": {"sku": "Item"}, "formats": {}}')
        raise Unprocessable("The reading cannot be understood.", problems=[problem])
    return found


def _report(report: SalesReport) -> dict[str, Any]:
    plain = ("code", "state", "state_reason", "file_name", "sha256", "bytes", "format", "rows_done", "rows_total",
             "lines", "quarantined", "derived_prices", "change", "reading", "acknowledgement")  # fmt: skip
    return {
        **{name: getattr(report, name) for name in plain},
        "sender": report.sender.name,
        "month": f"{report.month:%Y-%m}",
        "totals": [
            {"currency": currency, "quantity": quantity, "minor": minor_units(amount, currency)}
            for currency, (quantity, amount) in sorted(report.totals.items())
        ],
        "problems": [
            {"file": file, "row": row, "column": column, "expected": expected}
            for file, row, column, expected in report.problems
        ],
        "replaces": report.replaces.code if report.replaces else None,
        "received_at": report.received_at.isoformat(),
    }


def _row(row: QuarantinedRow) -> dict[str, Any]:
    names = ("row", "column", "code", "reason", "value", "values", "outcome", "outcome_reason")
    return {name: getattr(row, name) for name in names}
