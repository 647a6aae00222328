"""A report is checked: read, mapped, judged row by row, and taken in one step with what it replaces."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
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


def check_report(*, report_id: UUID, scope: Scope, at: datetime, tell: Tell = lambda done, total: None) -> None:
    """Check a received report as `scope`, in short transactions; running it again gives the same.

    A crash leaves the report to be checked again: line files exist only once their rows are committed.
    """
    with acting(scope):
        report = _begin(report_id)
        if report is None:
            return
        source_path = settings.FILES_ROOT / report.stored_as
        replaced = standing_report(report)
        references = known.references_for(report, without=[replaced.id] if replaced else [])
        rules = known.rules_for(report, today=at.date())
        remembered = _remembered(report)
    folder = settings.FILES_ROOT / "lines" / str(report.id) / secrets.token_hex(4)
    try:
        outcome = _read(report, source_path, remembered, references, rules, folder, at, _seldom(tell))
    except Refused as refused:
        with acting(scope):
            _refuse(report_id, refused, at)
        return
    with acting(scope):
        if isinstance(outcome, Asked):
            _ask(report_id, outcome, at)
        else:
            _take(report_id, outcome, at)


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


def _read(
    report: SalesReport,
    path: Path,
    remembered: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]],
    references: intake.References,
    rules: intake.Rules,
    folder: Path,
    at: datetime,
    tell: Tell,
) -> Asked | Result:
    if edi.is_edi(path):
        message = edi.read(path, name=report.file_name, at=at)
        plain = intake.Formats()
        taken = intake.take_rows(
            message.rows,
            plain,
            name=report.file_name,
            references=references,
            rules=replace(rules, currency=message.currency or rules.currency),
            out=folder,
            titles=message.titles,
            progress=tell,
        )
        return Result(
            folder, taken, message.format, {}, {}, acknowledgement=message.acknowledgement, spoilt=message.spoilt
        )
    source = intake.open_source(path, name=report.file_name)
    signature = intake.header_signature(source.headers)
    decided = _decide(report, source, remembered.get(signature))
    if isinstance(decided, Asked):
        return decided
    mapping, formats = decided
    taken = intake.take(source, mapping, formats, references=references, rules=rules, out=folder, progress=tell)
    return Result(folder, taken, source.format, mapping, as_json(formats), signature)


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


def _ask(report_id: UUID, asked: Asked, at: datetime) -> None:
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


@transaction.atomic
def _take(report_id: UUID, result: Result, at: datetime) -> None:
    """Make the checked lines exist, set aside the rest, and retire the report that this one replaces."""
    report = _locked(report_id)
    if report.state != ReportState.CHECKING:
        return
    taken = result.taken
    earlier = standing_report(report)
    if earlier is not None:
        _replace(report, earlier, taken)
    report.state, report.settled_at = ReportState.TAKEN, at
    report.format, report.acknowledgement = result.format, result.acknowledgement
    report.reading = {"mapping": dict(result.mapping), "formats": dict(result.formats)}
    report.lines, report.quarantined = taken.lines, taken.quarantined + len(result.spoilt)
    report.rows_done = report.rows_total = taken.rows + len(result.spoilt)
    report.derived_prices = taken.derived_prices
    report.totals = {c: [format(q, "f"), format(a, "f")] for c, (q, a) in taken.totals.items()}
    report.save()
    add_line_files(report, taken.files)
    QuarantinedRow.objects.bulk_create(
        _quarantine(report, taken.quarantine, result.mapping) + [_set_aside(report, line) for line in result.spoilt],
        batch_size=1_000,
    )
    if result.signature:
        _remember(report, result, at)
    _record(
        "sales.report.taken",
        report,
        at,
        {"lines": taken.lines, "quarantined": report.quarantined, "files": [f.sha256 for f in taken.files]},
    )


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


def _quarantine(report: SalesReport, path: Path, mapping: Mapping[str, str]) -> list[QuarantinedRow]:
    found = []
    for row in pq.read_table(path).to_pylist():
        raw = json.loads(row["raw"]) if row["raw"] else {}
        values = intake.canonical_row(raw, mapping) if mapping else raw
        found.append(
            QuarantinedRow(
                network_id=report.network_id,
                report=report,
                row=row["row"],
                column=row["column"] or "",
                code=row["reason_code"],
                reason=row["reason"],
                value=row["value"] or "",
                values={key: value for key, value in values.items() if value not in {None, ""}},
            )
        )
    return found


def _set_aside(report: SalesReport, line: edi.Spoilt) -> QuarantinedRow:
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
