"""Failures named for what could not be done; each carries its HTTP status (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence

from hansa.kernel.problem import Problem


class Failure(Exception):
    """Something could not be done, and why, in words for the person who asked."""

    status = 400
    title = "The request could not be carried out"
    leaves_something = False
    """Whether something follows from the refusal itself, so that the request's transaction is kept."""

    def __init__(self, detail: str, *, problems: Sequence[Problem] = (), total: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.problems = list(problems)
        self.total = len(self.problems) if total is None else total

    @classmethod
    def kind(cls) -> str:
        """The failure's name in words with hyphens: the `type` of its problem document."""
        return "".join(f"-{char.lower()}" if char.isupper() else char for char in cls.__name__).lstrip("-")

    def as_problem(self) -> dict[str, object]:
        """The RFC 9457 document."""
        document: dict[str, object] = {
            "type": f"/docs/problems#{self.kind()}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.problems:
            document["problems"] = [
                {"file": p.file, "row": p.row, "column": p.column, "expected": p.expected} for p in self.problems
            ]
            document["problem_count"] = self.total
        return document


class NotFound(Failure):
    """There is no such thing, or none that the asker may see: the two are not told apart."""

    status = 404
    title = "Not found"

    def __init__(self, detail: str = "There is nothing here, or nothing that you may see.") -> None:
        super().__init__(detail)


class NotAllowed(Failure):
    """The asker may see this, but its role does not allow the action."""

    status = 403
    title = "Your role does not allow this"


class NotPossibleNow(Failure):
    """The action does not fit the present state."""

    status = 409
    title = "Not possible in the present state"


class Unprocessable(Failure):
    """The input was understood and is wrong; the problems say where."""

    status = 422
    title = "The input is not right"


def known_failures(of: type[Failure] = Failure) -> list[type[Failure]]:
    """Every kind of failure that this installation can answer with, by name."""
    found = {of} | {each for below in of.__subclasses__() for each in known_failures(below)}
    return sorted(found, key=lambda each: each.__name__)
