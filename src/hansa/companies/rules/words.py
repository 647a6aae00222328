from __future__ import annotations

from importlib.resources import files


def words_of(name: str) -> frozenset[str]:
    """The words of a list that lies beside the rules, one a line."""
    return frozenset(files(__package__).joinpath(name).read_text(encoding="utf-8").split())
