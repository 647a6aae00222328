"""What a settlement reads: the manifest's line files, and partners, products and rates as files for the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from hansa.catalog.models import Classification, Product
from hansa.ledger.models import Rate
from hansa.networks.models import Membership, Network, Standing
from hansa.sales.queries import standing_files

GROWTH_REACH = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Files for the engine, and the digests that say what they held."""

    lines: tuple[Path, ...]
    partners: Path
    products: Path
    rates: Path
    files: tuple[str, ...]
    digests: dict[str, str]

    @property
    def recorded(self) -> dict[str, object]:
        """What a run keeps: the digests, and the ids of the line files, with which its shares are read."""
        return {**self.digests, "files": list(self.files)}


def gather(network: Network, *, starts_on: date, until_on: date, folder: Path) -> Inputs:
    """Write the reference tables of a network into `folder` and name the line files that a period can need."""
    files = standing_files(network.id, first=starts_on - GROWTH_REACH, until=until_on)
    partners = _write(folder / "partners.parquet", _partner_rows(network), PARTNERS)
    products = _write(folder / "products.parquet", _product_rows(network), PRODUCTS)
    rates = _write(folder / "rates.parquet", _rate_rows(network), RATES)
    lines = tuple(settings.FILES_ROOT / file.path for file in files)
    if not lines:
        lines = (_write(folder / "no-lines.parquet", [], LINES),)
    digests = {
        "lines": _digest(sorted(file.sha256 for file in files)),
        **{path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in (partners, products, rates)},
    }
    return Inputs(lines, partners, products, rates, tuple(str(file.id) for file in files), digests)


def lines_digest(network: Network, *, starts_on: date, until_on: date) -> str:
    """The digest of the line files that stand now for a period; differs when a report came or was replaced."""
    files = standing_files(network.id, first=starts_on - GROWTH_REACH, until=until_on)
    return _digest(sorted(file.sha256 for file in files))


PARTNERS = pa.schema(
    [(name, pa.string()) for name in ("partner", "name", "type", "tier", "territory", "country")]
    + [("valid_from", pa.date32()), ("valid_until", pa.date32())]
)
PRODUCTS = pa.schema(
    [(name, pa.string()) for name in ("product", "name", "category", "family")]
    + [("valid_from", pa.date32()), ("valid_until", pa.date32())]
)
RATES = pa.schema([("currency", pa.string()), ("date", pa.date32()), ("rate", pa.string())])
LINES = pa.schema(
    [
        ("line_id", pa.string()),
        ("sold_on", pa.date32()),
        ("partner", pa.string()),
        ("product", pa.string()),
        ("quantity", pa.decimal128(18, 6)),
        ("net_amount", pa.decimal128(18, 4)),
        *((name, pa.string()) for name in ("currency", "distributor", "rep", "territory")),
    ]
)


def _partner_rows(network: Network) -> list[dict[str, object]]:
    members = Membership.objects.filter(network=network).select_related("organization")
    base = {
        m.id: {"partner": m.number, "name": m.organization.name, "country": m.organization.country} for m in members
    }
    rows = [
        {
            **base[standing.membership_id],
            "type": "|".join(standing.types),
            "tier": standing.tier,
            "territory": standing.territory,
            "valid_from": standing.valid_from,
            "valid_until": standing.valid_until,
        }
        for standing in Standing.objects.filter(network_id=network.id).order_by("membership_id", "valid_from", "id")
    ]
    placed = {row["partner"] for row in rows}
    return rows + [row for row in base.values() if row["partner"] not in placed]


def _product_rows(network: Network) -> list[dict[str, object]]:
    classified = Classification.objects.filter(product__network=network).select_related("product")
    rows = [
        {
            "product": c.product.sku,
            "name": c.product.name,
            "category": c.category,
            "family": c.family,
            "valid_from": c.valid_from,
            "valid_until": c.valid_until,
        }
        for c in classified.order_by("product__sku", "valid_from", "id")
    ]
    placed = {row["product"] for row in rows}
    bare = Product.objects.filter(network=network).order_by("sku")
    return rows + [{"product": p.sku, "name": p.name} for p in bare if p.sku not in placed]


def _rate_rows(network: Network) -> list[dict[str, object]]:
    rates = Rate.objects.filter(network=network, into=network.currency).order_by("currency", "on")
    return [{"currency": c, "date": on, "rate": rate} for c, on, rate in rates.values_list("currency", "on", "rate")]


def _write(path: Path, rows: list[dict[str, object]], schema: pa.Schema) -> Path:
    rows = sorted(rows, key=lambda row: [str(row.get(name)) for name in schema.names])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
