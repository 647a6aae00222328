"""Elements of a segment as data, and the check of one segment against them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from hansa.engines.edi.segments import Segment, value_at
from hansa.engines.edi.syntax import Syntax

Kind = Literal["AN", "ID", "N0", "R", "DT", "TM", "CUR"]
DECIMAL = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
INTEGER = re.compile(r"-?[0-9]+")
TIME = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9][0-9]{0,2})?")
CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Element:
    """One element or component: its place, type, least and most characters, whether it must be there, and its codes if
    they are closed.

    Lengths of numbers count digits only, as both standards say.
    """

    element: int
    component: int
    name: str
    kind: Kind
    least: int
    most: int
    required: bool
    codes: frozenset[str] | None

    @property
    def place(self) -> str:
        """How `EdiProblem.element` writes the place: "3" or "3-2"."""
        return f"{self.element}-{self.component}" if self.component else str(self.element)


@dataclass(frozen=True, slots=True)
class SegmentSpec:
    """A segment: its elements, how many there may be at most (0: as many as you like), and what depends on what.

    Of each pair in `pairs` both or none must be there; of each group in `one_of` at least one.
    """

    elements: tuple[Element, ...]
    most: int = 0
    pairs: tuple[tuple[int, int], ...] = ()
    one_of: tuple[tuple[int, ...], ...] = ()


class Fault(NamedTuple):
    """What is wrong inside a segment, before it is known how far that reaches."""

    element: str
    code: str
    expected: str


def need(place: int | tuple[int, int], kind: Kind, least: int, most: int, name: str, codes: str = "") -> Element:
    """An element that must be there."""
    return _element(place, kind, least, most, name, codes, required=True)


def may(place: int | tuple[int, int], kind: Kind, least: int, most: int, name: str, codes: str = "") -> Element:
    """An element that may be left out."""
    return _element(place, kind, least, most, name, codes, required=False)


def _element(
    place: int | tuple[int, int], kind: Kind, least: int, most: int, name: str, codes: str, *, required: bool
) -> Element:
    element, component = place if isinstance(place, tuple) else (place, 0)
    return Element(element, component, name, kind, least, most, required, frozenset(codes.split()) if codes else None)


def faults_in(segment: Segment, spec: SegmentSpec, syntax: Syntax) -> tuple[Fault, ...]:
    """Every fault of one segment against its spec, in the order of the table."""
    elements = segment.elements
    faults = []
    for element in spec.elements:
        value = value_at(elements, element.element, element.component, syntax)
        if value:
            code = _fault_of(value, element, syntax)
            if code:
                faults.append(Fault(element.place, code, _expected(element, value)))
        elif element.required:
            faults.append(Fault(element.place, "element-missing", f"expected {element.name}, found nothing"))
    faults.extend(_dependencies(elements, spec))
    if spec.most and len(elements) - 1 > spec.most and any(elements[spec.most + 1 :]):
        faults.append(Fault(str(spec.most + 1), "element-too-many", f"expected at most {spec.most} elements"))
    return tuple(faults)


def _fault_of(value: str, element: Element, syntax: Syntax) -> str:
    if not value.isprintable():
        return "element-character"
    code = KINDS[element.kind](value, syntax)
    if code:
        return code
    length = sum(character.isdigit() for character in value) if element.kind in ("N0", "R") else len(value)
    if length < element.least:
        return "element-too-short"
    if length > element.most:
        return "element-too-long"
    return "element-code" if element.codes is not None and value not in element.codes else ""


def _dependencies(elements: list[str], spec: SegmentSpec) -> list[Fault]:
    present = {place for place, value in enumerate(elements) if value}
    faults = []
    for left, right in spec.pairs:
        if (left in present) != (right in present):
            absent, other = (right, left) if left in present else (left, right)
            faults.append(
                Fault(str(absent), "element-condition", f"expected element {absent} because element {other} is there")
            )
    for group in spec.one_of:
        if present.isdisjoint(group):
            names = " or ".join(map(str, group))
            faults.append(Fault(str(group[0]), "element-condition", f"expected element {names}, found nothing"))
    return faults


def _expected(element: Element, value: str) -> str:
    shown = value if len(value) <= 40 else f"{value[:40]}…"
    if element.codes is not None:
        listed = sorted(element.codes)
        wanted = (
            f"one of {', '.join(listed)}" if len(listed) <= 12 else f"a code that is known here ({len(listed)} are)"
        )
    else:
        form = "YYMMDD" if element.most == 6 else "CCYYMMDD"
        wanted = WANTED[element.kind].format(least=element.least, most=element.most, form=form)
    return f"expected {element.name}: {wanted}; found {shown!r}"


WANTED: dict[Kind, str] = {
    "AN": "{least} to {most} characters",
    "ID": "{least} to {most} characters",
    "N0": "a whole number of {least} to {most} digits",
    "R": "a decimal number of at most {most} digits",
    "DT": "a date that exists, as {form}",
    "TM": "a time as HHMM, HHMMSS or finer",
    "CUR": "an ISO 4217 code of three capital letters",
}


def decimal_text(value: str, syntax: Syntax) -> str | None:
    """The number with a point as decimal mark, or None if it is none. EDIFACT allows point and comma (ISO 9735).

    >>> decimal_text("1,50", Syntax("EDIFACT", "+", ":", "'", "?", ","))
    '1.50'
    """
    plain = value.replace(",", ".") if syntax.standard == "EDIFACT" else value
    return plain if DECIMAL.fullmatch(plain) else None


def day(value: str) -> date | None:
    """The day of CCYYMMDD or YYMMDD (of this century), or None if there is no such day.

    >>> day("20260831"), day("20260835")
    (datetime.date(2026, 8, 31), None)
    """
    if len(value) == 6:
        value = f"20{value}"
    if len(value) != 8 or not (value.isascii() and value.isdigit()) or value < "19000101":
        return None
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return None


KINDS: dict[Kind, Callable[[str, Syntax], str]] = {
    "AN": lambda value, syntax: "",
    "ID": lambda value, syntax: "",
    "N0": lambda value, syntax: "" if INTEGER.fullmatch(value) else "element-character",
    "R": lambda value, syntax: "" if decimal_text(value, syntax) is not None else "element-character",
    "DT": lambda value, syntax: "" if day(value) else "element-date",
    "TM": lambda value, syntax: "" if TIME.fullmatch(value) else "element-time",
    "CUR": lambda value, syntax: "" if CURRENCY.fullmatch(value) else "element-code",
}
