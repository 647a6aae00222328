"""Whether a mail carries a signature of a domain (DKIM, RFC 6376)."""

from __future__ import annotations

import logging
from typing import Protocol

import dkim
from dkim import DKIM, DKIMException, DnsTimeoutError
from dkim.util import InvalidTagValueList, parse_tag_value

log = logging.getLogger(__name__)
LIBRARY = logging.getLogger(f"{__name__}.dkim")
LIBRARY.setLevel(logging.CRITICAL)  # it calls every forged mail an error
TRIED = 5  # signatures of one domain: each costs a look-up


class LookUp(Protocol):
    """Answers the TXT record of a name in the DNS."""

    def __call__(self, name: bytes, timeout: int = 5) -> bytes | None:
        """The record, None where there is none."""


def from_dns(name: bytes, timeout: int = 5) -> bytes | None:
    """The TXT record of a name as the machine's own resolver answers it."""
    found: bytes | None = dkim.get_txt(name, timeout=timeout)
    return found


def is_signed_by(raw: bytes, domain: str, *, look_up: LookUp = from_dns) -> bool:
    """Whether a signature of the domain, or of one above it, covers From and the whole body, and verifies.

    Keys of other domains are never asked for: a sender could otherwise have any name looked up. Raises TimeoutError where
    the DNS does not answer, so that the mail is not judged without it.
    """
    try:
        checker = DKIM(raw, logger=LIBRARY, minkey=1024)
        signatures = [value for name, value in checker.headers if name.lower() == b"dkim-signature"]
        own = [place for place, value in enumerate(signatures) if _covers(value, domain.encode("idna").lower())]
        return any(_verifies(checker, place, look_up) for place in own[:TRIED])
    except (DKIMException, UnicodeError, ValueError):
        return False


def _covers(value: bytes, domain: bytes) -> bool:
    """Whether a signature says to be of the domain and to cover From and, without a length, all of the body."""
    try:
        said = parse_tag_value(value)
    except InvalidTagValueList:
        return False
    signer = said.get(b"d", b"").strip().lower()
    near = b"." in signer and (domain == signer or domain.endswith(b"." + signer))
    signed = {name.strip().lower() for name in said.get(b"h", b"").split(b":")}
    return near and b"from" in signed and b"l" not in said


def _verifies(checker: DKIM, place: int, look_up: LookUp) -> bool:
    silent: list[bytes] = []

    def ask(name: bytes, timeout: int = 5) -> bytes | None:
        try:
            return look_up(name, timeout=timeout)
        except DnsTimeoutError:
            silent.append(name)  # the library takes silence for a bad signature
            raise

    try:
        if checker.verify(place, dnsfunc=ask):
            return True
    except Exception:
        log.debug("a signature cannot be read", exc_info=True)
    if silent:
        raise TimeoutError("the DNS does not answer")
    return False
