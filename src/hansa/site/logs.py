"""One event, one JSON line: newlines cannot forge a second, long fields are cut, secrets are masked."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

LONGEST = 4_000
MASKED = ("password", "secret", "token", "authorization", "cookie")


class OneLine(logging.Formatter):
    """Formats a record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON: time (UTC), level, logger, message, and the traceback if there is one."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _masked(record.getMessage())[:LONGEST],
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)[-LONGEST:]
        return json.dumps(line, ensure_ascii=False)


def _masked(message: str) -> str:
    lowered = message.lower()
    return "(masked: names a secret)" if any(f"{word}=" in lowered for word in MASKED) else message
