"""Read a 997: what the other side says about the transactions that we sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hansa.engines.edi.envelopes import Transaction
from hansa.engines.edi.problems import EdiProblem
from hansa.engines.edi.reading import DEFAULT_LIMITS, read_interchanges
from hansa.engines.edi.segments import Limits, Segment, value_at


@dataclass(frozen=True, slots=True)
class SegmentError:
    """One fault that the other side found: the segment, its position in the transaction (ST is 1), the element ("" for
    the segment), the code.
    """

    segment: str
    position: str
    element: str
    code: str


@dataclass(frozen=True, slots=True)
class TransactionAnswer:
    """What is said about one transaction: AK501 (A, E, R, …), the codes of AK502 on, and the faults."""

    kind: str
    control_number: str
    code: str
    reasons: tuple[str, ...]
    errors: tuple[SegmentError, ...]


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """What is said about one functional group:

    AK901 (A, E, P, R), how many were sent, received and accepted, and each transaction.
    """

    sender: str
    receiver: str
    functional_id: str
    group_control: str
    code: str
    counts: tuple[str, str, str]
    transactions: tuple[TransactionAnswer, ...]
    problems: tuple[EdiProblem, ...]


def read_acknowledgement(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> list[GroupAnswer]:
    """The answers of every 997 in a file.

    One with `problems` must not be relied on. Raises `EdiUnreadable` and nothing else.
    """
    found = []
    for interchange in read_interchanges(data, limits=limits):
        for group in interchange.groups:
            for transaction in group.transactions:
                if transaction.kind == "997":
                    around = (*interchange.problems, *group.problems, *transaction.problems)
                    found.append(_group_answer(transaction, interchange.sender, interchange.receiver, around))
    return found


def _group_answer(
    transaction: Transaction, sender: str, receiver: str, problems: tuple[EdiProblem, ...]
) -> GroupAnswer:
    segments = list(transaction.segments())
    named = next((segment for segment in segments if segment.tag == "AK1"), None)
    summed = next((segment for segment in segments if segment.tag == "AK9"), None)
    return GroupAnswer(
        sender=sender,
        receiver=receiver,
        functional_id=_value(transaction, named, 1),
        group_control=_value(transaction, named, 2),
        code=_value(transaction, summed, 1),
        counts=(_value(transaction, summed, 2), _value(transaction, summed, 3), _value(transaction, summed, 4)),
        transactions=tuple(_transactions(transaction, segments)),
        problems=problems,
    )


def _transactions(transaction: Transaction, segments: list[Segment]) -> Iterator[TransactionAnswer]:
    kind = control = position = tag = ""
    errors: list[SegmentError] = []
    for segment in segments:
        values = [_value(transaction, segment, place) for place in range(1, 7)]
        if segment.tag == "AK2":
            kind, control, errors = values[0], values[1], []
        elif segment.tag == "AK3":
            tag, position = values[0], values[1]
            errors.append(SegmentError(tag, position, "", values[3]))
        elif segment.tag == "AK4":
            errors.append(SegmentError(tag, position, values[0], values[2]))
        elif segment.tag == "AK5":
            yield TransactionAnswer(kind, control, values[0], tuple(filter(None, values[1:])), tuple(errors))


def _value(transaction: Transaction, segment: Segment | None, place: int) -> str:
    return value_at(segment.elements, place, 0, transaction.syntax) if segment else ""
