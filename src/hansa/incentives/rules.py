"""From a run's result to postings: only differences are posted. No framework."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hansa.engines.settlement import ProgramDocument, describe_band
from hansa.engines.settlement.words import band_start


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


@dataclass(frozen=True, slots=True)
class Settleable:
    """A period that a program version pays for; `until_on` is exclusive, `settled_at` the last commit or None."""

    version_code: str
    version: str
    period: str
    starts_on: date
    until_on: date
    ended: bool
    settled_at: datetime | None

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.version_code}:{self.period}"


def earliest_unsettled(periods: Sequence[Settleable]) -> Settleable | None:
    """The ended period that has waited longest for its first settlement; without one, the latest ended."""
    ended = [each for each in periods if each.ended]
    return next((each for each in ended if each.settled_at is None), ended[-1] if ended else None)


def band_reached(paying: ProgramDocument, incentive_id: str, band_from: str) -> tuple[str, str]:
    """The band of an incentive that begins at `band_from`, in words, and what it pays with (rate, per_unit, fixed)."""
    for incentive in paying.incentives:
        for band in incentive.bands if incentive.id == incentive_id else ():
            if band_from and band_start(paying, incentive, band) == band_from:
                return describe_band(paying, incentive, band), band.kind
    return "", ""


SHARING = {
    "rate": "in proportion to each line's amount; returns get no share",
    "per_unit": "in proportion to each line's quantity; returns get no share",
    "fixed": "equally over all lines",
}


def sharing_in_words(kind: str) -> str:
    """How a payout is spread over its sales lines (program.md, step 9), by what its band pays with."""
    manner = SHARING.get(kind)
    if manner is None:
        return ""
    return (
        f"The payout is spread over the sales lines {manner}. Each share is rounded down to the smallest unit of the"
        " currency; the units left over go one each to the largest remainders. The shares sum to the payout exactly."
    )


def kind_of_period(label: str) -> str:
    """Whether a label names a month, quarter, half or year.

    >>> [kind_of_period(label) for label in ("2026-01", "2026-Q1", "2026-H1", "2026")]
    ['month', 'quarter', 'half', 'year']
    """
    if len(label) == len("2026"):
        return "year"
    return {"Q": "quarter", "H": "half"}.get(label[5], "month")


def percent_done(progress: str) -> int:
    """The percentage that a line of progress ends with; 0 where it has none.

    >>> percent_done("Reading lines (45%)"), percent_done("Reading")
    (45, 0)
    """
    digits = progress.rpartition("(")[2].rstrip("%)")
    return min(100, int(digits)) if digits.isascii() and digits.isdigit() else 0
