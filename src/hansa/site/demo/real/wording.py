"""What the vendor has written: its charter and its program documents."""

from __future__ import annotations

from importlib.resources import files

from hansa.programs import document

PROGRAM = "Adventure Works Reseller Program"
PROGRAM_YEARS = (2017, 2018, 2019)


def charter() -> str:
    """The network's charter."""
    return _text("charter.txt")


def program_text(year: int) -> str:
    """The program document of the fiscal year that begins in July of `year`, one of PROGRAM_YEARS."""
    return _text(f"program_{year}.yaml")


def partner_types() -> tuple[str, ...]:
    """The partner types that the first program knows."""
    return document.parse(program_text(PROGRAM_YEARS[0])).partner_types


def _text(name: str) -> str:
    return (files("hansa.site.demo.real") / "texts" / name).read_text(encoding="utf-8")
