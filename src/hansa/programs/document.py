"""The whole program document: the paying part from `engines.settlement`, and what this module adds; no framework."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from hansa.engines.settlement import ProgramDocument, json_schema, parse_program
from hansa.engines.settlement.readers import Findings, Place, texts
from hansa.engines.settlement.yaml_tree import Fields, Scalar, read_tree
from hansa.kernel.problem import Problem, Refused
from hansa.programs.engagement import DEFAULT_RULES, RulesOfEngagement, read_engagement
from hansa.programs.schema import engagement_schema, partner_types_schema, territories_schema
from hansa.programs.sections import OTHER_SECTIONS, OTHER_TIER_KEYS
from hansa.programs.territories import Territory, read_territories


@dataclass(frozen=True, slots=True)
class Program:
    """A parsed program document. Where it has no rules of engagement, `engagement` holds the defaults."""

    paying: ProgramDocument
    partner_types: tuple[str, ...]
    territories: tuple[Territory, ...]
    engagement: RulesOfEngagement = DEFAULT_RULES


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
    engagement = DEFAULT_RULES
    if isinstance(root, Fields):
        top = Place(root, "", findings)
        currency = _currency(root)
        types, territories = texts(top, "partner_types") or (), read_territories(top, currency)
        engagement = read_engagement(top, currency)
        if paying is not None:
            _check_references(top, paying, engagement, types, [territory.name for territory in territories])
    problems = sorted([*problems, *findings.problems], key=lambda problem: problem.row)
    if problems or paying is None:
        raise Refused(problems)
    return Program(paying, types, territories, engagement)


def schema() -> dict[str, object]:
    """The JSON Schema of the whole document."""
    whole = json_schema()
    properties = {
        **whole["properties"],
        "partner_types": partner_types_schema(),
        "territories": territories_schema(),
        "rules_of_engagement": engagement_schema(),
    }
    return {**whole, "properties": properties}


def _currency(root: Fields) -> str:
    """The currency as written; what is wrong with it is said where the paying part is read."""
    said = root.entries.get("currency")
    return said.text if isinstance(said, Scalar) else ""


def _check_references(
    top: Place,
    paying: ProgramDocument,
    engagement: RulesOfEngagement,
    types: Collection[str],
    territories: Collection[str],
) -> None:
    """A rule may name only the types, tiers and territories that the document lists, where it lists any."""
    listed = {"types": types, "territories": territories, "tiers": paying.tiers}
    for path, kind, names in (*_named_in(paying), *_named_in_engagement(engagement)):
        known = listed[kind]
        for index, name in enumerate(names or ()):
            if known and name not in known:
                top.note(f"{path}[{index}]", f"one of {', '.join(known)}; {name!r} is not listed")


def _named_in(paying: ProgramDocument) -> Iterator[tuple[str, str, tuple[str, ...] | None]]:
    """What incentives name; their tiers are checked where the paying part is read."""
    for index, incentive in enumerate(paying.incentives):
        yield f"incentives[{index}].who.types", "types", incentive.who.types
        yield f"incentives[{index}].who.territories", "territories", incentive.who.territories


def _named_in_engagement(rules: RulesOfEngagement) -> Iterator[tuple[str, str, tuple[str, ...] | None]]:
    for kind in ("types", "tiers", "territories"):
        yield f"rules_of_engagement.registration.who.{kind}", kind, getattr(rules.registration.who, kind)
    for index, protection in enumerate(rules.protection):
        yield f"rules_of_engagement.protection[{index}].tiers", "tiers", protection.tiers
