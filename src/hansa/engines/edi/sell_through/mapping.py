"""Walk through a report and hand each segment to its reader; a table a standard says which loops make lines and what
the segments mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from hansa.engines.edi.bodies import checked_steps
from hansa.engines.edi.envelopes import Transaction
from hansa.engines.edi.problems import EdiProblem, Problems
from hansa.engines.edi.segments import Segment
from hansa.engines.edi.sell_through.draft import Draft, Priorities, finished_line, first_of
from hansa.engines.edi.sell_through.values import Content, Purpose, SellThroughLine
from hansa.engines.edi.spec.loops import Loop
from hansa.engines.edi.spec.walk import Step
from hansa.engines.edi.syntax import Syntax

Reader = Callable[[Draft, Segment, Syntax], None]
ORPHANING = ("segment-unknown", "segment-unexpected")


@dataclass(frozen=True, slots=True)
class ReportTable:
    """How one standard says what a line says: the loops around lines, those that are lines, the reader of each segment,
    who wins.
    """

    around: tuple[Loop, ...]
    lines: tuple[Loop, ...]
    readers: Mapping[str, Reader]
    wins: Priorities
    purposes: Mapping[str, Purpose]


@dataclass(slots=True)
class _State:
    table: ReportTable
    syntax: Syntax
    header: Draft = field(default_factory=Draft)
    around: list[Draft] = field(default_factory=list)
    line: Draft | None = None
    pending: list[tuple[Draft, tuple[Draft, ...]]] = field(default_factory=list)
    lines: list[SellThroughLine] = field(default_factory=list)
    loose: Problems = field(default_factory=Problems)


def content_of(transaction: Transaction, table: ReportTable) -> Content:
    """The report's header and lines.

    A fault in a transfer or an item spoils each of its lines. A segment that belongs nowhere spoils everything up to
    the next transfer or location: what follows may have been meant for something that this segment should have opened.
    """
    state = _State(table, transaction.syntax)
    for step in checked_steps(transaction):
        if step.event == "open":
            _open(state, step)
        elif step.event == "segment":
            _read(state, step)
        else:
            _close(state, step)
    return _content(state)


def _open(state: _State, step: Step) -> None:
    draft = Draft(step.segment.no, step.segment.tag)
    if step.loop in state.table.lines:
        state.line = draft
    elif step.loop in state.table.around:
        state.around.append(draft)


def _read(state: _State, step: Step) -> None:
    target = _target(state)
    reader = state.table.readers.get(step.segment.tag)
    if reader:
        reader(target, step.segment, state.syntax)
    if step.problems:
        _attach(state, step.problems)


def _target(state: _State) -> Draft:
    return state.line or (state.around[-1] if state.around else state.header)


def _attach(state: _State, problems: tuple[EdiProblem, ...]) -> None:
    for problem in problems:
        if problem.spoils != "line" or not state.around:
            state.loose.add(problem)
        elif problem.code in ORPHANING:
            state.around[0].problems.append(problem)
        else:
            _target(state).problems.append(problem)


def _close(state: _State, step: Step) -> None:
    _attach(state, step.problems)
    if step.loop in state.table.lines and state.line:
        state.pending.append((state.line, tuple(reversed(state.around))))
        for draft in state.around:
            draft.lines += 1
        state.line = None
    elif step.loop in state.table.around:
        draft = state.around.pop()
        if not draft.lines:
            text = f"expected at least one line in {step.loop.name}"
            state.loose.extend(
                (*draft.problems, EdiProblem(draft.segment_no, draft.tag, "", "line-missing", text, "line"))
            )
        if not state.around:
            _finish(state)


def _finish(state: _State) -> None:
    """Everything around the pending lines has been read: they become lines."""
    state.lines.extend(finished_line(line, around, state.header, state.table.wins) for line, around in state.pending)
    state.pending = []


def _content(state: _State) -> Content:
    header, wins = state.header, state.table.wins
    starts, last = first_of(header.dates, wins.period_from), first_of(header.dates, wins.period_until)
    if starts and last and starts > last:
        text = f"expected a period that starts before it ends; found {starts} to {last}"
        state.loose.add(EdiProblem(header.segment_no, header.tag, "", "element-date", text))
    return Content(
        report_number=header.number,
        period_from=starts,
        period_until=_day_after(last),
        currency=header.currency,
        purpose=state.table.purposes.get(header.references.get("purpose", ""), ""),
        lines=tuple(state.lines),
        problems=state.loose.listed(),
    )


def _day_after(last: date | None) -> date | None:
    return last + timedelta(days=1) if last and last < date.max else last
