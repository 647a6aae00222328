"""Files of pairs: read strictly, written whole or not at all."""

import csv
from pathlib import Path

import pytest

from hansa.engines.matching.files import score_file
from hansa.kernel.problem import Refused


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "pairs.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refusal(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(Refused) as refused:
        score_file(written(folder, text), folder / "out.csv")
    assert [path.name for path in folder.iterdir()] == ["pairs.csv"]
    return [str(problem) for problem in refused.value.problems]


def test_other_columns_pass_through_and_three_are_added(tmp_path):
    text = 'id,left_name,right_name,left_city,right_city\n7,"Acme, Ltd",ACME,Lund,Lund\n8,Tern,Gull,,\n'
    assert score_file(written(tmp_path, text), tmp_path / "out.csv") == 2
    rows = list(csv.DictReader((tmp_path / "out.csv").open()))
    assert list(rows[0]) == [
        "id",
        "left_name",
        "right_name",
        "left_city",
        "right_city",
        "probability",
        "verdict",
        "why",
    ]
    assert [(row["id"], row["left_name"], row["verdict"]) for row in rows] == [
        ("7", "Acme, Ltd", "same"),
        ("8", "Tern", "different"),
    ]
    assert rows[0]["why"] == "name differs only in case, punctuation or legal form; same city"
    assert float(rows[0]["probability"]) > 0.85


def test_a_missing_column_is_named(tmp_path):
    assert refusal(tmp_path, "left_name,other\na,b\n") == [
        "pairs.csv, row 1, right_name: this column, which is missing"
    ]


def test_a_column_that_stands_twice_is_named(tmp_path):
    assert refusal(tmp_path, "left_name,right_name,x,x\n") == ["pairs.csv, row 1, x: each column once"]


def test_a_column_that_would_be_added_is_refused(tmp_path):
    assert refusal(tmp_path, "left_name,right_name,why\n") == [
        "pairs.csv, row 1, why: a column that is not one of those added"
    ]


def test_each_row_of_another_width_is_named(tmp_path):
    found = refusal(tmp_path, "left_name,right_name\na,b\na\na,b,c\n")
    assert found == [
        "pairs.csv, row 3: 2 cells as in the header; there are 1",
        "pairs.csv, row 4: 2 cells as in the header; there are 3",
    ]


def test_an_empty_file_is_refused(tmp_path):
    assert refusal(tmp_path, "") == ["pairs.csv, row 1: a header that names the columns; the file is empty"]


@pytest.mark.parametrize("text", [b"left_name,right_name\n\xff\xfe,b\n", b'left_name,right_name\n"a,b\n'])
def test_what_is_no_csv_in_utf8_is_refused(tmp_path, text):
    assert refusal(tmp_path, text)[0].startswith("pairs.csv, row ")


def test_a_cell_without_end_is_refused(tmp_path):
    found = refusal(tmp_path, f"left_name,right_name\n{'a' * 4001},b\n")
    assert found == ["pairs.csv, row 2, left_name: at most 4,000 characters; there are 4,001"]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="a file that can be read"):
        score_file(tmp_path / "none.csv", tmp_path / "out.csv")


def test_an_output_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(Refused, match="a place that can be written to"):
        score_file(written(tmp_path, "left_name,right_name\na,b\n"), tmp_path / "no" / "out.csv")


def test_the_same_input_gives_the_same_bytes(tmp_path):
    path = written(tmp_path, "left_name,right_name\nFjord,Fiord\n")
    for name in ("one.csv", "two.csv"):
        score_file(path, tmp_path / name)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
