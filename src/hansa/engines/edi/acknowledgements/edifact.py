"""A CONTRL as text: what was done with the interchange and with each message, and the segments that forbade it."""

from __future__ import annotations

from datetime import datetime

from hansa.engines.edi.acknowledgements.answers import Answer, answers_to, segments_in_error
from hansa.engines.edi.acknowledgements.faults import codes_of
from hansa.engines.edi.envelopes import Interchange
from hansa.engines.edi.output import EDIFACT, Writer, composite, escaped, sayable
from hansa.engines.edi.spec import edifact

SPECS = {**edifact.ENVELOPE_SEGMENTS, **edifact.SEGMENTS_CONTRL}
REJECTED, TAKEN = "4", "7"


def contrl(interchange: Interchange, at: datetime, control_number: int, line_break: str) -> str:
    """The CONTRL to an EDIFACT interchange.

    Single lines at fault do not reject a message, so that CONTRL does not name them.
    """
    writer = Writer(EDIFACT, SPECS)
    control = str(control_number)
    sender = composite(sayable(interchange.sender, 35), sayable(interchange.sender_qualifier, 4, ""))
    receiver = composite(sayable(interchange.receiver, 35), sayable(interchange.receiver_qualifier, 4, ""))
    test = "1" if interchange.test else ""
    writer.add("UNB", "UNOW:4", receiver, sender, composite(f"{at:%y%m%d}", f"{at:%H%M}"), control, *([""] * 5), test)
    writer.add("UNH", "1", "CONTRL:D:3:UN")
    refusing = [problem for problem in interchange.problems if problem.refuses]
    fault = codes_of(refusing[0].code).edifact if refusing else ""
    writer.add(
        "UCI",
        escaped(sayable(interchange.control_number, 14)),
        sender,
        receiver,
        REJECTED if refusing else TAKEN,
        fault,
    )
    for group in interchange.groups:
        for answer in answers_to(interchange, group):
            _message(writer, answer)
    writer.add("UNT", str(len(writer.written)), "1")
    writer.add("UNZ", "1", control)
    return "UNA:+.? '" + line_break + writer.text(line_break)


def _message(writer: Writer, answer: Answer) -> None:
    transaction = answer.transaction
    version, _, release = transaction.version.partition(".")
    kind = composite(sayable(transaction.kind, 6), sayable(version, 3), sayable(release, 3), "UN")
    reference = escaped(sayable(transaction.control_number, 14))
    if answer.code != "R":
        writer.add("UCM", reference, kind, TAKEN)
        return
    refusing = [problem for problem in transaction.problems if problem.refuses]
    whole = next((codes_of(problem.code).edifact for problem in refusing if codes_of(problem.code).level == "set"), "")
    writer.add("UCM", reference, kind, REJECTED, whole)
    for position, _, problems in segments_in_error(transaction):
        first = codes_of(problems[0].code)
        writer.add("UCS", str(min(max(position, 1), 999_999)), first.edifact if first.level == "segment" else "")
        for problem in problems:
            if codes_of(problem.code).level == "element":
                element, _, component = problem.element.partition("-")
                writer.add(
                    "UCD", codes_of(problem.code).edifact, composite(str(min(int(element or 1), 999)), component)
                )
