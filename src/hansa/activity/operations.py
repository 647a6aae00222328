from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import models, transaction

from hansa.activity import outbox
from hansa.activity.models import HOUSE, Event, EventText, Notification, SignedHead, SigningKey
from hansa.activity.queries import head_of
from hansa.activity.rules import commit_to, head_statement, payload_of
from hansa.kit import vault
from hansa.kit.ids import uuid7
from hansa.kit.scope import current_scope


@dataclass(frozen=True, slots=True)
class Happening:
    """What one event says: about which row, who besides the operator may read it, and its facts."""

    subject: models.Model
    parties: tuple[UUID, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


@transaction.atomic
def record(
    kind: str,
    *,
    subject: models.Model,
    at: datetime,
    network_id: UUID | None = None,
    parties: Iterable[UUID] = (),
    facts: Mapping[str, object] | None = None,
    text: Mapping[str, object] | None = None,
) -> Event:
    """Write one event into its network's chain, and its reactions into the outbox, in the caller's transaction.

    `facts` hold ids, states and numbers as text and are sealed for ever; `text` holds personal words, which are sealed
    by commitment only. The database links the event to its chain at commit.
    """
    salt = secrets.token_hex(16) if text else ""
    happening = Happening(subject, tuple(parties), facts or {})
    event = _event(kind, happening, at, network_id, commit_to(text, salt) if text else "")
    event.save(force_insert=True)
    if text:
        EventText(event=event, salt=salt, text=dict(text)).save(force_insert=True)
    outbox.announce(event)
    return event


@transaction.atomic
def record_each(kind: str, happenings: Iterable[Happening], *, at: datetime, network_id: UUID | None = None) -> None:
    """`record` for many events of one kind, in their order, without personal text."""
    events = [_event(kind, happening, at, network_id, "") for happening in happenings]
    Event.objects.bulk_create(events, batch_size=500)
    for event in events:
        outbox.announce(event)


def _event(kind: str, happening: Happening, at: datetime, network_id: UUID | None, commitment: str) -> Event:
    scope = current_scope()
    values = {
        "network_id": network_id or HOUSE,
        "kind": kind,
        "at": at,
        "actor_id": scope.person_id,
        "actor_organization_id": scope.organization_id,
        "subject_type": happening.subject._meta.label_lower,
        "subject_id": happening.subject.pk,
        "parties": sorted({party for party in happening.parties if party is not None}),
        "facts": dict(happening.facts),
        "commitment": commitment,
    }
    event_id = uuid7()
    return Event(id=event_id, payload=payload_of(event_id=event_id, **values), **values)


@transaction.atomic
def make_signing_key(*, network_id: UUID, at: datetime) -> SigningKey:
    """Give a network its Ed25519 key; the private half is stored encrypted."""
    private = Ed25519PrivateKey.generate()
    return SigningKey.objects.create(
        network_id=network_id,
        public=private.public_key().public_bytes_raw(),
        encrypted_private=vault.encrypt(private.private_bytes_raw()),
        created_at=at,
    )


@transaction.atomic
def sign_head(*, network_id: UUID, at: datetime, holder_id: UUID | None = None) -> SignedHead | None:
    """Sign the committed head of a network's chain for a counterparty; None while the chain is empty."""
    signed = sign_head_for(network_id=network_id, holder_ids=[holder_id], at=at)
    return signed[0] if signed else None


@transaction.atomic
def sign_head_for(*, network_id: UUID, holder_ids: Iterable[UUID | None], at: datetime) -> list[SignedHead]:
    """Sign the committed head once and keep it for each holder (None: the network's own archive)."""
    head = head_of(network_id)
    key = SigningKey.objects.filter(network_id=network_id).order_by("-created_at").first()
    if head is None or key is None:
        return []
    seq, digest = head
    private = Ed25519PrivateKey.from_private_bytes(vault.decrypt(bytes(key.encrypted_private)))
    signature = private.sign(head_statement(network_id=network_id, seq=seq, head=digest, at=at))
    return SignedHead.objects.bulk_create(
        [
            SignedHead(
                network_id=network_id, holder_id=holder, seq=seq, hash=digest, at=at, signature=signature, key=key
            )
            for holder in holder_ids
        ],
        batch_size=500,
    )


@transaction.atomic
def sign_todays_heads(*, at: datetime) -> int:
    """Sign each network's head into its archive, once a day; returns how many were signed."""
    networks = set(SigningKey.objects.values_list("network_id", flat=True))
    kept = SignedHead.objects.filter(holder_id=None, at__date=at.date()).values_list("network_id", flat=True)
    return sum(len(sign_head_for(network_id=each, holder_ids=[None], at=at)) for each in sorted(networks - set(kept)))


@transaction.atomic
def notify(
    *, person_id: UUID, organization_id: UUID, text: str, url: str, at: datetime, event_id: UUID | None = None
) -> None:
    """Put a line into a person's inbox, once per event."""
    Notification.objects.bulk_create(
        [
            Notification(
                person_id=person_id, organization_id=organization_id, event_id=event_id, text=text, url=url, at=at
            )
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def mark_read(*, notification_id: UUID, at: datetime) -> None:
    """Take a line off the inbox of the person who asks."""
    Notification.objects.filter(id=notification_id, read_at=None).update(read_at=at)
