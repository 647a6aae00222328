"""What the docs must name, because users look for it there."""

import ast
import re

from hansa.activity.words import SENTENCES
from hansa.kit.config import SETTINGS
from hansa.organizations.rules import CAPABILITIES, ROLES
from tests.architecture.source import PACKAGE, ROOT, product_files, string_calls

OPERATIONS = (ROOT / "docs" / "operations").glob("*.md")


def text_of(folder):
    return "\n".join(path.read_text() for path in sorted((ROOT / "docs" / folder).glob("*.md")))


def test_every_setting_is_documented():
    documented = text_of("operations")

    assert [setting.name for setting in SETTINGS if f"`{setting.name}`" not in documented] == []


def kinds_of_events():
    """Kinds that stand in a call as plain strings, and those that have a sentence (some are put together in code)."""
    called = {
        kind for name in ("record", "record_each", "_record", "note") for _, kind in string_calls(name) if "." in kind
    }
    return called | set(SENTENCES)


def failures():
    """Names of the classes that derive from Failure, at any distance."""
    classes = [
        node
        for path in product_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    ]
    found, before = {"Failure"}, 0
    while len(found) > before:
        before = len(found)
        found |= {
            node.name for node in classes if {base.id for base in node.bases if isinstance(base, ast.Name)} & found
        }
    return found


def test_every_event_is_documented():
    documented = (ROOT / "docs" / "events.md").read_text()

    assert sorted(kind for kind in kinds_of_events() if f"`{kind}`" not in documented) == []


def test_no_event_is_documented_that_nothing_records():
    rows = (ROOT / "docs" / "events.md").read_text().splitlines()
    documented = {row.split("`")[1] for row in rows if row.startswith("| `")}

    assert sorted(documented - kinds_of_events()) == []


def test_every_failure_is_documented():
    documented = (ROOT / "docs" / "problems.md").read_text()
    kinds = {re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower() for name in failures()}

    assert sorted(kind for kind in kinds if f"### {kind}\n" not in documented) == []


def test_every_role_and_capability_is_documented():
    documented = text_of("guides") + text_of("operations")

    assert [name for name in [*ROLES, *CAPABILITIES] if f"`{name}`" not in documented] == []


def test_every_module_with_screens_is_on_the_map():
    with_screens = {path.parents[1].name for path in PACKAGE.glob("*/web/urls.py")}
    rows = [row for row in (ROOT / "docs" / "map.md").read_text().splitlines() if row.startswith("| ")]
    on_the_map = {module for module in with_screens if any(f"| `{module}` |" in row for row in rows)}

    assert sorted(with_screens - on_the_map) == []


def test_no_page_names_a_machine():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]

    assert [str(page) for page in pages if "/work/" in page.read_text() or "/tmp/" in page.read_text()] == []
