"""Remedies and their terms, what may be published of them, and what kind of file evidence may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from hansa.disputes.rules.course import Side
from hansa.kernel.money import Money
from hansa.kernel.problem import Problem
from hansa.programs.engagement import Remedy

WHOLE = 10_000
LONGEST_TEXT, LONGEST_REASON, LARGEST_AMOUNT = 5_000, 2_000, 10**15
MOST_PIECES = 50
REMEDIES: tuple[str, ...] = get_args(Remedy)
SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Terms:
    """What a remedy orders.

    `uphold`: the decision stands. `swap_priority`: the sides change places. `split`: each side gets its share, in basis
    points of what is disputed (`claimant_share`, `respondent_share`). `compensate`: the decision stands, and the other
    side pays `amount` to `to`.
    """

    kind: str
    claimant_share: int | None = None
    respondent_share: int | None = None
    amount: Money | None = None
    to: Side | None = None


def problems_of_terms(terms: Terms, *, allowed: Iterable[str], currency: str) -> list[Problem]:
    """What is wrong with terms under the rules frozen with the case; `currency` is the network's."""
    if terms.kind not in set(allowed):
        return [Problem("", 0, "remedy", f"one of {', '.join(allowed)}: the rules of this case allow no other")]
    return [*_problems_of_shares(terms), *_problems_of_amount(terms, currency)]


def _problems_of_shares(terms: Terms) -> list[Problem]:
    shares = (terms.claimant_share, terms.respondent_share)
    if terms.kind != "split":
        return [] if shares == (None, None) else [Problem("", 0, "claimant_share", "nothing, unless it is a split")]
    if any(share is None or share < 1 for share in shares) or sum(share or 0 for share in shares) != WHOLE:
        expected = f"two shares of at least 1 basis point that sum to {WHOLE}"
        return [Problem("", 0, "claimant_share", expected)]
    return []


def _problems_of_amount(terms: Terms, currency: str) -> list[Problem]:
    if terms.kind != "compensate":
        unset = terms.amount is None and terms.to is None
        return [] if unset else [Problem("", 0, "amount", "nothing, unless it is a compensation")]
    problems = []
    if terms.amount is None or not 0 < terms.amount.minor <= LARGEST_AMOUNT or terms.amount.currency != currency:
        problems.append(Problem("", 0, "amount", f"an amount above zero in {currency}"))
    if terms.to is None:
        problems.append(Problem("", 0, "to", "the side that is compensated: CLAIMANT or RESPONDENT"))
    return problems


def as_stored(terms: Terms) -> dict[str, Any]:
    """Terms as JSON values: what the event carries and the deciding module reads.

    >>> as_stored(Terms("split", claimant_share=6_000, respondent_share=4_000))
    {'kind': 'split', 'shares': {'CLAIMANT': 6000, 'RESPONDENT': 4000}}
    """
    stored: dict[str, Any] = {"kind": terms.kind}
    if terms.kind == "split":
        stored["shares"] = {str(Side.CLAIMANT): terms.claimant_share, str(Side.RESPONDENT): terms.respondent_share}
    if terms.amount is not None and terms.to is not None:
        stored["amount"] = {"minor": terms.amount.minor, "currency": terms.amount.currency}
        stored["to"] = str(terms.to)
    return stored


def terms_from(stored: Mapping[str, Any]) -> Terms:
    """The terms behind what `as_stored` wrote.

    >>> terms_from({"kind": "compensate", "amount": {"minor": 500, "currency": "EUR"}, "to": "CLAIMANT"}).amount
    Money(minor=500, currency='EUR')
    """
    shares, amount = stored.get("shares") or {}, stored.get("amount")
    return Terms(
        kind=stored["kind"],
        claimant_share=shares.get(Side.CLAIMANT),
        respondent_share=shares.get(Side.RESPONDENT),
        amount=Money(amount["minor"], amount["currency"]) if amount else None,
        to=Side(stored["to"]) if stored.get("to") else None,
    )


def problems_of_text(field: str, text: str, *, longest: int, needed: str) -> list[Problem]:
    """What is wrong with a text that people write into a case."""
    if text and len(text) <= longest and "\x00" not in text:
        return []
    return [Problem("", 0, field, f"{needed}, up to {longest} characters")]


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Which of these names stand in a text as whole words, whatever their case; a precedent names nobody.

    >>> names_in("Because ACME was first.", ["Acme", "Globex", "a"])
    ['Acme']
    """
    found = []
    for name in names:
        words = " ".join(name.split())
        shape = r"(?<!\w)" + r"\s+".join(map(re.escape, words.split(" "))) + r"(?!\w)"
        if len(words) >= SHORTEST_NAME and re.search(shape, text, re.IGNORECASE):
            found.append(name)
    return found


def kind_of_file(head: bytes) -> str:
    """What a piece of evidence is, by its first bytes; empty for what is not taken.

    >>> kind_of_file(b"%PDF-1.7"), kind_of_file(b"MZ\\x90\\x00")
    ('PDF', '')
    """
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":  # the last character of the head may be cut
            return ""
        text = head[: error.start].decode("utf-8")
    return "text" if text and all(char.isprintable() or char in "\t\r\n\f\ufeff" for char in text) else ""


_STARTS = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"PK\x03\x04", "Office document"),
)
