"""`hansa log`: verify an exported event log. Needs no server and no database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hansa.cli.terminal import refusing

app = typer.Typer(help="Event logs taken away from a network.", no_args_is_help=True)
ALTERED = 1
KEY_BYTES = 32


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
    from hansa.kernel.problem import Problem, Refused

    with refusing():
        try:
            known = bytes.fromhex(key)
        except ValueError:
            known = b"?"
        if key and len(known) != KEY_BYTES:
            raise Refused([Problem("--key", 0, "", f"{KEY_BYTES} bytes in hex")])
        try:
            lines = export.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise Refused([Problem(str(export), 0, "", f"a text file that can be read ({error})")]) from error
        found = check(lines, file=export.name, key=known or None)
    for fault in found.faults:
        typer.echo(fault, err=True)
    reach = "the whole chain" if found.whole else "a part of the chain"
    typer.echo(f"{found.links:,} links of {reach}, {found.heads:,} signed heads, head {found.head.hex() or 'none'}")
    if not key:
        typer.echo("No key was given: signatures were held against the keys in the file itself.", err=True)
    if found.faults:
        typer.echo(f"{len(found.faults)} fault{'s' * (len(found.faults) != 1)}: this log was altered.", err=True)
        raise typer.Exit(ALTERED)
    typer.echo("Nothing was altered.")
