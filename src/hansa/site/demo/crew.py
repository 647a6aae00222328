"""Two processes that check reports and compute settlements side by side, as the workers of an installation do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing import get_context
from uuid import UUID

import django

from hansa.kit.scope import Scope
from hansa.site.demo.world.records import Report

HANDS = 2


@dataclass(frozen=True, slots=True)
class Parcel:
    """A report to be sent: whose, for which month, its file (or the report that it is written from), how it is read."""

    network_id: UUID
    sender_id: UUID
    month: date
    file_name: str
    content: bytes | Report
    reading: dict[str, object] | None
    scope: Scope
    at: datetime


@dataclass(frozen=True, slots=True)
class Computation:
    """A requested run whose preview is to be computed."""

    run_id: UUID
    scope: Scope
    at: datetime


@contextmanager
def crew() -> Iterator[ProcessPoolExecutor]:
    """The processes, each with Django set up; they begin at once, so that they are ready when work comes."""
    with ProcessPoolExecutor(HANDS, mp_context=get_context("spawn"), initializer=django.setup) as hands:
        for _ in range(HANDS):
            hands.submit(int)
        yield hands


def send_all(parcels: Sequence[Parcel]) -> None:
    """Send the reports of one sender in their order, each through the product's own import."""
    for parcel in parcels:
        _send(parcel)


def compute(computation: Computation) -> None:
    """Compute the preview of a run."""
    from hansa.incentives.operations.runs import compute_run

    compute_run(run_id=computation.run_id, scope=computation.scope, at=computation.at)


def _send(parcel: Parcel) -> None:
    from hansa.kit.scope import acting
    from hansa.networks.models import Network
    from hansa.organizations.models import Organization
    from hansa.sales.operations.reading import check_report
    from hansa.sales.operations.receiving import receive_report

    with acting(parcel.scope):
        report, new = receive_report(
            network=Network.objects.get(id=parcel.network_id),
            sender=Organization.objects.get(id=parcel.sender_id),
            month=parcel.month,
            file_name=parcel.file_name,
            chunks=[parcel.content if isinstance(parcel.content, bytes) else parcel.content.content],
            at=parcel.at,
            reading=parcel.reading,
        )
    if new:
        check_report(report_id=report.id, scope=parcel.scope, at=parcel.at)
