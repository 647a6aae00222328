from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hansa.engines import intake
from hansa.kernel.money import Money
from hansa.kit.exports import file_download, table_download, text_download
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug
from hansa.sales import queries
from hansa.sales.models import QuarantinedRow, ReportState, SalesReport
from hansa.sales.operations.reading import preview_reading
from hansa.sales.operations.receiving import confirm_reading, send_to_checking
from hansa.sales.operations.repair import titles_of
from hansa.sales.web.forms import ReadingForm, say_problems, start_of_reading

UNDER_WAY = {ReportState.RECEIVED, ReportState.CHECKING}
ROWS = 25
CELLS = ("sold_on", "partner", "product", "quantity", "net_amount", "currency")
SIZES = {"quantity": 3, "currency": 3}
SPOKEN_AS = {"partner": "partner_name", "product": "product_name", "net_amount": "unit_price"}
LABELS = {field.key: field.label for field in intake.FIELDS}


@login_required
@require_safe
def report(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return show(request, find(slug, code))


@login_required
@require_safe
def progress(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found = find(slug, code)
    response = render(request, "sales/_progress.html", {"report": found, "left": time_left(found, timezone.now())})
    if found.state not in UNDER_WAY:
        response.headers["HX-Refresh"] = "true"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found = find(slug, code)
    if request.method != "POST":  # the address stays after a preview, and may be loaded again
        return redirect("sales:report", slug=slug, code=code)
    current_scope().require("sales.import")
    form = ReadingForm(request.POST, headers=found.reading.get("headers", []))
    preview = None
    if form.is_valid():
        said: dict[str, Any] = {"report": found, "mapping": form.mapping(), "formats": form.formats()}
        try:
            if "preview" not in request.POST:
                send_to_checking(confirm_reading(**said, at=timezone.now()))
                return redirect("sales:report", slug=slug, code=code)
            preview = preview_reading(**said, at=timezone.now())
        except Unprocessable as refusal:
            say_problems(form, refusal)
    return show(request, found, form=form, preview=preview, status=422 if form.errors else 200)


@login_required
@require_safe
def file(request: HttpRequest, slug: str, code: str) -> HttpResponseBase:
    found = find(slug, code)
    return file_download(found.file_name, settings.FILES_ROOT / found.stored_as)


@login_required
@require_safe
def acknowledgement(request: HttpRequest, slug: str, code: str) -> HttpResponseBase:
    found = find(slug, code)
    if not found.acknowledgement:
        raise NotFound()
    kind = "997" if found.format == "X12" else "CONTRL"
    return text_download(f"{kind}-{found.code}.edi", found.acknowledgement)


@login_required
@require_safe
def quarantine(request: HttpRequest, slug: str, code: str) -> HttpResponseBase:
    found = find(slug, code)
    keys = [field.key for field in intake.FIELDS]
    headers = ["row", "column", "reason", *keys]
    rows = [
        [row.row, row.column, row.reason, *(_typed(key, row.values.get(key, "")) for key in keys)]
        for row in queries.waiting_rows(found).iterator(chunk_size=2_000)
    ]
    return table_download(f"quarantine-{found.code}.csv", headers, rows)


def find(slug: str, code: str) -> SalesReport:
    """The report of an address, for whoever may see it."""
    return queries.report_by_code(network_by_slug(slug).id, code)


def show(
    request: HttpRequest,
    found: SalesReport,
    *,
    form: ReadingForm | None = None,
    preview: intake.Preview | None = None,
    status: int = 200,
) -> HttpResponse:
    """A report's page, whatever its state."""
    if found.state == ReportState.NEEDS_MAPPING and form is None:
        form = ReadingForm(initial=start_of_reading(found.reading), headers=found.reading.get("headers", []))
    context = {
        "network": found.network,
        "report": found,
        "under_way": found.state in UNDER_WAY,
        "left": time_left(found, timezone.now()),
        "steps": steps_of(found),
        "form": form,
        "columns": _columns(form, found) if form else [],
        "preview": preview,
        "totals": _totals(found),
        "change": _change(found),
        "may_repair": current_scope().can("sales.import") and found.state == ReportState.TAKEN,
        **(_waiting(request, found) if found.state == ReportState.TAKEN else {}),
    }
    return render(request, "sales/report.html", context, status=status)


def steps_of(found: SalesReport) -> list[dict[str, str]]:
    """Received, columns, checked, result: what is done and what is due."""
    place = {"RECEIVED": 1, "NEEDS_MAPPING": 1, "CHECKING": 2, "TAKEN": 4, "REPLACED": 4, "REFUSED": 4}[found.state]
    if found.state == ReportState.TAKEN and found.quarantined:
        place = 3
    titles = [_("File received"), _("Columns"), _("Rows checked"), _("Result")]
    states = ["done" if at < place else "current" if at == place else "due" for at in range(4)]
    if found.state == ReportState.REFUSED:
        states = ["done", "due", "due", "current"]
    return [{"title": title, "state": state} for title, state in zip(titles, states, strict=True)]


def time_left(found: SalesReport, now: datetime) -> str:
    """How long the check will still take at its present pace, in words; empty while there is no pace."""
    if not found.checking_at or not 0 < found.rows_done < found.rows_total:
        return ""
    spent = now - found.checking_at
    rest = spent * ((found.rows_total - found.rows_done) / found.rows_done)
    if rest.total_seconds() < 60:
        return _("less than a minute left")
    return _("about %(time)s left") % {"time": timeuntil(now + rest, now, depth=1)}


def _columns(form: ReadingForm, found: SalesReport) -> list[dict[str, Any]]:
    headers, sample = found.reading.get("headers", []), found.reading.get("sample", [])
    told = []
    for field in intake.FIELDS:
        chosen = form[field.key].value()
        at = headers.index(chosen) if chosen in headers else None
        cells = [] if at is None else [row[at] for row in sample if row[at]][:3]
        told.append({"bound": form[field.key], "required": field.required, "sample": cells})
    return told


def _totals(found: SalesReport) -> list[dict[str, Any]]:
    return [
        {"quantity": Decimal(quantity).normalize(), "amount": Money.from_decimal(Decimal(amount), currency)}
        for currency, (quantity, amount) in sorted(found.totals.items())
    ]


def _change(found: SalesReport) -> dict[str, Any]:
    if not found.change:
        return {}
    amounts = found.change.get("net_amount", {})
    deltas = [Money.from_decimal(Decimal(amount), currency) for currency, amount in sorted(amounts.items())]
    return {**found.change, "deltas": deltas}


def _waiting(request: HttpRequest, found: SalesReport) -> dict[str, Any]:
    rows = page_of(queries.waiting_rows(found), order=("row",), cursor=request.GET.get("cursor"), size=ROWS)
    by_header = {header: key for key, header in titles_of(found).items()}
    return {
        "rows": rows,
        "table": [_cells(row, by_header) for row in rows.items],
        "labels": [LABELS[key] for key in CELLS],
        "names": queries.unknown_names(found)[:20],
    }


def _cells(row: QuarantinedRow, by_header: dict[str, str]) -> dict[str, Any]:
    """A row's cells as they can be corrected, the one that its reason is about marked wrong."""
    wrong = by_header.get(row.column) or next((key for key in LABELS if row.code.startswith(f"{key}_")), "")
    spoken = {name: key for key, name in SPOKEN_AS.items()}
    at = spoken.get(wrong, wrong)
    keys = [*CELLS[:-1], at] if at and at not in CELLS else list(CELLS)
    cells = [
        {
            "name": f"{row.row}-{key}",
            "label": LABELS[key],
            "value": row.values.get(key, ""),
            "note": row.values.get(SPOKEN_AS.get(key, ""), ""),
            "wrong": key == at,
            "size": SIZES.get(key, 9),
        }
        for key in keys
    ]
    return {"row": row, "cells": cells}


def _typed(key: str, text: str) -> object:
    kinds = {field.key: field.kind for field in intake.FIELDS}
    if kinds[key] != "number" or not text.isascii() or "_" in text:
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() else text


def corrections(request: HttpRequest, rows: list[int], stored: Iterator[QuarantinedRow]) -> dict[int, dict[str, str]]:
    """What was typed into the cells of some rows, where it differs from what is stored."""
    found: dict[int, dict[str, str]] = {row: {} for row in rows}
    for row in stored:
        for key in LABELS:
            typed = request.POST.get(f"{row.row}-{key}")
            if typed is not None and typed.strip() != row.values.get(key, ""):
                found[row.row][key] = typed
    return found
