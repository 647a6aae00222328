"""The whole program document: the paying part from `engines.settlement`, and what this module adds; no framework."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hansa.engines.settlement import ProgramDocument, json_schema, parse_program
from hansa.engines.settlement.readers import Findings, Place, items, mapping, text, texts
from hansa.engines.settlement.yaml_tree import Fields, read_tree
from hansa.kernel.problem import Problem, Refused
from hansa.programs.sections import OTHER_SECTIONS, OTHER_TIER_KEYS


@dataclass(frozen=True, slots=True)
class Territory:
    """A named part of the world: countries by ISO 3166-1 code."""

    name: str
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A parsed program document."""

    paying: ProgramDocument
    partner_types: tuple[str, ...]
    territories: tuple[Territory, ...]


def parse(document: str, *, file: str = "program") -> Program:
    """Read a whole program document; raises Refused with every problem found, each with its line."""
    problems: list[Problem] = []
    paying: ProgramDocument | None = None
    try:
        paying = parse_program(document, file=file, other_sections=OTHER_SECTIONS, other_tier_keys=OTHER_TIER_KEYS)
    except Refused as refused:
        problems = list(refused.problems)
    root, _ = read_tree(document, file)
    findings = Findings(file)
    types: tuple[str, ...] = ()
    territories: tuple[Territory, ...] = ()
    if isinstance(root, Fields):
        top = Place(root, "", findings)
        types, territories = texts(top, "partner_types") or (), _territories(top)
        if paying is not None:
            _check_references(top, paying, types, [territory.name for territory in territories])
    problems = sorted([*problems, *findings.problems], key=lambda problem: problem.row)
    if problems or paying is None:
        raise Refused(problems)
    return Program(paying, types, territories)


def schema() -> dict[str, object]:
    """The JSON Schema of the whole document."""
    whole = json_schema()
    properties = dict(whole["properties"])
    names = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "uniqueItems": True}
    properties["partner_types"] = {**names, "description": "Partner types that members of the network may have."}
    properties["territories"] = {
        "type": "array",
        "description": "Territories by name, with the countries that they hold.",
        "minItems": 1,
        "items": {
            "type": "object",
            "required": ["name"],
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "countries": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[A-Z]{2}$"}},
            },
        },
    }
    properties["rules_of_engagement"] = {
        "type": "object",
        "description": "Rules for registrations; read by later releases.",
    }
    return {**whole, "properties": properties}


def _territories(top: Place) -> tuple[Territory, ...]:
    found: list[Territory] = []
    for node, path in items(top, "territories"):
        place = mapping(node, path, top.findings)
        if place is None:
            continue
        place.check_keys(("name", "countries"), ("name",))
        name, countries = text(place, "name"), texts(place, "countries") or ()
        for index, country in enumerate(countries):
            if not re.fullmatch("[A-Z]{2}", country):
                place.note(f"countries[{index}]", f"an ISO 3166-1 code such as DE; not {country}")
        if name in [territory.name for territory in found]:
            place.note("name", f"each territory once; {name} is listed already")
        elif name:
            found.append(Territory(name, countries))
    return tuple(found)


def _check_references(top: Place, paying: ProgramDocument, types: tuple[str, ...], territories: list[str]) -> None:
    """An incentive may name only partner types and territories that the document lists, where it lists any."""
    for index, incentive in enumerate(paying.incentives):
        for key, known, named in (
            ("types", types, incentive.who.types),
            ("territories", territories, incentive.who.territories),
        ):
            for place, name in enumerate(named or ()):
                if known and name not in known:
                    expected = f"one of {', '.join(known)}; {name!r} is not listed"
                    top.note(f"incentives[{index}].who.{key}[{place}]", expected)
