"""Writes one incentive into the text of a program and leaves everything else as it stands, comments included.

Of an incentive that is there already, only the lines of keys whose value differs are rewritten; comments between and
beside the other keys stay. A new one is put behind the last. An incentive written in one line `{…}` is rewritten as
such. In the end the new text is read again and compared: if anything else differs, nothing is written.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from hansa.engines.settlement.yaml_tree import read_tree

_LOADER: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
Value = str | list[Any] | dict[str, Any]
Tree = dict[str, Any]
ORDER = (
    "id", "name", "kind", "payee", "who", "what", "period", "measure", "method", "bands", "cap", "minimum",
    "exclusive_group",
)  # fmt: skip
_PLAIN = re.compile(r"[\w.+-][\w .%+()&/-]*")
_FIRST = re.compile(r"[\w.+]|-\d")


class CannotWriteError(ValueError):
    """The text is written in a way that only a person can change."""


def incentive_in(text: str, incentive_id: str) -> dict[str, Any] | None:
    """One incentive of a text as plain words; None when there is none or the text cannot be read."""
    tree = _load(text)
    listed = tree.get("incentives") if isinstance(tree, dict) else None
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get("id") == incentive_id:
            return each
    return None


def write_incentive(text: str, incentive: dict[str, Any], *, replacing: str = "") -> str:
    """The text with an incentive in place of the one with the id `replacing`, or behind the last.

    Raises CannotWriteError when the text cannot be read, has no such incentive, or would change elsewhere too.
    """
    if set(incentive) - set(ORDER) or not _is_words(incentive) or not str(incentive.get("id", "")).strip():
        raise CannotWriteError(f"An incentive has an id and plain words under {', '.join(ORDER)}.")
    incentive = {key: incentive[key] for key in ORDER if key in incentive}
    before, root = _load(text), _compose(text)
    if not isinstance(before, dict) or root is None:
        raise CannotWriteError("The document cannot be read. Mend its errors first.")
    listed = _entry(root, "incentives")
    if listed is None and not replacing:
        written = f"{text.rstrip()}\n\nincentives:\n{_item(incentive, 2)}\n"
    elif isinstance(listed, yaml.SequenceNode):
        written = _in_list(text, listed, incentive, replacing)
    else:
        raise CannotWriteError("The incentives are not written as a list.")
    if _load(written) != _expected(before, incentive, replacing):
        raise CannotWriteError("This text can only be changed by hand: the form would change more than one incentive.")
    return written


def _in_list(text: str, listed: yaml.SequenceNode, incentive: Tree, replacing: str) -> str:
    if replacing:
        node = next((each for each in listed.value if _scalar(each, "id") == replacing), None)
        if node is None:
            raise CannotWriteError("There is no such incentive in the text.")
        if node.flow_style:
            return text[: node.start_mark.index] + _flow(incentive) + text[node.end_mark.index :]
        return _rewrite(text, node, incentive)
    if listed.flow_style:
        place = listed.end_mark.index - 1
        return f"{text[:place].rstrip().rstrip(',')}{', ' if listed.value else ''}{_flow(incentive)}{text[place:]}"
    lines = text.splitlines()
    last = _last_line(listed.value[-1])
    dash = lines[listed.value[0].start_mark.line].index("-")
    return _joined([*lines[: last + 1], "", *_item(incentive, dash).splitlines(), *lines[last + 1 :]])


def _rewrite(text: str, node: yaml.MappingNode, incentive: Tree) -> str:
    """Key by key: what differs is written anew on its lines, what is gone is taken out, what is new is added."""
    lines = text.splitlines()
    indent = node.start_mark.column
    edits: list[tuple[int, int, list[str]]] = []
    present = {}
    for key, value in node.value:
        first, last = key.start_mark.line, _last_line(value)
        present[key.value] = last
        wanted = incentive.get(key.value)
        if wanted is None:
            edits.append((first, last, []))
        elif wanted != _plain(value):
            edits.append((first, last, _keyed(key.value, wanted, indent, tail=_comment(lines, value))))
    added = [line for key in incentive if key not in present for line in _keyed(key, incentive[key], indent)]
    end = max(present.values())
    head = lines[node.start_mark.line][:indent]  # holds the dash of the list
    for first, last, new in sorted([*edits, (end + 1, end, added)], reverse=True):
        lines[first : last + 1] = new
    start = node.start_mark.line
    lines[start] = head + lines[start][indent:]
    return _joined(lines)


def _comment(lines: list[str], value: yaml.Node) -> str:
    """The comment that stands behind a value on its line."""
    rest = lines[_last_line(value)][value.end_mark.column :] if _last_line(value) == value.end_mark.line else ""
    return f" {rest.strip()}" if rest.strip().startswith("#") else ""


def _keyed(key: str, value: Value, indent: int, tail: str = "") -> list[str]:
    space = " " * indent
    if key == "bands" and isinstance(value, list):
        return [f"{space}bands:{tail}", *(f"{space}  - {_flow(band)}" for band in value)]
    return [f"{space}{key}: {_flow(value)}{tail}"]


def _item(incentive: Tree, dash: int) -> str:
    lines = [line for key, value in incentive.items() for line in _keyed(key, value, dash + 2)]
    lines[0] = f"{' ' * dash}- {lines[0].lstrip()}"
    return "\n".join(lines)


def _flow(value: Value) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    if _PLAIN.fullmatch(value) and _FIRST.match(value) and not value.endswith(" "):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _expected(before: Tree, incentive: Tree, replacing: str) -> Tree:
    listed = list(before.get("incentives") or [])
    if replacing:
        listed = [incentive if each.get("id") == replacing else each for each in listed]
    else:
        listed.append(incentive)
    return {**before, "incentives": listed}


def _is_words(value: object, depth: int = 4) -> bool:
    """Whether a value is text, or lists and mappings of texts, and not too deep."""
    if isinstance(value, dict):
        return depth > 0 and all(isinstance(key, str) and _is_words(each, depth - 1) for key, each in value.items())
    if isinstance(value, list):
        return depth > 0 and all(_is_words(each, depth - 1) for each in value)
    return isinstance(value, str)


def _load(text: str) -> Any:
    """The text as lists and mappings; None where it cannot be read or holds what could bomb a reader."""
    if read_tree(text, "program")[1]:
        return None
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - the loader makes only text, lists and mappings # nosec B506


def _compose(text: str) -> yaml.MappingNode | None:
    if read_tree(text, "program")[1]:
        return None
    node = yaml.compose(text, Loader=_LOADER)
    return node if isinstance(node, yaml.MappingNode) else None


def _entry(node: yaml.MappingNode, key: str) -> yaml.Node | None:
    return next((value for name, value in node.value if name.value == key), None)


def _scalar(node: yaml.Node, key: str) -> str:
    found = _entry(node, key) if isinstance(node, yaml.MappingNode) else None
    return str(found.value) if isinstance(found, yaml.ScalarNode) else ""


def _plain(node: yaml.Node) -> Value:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each) for each in node.value]
    return str(node.value)


def _last_line(node: yaml.Node) -> int:
    """The last line with content: marks of block lists reach into the blank lines and comments after them."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1])
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return int(node.end_mark.line) - 1
    return int(node.end_mark.line)
