"""Mutated files and hostile cells: whatever comes in, it is taken, held or refused, and nothing else happens."""

import os
import random
from functools import cache

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet as pq

from hansa.engines.intake import (
    FIELDS,
    Formats,
    Limits,
    check,
    open_source,
    suggest_formats,
    suggest_mapping,
    take_rows,
)
from hansa.engines.intake.source import batches
from hansa.engines.intake.tests.reports import COLUMNS, REFERENCES, RULES, csv_text, lines_of, quarantine_of, workbook
from hansa.kernel.problem import Refused

FULL = os.environ.get("HANSA_FULL") == "1"
LIMITS = Limits(bytes=2_000_000, record=100_000, unpacked=5_000_000, member=5_000_000, strings=1_000_000, rows=20_000)
SPECIAL = [
    b'"',
    b"\n",
    b"\r",
    b",",
    b";",
    b"\t",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"PK\x03\x04",
    b"<!ENTITY",
    b"\x80",
    b"'",
    b"=",
    b"\x1e",
    b'r="9999999999"',
    b"]]>",
    b"</row>",
]


@cache
def seeds(folder):
    """Good files of every kind, from which the mutations start."""
    rows = [
        COLUMNS,
        *(["I-1", number, "2026-01-05", "R-1", "Bike, World", "BIKE-1", 2, 20.5, None, "USD"] for number in range(8)),
    ]
    text = csv_text(*({"Line": str(number), "Reseller Name": 'a "b",\nc'} for number in range(8)))
    parquet = folder / "seed.parquet"
    pq.write_table(pa.table({column: [str(row[at]) for row in rows[1:]] for at, column in enumerate(COLUMNS)}), parquet)
    sheet = workbook(folder / "seed.xlsx", rows).read_bytes()
    return [text.encode(), text.replace(",", ";").encode("utf-16"), text.encode("cp1252"), sheet, parquet.read_bytes()]


def mutated(seed: bytes, chance: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                data[at:at] = chance.choice(SPECIAL)
            case 2:
                del data[at : at + chance.randint(1, 40)]
            case 3:
                data[at:at] = data[at : at + chance.randint(1, 60)] * chance.randint(1, 4)
            case 4:
                data[at : at + 4] = chance.randbytes(4)
    return bytes(data)


def read(path, *, whole: bool) -> str:
    """How a file ends: refused, or read to its end; `whole`: previewed through every check as well."""
    try:
        source = open_source(path, name="fuzz", limits=LIMITS)
        mapping = suggest_mapping(source.headers)
        rows = [row for batch in batches(source) for row in batch.column("source_row").to_pylist()]
        assert len(rows) == len(set(rows)) or source.format == "xlsx"
        assert all(row > source.header_row for row in rows)
        if whole:
            formats = suggest_formats(source, mapping).formats
            preview = check(source, mapping, formats, REFERENCES, RULES, rows=50)
            assert preview.lines + preview.quarantined + preview.blank == preview.rows
    except Refused as refused:
        return "refused" if refused.problems[0].expected else "refused without a word"
    return "read"


def run(folder, files: int, seed: int) -> dict[str, int]:
    chance = random.Random(seed)
    ends = {"refused": 0, "read": 0}
    for number in range(files):
        path = folder / "fuzz.bin"
        path.write_bytes(mutated(chance.choice(seeds(folder)), chance))
        try:
            ends[read(path, whole=number % 40 == 0)] += 1
        except Exception as error:
            raise AssertionError(f"file {number} of seed {seed} ended in {error!r}") from error
    return ends


def test_mutated_files_are_read_or_refused(tmp_path):
    ends = run(tmp_path, 400, seed=1)

    assert min(ends.values()) > 50


@pytest.mark.full
@pytest.mark.skipif(not FULL, reason="runs only with HANSA_FULL=1: 100,000 mutated files")
def test_a_hundred_thousand_mutated_files_are_read_or_refused(tmp_path):
    ends = run(tmp_path, 100_000, seed=2)

    assert sum(ends.values()) == 100_000


HOSTILE = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "NaN",
            "1e999",
            "-",
            "+",
            ".",
            "(",
            "()",
            "--",
            "0000-00-00",
            "9999-12-31",
            "2026-02-29 25:61",
            "31.12.99",
            "99999",
            "\x00",
            "\ud800",
            "{value}",
            "${texts}",
            "%s",
            "'; DROP TABLE staged; --",
            '"',
            "\\",
            "\u202e",
            "NULL",
            "1" * 400,
            "." * 300,
            "١",
            "1,2,3",
            "2026-1-1T",
        ]
    ),
    st.from_regex(r"[-+(]?[0-9]{0,20}[.,]?[0-9]{0,9}[-)]?", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}", fullmatch=True),
)
HOSTILE_ROWS = st.lists(
    st.fixed_dictionaries({}, optional={field.key: HOSTILE for field in FIELDS}), min_size=1, max_size=60
)
FORMATS = st.builds(
    Formats, st.sampled_from([".", ","]), st.sampled_from(["", " ", "'"]), st.sampled_from(["ymd", "dmy", "mdy"])
)


@settings(max_examples=2_000 if FULL else 15, deadline=None)
@given(rows=HOSTILE_ROWS, formats=FORMATS)
def test_hostile_cells_are_taken_or_held_row_by_row(tmp_path_factory, rows, formats):
    good = {
        "invoice": "I",
        "sold_on": "2026-01-05",
        "partner": "R-1",
        "product": "BIKE-1",
        "quantity": "1",
        "net_amount": "1",
        "currency": "USD",
    }
    numbered = [{**good, "invoice_line": str(number), **row, "row": number} for number, row in enumerate(rows, start=1)]

    taken = take_rows(
        numbered,
        formats,
        name="fuzz",
        references=REFERENCES,
        rules=RULES,
        out=tmp_path_factory.mktemp("hostile") / "out",
    )

    seen = [line["source_row"] for line in lines_of(taken)] + [held["row"] for held in quarantine_of(taken)]
    assert sorted(seen) + [0] * taken.blank == list(range(1, len(rows) + 1)) + [0] * taken.blank
    assert all(held["reason"] and held["reason_code"] for held in quarantine_of(taken))
