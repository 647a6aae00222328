"""What an import hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LineFile:
    """One Parquet file of good lines: its shard (`shard_of`), rows, SHA-256 in hex, size in bytes, first and last
    day sold."""

    path: Path
    shard: int
    rows: int
    sha256: str
    bytes: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Unknown:
    """A partner or product that nobody knows: the sender's id and name, and how many rows wait for it."""

    text: str
    name: str
    lines: int


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A reason why a row cannot be taken: `column` is the sender's header, `reason` says what to do."""

    row: int
    column: str
    code: str
    reason: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """An import as it ended. lines + quarantined + blank = rows. `quarantine` is Parquet: row, column, reason_code,
    reason, value,
    reasons (JSON list of all reasons), raw (JSON of the whole row by the sender's headers). `totals`: currency →
    quantity, net amount.
    """

    rows: int
    lines: int
    blank: int
    files: tuple[LineFile, ...]
    quarantined: int
    quarantine: Path
    totals: Mapping[str, tuple[Decimal, Decimal]]
    first_on: date | None
    last_on: date | None
    derived_prices: int
    reasons: Mapping[str, int]
    unknown_partners: tuple[Unknown, ...]
    unknown_products: tuple[Unknown, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows as they would be taken. `problems` are the first 100, `reasons` counts every reason by its code,
    `lines` are up to 20 good lines by output column; `whole` says that the preview saw the whole report."""

    rows: int
    lines: int
    blank: int
    quarantined: int
    whole: bool
    reasons: Mapping[str, int]
    problems: tuple[RowProblem, ...]
    sample: tuple[Mapping[str, object], ...]
    unknown_partners: tuple[Unknown, ...]
    unknown_products: tuple[Unknown, ...]
