"""Which characters separate: read from the ISA segment (X12) or the UNA segment (EDIFACT), never assumed."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Literal

from hansa.engines.edi.problems import EdiUnreadable

Standard = Literal["X12", "EDIFACT"]
STARTS = ("ISA", "UNA", "UNB")
BLANK = " \t\r\n\x00\x1a\ufeff\xa0"
ISA_LENGTH = 106
ISA_SEPARATORS = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
LONGEST_ISA = 1_000
CHARACTER_SETS = {
    b"UNOD": "iso-8859-2",
    b"UNOE": "iso-8859-5",
    b"UNOF": "iso-8859-7",
    b"UNOG": "iso-8859-3",
    b"UNOH": "iso-8859-4",
}
UTF_16_AND_32 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True, slots=True)
class Syntax:
    """The separators of one interchange.

    `release` is "" where the standard has none; `note` says what was tolerated.
    """

    standard: Standard
    element: str
    component: str
    terminator: str
    release: str = ""
    decimal: str = "."
    note: str = ""


def decode(data: bytes) -> str:
    """UTF-8 where the bytes are that, else the set that UNB names (ISO 9735), else ISO 8859-1: every byte means
    something there.
    """
    if data.startswith(UTF_16_AND_32):
        raise EdiUnreadable(0, "expected one byte a character or UTF-8; this is UTF-16 or UTF-32")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        named = next((name for mark, name in CHARACTER_SETS.items() if mark in data[:40]), "iso-8859-1")
        return data.decode(named, errors="replace")


def syntax_at(text: str, at: int) -> tuple[Syntax, int]:
    """The separators of the interchange that starts at `at`, and where its first segment (ISA or UNB) starts."""
    start = text[at : at + 3]
    if start == "ISA":
        return _x12(text, at), at
    if start == "UNA":
        return _edifact_service_string(text, at)
    if start == "UNB":
        return _starting(Syntax("EDIFACT", "+", ":", "'", "?"), text, at), at
    raise EdiUnreadable(at, f"expected an ISA, UNA or UNB segment, found {start!r}")


def _x12(text: str, at: int) -> Syntax:
    """A whole ISA is 106 characters wide; one whose padding was lost is counted by its 16 separators instead."""
    window = text[at : at + LONGEST_ISA]
    separator = window[3:4]
    if _is_no_separator(separator):
        raise EdiUnreadable(at + 3, "expected an element separator after ISA")
    if _is_fixed_width(window, separator):
        return _with_terminator(text, at, separator, ISA_LENGTH - 2, "")
    fields = window.split(separator, 16)
    if len(fields) < 17 or len(fields[16]) < 2:
        raise EdiUnreadable(at, "expected an ISA segment of 16 elements and a segment terminator")
    tail = len(window) - len(fields[16])
    return _with_terminator(text, at, separator, tail, "an ISA segment padded to 106 characters")


def _is_fixed_width(window: str, separator: str) -> bool:
    head = window[:ISA_LENGTH]
    return (
        len(head) == ISA_LENGTH
        and head.count(separator) == len(ISA_SEPARATORS)
        and all(head[place] == separator for place in ISA_SEPARATORS)
    )


def _with_terminator(text: str, at: int, separator: str, tail: int, note: str) -> Syntax:
    component, terminator = text[at + tail], text[at + tail + 1]
    if terminator in "\r\n" and _ends_first_line_with(text, at + tail + 1, component):
        # ISA16 was left out: what stands in its place is the terminator, and a line break follows each segment.
        component, terminator, note = "", component, "a component separator in ISA16"
    syntax = Syntax("X12", separator, component, terminator, note=note)
    return _checked(syntax, text, at + tail + 1)


def _ends_first_line_with(text: str, at: int, mark: str) -> bool:
    line = text[at : at + LONGEST_ISA].lstrip().split("\n", 1)[0].rstrip()
    return not _is_word(mark) and line.endswith(mark)


def _edifact_service_string(text: str, at: int) -> tuple[Syntax, int]:
    marks = text[at + 3 : at + 9]
    if len(marks) < 6:
        raise EdiUnreadable(at, "expected six separators after UNA")
    component, element, decimal, release, terminator = marks[0], marks[1], marks[2], marks[3], marks[5]
    first = skip_blank(text, at + 9)
    if text[first : first + 3] != "UNB":
        raise EdiUnreadable(first, "expected a UNB segment after UNA")
    syntax = Syntax("EDIFACT", element, component, terminator, release.strip(), decimal if decimal in ".," else ".")
    return _starting(_checked(syntax, text, at + 3), text, first), first


def _starting(syntax: Syntax, text: str, first: int) -> Syntax:
    if text[first + 3 : first + 4] != syntax.element:
        raise EdiUnreadable(first + 3, f"expected {syntax.element!r} after UNB")
    return _checked(syntax, text, first)


def _checked(syntax: Syntax, text: str, at: int) -> Syntax:
    marks = [mark for mark in (syntax.element, syntax.component, syntax.release, syntax.terminator) if mark]
    if _is_no_separator(syntax.element) or any(_is_word(mark) for mark in marks):
        raise EdiUnreadable(at, "expected separators that are neither letters nor digits")
    if len(set(marks)) < len(marks):
        raise EdiUnreadable(at, "expected separators that differ from each other")
    if syntax.terminator == " ":
        raise EdiUnreadable(at, "expected a segment terminator, found a space")
    if text.find(syntax.terminator, at) < 0:
        raise EdiUnreadable(at, f"expected segments that end with {syntax.terminator!r}")
    return syntax


def _is_no_separator(mark: str) -> bool:
    return not mark or _is_word(mark) or mark in BLANK


def _is_word(mark: str) -> bool:
    """A letter or digit of ASCII; others serve some senders as separators."""
    return mark.isascii() and mark.isalnum()


def skip_blank(text: str, at: int) -> int:
    """The first position from `at` on that holds no blank, line break or padding."""
    end = len(text)
    while at < end and text[at] in BLANK:
        at += 1
    return at
