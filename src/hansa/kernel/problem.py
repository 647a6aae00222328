"""What is wrong with an input, said so that its sender can mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file or a document: where it stands and what was expected there.

    `row` counts as the sender counts (the header of a CSV is row 1; a YAML line is its line number); 0 means the file as a whole.
    """

    file: str
    row: int
    column: str
    expected: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row:
            place.append(f"row {self.row}")
        if self.column:
            place.append(self.column)
        return f"{', '.join(part for part in place if part)}: {self.expected}"


class Refused(Exception):
    """An input that cannot be taken. Lists the first problems and counts them all."""

    LISTED = 1_000

    def __init__(self, problems: list[Problem], *, total: int | None = None) -> None:
        self.problems = problems[: self.LISTED]
        self.total = len(problems) if total is None else total
        super().__init__(f"{self.total} problem(s); first: {self.problems[0] if self.problems else 'unknown'}")
