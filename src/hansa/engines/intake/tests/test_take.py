"""The files that an import leaves: whole, the same each time, and every row accounted for."""

import hashlib
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet as pq

from hansa.engines.intake import Formats, References, aliases, check, open_source, shard_of, suggest_mapping, take
from hansa.engines.intake.tests.reports import (
    COLUMNS,
    GOOD,
    REFERENCES,
    RULES,
    csv_text,
    imported,
    lines_of,
    opened,
    quarantine_of,
)
from hansa.kernel.problem import Refused

MANY = [
    {"Line": str(number), "Reseller ID": f"R-{number % 2 + 1}", "Date": f"2026-01-{number % 28 + 1:02d}"}
    for number in range(400)
]


def test_the_columns_are_those_of_the_settlement_with_exact_types(tmp_path):
    schema = pq.read_schema(imported(tmp_path, csv_text({})).files[0].path)

    assert [(field.name, str(field.type)) for field in schema] == [
        ("line_id", "string"),
        ("sold_on", "date32[day]"),
        ("partner", "string"),
        ("product", "string"),
        ("quantity", "decimal128(18, 6)"),
        ("net_amount", "decimal128(18, 4)"),
        ("currency", "string"),
        ("distributor", "string"),
        ("rep", "string"),
        ("territory", "string"),
        ("invoice", "string"),
        ("invoice_line", "string"),
        ("serial", "string"),
        ("partner_text", "string"),
        ("product_text", "string"),
        ("end_customer", "string"),
        ("country", "string"),
        ("amount_source", "string"),
        ("source_row", "int64"),
        ("line_key", "string"),
    ]


def test_lines_are_split_by_partner_and_described_truly(tmp_path):
    rules = replace(RULES, shards=8)

    taken = imported(tmp_path, csv_text(*MANY), rules=rules)

    assert [file.path.name for file in taken.files] == [
        f"lines-{shard:02d}-of-08.parquet" for shard in sorted({shard_of("partner-1", 8), shard_of("partner-2", 8)})
    ]
    assert sum(file.rows for file in taken.files) == taken.lines == 400
    for file in taken.files:
        lines = pq.read_table(file.path).to_pylist()
        assert {shard_of(line["partner"], 8) for line in lines} == {file.shard}
        assert (len(lines), lines[0]["sold_on"], lines[-1]["sold_on"]) == (file.rows, file.first_on, file.last_on)
        assert (hashlib.sha256(file.path.read_bytes()).hexdigest(), file.path.stat().st_size) == (
            file.sha256,
            file.bytes,
        )


def test_the_same_report_gives_the_same_bytes(tmp_path):
    text = csv_text(*MANY, {"Line": "x", "Qty": "?"})

    first, second = (imported(tmp_path, text, out=out) for out in ("one", "two"))

    assert [file.sha256 for file in first.files] == [file.sha256 for file in second.files]
    assert first.quarantine.read_bytes() == second.quarantine.read_bytes()


def test_nothing_is_left_behind_when_a_report_is_refused(tmp_path):
    (tmp_path / "imports").mkdir()
    source = opened(tmp_path, csv_text({}) + '"open,')

    with pytest.raises(Refused):
        take(
            source,
            suggest_mapping(source.headers),
            Formats(),
            references=REFERENCES,
            rules=RULES,
            out=tmp_path / "imports" / "out",
        )

    assert list((tmp_path / "imports").iterdir()) == []


def test_an_import_leaves_its_folder_and_no_other_files(tmp_path):
    imported(tmp_path, csv_text({}))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "report.csv"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "lines-00-of-01.parquet",
        "quarantine.parquet",
    ]


def test_a_folder_that_holds_files_is_not_overwritten(tmp_path):
    imported(tmp_path, csv_text({}))

    with pytest.raises(ValueError, match="holds files already"):
        imported(tmp_path, csv_text({}))


def test_progress_rises_to_the_number_of_rows(tmp_path):
    heard = []
    source = opened(tmp_path, csv_text(*MANY))

    take(
        source,
        suggest_mapping(source.headers),
        Formats(),
        references=REFERENCES,
        rules=RULES,
        out=tmp_path / "out",
        progress=lambda done, expected: heard.append((done, expected)),
    )

    assert heard[-1] == (400, 400)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_a_preview_says_what_the_import_will_say(tmp_path):
    source = opened(tmp_path, csv_text({}, {"Line": "2", "Qty": "x"}, {"Line": "3", "Reseller ID": "?"}))
    mapping = suggest_mapping(source.headers)

    preview = check(source, mapping, Formats(), REFERENCES, RULES)
    head = check(source, mapping, Formats(), REFERENCES, RULES, rows=2)

    assert (preview.rows, preview.lines, preview.quarantined, preview.whole) == (3, 1, 2, True)
    assert [(problem.row, problem.column, problem.code, problem.value) for problem in preview.problems] == [
        (3, "Qty", "number_form", "x"),
        (4, "Reseller ID", "partner_unknown", "?"),
    ]
    assert preview.sample[0]["partner"] == "partner-1"
    assert (head.rows, head.lines, head.quarantined, head.whole) == (2, 1, 1, False)


def test_references_may_be_parquet(tmp_path):
    partners = tmp_path / "partners.parquet"
    pq.write_table(aliases([("id", "R-1", "from-file")]), partners)

    (line,) = lines_of(imported(tmp_path, csv_text({}), references=replace(REFERENCES, partners=partners)))

    assert line["partner"] == "from-file"


def test_without_references_every_partner_is_unknown_and_waits(tmp_path):
    taken = imported(tmp_path, csv_text({}), references=References(currencies={"USD": 2}))

    assert taken.reasons == {"partner_unknown": 1, "product_unknown": 1}


def test_typed_parquet_passes_the_same_checks(tmp_path):
    path = tmp_path / "report.parquet"
    pq.write_table(
        pa.table(
            {
                "Invoice": ["a", "b"],
                "Date": [date(2026, 1, 5), date(2026, 3, 5)],
                "Partner": ["R-1", "R-1"],
                "SKU": ["BIKE-1"] * 2,
                "Qty": [2, 1],
                "Amount": [0.1 + 0.2, 5.0],
                "Currency": ["USD", "USD"],
            }
        ),
        path,
    )
    source = open_source(path, name="report.parquet")

    taken = take(
        source,
        suggest_mapping(source.headers),
        Formats(decimal=","),
        references=REFERENCES,
        rules=RULES,
        out=tmp_path / "out",
    )

    assert (source.format, source.estimated_rows, source.sample[0]) == (
        "parquet",
        2,
        ("a", "2026-01-05", "R-1", "BIKE-1", "2", "0.3", "USD"),
    )
    assert [str(line["net_amount"]) for line in lines_of(taken)] == ["0.3000"]
    assert [(held["row"], held["reason_code"]) for held in quarantine_of(taken)] == [(3, "date_future")]


def test_parquet_whose_text_is_no_utf8_is_refused(tmp_path):
    path = tmp_path / "report.parquet"
    pq.write_table(pa.table({"SKU": ["BIKE-1"], "Qty": ["1"]}), path, compression="none", use_dictionary=False)
    path.write_bytes(path.read_bytes().replace(b"BIKE-1", b"BIKE\xff1"))

    with pytest.raises(Refused, match="damaged"):
        open_source(path, name="report.parquet")


def test_parquet_that_is_damaged_or_nested_is_refused(tmp_path):
    path = tmp_path / "report.parquet"
    pq.write_table(pa.table({"Invoice": [["a"]], "Qty": [1]}), path)
    with pytest.raises(Refused, match="lists or structures"):
        open_source(path, name="report.parquet")

    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Refused, match="damaged"):
        open_source(path, name="report.parquet")


CELL = st.sampled_from(
    [
        "",
        " ",
        "x",
        "-1",
        "1",
        "2.5",
        "2026-01-03",
        "2026-02-30",
        "R-1",
        "R-2",
        "BIKE-1",
        "USD",
        "JPY",
        "I-1",
        "NaN",
        "\u200b",
        "'=1",
        '"',
        "a\nb",
        "é" * 30,
    ]
)
ROWS = st.lists(st.dictionaries(st.sampled_from(COLUMNS), CELL, max_size=4), max_size=40)


@settings(max_examples=12, deadline=None)
@given(rows=ROWS, cut=st.lists(st.integers(0, 39), max_size=5))
def test_every_row_is_a_line_or_in_quarantine_or_blank(tmp_path_factory, rows, cut):
    text = csv_text(*({**GOOD, **row} for row in rows)) + "I-9\n" * len(cut) + "\n"

    taken = imported(tmp_path_factory.mktemp("rows"), text)

    inside, outside = [line["source_row"] for line in lines_of(taken)], [held["row"] for held in quarantine_of(taken)]
    assert sorted(inside + outside) == list(range(2, len(rows) + len(cut) + 2))
    assert (taken.lines, taken.quarantined, taken.blank) == (len(inside), len(outside), 1)
