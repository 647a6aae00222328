"""Whether two records are probably one company, and why, in words."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from hansa.companies.rules.names import name_key

SCHEME_WORDS = {"LEI": "LEI", "VAT": "VAT number", "EIN": "EIN", "DUNS": "D-U-N-S number", "DOMAIN": "internet domain"}


@dataclass(frozen=True, slots=True)
class KnownCompany:
    """What is compared: `identifiers` are (scheme, normal form), `country` two letters; empty means unknown."""

    id: Hashable
    name: str
    country: str = ""
    city: str = ""
    postcode: str = ""
    identifiers: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """A company that is probably the one asked about, with the reasons in words."""

    company: KnownCompany
    reasons: tuple[str, ...]


def duplicate_reasons(a: KnownCompany, b: KnownCompany) -> tuple[str, ...]:
    """Why two records are probably one company; empty when nothing says so.

    An identifier in common is reason enough. A name in common is one unless the countries are known and differ. The
    same domain is stated as such: companies of one group share it, so it is a notice and not a proof.
    """
    shared = sorted(a.identifiers & b.identifiers)
    reasons = [f"same {SCHEME_WORDS.get(scheme, scheme)} {value}" for scheme, value in shared]
    key = name_key(a.name)
    elsewhere = bool(a.country and b.country and a.country != b.country)
    if key and key == name_key(b.name) and not (elsewhere and not reasons):
        reasons.append("same name" if a.name == b.name else f"name differs only in spelling or legal form: “{b.name}”")
        reasons.extend(_places(a, b, elsewhere=elsewhere))
    return tuple(reasons)


def likely_duplicates(company: KnownCompany, known: Iterable[KnownCompany]) -> list[Likeness]:
    """Those of `known` that are probably `company`, most reasons first, then by name; never `company` itself."""
    found = [
        Likeness(other, reasons)
        for other in known
        if other.id != company.id and (reasons := duplicate_reasons(company, other))
    ]
    return sorted(found, key=lambda likeness: (-len(likeness.reasons), likeness.company.name))


def _places(a: KnownCompany, b: KnownCompany, *, elsewhere: bool) -> list[str]:
    if elsewhere:
        return ["other country"]
    words = []
    if a.postcode and b.postcode:
        words.append("same postcode" if _bare(a.postcode) == _bare(b.postcode) else "other postcode")
    if a.city and b.city:
        words.append("same city" if name_key(a.city) == name_key(b.city) else "other city")
    return words


def _bare(postcode: str) -> str:
    return "".join(char for char in postcode.upper() if char.isalnum())
