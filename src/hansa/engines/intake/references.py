"""What a report is checked against: the network's partners, products, prices and lines, and the rules of the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeAlias

# Any: pyarrow has no types; an Arrow table is meant.
Table: TypeAlias = Path | tuple[Path, ...] | Any | None


@dataclass(frozen=True, slots=True)
class References:
    """Tables as Parquet paths or Arrow tables; None or no path: nothing of the kind is known.

    `partners`, `products`: alias_kind ("id", "alias", "name"), text_normalised, id, and text where exact spelling
    decides (see
    `aliases`). `distributors`: the same, or None to take the sender's text. `prices`: product, currency, unit_price,
    valid_from,
    valid_until (exclusive; a null is unbounded). `known_lines`: line_key, line_id of lines taken before, without
    those that this
    report replaces. `currencies`: ISO code → decimals of its minor unit.
    """

    partners: Table = None
    products: Table = None
    currencies: Mapping[str, int] = field(default_factory=dict)
    distributors: Table = None
    prices: Table = None
    known_lines: Table = None


@dataclass(frozen=True, slots=True)
class Rules:
    """`prefix` begins every line_id and belongs to one sender; sales lie in [period_from, period_until) and not
    after `today`.

    `currency` and `distributor` stand where the report names none. `shards`: how many files, by partner.
    `identical`: what becomes
    of lines that agree in everything and carry neither line number nor serial: the second is a "duplicate", or a
    sale of its own
    ("separate", for tills that print each piece).
    """

    prefix: str
    today: date
    period_from: date | None = None
    period_until: date | None = None
    currency: str | None = None
    distributor: str | None = None
    shards: int = 1
    identical: Literal["duplicate", "separate"] = "duplicate"
