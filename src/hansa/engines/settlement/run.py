"""One settlement from files to files: check, read the lines once, sum, pay, spread, write."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from hansa.engines.settlement.compile import payouts as pay
from hansa.engines.settlement.compile import shares as spread
from hansa.engines.settlement.compile.calendar import Asked, asked_periods
from hansa.engines.settlement.compile.lines import BROKEN, NO_RATE, Layout, lines_sql
from hansa.engines.settlement.diagnose import diagnose_lines, diagnose_rates, diagnose_rest
from hansa.engines.settlement.document import ProgramDocument
from hansa.engines.settlement.engine import DuckEngine, Engine
from hansa.engines.settlement.layout import greatest_values, layout_of
from hansa.engines.settlement.output import SharesFile, replacing, write_payouts
from hansa.engines.settlement.sources import LINES, PARTNERS, PRODUCTS, RATES, Source, open_sources
from hansa.engines.settlement.tables import Shapes, load_tables, rate_days_sql
from hansa.engines.settlement.validate import Findings, unreadable
from hansa.kernel.period import period_named
from hansa.kernel.problem import Problem, Refused

Progress = Callable[[str, float], None]
SMALL_TABLES = ("partner_span", "partner_name", "product_span", "line_territory", "calendar", "rate_day")
DEFAULT_MEMORY = "1GB"


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
    _check_targets(payouts, shares)
    with tempfile.TemporaryDirectory(prefix="hansa-settle-") as scratch:
        connection = _connect(Path(scratch), memory_limit or DEFAULT_MEMORY)
        try:
            runner = _engine(engine, connection, Path(scratch))
            try:
                told("Reading partners, products and rates", 0.02)
                shapes = load_tables(connection, asked, sources["partners"], sources["products"], sources["rates"])
                told("Reading lines", 0.05)
                _read_lines(connection, runner, asked, shapes, sources["lines"], rates)
                return _pay(connection, runner, asked, payouts, shares, told)
            finally:
                runner.close()
        except duckdb.OutOfRangeException as error:
            raise Refused([Problem("lines", 0, "", "sums that can be held exactly in 128 bits")]) from error
        finally:
            connection.close()


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


def _check_targets(*targets: Path | None) -> None:
    problems = [
        Problem(str(target), 0, "", "a file in a folder that exists")
        for target in targets
        if target is not None and (target.is_dir() or not target.absolute().parent.is_dir())
    ]
    if problems:
        raise Refused(problems)


def _connect(scratch: Path, memory: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(scratch / "work.duckdb"))
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute(f"SET memory_limit = '{memory}'")
    connection.execute(f"SET temp_directory = '{scratch / 'spill'}'")
    return connection


def _engine(name: str, connection: duckdb.DuckDBPyConnection, scratch: Path) -> Engine:
    if name == "duckdb":
        return DuckEngine(connection)
    from hansa.engines.settlement.spark import SparkEngine

    return SparkEngine(connection, scratch)


def _read_lines(
    connection: duckdb.DuckDBPyConnection,
    runner: Engine,
    asked: Asked,
    shapes: Shapes,
    sources: Sequence[Source],
    rates: Path | None,
) -> None:
    """Create the table `line`. Raises `Refused` where a cell is wrong, an id repeats or a needed rate is missing."""
    try:
        greatest = greatest_values(connection, sources)
        layout = layout_of(asked.document, sources, shapes, greatest, wide=False)
        faults = _stage(connection, runner, asked, sources, layout)
        if faults.get(BROKEN) and not layout.wide:
            layout = layout_of(asked.document, sources, shapes, greatest, wide=True)
            faults = _stage(connection, runner, asked, sources, layout)
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        raise Refused([_blame(sources, error)]) from error
    repeated = runner.has_repeated_ids()
    if not faults and not repeated:
        return
    found = diagnose_lines(connection, sources, layout)
    if not faults and not found.total:
        return
    _diagnose_faults(connection, runner, found, faults, rates)
    found.raise_if_any()
    raise Refused([Problem("lines", 0, "", "lines whose amounts can be held exactly")])


def _stage(
    connection: duckdb.DuckDBPyConnection, runner: Engine, asked: Asked, sources: Sequence[Source], layout: Layout
) -> dict[int, int]:
    """Create `rate_day` and `line` in that layout; returns how many lines have which fault."""
    rate_days = rate_days_sql(layout.scale, layout.minor, wide=layout.wide_product)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE rate_day AS {rate_days}")
    runner.bring(SMALL_TABLES)
    reads = [runner.read(source, layout) for source in sources]
    runner.table("line", lines_sql(reads, asked.document.incentives, layout))
    return dict(runner.rows("SELECT fault, count(*) FROM line WHERE fault <> 0 GROUP BY fault"))


def _blame(sources: Sequence[Source], error: duckdb.Error) -> Problem:
    said = str(error)
    blamed = next((each for each in sources if any(str(path) in said for path in each.paths)), sources[0])
    return unreadable(blamed, error)


def _diagnose_faults(
    connection: duckdb.DuckDBPyConnection, runner: Engine, found: Findings, faults: dict[int, int], rates: Path | None
) -> None:
    explained = found.total
    for fault, name in ((NO_RATE, "unrated"), (BROKEN, "unfit")):
        batches = list(runner.arrow(f"SELECT line_id FROM line WHERE fault = {fault}"))
        ids = pa.Table.from_batches(batches, pa.schema([("line_id", pa.string())])) if batches else None
        held = ids if ids is not None else pa.table({"line_id": pa.array([], pa.string())})
        connection.register(name, held)
    if faults.get(NO_RATE):
        found.add(diagnose_rates(connection, rates.name if rates else "the rates (none were given)"))
    if faults.get(BROKEN) and not explained:
        found.add(diagnose_rest(connection), faults[BROKEN])


def _pay(
    connection: duckdb.DuckDBPyConnection,
    runner: Engine,
    asked: Asked,
    payouts: Path,
    shares: Path | None,
    told: Progress,
) -> SettlementSummary:
    incentives = asked.document.incentives
    told("Working out payouts", 0.4)
    payees = sorted({each.payee for each in incentives} - {"partner"})
    runner.table("cell", pay.cells_sql(incentives, payees))
    runner.table("claim", pay.claims_sql(asked))
    runner.table("payout", pay.payouts_sql(asked))
    runner.table("grant_", spread.grants_sql())
    _copy_payouts(connection, runner)
    _check_size(connection)
    with replacing(payouts, shares) as (payouts_part, shares_part):
        assert payouts_part is not None
        count = write_payouts(connection, asked, payouts_part)
        spread_rows = 0
        if shares_part is not None:
            spread_rows = _write_shares(runner, asked, shares_part, told)
        told("Done", 1.0)
        paid, rows = connection.execute(
            "SELECT coalesce(sum(paid), 0), count(*) FILTER (paid > 0) FROM payout"
        ).fetchall()[0]
        read = runner.rows("SELECT count(*) FROM line")[0][0]
    return SettlementSummary(read, count, rows, spread_rows, int(paid), asked.document.currency)


def _copy_payouts(connection: duckdb.DuckDBPyConnection, runner: Engine) -> None:
    """Bring the payouts of another engine into DuckDB, which writes them."""
    if isinstance(runner, DuckEngine):
        return
    columns = "incentive, period, payee, base, quantity, earlier, band, outcome, paid, winner"
    batches = list(runner.arrow(f"SELECT {columns} FROM payout"))
    connection.register("payout_rows", pa.Table.from_batches(batches))
    integers = ", ".join(f"CAST({name} AS HUGEINT) AS {name}" for name in ("base", "quantity", "earlier", "paid"))
    connection.execute(f"CREATE TEMP TABLE payout AS SELECT * REPLACE ({integers}) FROM payout_rows")


def _check_size(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(f"SELECT count(*) FROM payout WHERE paid >= {10**18}").fetchall()
    if rows[0][0]:
        raise Refused([Problem("lines", 0, "net_amount", "payouts of at most 18 digits in minor units")])


def _write_shares(runner: Engine, asked: Asked, path: Path, told: Progress) -> int:
    incentives = asked.document.incentives
    found = runner.rows(spread.batches_sql(runner.batch_lines))
    whole = sum(row[3] for row in found) or 1
    file = SharesFile(asked.document, path)
    done = 0
    for incentive, first, last, lines, paid, greatest, weight in found:
        told("Spreading payouts over lines", 0.45 + 0.5 * done / whole)
        wide = max(paid * max(greatest, 1), weight) > spread.INT64_LIMIT
        batch = spread.Batch(incentive, first, last, lines, bool(wide))
        chosen = f"SELECT period, payee FROM grant_ WHERE place >= {first} AND place <= {last} ORDER BY place"
        grants = pa.Table.from_batches(list(runner.arrow(chosen)))
        file.write(incentive, first, grants, runner.arrow(spread.shares_sql(batch, incentives[incentive])))
        done += lines
    file.close()
    return file.rows
