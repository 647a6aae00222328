import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hansa.cli.main import app
from hansa.engines.settlement.tests.story import PARTNERS, PRODUCTS, program

FLAT = "- {id: flat, kind: rebate, period: quarter, bands: [{from: 0, rate: 10%}]}"


def folder_with(folder: Path, line: str) -> list[str]:
    (folder / "program.yaml").write_text(program(FLAT) + "territories: [{name: North}]\n")
    (folder / "lines.csv").write_text(f"line_id,sold_on,partner,product,quantity,net_amount\n{line}\n")
    (folder / "partners.csv").write_text(PARTNERS)
    (folder / "products.csv").write_text(PRODUCTS)
    names = {"--lines": "lines.csv", "--partners": "partners.csv", "--products": "products.csv", "--out": "out.csv"}
    return [str(folder / "program.yaml"), *(word for key, name in names.items() for word in (key, str(folder / name)))]


def test_a_program_is_checked_and_said_in_words(tmp_path: Path) -> None:
    folder_with(tmp_path, "")
    result = CliRunner().invoke(app, ["program", "check", str(tmp_path / "program.yaml")])
    assert result.exit_code == 0
    assert result.stdout.startswith("ok: Story, version 1, USD")
    assert "10% of net sales" in result.stdout


def test_a_wrong_program_lists_its_problems_and_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(program(FLAT).replace("10%", "10"))
    result = CliRunner().invoke(app, ["program", "check", str(tmp_path / "p.yaml")])
    assert result.exit_code == 2
    assert "p.yaml, row 9, incentives[0].bands[0].rate: a percentage such as 2.5%; not 10" in result.stderr


def test_the_schema_is_json() -> None:
    result = CliRunner().invoke(app, ["program", "schema"])
    assert json.loads(result.stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_settling_writes_the_payouts(tmp_path: Path) -> None:
    arguments = folder_with(tmp_path, "a,2019-01-01,Ada,bike,1,10")
    result = CliRunner().invoke(app, ["settle", *arguments, "--period", "2019-Q1"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "1 lines, 1 payouts of which 1 pay 1.00 USD\n"
    assert (tmp_path / "out.csv").read_text().splitlines()[1].startswith("flat,rebate,partner,Ada,2019-Q1,USD,10.00,1")


def test_a_refused_settlement_exits_with_2_and_writes_nothing(tmp_path: Path) -> None:
    arguments = folder_with(tmp_path, "a,2019-01-01,Zoe,bike,1,10")
    result = CliRunner().invoke(app, ["settle", *arguments])
    assert result.exit_code == 2
    assert "lines.csv, row 2, partner: a partner of the partner file; not Zoe" in result.stderr
    assert "1 problem; nothing was written." in result.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("target", ["--out", "--shares"])
def test_the_program_document_is_never_written_over(tmp_path: Path, target: str) -> None:
    arguments = folder_with(tmp_path, "a,2019-01-01,Ada,bike,1,10")
    document = (tmp_path / "program.yaml").read_text()
    result = CliRunner().invoke(app, ["settle", *arguments, target, str(tmp_path / "program.yaml")])
    assert result.exit_code == 2
    assert "a file of its own; this one is the program document" in result.stderr
    assert (tmp_path / "program.yaml").read_text() == document
