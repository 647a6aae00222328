"""What is compared, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether two records mean one company."""

    SAME = "same"
    REVIEW = "review"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Company:
    """What somebody knows of a company; an empty text means not known. `country` is an ISO 3166-1 code where it is one."""

    name: str
    domain: str = ""
    tax_id: str = ""
    lei: str = ""
    duns: str = ""
    country: str = ""
    region: str = ""
    city: str = ""
    postcode: str = ""
    street: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """How probably two records mean one company, what follows from it, and why in words."""

    probability: float
    verdict: Verdict
    why: str
