"""Identifiers, names and likeness of companies: pure, without framework."""

from hansa.companies.rules.duplicates import KnownCompany, Likeness, duplicate_reasons, likely_duplicates
from hansa.companies.rules.identifiers import SCHEMES, BadIdentifier, check_identifier
from hansa.companies.rules.names import name_key
from hansa.companies.rules.records import LENGTHS, checked_facts

__all__ = [
    "LENGTHS",
    "SCHEMES",
    "BadIdentifier",
    "KnownCompany",
    "Likeness",
    "check_identifier",
    "checked_facts",
    "duplicate_reasons",
    "likely_duplicates",
    "name_key",
]
