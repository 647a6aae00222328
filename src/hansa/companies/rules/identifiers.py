"""Identifiers checked and brought into one normal form, so that two spellings of one number are one value."""

from __future__ import annotations

import re
from collections.abc import Callable

import idna
import tldextract
from babel import Locale
from stdnum import get_cc_module, lei
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError
from stdnum.us import ein
from stdnum.util import clean

from hansa.companies.rules.words import words_of

FREE_MAIL = words_of("free_mail.txt")
_COUNTRIES_OF_EU_VAT = frozenset(state.upper() for state in eu_vat.MEMBER_STATES) | {"EL", "XI"}
_COUNTRIES = frozenset(filter(re.compile("[A-Z]{2}").fullmatch, map(str, Locale("en").territories))) - {
    "ZZ",
    "XA",
    "XB",
}
_SUFFIXES = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


class BadIdentifier(ValueError):
    """The text is no identifier of this kind; the message says what was expected."""


def check_identifier(scheme: str, text: str, country: str = "") -> str:
    """The normal form of an identifier; `country` (ISO 3166, two letters) helps with VAT numbers without prefix.

    Raises BadIdentifier with what was expected. Numbers keep their leading zeros and lose separators; a VAT number
    begins with its country; a domain is the registrable one, in lower-case ASCII.

    >>> check_identifier("DUNS", "15-048-3782")
    '150483782'
    >>> check_identifier("DOMAIN", "https://WWW.Müller.de./über-uns")
    'xn--mller-kva.de'
    >>> check_identifier("VAT", "136 695 976", "DE")
    'DE136695976'
    """
    check = _CHECKS.get(scheme)
    if check is None:
        raise BadIdentifier(f"one of {', '.join(SCHEMES)}")
    if not text.strip() or len(text) > 300:
        raise BadIdentifier("a number or name of up to 300 characters")
    return check(text, country.strip().upper())


def _lei(text: str, country: str) -> str:
    code = clean(text, " -").strip().upper()
    if not re.fullmatch(r"[A-Z0-9]{18}[0-9]{2}", code):
        raise BadIdentifier("an LEI: 18 letters and digits, then 2 check digits")
    try:
        return str(lei.validate(code))
    except ValidationError as error:
        raise BadIdentifier(_expected("an LEI", error)) from error


def _ein(text: str, country: str) -> str:
    try:
        return str(ein.validate(text))
    except ValidationError as error:
        raise BadIdentifier(_expected("an EIN: nine digits such as 12-3456789", error)) from error


def _duns(text: str, country: str) -> str:
    digits = clean(text, " -.").strip()
    if not re.fullmatch(r"[0-9]{9}", digits):
        raise BadIdentifier("a D-U-N-S number: nine digits such as 15-048-3782")
    return str(digits)


def _vat(text: str, country: str) -> str:
    number = clean(text, " -./:,").strip().upper()
    prefix = number[:2]
    if prefix not in _COUNTRIES_OF_EU_VAT and country in _COUNTRIES_OF_EU_VAT | {"GR"}:
        prefix = "EL" if country == "GR" else country
        number = prefix + number
    try:
        if prefix in _COUNTRIES_OF_EU_VAT:
            return str(eu_vat.validate(number))
        return _vat_elsewhere(number, country)
    except ValidationError as error:
        raise BadIdentifier(_expected("a VAT number with its country, such as DE136695976", error)) from error


def _vat_elsewhere(number: str, country: str) -> str:
    country = country or number[:2]
    if country not in _COUNTRIES or not re.fullmatch(r"[A-Z0-9]{4,20}", number):
        raise InvalidFormat
    rule = get_cc_module(country.lower(), "vat")
    compact = str(rule.validate(number)) if rule else number
    return compact if compact.startswith(country) else country + compact


def _domain(text: str, country: str) -> str:
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip(), flags=re.IGNORECASE)
    host = re.split(r"[/?#]", host, maxsplit=1)[0]
    if "@" in host:
        raise BadIdentifier("an internet domain such as example.com, not an e-mail address")
    host = re.sub(r":[0-9]*$", "", host).rstrip(".")
    try:
        name = idna.encode(host, uts46=True).decode().lower()
    except idna.IDNAError as error:
        raise BadIdentifier("an internet domain such as example.com") from error
    parts = _SUFFIXES(name)
    if not parts.suffix:
        raise BadIdentifier("an internet domain such as example.com, with an ending that exists")
    if not parts.domain:
        raise BadIdentifier("a company's own domain: under this ending anybody can have a name")
    registrable = f"{parts.domain}.{parts.suffix}"
    if registrable in FREE_MAIL:
        raise BadIdentifier("a company's own domain: this one belongs to a mail service")
    return registrable


def _expected(what: str, error: ValidationError) -> str:
    if isinstance(error, InvalidChecksum):
        return f"{what}; the check digit does not fit, a digit is probably mistyped"
    if isinstance(error, InvalidLength):
        return f"{what}; this one is too long or too short"
    return what


_CHECKS: dict[str, Callable[[str, str], str]] = {
    "LEI": _lei,
    "VAT": _vat,
    "EIN": _ein,
    "DUNS": _duns,
    "DOMAIN": _domain,
}
SCHEMES = tuple(_CHECKS)
