"""`hansa program`: check a program document, print its schema."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from hansa.cli.terminal import read_program, refusing

app = typer.Typer(help="Program documents.", no_args_is_help=True)


@app.command()
def check(file: Path = typer.Argument(..., help="The program document (YAML).")) -> None:
    """Check a program document: list every problem, or say what the program pays."""
    from hansa.engines.settlement import describe_incentive

    with refusing():
        document = read_program(file)
    typer.echo(
        f"ok: {document.program}, version {document.version}, {document.currency},"
        f" effective {document.effective_from} until {document.effective_until},"
        f" {len(document.incentives)} incentive(s)"
    )
    for incentive in document.incentives:
        typer.echo(f"- {incentive.id}: {describe_incentive(document, incentive)}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of the program document."""
    from hansa.programs.document import schema as whole_schema

    typer.echo(json.dumps(whole_schema(), indent=2, ensure_ascii=False))
