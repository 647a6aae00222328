"""A report is checked: read, mapped, judged row by row, then refused, asked about or taken."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from hansa.engines import intake
from hansa.kernel.problem import Refused
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.scope import Scope, acting, current_scope
from hansa.sales.models import Reading, ReportState, SalesReport
from hansa.sales.operations import edi, known
from hansa.sales.operations.taking import Basis, Result, locked, note, standing_report, take
from hansa.sales.rules import problems_of_reading

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A person must say how the columns or numbers are read: the suggestion and what is open."""

    mapping: Mapping[str, str]
    formats: Mapping[str, str]
    questions: tuple[str, ...]
    headers: tuple[str, ...]
    sample: tuple[tuple[str | None, ...], ...]


def check_report(*, report_id: UUID, scope: Scope, at: datetime, tell: Tell = lambda done, total: None) -> None:
    """Check a received report as `scope`, in short transactions; running it again gives the same.

    A crash leaves the report to be checked again: line files exist only once their rows are committed. Where other
    lines of the sender were taken meanwhile, the report is checked once more against them.
    """
    with acting(scope):
        report = _begin(report_id, at)
    settled = report is None
    while report is not None and not settled:
        with acting(scope):
            basis = basis_for(report, at)
        try:
            outcome = _read(report, basis, at, _seldom(tell))
        except Refused as refused:
            with acting(scope):
                _refuse(report_id, refused, at)
            return
        with acting(scope):
            if isinstance(outcome, Asked):
                _ask(report_id, outcome, at)
                return
            settled = take(report=report, result=outcome, basis=basis, at=at)


def _begin(report_id: UUID, at: datetime) -> SalesReport | None:
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
    report.state, report.checking_at = ReportState.CHECKING, at
    report.save(update_fields=["state", "checking_at"])
    return report


def _remembered(report: SalesReport) -> dict[str, tuple[Mapping[str, str], Mapping[str, str]]]:
    rows = Reading.objects.filter(network_id=report.network_id, sender_id=report.sender_id)
    return {row.signature: (row.mapping, row.formats) for row in rows}


def preview_reading(
    *, report: SalesReport, mapping: Mapping[str, str], formats: Mapping[str, str], at: datetime
) -> intake.Preview:
    """What the first rows of a report would become if it were read like this; nothing is written.

    Raises Unprocessable where the columns cannot be read like this.
    """
    current_scope().require("sales.import")
    problems = problems_of_reading(mapping, formats, headers=report.reading.get("headers"), file=report.file_name)
    if problems:
        raise Unprocessable("The columns cannot be read like this.", problems=problems)
    try:
        source = intake.open_source(settings.FILES_ROOT / report.stored_as, name=report.file_name)
        basis = basis_for(report, at)
        return intake.check(source, mapping, formats_of(formats), basis.references, basis.rules)
    except Refused as refused:
        raise Unprocessable("The file cannot be read like this.", problems=refused.problems) from refused


def basis_for(report: SalesReport, at: datetime) -> Basis:
    """What the database says now about whatever a report is checked against."""
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
        return stated["mapping"], formats_of(stated.get("formats") or {})
    if remembered:
        return remembered[0], formats_of(remembered[1])
    mapping = intake.suggest_mapping(source.headers)
    suggestion = intake.suggest_formats(source, mapping)
    open_points = [f"Which column holds {field.label}?" for field in intake.missing_fields(mapping)]
    open_points += [question.sentence for question in suggestion.questions]
    sample = tuple(tuple(row) for row in source.sample[:5])
    return Asked(mapping, as_json(suggestion.formats), tuple(open_points), tuple(source.headers), sample)


def formats_of(stored: Mapping[str, Any]) -> intake.Formats:
    """Formats as they were stored or stated; what is not said stands at its default."""
    return intake.Formats(**stored)


def as_json(formats: intake.Formats) -> dict[str, str]:
    """Formats as they are stored and sent."""
    return {"decimal": formats.decimal, "thousands": formats.thousands, "date": formats.date}


def _refuse(report_id: UUID, refused: Refused, at: datetime) -> None:
    report = locked(report_id)
    report.state, report.settled_at = ReportState.REFUSED, at
    report.state_reason = str(refused.problems[0]) if refused.problems else "The file could not be read."
    report.problems = [[p.file, p.row, p.column, p.expected] for p in refused.problems]
    if isinstance(refused, edi.MessageRefused):
        report.format, report.acknowledgement = refused.format, refused.acknowledgement
    report.save()
    note("sales.report.refused", report, at, {"problems": refused.total})


def _ask(report_id: UUID, asked: Asked, at: datetime) -> None:
    report = locked(report_id)
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
    note("sales.report.asked", report, at, {"questions": len(asked.questions)})


def _seldom(tell: Tell) -> Tell:
    """Pass progress on at most twice a second."""
    last = 0.0

    def passed_on(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= 0.5:
            last = time.monotonic()
            tell(done, total)

    return passed_on
