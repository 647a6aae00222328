"""The `hansa` command. Each group of commands is a module of its own that imports what it runs only when it runs."""

from __future__ import annotations

import typer

from hansa.cli import log, mail, match, program, receipt, sales, server, settle

app = typer.Typer(
    name="hansa",
    help="The platform for partner ecosystems, at the terminal.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
app.add_typer(program.app, name="program")
app.add_typer(sales.app, name="sales")
app.add_typer(match.app, name="match")
app.add_typer(log.app, name="log")
app.add_typer(receipt.app, name="receipt")
app.command("settle")(settle.settle)
for command in (server.migrate, server.serve, server.worker, mail.mail, server.check, server.setup, server.demo):
    app.command()(command)


def main() -> None:
    """Run the command line."""
    app(prog_name="hansa")


if __name__ == "__main__":
    main()
