"""A mail as it arrived, read without trusting any of it: who says to have sent it, by which number, what its plain text is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from hashlib import sha256

LARGEST = 262_144  # bytes, counted by the listener
MOST_PARTS = 50
LONGEST_TEXT = 100_000
# Codecs that only rename letters. Others of Python's (punycode, escapes) do work that a sender could make endless.
TEXT_CODECS = re.compile(
    r"(us-)?ascii|utf-?(7|8|16)(-?(le|be))?|(iso-?8859|windows|cp)-?\d+(-\d+)?|latin-?1|koi8-[ru]|gb(k|2312|18030)|big5"
    r"|shift[-_]jis|euc-(jp|kr)|iso-2022-jp"
)
NUMBER = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,240}>")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
AUTOMATIC = {"bulk", "list", "junk", "auto_reply"}
SIGNS_OF_MACHINES = ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Loop", "Feedback-ID")


@dataclass(frozen=True, slots=True)
class Received:
    """What counts of a mail: `sender` is the one address of its From header in lower case, empty where it is not one.

    `number` is its Message-ID as far as it can be written into an answer, `digest` tells it from any other mail.
    """

    sender: str
    number: str
    digest: str
    is_automatic: bool
    text: str


def read_message(raw: bytes) -> Received:
    """Read a mail; whatever cannot be read is empty. Attachments and HTML are passed over. Raises nothing."""
    try:
        return _read(message_from_bytes(raw), raw)
    except Exception:  # noqa: BLE001 - the library raises dozens of kinds on hostile mail, RecursionError among them
        return Received("", "", sha256(raw).hexdigest(), is_automatic=False, text="")


def _read(message: Message, raw: bytes) -> Received:
    said = " ".join(str(message.get("Message-ID") or "").split())
    told = NUMBER.fullmatch(said)
    return Received(
        sender=_sender(message),
        number=said if told else "",
        digest=sha256(said.encode("utf-8", "replace") or raw).hexdigest(),
        is_automatic=_is_automatic(message),
        text=_text(message),
    )


def _sender(message: Message) -> str:
    lines = [str(line) for line in message.get_all("From") or []]
    found = [address for _, address in getaddresses(lines) if address]
    alone = len(lines) == 1 and len(found) == 1 and ADDRESS.fullmatch(found[0])
    return found[0].casefold() if alone else ""


def _is_automatic(message: Message) -> bool:
    submitted = str(message.get("Auto-Submitted") or "no").split(";")[0].strip().casefold()
    precedence = str(message.get("Precedence") or "").strip().casefold()
    report = message.get_content_type() in {"multipart/report", "message/delivery-status"}
    marked = any(message.get(name) is not None for name in SIGNS_OF_MACHINES)
    return submitted != "no" or precedence in AUTOMATIC or report or marked


def _text(message: Message) -> str:
    """The first plain text that is no attachment."""
    for place, part in enumerate(message.walk()):
        if place >= MOST_PARTS:
            break
        if part.get_content_type() == "text/plain" and part.get_content_disposition() != "attachment":
            packed = part.get_payload(decode=True)
            if isinstance(packed, bytes):
                return _decoded(packed, str(part.get_content_charset() or "utf-8"))
    return ""


def _decoded(packed: bytes, codec: str) -> str:
    known = codec if TEXT_CODECS.fullmatch(codec.casefold()) else "utf-8"
    try:
        text = packed.decode(known, "replace")
    except LookupError:
        text = packed.decode("utf-8", "replace")
    return text[:LONGEST_TEXT].replace("\0", "\ufffd")
