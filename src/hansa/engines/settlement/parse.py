"""From the text of a program to its paying part. Every problem is reported, not only the first."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, cast, get_args

from hansa.engines.settlement import checks, readers
from hansa.engines.settlement.document import (
    Band,
    Incentive,
    IncentiveKind,
    Measure,
    Method,
    PayeeKind,
    ProgramDocument,
    ValueKind,
    What,
    Who,
)
from hansa.engines.settlement.readers import Findings, Place
from hansa.engines.settlement.yaml_tree import read_tree
from hansa.kernel.money import known_currencies
from hansa.kernel.period import FiscalYear, PeriodKind
from hansa.kernel.problem import Refused

TOP_KEYS = frozenset(
    {"hansa", "program", "version", "currency", "fiscal_year_starts", "effective", "tiers", "incentives"}
)
TOP_REQUIRED = ("hansa", "program", "version", "currency", "fiscal_year_starts", "effective")
INCENTIVE_KEYS = frozenset(
    {"id", "name", "kind", "payee", "who", "what", "period", "measure", "method", "bands", "cap", "minimum"}
    | {"exclusive_group"}
)
INCENTIVE_REQUIRED = ("id", "kind", "period", "bands")
WHO_KEYS = ("types", "tiers", "territories", "partners")
WHAT_KEYS = ("categories", "families", "products", "except_products")
VALUE_READERS: dict[ValueKind, Callable[[Place, str], Decimal | None]] = {
    "rate": readers.percent,
    "per_unit": readers.number,
    "fixed": readers.number,
}


def parse_program(
    text: str,
    *,
    file: str = "program",
    other_sections: frozenset[str] = frozenset(),
    other_tier_keys: frozenset[str] = frozenset(),
) -> ProgramDocument:
    """Read the paying part of a program document.

    `other_sections` are top-level keys, `other_tier_keys` keys of a tier, that another module reads; they are passed
    over here. Raises `Refused` with every problem: row is the YAML line, column the dotted path such as
    `incentives[0].bands[1].from`.
    """
    root, problems = read_tree(text, file)
    findings = Findings(file, list(problems))
    top = readers.mapping(root, "", findings) if root is not None else None
    if root is None and not problems:
        findings.note(0, "", "a program document; this one is empty")
    document = _document(top, other_sections, other_tier_keys) if top else None
    if findings.problems or document is None:
        raise Refused(sorted(findings.problems, key=lambda problem: problem.row))
    return document


def _document(top: Place, other_sections: frozenset[str], other_tier_keys: frozenset[str]) -> ProgramDocument | None:
    top.check_keys(TOP_KEYS | other_sections, TOP_REQUIRED)
    readers.choice(top, "hansa", ("1",))
    program, version = readers.text(top, "program"), readers.text(top, "version")
    currency, fiscal_year = _currency(top), _fiscal_year(top)
    start, until = _effective(top)
    tiers = _tiers(top, other_tier_keys)
    placed = [
        (place, _incentive(place, currency))
        for node, path in readers.items(top, "incentives")
        if (place := readers.mapping(node, path, top.findings))
    ]
    complete = [(place, incentive) for place, incentive in placed if incentive]
    checks.check_together(complete)
    if "tiers" in top.fields.entries:
        checks.check_tiers(complete, tiers)
    if None in (program, version, currency, fiscal_year, start, until):
        return None
    document = ProgramDocument(
        program=cast(str, program),
        version=cast(str, version),
        currency=cast(str, currency),
        fiscal_year=cast(FiscalYear, fiscal_year),
        effective_from=cast(date, start),
        effective_until=cast(date, until),
        tiers=tiers,
        incentives=tuple(incentive for _, incentive in complete),
    )
    checks.check_growth_periods(document, complete)
    return document


def _currency(top: Place) -> str | None:
    said = readers.text(top, "currency")
    if said is None or said in known_currencies():
        return said
    top.note("currency", f"an ISO 4217 currency code such as USD; not {said}")
    return None


def _fiscal_year(top: Place) -> FiscalYear | None:
    said = readers.text(top, "fiscal_year_starts")
    if said is None:
        return None
    if re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])", said):
        return FiscalYear(int(said[:2]), int(said[3:]))
    top.note("fiscal_year_starts", f"a month and day MM-DD, the day 01 to 28; not {said}")
    return None


def _effective(top: Place) -> tuple[date | None, date | None]:
    place = readers.inner(top, "effective")
    if place is None:
        return None, None
    place.check_keys(("from", "until"), ("from", "until"))
    start, until = readers.day(place, "from"), readers.day(place, "until")
    if start and until and until <= start:
        place.note("until", f"a day after {start} (until is exclusive)")
        return None, None
    for key, value in (("from", start), ("until", until)):
        if value and not 1000 <= value.year <= 9000:
            place.note(key, "a year 1000 to 9000")
            return None, None
    return start, until


def _tiers(top: Place, other_keys: frozenset[str]) -> tuple[str, ...]:
    found: list[str] = []
    for node, path in readers.items(top, "tiers"):
        place = readers.mapping(node, path, top.findings)
        if place is None:
            continue
        place.check_keys({"name"} | other_keys, ("name",))
        name = readers.text(place, "name")
        if name in found:
            place.note("name", f"each tier once; {name} is listed already")
        elif name:
            found.append(name)
    return tuple(found)


def _incentive(place: Place, currency: str | None) -> Incentive | None:
    before = len(place.findings.problems)
    place.check_keys(INCENTIVE_KEYS, INCENTIVE_REQUIRED)
    identity = readers.text(place, "id")
    settings: dict[str, Any] = {
        "id": identity,
        "name": readers.text(place, "name") or identity,
        "kind": readers.choice(place, "kind", get_args(IncentiveKind)),
        "payee": readers.choice(place, "payee", get_args(PayeeKind)) or "partner",
        "who": Who(**_lists(place, "who", WHO_KEYS)),
        "what": What(**_lists(place, "what", WHAT_KEYS)),
        "period": readers.choice(place, "period", get_args(PeriodKind)),
        "measure": readers.choice(place, "measure", get_args(Measure)) or "net_amount",
        "method": readers.choice(place, "method", get_args(Method)) or "retrospective",
        "cap": readers.number(place, "cap"),
        "minimum": readers.number(place, "minimum"),
        "exclusive_group": readers.text(place, "exclusive_group"),
    }
    settings["bands"] = _bands(place, settings["measure"])
    if len(place.findings.problems) > before:
        return None
    incentive = Incentive(**settings)
    checks.check_incentive(place, incentive, currency)
    return incentive


def _lists(place: Place, key: str, keys: tuple[str, ...]) -> dict[str, tuple[str, ...] | None]:
    found = readers.inner(place, key)
    if found is None:
        return {}
    found.check_keys(keys)
    return {each: readers.texts(found, each) for each in keys}


def _bands(place: Place, measure: str) -> tuple[Band, ...]:
    found: list[Band] = []
    for node, path in readers.items(place, "bands"):
        band = readers.mapping(node, path, place.findings)
        if band is None:
            continue
        band.check_keys({"from", *VALUE_READERS}, ("from",))
        start = readers.percent(band, "from") if measure == "growth" else readers.number(band, "from")
        kinds = [kind for kind in VALUE_READERS if kind in band.fields.entries]
        if len(kinds) != 1:
            band.note("", f"exactly one value per band: one of {', '.join(VALUE_READERS)}")
            continue
        value = VALUE_READERS[kinds[0]](band, kinds[0])
        if start is not None and value is not None:
            found.append(Band(start, kinds[0], value))
    return tuple(found)
