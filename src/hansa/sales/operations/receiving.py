"""A report comes in: stored under a random name, known by its content, then checked by a job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from hansa.activity.operations import record
from hansa.kernel.problem import Problem
from hansa.kit import jobs
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import current_scope
from hansa.kit.uploads import shown_name, store
from hansa.networks.models import Membership, Network
from hansa.organizations.models import Organization
from hansa.sales.models import ReportState, SalesReport
from hansa.sales.operations.known import hold_sender
from hansa.sales.rules import can_be_reported, problems_of_reading


class NotMapped(NotPossibleNow):
    """Only a report that waits for its columns can be mapped."""

    title = "This report does not wait for a mapping"


@transaction.atomic
def receive_report(
    *,
    network: Network,
    sender: Organization,
    month: date,
    file_name: str,
    chunks: Iterable[bytes],
    at: datetime,
    reading: Mapping[str, object] | None = None,
) -> tuple[SalesReport, bool]:
    """Keep a report's file; returns the report and whether it is new (the same file again is the report that it was).

    The network's operator may send for a member, a member for itself. `reading` maps columns and states formats
    (`{"mapping": {field: header}, "formats": {...}}`); without it the sender's remembered one is used, or asked for.
    """
    scope = current_scope()
    scope.require("sales.import")
    if network.id not in scope.operates and sender.id != scope.organization_id and not scope.system:
        raise NotFound()
    _require_reporter(network, sender)
    if not can_be_reported(month, today=at.date()):
        expected = "the first day of a month that has begun, such as 2026-04-01"
        raise Unprocessable("This month cannot be reported.", problems=[Problem(file_name, 0, "month", expected)])
    _check_reading(reading or {}, file_name)
    stored_as, digest, size = store(chunks, folder="reports")
    hold_sender(network.id, sender.id)
    known = _same_file(network, sender, digest)
    if known is not None:
        (settings.FILES_ROOT / stored_as).unlink()
        return known, False
    report = SalesReport(
        network=network,
        sender=sender,
        month=month,
        file_name=shown_name(file_name),
        stored_as=stored_as,
        sha256=digest,
        bytes=size,
        reading=dict(reading or {}),
        received_at=at,
        received_by_id=scope.person_id,
    )
    report.save(force_insert=True)
    facts = {"month": month.isoformat(), "sha256": digest, "bytes": size}
    record("sales.report.received", subject=report, at=at, network_id=network.id, parties=[sender.id], facts=facts)
    return report, True


def _same_file(network: Network, sender: Organization, digest: str) -> SalesReport | None:
    """The report that a file already is, unless that one was refused."""
    same = SalesReport.objects.filter(network=network, sender=sender, sha256=digest)
    found: SalesReport | None = same.exclude(state=ReportState.REFUSED).first()
    return found


@transaction.atomic
def confirm_reading(
    *, report: SalesReport, mapping: Mapping[str, str], formats: Mapping[str, str], at: datetime
) -> SalesReport:
    """Say how a report's columns and numbers are read; it is checked again, and the next file like it the same."""
    current_scope().require("sales.import")
    locked: SalesReport | None = SalesReport.objects.select_for_update(of=("self",)).filter(id=report.id).first()
    if locked is None:
        raise NotFound()
    if locked.state != ReportState.NEEDS_MAPPING:
        raise NotMapped(f"It is {locked.get_state_display().lower()}.")
    problems = problems_of_reading(mapping, formats, headers=locked.reading["headers"], file=locked.file_name)
    if problems:
        raise Unprocessable("The columns cannot be read like this.", problems=problems)
    locked.reading = {"mapping": dict(mapping), "formats": dict(formats)}
    locked.state, locked.state_reason, locked.problems = ReportState.RECEIVED, "", []
    locked.save(update_fields=["reading", "state", "state_reason", "problems"])
    record("sales.report.mapped", subject=locked, at=at, network_id=locked.network_id, parties=[locked.sender_id])
    return locked


def _check_reading(reading: Mapping[str, object], file_name: str) -> None:
    mapping, formats = reading.get("mapping") or {}, reading.get("formats") or {}
    if isinstance(mapping, Mapping) and isinstance(formats, Mapping):
        problems = problems_of_reading(mapping, formats, headers=None, file=file_name) if mapping or formats else []
    else:
        problems = [Problem(file_name, 0, "reading", "a mapping of fields to headers, and formats by name")]
    if problems:
        raise Unprocessable("The columns cannot be read like this.", problems=problems)


def _require_reporter(network: Network, sender: Organization) -> None:
    """Only the operator itself and members report."""
    if sender.id == network.operator_id:
        return
    if not Membership.objects.filter(network=network, organization=sender, state__in=["ACTIVE", "SUSPENDED"]).exists():
        raise NotFound()


def send_to_checking(report: SalesReport) -> None:
    """Queue a report's check in the caller's transaction, for whoever acts now; one report of a sender at a time."""
    scope = current_scope()
    jobs.defer(
        "hansa.sales.tasks.check",
        lock=f"sales:{report.network_id}:{report.sender_id}",
        report_id=str(report.id),
        organization_id=str(scope.organization_id),
        person_id=str(scope.person_id),
    )
