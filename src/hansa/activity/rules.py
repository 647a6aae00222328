"""How an event is sealed: canonical text, salted commitments, the chain's hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

GENESIS = bytes(32)


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
