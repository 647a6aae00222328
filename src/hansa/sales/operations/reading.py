"""A report is checked: read, mapped, judged row by row, and taken in one step with what it replaces."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction

from hansa.activity.operations import record
from hansa.engines import intake
from hansa.kernel.problem import Refused
from hansa.kit.failures import NotFound
from hansa.kit.scope import Scope, acting, current_scope
from hansa.sales.models import LineFile, QuarantinedRow, Reading, ReportState, SalesReport
from hansa.sales.operations import edi, known

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A person must say how the columns or numbers are read: the suggestion and what is open."""

    mapping: Mapping[str, str]
    formats: Mapping[str, str]
    questions: tuple[str, ...]
    headers: tuple[str, ...]
    sample: tuple[tuple[str | None, ...], ...]


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


def check_report(*, report_id: UUID, scope: Scope, at: datetime, tell: Tell = lambda done, total: None) -> None:
    """Check a received report as `scope`, in short transactions; running it again gives the same.

    A crash leaves the report to be checked again: line files exist only once their rows are committed. Where other lines
    of the sender were taken meanwhile, the report is checked once more against them.
    """
    with acting(scope):
        report = _begin(report_id)
    settled = report is None
    while report is not None and not settled:
        with acting(scope):
            basis = _basis(report, at)
        try:
            outcome = _read(report, basis, at, _seldom(tell))
        except Refused as refused:
            with acting(scope):
                _refuse(report_id, refused, at)
            return
        with acting(scope):
            settled = (
                _ask(report_id, outcome, at) if isinstance(outcome, Asked) else _take(report_id, outcome, basis, at)
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


def _begin(report_id: UUID) -> SalesReport | None:
    report: SalesReport | None = (
        SalesReport.objects.select_for_update(of=("self",))
        .select_related("network", "sender")
        .filter(id=report_id)
        .first()
    )
    if report is None:
        raise NotFound()
    current_scope().require("sales.import")
    if report.state not in {ReportState.RECEIVED, ReportState.CHECKING}:
        return None
    report.state = ReportState.CHECKING
    report.save(update_fields=["state"])
    return report


def _remembered(report: SalesReport) -> dict[str, tuple[Mapping[str, str], Mapping[str, str]]]:
    rows = Reading.objects.filter(network_id=report.network_id, sender_id=report.sender_id)
    return {row.signature: (row.mapping, row.formats) for row in rows}


def _basis(report: SalesReport, at: datetime) -> Basis:
    replaced = standing_report(report)
    return Basis(
        references=known.references_for(report, without=[replaced.id] if replaced else []),
        rules=known.rules_for(report, today=at.date()),
        remembered=_remembered(report),
        controls=known.controls_taken(report),
        files=known.basis_of(report),
    )


def _read(report: SalesReport, basis: Basis, at: datetime, tell: Tell) -> Asked | Result:
    path = settings.FILES_ROOT / report.stored_as
    folder = settings.FILES_ROOT / "lines" / str(report.id) / secrets.token_hex(4)
    if edi.is_edi(path):
        return _read_message(report, path, basis, folder, at, tell)
    source = intake.open_source(path, name=report.file_name)
    signature = intake.header_signature(source.headers)
    decided = _decide(report, source, basis.remembered.get(signature))
    if isinstance(decided, Asked):
        return decided
    mapping, formats = decided
    taken = intake.take(
        source, mapping, formats, references=basis.references, rules=basis.rules, out=folder, progress=tell
    )
    return Result(folder, taken, source.format, mapping, as_json(formats), signature)


def _read_message(report: SalesReport, path: Path, basis: Basis, folder: Path, at: datetime, tell: Tell) -> Result:
    message = edi.read(path, name=report.file_name, at=at, taken_before=basis.controls)
    currency = message.currency if message.currency in basis.references.currencies else None
    taken = intake.take_rows(
        message.rows,
        intake.Formats(),
        name=report.file_name,
        references=basis.references,
        rules=replace(basis.rules, currency=currency or basis.rules.currency),
        out=folder,
        titles=message.titles,
        progress=tell,
    )
    return Result(
        folder,
        taken,
        message.format,
        {},
        {},
        acknowledgement=message.acknowledgement,
        spoilt=message.spoilt,
        controls=message.controls,
    )


def _decide(
    report: SalesReport, source: intake.Source, remembered: tuple[Mapping[str, str], Mapping[str, str]] | None
) -> Asked | tuple[Mapping[str, str], intake.Formats]:
    """Stated with the report, else remembered for these headers, else asked for with a suggestion."""
    stated = report.reading if report.reading.get("mapping") else None
    if stated:
        return stated["mapping"], intake.Formats(**stated.get("formats", {}))
    if remembered:
        return remembered[0], intake.Formats(**remembered[1])
    mapping = intake.suggest_mapping(source.headers)
    suggestion = intake.suggest_formats(source, mapping)
    open_points = [f"Which column holds {field.label}?" for field in intake.missing_fields(mapping)]
    open_points += [question.sentence for question in suggestion.questions]
    sample = tuple(tuple(row) for row in source.sample[:5])
    return Asked(mapping, as_json(suggestion.formats), tuple(open_points), tuple(source.headers), sample)


def as_json(formats: intake.Formats) -> dict[str, str]:
    """Formats as they are stored and sent."""
    return {"decimal": formats.decimal, "thousands": formats.thousands, "date": formats.date}


def _refuse(report_id: UUID, refused: Refused, at: datetime) -> None:
    report = _locked(report_id)
    report.state, report.settled_at = ReportState.REFUSED, at
    report.state_reason = str(refused.problems[0]) if refused.problems else "The file could not be read."
    report.problems = [[p.file, p.row, p.column, p.expected] for p in refused.problems]
    if isinstance(refused, edi.MessageRefused):
        report.format, report.acknowledgement = refused.format, refused.acknowledgement
    report.save()
    _record("sales.report.refused", report, at, {"problems": refused.total})


def _ask(report_id: UUID, asked: Asked, at: datetime) -> bool:
    report = _locked(report_id)
    report.state = ReportState.NEEDS_MAPPING
    report.state_reason = (
        " ".join(asked.questions) or "Look at the columns once; the next file like it is read the same way."
    )
    report.reading = {
        "suggested": dict(asked.mapping),
        "formats": dict(asked.formats),
        "questions": list(asked.questions),
        "headers": list(asked.headers),
        "sample": [list(row) for row in asked.sample],
    }
    report.save(update_fields=["state", "state_reason", "reading"])
    _record("sales.report.asked", report, at, {"questions": len(asked.questions)})
    return True


@transaction.atomic
def _take(report_id: UUID, result: Result, basis: Basis, at: datetime) -> bool:
    """Make the checked lines exist, set aside the rest, and retire the report that this one replaces.

    False where other lines of the sender stand now than those that these were checked against: then nothing is taken.
    """
    report = _locked(report_id)
    known.hold_sender(report.network_id, report.sender_id)
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
    _record("sales.report.taken", report, at, facts)
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


def _locked(report_id: UUID) -> SalesReport:
    report: SalesReport = (
        SalesReport.objects.select_for_update(of=("self",)).select_related("network").get(id=report_id)
    )
    return report


def _record(kind: str, report: SalesReport, at: datetime, facts: Mapping[str, object]) -> None:
    record(kind, subject=report, at=at, network_id=report.network_id, parties=[report.sender_id], facts=facts)


def _seldom(tell: Tell) -> Tell:
    """Pass progress on at most twice a second."""
    last = 0.0

    def passed_on(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= 0.5:
            last = time.monotonic()
            tell(done, total)

    return passed_on
