"""How the oracle says no."""

from __future__ import annotations

from collections.abc import Sequence


class OracleRefused(Exception):
    """Bad input. `reasons` are (kind, detail) pairs: the kind is a fixed word that tests name, the detail is free."""

    def __init__(self, reasons: Sequence[tuple[str, str]]) -> None:
        self.reasons = list(reasons)
        super().__init__("; ".join(f"{kind}: {detail}" for kind, detail in self.reasons))

    @property
    def kinds(self) -> set[str]:
        return {kind for kind, _ in self.reasons}


def refuse(kind: str, detail: str) -> OracleRefused:
    return OracleRefused([(kind, detail)])
