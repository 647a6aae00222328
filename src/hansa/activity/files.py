"""The log as a file to take away, the same from screen and API."""

from __future__ import annotations

import tempfile
from typing import IO
from uuid import UUID

from django.http import FileResponse

from hansa.activity.queries import export_of
from hansa.kit.scope import current_scope


def export_file(network_id: UUID, name: str) -> FileResponse:
    """The events that the scope may see as an attachment of JSON lines (`activity.receipts`)."""
    current_scope().require("events.view")
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    for line in export_of(network_id):
        file.write(f"{line}\n".encode())
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}-events.jsonl", content_type="application/x-ndjson")
