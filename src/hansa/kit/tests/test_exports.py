"""Nothing that is exported runs in a spreadsheet, and reading it again gives the original (abuse case 58)."""

import csv
import io
from decimal import Decimal

import pytest

from hansa.kit.exports import csv_lines, file_download, neutral, restored

STARTERS = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"]


@pytest.mark.parametrize("starter", STARTERS, ids=[f"U+{ord(starter):04X}" for starter in STARTERS])
def test_text_that_begins_like_a_formula_is_quoted_and_comes_back(starter):
    cell = f"{starter}HYPERLINK(1)"
    assert neutral(cell) == f"'{cell}"
    assert neutral(f" {cell}") == f"' {cell}"
    assert restored(str(neutral(cell))) == cell


@pytest.mark.parametrize("cell", [-5, Decimal("-40.00"), None, "Bay Bikes", "'t Hooft", "a=b", ""])
def test_numbers_and_plain_text_stay_as_they_are(cell):
    assert neutral(cell) == cell
    assert not isinstance(cell, str) or restored(cell) == cell


def test_a_written_table_is_neutral_in_every_cell_and_read_again_is_the_original():
    rows = [[f"{starter}1", Decimal("-1.50")] for starter in STARTERS if starter not in "\0"]
    text = "".join(csv_lines(["=name", "amount"], rows)).removeprefix("\ufeff")
    head, *read = csv.reader(io.StringIO(text, newline=""))
    assert head == ["'=name", "amount"]
    assert [cells[0][0] for cells in read] == ["'"] * 11
    assert [[restored(cells[0]), cells[1]] for cells in read] == [[row[0], "-1.50"] for row in rows]


def test_an_upload_leaves_as_a_file_to_save(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"<svg onload=alert(1)>")
    response = file_download('a"\r\nSet-Cookie: b.svg', path)
    assert response["Content-Disposition"].startswith("attachment; ")
    assert "\n" not in response["Content-Disposition"]
    assert (response["X-Content-Type-Options"], response["Content-Type"]) == ("nosniff", "application/octet-stream")
    assert "sandbox" in response["Content-Security-Policy"]
