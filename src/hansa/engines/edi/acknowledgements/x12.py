"""A 997 as text: AK1 to AK9 for each group received, and TA1 where the interchange itself is at fault."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from hansa.engines.edi.acknowledgements.answers import Answer, answers_to, reasons, segments_in_error
from hansa.engines.edi.acknowledgements.faults import codes_of
from hansa.engines.edi.envelopes import Group, Interchange
from hansa.engines.edi.output import Writer, isa, sayable, x12_syntax
from hansa.engines.edi.problems import EdiProblem
from hansa.engines.edi.spec import x12
from hansa.engines.edi.spec.elements import TIME, day

SPECS = {**x12.ENVELOPE_SEGMENTS, **x12.SEGMENTS_997}
CODE_SETS_WITH_ERRORS = "5"


def functional_acknowledgment(interchange: Interchange, at: datetime, control_number: int, line_break: str) -> str:
    """The 997 to an X12 interchange, sender and receiver exchanged, in its version."""
    names = [
        interchange.sender,
        interchange.receiver,
        *(name for group in interchange.groups for name in (group.sender, group.receiver)),
    ]
    writer = Writer(x12_syntax(names), SPECS)
    version = "005010" if interchange.version.startswith("005") else "004010"
    ends = (
        (_qualifier(interchange.receiver_qualifier), sayable(interchange.receiver, 15)),
        (_qualifier(interchange.sender_qualifier), sayable(interchange.sender, 15)),
    )
    when = f"{at:%y%m%d}", f"{at:%H%M}"
    isa(writer, ends, when=when, version=version[:5], control_number=control_number, test=interchange.test)
    groups = [group for group in interchange.groups if not group.implied]
    if interchange.problems or not groups:
        _ta1(writer, interchange, when)
    if groups:
        _functional_group(writer, interchange, groups, at, control_number, version)
    writer.add("IEA", "1" if groups else "0", f"{control_number:09d}")
    return writer.text(line_break)


def _ta1(writer: Writer, interchange: Interchange, when: tuple[str, str]) -> None:
    """What was tolerated in the envelope (E), or why the interchange is rejected (R)."""
    refusing = any(problem.refuses for problem in interchange.problems)
    found = reasons(interchange.problems, "interchange")
    on, hour = interchange.prepared[:6], interchange.prepared[6:10]
    sent = (on, hour) if len(on) == 6 and day(on) and len(hour) == 4 and TIME.fullmatch(hour) else when
    code = "R" if refusing else "E" if interchange.problems else "A"
    writer.add(
        "TA1",
        _number(interchange.control_number).zfill(9),
        *sent,
        code,
        found[0] if found else "024" if refusing else "000",
    )


def _functional_group(
    writer: Writer, interchange: Interchange, groups: Sequence[Group], at: datetime, control_number: int, version: str
) -> None:
    ours, theirs = (
        _application(groups[0].receiver, interchange.receiver),
        _application(groups[0].sender, interchange.sender),
    )
    writer.add("GS", "FA", ours, theirs, f"{at:%Y%m%d}", f"{at:%H%M}", str(control_number), "X", version)
    for number, group in enumerate(groups, 1):
        first = len(writer.written)
        writer.add("ST", "997", f"{number:04d}")
        _group_answer(writer, interchange, group)
        writer.add("SE", str(len(writer.written) - first + 1), f"{number:04d}")
    writer.add("GE", str(len(groups)), str(control_number))


def _group_answer(writer: Writer, interchange: Interchange, group: Group) -> None:
    writer.add("AK1", _printable(group.functional_id, r"[A-Z0-9]{2}", "ZZ"), _number(group.control_number))
    answers = answers_to(interchange, group)
    for answer in answers:
        _set_answer(writer, answer)
    code = _group_code(interchange, group, answers)
    accepted = sum(answer.code != "R" for answer in answers)
    stated = len(answers) if group.stated_count is None else min(group.stated_count, 999_999)
    writer.add("AK9", code, str(stated), str(len(answers)), str(accepted), *reasons(group.problems, "group")[:5])


def _group_code(interchange: Interchange, group: Group, answers: Sequence[Answer]) -> str:
    codes = {answer.code for answer in answers}
    if codes <= {"R"} or any(problem.refuses for problem in (*interchange.problems, *group.problems)):
        return "R"
    if "R" in codes:
        return "P"
    return "E" if "E" in codes or group.problems else "A"


def _set_answer(writer: Writer, answer: Answer) -> None:
    transaction = answer.transaction
    kind = _printable(transaction.kind, r"[A-Z0-9]{3}", "ZZZ")
    writer.add("AK2", kind, _printable(transaction.control_number, r"[A-Za-z0-9]{4,9}", "0000"))
    in_error = False
    for position, tag, problems in segments_in_error(transaction):
        in_error = True
        _segment_errors(writer, position, tag, problems)
    found = reasons(transaction.problems, "set")[:4]
    if answer.code == "R" and in_error:
        found.append(CODE_SETS_WITH_ERRORS)
    writer.add("AK5", answer.code, *(found if answer.code == "R" else ()))


def _segment_errors(writer: Writer, position: int, tag: str, problems: Sequence[EdiProblem]) -> None:
    """AK3 for each fault of the segment as such, and one with an AK4 for each of its elements."""
    shown, place = _printable(tag, r"[A-Z0-9]{2,3}", "ZZZ"), str(min(max(position, 1), 999_999))
    whole = dict.fromkeys(
        codes_of(problem.code).x12 for problem in problems if codes_of(problem.code).level == "segment"
    )
    for code in whole:
        writer.add("AK3", shown, place, "", code)
    elements = [problem for problem in problems if codes_of(problem.code).level == "element"]
    if elements:
        writer.add("AK3", shown, place, "", "8")
    for problem in elements[:99]:
        element, _, component = problem.element.partition("-")
        where = str(min(int(element or 1), 99)) + (f"{writer.syntax.component}{component}" if component else "")
        writer.add("AK4", where, "", codes_of(problem.code).x12)


def _printable(text: str, pattern: str, otherwise: str) -> str:
    return text if re.fullmatch(pattern, text) else otherwise


def _number(text: str) -> str:
    """A control number as received, or 0 where it was none: AK102 and TA101 take digits only."""
    return _printable(text, r"[0-9]{1,9}", "0")


def _qualifier(text: str) -> str:
    return _printable(text, r"[A-Z0-9]{2}", "ZZ")


def _application(name: str, whole: str) -> str:
    """The name of the group's party, else that of the interchange's, in at least two characters."""
    return (sayable(name, 15, "") or sayable(whole, 15)).ljust(2, "0")
