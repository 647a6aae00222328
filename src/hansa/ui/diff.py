"""The lines of two versions of a text, side by side, for the component `c-code-diff`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line: `kind` is same, added, removed or skipped; numbers count from 1, None where that version lacks it."""

    kind: str
    old: int | None
    new: int | None
    text: str


def diff_lines(before: str, after: str, *, context: int = 3) -> list[DiffLine]:
    """The changed lines of two texts with `context` unchanged lines around each change.

    >>> [(line.kind, line.text) for line in diff_lines("a\\nb", "a\\nc")]
    [('same', 'a'), ('removed', 'b'), ('added', 'c')]
    """
    old, new = before.splitlines(), after.splitlines()
    groups = SequenceMatcher(a=old, b=new, autojunk=False).get_grouped_opcodes(context)
    lines: list[DiffLine] = []
    reached = 0
    for group in groups:
        if group[0][1] > reached:
            lines.append(DiffLine("skipped", None, None, str(group[0][1] - reached)))
        reached = group[-1][2]
        for change in group:
            lines.extend(_lines(change, old, new))
    if lines and reached < len(old):
        lines.append(DiffLine("skipped", None, None, str(len(old) - reached)))
    return lines


def _lines(change: tuple[str, int, int, int, int], old: list[str], new: list[str]) -> Iterator[DiffLine]:
    tag, old_from, old_to, new_from, new_to = change
    if tag == "equal":
        pairs = zip(range(old_from, old_to), range(new_from, new_to), strict=True)
        yield from (DiffLine("same", o + 1, n + 1, old[o]) for o, n in pairs)
        return
    yield from (DiffLine("removed", o + 1, None, old[o]) for o in range(old_from, old_to))
    yield from (DiffLine("added", None, n + 1, new[n]) for n in range(new_from, new_to))
