"""Amounts, days and answers as people write them in a file or a mail; what could mean two things is refused."""

from __future__ import annotations

import re
from datetime import date

from hansa.kernel.money import Money, minor_digits

LONGEST_NUMBER = 30
MARKS = " '.,\u00a0\u2009\u202f"
NUMBER = re.compile(rf"[0-9]+(?:[{MARKS}][0-9]+)*")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Unreadable(ValueError):
    """A text that does not say what it should; the message says what was expected."""


def read_amount(text: str, currency: str) -> int:
    """An amount in minor units. Groups of three and either decimal sign are understood where they can mean one thing only.

    >>> read_amount("50 000", "EUR"), read_amount("EUR 50,000.00", "EUR"), read_amount("1.234,50", "EUR")
    (5000000, 5000000, 123450)
    >>> read_amount("7000.5", "EUR")  # as a spreadsheet keeps it
    700050
    """
    digits = minor_digits(currency)
    example = Money(5_000_000, currency).decimal if digits else 50_000
    expected = f"an amount in {currency}, such as 50000" + (f" or {example}" if digits else "")
    bare = re.sub(rf"^{currency}\s*|\s*{currency}$", "", text.strip()[: 2 * LONGEST_NUMBER], flags=re.IGNORECASE)
    if len(bare) > LONGEST_NUMBER or not NUMBER.fullmatch(bare):
        raise Unreadable(expected)
    parts = re.split(f"([{MARKS}])", bare)
    numbers, marks, decimals = parts[::2], parts[1::2], ""
    if marks and marks[-1] in ".," and marks.count(marks[-1]) == 1 and 1 <= len(numbers[-1]) <= digits:
        if len(numbers[-1]) == 3 and len(marks) == 1:
            raise Unreadable(expected)
        decimals = numbers.pop()
        marks.pop()
    grouped = len(set(marks)) == 1 and len(numbers[0]) <= 3 and all(len(each) == 3 for each in numbers[1:])
    if marks and not grouped:
        raise Unreadable(expected)
    return int("".join(numbers) + decimals.ljust(digits, "0"))


def read_day(text: str) -> date:
    """A day as ISO 8601 writes it.

    >>> read_day("2026-06-30")
    datetime.date(2026, 6, 30)
    """
    try:
        if DAY.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise Unreadable("a day as year-month-day, such as 2026-06-30")


def read_yes(text: str) -> bool:
    """Yes or no; nothing means no.

    >>> read_yes(" Yes"), read_yes("")
    (True, False)
    """
    said = text.strip().casefold()
    if said not in {"yes", "no", ""}:
        raise Unreadable("yes or no")
    return said == "yes"
