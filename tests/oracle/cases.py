"""A case: one program with its rows, and how its files are written."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, str]
LINE_COLUMNS = [
    "line_id", "sold_on", "partner", "product", "quantity", "net_amount", "currency", "distributor", "rep", "territory",
]  # fmt: skip
PARTNER_COLUMNS = ["partner", "name", "type", "tier", "territory", "country", "valid_from", "valid_until"]
PRODUCT_COLUMNS = ["product", "name", "category", "family", "valid_from", "valid_until"]
RATE_COLUMNS = ["currency", "date", "rate"]
PLAIN_SCALAR = re.compile(r"-?[A-Za-z0-9][A-Za-z0-9_.%|+-]*([ :][A-Za-z0-9_.%|+-]+)*")


@dataclass(frozen=True, repr=False)
class Case:
    """Everything that one settlement reads, as text. `dropped` names line columns that the file leaves
    out; `flaw` what is wrong, if something is; `number` makes the case again."""

    document: dict[str, Any]
    lines: list[Row]
    partners: list[Row]
    products: list[Row]
    rates: list[Row] | None
    periods: list[str] | None = None
    tail: str = ""
    dropped: tuple[str, ...] = ()
    flaw: str = field(default="", compare=False)
    number: int = field(default=0, compare=False)

    def __repr__(self) -> str:
        return f"Case({self.number}, {self.flaw!r}, {len(self.lines)} lines)"

    @property
    def text(self) -> str:
        return "\n".join(f"{key}: {flow(value)}" for key, value in self.document.items()) + "\n" + self.tail

    @property
    def line_columns(self) -> list[str]:
        return [column for column in LINE_COLUMNS if column not in self.dropped]

    @property
    def kept_lines(self) -> list[Row]:
        return [{column: row[column] for column in self.line_columns} for row in self.lines]


def flow(value: Any) -> str:
    """YAML in flow style; a scalar stands plain where it can, so that `no`, `012` and `1:30` are read as written."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return str(value) if PLAIN_SCALAR.fullmatch(value) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class Files:
    """Where a case was written."""

    lines: list[Path]
    partners: Path
    products: Path
    rates: Path | None


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_case(case: Case, folder: Path, *, line_files: Sequence[Sequence[Row]] | None = None) -> Files:
    """The case as CSV files; its lines in one file, or in the given ones."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [case.kept_lines] if line_files is None else line_files
    return Files(
        [write_csv(folder / f"lines{at}.csv", case.line_columns, part) for at, part in enumerate(parts)],
        write_csv(folder / "partners.csv", PARTNER_COLUMNS, case.partners),
        write_csv(folder / "products.csv", PRODUCT_COLUMNS, case.products),
        None if case.rates is None else write_csv(folder / "rates.csv", RATE_COLUMNS, case.rates),
    )
