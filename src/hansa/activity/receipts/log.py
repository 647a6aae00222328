"""A log outside the platform: written as JSON lines, verified from the file alone.

The first line is the head of the file (`hansa_log`, `network`, `keys`, `whole`); then one line per link (`seq`,
`previous`, `hash`, `payload`) in order of the chain, then one per signed head (`head`). Hashes, keys and signatures are
hex; `payload` is the text that the seal covers. Where the platform's columns say something else than what was sealed, the
link's line has their text too (`columns`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hansa.activity.receipts.fields import Fields, object_in, octets_in
from hansa.activity.rules import SealedEvent, canonical, faults_of, head_statement, instant
from hansa.kernel.problem import Problem, Refused

FORM = 1
HASH_BYTES = 32
KEY_BYTES = 32
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head: the signature covers network, place, hash and moment."""

    seq: int
    hash: bytes
    at: datetime
    signature: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class Log:
    """What a file of a log says; `networks` is the network that each link's own text names."""

    network_id: UUID
    keys: frozenset[bytes]
    whole: bool
    links: list[SealedEvent]
    heads: list[Head]
    networks: list[object]


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
        altered = link.recomputed_payload != link.payload
        yield canonical({**seal, "columns": link.recomputed_payload} if altered else seal)
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
    return verified(read(lines, file=file), key=key)


def read(lines: Iterable[str], *, file: str) -> Log:
    """What an export says, unchecked but for its form. Raises Refused with each line that is none of an export."""
    rows = [(number, _row(line, number, file)) for number, line in enumerate(lines, start=1) if line.strip()]
    if not rows or not _opens_a_log(rows[0][1]):
        raise Refused([Problem(file, 1, "hansa_log", "the first line of an event log that Hansa exported")])
    problems: list[Problem] = []
    top = Fields(rows[0][1], problems, file=file, row=rows[0][0])
    network_id, keys = top.identifier("network"), _keys(rows[0][1], top)
    log = Log(network_id, keys, top.switch("whole"), [], [], [])
    for number, row in rows[1:]:
        _take(row, Fields(row, problems, file=file, row=number), log)
    if problems:
        raise Refused(problems)
    return log


def verified(log: Log, *, key: bytes | None = None) -> Verified:
    """`verify` for a log that has been read."""
    trusted = log.keys if key is None else frozenset({key})
    faults = faults_of(log.links, whole=log.whole)
    faults += [
        f"Event {link.event_id} at place {link.seq} belongs to another network."
        for link, network in zip(log.links, log.networks, strict=True)
        if network != str(log.network_id)
    ]
    at_place = {link.seq: link.hash for link in log.links}
    for head in log.heads:
        faults += _faults_of_head(head, at_place, log, trusted)
    return Verified(len(log.links), len(log.heads), log.links[-1].hash if log.links else b"", log.whole, faults)


def signed_by(key: bytes, signature: bytes, statement: bytes) -> bool:
    """Whether an Ed25519 signature is this key's over this statement."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, statement)
    except (InvalidSignature, ValueError):
        return False
    return True


def _row(line: str, number: int, file: str) -> Mapping[str, object]:
    row = object_in(line)
    if row is None:
        raise Refused([Problem(file, number, "", "one JSON object")])
    return row


def _opens_a_log(row: Mapping[str, object]) -> bool:
    return type(row.get("hansa_log")) is int and row["hansa_log"] == FORM


def _keys(row: Mapping[str, object], top: Fields) -> frozenset[bytes]:
    listed = row.get("keys")
    read_keys = [octets_in(each, KEY_BYTES) for each in listed] if isinstance(listed, list) else [None]
    if None in read_keys:
        top.wrong("keys", f"a list of keys, each {KEY_BYTES} bytes in hex")
    return frozenset(key for key in read_keys if key is not None)


def _take(row: Mapping[str, object], fields: Fields, log: Log) -> None:
    """Add what a line says to the log."""
    if "payload" in row:
        link, network = _link(row, fields)
        log.links.append(link)
        log.networks.append(network)
    elif "head" in row:
        log.heads.append(_head(fields.inside("head")))
    else:
        fields.wrong("", "a link (`payload`) or a signed head (`head`)")


def _link(row: Mapping[str, object], fields: Fields) -> tuple[SealedEvent, object]:
    payload = fields.text("payload")
    said = object_in(payload)
    if payload and said is None:
        fields.wrong("payload", "the text of an event: one JSON object")
    inner: list[Problem] = []
    event_id = Fields(said or {}, inner, file="").identifier("id")
    if said is not None and inner:
        fields.wrong("payload", "the text of an event with its id")
    link = SealedEvent(
        event_id,
        payload,
        fields.text("columns") if "columns" in row else payload,
        fields.place("seq"),
        fields.octets("previous", HASH_BYTES),
        fields.octets("hash", HASH_BYTES),
    )
    return link, (said or {}).get("network")


def _head(fields: Fields) -> Head:
    return Head(
        fields.place("seq"),
        fields.octets("hash", HASH_BYTES),
        fields.moment("at"),
        fields.octets("signature", SIGNATURE_BYTES),
        fields.octets("key", KEY_BYTES),
    )


def _faults_of_head(head: Head, at_place: Mapping[int, bytes], log: Log, trusted: frozenset[bytes]) -> list[str]:
    said = f"The head signed at place {head.seq} on {head.at:%d %B %Y}"
    if head.key not in trusted:
        return [f"{said} is signed with a key that is not the network's."]
    statement = head_statement(network_id=log.network_id, seq=head.seq, head=head.hash, at=head.at)
    if not signed_by(head.key, head.signature, statement):
        return [f"{said} does not carry a valid signature."]
    known = at_place.get(head.seq)
    if known is None and not log.whole:
        return []
    return [] if known == head.hash else [f"{said} is no longer in the chain."]
