"""A chain and its receipts on paper: fixed ids, moments and key, no database, so that every value can be exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hansa.activity.receipts import Head, written, written_receipt
from hansa.activity.rules import (
    GENESIS,
    Attested,
    SealedEvent,
    digest_of,
    head_statement,
    payload_of,
    receipt_statement,
    seal,
)

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NETWORK = UUID(int=0xA)
HOLDER = UUID(int=0xB)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RIVAL = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEY = PRIVATE.public_key().public_bytes_raw()
SUBMITTED: Mapping[str, object] = {
    "customer": "Müller & Söhne",
    "amount": 120_000,
    "lines": [{"product": "bike"}, None],
}


def event_id(place: int) -> UUID:
    """The id of the event at a place."""
    return UUID(int=0xE00 + place)


def chain(length: int = 4, *, facts: Mapping[int, Mapping[str, object]] | None = None) -> list[SealedEvent]:
    """Events a minute apart, each sealed to the one before; `facts` by place."""
    links: list[SealedEvent] = []
    for place in range(1, length + 1):
        payload = payload_of(
            event_id=event_id(place),
            network_id=NETWORK,
            kind="test.thing.happened",
            at=NOON + timedelta(minutes=place),
            actor_id=None,
            actor_organization_id=HOLDER,
            subject_type="test.thing",
            subject_id=UUID(int=0xC),
            parties=[],
            facts=(facts or {}).get(place, {}),
            commitment="",
        )
        previous = links[-1].hash if links else GENESIS
        links.append(SealedEvent(event_id(place), payload, payload, place, previous, seal(previous, place, payload)))
    return links


def log_of(links: Sequence[SealedEvent], *, whole: bool = True, network: UUID = NETWORK, key: bytes = KEY) -> list[str]:
    """The lines of an export of these links with one signed head at the last."""
    heads = []
    if links:
        statement = head_statement(network_id=network, seq=links[-1].seq, head=links[-1].hash, at=NOON)
        heads = [Head(links[-1].seq, links[-1].hash, NOON, PRIVATE.sign(statement), KEY)]
    return list(written(network_id=network, keys=[key], whole=whole, links=links, heads=heads))


@dataclass(frozen=True)
class Paper:
    """A receipt of the event at place 2, issued when the chain had three links."""

    attested: Attested
    submitted: Mapping[str, object] = field(default_factory=lambda: SUBMITTED)

    def text(self, private: Ed25519PrivateKey = PRIVATE) -> str:
        """The document, signed."""
        return written_receipt(
            attested=self.attested,
            submitted=self.submitted,
            key=private.public_key().public_bytes_raw(),
            signature=private.sign(receipt_statement(self.attested)),
        )

    def but(self, **changes: object) -> Paper:
        """The same with other values, signed anew."""
        return replace(self, attested=replace(self.attested, **changes))  # type: ignore[arg-type]


def receipt(links: Sequence[SealedEvent] | None = None) -> Paper:
    """The receipt that belongs to a chain."""
    links = links or chain()
    return Paper(
        Attested(
            code="k7x2m9p4",
            network_id=NETWORK,
            holder_id=HOLDER,
            event_id=event_id(2),
            event_at=NOON + timedelta(minutes=2),
            seq=2,
            hash=links[1].hash,
            head_seq=3,
            head_hash=links[2].hash,
            issued_at=NOON + timedelta(minutes=3),
            digest=digest_of(SUBMITTED),
        )
    )
