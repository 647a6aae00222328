"""`hansa match`: is this the same company, and which known company is it. Needs no server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hansa.cli.terminal import progress_bar, refusing

if TYPE_CHECKING:
    import psycopg

    from hansa.engines.matching import Company, Found
    from hansa.engines.matching.files import Progress

FOUND = ("query", "rank", "account", "probability", "verdict", "why")
app = typer.Typer(help="Companies under many spellings.", no_args_is_help=True)


@app.callback()
def match() -> None:
    """Companies under many spellings."""


@app.command("score")
def score_pairs(
    pairs: Path = typer.Argument(
        ..., help="CSV: left_name, right_name; also left_ and right_ domain, tax_id, country …"
    ),
    out: Path = typer.Option(..., "--out", help="Where the pairs go with probability, verdict and why (CSV)."),
) -> None:
    """Say for each pair of a file how probably the two are one company, and why."""
    from hansa.engines.matching.files import score_file

    with refusing(kept="nothing was written"), progress_bar() as progress:
        count = score_file(pairs, out, progress=progress)
    typer.echo(f"{count:,} pairs compared")


@app.command("find")
def find_accounts(
    accounts: Path = typer.Argument(..., help="CSV of known companies: first column its id; name, domain, tax_id …"),
    queries: Path = typer.Argument(..., help="CSV of companies asked about, with the same columns."),
    top: int = typer.Option(5, "--top", min=1, max=50, help="How many candidates for each query."),
    out: Path = typer.Option(..., "--out", help="Where the candidates go (CSV)."),
) -> None:
    """Find for each company of a file the likeliest among known ones, with probability, verdict and why."""
    from hansa.engines.matching.files import write_whole

    with refusing(kept="nothing was written"), progress_bar() as progress, _registry() as connection:
        size = _load(connection, accounts, progress)
        rows = _searched(connection, queries, size=size, top=top, progress=progress)
        count = write_whole(out, FOUND, rows)
    typer.echo(f"{size:,} accounts, {count:,} candidates")


@app.command("dedupe")
def dedupe_accounts(
    accounts: Path = typer.Argument(..., help="CSV of companies: first column its id; name, domain, tax_id …"),
    out: Path = typer.Option(..., "--out", help="Where each row's group goes (CSV)."),
    spark: bool = typer.Option(False, "--spark", help="On Spark, where it is installed; otherwise on DuckDB."),
    at_least: float = typer.Option(0.85, "--at-least", min=0.2, max=1.0, help="Probability that joins two rows."),
) -> None:
    """Say for each row of a file which others are the same company, with probability and why."""
    from hansa.engines.matching.dedupe import dedupe_file

    with refusing(kept="nothing was written"), progress_bar() as progress:
        found = dedupe_file(accounts, out, spark=spark, at_least=at_least, progress=progress)
    typer.echo(f"{found.rows:,} rows, {found.groups:,} companies")


@contextmanager
def _registry() -> Iterator[psycopg.Connection]:
    """An embedded database in a temporary folder, with the product's own key tables."""
    from hansa.engines.matching.retrieval import STAGED, TABLES
    from hansa.kit.postgres import TEST_SETTINGS, Cluster, DatabaseUnavailable

    settings = {**TEST_SETTINGS, "shared_buffers": "512MB", "maintenance_work_mem": "256MB", "jit": "off"}
    with tempfile.TemporaryDirectory(prefix="hansa-match-") as folder:
        cluster = Cluster(Path(folder) / "postgres", tuple(settings.items()))
        try:
            cluster.start()
        except DatabaseUnavailable as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
        try:
            with cluster.connect() as connection:
                connection.execute(TABLES)
                connection.execute(STAGED)
                connection.execute("create table account (company integer, id text, core text, facts jsonb)")
                yield connection
        finally:
            cluster.stop()


def _load(connection: psycopg.Connection, accounts: Path, progress: Progress | None) -> int:
    from psycopg.types.json import Jsonb

    from hansa.engines.matching import read_name
    from hansa.engines.matching.files import FACTS, company_of, read_rows
    from hansa.engines.matching.retrieval import COUNT_STAGED, KEEP_STAGED

    columns, rows = read_rows(accounts, needed=("name",))
    known = [(row[columns[0]], company_of(row)) for _, row in rows]
    with connection.cursor() as cursor, cursor.copy("copy account from stdin") as copy:
        for number, (key, company) in enumerate(known):
            facts = {name: value for name in FACTS if (value := getattr(company, name))}
            copy.write_row((number, key, read_name(company.name).text, Jsonb(facts)))
    _stage(connection, [company for _, company in known], progress)
    if progress is not None:
        progress("Building the index", 1.0)
    connection.execute(COUNT_STAGED)
    connection.execute(KEEP_STAGED, {"size": len(known)})
    connection.execute("create unique index on account (company)")
    connection.execute("analyze")
    return len(known)


def _stage(connection: psycopg.Connection, known: list[Company], progress: Progress | None) -> None:
    copying = "copy companies_match_staged from stdin"
    with ProcessPoolExecutor(2) as pool, connection.cursor() as cursor, cursor.copy(copying) as copy:
        for number, (own, facts) in enumerate(pool.map(_keys_of, known, chunksize=1_000)):
            copy.write_row((number, own, facts))
            if progress is not None and number % 1_000 == 0:
                progress("Reading accounts", number / len(known))


def _keys_of(company: Company) -> tuple[list[int], list[int]]:
    from hansa.engines.matching import fact_keys, name_keys

    return name_keys("", company.name), fact_keys("", company)


def _searched(
    connection: psycopg.Connection, queries: Path, *, size: int, top: int, progress: Progress | None
) -> Iterator[list[str]]:
    from hansa.engines.matching import best_matches
    from hansa.engines.matching.files import cells_of, company_of, read_rows

    columns, rows = read_rows(queries, needed=("name",))
    bytes_in_all, done = max(queries.stat().st_size, 1), 0
    for number, row in rows:
        asked = company_of(row)
        matches = best_matches(asked, _found(connection, asked, size), top=max(top, 10))[:top]
        for place, (account, match) in enumerate(matches, start=1):
            yield [row[columns[0]], str(place), account, *cells_of(match)]
        done += sum(map(len, row.values())) + len(row)
        if progress is not None and number % 50 == 0:
            progress("Searching", min(done / bytes_in_all, 1.0))


def _found(connection: psycopg.Connection, asked: Company, size: int) -> list[Found[str]]:
    from hansa.engines.matching import Company, Found
    from hansa.engines.matching.retrieval import CANDIDATES, FIND

    keys, facts = _keys_of(asked)
    rows = connection.execute(
        f"select account.id, found.score, account.core, account.facts from ({FIND}) found"
        " join account using (company) order by found.score desc",
        {"keys": keys, "facts": facts, "size": size, "most": CANDIDATES},
        prepare=True,
    )
    return [Found(key, Company(**{"name": "", **known}), score, core) for key, score, core, known in rows]
