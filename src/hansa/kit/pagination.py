"""Keyset pages: stable under inserts, no counting, no offset that grows slow."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from hansa.kernel.problem import Problem
from hansa.kit.failures import Unprocessable

M = TypeVar("M", bound=Model)
SIZE = 30
LARGEST = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """A page of rows and the cursors of its neighbours; None where there is none."""

    items: list[M]
    next: str | None
    previous: str | None


def page_of(rows: QuerySet[M], *, order: Sequence[str], cursor: str | None = None, size: int = SIZE) -> Page[M]:
    """One page of `rows` in `order` (field names, `-` for descending; the last must be unique, all not null)."""
    size = max(1, min(size, LARGEST))
    backwards, position = _read(cursor, order)
    ordering = [_turned(name) for name in order] if backwards else list(order)
    if position is not None:
        rows = rows.filter(_after(ordering, position))
    found = list(rows.order_by(*ordering)[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_next = backwards or more
    has_previous = (position is not None and not backwards) or (backwards and more)
    return Page(
        items=found,
        next=_write(found[-1], order, backwards=False) if found and has_next else None,
        previous=_write(found[0], order, backwards=True) if found and has_previous else None,
    )


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _after(ordering: Sequence[str], position: Sequence[object]) -> Q:
    condition = Q()
    for index, (name, value) in enumerate(zip(ordering, position, strict=True)):
        field = name.lstrip("-")
        equal = {n.lstrip("-"): v for n, v in zip(ordering[:index], position[:index], strict=True)}
        condition |= Q(**equal, **{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
    return condition


def _write(row: Model, order: Sequence[str], *, backwards: bool) -> str:
    values = [_plain(_value_of(row, name.lstrip("-"))) for name in order]
    text = json.dumps(["b" if backwards else "f", *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _value_of(row: Any, path: str) -> object:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def _read(cursor: str | None, order: Sequence[str]) -> tuple[bool, list[object] | None]:
    if not cursor:
        return False, None
    try:
        decoded = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        direction, *position = decoded
        if direction not in {"f", "b"} or len(position) != len(order):
            raise ValueError
        if not all(isinstance(value, str | int) for value in position):
            raise ValueError
    except (ValueError, TypeError, binascii.Error, ValidationError) as error:
        expected = "a cursor as an earlier page gave it"
        raise Unprocessable("This page address is not valid.", problems=[Problem("", 0, "cursor", expected)]) from error
    return direction == "b", position
