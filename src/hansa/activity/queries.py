from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from hansa.activity.models import Event, Link, Notification, SignedHead, SigningKey
from hansa.activity.rules import SealedEvent, faults_of, payload_of


def timeline(*, subject_id: UUID, limit: int = 50) -> QuerySet[Event]:
    """The latest events about one thing that the scope may see, newest first."""
    return Event.objects.filter(subject_id=subject_id).select_related("link", "text").order_by("-at", "-id")[:limit]


def inbox(*, unread_only: bool = True) -> QuerySet[Notification]:
    """The acting person's inbox, newest first."""
    lines = Notification.objects.order_by("-at", "-id")
    return lines.filter(read_at=None) if unread_only else lines


def head_of(network_id: UUID) -> tuple[int, bytes] | None:
    """Place and hash of the last committed link of a network's chain."""
    last = Link.objects.filter(network_id=network_id).order_by("-seq").first()
    return None if last is None else (last.seq, bytes(last.hash))


def public_key(network_id: UUID) -> bytes | None:
    """The network's current Ed25519 public key, raw 32 bytes."""
    key = SigningKey.objects.filter(network_id=network_id).order_by("-created_at").first()
    return None if key is None else bytes(key.public)


def verify_chain(network_id: UUID) -> tuple[int, list[str]]:
    """Walk a whole chain: the number of its links, and every fault found (also heads signed earlier that no longer fit)."""
    links = Link.objects.filter(network_id=network_id).select_related("event").order_by("seq")
    faults = faults_of(_sealed(links.iterator(chunk_size=2_000)))
    by_place = dict(links.values_list("seq", "hash"))
    for head in SignedHead.objects.filter(network_id=network_id):
        if bytes(by_place.get(head.seq, b"")) != bytes(head.hash):
            faults.append(f"The head signed at place {head.seq} on {head.at:%d %B %Y} is no longer in the chain.")
    unlinked = Event.objects.filter(network_id=network_id, link=None).count()
    if unlinked:
        faults.append(f"{unlinked} event(s) stand outside the chain.")
    return len(by_place), faults


def _sealed(links: Iterator[Link]) -> Iterator[SealedEvent]:
    for link in links:
        event = link.event
        recomputed = payload_of(
            event_id=event.id,
            network_id=event.network_id,
            kind=event.kind,
            at=event.at,
            actor_id=event.actor_id,
            actor_organization_id=event.actor_organization_id,
            subject_type=event.subject_type,
            subject_id=event.subject_id,
            parties=event.parties,
            facts=event.facts,
            commitment=event.commitment,
        )
        yield SealedEvent(event.id, event.payload, recomputed, link.seq, bytes(link.previous), bytes(link.hash))
