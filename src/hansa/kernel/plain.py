"""Frozen values as plain ones that JSON can hold, and back, exactly: what was stored is what is decided over again.

Decimals, days, times and instants are text (instants in UTC, to the microsecond), sets are sorted lists, dataclasses
are mappings by field. Reading follows the types: an unknown key or a value of another type is refused with its path; a
key that is missing takes the field's default, so that what was stored before a field existed can still be read.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Plain = Any


class NotReadable(ValueError):
    """Stored inputs that are not of the kind that they should be; says where."""


def to_plain(value: object) -> Plain:
    """A value in words that JSON can hold. Raises TypeError for what has no exact form, such as a float.

    >>> to_plain((Decimal("1.50"), date(2026, 3, 1), None))
    ['1.50', '2026-03-01', None]
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return _instant_text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | list):
        return [to_plain(each) for each in value]
    if isinstance(value, frozenset):
        return sorted(to_plain(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no exact plain form")


def _instant_text(value: datetime) -> str:
    if value.tzinfo is None:
        raise TypeError("an instant without zone has no exact plain form")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(plain: Plain) -> str:
    """The one text of a plain value: keys sorted, no spaces. Equal values have equal texts.

    >>> canonical({"b": 1, "a": ["é"]})
    '{"a":["é"],"b":1}'
    """
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def from_plain(kind: Any, plain: Plain, path: str = "") -> Any:
    """The value of a type that a plain one stands for. Raises NotReadable with the path of what does not fit."""
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return _read_union(kind, plain, path)
    if origin is Literal:
        return plain if plain in get_args(kind) else _refuse(path, f"one of {', '.join(map(str, get_args(kind)))}")
    if origin in {tuple, frozenset}:
        return origin(from_plain(get_args(kind)[0], each, f"{path}[{index}]") for index, each in _listed(plain, path))
    if is_dataclass(kind):
        return _read_dataclass(kind, plain, path)
    if kind in {str, int, bool}:
        return plain if type(plain) is kind else _refuse(path, kind.__name__)
    return _read_text(kind, plain, path)


def _read_union(kind: Any, plain: Plain, path: str) -> Any:
    """Only `T | None` is ever stored."""
    if plain is None:
        return None
    inner = next(each for each in get_args(kind) if each is not type(None))
    return from_plain(inner, plain, path)


def _listed(plain: Plain, path: str) -> enumerate[Plain]:
    return enumerate(plain if isinstance(plain, list) else _refuse(path, "a list"))


def _read_dataclass(kind: Any, plain: Plain, path: str) -> Any:
    if not isinstance(plain, Mapping):
        _refuse(path, "a mapping")
    known: dict[str, Field[Any]] = {field.name: field for field in fields(kind)}
    if unknown := sorted(set(plain) - set(known)):
        _refuse(_under(path, unknown[0]), f"a field of {kind.__name__}")
    hints = get_type_hints(kind)
    values = {}
    for name, field in known.items():
        if name in plain:
            values[name] = from_plain(hints[name], plain[name], _under(path, name))
        elif field.default is MISSING:
            _refuse(_under(path, name), "a value")
    return kind(**values)


def _read_text(kind: Any, plain: Plain, path: str) -> Any:
    """Enums, decimals, days, times and instants."""
    if isinstance(plain, str):
        try:
            value = kind(plain) if issubclass(kind, Enum | Decimal) else kind.fromisoformat(plain)
        except (ValueError, InvalidOperation):
            return _refuse(path, kind.__name__)
        if not isinstance(value, datetime) or value.tzinfo is not None:
            return value
    return _refuse(path, kind.__name__)


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _refuse(path: str, expected: str) -> Any:
    raise NotReadable(f"{path or 'the whole'}: expected {expected}")
