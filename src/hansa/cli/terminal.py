"""What the commands share: how problems are shown, how a document is read, how progress looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hansa.kernel.problem import Problem, Refused

if TYPE_CHECKING:
    from hansa.engines.settlement import ProgramDocument

REFUSED = 2


@contextmanager
def refusing(*, kept: str = "") -> Iterator[None]:
    """Turn `Refused` into a list on standard error and exit status 2; `kept` says what the command left undone."""
    try:
        yield
    except Refused as refused:
        for problem in refused.problems:
            typer.echo(str(problem), err=True)
        more = refused.total - len(refused.problems)
        shown = f", the first {len(refused.problems)} listed" if more else ""
        ending = f"; {kept}" if kept else ""
        typer.echo(f"{refused.total} problem{'s' * (refused.total != 1)}{shown}{ending}.", err=True)
        raise typer.Exit(REFUSED) from None


def read_program(path: Path) -> ProgramDocument:
    """The paying part of the program document in a file, all of which must be right; raises `Refused`."""
    from hansa.programs.document import parse

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused([Problem(path.name, 0, "", "UTF-8 text")]) from None
    except OSError as error:
        raise Refused([Problem(str(path), 0, "", f"a file that can be read ({error.strerror})")]) from None
    return parse(text, file=path.name).paying


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float], None] | None]:
    """A bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:42}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda step, share: bar.update(task, description=step, completed=share)
