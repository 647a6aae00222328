"""A receipt outside the platform: one JSON document, verified from the file alone, or against a log.

The document has one spelling: what `written_receipt` writes, byte for byte. The signature covers the canonical text of
every field but `submitted`, `key` and `signature`; `submitted_sha256`, which is signed, stands for `submitted`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hansa.activity.receipts import log as logs
from hansa.activity.receipts.fields import Fields, object_in
from hansa.activity.rules import (
    DIGEST_FACT,
    RECEIPT_FORM,
    Attested,
    SealedEvent,
    digest_of,
    instant,
    receipt_fields,
    receipt_statement,
    submission_text,
)
from hansa.kernel.problem import Problem, Refused

LARGEST_RECEIPT = 4_194_304  # characters; the largest submission, indented at its deepest, stays below
FIELDS = (
    "hansa_receipt",
    "code",
    "network",
    "holder",
    "event",
    "head",
    "issued_at",
    "submitted",
    DIGEST_FACT,
    "key",
    "signature",
)


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """What a receipt attests, every fault found, and what could not be checked with what was given.

    `log` is what the verification of the log found, where one was given.
    """

    attested: Attested
    submitted: Mapping[str, object]
    key: bytes
    log: logs.Verified | None = None
    faults: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        """Whether nothing that was checked speaks against it; `unchecked` says what this leaves open."""
        return not self.faults


def written_receipt(*, attested: Attested, submitted: Mapping[str, object], key: bytes, signature: bytes) -> str:
    """The receipt as one JSON document for its holder to keep; `submitted` is what `attested.digest` stands for."""
    signed = receipt_fields(attested)
    document = {
        **{name: signed[name] for name in FIELDS if name in signed and name != DIGEST_FACT},
        "submitted": json.loads(submission_text(submitted)),
        DIGEST_FACT: signed[DIGEST_FACT],
        "key": key.hex(),
        "signature": signature.hex(),
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def verify_receipt(
    text: str,
    *,
    log_lines: Iterable[str] | None = None,
    key: bytes | None = None,
    file: str = "receipt",
    log_file: str = "log",
) -> VerifiedReceipt:
    """Check a receipt: its form, digest and signature, and with a log that its event stands there and the chain holds.

    `key` is the network's public key as its holder knows it from elsewhere; without it the signature is held against the
    key that the receipt names, and `unchecked` says so. `log_lines` are the lines of an export (`receipts.verify`).
    Raises Refused when the text is no receipt or the lines are no log; the file names stand in the problems.
    """
    receipt, signature = _read(text, file)
    receipt.faults.extend(_own_faults(receipt, signature, key))
    if key is None:
        receipt.unchecked.append(
            f"whose key signed it; compare {receipt.key.hex()}, which the receipt itself names, with the key that the"
            " network publishes."
        )
    if log_lines is None:
        receipt.unchecked.append("the event and its chain, for no event log was given; only the signature was checked.")
        return receipt
    return _held_against(logs.read(log_lines, file=log_file), receipt, key)


def _read(text: str, file: str) -> tuple[VerifiedReceipt, bytes]:
    document = object_in(text) if len(text) <= LARGEST_RECEIPT else None
    if document is None:
        raise Refused([Problem(file, 0, "", f"one JSON object of at most {LARGEST_RECEIPT:,} characters")])
    if type(document.get("hansa_receipt")) is not int or document["hansa_receipt"] != RECEIPT_FORM:
        raise Refused(
            [Problem(file, 0, "hansa_receipt", f"{RECEIPT_FORM}, the form of receipts that this release knows")]
        )
    problems: list[Problem] = []
    fields = Fields(document, problems, file=file)
    fields.only(*FIELDS)
    attested, submitted = _attested(fields), fields.mapping("submitted")
    key, signature = fields.octets("key", logs.KEY_BYTES), fields.octets("signature", logs.SIGNATURE_BYTES)
    try:
        submission_text(submitted)
    except ValueError as error:
        fields.wrong("submitted", f"what was submitted, as it can be signed: {error}")
    if problems:
        raise Refused(problems)
    if written_receipt(attested=attested, submitted=submitted, key=key, signature=signature) != text:
        raise Refused([Problem(file, 0, "", "the receipt as it was handed out, to the last space and line end")])
    return VerifiedReceipt(attested, submitted, key), signature


def _attested(fields: Fields) -> Attested:
    event, head = fields.inside("event"), fields.inside("head")
    event.only("id", "at", "seq", "hash")
    head.only("seq", "hash")
    return Attested(
        code=fields.code("code"),
        network_id=fields.identifier("network"),
        holder_id=fields.identifier("holder"),
        event_id=event.identifier("id"),
        event_at=event.moment("at"),
        seq=event.place("seq"),
        hash=event.octets("hash", logs.HASH_BYTES),
        head_seq=head.place("seq"),
        head_hash=head.octets("hash", logs.HASH_BYTES),
        issued_at=fields.moment("issued_at"),
        digest=fields.octets(DIGEST_FACT, logs.HASH_BYTES),
    )


def _own_faults(receipt: VerifiedReceipt, signature: bytes, key: bytes | None) -> Iterator[str]:
    attested = receipt.attested
    if digest_of(receipt.submitted) != attested.digest:
        yield "What the receipt says was submitted is not what was signed: its digest is another."
    if not logs.signed_by(receipt.key, signature, receipt_statement(attested)):
        yield "The signature does not hold: the receipt was altered, or not signed with the key that it names."
    if key is not None and key != receipt.key:
        yield f"The receipt names the key {receipt.key.hex()}, which is not the network's."
    if attested.head_seq < attested.seq:
        yield f"The head at place {attested.head_seq} lies before the event at place {attested.seq}."
    if attested.head_seq == attested.seq and attested.head_hash != attested.hash:
        yield f"The head at place {attested.head_seq} is the event itself, and yet has another seal."


def _held_against(log: logs.Log, receipt: VerifiedReceipt, key: bytes | None) -> VerifiedReceipt:
    """The receipt with what a log says about it; the log itself is verified by `logs.verified` alone."""
    found = logs.verified(log, key=key)
    faults = [*receipt.faults, *found.faults]
    if key is None and receipt.key not in log.keys:
        faults.append(f"The log does not name the key {receipt.key.hex()} among the network's.")
    unchecked = list(receipt.unchecked)
    if log.network_id != receipt.attested.network_id:
        faults.append(f"The log is of network {log.network_id}, the receipt of network {receipt.attested.network_id}.")
    else:
        faults += [*_faults_of_event(log, receipt.attested), *_faults_of_head(log, receipt.attested)]
        unchecked += _left_open(log, receipt.attested)
    return VerifiedReceipt(receipt.attested, receipt.submitted, receipt.key, found, faults, unchecked)


def _faults_of_event(log: logs.Log, attested: Attested) -> Iterator[str]:
    named = f"Event {attested.event_id}"
    standing = [link for link in log.links if link.event_id == attested.event_id]
    if not standing:
        yield f"{named}, which the receipt names at place {attested.seq}, is not in the log{_reach(log, attested.seq)}."
    for link in standing:
        if link.seq != attested.seq:
            yield f"{named} stands in the log at place {link.seq}, in the receipt at place {attested.seq}."
        if link.hash != attested.hash:
            yield f"{named} has another seal in the log, at place {link.seq}, than in the receipt."
        yield from _faults_of_payload(link, attested)


def _faults_of_payload(link: SealedEvent, attested: Attested) -> Iterator[str]:
    said = object_in(link.payload) or {}
    if said.get("at") != instant(attested.event_at):
        yield f"Event {link.event_id} at place {link.seq} gives another moment than the receipt."
    facts = said.get("facts")
    sealed = facts.get(DIGEST_FACT) if isinstance(facts, dict) else None
    if sealed not in (None, attested.digest.hex()):
        yield f"Event {link.event_id} at place {link.seq} seals the digest of something else than what the receipt says."


def _faults_of_head(log: logs.Log, attested: Attested) -> Iterator[str]:
    standing = [link.hash for link in log.links if link.seq == attested.head_seq]
    if not standing and log.whole:
        reach = _reach(log, attested.head_seq)
        yield f"The head at place {attested.head_seq}, which the receipt names, is not in the log{reach}."
    if any(known != attested.head_hash for known in standing):
        yield f"The chain has another seal at place {attested.head_seq} than the head that the receipt names."


def _reach(log: logs.Log, seq: int) -> str:
    """Why a place may be missing in a log."""
    last = log.links[-1].seq if log.links else 0
    if not log.whole:
        return ", a part of the chain; the part that the receipt's holder takes has it, if taken after it"
    return f", which ends at place {last}: it was taken before, or its end was cut off" if last < seq else ""


def _left_open(log: logs.Log, attested: Attested) -> Iterator[str]:
    if log.whole:
        return
    yield "the rest of the chain, for the log is the part of it that its taker may read."
    if attested.head_seq not in {link.seq for link in log.links}:
        yield (
            f"the head at place {attested.head_seq}, for it is not in this part of the chain; who runs the network can"
            " take the whole."
        )
