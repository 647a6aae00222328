"""What holds for every template of the project: pages need no inline script or style, and every icon exists."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import hansa
from hansa.ui import ACCENTS
from hansa.ui.icons import known_icons

SOURCE = Path(hansa.__path__[0])
ASSETS = SOURCE / "ui" / "assets"
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html")) + sorted(SOURCE.glob("*/*/templates/**/*.html"))
NAMED = [path.relative_to(SOURCE).as_posix() for path in TEMPLATES]
DATA = {"application/json", "application/ld+json"}


class Inline(HTMLParser):
    """Collects what a strict content security policy would refuse, and what has no script behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in named and named.get("type") not in DATA):
            self.found.append(f"<{tag}>")
        self.found += [name for name in named if name == "style" or re.match(r"on[a-z]|hx-on|data-bs-toggle", name)]
        self.found += [
            f"{name}={value}" for name, value in attrs if (value or "").strip().lower().startswith("javascript:")
        ]


def inline_in(source: str) -> list[str]:
    parser = Inline()
    parser.feed(re.sub(r"{%.*?%}|{#.*?#}", " ", source))
    return parser.found


def test_the_check_sees_what_it_looks_for():
    hostile = (
        '<p style="a" onclick="b" hx-on:click="c"><script>d</script><style></style>'
        '<a href="javascript:e" data-bs-toggle="f">'
    )
    assert len(inline_in(hostile)) == 7
    assert inline_in('<script src="a.js"></script><script type="application/json">{}</script>') == []


@pytest.mark.parametrize("name", NAMED)
def test_no_template_holds_inline_script_or_style(name):
    assert inline_in((SOURCE / name).read_text()) == []


@pytest.mark.parametrize("name", NAMED)
def test_every_icon_is_in_the_sprite(name):
    used = set(re.findall(r"""{% icon ["']([a-z0-9-]+)["']""", (SOURCE / name).read_text()))
    assert used - known_icons() == set()


def test_every_accent_has_its_colour():
    tokens = (ASSETS / "css" / "tokens.css").read_text()
    assert set(re.findall(r'\[data-accent="([a-z]+)"\]', tokens)) == set(ACCENTS)


def test_the_lock_file_names_no_registry():
    lock = SOURCE.parents[1] / "package-lock.json"
    if not lock.exists():
        pytest.skip("an installed package has no lock file")
    text = lock.read_text()
    assert '"resolved"' not in text
    assert "registry" not in text
