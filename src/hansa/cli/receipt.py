"""`hansa receipt`: verify a receipt that a network signed. Needs no server and no database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hansa.cli.terminal import known_key, lines_of_log, read_text, refusing

if TYPE_CHECKING:
    from hansa.activity.receipts import VerifiedReceipt

app = typer.Typer(help="Receipts that a network signed.", no_args_is_help=True)
FAULTY = 1


@app.callback()
def main() -> None:
    """Receipts that a network signed."""


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The receipt (JSON).")],
    log: Annotated[Path | None, typer.Option("--log", help="The network's exported event log (JSON lines).")] = None,
    key: Annotated[str, typer.Option("--key", help="The network's public key in hex, as you know it.")] = "",
) -> None:
    """Check a receipt, with a log also its event and chain; exit status 1 when a check fails, 2 when it is no receipt."""
    from hansa.activity.receipts import verify_receipt

    with refusing():
        found = verify_receipt(
            read_text(file),
            log_lines=lines_of_log(log) if log else None,
            key=known_key(key),
            file=file.name,
            log_file=log.name if log else "",
        )
    _say(found)
    if not found.valid:
        count = len(found.faults)
        typer.echo(f"{count} fault{'s' * (count != 1)}: this receipt does not hold.", err=True)
        raise typer.Exit(FAULTY)
    typer.echo(_conclusion(found))


def _say(found: VerifiedReceipt) -> None:
    from hansa.activity.rules import instant

    attested = found.attested
    typer.echo(f"Receipt {attested.code} of network {attested.network_id} for {attested.holder_id}")
    typer.echo(f"Event {attested.event_id} of {instant(attested.event_at)} at place {attested.seq}")
    typer.echo(f"Issued {instant(attested.issued_at)} with the chain's head at place {attested.head_seq}")
    if found.log is not None:
        reach = "the whole chain" if found.log.whole else "a part of the chain"
        typer.echo(f"Log: {found.log.links:,} links of {reach}, {found.log.heads:,} signed heads")
    for fault in found.faults:
        typer.echo(fault, err=True)
    for each in found.unchecked:
        typer.echo(f"Not checked: {each}", err=True)


def _conclusion(found: VerifiedReceipt) -> str:
    if found.log is None:
        return "The signature holds. Only the signature was checked: give the network's event log with --log."
    if not found.log.whole:
        return "The receipt holds as far as this part of the log shows: its event is there, unaltered."
    return "The receipt holds: its event is in the log, unaltered, and the chain is whole."
