"""CSV as it comes: encodings, delimiters, quotes, and what cannot be read at all (abuse case 54)."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.engines.intake import Formats, Limits, References, check, suggest_mapping
from hansa.engines.intake.source import batches
from hansa.engines.intake.tests.reports import RULES, csv_text, imported, lines_of, opened, quarantine_of
from hansa.kernel.problem import Problem, Refused

TABLE = "Händler;Menge\nBüro €;1\n"


def refused(folder, content, **limits) -> Problem:
    with pytest.raises(Refused) as caught:
        list(batches(opened(folder, content, limits=Limits(**limits) if limits else None)))
    assert caught.value.total == 1
    assert caught.value.problems[0].file == "report.csv"
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TABLE.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TABLE.encode(), "utf-8-sig"),
        (TABLE.encode("utf-16"), "utf-16"),
        (TABLE.encode("utf-16-le") * 3, "utf-16-le"),
        (TABLE.encode("utf-16-be") * 3, "utf-16-be"),
        (TABLE.encode("cp1252"), "cp1252"),
        (TABLE.replace(" €", "").encode("latin-1"), "iso-8859-1"),
    ],
)
def test_the_encoding_is_found_and_stated(tmp_path, content, encoding):
    source = opened(tmp_path, content)

    assert (source.encoding, source.delimiter, source.headers) == (encoding, ";", ("Händler", "Menge"))
    assert source.sample[0] == (("Büro" if encoding == "iso-8859-1" else "Büro €"), "1")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    source = opened(
        tmp_path, delimiter.join(["SKU", "Qty", "Note"]) + "\n" + delimiter.join(["A", "1", '"x,y;z"']) + "\n"
    )

    assert (source.delimiter, source.sample) == (delimiter, (("A", "1", "x,y;z"),))


def test_a_spreadsheets_separator_line_is_not_the_header(tmp_path):
    source = opened(tmp_path, "sep=;\nSKU;Qty\nA;1\n")

    assert (source.headers, source.header_row, source.sample) == (("SKU", "Qty"), 2, (("A", "1"),))


def test_blank_lines_before_the_header_count_as_rows(tmp_path):
    source = opened(tmp_path, "\n\nSKU,Qty\nA,1\n")

    assert (
        source.header_row,
        [row for batch in batches(source) for row in batch.column("source_row").to_pylist()],
    ) == (3, [4])


@pytest.mark.parametrize(
    ("content", "row", "column", "expected"),
    [
        (b"", 0, "", "the file is empty; send a report with a header and at least one line"),
        (
            b"SKU,Qty\nA,1\nB,\x00\n",
            3,
            "",
            "the file holds NUL bytes or control marks, which no report has; export it again as text",
        ),
        (b'SKU,Qty\nA,1\n"B,2\nC,3\n', 3, "", "a quote that opens in this row is never closed"),
        (b'SKU,Qty\nA,1\nB,"2\nC,3\n', 3, "", "a quote that opens in this row is never closed"),
        (
            b"SKU,Qty,sku\nA,1,B\n",
            1,
            "sku",
            "the header names this column twice (column 3); give each column its own name",
        ),
        (
            b"\n \n",
            1,
            "",
            "no columns were found; separate them by comma, semicolon, tab or bar, and name them in the first row",
        ),
        (
            b"just words\n",
            1,
            "",
            "no columns were found; separate them by comma, semicolon, tab or bar, and name them in the first row",
        ),
        (
            (",".join(f"c{n}" for n in range(10_000)) + "\n").encode(),
            1,
            "",
            "the header has 10,000 columns; the most that is taken is 500",
        ),
        (b"SKU," + b"x" * 300 + b"\nA,1\n", 1, "", "the name of column 2 has 300 characters; at most 200 are taken"),
        (
            b"SKU," + b"x" * 140_000 + b"\nA,1\n",
            1,
            "",
            "the header cannot be read: a name in it is longer than 200 characters",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600,
            0,
            "",
            "the workbook is encrypted or in the old .xls format; save it as .xlsx without a password",
        ),
        (
            b"SKU;Qty\nB\x81ro;\xff\n",
            0,
            "",
            "the file is neither UTF-8 nor UTF-16 nor Windows-1252 text; save the report as UTF-8 CSV or as .xlsx",
        ),
        ("SKU;Qty\n".encode("utf-32"), 0, "", "the file is written in UTF-32; save it as UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(tmp_path, content, row, column, expected):
    assert refused(tmp_path, content) == Problem("report.csv", row, column, expected)


def test_a_file_over_the_limit_is_refused_unread(tmp_path):
    assert (
        refused(tmp_path, b"x" * 2_000, bytes=1_000).expected
        == "the file has 2,000 bytes; the most that is taken is 1,000"
    )


def test_a_record_without_end_is_refused_in_bounded_memory(tmp_path):
    content = b"SKU,Qty\nA,1\n" + b"x" * 3_000_000

    problem = refused(tmp_path, content, record=1_000_000)

    assert (
        problem.expected
        == "from here on nothing can be read: a quote is not closed, or the row is longer than 1,000,000 bytes"
    )


def test_old_line_ends_are_read(tmp_path):
    for number, end in enumerate(("\r", "\r\n", "\n")):
        assert imported(tmp_path, csv_text({}, {"Line": "2"}).replace("\n", end), out=f"out{number}").lines == 2


def test_line_breaks_within_quotes_belong_to_their_row(tmp_path):
    taken = imported(tmp_path, csv_text({"Reseller Name": "Bike\nWorld"}, {"Line": "2", "Qty": "x"}, {"Line": "3"}))

    assert [line["source_row"] for line in lines_of(taken)] == [2, 4]
    assert [held["row"] for held in quarantine_of(taken)] == [3]


def test_a_stray_quote_that_swallows_rows_keeps_them_out(tmp_path):
    text = csv_text({}, {"Line": "2", "Reseller Name": "BEGIN"}, {"Line": "3", "Reseller Name": "END"}, {"Line": "4"})

    taken = imported(tmp_path, text.replace("BEGIN", '"BEGIN').replace("END", 'END"'))

    (held,) = quarantine_of(taken)
    assert (held["row"], held["reason_code"]) == (3, "shape")
    assert held["reason"] == "a quote opens in “Reseller Name” and swallows the rows after it; close it or remove it."
    assert [line["invoice_line"] for line in lines_of(taken)] == ["1", "4"]


def test_an_inch_sign_within_a_cell_is_text(tmp_path):
    source = opened(tmp_path, 'SKU,Name\nA,27" wheel\nB,"27"" wheel"\n')

    assert [row for batch in batches(source) for row in batch.column("c1").to_pylist()] == ['27" wheel', '27" wheel']


def test_rows_of_blank_cells_are_counted_as_blank(tmp_path):
    taken = imported(tmp_path, csv_text({}) + "\n,,,,,,,,,\n  , ,,,,,,,,\n")

    assert (taken.rows, taken.lines, taken.quarantined, taken.blank) == (4, 1, 0, 3)


def test_row_numbers_hold_across_blocks(tmp_path):
    source = opened(
        tmp_path,
        "SKU,Qty\n" + "".join("A\n" if number % 7 == 0 else f"B,{number}\n" for number in range(2, 5_000)),
        limits=Limits(record=1_000),
    )

    seen = {
        row: (fault, cell)
        for batch in batches(source)
        for row, fault, cell in zip(
            *(batch.column(name).to_pylist() for name in ("source_row", "fault", "c1")), strict=True
        )
    }

    assert sorted(seen) == list(range(2, 5_000))
    assert all((fault is not None) if row % 7 == 0 else cell == str(row) for row, (fault, cell) in seen.items())


CELLS = st.lists(st.text(alphabet='ab,"\n\r 1;é', max_size=6), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(CELLS, max_size=12))
def test_records_and_their_numbers_agree_with_the_csv_module(tmp_path_factory, rows):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows([["SKU", "Qty", "Note"], *rows])
    content = buffer.getvalue()
    source = opened(tmp_path_factory.mktemp("agree"), content)

    ours = {}
    for batch in batches(source):
        for row in batch.to_pylist():
            ours[row["source_row"]] = [row["c0"], row["c1"], row["c2"]]
    expected = list(csv.reader(io.StringIO(content, newline="")))
    for number, cells in enumerate(expected[1:], start=2):
        padded = (cells or ["", "", ""]) + [None] * 3
        assert ours.pop(number) == [padded[at] for at in range(3)]
    assert ours == {}


def test_the_mapping_must_reach_every_required_field(tmp_path):
    source = opened(tmp_path, "SKU,Colour\nA,red\n")

    mapping = {**suggest_mapping(source.headers), "rep": "Nobody"}

    with pytest.raises(Refused) as caught:
        check(source, mapping, Formats(), References(), RULES)

    assert [problem.expected for problem in caught.value.problems] == [
        "the mapping of rep names a column that the header does not have",
        "say which column holds: Sold on",
        "say which column holds: Partner (reseller) id",
        "say which column holds: Quantity",
    ]
