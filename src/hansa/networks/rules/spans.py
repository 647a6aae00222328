"""Dated rows that follow each other without overlapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a dated row; `until` is exclusive, None is unbounded. `key` names the stored row, None a new one."""

    start: date | None
    until: date | None
    key: object = None

    def holds_on(self, day: date) -> bool:
        """Whether the row is valid on a day."""
        return (self.start is None or self.start <= day) and (self.until is None or day < self.until)


class CannotPlace(ValueError):
    """A new span cannot be laid over the existing ones."""


def place(existing: Sequence[Span], start: date | None) -> tuple[Span, list[Span], list[Span]]:
    """Lay a new row from `start` up to the next later row.

    Returns the new span, the existing spans that get an earlier end, and those that it replaces because they start on
    the same day. Days before the first row stay without a standing.

    >>> old = Span(None, None, "old")
    >>> new, shortened, replaced = place([old], date(2026, 1, 1))
    >>> new.until is None, shortened[0].until, replaced
    (True, datetime.date(2026, 1, 1), [])
    """
    if start is None:
        if existing:
            raise CannotPlace("A standing without a first day can only be the first one.")
        return Span(None, None), [], []
    later = [span.start for span in existing if span.start is not None and span.start > start]
    replaced = [span for span in existing if span.start == start]
    cut = [span for span in existing if span.start != start and span.holds_on(start)]
    until = min(later) if later else None
    shortened = [replace(span, until=start) for span in cut]
    return Span(start, until), shortened, replaced
