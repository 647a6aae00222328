"""Envelopes, separators and limits."""

from __future__ import annotations

import pytest

from hansa.engines.edi import EdiProblem, EdiUnreadable, Interchange, Limits, read_interchanges, segments
from hansa.engines.edi.tests.samples import BY_LOCATION, GS, ISA, RETURN, SALE, SLSRPT_HEAD, edifact, report, x12

GOOD = x12(report(SALE, RETURN))


def problems_of(interchange: Interchange) -> list[EdiProblem]:
    inner = [problem for group in interchange.groups for problem in group.problems]
    sets = [problem for group in interchange.groups for one in group.transactions for problem in one.problems]
    return [*interchange.problems, *inner, *sets]


def codes(data: bytes) -> list[tuple[int, str, str, str]]:
    found = [problem for interchange in read_interchanges(data) for problem in problems_of(interchange)]
    return [(problem.segment_no, problem.segment, problem.element, problem.code) for problem in found]


def test_a_good_interchange_has_no_problem_and_tells_who_sent_what() -> None:
    (interchange,) = read_interchanges(GOOD)
    (group,) = interchange.groups
    (transaction,) = group.transactions
    assert problems_of(interchange) == []
    assert (interchange.standard, interchange.version, interchange.sender, interchange.receiver) == (
        "X12",
        "00401",
        "NORDWIND",
        "HERSTELLER",
    )
    assert (interchange.control_number, interchange.test, interchange.prepared) == ("000000012", False, "2609050700")
    assert (group.functional_id, group.control_number, group.version, group.stated_count) == ("PT", "12", "004010", 1)
    assert (transaction.kind, transaction.control_number, transaction.version) == ("867", "0001", "004010")
    assert (transaction.header_no, transaction.trailer_no) == (3, 30)
    assert [segment.tag for segment in transaction.segments()][:3] == ["BPT", "CUR", "DTM"]
    assert interchange.accepts(group, transaction)


@pytest.mark.parametrize("end", ["~", "~\r\n", "\n", "\r\n", "!\n\n", "\x1c", "Ö"])
def test_any_terminator_with_or_without_line_breaks_is_read(end: str) -> None:
    assert codes(x12(report(SALE), end=end)) == []


@pytest.mark.parametrize("element", ["|", "^", "\x1d", "+"])
def test_any_element_separator_is_read(element: str) -> None:
    assert codes(GOOD.replace(b"*", element.encode())) == []


def test_a_collapsed_isa_is_read_and_noted() -> None:
    collapsed = ISA.replace("          ", "").replace("       ", "").replace("     ", "")
    (interchange,) = read_interchanges(x12(report(SALE), isa=collapsed))
    assert interchange.sender == "NORDWIND"
    assert [(problem.code, problem.spoils) for problem in interchange.problems] == [("header-collapsed", "nothing")]


def test_an_isa_without_its_last_element_is_read_and_noted() -> None:
    (interchange,) = read_interchanges(x12(report(SALE), isa=ISA[:-1]))
    assert [(problem.code, problem.spoils) for problem in interchange.problems] == [("header-collapsed", "nothing")]
    assert interchange.groups[0].transactions[0].problems == ()


def test_a_line_break_inside_isa_and_indented_segments_are_read() -> None:
    broken = x12(report(SALE), isa=ISA.replace("*ZZ*HERSTELLER", "\n*ZZ*HERSTELLER")).replace(b"~\n", b"~\n\t  ")
    (interchange,) = read_interchanges(broken)
    assert [problem.code for problem in problems_of(interchange)] == ["header-collapsed"]


def test_the_test_flag_is_told_and_no_problem() -> None:
    (interchange,) = read_interchanges(x12(report(SALE), isa=ISA.replace("*P*>", "*T*>")))
    assert interchange.test
    assert problems_of(interchange) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"SE*28*0001", b"SE*27*0001", (30, "SE", "1", "set-count")),
        (b"SE*28*0001", b"SE*28*0009", (30, "SE", "2", "set-control-mismatch")),
        (b"SE*28*0001~\n", b"", (30, "SE", "", "set-trailer-missing")),
        (b"GE*1*12", b"GE*2*12", (31, "GE", "1", "group-count")),
        (b"GE*1*12", b"GE*1*13", (31, "GE", "2", "group-control-mismatch")),
        (b"GE*1*12~\n", b"", (31, "GE", "", "group-trailer-missing")),
        (b"IEA*1*", b"IEA*3*", (32, "IEA", "1", "interchange-count")),
        (b"IEA*1*000000012", b"IEA*1*000000013", (32, "IEA", "2", "interchange-control-mismatch")),
        (b"IEA*1*000000012~\n", b"", (31, "IEA", "", "interchange-trailer-missing")),
        (GS.encode(), GS.replace("004010", "003050").encode(), (2, "GS", "8", "group-version")),
        (GS.encode(), GS.replace("*PT*", "*PO*").encode(), (3, "ST", "1", "set-kind")),
        (b"ST*867", b"ST*850", (3, "ST", "1", "set-unsupported")),
        (GS.encode() + b"~\n", b"", (2, "GS", "", "group-missing")),
        (b"*260905*0700*U", b"*260935*0700*U", (1, "ISA", "9", "header-element")),
    ],
)
def test_each_fault_of_an_envelope_is_found_where_it_stands_and_refuses(
    old: bytes, new: bytes, expected: tuple[int, str, str, str]
) -> None:
    broken = GOOD.replace(old, new)
    (interchange,) = read_interchanges(broken)
    assert broken != GOOD
    assert expected in codes(broken)
    assert not any(interchange.accepts(group, one) for group in interchange.groups for one in group.transactions)


def test_a_truncated_file_is_refused_at_every_cut() -> None:
    for cut in range(len(ISA) + 60, len(GOOD) - 3, 7):
        (interchange,) = read_interchanges(GOOD[:cut])
        assert not any(interchange.accepts(group, one) for group in interchange.groups for one in group.transactions), (
            cut
        )


def test_the_tag_of_a_trailer_inside_a_value_ends_nothing() -> None:
    assert codes(x12(report((*SALE[:-1], "REF*SE*SE*IEA", SALE[-1])))) == []


def test_control_numbers_that_come_twice_are_found_in_group_interchange_and_file() -> None:
    twice = x12(report(SALE), report(SALE)).replace(b"*0002~", b"*0001~")
    assert codes(twice) == [(25, "ST", "2", "set-repeated")]
    assert [problem[3] for problem in codes(GOOD + GOOD)] == ["interchange-repeated"]
    group = GOOD[GOOD.index(b"GS*") : GOOD.index(b"IEA")]
    doubled = GOOD.replace(b"IEA*1", group + b"IEA*2")
    assert [problem[3] for problem in codes(doubled)] == ["group-repeated"]


def test_segments_are_counted_through_all_interchanges_of_a_file() -> None:
    second = x12(report(RETURN), isa=ISA.replace("000000012", "000000013")).replace(
        b"IEA*1*000000012", b"IEA*1*000000013"
    )
    first, other = read_interchanges(GOOD + b"\r\n" + second.replace(b"*", b"|").replace(b"~", b"!"))
    assert (first.first_no, first.last_no, other.first_no) == (1, 32, 33)
    assert problems_of(other) == []


def test_what_follows_the_end_is_refused_not_skipped() -> None:
    assert codes(GOOD + b"QTY*39*5~") == [(32, "IEA", "", "trailing-content")]
    assert codes(GOOD + b"\x00\x1a\r\n") == []


@pytest.mark.parametrize(
    ("data", "position", "expected"),
    [
        (b"", 0, "empty"),
        (b" \r\n", 0, "empty"),
        (b"GS*PT*A*B~", 0, "ISA, UNA or UNB"),
        (b"\xff\xfeI\x00S\x00A\x00", 0, "UTF-16"),
        (b"ISA*00*short~", 0, "16 elements"),
        (b"ISAX00X", 3, "element separator"),
        (ISA.encode() + b"GS*PT", 105, "neither letters nor digits"),
        (b"UNA:+.? 'BGM+1'", 9, "UNB segment after UNA"),
        (b"UNA:+.?", 0, "six separators"),
        (b"UNA++.? 'UNB+UNOC:3'", 3, "differ from each other"),
        (b"UNB+UNOC:3+A+B+260905:0700+1\nUNH+1", 0, "segments that end with"),
    ],
)
def test_bytes_that_cannot_be_cut_are_unreadable_with_place_and_reason(
    data: bytes, position: int, expected: str
) -> None:
    with pytest.raises(EdiUnreadable, match=expected) as caught:
        read_interchanges(data)
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(bytes=100), "at most 100 bytes"),
        (Limits(segments=10), "at most 10 segments"),
        (Limits(elements=10), "at most 10 elements"),
        (Limits(interchanges=0), "at most 0 interchanges"),
    ],
)
def test_counted_limits_hold(limits: Limits, expected: str) -> None:
    with pytest.raises(EdiUnreadable, match=expected):
        read_interchanges(GOOD, limits=limits)


def test_many_faults_are_counted_and_the_first_thousand_listed() -> None:
    (interchange,) = read_interchanges(x12(report(SALE, ["XYZ*1"] * 3_000)))
    (transaction,) = interchange.groups[0].transactions
    assert (transaction.problem_count, len(transaction.problems)) == (3_000, 1_000)


def test_edifact_is_read_with_and_without_una() -> None:
    body = (*SLSRPT_HEAD, *BY_LOCATION)
    assert codes(edifact(body)) == []
    assert codes(edifact(body, una="")) == []
    assert codes(edifact(body).replace(b":", b"#").replace(b"+", b"|")) == []
    (interchange,) = read_interchanges(
        edifact(body, unb="UNB+UNOC:3+4012345000009:14+4098765000002:14+260905:0700+REF9++++++1")
    )
    assert (interchange.sender, interchange.sender_qualifier, interchange.control_number, interchange.test) == (
        "4012345000009",
        "14",
        "REF9",
        True,
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"UNT+18+1", b"UNT+17+1", (19, "UNT", "1", "set-count")),
        (b"UNT+18+1", b"UNT+18+2", (19, "UNT", "2", "set-control-mismatch")),
        (b"UNZ+1+REF9", b"UNZ+2+REF9", (20, "UNZ", "1", "interchange-count")),
        (b"UNZ+1+REF9", b"UNZ+1+REF8", (20, "UNZ", "2", "interchange-control-mismatch")),
        (b"SLSRPT:D:", b"INVRPT:D:", (2, "UNH", "1", "set-unsupported")),
        (b"SLSRPT:D:", b"SLSRPT:S:", (2, "UNH", "2-2", "set-unsupported")),
        (b"+260905:0700", b"+261305:0700", (1, "UNB", "4-1", "header-element")),
    ],
)
def test_each_fault_of_an_edifact_envelope_is_found(
    old: bytes, new: bytes, expected: tuple[int, str, str, str]
) -> None:
    assert expected in codes(edifact((*SLSRPT_HEAD, *BY_LOCATION)).replace(old, new))


def test_edifact_groups_are_read() -> None:
    body = edifact((*SLSRPT_HEAD, *BY_LOCATION)).replace(
        b"UNH+1", b"UNG+SLSRPT+A:14+B:14+260905:0700+7+UN+D:96A'\nUNH+1", 1
    )
    grouped = body.replace(b"UNZ+1", b"UNE+1+7'\nUNZ+1")
    (interchange,) = read_interchanges(grouped)
    assert codes(grouped) == []
    assert (interchange.groups[0].control_number, interchange.groups[0].implied) == ("7", False)
    assert (21, "UNE", "", "group-trailer-missing") in codes(body)


def test_latin_1_and_utf_8_names_are_read() -> None:
    for charset in ("utf-8", "iso-8859-1"):
        data = GOOD.decode().replace("KIEL", "MÜNCHEN").encode(charset)
        (interchange,) = read_interchanges(data)
        assert any("MÜNCHEN" in segment.raw for segment in interchange.groups[0].transactions[0].segments())


@pytest.mark.parametrize("chunk", [1, 2, 7, 64])
def test_segments_are_cut_alike_wherever_a_chunk_of_text_ends(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [segment.raw for segment in read_interchanges(GOOD)[0].groups[0].transactions[0].segments()]
    monkeypatch.setattr(segments, "CHUNK", chunk)
    assert [segment.raw for segment in read_interchanges(GOOD)[0].groups[0].transactions[0].segments()] == whole
    assert len(whole) == 26


def test_a_release_character_keeps_separators_as_text() -> None:
    body = edifact((*SLSRPT_HEAD, *BY_LOCATION)).replace(b"R-5", b"R?+5?:?'??")
    (interchange,) = read_interchanges(body)
    (transaction,) = interchange.groups[0].transactions
    found = next(segment for segment in transaction.segments() if segment.tag == "RFF")
    assert found.elements == ["RFF", "IV:R?+5?:?'??:2"]
    assert segments.value_at(found.elements, 1, 2, interchange.syntax) == "R+5:'?"
    assert problems_of(interchange) == []
