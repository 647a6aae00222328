"""The source as the architecture tests read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "hansa"
DOCUMENTED = {"rules", "operations", "queries", "engines", "kernel"}


@dataclass(frozen=True)
class Function:
    """A function or method of the product: where it stands and what it says about itself."""

    path: Path
    name: str
    lines: int
    public: bool
    typed: bool
    documented: bool

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.name}"


def is_test(path: Path) -> bool:
    return "tests" in path.parts or path.name in {"conftest.py"}


@cache
def product_files() -> tuple[Path, ...]:
    return tuple(p for p in sorted(PACKAGE.rglob("*.py")) if not is_test(p) and "migrations" not in p.parts)


@cache
def files_of_tests() -> tuple[Path, ...]:
    own = [p for p in PACKAGE.rglob("*.py") if is_test(p)]
    return tuple(sorted([*own, *(ROOT / "tests").rglob("*.py"), ROOT / "conftest.py"]))


def bodies_of_tests(path: Path) -> list[str]:
    """The source of each test of a file."""
    source = path.read_text()
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    return [ast.get_source_segment(source, node) or "" for node in found if node.name.startswith("test_")]


@cache
def functions() -> tuple[Function, ...]:
    return tuple(function for path in product_files() for function in _functions_of(path))


def _functions_of(path: Path) -> Iterator[Function]:
    yield from _walk(ast.parse(path.read_text()), path, public=True, nested=False)


def _walk(node: ast.AST, path: Path, *, public: bool, nested: bool) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            shown = public and not nested and not child.name.startswith("_")
            yield Function(
                path=path,
                name=child.name,
                lines=(child.end_lineno or child.lineno) - child.lineno + 1,
                public=shown,
                typed=_typed(child),
                documented=ast.get_docstring(child) is not None,
            )
            yield from _walk(child, path, public=public, nested=True)
        elif isinstance(child, ast.ClassDef):
            yield from _walk(child, path, public=public and not child.name.startswith("_"), nested=nested)
        else:
            yield from _walk(child, path, public=public, nested=nested)


def _typed(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    needed = [a for a in named if a is not None and a.arg not in {"self", "cls"}]
    return function.returns is not None and all(a.annotation is not None for a in needed)


def models() -> Iterator[tuple[str, bool]]:
    """Every model class with whether it has a docstring."""
    for path in product_files():
        if path.name != "models.py" and path.parent.name != "models":
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                yield f"{path.relative_to(ROOT)}:{node.name}", ast.get_docstring(node) is not None


def string_calls(name: str) -> Iterator[tuple[Path, str]]:
    """The first argument, where it is a plain string, of every call of a function `name` in the product."""
    for path in product_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if called == name and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield path, first.value
