"""Write segments: separators that no value contains, every segment held against the tables before it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hansa.engines.edi.segments import Segment
from hansa.engines.edi.spec.elements import SegmentSpec, faults_in
from hansa.engines.edi.syntax import BLANK, Syntax

ELEMENT_MARKS = "*|^\x1d`"
COMPONENT_MARKS = ">:<\x1f\\"
TERMINATORS = "~\x1c!'"
EDIFACT = Syntax("EDIFACT", "+", ":", "'", "?")


class EdiUnwritable(ValueError):
    """A value that the standard has no place for: too long, not a number, a character that every separator would clash
    with.
    """


@dataclass(slots=True)
class Writer:
    """Segments on their way out."""

    syntax: Syntax
    specs: Mapping[str, SegmentSpec]
    written: list[str] = field(default_factory=list)

    def add(self, tag: str, *elements: str) -> None:
        """Write one segment of raw elements, without empty ones at its end."""
        values = [tag, *elements]
        while len(values) > 1 and not values[-1]:
            values.pop()
        spec = self.specs.get(tag)
        faults = faults_in(Segment(len(self.written) + 1, tag, values, ""), spec, self.syntax) if spec else ()
        if faults:
            raise EdiUnwritable(f"{tag}, element {faults[0].element}: {faults[0].expected}")
        self.written.append(self.syntax.element.join(values))

    def text(self, line_break: str) -> str:
        """Everything written, each segment with its terminator and a line break."""
        end = self.syntax.terminator + line_break
        return "".join(segment + end for segment in self.written)


def x12_syntax(values: Iterable[str]) -> Syntax:
    """Separators that none of the values contains: X12 has no release character."""
    used = set().union(*values)
    marks = []
    for candidates in (ELEMENT_MARKS, COMPONENT_MARKS, TERMINATORS):
        free = [mark for mark in candidates if mark not in used and mark not in marks]
        if not free:
            raise EdiUnwritable(f"expected values without all of {candidates!r} at once")
        marks.append(free[0])
    return Syntax("X12", marks[0], marks[1], marks[2])


def composite(*components: str) -> str:
    """An EDIFACT element of escaped components, without empty ones at its end.

    >>> composite("A", "it's", "")
    "A:it?'s"
    """
    values = [escaped(component) for component in components]
    while len(values) > 1 and not values[-1]:
        values.pop()
    return ":".join(values)


def escaped(value: str) -> str:
    """The value with a release character before each separator."""
    return "".join(f"?{character}" if character in "?+:'" else character for character in value)


def isa(
    writer: Writer,
    ends: Sequence[tuple[str, str]],
    *,
    when: tuple[str, str],
    version: str,
    control_number: int,
    test: bool,
) -> None:
    """An ISA segment at its full width.

    `ends` are sender and receiver as (qualifier, identifier), `when` is day and time.
    """
    (sender_qualifier, sender), (receiver_qualifier, receiver) = ends
    writer.add(
        "ISA", "00", " " * 10, "00", " " * 10, sender_qualifier, f"{sender:<15}", receiver_qualifier, f"{receiver:<15}",
        *when, "U" if version < "00402" else _repetition(writer.syntax), version, f"{control_number:09d}", "0",
        "T" if test else "P", writer.syntax.component,
    )  # fmt: skip


def _repetition(syntax: Syntax) -> str:
    return next(mark for mark in "^{}@" if mark not in (syntax.element, syntax.component, syntax.terminator))


def sayable(text: str, most: int, otherwise: str = "0") -> str:
    """What can be said again of a text that somebody else sent: its printable characters, cut to `most`."""
    return "".join(character for character in text if character.isprintable())[:most].strip(BLANK) or otherwise
