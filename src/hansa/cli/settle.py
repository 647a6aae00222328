"""`hansa settle`: pay a program's incentives for lines of sale. Needs no server and no database."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import typer

from hansa.cli.terminal import progress_bar, read_program, refusing
from hansa.kernel.problem import Problem, Refused


class EngineName(StrEnum):
    """Where the computation runs."""

    duckdb = "duckdb"
    spark = "spark"


def settle(
    program: Path = typer.Argument(..., help="The program document (YAML)."),
    lines: list[Path] = typer.Option(
        ..., "--lines", help="Lines of sale: CSV or Parquet, a folder or glob of Parquet."
    ),
    partners: Path = typer.Option(..., "--partners", help="Partners with type, tier and territory by day."),
    products: Path = typer.Option(..., "--products", help="Products with category and family by day."),
    rates: Path | None = typer.Option(None, "--rates", help="Exchange rates by day, in the program's currency."),
    period: list[str] | None = typer.Option(None, "--period", help="Only this period, such as 2019-Q3 (repeatable)."),
    out: Path = typer.Option(..., "--out", help="Where the payouts go (CSV)."),
    shares: Path | None = typer.Option(None, "--shares", help="Where each line's share goes (Parquet)."),
    engine: EngineName = typer.Option(EngineName.duckdb, "--engine", help="duckdb, or spark where it is installed."),
    memory: str | None = typer.Option(None, "--memory-limit", help="Memory for DuckDB, such as 4GB (default 1GB)."),
) -> None:
    """Pay a program's incentives for lines of sale: payouts as CSV, shares of single lines as Parquet."""
    from hansa.engines.settlement import settle as run
    from hansa.kernel.money import Money

    with refusing(kept="nothing was written"):
        document = read_program(program)
        for target in (out, shares):
            if target is not None and target.resolve() == program.resolve():
                raise Refused([Problem(str(target), 0, "", "a file of its own; this one is the program document")])
        with progress_bar() as progress:
            summary = run(
                document, lines=lines, partners=partners, products=products, rates=rates, periods=period or None,
                payouts=out, shares=shares, engine=engine.value, progress=progress, memory_limit=memory,
            )  # fmt: skip
    paid = Money(summary.paid, summary.currency)
    typer.echo(
        f"{summary.lines:,} lines, {summary.payouts:,} payouts of which {summary.paid_payouts:,} pay"
        f" {paid}" + (f", {summary.shares:,} shares" if shares else "")
    )
