"""Seeded chance: each topic draws from its own stream, so that a change in one leaves the others as they were."""

from __future__ import annotations

from random import Random


def stream(seed: int, topic: str) -> Random:
    """The generator of random numbers for one topic of one world (never for secrets)."""
    return Random(f"hansa demo {seed} {topic}")  # noqa: S311  # nosec B311
