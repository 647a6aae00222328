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
KEY_BYTES = 32
LARGEST_TEXT = 16_777_216  # bytes of a document that is read at once


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


def read_text(path: Path) -> str:
    """The text of a small file exactly as it is, line ends too; raises `Refused`."""
    try:
        with path.open("rb") as file:
            found = file.read(LARGEST_TEXT + 1)
        if len(found) > LARGEST_TEXT:
            raise Refused([Problem(str(path), 0, "", f"a file of at most {LARGEST_TEXT:,} bytes")])
        return found.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused([Problem(str(path), 0, "", "UTF-8 text")]) from None
    except OSError as error:
        raise Refused([Problem(str(path), 0, "", f"a file that can be read ({error.strerror})")]) from None


def lines_of_log(path: Path) -> list[str]:
    """The lines of an exported event log; raises `Refused`."""
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused([Problem(str(path), 0, "", f"a text file that can be read ({error})")]) from error


def known_key(text: str) -> bytes | None:
    """A network's public key as it is given in hex, None where none is; raises `Refused`."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b"?"
    if text and len(key) != KEY_BYTES:
        raise Refused([Problem("--key", 0, "", f"{KEY_BYTES} bytes in hex")])
    return key or None


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
