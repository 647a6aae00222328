"""The mutator of benchmarks/mutation.py finds what tests let through, and says where."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULES = """
def is_large(amount):
    return amount >= 10


def least(amounts):
    return min(amounts, key=lambda amount: (abs(amount), amount))
"""
TESTS = """
from planted.rules import is_large, least


def test_large():
    assert is_large(11) is True
    assert is_large(8) is False


def test_least():
    assert least([3, -3, -4]) == -3
"""


def judged(tmp_path: Path, tests: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "planted").mkdir()
    (tmp_path / "planted" / "__init__.py").write_text("")
    (tmp_path / "planted" / "rules.py").write_text(RULES)
    (tmp_path / "test_rules.py").write_text(tests)
    options = [str(tmp_path / "planted" / "rules.py"), "--tests", str(tmp_path / "test_rules.py"), "--jobs", "1"]
    command = [sys.executable, "-m", "benchmarks.mutation", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def test_a_planted_survivor_is_reported_with_its_line(tmp_path: Path) -> None:
    done = judged(tmp_path, TESTS)
    survivors = [line.split("    ")[0].strip() for line in done.stdout.splitlines() if "survived" in line]
    assert survivors == [
        "survived: rules.py:3: >= becomes >",
        "survived: rules.py:3: 10 becomes 11",
        "survived: rules.py:3: 10 becomes 9",
    ]
    assert "rules.py: 7/10" in done.stdout
    assert done.returncode == 1


def test_tests_that_say_it_exactly_let_nothing_through(tmp_path: Path) -> None:
    done = judged(tmp_path, TESTS.replace("is_large(11)", "is_large(10)").replace("is_large(8)", "is_large(9)"))
    assert "killed 10 of 10 (100.0%)" in done.stdout
    assert done.returncode == 0


def test_tests_that_fail_on_the_source_as_it_is_judge_nothing(tmp_path: Path) -> None:
    done = judged(tmp_path, TESTS.replace("== -3", "== 3"))
    assert (done.stdout.splitlines()[0], done.returncode) == (
        "The tests fail on the source as it is; nothing was judged.",
        2,
    )
