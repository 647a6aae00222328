"""Which days a report may speak of; no framework."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from hansa.engines import intake
from hansa.kernel.problem import Problem

FORMATS = {"decimal": (".", ","), "thousands": ("", ".", ",", " ", "'"), "date": ("ymd", "dmy", "mdy")}
LATE = timedelta(days=92)


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after.

    >>> next_month(date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def days_of_report(month: date) -> tuple[date, date]:
    """The days [from, until) that a month's report may speak of: the month, and late lines up to 92 days before."""
    return month - LATE, next_month(month)


def can_be_reported(month: date, *, today: date) -> bool:
    """A month is reported from its first day on."""
    return month.day == 1 and month <= today


def problems_of_reading(
    mapping: Mapping[str, object], formats: Mapping[str, object], *, headers: Collection[str] | None, file: str
) -> list[Problem]:
    """What is wrong with a mapping of fields to headers and with formats; `headers` None: the file is not open yet."""
    known = {field.key for field in intake.FIELDS}
    problems = [Problem(file, 0, str(key), "a field of a sales line") for key in mapping if key not in known]
    problems += [
        Problem(file, 0, field, "a header of this file" if headers is not None else "the name of a header")
        for field, header in mapping.items()
        if not isinstance(header, str) or (headers is not None and header not in headers)
    ]
    missing = intake.missing_fields({key: str(header) for key, header in mapping.items()})
    problems += [Problem(file, 0, field.key, f"the column that holds: {field.label}") for field in missing]
    problems += [
        Problem(
            file,
            0,
            part,
            f"one of {', '.join(repr(sign) for sign in FORMATS.get(part, ('decimal, thousands, date',)))}",
        )
        for part, sign in formats.items()
        if sign not in FORMATS.get(part, ())
    ]
    if formats.get("decimal", ".") == formats.get("thousands", ""):
        problems.append(Problem(file, 0, "thousands", "another sign than the decimal one"))
    return problems
