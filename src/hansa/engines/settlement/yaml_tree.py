"""Reads YAML as a tree of source texts with line numbers, and refuses what could surprise or bomb a reader.

Every scalar stays the text that was written (YAML 1.2 without any typing: `no`, `012` and `1:30` are words). Aliases,
anchors, tags, a second document, duplicate keys, too much nesting and too much text are problems, not features.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from hansa.kernel.problem import Problem

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_NODES = 50_000

_Loader: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(slots=True)
class Scalar:
    """One source text."""

    line: int
    text: str


@dataclass(slots=True)
class Items:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Fields:
    """A mapping from key to value, and the line on which each key stands."""

    line: int
    entries: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | Items | Fields


class _StopError(Exception):
    """The document cannot be read any further."""


class _Builder:
    """Takes parser events one by one, so that no nesting can exhaust the stack."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.open: list[tuple[Items | Fields, str]] = []
        self.keys: list[str | None] = []
        self.root: Node | None = None
        self.nodes = 0

    def refuse(self, line: int, path: str, expected: str) -> None:
        self.problems.append(Problem(self.file, line, path, expected))

    def path(self) -> str:
        if not self.open:
            return ""
        container, path = self.open[-1]
        if isinstance(container, Items):
            return f"{path}[{len(container.items)}]"
        key = self.keys[-1]
        return ".".join(part for part in (path, key) if part)

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            self.refuse(line, self.path(), "the value itself, not an alias (*)")
            raise _StopError
        if isinstance(event, yaml.NodeEvent):
            self._check_node(event, line)
        if isinstance(event, yaml.ScalarEvent):
            self._place(Scalar(line, event.value), line)
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            self._enter(Items(line) if isinstance(event, yaml.SequenceStartEvent) else Fields(line), line)
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            self.open.pop()
            self.keys.pop()
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self.refuse(line, "", "one YAML document, not several")
            raise _StopError

    def _check_node(self, event: yaml.NodeEvent, line: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.refuse(line, "", f"at most {MAX_NODES} values in one document")
            raise _StopError
        if getattr(event, "anchor", None):
            self.refuse(line, self.path(), "no anchor (&): each value is written where it is used")
        if getattr(event, "tag", None):
            self.refuse(line, self.path(), "no tag (!): every value is plain text")

    def _enter(self, container: Items | Fields, line: int) -> None:
        path = self.path()
        if len(self.open) >= MAX_DEPTH:
            self.refuse(line, path, f"at most {MAX_DEPTH} levels of nesting")
            raise _StopError
        self._place(container, line)
        self.open.append((container, path))
        self.keys.append(None)

    def _place(self, node: Node, line: int) -> None:
        if not self.open:
            self.root = node
            return
        container, _ = self.open[-1]
        if isinstance(container, Items):
            container.items.append(node)
        elif self.keys[-1] is None:
            self._take_key(container, node, line)
        else:
            container.entries.setdefault(self.keys[-1], node)
            self.keys[-1] = None

    def _take_key(self, container: Fields, node: Node, line: int) -> None:
        if not isinstance(node, Scalar):
            self.refuse(line, self.path(), "a key that is a word")
            raise _StopError
        self.keys[-1] = node.text
        if node.text in container.entries:
            self.refuse(line, self.path(), f"each key once; it stands on line {container.lines[node.text]} already")
        container.lines.setdefault(node.text, line)


def read_tree(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    """The document's tree (None where it cannot be read) and every problem found on the way."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return None, [Problem(file, 0, "", "a document of at most 1 MiB")]
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except _StopError:
        return None, builder.problems
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = ", ".join(part for part in (error.problem, error.context) if part)
        return None, [*builder.problems, Problem(file, mark.line + 1 if mark else 0, "", f"readable YAML ({said})")]
    except (yaml.YAMLError, UnicodeError) as error:
        return None, [*builder.problems, Problem(file, 0, "", f"readable YAML ({str(error).splitlines()[0]})")]
    return builder.root, builder.problems
