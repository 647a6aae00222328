"""Repairing what waits in quarantine: correct rows, match unknown names once, or discard with a reason."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction

from hansa.activity.operations import record
from hansa.catalog.models import Product
from hansa.engines import intake
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Membership
from hansa.sales.models import Alias, QuarantinedRow, ReportState, SalesReport
from hansa.sales.operations import edi, known
from hansa.sales.operations.reading import formats_of
from hansa.sales.operations.taking import add_line_files

MOST_AT_ONCE = 5_000
NAMED_BY = {"PARTNER": ("partner", "partner_name"), "PRODUCT": ("product", "product_name")}


class NotRepairable(NotPossibleNow):
    """Only rows of a report that stands can be repaired."""

    title = "This report does not stand any more"


@transaction.atomic
def repair_rows(*, report: SalesReport, corrections: Mapping[int, Mapping[str, str]], at: datetime) -> tuple[int, int]:
    """Correct rows by number and try them again; returns how many were taken and how many still wait.

    Rows that fail again keep their corrections and say what is wrong now.
    """
    locked = _standing(report)
    rows = list(
        QuarantinedRow.objects.select_for_update(of=("self",)).filter(report=locked, outcome="", row__in=corrections)
    )
    if len(rows) != len(corrections):
        raise Unprocessable(
            "Some rows do not wait any more.",
            problems=[Problem(locked.file_name, 0, "row", "rows that wait in quarantine")],
        )
    unknown = {key for given in corrections.values() for key in given} - {field.key for field in intake.FIELDS}
    if unknown:
        expected = f"fields of a sales line, not {', '.join(sorted(unknown))}"
        raise Unprocessable(
            "The correction names unknown fields.", problems=[Problem(locked.file_name, 0, "", expected)]
        )
    for row in rows:
        row.values = {**row.values, **{k: v.strip() for k, v in corrections[row.row].items()}}
    return _try_again(locked, rows, at)


@transaction.atomic
def retry_waiting(*, report: SalesReport, at: datetime) -> tuple[int, int]:
    """Try every waiting row of a report again, for what the network has learnt since."""
    locked = _standing(report)
    rows = QuarantinedRow.objects.select_for_update(of=("self",)).filter(report=locked, outcome="").order_by("row")
    return _try_again(locked, list(rows[:MOST_AT_ONCE]), at)


@transaction.atomic
def discard_rows(*, report: SalesReport, rows: Iterable[int], reason: str, at: datetime) -> int:
    """Set waiting rows aside for good, with the reason; they stay readable."""
    locked = _standing(report)
    if not reason.strip():
        raise Unprocessable("Say why.", problems=[Problem("", 0, "reason", "why these rows are no sales")])
    waiting = QuarantinedRow.objects.filter(report=locked, outcome="", row__in=list(rows))
    done: int = waiting.update(
        outcome="DISCARDED", outcome_reason=reason.strip()[:300], outcome_at=at, outcome_by_id=current_scope().person_id
    )
    _count(locked)
    _record("sales.rows.discarded", locked, at, {"rows": done, "reason": reason.strip()[:300]})
    return done


@transaction.atomic
def match_name(*, report: SalesReport, kind: str, text: str, target: str, at: datetime) -> tuple[int, int]:
    """Decide once whom or what a sender means by a text; each waiting row that says so is tried again."""
    locked = _standing(report)
    normalised = intake.normalise(text)[:200]
    if kind == "PARTNER":
        exists = Membership.objects.filter(network_id=locked.network_id, number=target).exists()
    else:
        exists = kind == "PRODUCT" and Product.objects.filter(network_id=locked.network_id, sku=target).exists()
    if not exists or not normalised:
        raise Unprocessable(
            "Nothing was matched.", problems=[Problem("", 0, "target", "a partner number or SKU of this network")]
        )
    Alias.objects.update_or_create(
        network_id=locked.network_id,
        sender_id=locked.sender_id,
        kind=kind,
        text=normalised,
        defaults={"target": target, "decided_at": at, "decided_by_id": current_scope().person_id},
    )
    _record("sales.name.matched", locked, at, {"kind": kind, "text": normalised, "target": target})
    return _try_named(locked, kind, normalised, at)


def _try_named(report: SalesReport, kind: str, normalised: str, at: datetime) -> tuple[int, int]:
    """Try again what waits in the sender's reports for this name."""
    waiting = QuarantinedRow.objects.select_for_update(of=("self",)).filter(
        report__network_id=report.network_id,
        report__sender_id=report.sender_id,
        report__state=ReportState.TAKEN,
        outcome="",
        code__in=[f"{kind.lower()}_unknown", f"{kind.lower()}_ambiguous"],
    )
    by_report: dict[UUID, list[QuarantinedRow]] = {}
    for row in waiting.order_by("report_id", "row"):
        if normalised in {intake.normalise(row.values.get(key, "")) for key in NAMED_BY[kind]}:
            by_report.setdefault(row.report_id, []).append(row)
    taken = left = 0
    for report_id, rows in by_report.items():
        standing = SalesReport.objects.select_for_update(of=("self",)).select_related("network").get(id=report_id)
        more, waits = _try_again(standing, rows, at)
        taken, left = taken + more, left + waits
    return taken, left


def titles_of(report: SalesReport) -> Mapping[str, str]:
    """What the sender calls each field: its headers, or the segments of its message."""
    titles: Mapping[str, str] = report.reading.get("mapping") or edi.TITLES
    return titles


def _standing(report: SalesReport) -> SalesReport:
    current_scope().require("sales.import")
    known.hold_sender(report.network_id, report.sender_id)
    locked: SalesReport | None = (
        SalesReport.objects.select_for_update(of=("self",)).select_related("network").filter(id=report.id).first()
    )
    if locked is None:
        raise NotFound()
    if locked.state != ReportState.TAKEN:
        raise NotRepairable(f"It is {locked.get_state_display().lower()}.")
    return locked


def _try_again(report: SalesReport, rows: Sequence[QuarantinedRow], at: datetime) -> tuple[int, int]:
    if not rows:
        return 0, QuarantinedRow.objects.filter(report=report, outcome="").count()
    folder = settings.FILES_ROOT / "lines" / str(report.id) / secrets.token_hex(4)
    formats = formats_of(report.reading.get("formats") or {})
    taken = intake.take_rows(
        [{"row": row.row, **row.values} for row in rows],
        formats,
        name=report.file_name,
        references=known.references_for(report),
        rules=known.rules_for(report, today=at.date()),
        out=folder,
        titles=titles_of(report),
    )
    add_line_files(report, taken.files)
    still = {found["row"]: found for found in pq.read_table(taken.quarantine).to_pylist()}
    for row in rows:
        if failed := still.get(row.row):
            row.column, row.code = failed["column"] or "", failed["reason_code"]
            row.reason, row.value = failed["reason"], failed["value"] or ""
        else:
            row.outcome, row.outcome_at, row.outcome_by_id = "TAKEN", at, current_scope().person_id
    QuarantinedRow.objects.bulk_update(
        rows, ["column", "code", "reason", "value", "values", "outcome", "outcome_at", "outcome_by"], batch_size=500
    )
    for currency, (quantity, amount) in taken.totals.items():
        _add_total(report, currency, quantity, amount)
    report.lines += taken.lines
    report.derived_prices += taken.derived_prices
    waiting = _count(report)
    _record(
        "sales.rows.repaired",
        report,
        at,
        {"taken": taken.lines, "waiting": waiting, "files": [f.sha256 for f in taken.files]},
    )
    return taken.lines, waiting


def _add_total(report: SalesReport, currency: str, quantity: object, amount: object) -> None:
    before = report.totals.get(currency, ["0", "0"])
    sums = [Decimal(before[0]) + Decimal(str(quantity)), Decimal(before[1]) + Decimal(str(amount))]
    report.totals[currency] = [format(total, "f") for total in sums]


def _count(report: SalesReport) -> int:
    report.quarantined = QuarantinedRow.objects.filter(report=report, outcome="").count()
    report.save(update_fields=["quarantined", "lines", "derived_prices", "totals"])
    return report.quarantined


def _record(kind: str, report: SalesReport, at: datetime, facts: Mapping[str, object]) -> None:
    record(kind, subject=report, at=at, network_id=report.network_id, parties=[report.sender_id], facts=facts)
