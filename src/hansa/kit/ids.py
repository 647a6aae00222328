"""Identifiers: UUIDv7 inside, random short codes where people see them."""

from __future__ import annotations

import secrets
import time
import uuid

from django.db import models

CODE_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


def uuid7() -> uuid.UUID:
    """A time-ordered UUID (RFC 9562, version 7); random within one millisecond."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
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
