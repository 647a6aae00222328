"""The limits of the house, held by measuring."""

import re
import statistics
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import (
    DOCUMENTED,
    ROOT,
    bodies_of_tests,
    files_of_tests,
    functions,
    models,
    product_files,
)


def test_no_file_is_longer_than_500_lines():
    too_long = {str(p.relative_to(ROOT)): n for p in product_files() if (n := len(p.read_text().splitlines())) > 500}

    assert too_long == {}


def test_no_function_is_longer_than_50_lines():
    assert [(f.place, f.lines) for f in functions() if f.lines > 50] == []


def test_nine_functions_of_ten_fit_in_25_lines():
    assert statistics.quantiles([f.lines for f in functions()], n=10)[8] <= 25


def test_every_function_is_typed():
    assert [f.place for f in functions() if not f.typed] == []


def test_what_others_call_without_reading_is_documented():
    in_documented = [f for f in functions() if f.public and DOCUMENTED & set(f.path.with_suffix("").parts)]

    assert [f.place for f in in_documented if not f.documented and not f.name.startswith("__")] == []


def test_every_model_is_documented():
    assert [place for place, documented in models() if not documented] == []


def test_every_module_says_what_it_owns():
    packages = [p for p in (ROOT / "src" / "hansa").iterdir() if p.is_dir() and (p / "__init__.py").exists()]
    silent = [p.name for p in packages if p.name != "cli" and '"""' not in (p / "__init__.py").read_text()]

    assert silent == []


def test_the_stack_has_one_order():
    done = subprocess.run([str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout[-3000:]


def test_tests_are_about_as_long_as_the_code():
    code = sum(len(p.read_text().splitlines()) for p in product_files())
    tests = sum(len(p.read_text().splitlines()) for p in files_of_tests())

    assert 0.6 <= tests / code <= 1.8


def test_few_tests_mock():
    bodies = [body for path in files_of_tests() if path.name.startswith("test_") for body in bodies_of_tests(path)]
    mocking = [body for body in bodies if re.search(r"\bmock\b|monkeypatch", body)]

    assert len(mocking) < 0.05 * len(bodies)
