"""The paying part of a program document, read from its text for the oracle."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import yaml

from tests.oracle import numbers
from tests.oracle.periods import MONTHS, FiscalStart, overlapping
from tests.oracle.refused import refuse

TOP = {"hansa", "program", "version", "currency", "fiscal_year_starts", "effective", "tiers", "incentives"}
INCENTIVE = {
    "id", "name", "kind", "payee", "who", "what", "period", "measure", "method", "bands", "cap", "minimum",
    "exclusive_group",
}  # fmt: skip
WHO = {"types", "tiers", "territories", "partners"}
WHAT = {"categories", "families", "products", "except_products"}
VALUES = {"rate", "per_unit", "fixed"}


@dataclass(frozen=True)
class Band:
    start: Fraction
    pays: str
    value: Fraction


@dataclass(frozen=True)
class Incentive:
    id: str
    kind: str
    payee: str
    who: Mapping[str, frozenset[str]]
    what: Mapping[str, frozenset[str]]
    period: str
    measure: str
    method: str
    bands: tuple[Band, ...]
    cap: Fraction | None
    minimum: Fraction | None
    group: str | None


@dataclass(frozen=True)
class Program:
    currency: str
    digits: int
    fiscal: FiscalStart
    first: date
    until: date
    incentives: tuple[Incentive, ...]


class TextLoader(yaml.BaseLoader):
    """Every scalar is its source text; a key that stands twice is an error."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if not isinstance(key, str) or keys.count(key) > 1:
                raise refuse("duplicate key", str(key))
        return super().construct_mapping(node, deep=True)


def whole_mapping(loader: Any, node: Any) -> dict[Any, Any]:
    return dict(loader.construct_mapping(node, deep=True))


TextLoader.add_constructor("tag:yaml.org,2002:map", whole_mapping)


def read_program(text: str) -> Program:
    """The program, or OracleRefused where the text contradicts program.md."""
    try:
        document = yaml.load(text, Loader=TextLoader)  # a BaseLoader builds nothing but text
    except yaml.YAMLError as error:
        raise refuse("not YAML", str(error)) from error
    keys(document, TOP, TOP - {"tiers"}, "document")
    if document["hansa"] != "1":
        raise refuse("unknown format", document["hansa"])
    if document["currency"] not in numbers.MINOR_DIGITS:
        raise refuse("unknown currency", document["currency"])
    digits = numbers.MINOR_DIGITS[document["currency"]]
    keys(document["effective"], {"from", "until"}, {"from", "until"}, "effective")
    first, until = day(document["effective"]["from"]), day(document["effective"]["until"])
    if first >= until:
        raise refuse("empty effective", f"{first} to {until}")
    fiscal = read_fiscal_start(document["fiscal_year_starts"])
    if not isinstance(document["incentives"], list):
        raise refuse("not a list", "incentives")
    incentives = tuple(read_incentive(each) for each in document["incentives"])
    program = Program(document["currency"], digits, fiscal, first, until, incentives)
    check_together(program)
    return program


def keys(mapping: Any, allowed: set[str], required: set[str], where: str) -> None:
    if not isinstance(mapping, dict):
        raise refuse("not a mapping", where)
    if set(mapping) - allowed:
        raise refuse("unknown key", f"{where}: {sorted(set(mapping) - allowed)}")
    if required - set(mapping):
        raise refuse("missing key", f"{where}: {sorted(required - set(mapping))}")


def day(text: Any) -> date:
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise refuse("not a day", str(text))
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise refuse("not a day", text) from error


def read_fiscal_start(text: str) -> FiscalStart:
    """MM-DD, day 01 to 28."""
    if not re.fullmatch(r"[0-9]{2}-[0-9]{2}", text):
        raise refuse("not a fiscal start", text)
    month, day_of_month = int(text[:2]), int(text[3:])
    if not (1 <= month <= 12 and 1 <= day_of_month <= 28):
        raise refuse("not a fiscal start", text)
    return FiscalStart(month, day_of_month)


def read_incentive(raw: Any) -> Incentive:
    keys(raw, INCENTIVE, {"id", "kind", "period", "bands"}, "incentive")
    measure = choice(raw, "measure", {"net_amount", "quantity", "growth"}, "net_amount")
    method = choice(raw, "method", {"retrospective", "stepped"}, "retrospective")
    bands = tuple(read_band(each, measure) for each in raw["bands"] or [])
    check_bands(bands, measure, method)
    cap, minimum = amount(raw, "cap"), amount(raw, "minimum")
    if cap is not None and minimum is not None and cap < minimum:
        raise refuse("cap below minimum", raw["id"])
    return Incentive(
        id=raw["id"],
        kind=choice(raw, "kind", {"rebate", "commission", "spiff", "mdf"}, ""),
        payee=choice(raw, "payee", {"partner", "distributor", "rep"}, "partner"),
        who=read_filter(raw, "who", WHO),
        what=read_filter(raw, "what", WHAT),
        period=choice(raw, "period", set(MONTHS), ""),
        measure=measure,
        method=method,
        bands=bands,
        cap=cap,
        minimum=minimum,
        group=raw.get("exclusive_group"),
    )


def choice(raw: dict[str, Any], key: str, allowed: set[str], default: str) -> str:
    value = raw.get(key, default)
    if value not in allowed:
        raise refuse("unknown word", f"{key}: {value}")
    return str(value)


def amount(raw: dict[str, Any], key: str) -> Fraction | None:
    if key not in raw:
        return None
    value = numbers.plain(raw[key], key)
    if value < 0:
        raise refuse("negative value", key)
    return value


def read_filter(raw: dict[str, Any], key: str, allowed: set[str]) -> dict[str, frozenset[str]]:
    """The lists of `who` or `what`; an empty list is an error (step 1)."""
    lists = raw.get(key, {})
    keys(lists, allowed, set(), key)
    for name, values in lists.items():
        if not isinstance(values, list) or not values:
            raise refuse("empty list", f"{key}.{name}")
    return {name: frozenset(values) for name, values in lists.items()}


def read_band(raw: Any, measure: str) -> Band:
    """One `from` and exactly one value (step 5)."""
    keys(raw, {"from"} | VALUES, {"from"}, "band")
    named = VALUES & set(raw)
    if len(named) != 1:
        raise refuse("one value per band", str(raw))
    pays = named.pop()
    start = (numbers.percent if measure == "growth" else numbers.plain)(raw["from"], "from")
    value = (numbers.percent if pays == "rate" else numbers.plain)(raw[pays], pays)
    if value < 0:
        raise refuse("negative value", str(raw))
    if start < (-1 if measure == "growth" else 0):
        raise refuse("from too low", str(raw))
    return Band(start, pays, value)


def check_bands(bands: tuple[Band, ...], measure: str, method: str) -> None:
    """Steps 5 and 6: bands ascend strictly, and the measure and the method go with what they pay."""
    if not bands:
        raise refuse("no bands", measure)
    if any(lower.start >= upper.start for lower, upper in pairwise(bands)):
        raise refuse("bands do not ascend", str(bands))
    pays = {band.pays for band in bands}
    allowed = {
        ("net_amount", "retrospective"): {"rate", "fixed"},
        ("quantity", "retrospective"): {"per_unit", "fixed", "rate"},
        ("growth", "retrospective"): {"rate", "fixed"},
        ("net_amount", "stepped"): {"rate"},
        ("quantity", "stepped"): {"per_unit"},
        ("growth", "stepped"): set(),
    }[measure, method]
    if not pays <= allowed:
        raise refuse("value does not go with measure", f"{measure}, {method}: {sorted(pays)}")


def check_together(program: Program) -> None:
    """What only shows when incentives are seen together, or beside `effective` (steps 4 and 8)."""
    ids = [each.id for each in program.incentives]
    if len(set(ids)) < len(ids):
        raise refuse("duplicate incentive", str(ids))
    groups: dict[str, tuple[str, str]] = {}
    for each in program.incentives:
        if each.group is not None and groups.setdefault(each.group, (each.payee, each.period)) != (
            each.payee,
            each.period,
        ):
            raise refuse("group of unlike incentives", each.group)
        spans = overlapping(program.fiscal, each.period, program.first, program.until)
        if each.measure == "growth" and not (spans[0].start == program.first and spans[-1].until == program.until):
            raise refuse("growth in a cut period", each.id)
