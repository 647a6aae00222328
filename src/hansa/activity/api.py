"""The event log of a network: reading, verifying and taking it away."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest
from ninja import Field, Router, Schema

from hansa.activity import queries
from hansa.activity.files import export_file
from hansa.activity.models import Event
from hansa.activity.rules import instant
from hansa.activity.words import in_words
from hansa.kit.api import REFUSALS
from hansa.kit.failures import NotFound
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope

router = Router(tags=["Event log"])


class EventOut(Schema):
    """One change."""

    id: UUID
    kind: str = Field(description="What happened, such as incentives.run.committed.")
    words: str = Field(description="The same as a sentence.")
    at: datetime
    actor: str = Field(description="Name of the person, as far as you may know it; empty otherwise.")
    organization: str = Field(description="Name of the organization acted for; empty for the platform or a stranger.")
    subject_type: str
    subject_id: UUID
    facts: dict[str, Any]
    place: int | None = Field(description="Place in the chain.")
    seal: str = Field(description="SHA-256 of the link, hex.")


class Events(Schema):
    """A page of events."""

    items: list[EventOut]
    next: str | None
    previous: str | None


class HeadOut(Schema):
    """A signed head of the chain as it was handed to your organization."""

    place: int
    hash: str = Field(description="Hex.")
    at: str = Field(description="The moment as signed: UTC with microseconds.")
    signature: str = Field(description='Ed25519 over {"at":…,"hash":…,"network":…,"seq":…}, hex.')
    key: str = Field(description="The public key, hex.")


class VerificationOut(Schema):
    """What a walk over the chain found."""

    links: int
    head: str = Field(description="Hash of the last link, hex; empty while there is none.")
    whole: bool = Field(description="Whether all links were walked, or only those that you may read.")
    faults: list[str]


class KeyOut(Schema):
    """The network's public key."""

    algorithm: str = "Ed25519"
    key: str = Field(description="32 bytes, hex.")


@router.get(
    "/networks/{slug}/events",
    response={200: Events, **REFUSALS},
    operation_id="list_events",
    summary="Events of a network that you may read, the latest first",
)
def list_events(
    request: HttpRequest,
    slug: str,
    kind: str = "",
    subject: UUID | None = None,
    since: date | None = None,
    until: date | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    rows = queries.events_on_days(
        queries.network_named(slug).id, kind=kind, subject_id=subject, first=since, last=until
    )
    page = page_of(rows, order=("-at", "-id"), cursor=cursor)
    names = queries.actors_of(page.items)
    return {
        "items": [_event(event, names) for event in page.items],
        "next": page.next,
        "previous": page.previous,
    }


@router.get(
    "/networks/{slug}/events/verification",
    response={200: VerificationOut, **REFUSALS},
    operation_id="verify_events",
    summary="Walk the chain and say every fault",
)
def verify_events(request: HttpRequest, slug: str) -> dict[str, Any]:
    network = queries.network_named(slug)
    scope = current_scope()
    scope.require("events.view")
    links, faults = queries.verify_chain(network.id)
    head = queries.head_of(network.id)
    return {
        "links": links,
        "head": head[1].hex() if head else "",
        "whole": network.id in scope.operates,
        "faults": faults,
    }


@router.get(
    "/networks/{slug}/events/export",
    response={200: str, **REFUSALS},
    operation_id="export_events",
    summary="The log as lines of JSON, for `hansa log verify`",
)
def export_events(request: HttpRequest, slug: str) -> FileResponse:
    network = queries.network_named(slug)
    return export_file(network.id, network.slug)


@router.get(
    "/networks/{slug}/events/key",
    response={200: KeyOut, **REFUSALS},
    operation_id="get_public_key",
    summary="The public key that a network signs its heads with",
)
def get_public_key(request: HttpRequest, slug: str) -> dict[str, str]:
    key = queries.public_key(queries.network_named(slug).id)
    if key is None:
        raise NotFound()
    return {"key": key.hex()}


@router.get(
    "/networks/{slug}/events/head",
    response={200: HeadOut, **REFUSALS},
    operation_id="get_signed_head",
    summary="The latest signed head that was handed to your organization",
)
def get_signed_head(request: HttpRequest, slug: str) -> dict[str, Any]:
    network, scope = queries.network_named(slug), current_scope()
    head = queries.head_held_by(network.id, scope.organization_id) if scope.organization_id else None
    if head is None:
        raise NotFound()
    return {
        "place": head.seq,
        "hash": bytes(head.hash).hex(),
        "at": instant(head.at),
        "signature": bytes(head.signature).hex(),
        "key": bytes(head.key.public).hex(),
    }


def _event(event: Event, names: dict[UUID | None, str]) -> dict[str, Any]:
    link = getattr(event, "link", None)
    return {
        "id": event.id,
        "kind": event.kind,
        "words": in_words(event.kind, event.facts),
        "at": event.at,
        "actor": names.get(event.actor_id, ""),
        "organization": names.get(event.actor_organization_id, ""),
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "facts": event.facts,
        "place": link.seq if link else None,
        "seal": bytes(link.hash).hex() if link else "",
    }
