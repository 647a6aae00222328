"""From a run's result to postings: only differences are posted. No framework."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """What a beneficiary should have for one incentive and period, in minor units."""

    incentive: str
    kind: str
    beneficiary: str
    amount: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What has to be posted so that the ledger says what the run says; `amount` may be negative (a clawback)."""

    incentive: str
    kind: str
    beneficiary: str
    target: int
    posted_before: int

    @property
    def amount(self) -> int:
        """Target less what was posted."""
        return self.target - self.posted_before


def differences(targets: Sequence[Target], posted: Mapping[tuple[str, str], int]) -> list[Difference]:
    """What to post for a run: each target against what earlier runs posted for the same incentive and beneficiary.

    `posted` maps (incentive, beneficiary) to minor units; each of its keys has a target (`vanished` gives those that
    the run has no row for). Equal amounts give no difference: a run over unchanged facts posts nothing (L3).
    """
    missing = set(posted) - {(t.incentive, t.beneficiary) for t in targets}
    if missing:
        raise ValueError(f"posted before, but without a target: {sorted(missing)}")
    every = (
        Difference(t.incentive, t.kind, t.beneficiary, t.amount, posted.get((t.incentive, t.beneficiary), 0))
        for t in targets
    )
    return [difference for difference in every if difference.amount]


def vanished(rows: Iterable[tuple[str, str]], posted: Mapping[tuple[str, str], int]) -> list[tuple[str, str]]:
    """(incentive, beneficiary) that earlier runs paid and this one has no row for: what they got is taken back."""
    present = set(rows)
    return sorted(key for key, amount in posted.items() if amount and key not in present)


def what_of(program_id: object, incentive: str, period: str) -> str:
    """The name under which all versions of a program accrue one incentive for one period."""
    return f"{program_id}:{incentive}:{period}"


def incentive_of(what: str) -> str:
    """The incentive in a `what_of` name; ids of programs and labels of periods hold no colon.

    >>> incentive_of(what_of("p", "volume:eu", "2026-Q1"))
    'volume:eu'
    """
    return what.split(":", 1)[1].rsplit(":", 1)[0]
