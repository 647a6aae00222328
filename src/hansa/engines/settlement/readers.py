"""Reads single fields of the tree: each reader returns the value, or None after noting what was expected there."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from hansa.engines.settlement.yaml_tree import Fields, Items, Node, Scalar
from hansa.kernel.problem import Problem

NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?")
MAX_TEXT = 500


@dataclass(slots=True)
class Findings:
    """The problems of one document, in the order in which they were found."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def note(self, line: int, path: str, expected: str) -> None:
        """Add one problem."""
        self.problems.append(Problem(self.file, line, path, expected))


@dataclass(frozen=True, slots=True)
class Place:
    """One mapping of the document, with the path under which its fields are reported."""

    fields: Fields
    path: str
    findings: Findings

    def at(self, key: str) -> str:
        """The dotted path of a field."""
        return f"{self.path}.{key}" if self.path else key

    def line(self, path: str) -> int:
        """The line of a field (`cap`, `bands[1].from`), or of the innermost thing around it that exists."""
        node: Node = self.fields
        line = node.line
        for step in re.findall(r"[^.\[\]]+", path):
            if isinstance(node, Fields) and step in node.entries:
                line, node = node.lines[step], node.entries[step]
            elif isinstance(node, Items) and step.isdecimal() and int(step) < len(node.items):
                node = node.items[int(step)]
                line = node.line
        return line

    def note(self, key: str, expected: str) -> None:
        """Report what was expected at `key`."""
        self.findings.note(self.line(key), self.at(key) if key else self.path, expected)

    def check_keys(self, allowed: Collection[str], required: Collection[str] = ()) -> None:
        """Report unknown and missing keys."""
        for key, line in self.fields.lines.items():
            if key not in allowed:
                self.findings.note(line, self.at(key), f"a known key: one of {', '.join(sorted(allowed))}")
        for key in required:
            if key not in self.fields.entries:
                self.findings.note(self.fields.line, self.at(key), "a value: this key is required")


def mapping(node: Node, path: str, findings: Findings) -> Place | None:
    """`node` as a mapping."""
    if isinstance(node, Fields):
        return Place(node, path, findings)
    findings.note(node.line, path, "a mapping (key: value)")
    return None


def inner(place: Place, key: str) -> Place | None:
    """The mapping under `key`; None where it is absent or no mapping."""
    node = place.fields.entries.get(key)
    return None if node is None else mapping(node, place.at(key), place.findings)


def items(place: Place, key: str) -> list[tuple[Node, str]]:
    """The list under `key` with the path of each item. An empty list is a problem."""
    node = place.fields.entries.get(key)
    if node is None:
        return []
    if not isinstance(node, Items) or not node.items:
        place.note(key, "a list with at least one item")
        return []
    return [(each, f"{place.at(key)}[{index}]") for index, each in enumerate(node.items)]


def text(place: Place, key: str) -> str | None:
    """A word or sentence, not empty."""
    node = place.fields.entries.get(key)
    if node is None:
        return None
    if isinstance(node, Scalar) and node.text.strip() and len(node.text) <= MAX_TEXT and node.text.isprintable():
        return node.text
    place.note(key, f"a text of 1 to {MAX_TEXT} printable characters on one line")
    return None


def choice(place: Place, key: str, among: Collection[str]) -> str | None:
    """One of a few words."""
    said = text(place, key)
    if said is None or said in among:
        return said
    place.note(key, f"one of {', '.join(among)}; not {said}")
    return None


def texts(place: Place, key: str) -> tuple[str, ...] | None:
    """A list of texts, each once."""
    found: list[str] = []
    for node, path in items(place, key):
        if not isinstance(node, Scalar) or not node.text or len(node.text) > MAX_TEXT:
            place.findings.note(node.line, path, f"a text of 1 to {MAX_TEXT} characters")
        elif node.text in found:
            place.findings.note(node.line, path, f"each value once; {node.text} is listed already")
        else:
            found.append(node.text)
    return tuple(found) or None


def number(place: Place, key: str, expected: str = "a plain decimal number such as 2500 or 12.50") -> Decimal | None:
    """An exact decimal: digits with an optional point; no sign but minus, no exponent, no thousands separator."""
    said = text(place, key)
    if said is None:
        return None
    if NUMBER.fullmatch(said):
        return Decimal(said)
    place.note(key, f"{expected} (at most 15 digits before and 12 after the point); not {said}")
    return None


def percent(place: Place, key: str) -> Decimal | None:
    """A percentage with its sign, as a fraction: 2.5% is Decimal("0.025")."""
    said = text(place, key)
    if said is None:
        return None
    if said.endswith("%") and NUMBER.fullmatch(said[:-1]):
        return Decimal(said[:-1]).scaleb(-2)
    place.note(key, f"a percentage such as 2.5%; not {said}")
    return None


def day(place: Place, key: str) -> date | None:
    """An ISO day."""
    said = text(place, key)
    if said is None:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said):
            return date.fromisoformat(said)
    except ValueError:
        pass
    place.note(key, f"a day such as 2019-01-31; not {said}")
    return None
