"""The fields of a JSON object, read strictly: each has one spelling, and what is wrong is gathered and named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NoReturn
from uuid import UUID

from hansa.activity.rules import instant
from hansa.kernel.problem import Problem

NOBODY = UUID(int=0)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_CODE = 16
LARGEST_PLACE = 2**63 - 1  # what the database's counter holds


def object_in(text: str) -> dict[str, object] | None:
    """The JSON object that a text is; None when it is none, or holds what JSON does not know (NaN)."""
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


class Fields:
    """Reads the fields of one object; a wrong one becomes a problem, and a value that must not be used stands for it."""

    def __init__(
        self, values: Mapping[str, object], problems: list[Problem], *, file: str, row: int = 0, path: str = ""
    ) -> None:
        self._values, self._problems, self._file, self._row, self._path = values, problems, file, row, path

    def wrong(self, name: str, expected: str) -> None:
        """Note a problem with a field."""
        self._problems.append(Problem(self._file, self._row, f"{self._path}{name}", expected))

    def only(self, *names: str) -> None:
        """Refuse fields of other names."""
        if self._values.keys() - set(names):
            self._problems.append(
                Problem(self._file, self._row, self._path[:-1], f"no other fields than {', '.join(names)}")
            )

    def inside(self, name: str) -> Fields:
        """The object in a field."""
        found = self._values.get(name)
        if not isinstance(found, dict):
            self.wrong(name, "an object")
            return Fields({}, [], file=self._file)
        return Fields(found, self._problems, file=self._file, row=self._row, path=f"{self._path}{name}.")

    def mapping(self, name: str) -> Mapping[str, object]:
        """The object in a field, as it is."""
        found = self._values.get(name)
        if isinstance(found, dict):
            return found
        self.wrong(name, "an object")
        return {}

    def text(self, name: str) -> str:
        """A text that has a form in UTF-8."""
        found = self._values.get(name)
        try:
            if isinstance(found, str) and found.encode() is not None:
                return found
        except UnicodeEncodeError:
            pass
        self.wrong(name, "a text")
        return ""

    def code(self, name: str) -> str:
        """A short code of letters and digits."""
        found = self._values.get(name)
        if isinstance(found, str) and found.isascii() and found.isalnum() and len(found) <= LONGEST_CODE:
            return found
        self.wrong(name, f"1 to {LONGEST_CODE} letters and digits")
        return ""

    def switch(self, name: str) -> bool:
        """True or false."""
        found = self._values.get(name)
        if not isinstance(found, bool):
            self.wrong(name, "true or false")
        return found is True

    def place(self, name: str) -> int:
        """A place in a chain: 1 and up."""
        found = self._values.get(name)
        if type(found) is int and 1 <= found <= LARGEST_PLACE:
            return found
        self.wrong(name, "a place in the chain: a whole number from 1")
        return 1

    def octets(self, name: str, size: int) -> bytes:
        """Bytes in lower-case hex."""
        found = octets_in(self._values.get(name), size)
        if found is None:
            self.wrong(name, f"{size} bytes in hex")
        return found or b""

    def identifier(self, name: str) -> UUID:
        """A UUID in lower case with hyphens."""
        found = self._values.get(name)
        try:
            if isinstance(found, str) and str(UUID(found)) == found:
                return UUID(found)
        except ValueError:
            pass
        self.wrong(name, "an identifier (UUID)")
        return NOBODY

    def moment(self, name: str) -> datetime:
        """A moment as it is sealed: UTC with microseconds."""
        found = self._values.get(name)
        try:
            if isinstance(found, str) and instant(known := _moment_in(found)) == found:
                return known
        except ValueError:
            pass
        self.wrong(name, "a moment in UTC such as 2026-03-01T12:00:00.000000Z")
        return NEVER


def octets_in(value: object, size: int) -> bytes | None:
    """Bytes from a text of lower-case hex of exactly that size; None when it is anything else."""
    try:
        found = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        return None
    return found if len(found) == size and found.hex() == value else None


def _moment_in(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
