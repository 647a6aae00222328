"""The envelopes of one interchange, segment by segment: what is open, what closes it, and whether counts and control
numbers agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from hansa.engines.edi.bodies import SETS, body_problems
from hansa.engines.edi.envelopes import Body, Group, Transaction
from hansa.engines.edi.problems import EdiProblem, Problems, Spoils
from hansa.engines.edi.segments import Piece, Segment, segment_of, value_at
from hansa.engines.edi.spec import edifact, x12
from hansa.engines.edi.spec.elements import faults_in
from hansa.engines.edi.syntax import BLANK, Syntax


@dataclass(frozen=True, slots=True)
class Tags:
    """The envelope segments of a standard, and where (element, component) they keep what the reader needs."""

    start: str
    end: str
    group_start: str
    group_end: str
    set_start: str
    set_end: str
    control: tuple[int, int]
    group_control: tuple[int, int]
    group_version: tuple[int, int]
    set_control: tuple[int, int]
    set_kind: tuple[int, int]
    groups_required: bool


TAGS = {
    "X12": Tags("ISA", "IEA", "GS", "GE", "ST", "SE", (13, 0), (6, 0), (8, 0), (2, 0), (1, 0), True),
    "EDIFACT": Tags("UNB", "UNZ", "UNG", "UNE", "UNH", "UNT", (5, 0), (5, 0), (7, 1), (1, 0), (2, 1), False),
}
SPECS = {**x12.ENVELOPE_SEGMENTS, **edifact.ENVELOPE_SEGMENTS}


@dataclass(slots=True)
class State:
    """One interchange while it is read.

    The open group and the open transaction are kept as their headers and what they hold so far.
    """

    text: str
    syntax: Syntax
    tags: Tags
    check_bodies: bool
    header: Segment
    problems: Problems = field(default_factory=Problems)
    groups: list[Group] = field(default_factory=list)
    group: Segment | None = None
    group_implied: bool = False
    group_problems: Problems = field(default_factory=Problems)
    group_controls: set[str] = field(default_factory=set)
    sets: list[Transaction] = field(default_factory=list)
    set_controls: set[str] = field(default_factory=set)
    set: Segment | None = None
    set_body: int = 0
    set_problems: Problems = field(default_factory=Problems)
    last: Piece | None = None
    ended: bool = False
    answers: bool = False

    def value(self, segment: Segment, place: tuple[int, int]) -> str:
        """The text at an (element, component) of an envelope segment."""
        return value_at(segment.elements, *place, self.syntax)


def take(state: State, piece: Piece) -> None:
    """Put one segment where it belongs: an envelope opens or closes, or it stands inside a transaction."""
    tag = piece.raw.partition(state.syntax.element)[0].strip(BLANK)
    tags = state.tags
    if tag == tags.set_start:
        _open_set(state, segment_of(piece, state.syntax), piece)
    elif tag == tags.set_end:
        _close_set(state, segment_of(piece, state.syntax), piece)
    elif tag == tags.group_start:
        _open_group(state, segment_of(piece, state.syntax))
    elif tag == tags.group_end:
        _close_group(state, segment_of(piece, state.syntax))
    elif tag == tags.end:
        _end(state, segment_of(piece, state.syntax))
    elif tag == "TA1" and state.group is None:
        state.answers = True
        check_header(state, segment_of(piece, state.syntax), "nothing")
    elif state.set is None:
        _misplaced(state, piece.no, tag)


def _misplaced(state: State, no: int, tag: str) -> None:
    tags = state.tags
    group_tag = tags.group_end if state.group else tags.group_start
    text = f"expected {tags.set_start}, {group_tag} or {tags.end}; found {tag[:20]!r}"
    if state.group is None:
        state.problems.add(EdiProblem(no, tag[:20], "", "envelope-order", text, "interchange"))
    else:
        state.group_problems.add(EdiProblem(no, tag[:20], "", "envelope-order", text, "group"))


def check_header(state: State, segment: Segment, spoils: Spoils) -> None:
    """Hold an envelope segment against its table; what is wrong with it spoils what it opens or closes."""
    problems = {"interchange": state.problems, "group": state.group_problems, "transaction": state.set_problems}.get(
        spoils, state.problems
    )
    padded = segment.tag == "ISA" and state.syntax.note
    if padded:
        problems.add(EdiProblem(segment.no, "ISA", "", "header-collapsed", f"expected {state.syntax.note}", "nothing"))
    for fault in faults_in(segment, SPECS[segment.tag], state.syntax):
        code = fault.code if spoils == "transaction" else "header-element"
        problems.add(EdiProblem(segment.no, segment.tag, fault.element, code, fault.expected, spoils))


def _open_group(state: State, segment: Segment) -> None:
    leave_set(state, segment)
    leave_group(state, segment)
    state.group, state.group_implied = segment, False
    check_header(state, segment, "group")
    kind = state.value(segment, (1, 0))
    known = [spec for spec in SETS.values() if spec.functional_id == kind]
    version = state.value(segment, state.tags.group_version)
    if known and not version.startswith(known[0].versions):
        text = f"expected a version of {' or '.join(known[0].versions)}; found {version[:20]!r}"
        state.group_problems.add(
            EdiProblem(segment.no, segment.tag, str(state.tags.group_version[0]), "group-version", text, "group")
        )


def _open_set(state: State, segment: Segment, piece: Piece) -> None:
    leave_set(state, segment)
    if state.group is None:
        if state.tags.groups_required:
            text = f"expected {state.tags.group_start} before {segment.tag}"
            state.problems.add(EdiProblem(segment.no, state.tags.group_start, "", "group-missing", text, "interchange"))
        state.group, state.group_implied = segment, True
    state.set, state.set_body = segment, piece.end
    check_header(state, segment, "transaction")
    control = state.value(segment, state.tags.set_control)
    if control in state.set_controls:
        text = f"expected a control number that is new in its group; {control[:20]!r} was used before"
        state.set_problems.add(
            EdiProblem(segment.no, segment.tag, str(state.tags.set_control[0]), "set-repeated", text)
        )
    state.set_controls.add(control)


def _close_set(state: State, segment: Segment, piece: Piece) -> None:
    if state.set is None:
        _misplaced(state, segment.no, segment.tag)
        return
    check_header(state, segment, "transaction")
    opened = state.value(state.set, state.tags.set_control)
    count, control = state.value(segment, (1, 0)), state.value(segment, (2, 0))
    counted = segment.no - state.set.no + 1
    if count.isdigit() and count.isascii() and count.lstrip("0") != str(counted):
        text = f"expected a segment count of {counted}, from {state.set.tag} to {segment.tag}; found {count[:20]}"
        state.set_problems.add(EdiProblem(segment.no, segment.tag, "1", "set-count", text))
    if control != opened:
        text = f"expected control number {opened[:20]!r} as in {state.set.tag}; found {control[:20]!r}"
        state.set_problems.add(EdiProblem(segment.no, segment.tag, "2", "set-control-mismatch", text))
    _keep_set(state, segment.no, piece.start)


def leave_set(state: State, by: Segment) -> None:
    """A new header or an outer trailer came while a transaction was open: its own trailer is missing."""
    if state.set is None:
        return
    text = f"expected {state.tags.set_end} before {by.tag}"
    state.set_problems.add(EdiProblem(by.no, state.tags.set_end, "", "set-trailer-missing", text))
    stop = state.last.end if state.last else state.set_body
    _keep_set(state, by.no, stop)


def _keep_set(state: State, trailer_no: int, stop: int) -> None:
    header = state.set
    if header is None or state.group is None:
        return
    body = Body(state.text, state.set_body, max(stop, state.set_body), header.no + 1)
    kind, control = state.value(header, state.tags.set_kind), state.value(header, state.tags.set_control)
    version = _version(state, header)
    bare = Transaction(kind, control, version, header.no, trailer_no, state.syntax, body, (), 0)
    state.set_problems.extend(_wrong_kind(state, header, kind))
    if state.check_bodies:
        inside = body_problems(bare)
        state.set_problems.extend(inside.listed())
        state.set_problems.total += inside.total - len(inside.listed())
    state.sets.append(replace(bare, problems=state.set_problems.listed(), problem_count=state.set_problems.total))
    state.set, state.set_problems = None, Problems()


def _version(state: State, header: Segment) -> str:
    if state.syntax.standard == "EDIFACT":
        return ".".join(filter(None, (state.value(header, (2, 2)), state.value(header, (2, 3)))))
    own = state.value(header, (3, 0))
    return own or (
        "" if state.group is None or state.group_implied else state.value(state.group, state.tags.group_version)
    )


def _wrong_kind(state: State, header: Segment, kind: str) -> Iterator[EdiProblem]:
    spec = SETS.get(kind)
    if spec is None or state.group is None:
        return
    if state.syntax.standard == "EDIFACT":
        version = state.value(header, (2, 2))
        if version not in spec.versions:
            text = f"expected version {' or '.join(spec.versions)}; found {version[:20]!r}"
            yield EdiProblem(header.no, header.tag, "2-2", "set-unsupported", text)
    elif not state.group_implied and state.value(state.group, (1, 0)) != spec.functional_id:
        text = f"expected {kind} in a group {spec.functional_id}; found it in {state.value(state.group, (1, 0))[:20]!r}"
        yield EdiProblem(header.no, header.tag, "1", "set-kind", text)


def _close_group(state: State, segment: Segment) -> None:
    leave_set(state, segment)
    if state.group is None:
        _misplaced(state, segment.no, segment.tag)
        return
    check_header(state, segment, "group")
    opened = "" if state.group_implied else state.value(state.group, state.tags.group_control)
    _compare(state, state.group_problems, segment, len(state.sets), opened, "group")
    count = state.value(segment, (1, 0))
    _keep_group(state, int(count) if count.isascii() and count.isdigit() and len(count) < 10 else None)


def leave_group(state: State, by: Segment) -> None:
    """A new group or the interchange's trailer came while a group was open: its own trailer is missing."""
    if state.group is None:
        return
    if not state.group_implied:
        text = f"expected {state.tags.group_end} before {by.tag}"
        state.group_problems.add(EdiProblem(by.no, state.tags.group_end, "", "group-trailer-missing", text, "group"))
    _keep_group(state)


def _keep_group(state: State, stated_count: int | None = None) -> None:
    header = state.group
    if header is None:
        return
    control = "" if state.group_implied else state.value(header, state.tags.group_control)
    if not state.group_implied and control in state.group_controls:
        text = f"expected a group control number that is new in the interchange; {control[:20]!r} was used before"
        state.group_problems.add(
            EdiProblem(header.no, header.tag, str(state.tags.group_control[0]), "group-repeated", text, "group")
        )
    fields = (
        ("", "", "", "") if state.group_implied else tuple(state.value(header, place) for place in _group_places(state))
    )
    kept = Group(
        functional_id=fields[0],
        sender=fields[1],
        receiver=fields[2],
        control_number=control,
        version=fields[3],
        implied=state.group_implied,
        stated_count=stated_count,
        transactions=tuple(state.sets),
        problems=state.group_problems.listed(),
    )
    state.groups.append(kept)
    state.group_controls.add(control)
    state.group, state.group_problems, state.sets, state.set_controls = None, Problems(), [], set()


def _group_places(state: State) -> Iterable[tuple[int, int]]:
    component = 1 if state.syntax.standard == "EDIFACT" else 0
    return ((1, 0), (2, component), (3, component), state.tags.group_version)


def _end(state: State, segment: Segment) -> None:
    leave_set(state, segment)
    leave_group(state, segment)
    check_header(state, segment, "interchange")
    implied = bool(state.groups) and all(group.implied for group in state.groups) and not state.tags.groups_required
    count = sum(len(group.transactions) for group in state.groups) if implied else len(state.groups)
    _compare(state, state.problems, segment, count, state.value(state.header, state.tags.control), "interchange")
    state.ended = True


def _compare(state: State, problems: Problems, segment: Segment, counted: int, opened: str, spoils: Spoils) -> None:
    count, control = state.value(segment, (1, 0)), state.value(segment, (2, 0))
    if count.isdigit() and count.isascii() and (count.lstrip("0") or "0") != str(counted):
        text = f"expected a count of {counted}; found {count[:20]}"
        problems.add(EdiProblem(segment.no, segment.tag, "1", f"{spoils}-count", text, spoils))
    if not _same_number(control, opened):
        text = f"expected control number {opened[:20]!r}; found {control[:20]!r}"
        problems.add(EdiProblem(segment.no, segment.tag, "2", f"{spoils}-control-mismatch", text, spoils))


def _same_number(one: str, other: str) -> bool:
    """Control numbers of interchanges and groups are numbers in X12: leading zeros do not count."""
    return one == other or (one.isdigit() and other.isdigit() and one.lstrip("0") == other.lstrip("0"))
