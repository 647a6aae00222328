"""What the docs must name, because users look for it there."""

from hansa.kit.config import SETTINGS
from hansa.organizations.rules import CAPABILITIES, ROLES
from tests.architecture.source import ROOT, string_calls

OPERATIONS = (ROOT / "docs" / "operations").glob("*.md")


def text_of(folder):
    return "\n".join(path.read_text() for path in sorted((ROOT / "docs" / folder).glob("*.md")))


def test_every_setting_is_documented():
    documented = text_of("operations")

    assert [setting.name for setting in SETTINGS if f"`{setting.name}`" not in documented] == []


def test_every_event_is_documented():
    documented = (ROOT / "docs" / "events.md").read_text()
    kinds = {kind for _, kind in string_calls("record") if "." in kind} | {
        kind for _, kind in string_calls("_record") if "." in kind
    }

    assert sorted(kind for kind in kinds if f"`{kind}`" not in documented) == []


def test_every_role_and_capability_is_documented():
    documented = text_of("guides") + text_of("operations")

    assert [name for name in [*ROLES, *CAPABILITIES] if f"`{name}`" not in documented] == []


def test_no_page_names_a_machine():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]

    assert [str(page) for page in pages if "/work/" in page.read_text() or "/tmp/" in page.read_text()] == []
