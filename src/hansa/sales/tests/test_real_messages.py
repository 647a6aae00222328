"""Foreign and broken messages of others never get in, and never break anything; needs the folder HANSA_REAL_DATA."""

import os
from pathlib import Path

import pytest

from hansa.sales.tests.conftest import FEBRUARY, NOW

FOLDER = os.environ.get("HANSA_REAL_DATA", "")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.real_data,
    pytest.mark.skipif(not FOLDER, reason="HANSA_REAL_DATA names no folder: real EDI messages were NOT tried"),
]
MESSAGES = "edi_samples/mapcheck/source/867_defects.edi", "edi_samples/gozer", "edi_samples/edi_net"


def files():
    for name in MESSAGES:
        path = Path(FOLDER) / name
        yield from sorted(path.rglob("*")) if path.is_dir() else [path]


def test_a_report_with_defects_gives_reasons_and_an_answer(channel):
    content = (Path(FOLDER) / MESSAGES[0]).read_bytes()
    report = channel.send(content, name="867_defects.edi")
    assert report.state == "REFUSED"
    assert report.problems
    assert all(expected for _, _, _, expected in report.problems)
    assert "ST*997*" in report.acknowledgement


def test_no_envelope_of_another_kind_becomes_sales(channel):
    tried = 0
    for number, path in enumerate(file for file in files() if file.is_file()):
        month = FEBRUARY.replace(year=2020 + number // 12 % 6, month=number % 12 + 1)
        report = channel.send(path.read_bytes(), name=path.name, month=month, at=NOW)
        assert (report.state in {"REFUSED", "NEEDS_MAPPING"}, report.lines) == (True, 0), path.name
        assert report.state_reason, path.name
        tried += 1
    assert tried > 30
