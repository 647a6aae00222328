"""Engine and oracle on one case: what each says, and where they differ."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from hansa.engines.settlement import parse_program, settle
from hansa.kernel.problem import Refused
from tests.oracle.cases import Case, Files, Row, write_case
from tests.oracle.document import read_program
from tests.oracle.refused import OracleRefused
from tests.oracle.settle import PAYOUT_COLUMNS, ShareRow, oracle_settle, payouts_csv_bytes


@dataclass(frozen=True)
class Answer:
    """What an implementation said: `stage` is "" when it settled, else where it refused ("program" or "input")."""

    stage: str
    payouts: list[Row]
    shares: list[ShareRow]
    why: str = ""


def oracle_says(case: Case) -> Answer:
    try:
        read_program(case.text)
    except OracleRefused as refused:
        return Answer("program", [], [], str(refused))
    try:
        rows, shares = oracle_settle(case.text, case.kept_lines, case.partners, case.products, case.rates, case.periods)
    except OracleRefused as refused:
        return Answer("input", [], [], str(refused))
    return Answer("", rows, shares)


def engine_says(case: Case, folder: Path, files: Files | None = None) -> Answer:
    """The engine on the case's files. A refusal must list a problem, say what was expected, and write nothing."""
    payouts, shares = folder / "payouts.csv", folder / "shares.parquet"
    for old in (payouts, shares):
        old.unlink(missing_ok=True)
    try:
        document = parse_program(case.text)
    except Refused as refused:
        return Answer("program", [], [], why(refused))
    files = files or write_case(case, folder)
    try:
        settle(
            document,
            lines=files.lines,
            partners=files.partners,
            products=files.products,
            rates=files.rates,
            periods=case.periods,
            payouts=payouts,
            shares=shares,
        )
    except Refused as refused:
        assert not payouts.exists()
        assert not shares.exists()
        return Answer("input", [], [], why(refused))
    return Answer("", read_payouts(payouts), read_shares(shares))


def why(refused: Refused) -> str:
    assert refused.total >= len(refused.problems) > 0
    assert all(problem.expected for problem in refused.problems)
    return "; ".join(str(problem) for problem in refused.problems)


def read_payouts(path: Path) -> list[Row]:
    """The rows of a payouts file, once its bytes are what its cells make: LF, UTF-8, quoted only where needed."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert reader.fieldnames == PAYOUT_COLUMNS
    assert path.read_bytes() == payouts_csv_bytes(rows)
    return rows


def read_shares(path: Path) -> list[ShareRow]:
    table = pq.read_table(path)
    assert table.column_names == ["incentive", "period", "payee", "line_id", "share"]
    kind = table.schema.field("share").type
    assert pa.types.is_decimal128(kind)
    assert kind.precision == 18
    texts = ((row["incentive"], row["period"], row["payee"], row["line_id"], row["share"]) for row in table.to_pylist())
    return list(texts)


def differences(case: Case, folder: Path) -> list[str]:
    """In words, where engine and oracle differ on the case; nothing where they agree."""
    return list(between(engine_says(case, folder), oracle_says(case)))


def between(engine: Answer, oracle: Answer) -> Iterator[str]:
    if engine.stage != oracle.stage:
        yield f"engine {verdict(engine)}; oracle {verdict(oracle)}"
        return
    yield from unequal(
        "payouts", [without_reason(row) for row in engine.payouts], list(map(without_reason, oracle.payouts))
    )
    yield from unequal("shares", list(map(exact, engine.shares)), list(map(exact, oracle.shares)))
    yield from (f"no reason: {row}" for row in engine.payouts if not row["reason"].strip())


def verdict(answer: Answer) -> str:
    return f"refuses the {answer.stage} ({answer.why[:400]})" if answer.stage else "settles"


def without_reason(row: Row) -> tuple[str, ...]:
    return tuple(row[column] for column in PAYOUT_COLUMNS if column != "reason")


def exact(row: ShareRow) -> tuple[str, ...]:
    """A share as its text, so that 1.5 and 1.50 differ."""
    assert isinstance(row[4], Decimal)
    return (*row[:4], f"{row[4]:f}")


def unequal(what: str, engine: Sequence[tuple[str, ...]], oracle: Sequence[tuple[str, ...]]) -> Iterator[str]:
    if engine == oracle:
        return
    in_engine, in_oracle = set(engine), set(oracle)
    only = [f"only engine: {row}" for row in engine if row not in in_oracle]
    only += [f"only oracle: {row}" for row in oracle if row not in in_engine]
    yield f"{what}: " + "\n  ".join(only[:40] or ["same rows in another order"])


def told(case: Case, found: Sequence[str]) -> str:
    """A difference as a person would want to read it."""
    rows = {"lines": case.lines, "partners": case.partners, "products": case.products, "rates": case.rates or []}
    tables = "\n".join(f"{name}:\n" + "\n".join(f"  {row}" for row in table) for name, table in rows.items())
    found_text = "\n".join(found)
    return f"case {case.number} {case.flaw}\n{found_text}\n\n{case.text}periods: {case.periods}\n{tables}"
