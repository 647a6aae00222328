from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from hansa.activity import receipts
from hansa.activity.models import Event, Link, Notification, Receipt, ReceiptText, SignedHead, SigningKey
from hansa.activity.rules import Attested, SealedEvent, faults_of, payload_of
from hansa.kit.failures import NotFound
from hansa.kit.scope import Scope, current_scope


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
    """Walk a chain: the number of its links, and every fault found (also heads signed earlier that no longer fit).

    Who does not run the network walks the links that it may read: each seal, and neighbours against each other.
    """
    whole = _sees_all(current_scope(), network_id)
    links = Link.objects.filter(network_id=network_id).select_related("event").order_by("seq")
    faults = faults_of(_sealed(links.iterator(chunk_size=2_000)), whole=whole)
    by_place = dict(links.values_list("seq", "hash"))
    for head in SignedHead.objects.filter(network_id=network_id):
        known = by_place.get(head.seq)
        if bytes(known or b"") != bytes(head.hash) and (whole or known is not None):
            faults.append(f"The head signed at place {head.seq} on {head.at:%d %B %Y} is no longer in the chain.")
    unlinked = Event.objects.filter(network_id=network_id, link=None).count()
    if unlinked:
        faults.append(f"{unlinked} event(s) stand outside the chain.")
    return len(by_place), faults


def faults_of_link(link: Link) -> list[str]:
    """Every way in which one event does not say what its own link has sealed."""
    return faults_of(_sealed(iter([link])), previous=bytes(link.previous), first_seq=link.seq)


def export_of(network_id: UUID) -> Iterator[str]:
    """The log that the scope may see as lines of JSON, for verification outside (`activity.receipts`)."""
    links = Link.objects.filter(network_id=network_id).select_related("event").order_by("seq")
    heads = SignedHead.objects.filter(network_id=network_id).select_related("key").order_by("seq", "at", "id")
    keys = SigningKey.objects.filter(network_id=network_id).order_by("created_at")
    return receipts.written(
        network_id=network_id,
        keys=[bytes(key.public) for key in keys],
        whole=_sees_all(current_scope(), network_id),
        links=_sealed(links.iterator(chunk_size=2_000)),
        heads=(
            receipts.Head(head.seq, bytes(head.hash), head.at, bytes(head.signature), bytes(head.key.public))
            for head in heads.iterator(chunk_size=2_000)
        ),
    )


def network_named(slug: str) -> Any:
    """The network of an address, as far as the scope may see it; NotFound otherwise. It lies above: named only."""
    found = apps.get_model("networks", "Network").objects.filter(slug=slug).first()
    if found is None:
        raise NotFound()
    return found


def events_on_days(
    network_id: UUID,
    *,
    kind: str = "",
    subject_id: UUID | None = None,
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[Event]:
    """A network's events that the scope may see, from `first` to `last` day (UTC, both included).

    `kind` is a whole kind, or its beginning up to a dot.
    """
    current_scope().require("events.view")
    rows = Event.objects.filter(network_id=network_id).select_related("link")
    if kind:
        rows = rows.filter(kind__startswith=kind) if kind.endswith(".") else rows.filter(kind=kind)
    if subject_id:
        rows = rows.filter(subject_id=subject_id)
    if first:
        rows = rows.filter(at__gte=datetime.combine(first, time(), UTC))
    return rows.filter(at__lt=datetime.combine(last, time(), UTC) + timedelta(days=1)) if last else rows


def actors_of(events: Iterable[Event]) -> dict[UUID | None, str]:
    """Names of the persons and organizations behind events, as far as the scope may know them.

    Persons of other organizations are named only to those who run the network.
    """
    scope, events = current_scope(), list(events)
    people = {
        event.actor_id
        for event in events
        if _sees_all(scope, event.network_id) or event.actor_organization_id == scope.organization_id
    }
    companies = {event.actor_organization_id for event in events}
    named = dict(get_user_model().objects.filter(pk__in=[each for each in people if each]).values_list("pk", "name"))
    organizations = apps.get_model("organizations", "Organization").objects
    return {
        **named,
        **dict(organizations.filter(pk__in=[each for each in companies if each]).values_list("pk", "name")),
    }


def head_held_by(network_id: UUID, holder_id: UUID) -> SignedHead | None:
    """The latest signed head of a network that was handed to an organization."""
    held = SignedHead.objects.filter(network_id=network_id, holder_id=holder_id).select_related("key")
    found: SignedHead | None = held.order_by("-seq", "-at").first()
    return found


def receipts_of(*, subject_id: UUID) -> QuerySet[Receipt]:
    """The receipts that the scope may see of events about one thing, the latest first."""
    return Receipt.objects.filter(event__subject_id=subject_id).select_related("event", "key").order_by("-at", "-id")


def receipt_named(code: str) -> Receipt:
    """The receipt of a code, as far as the scope may see it; NotFound otherwise."""
    found: Receipt | None = Receipt.objects.filter(code=code).select_related("event", "key").first()
    if found is None:
        raise NotFound()
    return found


def attested_by(receipt: Receipt) -> Attested:
    """What a receipt attests, as it is signed."""
    return Attested(
        code=receipt.code,
        network_id=receipt.network_id,
        holder_id=receipt.holder_id,
        event_id=receipt.event_id,
        event_at=receipt.event.at,
        seq=receipt.seq,
        hash=bytes(receipt.hash),
        head_seq=receipt.head_seq,
        head_hash=bytes(receipt.head_hash),
        issued_at=receipt.at,
        digest=bytes(receipt.digest),
    )


def receipt_document(receipt: Receipt) -> str:
    """A receipt as the JSON document to download; NotFound once what was submitted has been erased."""
    kept: ReceiptText | None = ReceiptText.objects.filter(receipt=receipt).first()
    if kept is None:
        raise NotFound("What was submitted has been erased, and with it the receipt's document.")
    return receipts.written_receipt(
        attested=attested_by(receipt),
        submitted=json.loads(kept.text),
        key=bytes(receipt.key.public),
        signature=bytes(receipt.signature),
    )


def _sees_all(scope: Scope, network_id: UUID) -> bool:
    return bool(scope.system) or network_id in scope.operates


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
