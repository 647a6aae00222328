"""A whole list: which rows are one company, on DuckDB and on Spark."""

import csv

import pytest

from hansa.engines.matching.dedupe import COLUMNS, Deduplicated, dedupe_file
from hansa.kernel.problem import Refused

pytest.importorskip("splink", reason="splink is not installed: ./dev.py test brings it")

ACCOUNTS = """id,name,domain,country,city
A1,Fjord Marine AB,fjordmarine.example,SE,Lund
A2,FJORD MARINE,,SE,Lund
A3,Halvorsen Brothers Ltd,,GB,Leeds
A4,Fjord Leasing AB,,SE,Lund
A5,Halvorsen Bros. Limited,,GB,Leeds
A6,Zwölf Apostel Brauerei,,DE,Ulm
A7,Fjord Marin Aktiebolag,fjordmarine.example,SE,Lund
"""
GROUPS = {"A1": "A1", "A2": "A1", "A3": "A3", "A4": "A4", "A5": "A3", "A6": "A6", "A7": "A1"}


def grouped(tmp_path, text, **chosen):
    (tmp_path / "accounts.csv").write_text(text, encoding="utf-8")
    done = dedupe_file(tmp_path / "accounts.csv", tmp_path / "groups.csv", **chosen)
    with (tmp_path / "groups.csv").open(encoding="utf-8", newline="") as file:
        return done, list(csv.DictReader(file))


def test_each_row_gets_the_group_of_the_first_row_that_is_the_same(tmp_path):
    done, rows = grouped(tmp_path, ACCOUNTS)
    assert done == Deduplicated(rows=7, groups=4)
    assert {row["id"]: row["group"] for row in rows} == GROUPS
    assert tuple(rows[0]) == COLUMNS


def test_beside_the_group_stands_the_surest_other_and_why(tmp_path):
    rows = {row["id"]: row for row in grouped(tmp_path, ACCOUNTS)[1]}
    assert rows["A5"]["why"] == "A3: name differs only in abbreviations and legal form; same city"
    assert rows["A5"]["probability"] == rows["A3"]["probability"] > "0.85"
    assert (rows["A6"]["probability"], rows["A6"]["why"]) == ("", "")


def test_a_higher_threshold_joins_less(tmp_path):
    assert grouped(tmp_path, ACCOUNTS, at_least=1.0)[0] == Deduplicated(rows=7, groups=7)


def test_a_hundred_rows_of_one_name_hang_together_and_those_beside_stay_apart(tmp_path):
    branches = "".join(f"B{n},Quilvester Yards AB,,SE,Lund\n" for n in range(120))
    done, rows = grouped(tmp_path, f"{ACCOUNTS}{branches}")
    assert done == Deduplicated(rows=127, groups=5)
    assert {row["group"] for row in rows[7:]} == {"B0"}
    assert {row["id"]: row["group"] for row in rows[:7]} == GROUPS


def test_a_list_without_any_pair_is_written_as_it_is(tmp_path):
    done, rows = grouped(tmp_path, "id,name\n1,Fjord Marine\n2,Zwölf Apostel Brauerei\n")
    assert done == Deduplicated(rows=2, groups=2)
    assert [tuple(row.values()) for row in rows] == [("1", "1", "", ""), ("2", "2", "", "")]


def test_an_empty_list_is_empty(tmp_path):
    assert grouped(tmp_path, "id,name\n") == (Deduplicated(rows=0, groups=0), [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id,title\n1,x\n", "accounts.csv, row 1, name: this column, which is missing"),
        ("id,name\n1,x\n1,y\n", "accounts.csv, row 3, id: an id of its own; row 2 has this one"),
    ],
)
def test_a_wrong_list_is_refused_and_nothing_is_written(tmp_path, text, problem):
    with pytest.raises(Refused) as refused:
        grouped(tmp_path, text)
    assert [str(each) for each in refused.value.problems] == [problem]
    assert not (tmp_path / "groups.csv").exists()


def test_without_spark_the_command_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(Refused, match=r"pip install 'hansa\[spark\]'"):
        grouped(tmp_path, ACCOUNTS, spark=True)
    assert not (tmp_path / "groups.csv").exists()


@pytest.mark.spark
@pytest.mark.full
def test_spark_finds_the_same_groups(tmp_path):
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install hansa[spark]")
    branches = "".join(f"B{n},Quilvester Yards AB,,SE,Lund\n" for n in range(60))
    on_duckdb = grouped(tmp_path, f"{ACCOUNTS}{branches}")
    assert grouped(tmp_path, f"{ACCOUNTS}{branches}", spark=True) == on_duckdb
