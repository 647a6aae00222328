"""Texts that can be recognised wherever they turn up, and who may read each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.world.cast import COMPANIES

CANARY = re.compile(rf"cnry(?:{'|'.join(COMPANIES)})[a-z]+\d+", re.IGNORECASE)
EVERYBODY = "*"
GROUPED = re.compile(r"(?<=\d)[,\u00a0\u202f](?=\d{3})")
DIGITS = re.compile(r"(?<![\w.-])\d{5,}(?![\w-])")


@dataclass
class Canaries:
    """All canaries of a world: text (in lower case) or prime -> the organizations that may read it."""

    texts: dict[str, frozenset[str]] = field(default_factory=dict)
    numbers: dict[str, frozenset[str]] = field(default_factory=dict)
    _count: int = 0
    _last_prime: int = 1_000_000

    def text(self, owner: str, what: str, audience: Iterable[str]) -> str:
        """A new canary `cnry<owner><What><n>` for these organizations; its owner is always one of them."""
        self._count += 1
        made = f"cnry{owner}{what.title()}{self._count}"
        self.texts[made.lower()] = frozenset({owner, *audience})
        return made

    def prime(self, audience: Iterable[str]) -> int:
        """A prime that nothing else in the world uses."""
        self._last_prime = prime_after(self._last_prime)
        for shown in (self._last_prime, self._last_prime * 100):
            self.numbers[str(shown)] = frozenset(audience)
        return self._last_prime

    def seen_by_others(self, text: str, reader: str | None) -> list[str]:
        """The canaries in a text that `reader` (an organization, None for nobody) may not read."""
        found = {match.lower() for match in CANARY.findall(text)}
        foreign = [each for each in found if not self._may(self._readers(each), reader)]
        numbers = set(DIGITS.findall(GROUPED.sub("", text))) & self.numbers.keys()
        return sorted(foreign) + sorted(n for n in numbers if not self._may(self.numbers[n], reader))

    def _readers(self, found: str) -> frozenset[str]:
        """Who may read a canary; for one that a screen has cut short, who may read any that begins so."""
        begun = (readers for text, readers in self.texts.items() if text.startswith(found))
        return self.texts.get(found) or frozenset().union(*begun)

    @staticmethod
    def _may(audience: frozenset[str], reader: str | None) -> bool:
        return EVERYBODY in audience or reader in audience


def prime_after(number: int) -> int:
    """The next larger prime."""
    number += 1
    while not all(number % divisor for divisor in range(2, int(number**0.5) + 1)):
        number += 1
    return number
