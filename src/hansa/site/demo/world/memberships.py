"""Who is what in the vendor's network, and since when: types, tiers, territories, distributors, comings and goings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from hansa.site.demo.world.companies import (
    BRUMEVAL,
    DISTRIBUTOR_CONTINENT,
    DISTRIBUTOR_ISLES,
    FUCHSKLAMM,
    KRANICHAU,
    VENDOR,
    Companies,
    Reseller,
)
from hansa.site.demo.world.months import add_months
from hansa.site.demo.world.records import Membership, Standing
from hansa.site.demo.world.streams import stream

SHOP, VALUE_ADDED, WAREHOUSE = "Specialist Shop", "Value Added Reseller", "Warehouse Store"
DISTRIBUTOR = "Distributor"
REGISTERED, SILVER, GOLD = TIERS = ("Registered", "Silver", "Gold")
UPSTREAM = dict.fromkeys(("DE", "FR", "CH"), DISTRIBUTOR_CONTINENT)
UPSTREAM |= dict.fromkeys(("GB", "SE", "PL"), DISTRIBUTOR_ISLES)
UPSTREAM_SHARE = 0.6
FIXED: dict[str, tuple[tuple[str, ...], str | None]] = {
    BRUMEVAL: ((WAREHOUSE,), None),
    KRANICHAU: ((VALUE_ADDED,), None),
    FUCHSKLAMM: ((VALUE_ADDED,), DISTRIBUTOR_CONTINENT),
}
NEIGHBOUR = {
    "Germany North": "Germany South", "France North": "France South", "Britain North": "Britain South",
    "Poland West": "Poland East",
}  # fmt: skip
TYPE_CHANGES, TERRITORY_CHANGES, UPSTREAM_CHANGES = 10, 8, 12
INVITED, APPLIED, ENDED, SUSPENDED = 12, 10, 14, 6
NEVER_SOLD = 45
SAFE_RANKS = 60


@dataclass(frozen=True, slots=True)
class Member:
    """A reseller's membership in the making. `sells` is False for those who joined and never ordered."""

    reseller: Reseller
    membership: Membership
    sells: bool


def make_members(seed: int, companies: Companies, months: Sequence[date]) -> tuple[Member, ...]:
    """Every reseller's membership with its history; all changes fall on the first of a month."""
    chance = stream(seed, "memberships")
    states = _states(companies.resellers, chance)
    changes = _changes(companies.resellers, chance)
    members = []
    for reseller in companies.resellers:
        state = states.get(reseller.organization.key, "active")
        standings = _standings(reseller, changes.get(reseller.organization.key, ""), months, chance)
        members.append(_member(reseller, state, standings, months, chance))
    return tuple(members)


def distributor_memberships(companies: Companies, months: Sequence[date]) -> tuple[Membership, ...]:
    """The two distributors' own memberships."""
    known = companies.by_key()
    standing = Standing((DISTRIBUTOR,), None, None, None, None, None, "Distribution agreement")
    joined = add_months(months[0], -30)
    return tuple(
        Membership(VENDOR, key, known[key].code, "active", joined, "Distribution agreement signed", joined, (standing,))
        for key in (DISTRIBUTOR_CONTINENT, DISTRIBUTOR_ISLES)
    )


def _states(resellers: Sequence[Reseller], chance: Random) -> dict[str, str]:
    """Who is not simply active. The largest and the featured ones all are."""
    small = [reseller.organization.key for reseller in resellers if reseller.rank > SAFE_RANKS]
    words = ["invited"] * INVITED + ["applied"] * APPLIED + ["ended"] * ENDED + ["suspended"] * SUSPENDED
    words += ["silent"] * NEVER_SOLD
    return dict(zip(chance.sample(small, len(words)), words, strict=True))


def _changes(resellers: Sequence[Reseller], chance: Random) -> dict[str, str]:
    """Who changes type, territory or distributor once in the three years."""
    small = [reseller for reseller in resellers if reseller.rank > SAFE_RANKS]
    chance.shuffle(small)
    movable = [reseller.organization.key for reseller in small if reseller.territory in NEIGHBOUR][:TERRITORY_CHANGES]
    rest = [reseller.organization.key for reseller in small if reseller.organization.key not in movable]
    return (
        dict.fromkeys(movable, "territory")
        | dict.fromkeys(rest[:TYPE_CHANGES], "type")
        | dict.fromkeys(rest[TYPE_CHANGES : TYPE_CHANGES + UPSTREAM_CHANGES], "upstream")
    )


def _standings(reseller: Reseller, change: str, months: Sequence[date], chance: Random) -> tuple[Standing, ...]:
    """The history of one reseller, oldest first and without gaps; a tier and another change may follow each other."""
    first = _first_standing(reseller, chance)
    final, earlier, reason = _tiers(reseller, chance)
    reviews = [month for month in months[6:] if month.month in (1, 7)]
    history = [first]
    if earlier != final:
        history = _then(history, chance.choice(reviews), tier=(earlier, final), reason=reason)
    else:
        history = [replace(first, tier=final)]
    if change:
        history = _then_changed(history, change, reseller, chance.choice(months[8:-3]), chance)
    return tuple(history)


def _first_standing(reseller: Reseller, chance: Random) -> Standing:
    kind = chance.choices((SHOP, VALUE_ADDED, WAREHOUSE), weights=(48, 34, 18))[0]
    kinds: tuple[str, ...] = (VALUE_ADDED, SHOP) if kind == VALUE_ADDED and chance.random() < 0.06 else (kind,)
    upstream = UPSTREAM[reseller.organization.country] if chance.random() < UPSTREAM_SHARE else None
    kinds, upstream = FIXED.get(reseller.organization.key, (kinds, upstream))
    return Standing(kinds, REGISTERED, reseller.territory, upstream, None, None, "Joined the program")


def _tiers(reseller: Reseller, chance: Random) -> tuple[str, str, str]:
    """The tier held last, the one held before, and why it changed."""
    if reseller.organization.key == KRANICHAU:
        return GOLD, SILVER, "Half-year review: sales above the Gold threshold"
    if reseller.organization.key == FUCHSKLAMM:
        return SILVER, SILVER, ""
    rank = reseller.rank * chance.uniform(0.7, 1.4)
    level = 2 if rank < 60 else 1 if rank < 240 else 0
    luck = chance.random()
    if level and luck < 0.4:
        return TIERS[level], TIERS[level - 1], f"Half-year review: sales above the {TIERS[level]} threshold"
    if level < 2 and luck > 0.95:
        return TIERS[level], TIERS[level + 1], f"Half-year review: sales below the {TIERS[level + 1]} threshold"
    return TIERS[level], TIERS[level], ""


def _then(history: list[Standing], day: date, *, tier: tuple[str, str], reason: str) -> list[Standing]:
    before, since = tier
    last = replace(history[-1], tier=before, valid_until=day)
    return [*history[:-1], last, replace(last, tier=since, valid_from=day, valid_until=None, reason=reason)]


def _then_changed(
    history: list[Standing], change: str, reseller: Reseller, day: date, chance: Random
) -> list[Standing]:
    """Split the standing that holds on `day` in two; the change lasts through all later ones."""
    altered: list[Standing] = []
    for standing in history:
        if standing.valid_until is not None and standing.valid_until <= day:
            altered.append(standing)
        elif standing.valid_from is not None and standing.valid_from >= day:
            altered.append(_altered(standing, change, reseller, standing.reason))
        else:
            altered.append(replace(standing, valid_until=day))
            later = replace(standing, valid_from=day)
            altered.append(_altered(later, change, reseller, _reason(change, standing)))
    return altered


def _reason(change: str, standing: Standing) -> str:
    joins = "now buys direct" if standing.upstream else "now buys through a distributor"
    return {
        "type": "Business changed: reviewed on site",
        "territory": "Territory border moved",
        "upstream": f"Supply changed: {joins}",
    }[change]


def _altered(standing: Standing, change: str, reseller: Reseller, reason: str) -> Standing:
    if change == "territory":
        return replace(standing, territory=NEIGHBOUR[reseller.territory], reason=reason)
    if change == "type":
        kinds = (VALUE_ADDED,) if SHOP in standing.types else (SHOP,)
        return replace(standing, types=kinds, reason=reason)
    upstream = None if standing.upstream else UPSTREAM[reseller.organization.country]
    return replace(standing, upstream=upstream, reason=reason)


def _member(
    reseller: Reseller, state: str, standings: tuple[Standing, ...], months: Sequence[date], chance: Random
) -> Member:
    joined: date | None = add_months(months[0], -chance.randrange(2, 60))
    if reseller.rank > SAFE_RANKS and chance.random() < 0.18:
        joined = months[chance.randrange(1, 28)]
    since, reason = joined or months[0], "Agreement signed"
    shown = "active" if state == "silent" else state
    if state in ("invited", "applied"):
        since, joined = months[-1].replace(day=chance.randrange(2, 28)), None
        reason = "Invited at the spring fair" if state == "invited" else "Applied on the website"
        standings = (replace(standings[-1], valid_from=None, tier=REGISTERED, reason=reason),)
    elif state in ("ended", "suspended"):
        since = months[chance.randrange(30, 35)]
        reason = "Ceased trading" if state == "ended" else "Reports and invoices overdue"
        standings = _until(standings, since) if state == "ended" else standings
    if joined is not None and joined >= months[0]:
        standings = _from_joining(standings, joined)
    organization = reseller.organization
    membership = Membership(VENDOR, organization.key, organization.code, shown, since, reason, joined, standings)
    return Member(reseller, membership, sells=state not in ("invited", "applied", "silent"))


def _from_joining(standings: tuple[Standing, ...], joined: date) -> tuple[Standing, ...]:
    """The history cut to begin on the day of joining."""
    kept = [standing for standing in standings if standing.valid_until is None or standing.valid_until > joined]
    return (replace(kept[0], valid_from=joined, reason="Joined the program"), *kept[1:])


def _until(standings: tuple[Standing, ...], day: date) -> tuple[Standing, ...]:
    """The history cut to end on `day`."""
    kept = [standing for standing in standings if standing.valid_from is None or standing.valid_from < day]
    return (*kept[:-1], replace(kept[-1], valid_until=day))
