"""Words that several decisions share. Those for partners are the same whatever was found, so that none can be compared."""

from __future__ import annotations

from datetime import UTC, datetime

PENDING = "Your registration is in review. You will be told as soon as it is decided."
PROTECTED = "This project is protected for you."


def instant(at: datetime) -> str:
    """An aware instant in UTC, to the microsecond where it has some.

    >>> instant(datetime(2026, 3, 3, 10, 0, tzinfo=UTC))
    '2026-03-03 10:00:00 UTC'
    """
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=' ')} UTC"
