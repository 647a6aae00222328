"""How an event is sealed and what a network signs: canonical text, salted commitments, the chain's hash, statements."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

GENESIS = bytes(32)
RECEIPT_FORM = 1
DIGEST_FACT = "submitted_sha256"
LARGEST_SUBMISSION = 65_536  # bytes of canonical text
DEEPEST_SUBMISSION = 16
LARGEST_INTEGER = 2**53 - 1  # what every reader of JSON keeps exactly (RFC 7493)


def canonical(document: Mapping[str, object]) -> str:
    """One text for one document: sorted keys, no spaces, UTF-8 kept (like RFC 8785, for strings, integers and lists).

    >>> canonical({"b": 1, "a": ["x"]})
    '{"a":["x"],"b":1}'
    """
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def instant(at: datetime) -> str:
    """A moment as sealed: UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def payload_of(
    *,
    event_id: UUID,
    network_id: UUID,
    kind: str,
    at: datetime,
    actor_id: UUID | None,
    actor_organization_id: UUID | None,
    subject_type: str,
    subject_id: UUID,
    parties: Iterable[UUID],
    facts: Mapping[str, object],
    commitment: str,
) -> str:
    """The canonical text of an event, the one thing that its seal covers."""
    return canonical(
        {
            "id": str(event_id),
            "network": str(network_id),
            "kind": kind,
            "at": instant(at),
            "actor": str(actor_id or ""),
            "organization": str(actor_organization_id or ""),
            "subject": [subject_type, str(subject_id)],
            "parties": sorted(str(party) for party in parties),
            "facts": dict(facts),
            "commitment": commitment,
        }
    )


def commit_to(text: Mapping[str, object], salt: str) -> str:
    """The commitment that stands for personal text in the chain: SHA-256 over salt and canonical text, hex."""
    return hashlib.sha256(f"{salt}:{canonical(text)}".encode()).hexdigest()


def seal(previous: bytes, seq: int, payload: str) -> bytes:
    """The hash of a link; the database computes the same at commit (pinned by a test)."""
    return hashlib.sha256(previous + f"{seq}:{payload}".encode()).digest()


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event as read back for verification: its payload, its columns' payload, and its link."""

    event_id: UUID
    payload: str
    recomputed_payload: str
    seq: int
    previous: bytes
    hash: bytes


def faults_of(
    chain: Iterable[SealedEvent], *, previous: bytes = GENESIS, first_seq: int = 1, whole: bool = True
) -> list[str]:
    """Every place where a chain, given in order, does not hold; an empty list means it is whole.

    A cut tail cannot show here: compare the head with a signed head that a counterparty holds. Not `whole`: the links
    that one party may read, with gaps; each is held to its own seal, and neighbours to each other.
    """
    faults = []
    expected = first_seq
    for event in chain:
        skipped = not whole and event.seq > expected
        if event.seq != expected and not skipped:
            faults.append(f"Event {event.event_id} stands at place {event.seq} where {expected} was due.")
        if event.previous != previous and not skipped:
            faults.append(f"Event {event.event_id} at place {event.seq} is not sealed to the one before it.")
        if event.payload != event.recomputed_payload:
            faults.append(f"Event {event.event_id} at place {event.seq} does not say what was sealed.")
        if seal(event.previous, event.seq, event.payload) != event.hash:
            faults.append(f"The seal of event {event.event_id} at place {event.seq} does not match its text.")
        previous = event.hash
        expected = event.seq + 1
    return faults


def head_statement(*, network_id: UUID, seq: int, head: bytes, at: datetime) -> bytes:
    """The text that a network signs for a head."""
    return canonical({"network": str(network_id), "seq": seq, "hash": head.hex(), "at": instant(at)}).encode()


@dataclass(frozen=True, slots=True)
class Attested:
    """What a network attests with a receipt: this was submitted, as this event of its chain.

    `seq` and `hash` are the event's link, `head_seq` and `head_hash` the last link of the chain when the receipt was
    issued; `digest` is the SHA-256 of the canonical text of what was submitted. Both moments are UTC.
    """

    code: str
    network_id: UUID
    holder_id: UUID
    event_id: UUID
    event_at: datetime
    seq: int
    hash: bytes
    head_seq: int
    head_hash: bytes
    issued_at: datetime
    digest: bytes


def receipt_fields(attested: Attested) -> dict[str, object]:
    """A receipt's signed fields as they stand in the document."""
    return {
        "hansa_receipt": RECEIPT_FORM,
        "code": attested.code,
        "network": str(attested.network_id),
        "holder": str(attested.holder_id),
        "event": {
            "id": str(attested.event_id),
            "at": instant(attested.event_at),
            "seq": attested.seq,
            "hash": attested.hash.hex(),
        },
        "head": {"seq": attested.head_seq, "hash": attested.head_hash.hex()},
        "issued_at": instant(attested.issued_at),
        DIGEST_FACT: attested.digest.hex(),
    }


def receipt_statement(attested: Attested) -> bytes:
    """The text that a network signs for a receipt: the canonical text of its signed fields."""
    return canonical(receipt_fields(attested)).encode()


def submission_text(submitted: Mapping[str, object]) -> str:
    """The canonical text of what was submitted; ValueError says what keeps it from having one.

    Only objects, lists, texts, whole numbers, true, false and null: what every reader of JSON writes the same way.
    """
    if fault := _fault_of(submitted, DEEPEST_SUBMISSION):
        raise ValueError(fault)
    text = canonical(submitted)
    if len(text.encode()) > LARGEST_SUBMISSION:
        raise ValueError(f"it is longer than {LARGEST_SUBMISSION:,} bytes")
    return text


def digest_of(submitted: Mapping[str, object]) -> bytes:
    """SHA-256 of the canonical text of what was submitted.

    An event whose facts hold it in hex under `submitted_sha256` seals it, and verification then compares the two.

    >>> digest_of({"customer": "Elm", "amount": 1200}).hex()[:16]
    '432a40be70943162'
    """
    return hashlib.sha256(submission_text(submitted).encode()).digest()


def _fault_of(value: object, depth: int) -> str:
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            return "a name in it is no text"
        inside = [*value, *value.values()]
    elif isinstance(value, list | tuple):
        inside = list(value)
    else:
        return _fault_of_plain(value)
    if depth == 0:
        return f"it is nested more than {DEEPEST_SUBMISSION} deep"
    return next((fault for each in inside if (fault := _fault_of(each, depth - 1))), "")


def _fault_of_plain(value: object) -> str:
    if isinstance(value, str):
        return "" if value.isascii() or _is_utf8(value) else "a text in it is not Unicode"
    if isinstance(value, int):
        return "" if abs(value) <= LARGEST_INTEGER else "a number in it is too large to be kept exactly"
    return "" if value is None else f"a {type(value).__name__} in it has no canonical text"


def _is_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
