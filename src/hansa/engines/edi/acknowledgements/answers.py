"""What is answered to an interchange, before it is written in a standard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from hansa.engines.edi.acknowledgements.faults import Level, codes_of
from hansa.engines.edi.envelopes import Group, Interchange, Transaction
from hansa.engines.edi.problems import EdiProblem

LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said about one transaction: A accepted, E accepted with errors, R rejected."""

    transaction: Transaction
    code: str


def answers_to(interchange: Interchange, group: Group) -> list[Answer]:
    """Rejected if the transaction or anything around it is at fault, accepted with errors if only lines are, accepted
    otherwise.
    """
    found = []
    for transaction in group.transactions:
        if not interchange.accepts(group, transaction):
            found.append(Answer(transaction, "R"))
        else:
            found.append(Answer(transaction, "E" if transaction.problems else "A"))
    return found


def with_further(interchange: Interchange, further: Iterable[EdiProblem]) -> Interchange:
    """The interchange with the caller's own problems, each in the transaction where its segment stands, else on the
    interchange.
    """
    loose = list(further)
    groups = []
    for group in interchange.groups:
        sets = []
        for transaction in group.transactions:
            own = [
                problem for problem in loose if transaction.header_no <= problem.segment_no <= transaction.trailer_no
            ]
            loose = [problem for problem in loose if problem not in own]
            sets.append(replace(transaction, problems=(*transaction.problems, *own)))
        groups.append(replace(group, transactions=tuple(sets)))
    return replace(interchange, groups=tuple(groups), problems=(*interchange.problems, *loose))


def segments_in_error(transaction: Transaction) -> Iterator[tuple[int, str, list[EdiProblem]]]:
    """The first 1,000 segments at fault: position in the transaction (its header is 1), tag, distinct problems."""
    detailed = [problem for problem in transaction.problems if codes_of(problem.code).level in ("segment", "element")]
    ordered = sorted(detailed, key=_place)
    for count, ((segment_no, tag), problems) in enumerate(groupby(ordered, key=_place)):
        if count == LISTED:
            return
        yield segment_no - transaction.header_no + 1, tag, list(dict.fromkeys(problems))


def _place(problem: EdiProblem) -> tuple[int, str]:
    return problem.segment_no, problem.segment


def reasons(problems: Iterable[EdiProblem], level: Level) -> list[str]:
    """The X12 codes of the refusing problems of one level, each once."""
    codes = (codes_of(problem.code) for problem in problems if problem.refuses)
    return list(dict.fromkeys(code.x12 for code in codes if code.level == level))
