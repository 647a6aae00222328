"""How a report writes numbers and days: declared, or suggested from its first rows. What they leave open is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from hansa.engines.intake.fields import FIELDS
from hansa.engines.intake.source import Source, batches

Decimal = Literal[".", ","]
Thousands = Literal["", ".", ",", " ", "'"]
DayOrder = Literal["ymd", "dmy", "mdy"]

SUGGESTION_ROWS = 1_000
SPACES = " \u00a0\u202f\u2009"
APOSTROPHES = "'\u2019"
_NUMBER = re.compile(rf"[-+(\u2212]?[0-9]+(?:[.,{SPACES}{APOSTROPHES}][0-9]+)*[-)]?")
_DAY = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4}|[0-9]{2})(?:[ T].*)?")


@dataclass(frozen=True, slots=True)
class Formats:
    """Signs of a report's numbers, and the order of its days. Days that begin with the year or name the month are
    always read."""

    decimal: Decimal = "."
    thousands: Thousands = ""
    date: DayOrder = "ymd"


@dataclass(frozen=True, slots=True)
class Question:
    """What the first rows leave open: `part` of the formats ("decimal" or "date"), its possible values, and cells
    that show it."""

    part: str
    options: tuple[str, ...]
    examples: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Formats that fit the first rows. While `questions` is not empty, a person must decide."""

    formats: Formats
    questions: tuple[Question, ...]


def suggest_formats(source: Source, mapping: Mapping[str, str]) -> Suggestion:
    """Read up to 1,000 rows and say how their numbers and days are written, and what stays open."""
    numbers: list[str] = []
    days: list[str] = []
    for key, texts in _columns(source, mapping).items():
        kind = next(field.kind for field in FIELDS if field.key == key)
        (numbers if kind == "number" else days).extend(text.strip() for text in texts)
    decimal, thousands, number_questions = _number_format(numbers)
    date, day_questions = _day_order(days)
    return Suggestion(Formats(decimal, thousands, date), (*number_questions, *day_questions))


def _columns(source: Source, mapping: Mapping[str, str]) -> dict[str, list[str]]:
    wanted = {
        field.key: source.headers.index(mapping[field.key])
        for field in FIELDS
        if field.kind in ("number", "day") and mapping.get(field.key) in source.headers
    }
    texts: dict[str, list[str]] = {key: [] for key in wanted}
    seen = 0
    for batch in batches(source):
        rows = batch.slice(0, SUGGESTION_ROWS - seen)
        for key, at in wanted.items():
            texts[key].extend(text for text in rows.column(f"c{at}").to_pylist() if text)
        seen += rows.num_rows
        if seen >= SUGGESTION_ROWS:
            break
    return texts


def _number_format(texts: Sequence[str]) -> tuple[Decimal, Thousands, tuple[Question, ...]]:
    """Evidence by sign: behind another sign, or not followed by three digits: decimal; repeated: thousands."""
    written = [text for text in texts if _NUMBER.fullmatch(text)]
    decimals: set[str] = set()
    groups: set[str] = set()
    open_signs: dict[str, list[str]] = {}
    for text in written:
        _weigh(text, decimals, groups, open_signs)
    undecided = {sign: texts for sign, texts in open_signs.items() if sign not in decimals | groups}
    contradiction = decimals & groups or len(decimals) > 1
    if contradiction or (undecided and not decimals):
        examples = tuple(dict.fromkeys(text for texts in undecided.values() for text in texts)) or tuple(
            dict.fromkeys(written)
        )
        return _assumed(decimals), _grouping(groups, decimals), (_decimal_question(examples, bool(contradiction)),)
    decimal: Decimal = "," if "," in decimals or (not decimals and "." in groups) else "."
    return decimal, _grouping(groups | undecided.keys(), {decimal}), ()


def _assumed(decimals: set[str]) -> Decimal:
    return "," if decimals == {","} else "."


def _grouping(groups: Iterable[str], decimals: set[str]) -> Thousands:
    for sign in (".", ",", " ", "'"):
        if sign in groups and sign not in decimals:
            return sign
    return ""


def _weigh(text: str, decimals: set[str], groups: set[str], open_signs: dict[str, list[str]]) -> None:
    for other in SPACES[1:]:
        text = text.replace(other, " ")
    text = text.replace(APOSTROPHES[1], "'")
    body = text.strip("-+()\u2212")
    signs = re.findall(r"[.,' ]", body)
    if not signs:
        return
    last, head, tail = signs[-1], body.rsplit(signs[-1], 1)[0], body.rsplit(signs[-1], 1)[1]
    if last in " '" or len(set(signs)) > 1 or len(signs) > 1:
        groups.update(signs[:-1] if len(set(signs)) > 1 else {last})
        if len(set(signs)) > 1 and last in ".,":
            decimals.add(last)
    elif len(tail) != 3 or len(head) > 3 or head.startswith("0"):
        decimals.add(last)
    else:
        open_signs.setdefault(last, []).append(text)


def _decimal_question(examples: Sequence[str], mixed: bool) -> Question:
    shown = tuple(islice(examples, 5))
    why = "The numbers are written in more than one way" if mixed else f"“{shown[0]}” can be read in two ways"
    return Question("decimal", (".", ","), shown, f"{why}: which sign stands before the decimals?")


def _day_order(texts: Sequence[str]) -> tuple[DayOrder, tuple[Question, ...]]:
    first_large = second_large = False
    open_days: list[str] = []
    for text in texts:
        if parts := _DAY.fullmatch(text):
            first, second = int(parts[1]), int(parts[2])
            first_large |= first > 12
            second_large |= second > 12
            if first <= 12 and second <= 12 and first != second:
                open_days.append(text)
    if first_large != second_large:
        return ("dmy" if first_large else "mdy"), ()
    if not (open_days or first_large):
        return "ymd" if not any(_DAY.fullmatch(text) for text in texts) else "dmy", ()
    shown = tuple(islice(dict.fromkeys(open_days or texts), 5))
    why = "The days are written in more than one order" if first_large else f"“{shown[0]}” can be read in two ways"
    return "dmy", (Question("date", ("dmy", "mdy"), shown, f"{why}: does the day or the month come first?"),)
