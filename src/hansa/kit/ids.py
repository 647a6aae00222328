"""Identifiers: UUIDv7 inside, random short codes where people see them."""

from __future__ import annotations

import secrets
import threading
import time
import uuid

from django.db import models

CODE_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


_counting = threading.Lock()
_last = (0, 0)  # the millisecond of the last id that this process made, and its counter


def uuid7() -> uuid.UUID:
    """A time-ordered UUID (RFC 9562, version 7); those that one process makes in a millisecond are in order too."""
    global _last
    now = time.time_ns() // 1_000_000
    with _counting:
        counter = _last[1] + 1 if now == _last[0] else secrets.randbits(11)
        _last = (now, counter)
    value = now << 80 | 0x7 << 76 | (counter & 0xFFF) << 64 | 0x2 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)


def short_code() -> str:
    """Eight random characters without look-alikes; about 2^39 of them."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(8))


class UUIDv7(models.Func):
    """PostgreSQL's own generator, so that rows inserted by SQL get an id too."""

    function = "uuidv7"
    template = "%(function)s()"
    arity = 0
    output_field = models.UUIDField()


def uuid_key() -> models.UUIDField[uuid.UUID, uuid.UUID]:
    """The primary key of every model."""
    return models.UUIDField(primary_key=True, default=uuid7, db_default=UUIDv7(), editable=False)


def code_field() -> models.CharField[str, str]:
    """The short code by which people and addresses name a row."""
    return models.CharField(max_length=16, unique=True, default=short_code, editable=False)
