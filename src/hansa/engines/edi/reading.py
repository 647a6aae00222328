"""Read the envelopes of a file:

X12 and EDIFACT, several interchanges in one file, every fault collected where it stands.
"""

from __future__ import annotations

from dataclasses import replace

from hansa.engines.edi.envelopes import Interchange
from hansa.engines.edi.problems import EdiProblem, EdiUnreadable
from hansa.engines.edi.scan import TAGS, State, check_header, leave_group, leave_set, take
from hansa.engines.edi.segments import Limits, Segment, pieces, segment_of
from hansa.engines.edi.syntax import STARTS, decode, skip_blank, syntax_at

DEFAULT_LIMITS = Limits()


def read_interchanges(data: bytes, *, limits: Limits = DEFAULT_LIMITS, check_bodies: bool = True) -> list[Interchange]:
    """Every interchange of a file, in its order, with the faults of envelopes and (`check_bodies`) of the segments
    inside.

    Separators come from ISA or UNA; an ISA whose padding was lost, line breaks and indentation between segments are
    tolerated. Raises `EdiUnreadable` for bytes that cannot be cut into segments or that pass a limit, and nothing else.
    """
    if len(data) > limits.bytes:
        raise EdiUnreadable(limits.bytes, f"expected at most {limits.bytes:,} bytes")
    text = decode(data)
    at, no = skip_blank(text, 0), 1
    if at == len(text):
        raise EdiUnreadable(0, "expected an ISA, UNA or UNB segment; the file is empty")
    found: list[Interchange] = []
    while at < len(text):
        if len(found) >= limits.interchanges:
            raise EdiUnreadable(at, f"expected at most {limits.interchanges:,} interchanges")
        interchange, at = _read_interchange(text, at, no, limits, check_bodies)
        no = interchange.last_no + 1
        found.append(interchange)
    return _with_repeats(found)


def _read_interchange(text: str, at: int, no: int, limits: Limits, check_bodies: bool) -> tuple[Interchange, int]:
    syntax, first = syntax_at(text, at)
    state: State | None = None
    resume = len(text)
    for piece in pieces(text, first, len(text), syntax, no=no, limits=limits):
        if state is None:
            state = State(text, syntax, TAGS[syntax.standard], check_bodies, segment_of(piece, syntax))
            check_header(state, state.header, "interchange")
        elif piece.raw[:3] in STARTS:
            resume = skip_blank(text, piece.start)
            break
        else:
            take(state, piece)
        state.last = piece
        if state.ended:
            resume = _after(state, text, piece.end)
            break
    if state is None or state.last is None:
        raise EdiUnreadable(first, "expected segments after the separators")
    return _finished(state), resume


def _after(state: State, text: str, at: int) -> int:
    """Where the next interchange starts.

    Anything else after the end may be the rest of a lost one, so it is refused, not skipped.
    """
    at = skip_blank(text, at)
    if at == len(text) or text[at : at + 3] in STARTS:
        return at
    no = state.last.no if state.last else 0
    expected = f"expected nothing after {state.tags.end}, or another interchange; found {text[at : at + 20]!r}"
    state.problems.add(EdiProblem(no, state.tags.end, "", "trailing-content", expected, "interchange"))
    starts = [found for found in (text.find(start, at) for start in STARTS) if found >= 0]
    return min(starts) if starts else len(text)


def _finished(state: State) -> Interchange:
    last_no = state.last.no if state.last else state.header.no
    if not state.ended:
        end = Segment(last_no + 1, state.tags.end, [], "")
        leave_set(state, end)
        leave_group(state, end)
        text = f"expected {state.tags.end} at the end; the interchange stops without it"
        state.problems.add(EdiProblem(last_no, state.tags.end, "", "interchange-trailer-missing", text, "interchange"))
    if not state.answers and not any(group.transactions for group in state.groups):
        text = f"expected at least one {state.tags.set_start}"
        state.problems.add(EdiProblem(last_no, state.tags.set_start, "", "interchange-empty", text, "interchange"))
    is_x12 = state.syntax.standard == "X12"
    places = ((12, 0), (6, 0), (5, 0), (8, 0), (7, 0)) if is_x12 else ((1, 2), (2, 1), (2, 2), (3, 1), (3, 2))
    version, sender, sender_qualifier, receiver, receiver_qualifier = (
        state.value(state.header, place) for place in places
    )
    day, hour = (state.value(state.header, place) for place in (((9, 0), (10, 0)) if is_x12 else ((4, 1), (4, 2))))
    return Interchange(
        standard=state.syntax.standard,
        version=version,
        syntax=state.syntax,
        sender=sender,
        sender_qualifier=sender_qualifier,
        receiver=receiver,
        receiver_qualifier=receiver_qualifier,
        control_number=state.value(state.header, state.tags.control),
        prepared=f"{day}{hour}",
        test=state.value(state.header, (15, 0)) == "T" if is_x12 else state.value(state.header, (11, 0)) == "1",
        groups=tuple(state.groups),
        problems=state.problems.listed(),
        first_no=state.header.no,
        last_no=last_no,
    )


def _with_repeats(interchanges: list[Interchange]) -> list[Interchange]:
    """Mark an interchange whose control number its sender used before in the same file."""
    seen: set[tuple[str, str, str]] = set()
    marked = []
    for interchange in interchanges:
        key = (interchange.standard, interchange.sender, interchange.control_number)
        if key in seen:
            header = TAGS[interchange.standard]
            number = interchange.control_number[:20]
            text = f"expected a control number that is new in the file; {number!r} was used before"
            problem = EdiProblem(
                interchange.first_no, header.start, str(header.control[0]), "interchange-repeated", text, "interchange"
            )
            interchange = replace(interchange, problems=(*interchange.problems, problem))
        seen.add(key)
        marked.append(interchange)
    return marked
