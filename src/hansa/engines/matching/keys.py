"""Pieces of a name by which it is found among millions, as 64-bit numbers salted with the space they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from hansa.engines.matching.alignment import skeleton
from hansa.engines.matching.company import Company
from hansa.engines.matching.features import host
from hansa.engines.matching.names import Name, readings

GRAM = 4
SKELETON = 8
MOST_KEYS = 160


def name_keys(space: str, name: str) -> list[int]:
    """All keys of a name: its four-letter pieces, words, neighbouring words, initials, sound, and the whole joined.

    Signed 64-bit numbers in ascending order, each once; the same name has no key in common in two spaces.

    >>> len(name_keys("a", "Lindqvist Marine AB")) > 20
    True
    >>> set(name_keys("a", "Acme")) & set(name_keys("b", "Acme"))
    set()
    """
    pieces = dict.fromkeys(piece for reading in readings(name) for piece in _pieces(reading))
    return sorted({_key(space, piece) for piece in list(pieces)[:MOST_KEYS]})


def fact_keys(space: str, company: Company) -> list[int]:
    """A key for each identifier that is known: domain, tax id, LEI, D-U-N-S number, telephone."""
    facts = {
        "domain": host(company.domain),
        "tax": _bare(company.tax_id),
        "lei": _bare(company.lei),
        "duns": _bare(company.duns),
        "phone": _bare(company.phone)[-9:],
    }
    return sorted({_key(space, f"!{kind}:{value}") for kind, value in facts.items() if len(value) >= 4})


def whole_keys(space: str, company: Company) -> list[int]:
    """The keys of which one alone says much: the whole name joined, in each of its readings, and every identifier."""
    joined = {_key(space, f"={reading.joined}") for reading in readings(company.name) if reading.joined}
    return sorted(joined | set(fact_keys(space, company)))


def _pieces(name: Name) -> Iterator[str]:
    padded = f" {name.text} "
    yield from (f"#{word}" for word in name.words)
    yield f"={name.joined}"
    yield from (padded[i : i + GRAM] for i in range(max(1, len(padded) - GRAM + 1)))
    yield from (f"&{one} {other}" for one, other in zip(name.words, name.words[1:], strict=False))
    if len(name.words) > 1:
        yield f"@{''.join(word[0] for word in name.words)}"
    elif 2 <= len(name.joined) <= 6:
        yield f"@{name.joined}"
    if name.joined:
        yield f"~{skeleton(name.joined)[:SKELETON]}"


def _key(space: str, piece: str) -> int:
    return int.from_bytes(blake2b(f"{space}\x1f{piece}".encode(), digest_size=8).digest(), signed=True)


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
