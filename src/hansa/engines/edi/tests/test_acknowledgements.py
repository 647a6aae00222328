"""What is answered to an interchange, and that we can read it ourselves."""

from __future__ import annotations

from datetime import datetime

import pytest

from hansa.engines.edi import (
    EdiProblem,
    GroupAnswer,
    Interchange,
    NothingToAcknowledge,
    SegmentError,
    TransactionAnswer,
    acknowledge,
    read_acknowledgement,
    read_interchanges,
)
from hansa.engines.edi.tests.samples import BY_LOCATION, GS, ISA, SALE, SLSRPT_HEAD, edifact, report, x12

AT = datetime(2026, 9, 6, 8, 30)
BAD_LINE = (*SALE[:5], "QTY*39*3*ZZ", *SALE[6:])
BAD_DATE = ("BPT*00*POS-77*20260931*02",)


def answer(data: bytes, further: tuple[EdiProblem, ...] = ()) -> str:
    (interchange,) = read_interchanges(data)
    return acknowledge(interchange, at=AT, control_number=41, further=further)


def without_problem(text: str) -> Interchange:
    (interchange,) = read_interchanges(text.encode())
    inner = [problem for group in interchange.groups for problem in group.problems]
    sets = [problem for group in interchange.groups for one in group.transactions for problem in one.problems]
    assert [*interchange.problems, *inner, *sets] == []
    return interchange


def test_a_good_report_is_accepted_with_the_envelope_turned_round() -> None:
    text = answer(x12(report(SALE)))
    assert text.splitlines() == [
        "ISA*00*          *00*          *ZZ*HERSTELLER     *ZZ*NORDWIND       *260906*0830*U*00401*000000041*0*P*>~",
        "GS*FA*HERSTELLER*NORDWIND*20260906*0830*41*X*004010~",
        "ST*997*0001~",
        "AK1*PT*12~",
        "AK2*867*0001~",
        "AK5*A~",
        "AK9*A*1*1*1~",
        "SE*6*0001~",
        "GE*1*41~",
        "IEA*1*000000041~",
    ]
    without_problem(text)


def test_each_transaction_gets_its_own_answer_and_the_counts_are_right() -> None:
    text = answer(x12(report(SALE), report(BAD_LINE), [*BAD_DATE, *report(SALE)[1:]]))
    without_problem(text)
    (group,) = read_acknowledgement(text.encode())
    assert group == GroupAnswer(
        sender="HERSTELLER",
        receiver="NORDWIND",
        functional_id="PT",
        group_control="12",
        code="P",
        counts=("3", "3", "2"),
        transactions=(
            TransactionAnswer("867", "0001", "A", (), ()),
            TransactionAnswer(
                "867", "0002", "E", (), (SegmentError("QTY", "12", "", "8"), SegmentError("QTY", "12", "3", "7"))
            ),
            TransactionAnswer(
                "867", "0003", "R", ("5",), (SegmentError("BPT", "2", "", "8"), SegmentError("BPT", "2", "3", "8"))
            ),
        ),
        problems=(),
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "expected"),
    [
        (b"SE*22*", b"SE*21*", "R", ("AK5*R*4~", "AK9*R*1*1*0~")),
        (b"SE*22*0001", b"SE*22*0002", "R", ("AK5*R*3~", "AK9*R*1*1*0~")),
        (b"SE*22*0001~\n", b"", "R", ("AK5*R*2~", "AK9*R*1*1*0~")),
        (b"ST*867", b"ST*850", "R", ("AK2*850*0001~", "AK5*R*1~", "AK9*R*1*1*0~")),
        (b"GE*1*12", b"GE*2*12", "R", ("AK5*R~", "AK9*R*2*1*0*5~")),
        (b"GE*1*12", b"GE*1*13", "R", ("AK5*R~", "AK9*R*1*1*0*4~")),
        (GS.encode(), GS.replace("004010", "003040").encode(), "R", ("AK5*R~", "AK9*R*1*1*0*2~")),
        (b"PID*F*", b"XYZ*F*", "E", ("AK3*XYZ*16**1~", "AK5*E~", "AK9*E*1*1*1~")),
        (b"REF*P4*SPA-9", b"UIT*EA", "E", ("AK3*UIT*19**7~", "AK5*E~", "AK9*E*1*1*1~")),
    ],
)
def test_each_kind_of_fault_gets_its_code(old: bytes, new: bytes, code: str, expected: tuple[str, ...]) -> None:
    text = answer(x12(report(SALE)).replace(old, new))
    without_problem(text)
    assert set(expected) <= set(text.splitlines())
    assert read_acknowledgement(text.encode())[0].code == code


def test_a_fault_of_the_interchange_is_answered_with_ta1() -> None:
    text = answer(x12(report(SALE)).replace(b"IEA*1*", b"IEA*2*"))
    without_problem(text)
    assert "TA1*000000012*260905*0700*R*021~" in text.splitlines()
    assert "AK9*R*1*1*0~" in text.splitlines()


def test_a_tolerated_envelope_is_answered_with_ta1_and_accepted() -> None:
    text = answer(x12(report(SALE), isa=ISA.replace("          ", "")))
    without_problem(text)
    assert "TA1*000000012*260905*0700*E*000~" in text.splitlines()
    assert "AK9*A*1*1*1~" in text.splitlines()


def test_an_interchange_without_group_is_answered_with_ta1_alone() -> None:
    text = answer(x12(report(SALE)).replace(GS.encode() + b"~\n", b"").replace(b"GE*1*12~\n", b""))
    assert [line[:3] for line in text.splitlines()] == ["ISA", "TA1", "IEA"]
    without_problem(text)


def test_a_missing_segment_is_named_where_it_was_expected() -> None:
    text = answer(x12(report(SALE)[1:]))
    assert "AK3*BPT*21**3~" in text.splitlines()
    without_problem(text)


def test_the_caller_can_refuse_what_only_it_knows() -> None:
    known = EdiProblem(1, "ISA", "13", "interchange-repeated", "expected an interchange that is new", "interchange")
    unknown = EdiProblem(14, "QTY", "", "line-partner", "expected a partner of the network", "line")
    repeated = answer(x12(report(SALE)), (known,))
    assert "TA1*000000012*260905*0700*R*025~" in repeated.splitlines()
    assert "AK9*R*1*1*0~" in repeated.splitlines()
    quarantined = answer(x12(report(SALE)), (unknown,))
    assert [line for line in quarantined.splitlines() if line.startswith("AK")][2:] == [
        "AK3*QTY*12**3~",
        "AK5*E~",
        "AK9*E*1*1*1~",
    ]
    without_problem(repeated)
    without_problem(quarantined)


def test_names_that_hold_our_separators_are_written_with_others() -> None:
    theirs = x12(report(SALE)).replace(b"*", b"|").replace(b"~", b"!")
    text = answer(theirs.replace(b"|NORDWIND       |", b"|NORD*WIN~D     |"))
    assert without_problem(text).receiver == "NORD*WIN~D"


def test_an_acknowledgment_is_never_answered() -> None:
    (interchange,) = read_interchanges(answer(x12(report(SALE))).encode())
    with pytest.raises(NothingToAcknowledge, match="is an acknowledgment itself"):
        acknowledge(interchange, at=AT, control_number=1)


def test_a_good_message_gets_a_contrl_that_takes_it() -> None:
    text = answer(edifact((*SLSRPT_HEAD, *BY_LOCATION)))
    without_problem(text)
    assert text.splitlines() == [
        "UNA:+.? '",
        "UNB+UNOW:4+4098765000002:14+4012345000009:14+260906:0830+41'",
        "UNH+1+CONTRL:D:3:UN'",
        "UCI+REF9+4012345000009:14+4098765000002:14+7'",
        "UCM+1+SLSRPT:D:96A:UN+7'",
        "UNT+4+1'",
        "UNZ+1+41'",
    ]


def test_a_bad_message_gets_a_contrl_that_names_the_segment() -> None:
    text = answer(edifact(("BGM+73E::9+S-5+4", *SLSRPT_HEAD[1:], *BY_LOCATION)))
    without_problem(text)
    assert text.splitlines()[4:7] == ["UCM+1+SLSRPT:D:96A:UN+4'", "UCS+2'", "UCD+12+3'"]


def test_a_bad_interchange_gets_a_contrl_that_rejects_it() -> None:
    text = answer(edifact((*SLSRPT_HEAD, *BY_LOCATION)).replace(b"UNZ+1", b"UNZ+4"))
    without_problem(text)
    assert text.splitlines()[3:5] == ["UCI+REF9+4012345000009:14+4098765000002:14+4+29'", "UCM+1+SLSRPT:D:96A:UN+4'"]
