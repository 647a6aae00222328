"""The vendor's program: a version for each fiscal year from the last one on, and the draft for the next."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from string import Template

from hansa.site.demo.world.companies import VENDOR
from hansa.site.demo.world.places import TERRITORIES
from hansa.site.demo.world.records import Program, ProgramVersion

NOTES = (
    "The first program that is one document. Rates as agreed with the partners' council.",
    "Lower first steps of the volume rebate, a higher e-bike reward, and a new reward for cargo bikes.",
    "As before.",
)

RESERVED = {
    "Switzerland": ", coverage: exclusive, covenant: {measure: net_amount, period: year, at_least: 40000, consequence: open}",
    "Sweden": ", coverage: selective",
}
"""What the program says of some territories beside their country; the others are open."""


def make_programs(newest_month: date, today: date) -> tuple[Program, ...]:
    """Versions from the fiscal year before that of the newest month to the current one, and a draft for the next."""
    years = range(newest_month.year - 1, today.year + 1)
    versions = tuple(
        ProgramVersion(str(year), text_for("first" if place == 0 else "second", year), NOTES[min(place, 2)])
        for place, year in enumerate(years)
    )
    return (Program(VENDOR, "Nordwind Partner Program", versions, text_for("draft", today.year + 1)),)


def text_for(edition: str, year: int) -> str:
    """One of the editions beside this module (first, second, draft), set for a fiscal year."""
    template = (files("hansa.site.demo.world") / "texts" / f"program_{edition}.yaml").read_text(encoding="utf-8")
    territories = "\n".join(
        f"  - {{name: {name}, countries: [{country}]{RESERVED.get(name, '')}}}" for name, country in TERRITORIES.items()
    )
    return Template(template).substitute(year=year, next_year=year + 1, version=year, territories=territories)
