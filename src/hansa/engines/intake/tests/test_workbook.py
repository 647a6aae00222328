"""XLSX: typed cells, and packages that are not what they seem (abuse case 55)."""

import io
import struct
import zipfile
from datetime import date, datetime

import pytest

from hansa.engines.intake import Formats, Limits, open_source, suggest_mapping, take
from hansa.engines.intake.tests.reports import COLUMNS, REFERENCES, RULES, lines_of, quarantine_of, workbook
from hansa.kernel.problem import Refused

ROW = ["I-1", 1, date(2026, 1, 5), "R-1", None, "BIKE-1", 2, 20.0, None, "USD"]


def imported_sheet(folder, rows, formats=None, **options):
    source = open_source(workbook(folder / "report.xlsx", rows, **options), name="report.xlsx")
    return take(
        source,
        suggest_mapping(source.headers),
        formats or Formats(),
        references=REFERENCES,
        rules=RULES,
        out=folder / "out",
    )


def package(folder, members, **options):
    path = folder / "report.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def refused(path, **limits):
    with pytest.raises(Refused) as caught:
        open_source(path, name="report.xlsx", limits=Limits(**limits) if limits else None)
    return caught.value.problems[0].expected


def test_typed_cells_are_read_as_they_are_shown(tmp_path):
    rows = [
        COLUMNS,
        ROW,
        [*ROW[:1], 2, datetime(2026, 1, 6, 15, 30), *ROW[3:7], 0.1 + 0.2, None, "USD"],
        [*ROW[:1], 3, 46029, *ROW[3:]],
    ]

    taken = imported_sheet(tmp_path, rows)

    assert [(str(line["sold_on"]), str(line["net_amount"]), line["invoice_line"]) for line in lines_of(taken)] == [
        ("2026-01-05", "20.0000", "1"),
        ("2026-01-06", "0.3000", "2"),
        ("2026-01-07", "20.0000", "3"),
    ]


def test_day_numbers_follow_the_workbooks_own_calendar(tmp_path):
    taken = imported_sheet(tmp_path, [COLUMNS, [*ROW[:2], 46029 - 1462, *ROW[3:]]], epoch_1904=True)

    assert [str(line["sold_on"]) for line in lines_of(taken)] == ["2026-01-07"]


def test_numbers_as_numbers_and_as_text_with_decimal_comma_agree(tmp_path):
    rows = [COLUMNS, [*ROW[:7], 1234.5, *ROW[8:]], ["I-1", 2, *ROW[2:7], "1.234,50", *ROW[8:]]]

    taken = imported_sheet(tmp_path, rows, Formats(decimal=",", thousands="."))

    assert [str(line["net_amount"]) for line in lines_of(taken)] == ["1234.5000", "1234.5000"]


def test_a_title_above_the_table_is_passed_over_and_rows_keep_the_sheets_numbers(tmp_path):
    rows = [["Sales report January"], [], COLUMNS, ROW, [], [*ROW[:6], "two", *ROW[7:]]]

    taken = imported_sheet(tmp_path, rows)

    assert [line["source_row"] for line in lines_of(taken)] == [4]
    assert [(held["row"], held["column"]) for held in quarantine_of(taken)] == [(6, "Qty")]


def test_cells_beyond_the_header_keep_their_row_out(tmp_path):
    (held,) = quarantine_of(imported_sheet(tmp_path, [COLUMNS, [*ROW, None, "note"]]))

    assert (held["reason_code"], held["reason"]) == (
        "shape",
        "the row has 1 filled cells beyond the header's last column.",
    )


def rewritten(folder, change):
    """The package of a good workbook with its sheet's XML changed."""
    path = workbook(folder / "plain.xlsx", [COLUMNS, ROW, [*ROW[:1], 2, *ROW[2:]]])
    with zipfile.ZipFile(path) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    return package(
        folder, [(name, change(content) if name.endswith("sheet1.xml") else content) for name, content in members]
    )


def test_rows_out_of_order_are_not_lost(tmp_path):
    path = rewritten(tmp_path, lambda xml: xml.replace(b'<row r="2"', b'<row r="9"').replace(b'r="A2"', b'r="A9"'))
    source = open_source(path, name="report.xlsx")

    taken = take(
        source, suggest_mapping(source.headers), Formats(), references=REFERENCES, rules=RULES, out=tmp_path / "out"
    )

    assert taken.rows == 2
    assert taken.lines + taken.quarantined == 2


def test_two_rows_of_one_number_are_refused(tmp_path):
    source = open_source(rewritten(tmp_path, lambda xml: xml.replace(b'<row r="3"', b'<row r="2"')), name="report.xlsx")

    with pytest.raises(Refused, match="two rows of this number"):
        take(
            source, suggest_mapping(source.headers), Formats(), references=REFERENCES, rules=RULES, out=tmp_path / "out"
        )

    assert not (tmp_path / "out").exists()


def test_a_row_number_beyond_every_sheet_is_refused_at_once(tmp_path):
    path = rewritten(tmp_path, lambda xml: xml.replace(b'<row r="3"', b'<row r="999999999999"'))

    assert refused(path) == "the sheet claims a row 999,999,999,999; the last one that a sheet can have is 1,048,576"


def test_a_packed_bomb_is_refused_by_its_declared_ratio(tmp_path):
    path = package(tmp_path, [("[Content_Types].xml", "x"), ("xl/workbook.xml", b"0" * 20_000_000)])

    assert refused(path) == "the workbook unpacks to more than is taken (20,000,000 bytes in one part); send it as CSV"


def test_a_bomb_that_lies_about_its_size_is_refused_by_counting(tmp_path):
    path = package(tmp_path, [("[Content_Types].xml", "x"), ("xl/workbook.xml", b"0" * 20_000_000)])
    data = path.read_bytes().replace(struct.pack("<I", 20_000_000), struct.pack("<I", 1_000))
    path.write_bytes(data)

    assert refused(path) == "the file is a damaged ZIP; send the report again as .xlsx or CSV"


def test_many_parts_and_much_in_sum_are_refused(tmp_path):
    parts = [("[Content_Types].xml", "x"), *((f"xl/part{number}", "x" * 90) for number in range(50))]
    path = package(tmp_path, parts)

    assert refused(path, members=20) == "the file packs 51 parts; a workbook has at most 20"
    assert refused(path, unpacked=1_000) == "the workbook unpacks to more than 1,000 bytes; send it as CSV"


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([("report.csv", "SKU,Qty\nA,1\n")], "the file is a ZIP, not a workbook; unpack it and send the report itself"),
        ([("inner.zip", b"PK\x03\x04")], "the file is a ZIP, not a workbook; unpack it and send the report itself"),
        (
            [("[Content_Types].xml", "x"), ("xl/../../etc/passwd", "x")],
            "the workbook holds parts that point outside of it",
        ),
        (
            [("[Content_Types].xml", "x"), ("xl/a", "x"), ("/root/x", "x")],
            "the workbook holds parts that point outside of it",
        ),
        (
            [("[Content_Types].xml", "x"), ("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x/>')],
            "the workbook declares XML entities, which no spreadsheet program writes",
        ),
        (
            [("[Content_Types].xml", "x"), ("xl/workbook.xml", "<x/>")],
            "the workbook cannot be read; open it in a spreadsheet program and save it again as .xlsx",
        ),
    ],
)
def test_packages_that_are_no_workbook_are_refused(tmp_path, members, expected):
    assert refused(package(tmp_path, members)) == expected


def test_entities_hidden_by_another_encoding_are_refused_by_the_parser(tmp_path):
    bomb = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'.encode(
        "utf-16"
    )

    assert (
        refused(rewritten(tmp_path, lambda xml: bomb))
        == "the workbook cannot be read; open it in a spreadsheet program and save it again as .xlsx"
    )


def test_a_symbolic_link_in_the_package_is_refused(tmp_path):
    link = zipfile.ZipInfo("xl/link")
    link.external_attr = 0o120777 << 16

    assert (
        refused(package(tmp_path, [("[Content_Types].xml", "x"), (link, "/etc/passwd")]))
        == "the workbook holds parts that point outside of it"
    )


def test_an_encrypted_part_is_refused(tmp_path):
    path = package(tmp_path, [("[Content_Types].xml", "x"), ("xl/workbook.xml", "x")])
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(bytes(data))

    assert refused(path) == "the workbook is encrypted; save it without a password"


def test_a_cut_package_is_refused(tmp_path):
    path = workbook(tmp_path / "report.xlsx", [COLUMNS, ROW])
    path.write_bytes(path.read_bytes()[:-200])

    assert refused(path) == "the file is a damaged ZIP; send the report again as .xlsx or CSV"


def test_a_workbook_without_a_table_is_refused(tmp_path):
    assert (
        refused(workbook(tmp_path / "report.xlsx", []))
        == "no visible sheet has a header; name the columns in the first row of the first sheet"
    )


def test_the_content_decides_not_the_name(tmp_path):
    named_csv = workbook(tmp_path / "report.csv", [COLUMNS, ROW])
    buffer = io.BytesIO(named_csv.read_bytes())

    assert open_source(named_csv, name="report.csv").format == "xlsx"
    assert zipfile.is_zipfile(buffer)
