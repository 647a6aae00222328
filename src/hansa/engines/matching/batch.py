"""A whole list at once, on DuckDB or on Spark: Splink finds the pairs and the groups, our own model judges each pair.

Splink 5 blocks (pairs of records that share one of their rarest keys) and solves the groups (connected components), as SQL
on either engine. Its own model, learned from the list itself, is not used: the figures beside ours stand in
benchmarks/README.md. Pairs are judged by the same function on both.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from rapidfuzz.fuzz import partial_ratio, token_set_ratio

from hansa.engines.matching.company import Company
from hansa.engines.matching.files import FACTS, Progress
from hansa.engines.matching.keys import name_keys, whole_keys
from hansa.engines.matching.names import read_name
from hansa.engines.matching.scoring import score
from hansa.kernel.problem import Problem, Refused

KEYS = 8  # of a record make pairs: whole names and identifiers, then the rarest
BLOCK = 50  # records that may share a key
LEAST_ALIKE = 60  # names less alike than this, without an identifier in common, are not judged
PAIRS_AT_ONCE = 20_000
PROCESSES = 2
FEW = 1_000  # names that are read at a time
MEMORY = "1GB"
PARTITIONS = "8"
SCORED = pa.schema(
    {"record_l": pa.int32(), "record_r": pa.int32(), "match_probability": pa.float64(), "why": pa.string()}
)
SPARK_SCORED = "record_l int, record_r int, match_probability double, why string"
_COUNTED = "select record, key, is_whole, nearby, count(*) over (partition by key) as shared from matching_keys"
BLOCKS = f"""
with counted as ({_COUNTED}),
ranked as (
  select *, row_number() over (partition by record order by case when is_whole then 0 else 1 end, shared, key) as place
  from counted where shared > 1 and (is_whole or shared <= {BLOCK})
),
kept as (select * from ranked where place <= {KEYS}),
ordered as (
  select record, key, row_number() over (partition by key order by nearby, record) - 1 as position
  from kept where shared > {BLOCK}
),
blocks as (
  select record, cast(key as varchar(20)) as block from kept where shared <= {BLOCK}
  union all
  select record, concat(cast(key as varchar(20)), ' ', cast(floor(position / {BLOCK}) as varchar(20))) from ordered
  union all
  select record, concat(cast(key as varchar(20)), ' +', cast(floor((position + {BLOCK // 2}) / {BLOCK}) as varchar(20)))
  from ordered
)
select record, array_agg(block) as blocks from blocks group by record
"""
"""The blocks of each record. What too many share makes no pairs, but for whole names and identifiers: these are cut into
overlapping stretches in the order of their places, so that a hundred branches of one name still hang together."""


class Engine(Protocol):
    """Where the SQL runs."""

    def table(self, name: str, sql: str) -> None:
        """Keep the rows of a query under a name."""

    def bring(self, name: str, path: Path) -> None:
        """Read a Parquet file under a name."""

    def splink(self) -> Any:
        """Splink's interface to this engine."""

    def judge(self, name: str, sql: str, *, at_least: float, progress: Progress | None) -> None:
        """Keep the pairs of a query that are probable enough under a name, with what they are judged to be."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a small result."""

    def close(self) -> None:
        """Give back what it holds."""


def groups_of(
    companies: Sequence[Company], engine: Engine, scratch: Path, *, at_least: float, progress: Progress | None = None
) -> tuple[dict[int, int], list[tuple[int, int, float, str]]]:
    """Which records are one company: each record's group, and the pairs that hold the groups together.

    Records are numbers from 0 on; a group bears the least number in it. A pair is (one, other, probability, why).
    """
    tell = progress or (lambda step, share: None)
    engine.bring("matching_records", _write_records(companies, scratch / "records.parquet"))
    engine.bring("matching_keys", _write_keys(companies, scratch / "keys.parquet", tell))
    tell("Finding pairs", 0.0)
    engine.table("matching_blocks", BLOCKS)
    engine.table("matching_pairs", f"select join_key_l as l, join_key_r as r from {_blocked(engine)}")
    engine.judge("matching_scored", _PAIRS, at_least=at_least, progress=progress)
    tell("Building groups", 1.0)
    clusters = _clustered(engine, at_least)
    edges = "select record_l, record_r, match_probability, why from matching_scored order by record_l, record_r"
    return _groups(engine.rows(f"select record, cluster_id from {clusters}"), len(companies)), engine.rows(edges)


_PAIRS = (
    "select pair.l as record_l, pair.r as record_r, "
    + ", ".join(f"{side}.{fact} as {side}_{fact}" for side in "lr" for fact in FACTS)
    + " from matching_pairs pair join matching_records l on l.record = pair.l"
    + " join matching_records r on r.record = pair.r"
)


def _blocked(engine: Engine) -> str:
    from splink import Linker, block_on

    settings = {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record",
        "comparisons": [],
        "blocking_rules_to_generate_predictions": [block_on("blocks", arrays_to_explode=["blocks"])],
    }
    linker = Linker(engine.splink().register("matching_blocks"), settings, log_level=None)
    return str(linker.inference.compute_blocked_pairs_for_predict().physical_name)


def _clustered(engine: Engine, at_least: float) -> str:
    from splink.clustering import cluster_pairwise_predictions_at_threshold

    api = engine.splink()
    engine.table(
        "matching_nodes", "select record_l as record from matching_scored union select record_r from matching_scored"
    )
    found = cluster_pairwise_predictions_at_threshold(
        nodes=api.register("matching_nodes"),
        edges=api.register("matching_scored"),
        db_api=api,
        node_id_column_name="record",
        threshold_match_probability=at_least,
    )
    return str(found.physical_name)


def _groups(rows: Iterable[tuple[int, Any]], count: int) -> dict[int, int]:
    """Groups by the least record in each; whoever is like nobody is a group alone."""
    ordered = sorted(rows)
    least: dict[Any, int] = {}
    for record, cluster in ordered:
        least.setdefault(cluster, record)
    return {record: record for record in range(count)} | {record: least[cluster] for record, cluster in ordered}


def _write_records(companies: Sequence[Company], path: Path) -> Path:
    columns = {fact: pa.array([getattr(company, fact) for company in companies], pa.string()) for fact in FACTS}
    pq.write_table(pa.table({"record": pa.array(range(len(companies)), pa.int32()), **columns}), path)
    return path


def _write_keys(companies: Sequence[Company], path: Path, tell: Progress) -> Path:
    """A row for each key of each record; where the record is, for the order within a large block."""
    schema = pa.schema({"record": pa.int32(), "key": pa.int64(), "is_whole": pa.bool_(), "nearby": pa.string()})
    with _pool(len(companies) // FEW) as pool, pq.ParquetWriter(path, schema) as writer:
        rows: list[tuple[int, int, bool, str]] = []
        keys = pool.map(_keys_of, companies, chunksize=FEW) if pool else map(_keys_of, companies)
        for record, (whole, pieces) in enumerate(keys):
            one = companies[record]
            nearby = " ".join((one.country, one.postcode, one.city)).casefold()
            rows += [(record, key, True, nearby) for key in whole]
            rows += [(record, key, False, nearby) for key in pieces]
            if len(rows) > 200_000 or record == len(companies) - 1:
                writer.write_table(pa.table([pa.array(column) for column in zip(*rows, strict=True)], schema=schema))
                rows.clear()
                tell("Reading names", record / len(companies))
    return path


@contextmanager
def _pool(size: int) -> Iterator[ProcessPoolExecutor | None]:
    """Processes that start afresh, since a fork of one in which DuckDB and Arrow have threads may die; none for little work."""
    if not size:
        yield None
        return
    with ProcessPoolExecutor(min(size, PROCESSES), mp_context=get_context("spawn")) as pool:
        yield pool


def _keys_of(company: Company) -> tuple[list[int], list[int]]:
    whole = whole_keys("", company)
    return whole, sorted(set(name_keys("", company.name)) - set(whole))


def judged(pairs: Iterable[Mapping[str, Any]], at_least: float) -> Iterator[tuple[int, int, float, str]]:
    """Of pairs with the facts of both sides those that are probable enough, with probability and why."""
    for pair in pairs:
        a, b = (Company(**{fact: pair[f"{side}_{fact}"] for fact in FACTS}) for side in "lr")
        if _worth_judging(a, b) and (match := score(a, b)).probability >= at_least:
            yield pair["record_l"], pair["record_r"], match.probability, match.why


def _worth_judging(a: Company, b: Company) -> bool:
    """Whether two records share an identifier or their whole name, or at least look alike: a hundredth of the work."""
    one, other = read_name(a.name).text, read_name(b.name).text
    if token_set_ratio(one, other) >= LEAST_ALIKE or partial_ratio(one, other) >= LEAST_ALIKE:
        return True
    return (
        not set(whole_keys("", a)).isdisjoint(whole_keys("", b)) or _initials(one) == other or _initials(other) == one
    )


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split())


class DuckEngine:
    """DuckDB in this process, the judging in processes beside it."""

    def __init__(self, scratch: Path) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(f"set memory_limit = '{MEMORY}'; set temp_directory = '{scratch / 'spilled'}'")
        self.connection.execute("set preserve_insertion_order = false")
        self._splink: Any = None

    def table(self, name: str, sql: str) -> None:
        """Keep the rows of a query under a name."""
        self.connection.execute(f"create table {name} as {sql}")

    def bring(self, name: str, path: Path) -> None:
        """Read a Parquet file under a name."""
        self.connection.execute(f"create table {name} as select * from read_parquet('{path}')")

    def splink(self) -> Any:
        """Splink's interface to this engine."""
        from splink import DuckDBAPI

        self._splink = self._splink or DuckDBAPI(self.connection)
        return self._splink

    def judge(self, name: str, sql: str, *, at_least: float, progress: Progress | None) -> None:
        """Keep the pairs that are probable enough under a name."""
        tell = progress or (lambda step, share: None)
        in_all, done = max(self.rows("select count(*) from matching_pairs")[0][0], 1), 0
        found: list[tuple[int, int, float, str]] = []
        with _pool(in_all // PAIRS_AT_ONCE) as pool:
            batches = self.connection.sql(sql).to_arrow_reader(PAIRS_AT_ONCE)
            for scored in _a_few_at_a_time(pool, batches, at_least):
                found += scored
                done += PAIRS_AT_ONCE
                tell("Comparing pairs", min(done / in_all, 1.0))
        columns = list(zip(*found, strict=True)) or [()] * len(SCORED)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, SCORED, strict=True)]
        self.connection.register("judged_pairs", pa.table(arrays, schema=SCORED))
        self.table(name, "select * from judged_pairs")
        self.connection.unregister("judged_pairs")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a small result."""
        return self.connection.execute(sql).fetchall()

    def close(self) -> None:
        """Give back what it holds."""
        self.connection.close()


def _a_few_at_a_time(
    pool: ProcessPoolExecutor | None, batches: Iterable[pa.RecordBatch], at_least: float
) -> Iterator[list[tuple[int, int, float, str]]]:
    """Judge batches in the pool without reading far ahead, or here where there is none."""
    if pool is None:
        yield from (_judged_batch(batch, at_least) for batch in batches)
        return
    waiting: list[Future[list[tuple[int, int, float, str]]]] = []
    for batch in batches:
        waiting.append(pool.submit(_judged_batch, batch, at_least))
        if len(waiting) > 2 * PROCESSES:
            yield waiting.pop(0).result()
    for each in waiting:
        yield each.result()


def _judged_batch(batch: pa.RecordBatch, at_least: float) -> list[tuple[int, int, float, str]]:
    return list(judged(batch.to_pylist(), at_least))


class SparkEngine:
    """A Spark session of its own; its workers judge, so they must be able to import this package."""

    def __init__(self, scratch: Path) -> None:
        self.session = _session(scratch)
        self._splink: Any = None

    def table(self, name: str, sql: str) -> None:
        """Keep the rows of a query under a name."""
        self._keep(name, self.session.sql(sql))

    def bring(self, name: str, path: Path) -> None:
        """Read a Parquet file under a name."""
        self.session.read.parquet(str(path)).createOrReplaceTempView(name)

    def splink(self) -> Any:
        """Splink's interface to this engine."""
        from splink import SparkAPI

        if self._splink is None:
            self._splink = SparkAPI(  # type: ignore[no-untyped-call]
                spark_session=self.session, register_udfs_automatically=False, break_lineage_method="persist",
                num_partitions_on_repartition=int(PARTITIONS),
            )  # fmt: skip
        return self._splink

    def judge(self, name: str, sql: str, *, at_least: float, progress: Progress | None) -> None:
        """Keep the pairs that are probable enough under a name."""
        pairs = self.session.sql(sql).rdd.mapPartitions(lambda rows: judged(rows, at_least))
        self._keep(name, self.session.createDataFrame(pairs, SPARK_SCORED))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a small result."""
        return [tuple(row) for row in self.session.sql(sql).collect()]

    def close(self) -> None:
        """Give back what it holds."""
        self.session.stop()

    def _keep(self, name: str, frame: Any) -> None:
        kept = frame.persist()
        kept.count()
        kept.createOrReplaceTempView(name)


def _session(scratch: Path) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        expected = "pyspark, which is not installed here: pip install 'hansa[spark]' (and Java 17)"
        raise Refused([Problem("--spark", 0, "", expected)]) from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": PARTITIONS,
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.local.dir": str(scratch / "local"),
        "spark.driver.memory": "2g",
    }
    builder = SparkSession.builder.appName("hansa match dedupe")
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()
