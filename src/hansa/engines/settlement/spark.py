"""Spark as the second engine, for sales that outgrow one machine. Runs the same statements, transpiled; needs pyspark
and Java.

The small tables are checked and shaped by DuckDB and handed over. Parquet lines with typed columns are read by Spark
itself; text is read by DuckDB first, since only one reader of text can be the one that refuses. Results come back
through the scratch folder, which the workers must share with this process.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot
from sqlglot import exp

from hansa.engines.settlement.compile.lines import Layout, typed_select
from hansa.engines.settlement.sources import Source, quoted
from hansa.kernel.problem import Problem, Refused

WIDE = "DECIMAL(38, 0)"
BATCH_LINES = 100_000_000


def spark_sql(statement: str) -> str:
    """A statement of the compiler in Spark's dialect: 128-bit integers become decimals of 38 digits, sums never stay
    at 64 bits.

    >>> spark_sql("SELECT sum(a) // 2 AS b FROM c")
    'SELECT SUM(CAST(a AS DECIMAL(38, 0))) DIV 2 AS b FROM c'
    """
    tree = sqlglot.parse_one(statement, read="duckdb")
    for kind in list(tree.find_all(exp.DataType)):
        if kind.this in (exp.DataType.Type.INT128, exp.DataType.Type.UINT128):
            kind.replace(exp.DataType.build(WIDE, dialect="spark"))
    for total in list(tree.find_all(exp.Sum)):
        total.set("this", exp.cast(total.this, WIDE, dialect="spark"))
    return tree.sql(dialect="spark")


class SparkEngine:
    """Runs the compiled SQL in a Spark session of its own."""

    batch_lines = BATCH_LINES

    def __init__(self, connection: duckdb.DuckDBPyConnection, scratch: Path) -> None:
        self.connection = connection
        self.scratch = scratch
        self.session = _session(scratch)
        self._kept: dict[str, Any] = {}
        self._written = 0

    def bring(self, tables: Sequence[str]) -> None:
        """Hand tables of the DuckDB connection over."""
        self.connection.execute("SET preserve_insertion_order = false")
        for table in tables:
            self._hand_over(table, f"SELECT * FROM {table}")

    def read(self, source: Source, layout: Layout) -> str:
        """Typed Parquet that fits the narrow layout is read by Spark, anything else by DuckDB first."""
        name = self._name("source")
        plain_names = not any(sign in str(path) for path in source.paths for sign in "*?[]{}\\")
        if source.form == "parquet" and source.is_typed and plain_names and not layout.wide:
            paths = [str(path.absolute()) for path in source.paths]
            self.session.read.parquet(*paths).createOrReplaceTempView(name)
            return typed_select(source, layout, name)
        self._hand_over(name, typed_select(source, layout))
        return f"SELECT * FROM {name}"

    def table(self, name: str, sql: str) -> None:
        """Compute a query once and keep its rows."""
        frame = self.session.sql(spark_sql(sql)).persist()
        if name in self._kept:
            self._kept[name].unpersist()
        self._kept[name] = frame
        frame.createOrReplaceTempView(name)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a small result."""
        return [tuple(_plain(value) for value in row) for row in self.session.sql(spark_sql(sql)).collect()]

    def arrow(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a result, in its order: Spark numbers its part files in the order of a sort."""
        folder = self.scratch / self._name("result")
        self.session.sql(spark_sql(sql)).write.parquet(str(folder))
        for part in sorted(folder.glob("*.parquet")):
            yield from pq.ParquetFile(part).iter_batches()
        shutil.rmtree(folder)

    def has_repeated_ids(self) -> bool:
        """Compares the ids themselves."""
        return bool(self.rows("SELECT line_id FROM line GROUP BY line_id HAVING count(*) > 1 LIMIT 1"))

    def close(self) -> None:
        """End the session."""
        self.session.stop()

    def _name(self, kind: str) -> str:
        self._written += 1
        return f"{kind}_{self._written}"

    def _hand_over(self, name: str, sql: str) -> None:
        path = self.scratch / f"{self._name(name)}.parquet"
        described = self.connection.execute(f"DESCRIBE {sql}").fetchall()
        columns = ", ".join(
            f"CAST({column} AS {WIDE}) AS {column}" if kind == "HUGEINT" else column for column, kind, *_ in described
        )
        self.connection.execute(f"COPY (SELECT {columns} FROM ({sql})) TO {quoted(str(path))} (FORMAT parquet)")
        self.session.read.parquet(str(path)).createOrReplaceTempView(name)


def _plain(value: Any) -> Any:
    """Spark's 128-bit integers come back as decimals."""
    return int(value) if hasattr(value, "as_tuple") else value


def _session(scratch: Path) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        expected = "pyspark, which is not installed here: pip install 'hansa[spark]' (and Java 17)"
        raise Refused([Problem("--engine spark", 0, "", expected)]) from None
    builder = SparkSession.builder.appName("hansa settle")
    settings = {
        "spark.sql.ansi.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "16",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.local.dir": str(scratch / "local"),
        "spark.driver.memory": "2g",
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()
