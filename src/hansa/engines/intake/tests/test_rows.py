"""Rows that are canonical already: from EDI, and repaired ones out of quarantine."""

import json
from dataclasses import replace

import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from hansa.engines.intake import Formats, canonical_row, suggest_mapping, take_rows
from hansa.engines.intake.tests.reports import COLUMNS, REFERENCES, RULES, csv_text, imported, lines_of, quarantine_of
from hansa.kernel.problem import Refused

ROW = {
    "row": 7,
    "invoice": "I-1",
    "invoice_line": "1",
    "sold_on": "2026-01-05",
    "partner": "R-1",
    "product": "BIKE-1",
    "quantity": "2",
    "net_amount": "20.00",
    "currency": "USD",
}


def taken_rows(folder, rows, **options):
    return take_rows(
        rows, Formats(), name="interchange", references=REFERENCES, rules=RULES, out=folder / "rows", **options
    )


def test_rows_keep_the_numbers_and_titles_that_they_bring(tmp_path):
    taken = taken_rows(tmp_path, [ROW, {**ROW, "row": 9, "quantity": "two"}], titles={"quantity": "QTY01"})

    assert [line["source_row"] for line in lines_of(taken)] == [7]
    assert [(held["row"], held["column"], held["reason_code"]) for held in quarantine_of(taken)] == [
        (9, "QTY01", "number_form")
    ]


def test_a_repaired_row_becomes_the_line_that_it_would_have_been(tmp_path):
    broken = csv_text({}, {"Line": "2", "Qty": "two"})
    (held,) = quarantine_of(imported(tmp_path, broken))
    whole = imported(tmp_path, broken.replace("two", "2"), out="whole")
    repaired = {**canonical_row(json.loads(held["raw"]), suggest_mapping(COLUMNS)), "quantity": "2", "row": held["row"]}

    (line,) = lines_of(taken_rows(tmp_path, [repaired]))

    assert line == lines_of(whole)[1]


def test_rows_may_come_as_parquet(tmp_path):
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.Table.from_pylist([ROW, {**ROW, "row": 8, "invoice_line": "2"}]), path)

    assert taken_rows(tmp_path, path).lines == 2


def test_two_rows_of_one_number_are_refused(tmp_path):
    with pytest.raises(Refused, match="two rows of this number"):
        taken_rows(tmp_path, [ROW, {**ROW, "invoice_line": "2"}])


def test_no_rows_give_an_empty_import(tmp_path):
    taken = taken_rows(tmp_path, [])

    assert (taken.lines, taken.quarantined, taken.files, taken.totals) == (0, 0, (), {})
    assert quarantine_of(taken) == []


def test_a_default_currency_must_be_known(tmp_path):
    with pytest.raises(ValueError, match="XYZ"):
        take_rows(
            [ROW],
            Formats(),
            name="x",
            references=REFERENCES,
            rules=replace(RULES, currency="XYZ"),
            out=tmp_path / "out",
        )
