"""A real reseller sales extract passes through the import as it is. The folder is named by HANSA_REAL_DATA."""

import csv
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from hansa.engines.intake import (
    Formats,
    References,
    Rules,
    aliases,
    open_source,
    suggest_formats,
    suggest_mapping,
    take,
)
from hansa.engines.intake.tests.reports import quarantine_of

FOLDER = os.environ.get("HANSA_REAL_DATA", "")


def ids(path: Path, column: str):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return aliases([("id", row[column], row[column]) for row in csv.DictReader(stream)])


@pytest.mark.real_data
@pytest.mark.skipif(not FOLDER, reason="HANSA_REAL_DATA names no folder: the real sales extract is NOT checked")
def test_the_real_extract_is_taken_to_the_cent(tmp_path):
    folder = Path(FOLDER, "adventureworks_reseller")
    source = open_source(folder / "FactResellerSales.csv", name="FactResellerSales.csv")
    mapping = suggest_mapping(source.headers)
    references = References(
        partners=ids(folder / "Resellers.csv", "ResellerKey"),
        products=ids(folder / "Product.csv", "ProductKey"),
        currencies={"USD": 2},
    )
    rules = Rules("real", today=date(2026, 1, 1), currency="USD", shards=8)

    taken = take(source, mapping, Formats(), references=references, rules=rules, out=tmp_path / "out")

    assert suggest_formats(source, mapping).questions == ()
    assert quarantine_of(taken) == []
    assert (taken.rows, taken.lines) == (57_851, 57_851)
    assert taken.totals["USD"][1] == Decimal("77548570.20")
