"""A log outside the platform: written as JSON lines, verified from the file alone. No framework.

The first line is the head of the file (`hansa_log`, `network`, `keys`, `whole`); then one line per link (`seq`,
`previous`, `hash`, `payload`) in order of the chain, then one per signed head (`head`). Hashes, keys and signatures are
hex; `payload` is the text that the seal covers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hansa.activity.rules import SealedEvent, canonical, faults_of, head_statement, instant
from hansa.kernel.problem import Problem, Refused

FORM = 1


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head: the signature covers network, place, hash and moment."""

    seq: int
    hash: bytes
    at: datetime
    signature: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class Verified:
    """What a file held and every fault found in it; `head` is the hash of its last link."""

    links: int
    heads: int
    head: bytes
    whole: bool
    faults: list[str] = field(default_factory=list)


def written(
    *, network_id: UUID, keys: Iterable[bytes], whole: bool, links: Iterable[SealedEvent], heads: Iterable[Head]
) -> Iterator[str]:
    """The lines of an export, without line ends."""
    yield canonical(
        {"hansa_log": FORM, "network": str(network_id), "keys": [key.hex() for key in keys], "whole": whole}
    )
    for link in links:
        seal = {"seq": link.seq, "previous": link.previous.hex(), "hash": link.hash.hex(), "payload": link.payload}
        yield canonical(seal)
    for head in heads:
        yield canonical(
            {
                "head": {
                    "seq": head.seq,
                    "hash": head.hash.hex(),
                    "at": instant(head.at),
                    "signature": head.signature.hex(),
                    "key": head.key.hex(),
                }
            }
        )


def verify(lines: Iterable[str], *, file: str, key: bytes | None = None) -> Verified:
    """Check an export: each seal, the chain, the signed heads. Raises Refused when it is no export.

    `key` is the network's public key as its holder knows it from elsewhere; without it, signatures are checked against
    the keys in the file, which shows accidents and not forgery.
    """
    rows = [_row(line, number, file) for number, line in enumerate(lines, start=1) if line.strip()]
    if not rows or rows[0].get("hansa_log") != FORM:
        raise Refused([Problem(file, 1, "hansa_log", "the first line of an event log that Hansa exported")])
    top = rows[0]
    try:
        links = [_link(row) for row in rows[1:] if "payload" in row]
        heads = [_head(row["head"]) for row in rows[1:] if "head" in row]
        network_id, trusted = UUID(top["network"]), {key} if key else {bytes.fromhex(each) for each in top["keys"]}
    except (KeyError, TypeError, ValueError) as error:
        raise Refused([Problem(file, 0, "", f"lines as Hansa exports them ({error})")]) from error
    whole = bool(top.get("whole"))
    faults = faults_of(links, whole=whole)
    faults += [fault for link in links for fault in _faults_of_payload(link, network_id)]
    faults += [fault for head in heads for fault in _faults_of_head(head, links, network_id, trusted, whole)]
    return Verified(len(links), len(heads), links[-1].hash if links else b"", whole, faults)


def _row(line: str, number: int, file: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise Refused([Problem(file, number, "", "one JSON object")])
    return row


def _link(row: Mapping[str, object]) -> SealedEvent:
    payload = str(row["payload"])
    identifier = UUID(json.loads(payload)["id"])
    return SealedEvent(
        identifier,
        payload,
        payload,
        int(str(row["seq"])),
        bytes.fromhex(str(row["previous"])),
        bytes.fromhex(str(row["hash"])),
    )


def _head(row: object) -> Head:
    if not isinstance(row, dict):
        raise TypeError("head")
    moment = datetime.fromisoformat(str(row["at"]))
    return Head(
        int(row["seq"]), bytes.fromhex(row["hash"]), moment, bytes.fromhex(row["signature"]), bytes.fromhex(row["key"])
    )


def _faults_of_payload(link: SealedEvent, network_id: UUID) -> list[str]:
    if json.loads(link.payload).get("network") == str(network_id):
        return []
    return [f"Event {link.event_id} at place {link.seq} belongs to another network."]


def _faults_of_head(
    head: Head, links: list[SealedEvent], network_id: UUID, trusted: set[bytes], whole: bool
) -> list[str]:
    said = f"The head signed at place {head.seq} on {head.at:%d %B %Y}"
    if head.key not in trusted:
        return [f"{said} is signed with a key that is not the network's."]
    statement = head_statement(network_id=network_id, seq=head.seq, head=head.hash, at=head.at)
    try:
        Ed25519PublicKey.from_public_bytes(head.key).verify(head.signature, statement)
    except (InvalidSignature, ValueError):
        return [f"{said} does not carry a valid signature."]
    at_place = {link.seq: link.hash for link in links}.get(head.seq)
    if at_place is None and not whole:
        return []
    return [] if at_place == head.hash else [f"{said} is no longer in the chain."]
