"""The table of sentences is held to the code: every kind that any operation records has one."""

import ast
import re
from pathlib import Path

from hansa.activity.words import SENTENCES, in_words

SOURCES = Path(__file__).parents[2]
KIND = re.compile(r"[a-z]+\.[a-z]+\.[a-z_]+")
FILES = [path for path in SOURCES.rglob("*.py") if "operations" in str(path) and "tests" not in path.parts]


def recorded() -> set[str]:
    """Every kind that is recorded: written out, handed to a helper, or put together by one from a word."""
    found: set[str] = set()
    for path in FILES:
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call) and node.args]
        for call in calls:
            name, first = getattr(call.func, "id", getattr(call.func, "attr", "")), call.args[0]
            if name in {"record", "record_each", "_record", "note"} and isinstance(first, ast.Constant):
                found.add(f"{_prefix(calls)}{first.value}" if "." not in first.value else first.value)
    return found


def _prefix(calls: list[ast.Call]) -> str:
    for call in calls:
        if getattr(call.func, "id", "") == "record" and isinstance(call.args[0], ast.JoinedStr):
            return call.args[0].values[0].value  # type: ignore[attr-defined,no-any-return]
    return "?"


def test_every_recorded_kind_has_a_sentence_and_no_sentence_is_left_over():
    kinds = recorded()
    assert len(kinds) > 40
    assert (kinds - set(SENTENCES), set(SENTENCES) - kinds) == (set(), set())
    assert all(KIND.fullmatch(kind) for kind in kinds)


def test_a_sentence_is_filled_with_the_facts_of_its_event():
    assert in_words("ledger.rate.entered", {"currency": "USD", "on": "2026-02-13", "rate": "0.9"}) == (
        "The USD rate of 2026-02-13 was set to 0.9"
    )


def test_a_fact_that_an_older_event_lacks_is_a_dash():
    assert in_words("ledger.rate.entered", {"currency": "USD"}) == "The USD rate of – was set to –"
