"""A checked report is taken in one step: its lines exist, the rest waits, and what it replaces is retired."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction

from hansa.activity.operations import record
from hansa.engines import intake
from hansa.sales.models import LineFile, QuarantinedRow, Reading, ReportState, SalesReport
from hansa.sales.operations import edi, known


@dataclass(frozen=True, slots=True)
class Basis:
    """What a report is checked against, as the database had it in one moment."""

    references: intake.References
    rules: intake.Rules
    remembered: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]]
    controls: frozenset[str]
    files: frozenset[str]


@dataclass(frozen=True, slots=True)
class Result:
    """What checking gave: lines and quarantine in `folder`, with how the file was read."""

    folder: Path
    taken: intake.Taken
    format: str
    mapping: Mapping[str, str]
    formats: Mapping[str, str]
    signature: str = ""
    acknowledgement: str = ""
    spoilt: tuple[edi.Spoilt, ...] = ()
    controls: tuple[str, ...] = ()


@transaction.atomic
def take(*, report: SalesReport, result: Result, basis: Basis, at: datetime) -> bool:
    """Make the checked lines exist, set aside the rest, and retire the report that this one replaces.

    False where other lines of the sender stand now than those that these were checked against: then nothing is taken.
    """
    known.hold_sender(report.network_id, report.sender_id)
    report = locked(report.id)
    if report.state != ReportState.CHECKING:
        return True
    if known.basis_of(report) != basis.files:
        return False
    taken = result.taken
    earlier = standing_report(report)
    if earlier is not None:
        _replace(report, earlier, taken)
    _describe(report, result, at)
    report.save()
    add_line_files(report, taken.files)
    _set_aside(report, result)
    if result.signature:
        _remember(report, result, at)
    facts = {"lines": taken.lines, "quarantined": report.quarantined, "files": [f.sha256 for f in taken.files]}
    note("sales.report.taken", report, at, facts)
    return True


def _describe(report: SalesReport, result: Result, at: datetime) -> None:
    taken = result.taken
    report.state, report.settled_at = ReportState.TAKEN, at
    report.format, report.acknowledgement = result.format, result.acknowledgement
    report.reading = {"mapping": dict(result.mapping), "formats": dict(result.formats)}
    if result.controls:
        report.reading["controls"] = list(result.controls)
    report.lines, report.quarantined = taken.lines, taken.quarantined + len(result.spoilt)
    report.rows_done = report.rows_total = taken.rows + len(result.spoilt)
    report.derived_prices = taken.derived_prices
    report.totals = {c: [format(q, "f"), format(a, "f")] for c, (q, a) in taken.totals.items()}


def _replace(report: SalesReport, earlier: SalesReport, taken: intake.Taken) -> None:
    before = [settings.FILES_ROOT / path for path in earlier.line_files.order_by("path").values_list("path", flat=True)]
    change = intake.compare(before, [file.path for file in taken.files])
    earlier.state = ReportState.REPLACED
    earlier.save(update_fields=["state"])
    report.replaces = earlier
    report.change = {
        "added": change.added,
        "removed": change.removed,
        "changed": change.changed,
        "unchanged": change.unchanged,
        "net_amount": {currency: format(delta, "f") for currency, delta in change.net_amount.items()},
    }


def add_line_files(report: SalesReport, files: tuple[intake.LineFile, ...]) -> None:
    """Enter line files into the manifest."""
    LineFile.objects.bulk_create(
        LineFile(
            network_id=report.network_id,
            report=report,
            path=str(file.path.relative_to(settings.FILES_ROOT)),
            shard=file.shard,
            rows=file.rows,
            bytes=file.bytes,
            sha256=file.sha256,
            first_on=file.first_on,
            last_on=file.last_on,
        )
        for file in files
    )


def _set_aside(report: SalesReport, result: Result) -> None:
    """Keep every row that could not be taken, in pieces: a file may hold nothing else."""
    with pq.ParquetFile(result.taken.quarantine) as file:
        for batch in file.iter_batches(batch_size=2_000):
            rows = [_quarantined(report, row, result.mapping) for row in batch.to_pylist()]
            QuarantinedRow.objects.bulk_create(rows, batch_size=1_000)
    QuarantinedRow.objects.bulk_create([_spoilt(report, line) for line in result.spoilt], batch_size=1_000)


def _quarantined(report: SalesReport, row: Mapping[str, Any], mapping: Mapping[str, str]) -> QuarantinedRow:
    raw = json.loads(row["raw"]) if row["raw"] else {}
    values = intake.canonical_row(raw, mapping) if mapping else raw
    return QuarantinedRow(
        network_id=report.network_id,
        report=report,
        row=row["row"],
        column=(row["column"] or "")[:120],
        code=row["reason_code"],
        reason=row["reason"],
        value=row["value"] or "",
        values={key: value for key, value in values.items() if value},
    )


def _spoilt(report: SalesReport, line: edi.Spoilt) -> QuarantinedRow:
    return QuarantinedRow(
        network_id=report.network_id,
        report=report,
        row=line.row,
        column=line.column[:120],
        code="edi",
        reason=line.reason,
        values={key: value for key, value in line.values.items() if value},
    )


def _remember(report: SalesReport, result: Result, at: datetime) -> None:
    Reading.objects.update_or_create(
        network_id=report.network_id,
        sender_id=report.sender_id,
        signature=result.signature,
        defaults={"mapping": dict(result.mapping), "formats": dict(result.formats), "updated_at": at},
    )


def standing_report(report: SalesReport) -> SalesReport | None:
    """The report of the same sender and month that stands now, which this one would replace."""
    found: SalesReport | None = (
        SalesReport.objects.filter(
            network_id=report.network_id, sender_id=report.sender_id, month=report.month, state=ReportState.TAKEN
        )
        .exclude(id=report.id)
        .first()
    )
    return found


def locked(report_id: UUID) -> SalesReport:
    """A report for change; its scope may see it."""
    report: SalesReport = (
        SalesReport.objects.select_for_update(of=("self",)).select_related("network").get(id=report_id)
    )
    return report


def note(kind: str, report: SalesReport, at: datetime, facts: Mapping[str, object]) -> None:
    """Record an event about a report that its sender may read."""
    record(kind, subject=report, at=at, network_id=report.network_id, parties=[report.sender_id], facts=facts)
