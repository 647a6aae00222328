"""One settlement from files to files: check, read the lines once, sum, pay, spread, write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from hansa.engines.settlement.compile import MONEY_LIMIT
from hansa.engines.settlement.compile import payouts as pay
from hansa.engines.settlement.compile import shares as spread
from hansa.engines.settlement.compile.calendar import Asked, asked_periods
from hansa.engines.settlement.compile.lines import BROKEN, GOOD, NO_RATE, Layout, lines_sql
from hansa.engines.settlement.database import DEFAULT_MEMORY, own_database
from hansa.engines.settlement.diagnose import diagnose_lines, diagnose_rates, diagnose_rest
from hansa.engines.settlement.document import ProgramDocument
from hansa.engines.settlement.engine import DuckEngine, Engine
from hansa.engines.settlement.layout import greatest_values, layout_of
from hansa.engines.settlement.output import SharesFile, replacing, write_payouts
from hansa.engines.settlement.sources import LINES, PARTNERS, PRODUCTS, RATES, Source, open_sources
from hansa.engines.settlement.tables import Shapes, load_tables, rate_days_sql
from hansa.engines.settlement.validate import Findings, unreadable
from hansa.kernel.duck import is_small, shared_database
from hansa.kernel.period import period_named
from hansa.kernel.problem import Problem, Refused

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class SettlementSummary:
    """What a settlement did. `paid` is in minor units of `currency`."""

    lines: int
    payouts: int
    paid_payouts: int
    shares: int
    paid: int
    currency: str


def settle(
    document: ProgramDocument,
    *,
    lines: Sequence[Path],
    partners: Path,
    products: Path,
    rates: Path | None = None,
    periods: Sequence[str] | None = None,
    payouts: Path,
    shares: Path | None = None,
    engine: Literal["duckdb", "spark"] = "duckdb",
    progress: Progress | None = None,
    memory_limit: str | None = None,
) -> SettlementSummary:
    """Pay a program's incentives for lines of sale, and write the payouts (CSV) and their shares by line (Parquet).

    `lines` are CSV or Parquet files, folders or globs of Parquet files. `periods` are labels such as 2019-Q3; None
    means every period that overlaps `effective`. `memory_limit` is DuckDB's (default 1GB; more data spills to a
    scratch folder). Raises `Refused` with file, row, column and what was expected; then no output file has been
    written or replaced.
    """
    told = progress or (lambda _step, _share: None)
    asked = asked_periods(document, checked_labels(document, periods))
    told("Looking into the files", 0.0)
    sources = _open_all(asked, lines, partners, products, rates)
    read = [path for found in sources.values() for source in found for path in source.paths]
    _check_targets(payouts, shares, read)
    job = Job(asked, sources, payouts, shares, told)
    try:
        if engine == "duckdb" and memory_limit is None and is_small(read):
            with shared_database() as connection:
                return _settle(job, connection, DuckEngine(connection, small=True))
        with own_database(memory_limit or DEFAULT_MEMORY) as (connection, scratch):
            return _settle(job, connection, _engine(engine, connection, scratch))
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        raise Refused([Problem("lines", 0, "", "sums that can be held exactly in 128 bits")]) from error


@dataclass(frozen=True, slots=True)
class Job:
    """One settlement: what is asked for, the files read, the files written, and who hears of its progress."""

    asked: Asked
    sources: Mapping[str, Sequence[Source]]
    payouts: Path
    shares: Path | None
    told: Progress


def _settle(job: Job, connection: duckdb.DuckDBPyConnection, runner: Engine) -> SettlementSummary:
    try:
        job.told("Reading partners, products and rates", 0.02)
        sources = job.sources
        shapes = load_tables(connection, job.asked, sources["partners"], sources["products"], sources["rates"])
        job.told("Reading lines", 0.05)
        count, layout = _read_lines(job, connection, runner, shapes)
        return _pay(job, connection, runner, count, layout)
    finally:
        runner.close()


def checked_labels(document: ProgramDocument, labels: Sequence[str] | None) -> Sequence[str] | None:
    """The labels, once each is known to be a period of some incentive within `effective`. Raises `Refused`."""
    if labels is None:
        return None
    kinds = {incentive.period for incentive in document.incentives}
    problems: list[Problem] = []
    for label in labels:
        try:
            named = period_named(label, document.fiscal_year)
        except ValueError as error:
            problems.append(
                Problem("--period", 0, label, f"a period such as 2019-07, 2019-Q3, 2019-H2 or 2019 ({error})")
            )
            continue
        if named.kind not in kinds:
            problems.append(
                Problem("--period", 0, label, f"a period that some incentive has; none pays by {named.kind}")
            )
        elif label not in {each.label for each in document.periods(named.kind)}:
            effective = f"{document.effective_from} to {document.effective_until}"
            problems.append(Problem("--period", 0, label, f"a period within effective, {effective}"))
    if problems:
        raise Refused(problems)
    return labels


def _open_all(
    asked: Asked, lines: Sequence[Path], partners: Path, products: Path, rates: Path | None
) -> dict[str, list[Source]]:
    problems: list[Problem] = []
    needed = frozenset(each.payee for each in asked.document.incentives) - {"partner"}
    found = {
        "lines": open_sources(lines, LINES, problems, required=frozenset(needed)),
        "partners": open_sources([partners], PARTNERS, problems),
        "products": open_sources([products], PRODUCTS, problems),
        "rates": open_sources([rates] if rates else [], RATES, problems),
    }
    if not lines:
        problems.append(Problem("--lines", 0, "", "at least one file of lines"))
    if problems:
        raise Refused(problems)
    return found


def _check_targets(payouts: Path, shares: Path | None, read: Sequence[Path]) -> None:
    targets = [target for target in (payouts, shares) if target is not None]
    problems = [
        Problem(str(target), 0, "", "a file in a folder that exists")
        for target in targets
        if target.is_dir() or not target.absolute().parent.is_dir()
    ]
    inputs = {path.resolve() for path in read}
    problems += [
        Problem(str(target), 0, "", "a file of its own; this one is among the files that are read")
        for target in targets
        if target.resolve() in inputs
    ]
    if shares is not None and shares.resolve() == payouts.resolve():
        problems.append(Problem(str(shares), 0, "", "a file of its own; the payouts go to this one"))
    if problems:
        raise Refused(problems)


def _engine(name: str, connection: duckdb.DuckDBPyConnection, scratch: Path) -> Engine:
    if name == "duckdb":
        return DuckEngine(connection, small=False)
    from hansa.engines.settlement.spark import SparkEngine

    return SparkEngine(connection, scratch)


def _read_lines(job: Job, connection: duckdb.DuckDBPyConnection, runner: Engine, shapes: Shapes) -> tuple[int, Layout]:
    """Create the table `line`; returns how many there are and how their numbers are held. Raises `Refused` where a
    cell is wrong, an id repeats or a needed rate is missing.
    """
    sources, document = job.sources["lines"], job.asked.document
    try:
        greatest = greatest_values(connection, sources)
        layout = layout_of(document, sources, shapes, greatest, wide=False)
        faults = _stage(job, connection, runner, layout)
        if faults.get(BROKEN) and not layout.wide:
            layout = layout_of(document, sources, shapes, greatest, wide=True)
            faults = _stage(job, connection, runner, layout)
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        raise Refused([_blame(sources, error)]) from error
    repeated = runner.has_repeated_ids()
    count = faults.pop(GOOD, 0)
    if not faults and not repeated:
        return count, layout
    found = diagnose_lines(connection, sources, layout)
    if not faults and not found.total:
        return count, layout
    _diagnose_faults(job, connection, runner, found, faults, layout)
    found.raise_if_any()
    raise Refused([Problem("lines", 0, "", "lines whose amounts can be held exactly")])


def _stage(job: Job, connection: duckdb.DuckDBPyConnection, runner: Engine, layout: Layout) -> dict[int, int]:
    """Create `rate_day` and `line` in that layout; returns how many lines have which fault."""
    tables = ["partner_span", "product_span", "calendar"]
    if layout.has_currency:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE rate_day AS {rate_days_sql(layout)}")
        tables.append("rate_day")
    if layout.has_territory:
        tables.append("line_territory")
    runner.bring(tables)
    reads = [runner.read(source, layout) for source in job.sources["lines"]]
    runner.table("line", lines_sql(reads, job.asked.document.incentives, layout))
    return dict(runner.rows("SELECT fault, count(*) FROM line GROUP BY fault"))


def _blame(sources: Sequence[Source], error: duckdb.Error) -> Problem:
    said = str(error)
    blamed = next((each for each in sources if any(str(path) in said for path in each.paths)), sources[0])
    return unreadable(blamed, error)


def _diagnose_faults(
    job: Job,
    connection: duckdb.DuckDBPyConnection,
    runner: Engine,
    found: Findings,
    faults: Mapping[int, int],
    layout: Layout,
) -> None:
    explained = found.total
    for fault, name in ((NO_RATE, "unrated"), (BROKEN, "unfit")):
        batches = list(runner.arrow(f"SELECT line_id FROM line WHERE fault = {fault}"))
        ids = pa.Table.from_batches(batches, pa.schema([("line_id", pa.string())])) if batches else None
        held = ids if ids is not None else pa.table({"line_id": pa.array([], pa.string())})
        connection.register(name, held)
    if faults.get(NO_RATE):
        names = [path.name for source in job.sources["rates"] for path in source.paths]
        found.add(diagnose_rates(connection, found, names[0] if names else "the rates (none were given)"))
    if faults.get(BROKEN) and not explained:
        found.add(diagnose_rest(connection, found, layout), faults[BROKEN])


def _pay(
    job: Job, connection: duckdb.DuckDBPyConnection, runner: Engine, lines: int, layout: Layout
) -> SettlementSummary:
    document = job.asked.document
    job.told("Working out payouts", 0.4)
    runner.table("cell", pay.cells_sql(document.incentives, layout.payees))
    runner.table("claim", pay.claims_sql(job.asked))
    runner.table("payout", pay.payouts_sql(job.asked, layout.quantity_decimals))
    _copy_payouts(connection, runner)
    totals = "SELECT count(*) FILTER (paid > 0), coalesce(sum(paid), 0), coalesce(max(paid), 0) FROM payout"
    rows, paid, greatest = connection.execute(totals).fetchall()[0]
    if greatest >= MONEY_LIMIT:
        raise Refused([Problem("lines", 0, "net_amount", "payouts of at most 18 digits in minor units")])
    with replacing(job.payouts, job.shares) as (payouts_part, shares_part):
        assert payouts_part is not None
        count = write_payouts(connection, job.asked, payouts_part, layout.quantity_decimals)
        spread_rows = 0 if shares_part is None else _write_shares(job, runner, shares_part, lines)
        job.told("Done", 1.0)
    return SettlementSummary(lines, count, rows, spread_rows, int(paid), document.currency)


def _copy_payouts(connection: duckdb.DuckDBPyConnection, runner: Engine) -> None:
    """Bring the payouts of another engine into DuckDB, which writes them."""
    if isinstance(runner, DuckEngine):
        return
    columns = "incentive, period, payee, base, quantity, earlier, band, outcome, paid, winner"
    batches = list(runner.arrow(f"SELECT {columns} FROM payout"))
    connection.register("payout_rows", pa.Table.from_batches(batches))
    integers = ", ".join(f"CAST({name} AS HUGEINT) AS {name}" for name in ("base", "quantity", "earlier", "paid"))
    connection.execute(f"CREATE TEMP TABLE payout AS SELECT * REPLACE ({integers}) FROM payout_rows")


def _write_shares(job: Job, runner: Engine, path: Path, lines: int) -> int:
    incentives = job.asked.document.incentives
    runner.table("grant_", spread.grants_sql())
    found = runner.rows(spread.batches_sql(runner.batch_lines, whole=lines * len(incentives)))
    whole = sum(row[3] for row in found) or 1
    file = SharesFile(job.asked.document, path)
    done = 0
    for incentive, first, last, count, paid, greatest, weight in found:
        job.told("Spreading payouts over lines", 0.45 + 0.5 * done / whole)
        wide = max(paid * max(greatest, 1), weight) > spread.INT64_LIMIT
        batch = spread.Batch(incentive, first, last, count, bool(wide))
        chosen = f"SELECT period, payee FROM grant_ WHERE place >= {first} AND place <= {last} ORDER BY place"
        grants = pa.Table.from_batches(list(runner.arrow(chosen)))
        file.write(incentive, first, grants, runner.arrow(spread.shares_sql(batch, incentives[incentive])))
        done += count
    file.close()
    return file.rows
