"""Which icons there are."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def known_icons() -> frozenset[str]:
    """The names that `{% icon %}` and the menus may use: those that are built into the sprite."""
    return frozenset((Path(__file__).parent / "assets" / "icons.txt").read_text(encoding="utf-8").split())
