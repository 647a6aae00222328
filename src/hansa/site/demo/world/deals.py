"""Half a year of registered deals: rivals who mean one project, the vendor's own sales, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from hansa.site.demo.world.streams import stream

DAYS, EVERY = 170, 9
SELLERS = (
    ("rolf.rep", ("DE",)),
    ("rena.rep", ("DE",)),
    ("remi.rep", ("FR", "CH")),
    ("daisy.principal", ("GB",)),
    ("dieter.principal", ("SE", "PL")),
    ("paula.partners", ("DE", "SE")),
)
"""Mailbox of whoever registers, and the countries in which it sells; the last one is the vendor's own."""
FAMILIES = ("E-Bikes", "Cargo Bikes", "City", "Touring")
NEEDS = (
    "Couriers shall leave their vans in the yard: a fleet with service within a day.",
    "Bicycles for commuters, leased through the company, in three sizes.",
    "Replacement of a pool that is eight years old.",
    "Two sites need a way to move tools between the halls.",
    "A rental for guests, from spring on.",
)
STAGES = ("QUALIFIED", "TECHNICAL_VALIDATION", "BUSINESS_VALIDATION", "COMMITTED")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that follows some days after the submission: an operation's word and what it says."""

    days: float
    word: str
    says: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deal:
    """A registration of the demo: by whom and when, of which customer (its place in the list), perhaps in another spelling.

    `amount_minor` in the network's currency; a draft is never submitted.
    """

    mailbox: str
    at: datetime
    customer: int
    spelling: str
    family: str
    country: str
    title: str
    amount_minor: int
    problem: str
    steps: tuple[Step, ...] = ()
    is_draft: bool = False


def make_deals(seed: int, customers: Sequence[Mapping[str, str]], now: datetime) -> list[Deal]:
    """The deals of a world as of an instant, in the order of their submission; customers are taken from the list's beginning."""
    chance = stream(seed, "deals")
    ours = [*_usual(chance, customers, now), *_rivals(chance, customers, now)]
    return sorted(ours, key=lambda deal: deal.at)


def _usual(chance: Random, customers: Sequence[Mapping[str, str]], now: datetime) -> Iterator[Deal]:
    """One every few days, of whoever sells there; most go on, some are won or lost."""
    for place, ago in enumerate(range(DAYS, 1, -EVERY)):
        mailbox, countries = SELLERS[place % len(SELLERS)]
        number = _customer(chance, customers, countries)
        at = _working_hour(now - timedelta(days=ago), chance)
        yield _deal(chance, customers, mailbox, number, at, steps=_steps(chance, ago))
    mailbox, countries = SELLERS[0]
    number = _customer(chance, customers, countries)
    yield _deal(chance, customers, mailbox, number, _working_hour(now - timedelta(days=1), chance), is_draft=True)


def _steps(chance: Random, ago: int) -> tuple[Step, ...]:
    """What followed, never later than today: stages, an extension, a win or a loss."""
    steps = [
        Step(5 + 9 * place, "stage", {"stage": stage}) for place, stage in enumerate(STAGES[: chance.randrange(5)])
    ]
    end = chance.random()
    if end < 0.2:
        steps.append(Step(45, "stage", {"stage": "LAUNCHED"}))
    elif end < 0.35:
        steps.append(Step(40, "stage", {"stage": "CLOSED_LOST", "loss_reason": chance.choice(("PRICE", "NO_BUDGET"))}))
    elif end < 0.5:
        steps.append(Step(50, "extend", {"evidence": "The offer is with the customer's board; a trial has begun."}))
    return tuple(step for step in steps if step.days < ago)


def _rivals(chance: Random, customers: Sequence[Mapping[str, str]], now: datetime) -> Iterator[Deal]:
    """Who meets whom: a question for the operator, one who waits in turn, the vendor's own sales, a late answer."""
    pairs = (("rolf.rep", "rena.rep", 20, 18, True), ("rena.rep", "rolf.rep", 33, 30, False),
             ("paula.partners", "rolf.rep", 12, 9, False), ("rolf.rep", "paula.partners", 8, 7, False),
             ("rolf.rep", "rena.rep", 3, 2, True))  # fmt: skip
    for first, second, ago, later, vaguely in pairs:
        number = _customer(chance, customers, ("DE",))
        family = chance.choice(FAMILIES)
        spelling = f"{' '.join(customers[number]['name'].split()[:2])} Gruppe" if vaguely else ""
        for mailbox, days, said in ((first, ago, ""), (second, later, spelling)):
            at = _working_hour(now - timedelta(days=days), chance)
            yield _deal(chance, customers, mailbox, number, at, spelling=said, family=family)


def _deal(
    chance: Random,
    customers: Sequence[Mapping[str, str]],
    mailbox: str,
    number: int,
    at: datetime,
    *,
    spelling: str = "",
    family: str = "",
    steps: tuple[Step, ...] = (),
    is_draft: bool = False,
) -> Deal:
    known, family = customers[number], family or chance.choice(FAMILIES)
    return Deal(
        mailbox=mailbox,
        at=at,
        customer=number,
        spelling=spelling,
        family=family,
        country=known["country"],
        title=f"{family} for {known['city']}",
        amount_minor=chance.randrange(60, 1_500) * 10_000,
        problem=chance.choice(NEEDS),
        steps=steps,
        is_draft=is_draft,
    )


def _customer(chance: Random, customers: Sequence[Mapping[str, str]], countries: Sequence[str]) -> int:
    while True:
        number = chance.randrange(len(customers))
        if customers[number]["country"] in countries:
            return number


def _working_hour(day: datetime, chance: Random) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC) + timedelta(minutes=chance.randrange(480))
