import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hansa.activity.tests.paper import HOLDER, KEY, NETWORK, RIVAL, chain, event_id, log_of, receipt
from hansa.cli.main import app

SAID = (
    f"Receipt k7x2m9p4 of network {NETWORK} for {HOLDER}\n"
    f"Event {event_id(2)} of 2026-03-01T12:02:00.000000Z at place 2\n"
    "Issued 2026-03-01T12:03:00.000000Z with the chain's head at place 3\n"
)
ALONE = "Not checked: the event and its chain, for no event log was given; only the signature was checked.\n"


@pytest.fixture
def receipt_file(tmp_path: Path) -> Path:
    file = tmp_path / "receipt.json"
    file.write_text(receipt().text(), encoding="utf-8")
    return file


def log_file(folder: Path, lines: list[str]) -> str:
    (folder / "log.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(folder / "log.jsonl")


def run(*arguments: object):
    return CliRunner().invoke(app, ["receipt", "verify", *map(str, arguments)])


def test_without_a_log_the_command_says_that_only_the_signature_was_checked(receipt_file: Path) -> None:
    result = run(receipt_file, "--key", KEY.hex())

    assert (result.exit_code, result.stderr) == (0, ALONE)
    assert result.stdout == (
        f"{SAID}The signature holds. Only the signature was checked: give the network's event log with --log.\n"
    )


def test_without_a_key_it_says_which_key_to_compare(receipt_file: Path) -> None:
    result = run(receipt_file)

    assert result.exit_code == 0
    assert result.stderr == (
        f"Not checked: whose key signed it; compare {KEY.hex()}, which the receipt itself names, with the key that the"
        f" network publishes.\n{ALONE}"
    )


def test_with_the_whole_log_it_says_that_the_chain_is_whole(receipt_file: Path, tmp_path: Path) -> None:
    result = run(receipt_file, "--log", log_file(tmp_path, log_of(chain())), "--key", KEY.hex())

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        f"{SAID}Log: 4 links of the whole chain, 1 signed heads\n"
        "The receipt holds: its event is in the log, unaltered, and the chain is whole.\n"
    )


def test_with_a_part_of_the_log_it_says_what_is_left_open(receipt_file: Path, tmp_path: Path) -> None:
    part = log_file(tmp_path, log_of(chain()[1:2], whole=False))
    result = run(receipt_file, "--log", part, "--key", KEY.hex())

    assert result.exit_code == 0
    assert result.stdout.endswith(
        "The receipt holds as far as this part of the log shows: its event is there, unaltered.\n"
    )
    assert [line.split(",")[0] for line in result.stderr.splitlines()] == [
        "Not checked: the rest of the chain",
        "Not checked: the head at place 3",
    ]


def test_a_fault_exits_with_1_and_says_which(receipt_file: Path, tmp_path: Path) -> None:
    altered = [line.replace('"seq":4', '"seq":5') for line in log_of(chain())]
    result = run(receipt_file, "--log", log_file(tmp_path, altered), "--key", KEY.hex())

    assert (result.exit_code, "holds" in result.stdout) == (1, False)
    assert result.stderr == (
        f"Event {event_id(4)} stands at place 5 where 4 was due.\n"
        f"The seal of event {event_id(4)} at place 5 does not match its text.\n"
        "The head signed at place 5 on 01 March 2026 does not carry a valid signature.\n"
        "3 faults: this receipt does not hold.\n"
    )


def test_a_receipt_of_another_key_exits_with_1(tmp_path: Path) -> None:
    forged = tmp_path / "forged.json"
    forged.write_text(receipt().text(RIVAL), encoding="utf-8")
    result = run(forged, "--key", KEY.hex())

    assert result.exit_code == 1
    assert result.stderr.endswith("which is not the network's.\n" + ALONE + "1 fault: this receipt does not hold.\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "receipt.json: one JSON object of at most 4,194,304 characters"),
        (b"\xff", "receipt.json: UTF-8 text"),
        (b"{}", "receipt.json, hansa_receipt: 1, the form of receipts that this release knows"),
        (receipt().text().replace("\n", "\r\n").encode(), "receipt.json: the receipt as it was handed out"),
        (b" " * 16_777_217, "receipt.json: a file of at most 16,777,216 bytes"),
    ],
    ids=["empty", "no text", "an object", "other line ends", "too large"],
)
def test_what_is_no_receipt_exits_with_2(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "receipt.json").write_bytes(content)
    result = run(tmp_path / "receipt.json")

    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


@pytest.mark.parametrize("key", ["00", "x" * 64, "00" * 33])
def test_a_key_that_is_none_exits_with_2(receipt_file: Path, key: str) -> None:
    result = run(receipt_file, "--key", key)
    assert (result.exit_code, result.stderr) == (2, "--key: 32 bytes in hex\n1 problem.\n")


def test_a_missing_file_exits_with_2(receipt_file: Path, tmp_path: Path) -> None:
    assert run(tmp_path / "none").exit_code == 2
    assert run(receipt_file, "--log", tmp_path / "none").exit_code == 2
    assert run(receipt_file, "--log", tmp_path).exit_code == 2


def test_a_broken_log_exits_with_2_and_names_file_and_line(receipt_file: Path, tmp_path: Path) -> None:
    lines = log_of(chain())
    lines[2] = lines[2].replace('"hash":"', '"hash":"xyz')
    path = log_file(tmp_path, lines)
    broken = run(receipt_file, "--log", path)
    alone = CliRunner().invoke(app, ["log", "verify", path])

    assert (broken.exit_code, alone.exit_code) == (2, 2)
    assert broken.stderr == alone.stderr == "log.jsonl, row 3, hash: 32 bytes in hex\n1 problem.\n"


def test_a_receipt_is_verified_without_server_database_or_framework(receipt_file: Path) -> None:
    program = (
        "import sys; from hansa.cli.main import app\n"
        "try: app()\n"
        "finally: print(sorted({'django', 'psycopg', 'ninja'} & set(sys.modules)))"
    )
    bare = {name: value for name, value in os.environ.items() if "DJANGO" not in name and "DATABASE" not in name}
    command = [sys.executable, "-c", program, "receipt", "verify", str(receipt_file), "--key", KEY.hex()]
    done = subprocess.run(command, capture_output=True, text=True, env=bare, cwd=receipt_file.parent)

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "[]")
