"""The standards' codes for each of our problem codes: one table for 997, TA1 and CONTRL."""

from __future__ import annotations

from typing import Literal, NamedTuple

Level = Literal["interchange", "group", "set", "segment", "element", "note"]


class FaultCodes(NamedTuple):
    """Where a fault is reported in X12, under which code (TA105, AK905, AK502, AK304 or AK403), and its EDIFACT code
    (0085).
    """

    level: Level
    x12: str
    edifact: str


# 997 has no code for a total that disagrees with the lines; "invalid code value" comes nearest.
FAULTS: dict[str, FaultCodes] = {
    "interchange-trailer-missing": FaultCodes("interchange", "023", "13"),
    "interchange-control-mismatch": FaultCodes("interchange", "001", "28"),
    "interchange-count": FaultCodes("interchange", "021", "29"),
    "interchange-repeated": FaultCodes("interchange", "025", "26"),
    "interchange-empty": FaultCodes("interchange", "022", "32"),
    "envelope-order": FaultCodes("interchange", "022", "15"),
    "group-missing": FaultCodes("interchange", "022", "13"),
    "trailing-content": FaultCodes("interchange", "024", "15"),
    "header-element": FaultCodes("interchange", "024", "12"),
    "header-collapsed": FaultCodes("note", "000", ""),
    "group-kind": FaultCodes("group", "1", "15"),
    "group-version": FaultCodes("group", "2", "17"),
    "group-trailer-missing": FaultCodes("group", "3", "13"),
    "group-control-mismatch": FaultCodes("group", "4", "28"),
    "group-count": FaultCodes("group", "5", "29"),
    "group-repeated": FaultCodes("group", "6", "26"),
    "set-unsupported": FaultCodes("set", "1", "14"),
    "set-trailer-missing": FaultCodes("set", "2", "13"),
    "set-control-mismatch": FaultCodes("set", "3", "28"),
    "set-count": FaultCodes("set", "4", "29"),
    "set-kind": FaultCodes("set", "6", "15"),
    "set-repeated": FaultCodes("set", "23", "26"),
    "segment-unknown": FaultCodes("segment", "1", "15"),
    "segment-unexpected": FaultCodes("segment", "2", "15"),
    "segment-missing": FaultCodes("segment", "3", "13"),
    "loop-overflow": FaultCodes("segment", "4", "36"),
    "segment-overflow": FaultCodes("segment", "5", "35"),
    "segment-order": FaultCodes("segment", "7", "15"),
    "line-missing": FaultCodes("segment", "3", "13"),
    "line-partner": FaultCodes("segment", "3", "13"),
    "line-product": FaultCodes("segment", "3", "13"),
    "element-missing": FaultCodes("element", "1", "13"),
    "element-condition": FaultCodes("element", "2", "13"),
    "element-too-many": FaultCodes("element", "3", "16"),
    "element-too-short": FaultCodes("element", "4", "40"),
    "element-too-long": FaultCodes("element", "5", "39"),
    "element-character": FaultCodes("element", "6", "37"),
    "element-code": FaultCodes("element", "7", "12"),
    "element-date": FaultCodes("element", "8", "12"),
    "element-time": FaultCodes("element", "9", "12"),
    "element-total": FaultCodes("element", "7", "29"),
}
OTHER = FaultCodes("segment", "8", "12")


def codes_of(code: str) -> FaultCodes:
    """The standards' codes; a caller's own problem code is reported as a segment with errors."""
    return FAULTS.get(code, OTHER)
