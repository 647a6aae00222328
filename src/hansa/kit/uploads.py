"""Uploads: written below the folder of files under a random name, known by their digest, never by the sender's name."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

from django.conf import settings

from hansa.kit.failures import Failure


class FileTooLarge(Failure):
    """The upload is larger than this installation takes."""

    status = 413
    title = "The file is too large"


def store(chunks: Iterable[bytes], *, folder: str) -> tuple[str, str, int]:
    """Write an upload below the file store; returns its relative name, SHA-256 and size. Too large leaves nothing."""
    name = f"{folder}/{secrets.token_hex(16)}"
    path = settings.FILES_ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > settings.UPLOAD_LIMIT:
                path.unlink()
                raise FileTooLarge(f"Send at most {settings.UPLOAD_LIMIT // 1024 // 1024} MB in one file.")
            digest.update(chunk)
            file.write(chunk)
    return name, digest.hexdigest(), size


def shown_name(file_name: str) -> str:
    """A sender's file name without folders and without what cannot be seen; files are never stored under it.

    >>> shown_name("C:\\\\reports\\\\may\\r\\n.csv")
    'may.csv'
    """
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable())[:200].strip() or "report"
