"""Whatever arrives, nothing but `EdiUnreadable` is raised, and what is refused can be answered."""

from __future__ import annotations

import os
import random
from datetime import datetime

import pytest

from hansa.engines.edi import (
    EdiUnreadable,
    NothingToAcknowledge,
    acknowledge,
    read_acknowledgement,
    read_interchanges,
    read_sell_through,
)
from hansa.engines.edi.tests.samples import BY_ITEM, BY_LOCATION, RETURN, SALE, SLSRPT_HEAD, edifact, report, x12

SEEDS = (
    x12(report(SALE, RETURN)),
    x12(report(SALE), report(RETURN)),
    edifact((*SLSRPT_HEAD, *BY_LOCATION)),
    edifact((*SLSRPT_HEAD, *BY_ITEM, "UNS+S", "CNT+2:2")),
)
AT = datetime(2026, 9, 6, 8, 30)
MARKS = b"*~>+:'?^|\n\r\t \x00\x1c\xff\xc3-.,0"


def mutated(random_: random.Random) -> bytes:
    data = bytearray(random_.choice(SEEDS))
    for _ in range(random_.randint(1, 6)):
        at, other = random_.randrange(len(data)), random_.randrange(len(data))
        first, last = min(at, other), max(at, other)
        change = random_.randrange(6)
        if change == 0:
            data[at] = random_.choice(MARKS)
        elif change == 1:
            data[at] = random_.randrange(256)
        elif change == 2 and last - first < len(data) - 4:
            del data[first:last]
        elif change == 3:
            data[at:at] = data[first : min(last, first + 200)]
        elif change == 4:
            data = data[: max(at, 4)]
        else:
            data[at:at] = bytes(random_.choices(MARKS, k=random_.randint(1, 12)))
    return bytes(data)


def check(count: int, seed: int) -> tuple[int, int]:
    """How many were readable, and how many of those held an accepted report."""
    random_ = random.Random(seed)
    readable = accepted = 0
    for _ in range(count):
        data = mutated(random_)
        try:
            reports = read_sell_through(data)
            interchanges = read_interchanges(data)
        except EdiUnreadable:
            continue
        readable += 1
        accepted += any(report.accepted for report in reports)
        for interchange in interchanges:
            try:
                answer = acknowledge(interchange, at=AT, control_number=1).encode()
            except NothingToAcknowledge:
                continue
            taken = sum(interchange.accepts(group, one) for group in interchange.groups for one in group.transactions)
            if interchange.standard == "X12":
                assert sum(int(group.counts[2]) for group in read_acknowledgement(answer)) == taken
            (read,) = read_interchanges(answer)
            assert not [problem for group in read.groups for one in group.transactions for problem in one.problems], (
                data
            )
            assert not read.problems, data
    return readable, accepted


def test_two_thousand_mutated_files_raise_nothing() -> None:
    readable, accepted = check(2_000, seed=7)
    assert readable > 1_000
    assert 0 < accepted < readable


@pytest.mark.full
@pytest.mark.skipif(os.environ.get("HANSA_FULL") != "1", reason="100,000 mutated files run only with HANSA_FULL=1")
def test_a_hundred_thousand_mutated_files_raise_nothing() -> None:
    readable, _ = check(100_000, seed=11)
    assert readable > 50_000
