"""Would the tests notice? Change the source in one place at a time and run its tests on each such mutant.

    python -m benchmarks.mutation src/hansa/deals/rules --tests src/hansa/deals/tests/test_{clocks,conflict}.py

Each mutant is compiled in memory and run in a forked process, the tests of its own file first, until one fails; nothing
is written to the tree. It is killed where a test fails, or where its tests run for longer than a minute. A mutant that
cannot even be imported is not counted: no test earned it. Property tests run with fixed examples, so that the figures are
the same each time. Without Django and without conftest: this is for rules, engines and kernel.

Why our own: mutmut and cosmic-ray copy the tree and start an interpreter for each mutant, 1.5 s each before the first
test runs; a fork with everything imported needs 0.3 s. And what is mutated stands below on one page.
"""

from __future__ import annotations

import argparse
import ast
import copy
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

LONGEST = 60  # seconds that the tests of one mutant may take
MEMORY = 4 * 2**30
SURVIVED, KILLED, STILLBORN = 0, 1, 2

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "reversed": "list"}


@dataclass(frozen=True)
class Mutant:
    """A source with one change: where and what it is."""

    line: int
    what: str
    tree: ast.Module


@dataclass(frozen=True)
class Target:
    """A source file that is mutated, and the module that it is."""

    path: Path
    module: str

    @classmethod
    def of(cls, path: Path) -> Target:
        """The module's name is read off the packages around the file."""
        root = path.parent
        while (root / "__init__.py").exists():
            root = root.parent
        parts = path.relative_to(root).with_suffix("").parts
        return cls(path, ".".join(parts[:-1] if parts[-1] == "__init__" else parts))


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a source, from its top to its end; words for people and annotations are left alone.

    >>> [(mutant.line, mutant.what) for mutant in mutants("def least(a, b):\\n    return a if a < b else b")][:4]
    [(2, 'return None'), (2, 'if True'), (2, 'if False'), (2, '< becomes <=')]
    """
    tree = ast.parse(source)
    alone = _left_alone(tree)
    for parent in ast.walk(tree):
        if id(parent) in alone:
            continue
        for name, value in ast.iter_fields(parent):
            for place, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(node, ast.AST) and id(node) not in alone:
                    for what, put in _changes(node):
                        changed = _with(tree, parent, name, place, put)
                        yield Mutant(getattr(node, "lineno", 0), what, changed)


def _left_alone(tree: ast.Module) -> set[int]:
    """Docstrings and other bare texts, annotations, decorators, imports, `__all__`: with everything below them."""
    alone: list[ast.AST | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            alone.append(node)
        elif isinstance(node, ast.AnnAssign | ast.arg):
            alone.append(node.annotation)
        elif isinstance(node, ast.FunctionDef):
            alone += [node.returns, *node.decorator_list]
        elif isinstance(node, ast.ClassDef):
            alone += node.decorator_list
        elif isinstance(node, ast.Import | ast.ImportFrom) or (
            isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"__all__", "__slots__"}
        ):
            alone.append(node)
    return {id(below) for node in alone if node is not None for below in ast.walk(node)}


def _with(tree: ast.Module, parent: ast.AST, name: str, place: int | None, put: ast.AST) -> ast.Module:
    """A copy of the tree with one node replaced."""
    old = getattr(parent, name)
    setattr(parent, name, put if place is None else [*old[:place], put, *old[place + 1 :]])
    try:
        return ast.fix_missing_locations(copy.deepcopy(tree))
    finally:
        setattr(parent, name, old)


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What a node may become, each with what is said of it."""
    if isinstance(node, ast.expr):
        yield from _changes_of_expression(node)
    elif isinstance(node, ast.If | ast.While):
        if isinstance(node, ast.If):
            yield "if True", _but(node, test=ast.Constant(True))
        yield "if False", _but(node, test=ast.Constant(False))
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield "return None", _but(node, value=ast.Constant(None))
    elif isinstance(node, ast.Raise | ast.AugAssign) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Yield | ast.YieldFrom)
    ):
        yield "left out", ast.copy_location(ast.Pass(), node)
    elif isinstance(node, ast.Break):
        yield "break becomes continue", ast.copy_location(ast.Continue(), node)
    elif isinstance(node, ast.Continue):
        yield "continue becomes break", ast.copy_location(ast.Break(), node)
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield "every one", _but(node, ifs=[])
        yield "none", _but(node, ifs=[ast.Constant(False)])
    if isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield _becomes(node.op, ARITHMETIC[type(node.op)]), _but(node, op=ARITHMETIC[type(node.op)]())


def _changes_of_expression(node: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Constant):
        yield from _changes_of_constant(node)
    elif isinstance(node, ast.IfExp):
        yield "if True", node.body
        yield "if False", node.orelse
    elif isinstance(node, ast.Compare):
        for place, old in enumerate(node.ops):
            for new in COMPARISONS[type(old)]:
                yield _becomes(old, new), _but(node, ops=[*node.ops[:place], new(), *node.ops[place + 1 :]])
    elif isinstance(node, ast.BoolOp):
        new = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield _becomes(node.op, new), _but(node, op=new())
        for place, value in enumerate(node.values):
            rest = [*node.values[:place], *node.values[place + 1 :]]
            left = rest[0] if len(rest) == 1 else _but(node, values=rest)
            yield f"without {ast.unparse(value)}", left
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield _becomes(node.op, ARITHMETIC[type(node.op)]), _but(node, op=ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield f"without {'not' if isinstance(node.op, ast.Not) else '-'}", node.operand
    elif isinstance(node, ast.Call):
        yield from _changes_of_call(node)


def _changes_of_constant(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield f"{value} becomes {not value}", _but(node, value=not value)
    elif isinstance(value, int):
        yield f"{value} becomes {value + 1}", _but(node, value=value + 1)
        yield f"{value} becomes {value - 1}", _but(node, value=value - 1)
    elif isinstance(value, str):
        yield f"{value!r} becomes {value + 'XX'!r}", _but(node, value=f"{value}XX")


def _changes_of_call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in SWAPPED:
        kept = [] if SWAPPED[name] == "list" else node.keywords
        swapped = _but(node.func, id=SWAPPED[name])
        yield f"{name} becomes {SWAPPED[name]}", _but(node, func=swapped, keywords=kept)
    for keyword in node.keywords:
        if keyword.arg == "key":
            yield "without key", _but(node, keywords=[each for each in node.keywords if each is not keyword])
            inner = keyword.value.body if isinstance(keyword.value, ast.Lambda) else None
            for place in range(len(inner.elts)) if isinstance(inner, ast.Tuple) else ():
                shorter = _but(inner, elts=[*inner.elts[:place], *inner.elts[place + 1 :]])
                less = _but(keyword, value=_but(keyword.value, body=shorter))
                others = [less if each is keyword else each for each in node.keywords]
                yield f"key without {ast.unparse(inner.elts[place])}", _but(node, keywords=others)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _becomes(old: ast.AST, new: type[ast.AST]) -> str:
    words = {
        ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.Is: "is",
        ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in", ast.And: "and", ast.Or: "or", ast.Add: "+", ast.Sub: "-",
        ast.Mult: "*", ast.FloorDiv: "//", ast.Div: "/", ast.Mod: "%", ast.Pow: "**", ast.BitOr: "|", ast.BitAnd: "&",
    }  # fmt: skip
    return f"{words[type(old)]} becomes {words[new]}"


def _but(node: Any, **fields: object) -> Any:
    """A shallow copy of a node with some fields replaced."""
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


class _InMemory(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module the mutant's code instead of its file's."""

    def __init__(self, target: Target, code: CodeType) -> None:
        self.target, self.code = target, code

    def find_spec(
        self, name: str, path: object, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.target.module:
            return None
        return importlib.util.spec_from_file_location(name, self.target.path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)


def run_tests(target: Target, tree: ast.Module | None, tests: Sequence[Path]) -> int:
    """In a forked process: import the mutant, run its tests, and leave with what came of it. Never returns."""
    import pytest

    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    signal.alarm(LONGEST)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        if tree is not None:
            sys.meta_path.insert(0, _InMemory(target, compile(tree, str(target.path), "exec")))
        importlib.import_module(target.module)
    except BaseException:  # noqa: BLE001 - whatever a mutant raises is an outcome
        os._exit(STILLBORN)
    try:
        options = ["-x", "-q", "-c", os.devnull, "--rootdir", os.getcwd(), "--noconftest", "-p", "no:cacheprovider"]
        doctests = ["--doctest-modules", "--doctest-continue-on-failure", str(target.path)]
        code = pytest.main([*options, *doctests, *map(str, tests)])
    except BaseException:  # noqa: BLE001 - whatever a mutant raises is an outcome
        code = 1
    os._exit(SURVIVED if code == 0 else KILLED)


def forked(target: Target, tree: ast.Module | None, tests: Sequence[Path]) -> int:
    """The id of a process that tries one mutant, the tests of its own file first."""
    own = [path for path in tests if path.stem == f"test_{target.path.stem}"]
    ordered = [*own, *(path for path in tests if path not in own)]
    return os.fork() or run_tests(target, tree, ordered)


def outcome(status: int) -> int:
    """What came of a process; one that was ended for its time or its memory has killed its mutant."""
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else KILLED


def prepare(targets: Sequence[Target], examples: int) -> None:
    """Import all that the mutants share, once, and leave what they change to be imported anew in each."""
    import hypothesis
    import pytest  # noqa: F401

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    profile = {"deadline": None, "database": None, "derandomize": True, "max_examples": examples}
    hypothesis.settings.register_profile("mutation", suppress_health_check=list(hypothesis.HealthCheck), **profile)
    hypothesis.settings.load_profile("mutation")
    around = {target.module.rpartition(".")[0] for target in targets}
    for target in targets:
        importlib.import_module(target.module)
    for name in [name for name in sys.modules if any(name == each or name.startswith(f"{each}.") for each in around)]:
        del sys.modules[name]
    gc.freeze()


def judge(target: Target, tests: Sequence[Path], jobs: int) -> tuple[int, int, list[Mutant]]:
    """How many mutants of a file were killed, of how many, and which survived."""
    waiting = list(mutants(target.path.read_text(encoding="utf-8")))[::-1]
    running: dict[int, Mutant] = {}
    killed, survivors = 0, []
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            running[forked(target, mutant.tree, tests)] = mutant
        process, status = os.wait()
        mutant, came = running.pop(process), outcome(status)
        killed += came == KILLED
        survivors += [mutant] if came == SURVIVED else []
    return killed, killed + len(survivors), sorted(survivors, key=lambda mutant: mutant.line)


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge every file of a folder; 1 where fewer are killed than were asked for, 2 where the tests fail unchanged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, nargs="+", help="files, or folders of files, that are changed")
    parser.add_argument("--tests", type=Path, nargs="+", required=True, help="test files that know no framework")
    parser.add_argument("--at-least", type=float, default=0.9, help="share to be killed (0.9)")
    parser.add_argument("--examples", type=int, default=30, help="examples of each property test (30)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="mutants at a time")
    said = parser.parse_args(arguments)
    paths = [path for given in said.source for path in (sorted(given.glob("*.py")) if given.is_dir() else [given])]
    targets = [Target.of(path.resolve()) for path in paths]
    tests = [path.resolve() for path in said.tests]
    sys.path[:0] = [str(target.path.parents[target.module.count(".")]) for target in targets[:1]]
    prepare(targets, said.examples)
    if outcome(os.waitpid(forked(targets[0], None, tests), 0)[1]) != SURVIVED:
        print("The tests fail on the source as it is; nothing was judged.")
        return 2
    try:
        return report(targets, tests, jobs=said.jobs, at_least=said.at_least)
    finally:
        gc.unfreeze()


def report(targets: Sequence[Target], tests: Sequence[Path], *, jobs: int, at_least: float) -> int:
    """Print what came of each file, its survivors first, and of all."""
    all_killed = all_counted = 0
    started = time.monotonic()
    for target in targets:
        killed, counted, survivors = judge(target, tests, jobs)
        lines = target.path.read_text(encoding="utf-8").splitlines()
        for mutant in survivors:
            shown = lines[mutant.line - 1].strip()
            print(f"  survived: {target.path.name}:{mutant.line}: {mutant.what[:70]}    {shown[:100]}")
        print(f"{target.path.name}: {killed}/{counted}", flush=True)
        all_killed, all_counted = all_killed + killed, all_counted + counted
    share = all_killed / all_counted if all_counted else 1.0
    print(f"killed {all_killed} of {all_counted} ({share:.1%}) in {time.monotonic() - started:.0f} s")
    return 0 if share >= at_least else 1


if __name__ == "__main__":
    sys.exit(main())
