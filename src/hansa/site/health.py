"""Whether this process lives, and whether everything that it needs works."""

from __future__ import annotations

import os

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations and file store all work; 503 with what does not."""
    faults = database_faults() or file_store_faults()
    return JsonResponse(
        {"status": "ready" if not faults else "not ready", "faults": faults}, status=503 if faults else 200
    )


def database_faults() -> list[str]:
    """Nothing when the database answers and its schema is this release's."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return ["The database does not answer."]
    return [f"{len(missing)} migration(s) are missing: run `hansa migrate`."] if missing else []


def file_store_faults() -> list[str]:
    """Nothing when a file can be written."""
    probe = settings.FILES_ROOT / f".probe-{os.getpid()}"
    try:
        settings.FILES_ROOT.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"ready")
        probe.unlink()
    except OSError:
        return ["The file store cannot be written."]
    return []
