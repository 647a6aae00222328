"""From text to segments, elements and components.

The terminator is split on first: `SE*` also stands inside `REF*SE*…`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from hansa.engines.edi.problems import EdiUnreadable
from hansa.engines.edi.syntax import BLANK, Syntax

CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may count at most before it is refused as unreadable."""

    bytes: int = 256 * 1024 * 1024
    segments: int = 20_000_000
    elements: int = 500
    interchanges: int = 10_000


class Piece(NamedTuple):
    """One segment uncut: its number in the file, its text without terminator, where it starts and the next one does."""

    no: int
    raw: str
    start: int
    end: int


class Segment(NamedTuple):
    """One segment.

    `elements[0]` is the tag; elements are as written, still with release characters (see `component`).
    """

    no: int
    tag: str
    elements: list[str]
    raw: str


def pieces(text: str, start: int, stop: int, syntax: Syntax, *, no: int, limits: Limits) -> Iterator[Piece]:
    """Cut `text[start:stop]` at the terminator; blank pieces (line breaks between segments) are not counted."""
    at = start
    while at < stop:
        cut = _next_terminator(text, at, stop, syntax)
        end = stop if cut < 0 else cut
        raw = text[at:end].lstrip(BLANK).rstrip("\r\n")
        following = end + 1 if cut >= 0 else stop
        if raw:
            if no > limits.segments:
                raise EdiUnreadable(at, f"expected at most {limits.segments:,} segments")
            if raw.count(syntax.element) >= limits.elements:
                raise EdiUnreadable(at, f"expected at most {limits.elements:,} elements in a segment")
            yield Piece(no, raw, at, following)
            no += 1
        at = following


def raw_segments(text: str, start: int, stop: int, syntax: Syntax) -> Iterator[str]:
    """What `pieces` cuts, for text that has passed the limits: quicker where nothing can be released."""
    if syntax.release:
        unlimited = Limits(segments=2**62, elements=2**62)
        yield from (piece.raw for piece in pieces(text, start, stop, syntax, no=1, limits=unlimited))
        return
    rest = ""
    for at in range(start, stop, CHUNK):
        parts = (rest + text[at : min(at + CHUNK, stop)]).split(syntax.terminator)
        rest = parts.pop()
        for part in parts:
            raw = part.lstrip(BLANK).rstrip("\r\n")
            if raw:
                yield raw
    raw = rest.lstrip(BLANK).rstrip("\r\n")
    if raw:
        yield raw


def _next_terminator(text: str, at: int, stop: int, syntax: Syntax) -> int:
    found = text.find(syntax.terminator, at, stop)
    while found >= 0 and syntax.release and _is_released(text, found, at, syntax.release):
        found = text.find(syntax.terminator, found + 1, stop)
    return found


def _is_released(text: str, place: int, floor: int, release: str) -> bool:
    before = place
    while before > floor and text[before - 1] == release:
        before -= 1
    return (place - before) % 2 == 1


def segment_of(piece: Piece, syntax: Syntax) -> Segment:
    """The elements of a piece."""
    return cut(piece.no, piece.raw, syntax)


def cut(no: int, raw: str, syntax: Syntax) -> Segment:
    """The elements of a segment's text."""
    elements = split_released(raw, syntax.element, syntax.release) if syntax.release else raw.split(syntax.element)
    return Segment(no, elements[0].strip(BLANK), elements, raw)


def split_released(raw: str, separator: str, release: str) -> list[str]:
    """Split on a separator that no release character precedes. An empty separator splits nothing.

    >>> split_released("A+B?+C+D??+E", "+", "?")
    ['A', 'B?+C', 'D??', 'E']
    """
    if not separator:
        return [raw]
    parts = raw.split(separator)
    if not release or release not in raw:
        return parts
    joined: list[list[str]] = [[]]
    for part in parts:
        joined[-1].append(part)
        if (len(part) - len(part.rstrip(release))) % 2 == 0:
            joined.append([])
    return [separator.join(group) for group in joined if group]


@lru_cache(maxsize=16)
def _release_pattern(release: str) -> re.Pattern[str]:
    return re.compile(re.escape(release) + "(.)", re.DOTALL)


def unreleased(value: str, release: str) -> str:
    """The value as meant, without release characters.

    >>> unreleased("100?+ proof??", "?")
    '100+ proof?'
    """
    return _release_pattern(release).sub(r"\1", value) if release and release in value else value


def value_at(elements: list[str], element: int, component: int, syntax: Syntax) -> str:
    """The text at an element (from 1) and component (from 1; 0 is the whole element), "" where there is none."""
    if element >= len(elements):
        return ""
    whole = elements[element]
    if not component and not (syntax.release and syntax.release in whole):
        return whole.strip(BLANK)
    if component:
        parts = split_released(whole, syntax.component, syntax.release)
        whole = parts[component - 1] if component <= len(parts) else ""
    return unreleased(whole, syntax.release).strip(BLANK)
