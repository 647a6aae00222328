"""`hansa sales import`: send a sales report from the terminal, through the same operations as screen and API."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hansa.cli.server import database
from hansa.cli.terminal import REFUSED, progress_bar, refusing
from hansa.kernel.problem import Problem, Refused

if TYPE_CHECKING:
    from hansa.kit.scope import Scope
    from hansa.sales.models import SalesReport

CHUNK = 1 << 20
app = typer.Typer(help="Sales reports.", no_args_is_help=True)


@app.callback()
def sales() -> None:
    """Sales reports."""


@app.command("import")
def import_report(
    file: Path = typer.Argument(..., help="CSV, XLSX, Parquet, X12 867 or EDIFACT SLSRPT."),
    network: str = typer.Option(..., "--network", help="The network's short name, as in its address."),
    sender: str = typer.Option(..., "--sender", help="Partner number of the sender."),
    month: str = typer.Option(..., "--month", help="The month that is reported, such as 2026-04."),
    mapping: str = typer.Option(
        "", "--mapping", help='JSON {"mapping": {field: header}, "formats": {...}}; remembered.'
    ),
    email: str = typer.Option(..., "--as", help="E-mail address of the person who sends it."),
) -> None:
    """Send a report, check it at once and say what was taken. Exit status 2 when it was not taken."""
    with refusing(kept="nothing was written"), refusing_failures(), database():
        reading, first = _reading(mapping), _first_of(month)
        _start_django()
        scope = _scope_of(email, network)
        with progress_bar() as bar:
            report = _send(file, scope, network=network, sender=sender, month=first, reading=reading, bar=bar)
    _tell(report)


@contextmanager
def refusing_failures() -> Iterator[None]:
    """Turn what an operation refuses into a list of problems."""
    from hansa.kit.failures import Failure

    try:
        yield
    except Failure as failure:
        raise Refused(failure.problems or [Problem("", 0, "", failure.detail)], total=failure.total or 1) from failure


def _send(
    file: Path,
    scope: Scope,
    *,
    network: str,
    sender: str,
    month: date,
    reading: dict[str, Any],
    bar: Callable[[str, float], None] | None,
) -> SalesReport:
    from django.utils import timezone

    from hansa.kit.scope import acting
    from hansa.networks.queries import network_by_slug
    from hansa.sales.operations.reading import check_report
    from hansa.sales.operations.receiving import receive_report
    from hansa.sales.queries import report_by_code, sender_by_number

    now = timezone.now()
    with acting(scope):
        found = network_by_slug(network)
        report, _ = receive_report(
            network=found,
            sender=sender_by_number(found, sender),
            month=month,
            file_name=file.name,
            chunks=_chunks(file),
            at=now,
            reading=reading,
        )
    check_report(
        report_id=report.id,
        scope=scope,
        at=now,
        tell=lambda done, total: bar("Checking rows", done / max(total, 1)) if bar else None,
    )
    with acting(scope):
        return report_by_code(found.id, report.code)


def _tell(report: SalesReport) -> None:
    if report.state == "TAKEN":
        waiting = f", {report.quarantined:,} rows wait in quarantine" if report.quarantined else ""
        amounts = ", ".join(f"{amount} {currency}" for currency, (_, amount) in sorted(report.totals.items()))
        typer.echo(f"{report.code}: {report.lines:,} lines taken{f' ({amounts})' if amounts else ''}{waiting}")
        return
    typer.echo(f"{report.code}: {report.get_state_display().lower()}. {report.state_reason}", err=True)
    for problem in report.problems:
        typer.echo(str(Problem(*problem)), err=True)
    if report.state == "NEEDS_MAPPING":
        suggested = {"mapping": report.reading.get("suggested", {}), "formats": report.reading.get("formats", {})}
        typer.echo(f"Send it again with --mapping '{json.dumps(suggested, ensure_ascii=False)}'", err=True)
    raise typer.Exit(REFUSED)


def _scope_of(email: str, slug: str) -> Scope:
    """What the person may do for the organization that runs the network, else for one that takes part in it."""
    from django.utils import timezone

    from hansa.kit.failures import NotFound
    from hansa.kit.scope import acting, system
    from hansa.networks.models import Membership, Network
    from hansa.networks.queries import scope_of
    from hansa.organizations.queries import affiliations_of
    from hansa.people.queries import person_by_email

    today = timezone.now().date()
    with acting(system("finding out for whom a command acts")):
        person, found = person_by_email(email), Network.objects.filter(slug=slug).first()
        if person is None or found is None:
            raise NotFound("There is no such person, or no such network.")
        own = [made.organization_id for made in affiliations_of(person.id)]
        part = set(
            Membership.objects.filter(network=found, organization_id__in=own).values_list("organization_id", flat=True)
        )
    scopes = [scope_of(organization_id=organization, person_id=person.id, on=today) for organization in own]
    for scope in sorted(scopes, key=lambda scope: found.id not in scope.operates):
        if found.id in scope.operates or scope.organization_id in part:
            return scope
    raise NotFound(f"{email} acts for nobody in {slug}.")


def _start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.site.settings")
    import django

    django.setup()


def _chunks(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except OSError as error:
        raise Refused([Problem(str(file), 0, "", f"a file that can be read ({error.strerror})")]) from None


def _first_of(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Refused([Problem("", 0, "--month", "a month such as 2026-04")]) from None


def _reading(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused([Problem("", 0, "--mapping", 'JSON such as {"mapping": {"product": "Item"}, "formats": {}}')])
    return found
