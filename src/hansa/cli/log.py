"""`hansa log`: verify an exported event log. Needs no server and no database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hansa.cli.terminal import known_key, lines_of_log, refusing

app = typer.Typer(help="Event logs taken away from a network.", no_args_is_help=True)
ALTERED = 1


@app.callback()
def main() -> None:
    """Event logs taken away from a network."""


@app.command()
def verify(
    export: Annotated[Path, typer.Argument(help="The exported log (JSON lines).")],
    key: Annotated[str, typer.Option("--key", help="The network's public key in hex, as you know it.")] = "",
) -> None:
    """Check every seal and signed head of an exported log; exit status 1 when one does not hold, 2 when it is no log."""
    from hansa.activity.receipts import verify as check

    with refusing():
        known = known_key(key)
        found = check(lines_of_log(export), file=export.name, key=known)
    for fault in found.faults:
        typer.echo(fault, err=True)
    reach = "the whole chain" if found.whole else "a part of the chain"
    typer.echo(f"{found.links:,} links of {reach}, {found.heads:,} signed heads, head {found.head.hex() or 'none'}")
    if known is None:
        typer.echo("No key was given: signatures were held against the keys in the file itself.", err=True)
    if found.faults:
        typer.echo(f"{len(found.faults)} fault{'s' * (len(found.faults) != 1)}: this log was altered.", err=True)
        raise typer.Exit(ALTERED)
    typer.echo("Nothing was altered.")
