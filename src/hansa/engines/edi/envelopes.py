"""The envelopes of X12 (ISA, GS, ST) and EDIFACT (UNB, UNG, UNH) as one shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hansa.engines.edi.problems import EdiProblem
from hansa.engines.edi.segments import Segment, cut, raw_segments
from hansa.engines.edi.syntax import Standard, Syntax


@dataclass(frozen=True, slots=True)
class Body:
    """Where the segments between header and trailer of a transaction stand in the text; they are cut when they are
    asked for.
    """

    text: str = field(repr=False)
    start: int
    stop: int
    first_no: int

    def segments(self, syntax: Syntax) -> Iterator[Segment]:
        """The segments, without the header and the trailer."""
        for no, raw in enumerate(raw_segments(self.text, self.start, self.stop, syntax), self.first_no):
            yield cut(no, raw, syntax)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction set (ST to SE) or message (UNH to UNT). `header_no` and `trailer_no` count segments of the file.

    `problems` lists at most 1,000 of each reach; `problem_count` counts all.
    """

    kind: str
    control_number: str
    version: str
    header_no: int
    trailer_no: int
    syntax: Syntax
    body: Body = field(repr=False, compare=False)
    problems: tuple[EdiProblem, ...]
    problem_count: int

    def segments(self) -> Iterator[Segment]:
        """The segments between header and trailer."""
        return self.body.segments(self.syntax)


@dataclass(frozen=True, slots=True)
class Group:
    """One functional group (GS to GE, UNG to UNE). EDIFACT without groups has one, without control number, that is only
    implied.

    `stated_count` is what its trailer says, None without a readable one.
    """

    functional_id: str
    sender: str
    receiver: str
    control_number: str
    version: str
    implied: bool
    stated_count: int | None
    transactions: tuple[Transaction, ...]
    problems: tuple[EdiProblem, ...]


@dataclass(frozen=True, slots=True)
class Interchange:
    """One interchange (ISA to IEA, UNB to UNZ). `test` is true if ISA15 is T or UNB's test indicator is 1."""

    standard: Standard
    version: str
    syntax: Syntax
    sender: str
    sender_qualifier: str
    receiver: str
    receiver_qualifier: str
    control_number: str
    prepared: str
    test: bool
    groups: tuple[Group, ...]
    problems: tuple[EdiProblem, ...]
    first_no: int
    last_no: int

    def accepts(self, group: Group, transaction: Transaction) -> bool:
        """Whether nothing in the transaction or around it forbids to take it; single lines may still be spoiled."""
        return not any(problem.refuses for problem in (*self.problems, *group.problems, *transaction.problems))
