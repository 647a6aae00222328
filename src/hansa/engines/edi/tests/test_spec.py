"""The tables find what is wrong inside a report, say where and what was expected, and how far it reaches."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hansa.engines.edi import EdiProblem, read_interchanges
from hansa.engines.edi.acknowledgements.faults import FAULTS
from hansa.engines.edi.tests.samples import BY_ITEM, BY_LOCATION, HEAD, RETURN, SALE, SLSRPT_HEAD, edifact, report, x12


def problems(data: bytes) -> list[EdiProblem]:
    (interchange,) = read_interchanges(data)
    return [problem for group in interchange.groups for one in group.transactions for problem in one.problems]


def swapped(segments: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    assert old in segments
    return tuple(new if segment == old else segment for segment in segments)


def without(segments: tuple[str, ...], tag: str) -> tuple[str, ...]:
    return tuple(segment for segment in segments if not segment.startswith(tag))


# Segments of the file: BPT 4, PTD 9, REF 10, N1*BY 11, N4 12, QTY 14, LIN 15, UIT 16, AMT 17, PID 18, DTM 22.
@pytest.mark.parametrize(
    ("old", "new", "place", "code", "expected"),
    [
        ("QTY*39*3*EA", "QTY*39*three*EA", (14, "QTY", "2"), "element-character", "decimal number"),
        ("QTY*39*3*EA", "QTY*39**EA", (14, "QTY", "2"), "element-missing", "expected quantity, found nothing"),
        ("QTY*39*3*EA", "QTY*39*3*ZZ", (14, "QTY", "3"), "element-code", "unit"),
        ("QTY*39*3*EA", "QTY*39*1234567890123456*EA", (14, "QTY", "2"), "element-too-long", "at most 15 digits"),
        ("QTY*39*3*EA", "QTY*39*1E3*EA", (14, "QTY", "2"), "element-character", "decimal number"),
        ("QTY*39*3*EA", "QTY*39*NaN*EA", (14, "QTY", "2"), "element-character", "decimal number"),
        ("QTY*39*3*EA", "QTY*39*1_000*EA", (14, "QTY", "2"), "element-character", "decimal number"),
        ("QTY*39*3*EA", "QTY*39*٣*EA", (14, "QTY", "2"), "element-character", "decimal number"),
        ("UIT*EA*250.50", "UIT*EA*250,50", (16, "UIT", "2"), "element-character", "decimal number"),
        ("AMT*1*751.50", "AMT*1", (17, "AMT", "2"), "element-missing", "expected amount, found nothing"),
        ("DTM*011*20260814", "DTM*011*20260832", (22, "DTM", "2"), "element-date", "as CCYYMMDD; found '20260832'"),
        ("DTM*011*20260814", "DTM*011", (22, "DTM", "2"), "element-condition", "expected element 2 or 3 or 5"),
        ("LIN*1*VP*BIKE-7*SK*889", "LIN*1*VP*BIKE-7*SK", (15, "LIN", "5"), "element-condition", "because element 4"),
        ("N4*KIEL**24103*DE", "N4*KIEL**24103*D", (12, "N4", "4"), "element-too-short", "country"),
        ("N1*BY*VELO HAUS GMBH*92*P-17", "N1*BY*VELO*92", (11, "N1", "4"), "element-condition", "because element 3"),
        ("PTD*SD", "PTD*Q9", (9, "PTD", "1"), "element-code", "product transfer type"),
        ("REF*IV*R-1001", "REF*IV*R\x01", (10, "REF", "2"), "element-character", "reference"),
        ("REF*IV*R-1001", "REF*IV*A*B*C*D", (10, "REF", "5"), "element-too-many", "at most 4 elements"),
        ("PID*F****CITY BIKE", "XYZ*1", (18, "XYZ", ""), "segment-unknown", "expected no XYZ in a line (QTY)"),
        ("PID*F****CITY BIKE", "BPT*00*1*20260905", (18, "BPT", ""), "segment-overflow", "BPT at most 1 times"),
    ],
)  # fmt: skip
def test_a_fault_in_a_line_is_found_and_costs_the_line(
    old: str, new: str, place: tuple[int, str, str], code: str, expected: str
) -> None:
    found = problems(x12(report(swapped(SALE, old, new))))
    first = next(problem for problem in found if problem.code == code)
    assert (first.segment_no, first.segment, first.element) == place
    assert expected in first.expected
    assert first.spoils == ("transaction" if new.startswith("BPT") else "line")


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        (lambda head: swapped(head, HEAD[0], "BPT*00*POS-77*20260931*02"), (4, "BPT", "3"), "element-date"),
        (lambda head: swapped(head, HEAD[0], "BPT*01*POS-77*20260905*02"), (4, "BPT", "1"), "element-code"),
        (lambda head: swapped(head, "CUR*DS*EUR", "CUR*DS*EURO"), (5, "CUR", "2"), "element-code"),
        (lambda head: without(head, "BPT"), (22, "BPT", ""), "segment-missing"),
        (lambda head: (*head, "ZZZ*1"), (9, "ZZZ", ""), "segment-unknown"),
        (lambda head: (*head, "QTY*39*1"), (9, "QTY", "1"), "element-code"),
        (lambda head: (*head, *["N1*SE*A*92*AA"] * 5), (13, "N1", ""), "loop-overflow"),
    ],
)
def test_a_fault_in_the_header_is_found_and_refuses_the_report(
    change: Callable[[tuple[str, ...]], tuple[str, ...]], place: tuple[int, str, str], code: str
) -> None:
    found = problems(x12(report(SALE, head=change(HEAD), totals=())))
    first = next(problem for problem in found if problem.code == code)
    assert (first.segment_no, first.segment, first.element) == place
    assert first.refuses


@pytest.mark.parametrize("tag", ["QTY", "LIN"])
def test_a_line_lacks_neither_quantity_nor_product(tag: str) -> None:
    found = problems(x12(report(without(SALE, tag), totals=())))
    assert {problem.spoils for problem in found} - {"nothing"} == {"line"}
    assert ("segment-missing", tag) in {(problem.code, problem.segment) for problem in found}


def test_a_report_without_any_transfer_is_refused() -> None:
    assert [(problem.code, problem.segment, problem.refuses) for problem in problems(x12(list(HEAD)))] == [
        ("segment-missing", "PTD", True)
    ]


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        (("CTT*3",), "expected the number of lines, 2; found 3"),
        (("CTT*2*5",), "expected the sum of the lines' quantities, 4; found 5"),
    ],
)
def test_totals_that_disagree_with_the_lines_refuse_the_report(totals: tuple[str, ...], expected: str) -> None:
    (problem,) = problems(x12(report(SALE, RETURN, totals=totals)))
    assert (problem.segment, problem.code, problem.expected, problem.refuses) == (
        "CTT",
        "element-total",
        expected,
        True,
    )


def test_totals_that_agree_are_no_problem() -> None:
    assert problems(x12(report(SALE, RETURN, head=(*HEAD[:4], "QTY*TO*4", HEAD[4]), totals=("CTT*2*4",)))) == []


def test_a_segment_before_its_forerunner_is_only_noted() -> None:
    (problem,) = problems(x12(report((*SALE, "REF*SE*SN-3"))))
    assert (problem.code, problem.spoils) == ("segment-order", "nothing")


def test_lines_may_begin_with_the_product_too() -> None:
    by_item = (
        "PTD*SS",
        "N1*ST*SHOP*92*S-1",
        "LIN**UP*400000000001",
        "PID*F****HELMET",
        "QTY*38*4*EA",
        "CTP**RES*19.90",
    )
    assert problems(x12(report((*by_item, *by_item[2:])))) == []


@pytest.mark.parametrize(
    ("body", "old", "new", "place", "code", "spoils"),
    [
        (BY_LOCATION, "QTY+153:3:PCE", "QTY+145:3:PCE", (15, "QTY", "1-1"), "element-code", "line"),
        (BY_LOCATION, "QTY+153:3:PCE", "QTY+153:x:PCE", (15, "QTY", "1-2"), "element-character", "line"),
        (BY_LOCATION, "PRI+AAA:250,5", "PRI+AAA:2.5.0", (14, "PRI", "1-2"), "element-character", "line"),
        (BY_LOCATION, "RFF+IV:R-5:2", "GDS+1", (13, "GDS", ""), "segment-unknown", "line"),
        (BY_LOCATION, "LOC+162+4012345000016::9", "LOC", (9, "LOC", "1"), "element-missing", "line"),
        (BY_ITEM, "QTY+153:3", "QTY+153", (13, "QTY", "1-2"), "element-missing", "line"),
    ],
)
def test_a_fault_in_a_slsrpt_line_is_found(
    body: tuple[str, ...], old: str, new: str, place: tuple[int, str, str], code: str, spoils: str
) -> None:
    (problem,) = problems(edifact((*SLSRPT_HEAD, *swapped(body, old, new))))
    assert (problem.segment_no, problem.segment, problem.element, problem.code, problem.spoils) == (
        *place,
        code,
        spoils,
    )


def test_a_slsrpt_without_report_or_lines_is_refused() -> None:
    assert [problem.segment for problem in problems(edifact((*SLSRPT_HEAD[1:], *BY_LOCATION)))] == ["BGM"]
    assert [(problem.segment, problem.refuses) for problem in problems(edifact(SLSRPT_HEAD))] == [("LIN", True)]
    counted = problems(edifact((*SLSRPT_HEAD, *BY_LOCATION, "UNS+S", "CNT+2:5", "CNT+1:9")))
    assert [problem.expected for problem in counted] == [
        "expected the number of lines, 2; found 5",
        "expected the sum of the lines' quantities, 4; found 9",
    ]


def test_every_code_that_a_problem_may_have_has_its_code_in_the_standards() -> None:
    assert all(codes.x12 and (codes.edifact or codes.level == "note") for codes in FAULTS.values())
