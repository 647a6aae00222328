"""The whole program document: the paying part from `engines.settlement`, and what this module adds to it. No framework."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from hansa.engines.settlement import ProgramDocument, json_schema, parse_program
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


def parse(text: str, *, file: str = "program") -> Program:
    """Read a whole program document; raises Refused with every problem found, each with its line."""
    paying = parse_program(text, file=file, other_sections=OTHER_SECTIONS, other_tier_keys=OTHER_TIER_KEYS)
    tree = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes only text, lists and mappings
    problems: list[Problem] = []
    types = _names(tree.get("partner_types", []), file, "partner_types", problems)
    territories = _territories(tree.get("territories", []), file, problems)
    _check_references(paying, types, [territory.name for territory in territories], file, problems)
    if problems:
        raise Refused(problems)
    return Program(paying, tuple(types), tuple(territories))


def schema() -> dict[str, object]:
    """The JSON Schema of the whole document."""
    whole = json_schema()
    properties = dict(whole["properties"])  # type: ignore[call-overload]
    names = {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True}
    properties["partner_types"] = {**names, "description": "Partner types that members of the network may have."}
    properties["territories"] = {
        "type": "array",
        "description": "Territories by name, with the countries that they hold.",
        "items": {
            "type": "object",
            "required": ["name"],
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "countries": {"type": "array", "items": {"type": "string", "pattern": "^[A-Z]{2}$"}},
            },
        },
    }
    properties["rules_of_engagement"] = {
        "type": "object",
        "description": "Rules for registrations; read by later releases.",
    }
    return {**whole, "properties": properties}


def _names(value: object, file: str, path: str, problems: list[Problem]) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name.strip() for name in value):
        problems.append(Problem(file, 0, path, "a list of names"))
        return []
    if len(set(value)) != len(value):
        problems.append(Problem(file, 0, path, "each name once"))
    return value


def _territories(value: object, file: str, problems: list[Problem]) -> list[Territory]:
    if not isinstance(value, list):
        problems.append(Problem(file, 0, "territories", "a list of {name, countries}"))
        return []
    found = []
    for index, item in enumerate(value):
        path = f"territories[{index}]"
        if not isinstance(item, dict) or not item.get("name") or set(item) - {"name", "countries"}:
            problems.append(Problem(file, 0, path, "{name, countries}"))
            continue
        countries = item.get("countries", [])
        if not isinstance(countries, list) or not all(len(c) == 2 and c.isupper() for c in countries):
            problems.append(Problem(file, 0, f"{path}.countries", "ISO 3166-1 codes such as DE"))
            continue
        found.append(Territory(item["name"], tuple(countries)))
    _names([territory.name for territory in found], file, "territories", problems)
    return found


def _check_references(
    paying: ProgramDocument, types: list[str], territories: list[str], file: str, problems: list[Problem]
) -> None:
    """An incentive may name only partner types and territories that the document lists, where it lists any."""
    for index, incentive in enumerate(paying.incentives):
        for key, known, named in (
            ("types", types, incentive.who.types),
            ("territories", territories, incentive.who.territories),
        ):
            for name in named or ():
                if known and name not in known:
                    expected = f"one of {', '.join(known)}; {name!r} is not listed"
                    problems.append(Problem(file, 0, f"incentives[{index}].who.{key}", expected))
