"""`hansa match`: companies under many spellings, without a server."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hansa.cli.main import app

ACCOUNTS = """number,name,domain,city
A1,Fjord Marine AB,fjordmarine.example,Lund
A2,Nordlys Energy AS,,Bergen
A3,Halvorsen Brothers Ltd,,Leith
A4,Fjord Insurance AB,fjordmarine.example,Lund
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["match", *arguments], catch_exceptions=False)


def found(folder: Path, queries: str, *more: str) -> list[dict[str, str]]:
    (folder / "accounts.csv").write_text(ACCOUNTS)
    (folder / "queries.csv").write_text(queries)
    out = folder / "found.csv"
    result = run("find", str(folder / "accounts.csv"), str(folder / "queries.csv"), "--out", str(out), *more)
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(out.open()))


def test_pairs_are_scored(tmp_path):
    (tmp_path / "pairs.csv").write_text(
        "left_name,right_name,left_city,right_city\nFjord Marine AB,FJORD MARINE,Lund,Lund\n"
    )
    result = run("score", str(tmp_path / "pairs.csv"), "--out", str(tmp_path / "scored.csv"))
    assert (result.exit_code, result.stdout) == (0, "1 pairs compared\n")
    row = next(csv.DictReader((tmp_path / "scored.csv").open()))
    assert (row["verdict"], row["why"]) == ("same", "name differs only in case, punctuation or legal form; same city")


def test_a_refused_file_leaves_nothing_behind(tmp_path):
    (tmp_path / "pairs.csv").write_text("left_name\nFjord\n")
    result = run("score", str(tmp_path / "pairs.csv"), "--out", str(tmp_path / "scored.csv"))
    assert result.exit_code == 2
    assert "pairs.csv, row 1, right_name: this column, which is missing" in result.stderr
    assert not (tmp_path / "scored.csv").exists()


def test_each_query_gets_its_likeliest_accounts(tmp_path):
    rows = found(
        tmp_path,
        "id,name,domain\nq1,Fjord Marin,\nq2,Halvorsen Bros,\nq3,Entirely Else,fjordmarine.example\n",
        "--top",
        "2",
    )
    assert list(rows[0]) == ["query", "rank", "account", "probability", "verdict", "why"]
    firsts = {row["query"]: (row["account"], row["verdict"]) for row in rows if row["rank"] == "1"}
    assert firsts["q1"] == ("A1", "same")
    assert firsts["q2"] == ("A3", "same")
    assert {row["account"] for row in rows if row["query"] == "q3"} == {"A1", "A4"}
    assert all(row["verdict"] != "same" for row in rows if row["query"] == "q3")


def test_a_company_that_nobody_knows_has_no_candidate_that_is_the_same(tmp_path):
    rows = found(tmp_path, "id,name\nq1,Zwölf Apostel Brauerei\n")
    assert all(row["verdict"] == "different" for row in rows)


@pytest.mark.parametrize(
    ("accounts", "words"),
    [
        ("id,title\n1,x\n", "row 1, name: this column, which is missing"),
        ("", "the file is empty"),
        ("id,name\n1\n", "row 2: 2 cells"),
    ],
)
def test_wrong_accounts_are_refused(tmp_path, accounts, words):
    (tmp_path / "accounts.csv").write_text(accounts)
    (tmp_path / "queries.csv").write_text("id,name\n1,Fjord\n")
    out = tmp_path / "found.csv"
    result = run("find", str(tmp_path / "accounts.csv"), str(tmp_path / "queries.csv"), "--out", str(out))
    assert (result.exit_code, out.exists()) == (2, False)
    assert words in result.stderr


def test_wrong_queries_are_refused_and_nothing_is_written(tmp_path):
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)
    (tmp_path / "queries.csv").write_text("id,name\n1,Fjord\n2\n")
    out = tmp_path / "found.csv"
    result = run("find", str(tmp_path / "accounts.csv"), str(tmp_path / "queries.csv"), "--out", str(out))
    assert (result.exit_code, out.exists()) == (2, False)
    assert "queries.csv, row 3: 2 cells as in the header; there are 1" in result.stderr
