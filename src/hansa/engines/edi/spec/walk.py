"""Hold the segments of a transaction against its loops: one pass, constant memory.

Order inside a loop is free as far as meaning goes (which loop a segment belongs to never depends on it); a segment that
stands before one of its forerunners is noted, not refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from hansa.engines.edi.problems import EdiProblem, Spoils
from hansa.engines.edi.segments import Segment
from hansa.engines.edi.spec.elements import Fault, SegmentSpec, faults_in
from hansa.engines.edi.spec.loops import Loop, Use
from hansa.engines.edi.syntax import Syntax

CACHED = 50_000


class Step(NamedTuple):
    """One thing that happens on the way: a loop opens, a segment stands in it, a loop closes.

    `segment` of a closing loop is what closed it.
    """

    event: Literal["open", "segment", "close"]
    loop: Loop
    segment: Segment
    problems: tuple[EdiProblem, ...]


@dataclass(slots=True)
class _Frame:
    loop: Loop
    counts: dict[int, int] = field(default_factory=dict)
    last: int = 0


@dataclass(slots=True)
class _Walk:
    specs: Mapping[str, SegmentSpec]
    syntax: Syntax
    frames: list[_Frame]
    cache: dict[str, tuple[Fault, ...]] = field(default_factory=dict)


def walk(
    segments: Iterable[Segment], body: Loop, specs: Mapping[str, SegmentSpec], syntax: Syntax, *, end: Segment
) -> Iterator[Step]:
    """The steps through `segments`; `end` is the trailer, at which every loop still open closes."""
    state = _Walk(specs, syntax, [_Frame(body)])
    for segment in segments:
        step = _place_simple(state, segment)
        if step:
            yield step
        else:
            yield from _place(state, segment)
    while state.frames:
        yield _close(state, end)


def _place_simple(state: _Walk, segment: Segment) -> Step | None:
    """The shortcut for most segments, in their turn in the open loop; None for one that takes the long way."""
    frame = state.frames[-1]
    index, most = frame.loop.simple.get(segment.tag, (0, 0))
    count = frame.counts.get(index, 0)
    if count >= most or index < frame.last:
        return None
    frame.counts[index] = count + 1
    frame.last = index
    return Step("segment", frame.loop, segment, _elements(state, segment, segment.tag, frame.loop.spoils))


def _place(state: _Walk, segment: Segment) -> Iterator[Step]:
    depth, index, overflow = _find(state.frames, segment.tag)
    if index < 0:
        yield _unplaced(state, segment)
        return
    while len(state.frames) > depth + 1:
        yield _close(state, segment)
    frame = state.frames[depth]
    use = frame.loop.uses[index]
    frame.counts[index] = frame.counts.get(index, 0) + 1
    problems = _sequence(frame, index, use, segment, overflow) if overflow or index < frame.last else ()
    frame.last = max(frame.last, index)
    if isinstance(use, Loop):
        state.frames.append(_Frame(use, {0: 1}))
        yield Step("open", use, segment, ())
        first = use.uses[0]
        use, frame = first if isinstance(first, Use) else use, state.frames[-1]
    name = use.spec if isinstance(use, Use) and use.spec else segment.tag
    yield Step("segment", frame.loop, segment, (*problems, *_elements(state, segment, name, frame.loop.spoils)))


def _find(frames: list[_Frame], tag: str) -> tuple[int, int, bool]:
    """The frame and the use where a tag fits: inside out, first where there is room, else where there would be."""
    full = (-1, -1, True)
    for depth in range(len(frames) - 1, -1, -1):
        frame = frames[depth]
        for index in frame.loop.places.get(tag, ()):
            if depth and index == 0:
                continue
            if frame.counts.get(index, 0) < frame.loop.uses[index].most:
                return depth, index, False
            if full[1] < 0:
                full = (depth, index, True)
    return full


def _sequence(frame: _Frame, index: int, use: Use | Loop, segment: Segment, overflow: bool) -> list[EdiProblem]:
    found = []
    if overflow:
        code = "loop-overflow" if isinstance(use, Loop) else "segment-overflow"
        text = f"expected {segment.tag} at most {use.most} times in {frame.loop.name}"
        found.append(EdiProblem(segment.no, segment.tag, "", code, text, _reach(frame, use)))
    if index < frame.last:
        text = f"expected {segment.tag} earlier in {frame.loop.name}"
        found.append(EdiProblem(segment.no, segment.tag, "", "segment-order", text, "nothing"))
    return found


def _reach(frame: _Frame, use: Use | Loop) -> Spoils:
    return use.spoils if isinstance(use, Loop) else frame.loop.spoils


def _unplaced(state: _Walk, segment: Segment) -> Step:
    """A segment that fits nowhere: what follows may belong to something that it should have opened, so it spoils its
    loop.
    """
    frame = state.frames[-1]
    known = segment.tag in state.frames[0].loop.tags
    code = "segment-unexpected" if known else "segment-unknown"
    text = f"expected no {segment.tag[:20]} in {frame.loop.name}"
    return Step(
        "segment", frame.loop, segment, (EdiProblem(segment.no, segment.tag[:20], "", code, text, frame.loop.spoils),)
    )


def _elements(state: _Walk, segment: Segment, name: str, spoils: Spoils) -> tuple[EdiProblem, ...]:
    spec = state.specs.get(name)
    if spec is None:
        return ()
    key = segment.raw if name == segment.tag else f"{name}\n{segment.raw}"
    faults = state.cache.get(key)
    if faults is None:
        if len(state.cache) >= CACHED:
            state.cache.clear()
        faults = state.cache[key] = faults_in(segment, spec, state.syntax)
    return tuple(EdiProblem(segment.no, segment.tag, *fault, spoils) for fault in faults) if faults else ()


def _close(state: _Walk, by: Segment) -> Step:
    frame = state.frames.pop()
    missing = []
    for index in frame.loop.required:
        use = frame.loop.uses[index]
        if frame.counts.get(index, 0) < use.least:
            tag = use.tag if isinstance(use, Use) else use.trigger
            text = f"expected {tag} in {frame.loop.name} before {by.tag}"
            missing.append(EdiProblem(by.no, tag, "", "segment-missing", text, frame.loop.spoils))
    return Step("close", frame.loop, by, tuple(missing))
