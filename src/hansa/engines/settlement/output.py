"""The two files that a settlement writes. One writer for both engines, so that the same result is the same bytes.

Both are written beside their destination first; nothing is replaced before both are whole.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hansa.engines.settlement import words
from hansa.engines.settlement.compile.calendar import Asked
from hansa.engines.settlement.document import ProgramDocument
from hansa.kernel.period import period

PAYOUT_COLUMNS = (
    "incentive", "kind", "payee_kind", "payee", "period", "currency", "base", "quantity", "measure", "band_from",
    "payout", "reason",
)  # fmt: skip
ROW_GROUP = 262_144


@contextmanager
def replacing(*targets: Path | None) -> Iterator[list[Path | None]]:
    """Paths to write to instead of `targets`; on success all are moved into place, on failure none."""
    parts: list[Path | None] = []
    try:
        for target in targets:
            parts.append(None if target is None else _beside(target))
        yield parts
        for part, target in zip(parts, targets, strict=True):
            if part is not None and target is not None:
                with part.open("rb+") as stream:
                    os.fsync(stream.fileno())
        for part, target in zip(parts, targets, strict=True):
            if part is not None and target is not None:
                part.replace(target)
    finally:
        for part in parts:
            if part is not None:
                with suppress(FileNotFoundError):
                    part.unlink()


def _beside(target: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    umask = os.umask(0)
    os.umask(umask)
    os.fchmod(handle, 0o666 & ~umask)
    os.close(handle)
    return Path(name)


def write_payouts(connection: duckdb.DuckDBPyConnection, asked: Asked, path: Path, quantity_decimals: int) -> int:
    """Write the table `payout` as CSV: sorted, LF, quoted only where needed. Returns the number of rows."""
    document = asked.document
    _put_words(connection, document)
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(",".join(PAYOUT_COLUMNS) + "\n")
        for batch in connection.sql(_payout_rows(document, quantity_decimals)).to_arrow_reader(100_000):
            lines = batch.column(0).to_pylist()
            stream.write("".join(f"{line}\n" for line in lines))
            rows += len(lines)
    return rows


def _put_words(connection: duckdb.DuckDBPyConnection, document: ProgramDocument) -> None:
    """The few texts that many rows share, made in Python and joined by number."""
    keys = connection.execute("SELECT DISTINCT incentive, period, band, outcome, winner FROM payout").fetchall()
    heads = [
        [index, ",".join(map(_cell, (each.id, each.kind, each.payee))), each.measure]
        for index, each in enumerate(document.incentives)
    ]
    labels = [
        [index, number, period(document.incentives[index].period, number, document.fiscal_year).label]
        for index, number in {(index, number) for index, number, *_ in keys}
    ]
    reasons = [
        [*key, _band_from(document, key[0], key[1]), _cell(words.reason(document, *key))]
        for key in {(index, *rest) for index, _number, *rest in keys}
    ]
    number, text = pa.int32(), pa.string()
    _hand_over(connection, "head", [("incentive", number), ("text", text), ("measure", text)], heads)
    _hand_over(connection, "label", [("incentive", number), ("period", number), ("text", text)], labels)
    shape = [*((name, number) for name in ("incentive", "band", "outcome", "winner")), ("band_from", text)]
    _hand_over(connection, "reason", [*shape, ("text", text)], reasons)


def _hand_over(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Sequence[tuple[str, pa.DataType]],
    rows: Sequence[Sequence[object]],
) -> None:
    arrays = [pa.array([row[place] for row in rows], kind) for place, (_, kind) in enumerate(columns)]
    connection.register(name, pa.Table.from_arrays(arrays, names=[column for column, _ in columns]))


def _band_from(document: ProgramDocument, index: int, band: int) -> str:
    incentive = document.incentives[index]
    return words.band_start(document, incentive, incentive.bands[band - 1]) if band > 0 else ""


def _cell(text: str) -> str:
    """A CSV cell, quoted only where it must be."""
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\r\n') else text


def _payout_rows(document: ProgramDocument, quantity_decimals: int) -> str:
    digits = document.minor_digits
    base, quantity = _fixed("payout.base", digits), _plain_quantity("payout.quantity", quantity_decimals)
    growth = _fixed(_growth("payout.base", "payout.earlier"), 4)
    payee = """CASE WHEN regexp_matches(payout.payee, '[",\\r\\n]')
        THEN '"' || replace(payout.payee, '"', '""') || '"' ELSE payout.payee END"""
    measure = f"""CASE head.measure WHEN 'net_amount' THEN {base} WHEN 'quantity' THEN {quantity}
        ELSE CASE WHEN payout.earlier > 0 THEN {growth} || '%' ELSE '' END END"""
    cells = [
        "head.text", payee, "label.text", f"'{document.currency}'", base, quantity, measure, "reason.band_from",
        _fixed("payout.paid", digits), "reason.text",
    ]  # fmt: skip
    return f"""
        SELECT {" || ',' || ".join(f"({cell})" for cell in cells)} AS row
        FROM payout JOIN head USING (incentive) JOIN label USING (incentive, period)
        JOIN reason ON payout.incentive = reason.incentive AND payout.band = reason.band
            AND payout.outcome = reason.outcome AND payout.winner IS NOT DISTINCT FROM reason.winner
        ORDER BY payout.incentive, payout.period, payout.payee"""


def _fixed(value: str, digits: int) -> str:
    """An integer expression as a decimal text with exactly `digits` decimals."""
    sign = f"CASE WHEN {value} < 0 THEN '-' ELSE '' END"
    if digits == 0:
        return f"{sign} || abs({value})::VARCHAR"
    unit = 10**digits
    return (
        f"{sign} || (abs({value}) // {unit})::VARCHAR || '.' || lpad((abs({value}) % {unit})::VARCHAR, {digits}, '0')"
    )


def _plain_quantity(value: str, decimals: int) -> str:
    return f"rtrim(rtrim({_fixed(value, decimals)}, '0'), '.')"


def _growth(base: str, earlier: str) -> str:
    """Growth in millionths, rounded half away from zero."""
    change = f"(({base} - {earlier}) * 1000000)"
    return f"((2 * {change} + CASE WHEN {change} < 0 THEN -{earlier} ELSE {earlier} END) // (2 * {earlier}))"


def shares_schema(document: ProgramDocument) -> pa.Schema:
    """The columns of the shares file."""
    texts = [(name, pa.string()) for name in ("incentive", "period", "payee", "line_id")]
    return pa.schema([*texts, ("share", pa.decimal64(18, document.minor_digits))])


class SharesFile:
    """Writes shares in row groups of a fixed size, so that the bytes do not depend on how the rows came in."""

    def __init__(self, document: ProgramDocument, path: Path) -> None:
        self.document = document
        self.schema = shares_schema(document)
        self.rows = 0
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self._writer = pq.ParquetWriter(
            path, self.schema, compression="zstd", compression_level=1, store_schema=False,
            store_decimal_as_integer=True, use_dictionary=["incentive", "period", "payee"],
            column_encoding={"line_id": "DELTA_BYTE_ARRAY"}, write_statistics=True,
        )  # fmt: skip

    def write(self, incentive: int, first: int, grants: pa.Table, batches: Iterable[pa.RecordBatch]) -> None:
        """Add sorted rows (place, line_id, share in minor units). `grants` holds period and payee from place `first`
        on.
        """
        name, kind = self.document.incentives[incentive].id, self.document.incentives[incentive].period
        numbers = grants.column("period").to_pylist()
        labels = {number: period(kind, number, self.document.fiscal_year).label for number in set(numbers)}
        periods = pa.array([labels[number] for number in numbers], pa.string())
        payees = grants.column("payee").cast(pa.string()).combine_chunks()
        for batch in batches:
            if batch.num_rows:
                place = pc.subtract(batch.column("place"), first)
                columns = [
                    pa.repeat(pa.scalar(name, pa.string()), batch.num_rows),
                    periods.take(place),
                    payees.take(place),
                    batch.column("line_id").cast(pa.string()),
                    _as_decimal(batch.column("share"), self.schema.field("share").type),
                ]
                self._add(pa.RecordBatch.from_arrays(columns, schema=self.schema))

    def _add(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        self._waiting_rows += batch.num_rows
        self.rows += batch.num_rows
        if self._waiting_rows >= ROW_GROUP:
            table = pa.Table.from_batches(self._waiting, self.schema)
            whole = table.num_rows - table.num_rows % ROW_GROUP
            for start in range(0, whole, ROW_GROUP):
                self._write(table.slice(start, ROW_GROUP))
            rest = table.slice(whole)
            self._waiting, self._waiting_rows = rest.to_batches(), rest.num_rows

    def _write(self, table: pa.Table) -> None:
        self._writer.write_table(table.combine_chunks(), row_group_size=ROW_GROUP)

    def close(self) -> None:
        """Write what is left and the footer."""
        if self._waiting_rows:
            self._write(pa.Table.from_batches(self._waiting, self.schema))
        self._writer.close()


def _as_decimal(units: pa.Array, kind: pa.DataType) -> pa.Array:
    """Integer minor units seen as a decimal of the same digits: the same 64 bits, no arithmetic."""
    return pa.Array.from_buffers(kind, len(units), units.buffers(), offset=units.offset)
