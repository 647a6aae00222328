"""What is wrong with an interchange, said so that its sender can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Spoils = Literal["nothing", "line", "transaction", "group", "interchange"]


class EdiUnreadable(ValueError):
    """The bytes cannot be cut into segments at all, or pass a limit. `position` counts characters from 0."""

    def __init__(self, position: int, expected: str) -> None:
        self.position = position
        self.expected = expected
        super().__init__(f"at character {position}: {expected}")


@dataclass(frozen=True, slots=True)
class EdiProblem:
    """One fault and how far it reaches.

    `segment_no` counts the segments of the file from 1; 0 means the file as a whole. `element` is "" for the segment as
    such, "3" for its third element, "3-2" for the second component of that. `code` is a key of `acknowledge.FAULTS`.
    `spoils` says what cannot be taken because of it: a line goes to quarantine, everything above it is refused,
    "nothing" is only noted.
    """

    segment_no: int
    segment: str
    element: str
    code: str
    expected: str
    spoils: Spoils = "transaction"

    @property
    def refuses(self) -> bool:
        """Whether the transaction in which this stands, or which stands in this, must be refused."""
        return self.spoils not in ("nothing", "line")

    def __str__(self) -> str:
        place = f"segment {self.segment_no} ({self.segment})" if self.segment_no else "file"
        return f"{place}{f', element {self.element}' if self.element else ''}: {self.expected}"


class Problems:
    """Collects problems in bounded memory: the first 1,000 of each reach, and the count of all."""

    LISTED = 1_000

    def __init__(self) -> None:
        self.total = 0
        self._kept: list[EdiProblem] = []
        self._counts: dict[Spoils, int] = {}

    def add(self, problem: EdiProblem) -> None:
        """Count a problem, and keep it while there is room for its reach."""
        self.total += 1
        count = self._counts.get(problem.spoils, 0) + 1
        self._counts[problem.spoils] = count
        if count <= self.LISTED:
            self._kept.append(problem)

    def extend(self, problems: Iterable[EdiProblem]) -> None:
        """Add each of `problems`."""
        for problem in problems:
            self.add(problem)

    def listed(self) -> tuple[EdiProblem, ...]:
        """The problems kept, in the order of the file."""
        return tuple(sorted(self._kept, key=lambda problem: problem.segment_no))
