"""What counsel is told about exclusive territories."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.programs.rules.counsel import EUROPEAN_UNION, Notice, sixth_holder_notice
from hansa.programs.rules.holdings import Holding
from hansa.programs.territories import Territory

DAY = date(2026, 3, 2)
YEAR = (date(2026, 1, 1), date(2027, 1, 1))
NORTH = Territory("North", ("DE", "DK"), coverage="exclusive")


def holders(count, **said):
    return [Holding("North", str(number), **{"from_on": YEAR[0], **said}) for number in range(count)]


def test_five_exclusive_holders_are_within_the_rule():
    assert sixth_holder_notice(NORTH, holders(5), DAY) is None


def test_a_sixth_exclusive_holder_is_a_notice_for_counsel():
    words = (
        "From 2026-03-02 on North has 6 exclusive holders, and lies in the European Economic Area (DE, DK). Regulation "
        "(EU) 2022/720, Article 1(1)(h) and Article 4(b)(i), knows exclusive distribution with at most 5 for a territory; "
        "with more, a restriction of active sales by others may fall outside the block exemption. Have counsel look at "
        "this: it is a notice for counsel, not legal advice. Passive sales stay free in any case."
    )
    rule = "Regulation (EU) 2022/720, Article 1(1)(h) and Article 4(b)(i)"
    assert sixth_holder_notice(NORTH, holders(6), DAY) == Notice(rule, DAY, 6, words)


def test_a_holder_with_two_holdings_counts_once():
    assert sixth_holder_notice(NORTH, holders(5) + holders(5), DAY) is None


def test_only_holders_of_the_same_days_count():
    ended = holders(5, until_on=date(2026, 3, 2))

    assert sixth_holder_notice(NORTH, [*ended, Holding("North", "9", DAY)], date(2026, 1, 1)) is None
    assert sixth_holder_notice(NORTH, holders(6, until_on=DAY), DAY) is None


def test_a_sixth_holder_to_come_is_noticed_before_its_day():
    notice = sixth_holder_notice(NORTH, [*holders(5), Holding("North", "9", date(2026, 5, 1))], DAY)

    assert notice is not None
    assert (notice.on, notice.holders) == (date(2026, 5, 1), 6)


def test_a_sixth_holder_after_the_days_asked_about_is_no_notice():
    own = [*holders(5), Holding("North", "9", date(2026, 5, 1))]

    assert sixth_holder_notice(NORTH, own, DAY, date(2026, 5, 1)) is None
    assert sixth_holder_notice(NORTH, own, DAY, date(2026, 5, 2)) is not None


@pytest.mark.parametrize(
    "territory",
    [
        Territory("North", ("GB", "CH", "US"), coverage="exclusive"),
        Territory("North", ("DE",), coverage="selective"),
        Territory("North", ("DE",), coverage="open"),
        Territory("South", ("DE",), coverage="exclusive"),
    ],
)
def test_elsewhere_there_is_no_notice(territory):
    assert sixth_holder_notice(territory, holders(6), DAY) is None


@pytest.mark.parametrize("country", ["IS", "LI", "NO"])
def test_the_economic_area_is_wider_than_the_union(country):
    notice = sixth_holder_notice(Territory("North", (country,), coverage="exclusive"), holders(6), DAY)

    assert notice is not None
    assert f"European Economic Area ({country})." in notice.words


def test_the_union_has_its_members():
    members = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

    assert " ".join(sorted(EUROPEAN_UNION)) == members


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 20), st.integers(1, 20)), max_size=12))
def test_a_notice_stands_exactly_where_some_day_has_six(spans):
    own = [
        Holding("North", str(who), DAY + timedelta(days=start), DAY + timedelta(days=start + length))
        for who, start, length in spans
    ]
    days = [DAY + timedelta(days=offset) for offset in range(45)]
    crowded = any(len({each.holder_id for each in own if each.holds_on(day)}) > 5 for day in days)

    assert (sixth_holder_notice(NORTH, own, DAY) is not None) is crowded
