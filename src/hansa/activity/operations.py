from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import models, transaction

from hansa.activity import outbox
from hansa.activity.models import (
    HOUSE,
    Event,
    EventText,
    Link,
    Notification,
    Receipt,
    ReceiptText,
    SignedHead,
    SigningKey,
)
from hansa.activity.queries import attested_by, faults_of_link, head_of
from hansa.activity.rules import (
    DIGEST_FACT,
    commit_to,
    digest_of,
    head_statement,
    payload_of,
    receipt_statement,
    submission_text,
)
from hansa.kit import vault
from hansa.kit.failures import NotFound, NotPossibleNow
from hansa.kit.ids import uuid7
from hansa.kit.scope import acting, current_scope, system


class ReceiptNotPossible(NotPossibleNow):
    """No receipt can be issued for this event, or not for this."""

    title = "No receipt can be issued"


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
    key = _signing_key(network_id)
    if head is None or key is None:
        return []
    seq, digest = head
    signature = _signed(key, head_statement(network_id=network_id, seq=seq, head=digest, at=at))
    return SignedHead.objects.bulk_create(
        [
            SignedHead(
                network_id=network_id, holder_id=holder, seq=seq, hash=digest, at=at, signature=signature, key=key
            )
            for holder in holder_ids
        ],
        batch_size=500,
    )


def _signing_key(network_id: UUID) -> SigningKey | None:
    return SigningKey.objects.filter(network_id=network_id).order_by("-created_at").first()


def _signed(key: SigningKey, statement: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(vault.decrypt(bytes(key.encrypted_private))).sign(statement)


@transaction.atomic
def issue_receipt(*, event: Event, holder_id: UUID, submitted: Mapping[str, object], at: datetime) -> Receipt:
    """Attest to an organization what was submitted as an event: sign the event's place, the chain's head and the digest.

    Call it after the event's transaction is committed: only then does the event have its place. The event must name the
    holder as a party or have been caused by it, and the holder must be the acting organization unless that runs the
    network. Asked again for the same, the same receipt comes back. `submitted` is kept as it is: texts, whole numbers,
    truth values, lists and objects. Raises NotFound, ReceiptNotPossible.
    """
    scope = current_scope()
    known: Event | None = Event.objects.filter(id=event.id).first()
    runs = bool(scope.system) or event.network_id in scope.operates
    if known is None or not (runs or holder_id == scope.organization_id):
        raise NotFound()
    if holder_id not in known.parties and holder_id != known.actor_organization_id:
        raise ReceiptNotPossible("The event does not name the organization that the receipt is for.")
    try:
        text, digest = submission_text(submitted), digest_of(submitted)
    except ValueError as error:
        raise ReceiptNotPossible(f"What was submitted cannot be signed: {error}.") from error
    _check_digest(known.facts.get(DIGEST_FACT, digest.hex()), digest)
    with acting(system("signing a receipt")):
        receipt = _receipt_of(known.id, holder_id) or _issue(known, holder_id, text, digest, at)
    _check_digest(bytes(receipt.digest).hex(), digest)
    return receipt


def _check_digest(sealed: object, digest: bytes) -> None:
    if sealed != digest.hex():
        raise ReceiptNotPossible("The event stands for something else than what is said to have been submitted.")


def _receipt_of(event_id: UUID, holder_id: UUID) -> Receipt | None:
    found: Receipt | None = (
        Receipt.objects.filter(event_id=event_id, holder_id=holder_id).select_related("event", "key").first()
    )
    return found


def _issue(event: Event, holder_id: UUID, text: str, digest: bytes, at: datetime) -> Receipt:
    """Sign and store; of two that issue the same at once, the second waits and gets what the first has stored."""
    link = Link.objects.filter(event_id=event.id).select_related("event").first()
    key, head = _signing_key(event.network_id), head_of(event.network_id)
    if link is None or head is None:
        raise ReceiptNotPossible("The event has no place in its chain yet: it gets one when its change is committed.")
    if faults := faults_of_link(link):
        raise ReceiptNotPossible(" ".join(faults))
    if key is None:
        raise ReceiptNotPossible("The event's chain has no key to sign with.")
    receipt = Receipt(
        network_id=event.network_id,
        holder_id=holder_id,
        event=event,
        seq=link.seq,
        hash=bytes(link.hash),
        head_seq=head[0],
        head_hash=head[1],
        digest=digest,
        at=at,
        key=key,
    )
    receipt.signature = _signed(key, receipt_statement(attested_by(receipt)))
    Receipt.objects.bulk_create([receipt], ignore_conflicts=True)
    stored: Receipt = Receipt.objects.select_related("event", "key").get(event=event, holder_id=holder_id)
    if stored.id == receipt.id:
        ReceiptText(receipt=stored, text=text).save(force_insert=True)
    return stored


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
