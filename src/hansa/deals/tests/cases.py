"""Claims, rivals and rules for the tests, with the fields that a test does not care about filled in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from hansa.deals.rules import Answer, Claim, MemberFacts, Rival, Standing, Verdict
from hansa.kernel.money import Money
from hansa.programs.engagement import Eligibility, RulesOfEngagement
from hansa.programs.rules.changes import Member

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LATER = START + timedelta(days=1)
TICK = timedelta(microseconds=1)
RULES = RulesOfEngagement()
ADVANTAGES = ("exclusive_territory", "named_account", "incumbent", "certified", "tier")
PRIORITIES = st.lists(st.sampled_from((*ADVANTAGES, "first_in_time")), unique=True).map(
    lambda said: tuple(said) if "first_in_time" in said else (*said, "first_in_time")
)


def euro(amount):
    return Money.from_decimal(Decimal(amount), "EUR")


def claim(id="C1", partner="P1", at=START, family="Boats", country="DE", **facts):
    return Claim(id, partner, at, family, country, **facts)


def rival(id="R1", partner="P2", at=START - timedelta(hours=1), standing=Standing.WAITING, **more):
    facts = {key: more.pop(key) for key in list(more) if key in Claim.__dataclass_fields__}
    if standing is Standing.PROTECTED:
        more.setdefault("protected_until", LATER + timedelta(days=30))
    return Rival(claim(id, partner, at, **facts), standing, **more)


def ordered_by(*priority):
    return replace(RULES, priority=priority)


def eligible(**said):
    return replace(RULES, registration=Eligibility(**said))


def member(types=("Reseller",), tier="Silver", territory="North", **facts):
    return MemberFacts(Member("7", types, tier, territory), **facts)


INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
MONEY = st.none() | st.integers(0, 10**12).map(lambda minor: Money(minor, "EUR"))


@st.composite
def claims(draw, ids=("C1", "C2", "C3")):
    return Claim(
        draw(st.sampled_from(ids)),
        draw(st.sampled_from(["P1", "P2", "P3"])),
        draw(INSTANTS),
        draw(st.sampled_from(["Boats", "Sails"])),
        draw(st.sampled_from(["DE", "DK"])),
        amount=draw(MONEY),
        tier=draw(st.sampled_from(["", "Silver", "Gold"])),
        tier_rank=draw(st.integers(-1, 3)),
        incumbent=draw(st.booleans()),
        certified=draw(st.booleans()),
        named_account_holder=draw(st.booleans()),
        exclusive_holder=draw(st.booleans()),
        resubmission=draw(st.integers(0, 5)),
    )


@st.composite
def rivals(draw):
    standing = draw(st.sampled_from(Standing))
    return Rival(
        draw(claims(ids=("R1", "R2", "R3", "R4"))),
        standing,
        draw(st.sampled_from(Verdict)),
        draw(st.none() | st.sampled_from(Answer)),
        draw(INSTANTS) if standing is Standing.PROTECTED else None,
    )
