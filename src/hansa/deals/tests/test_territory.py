from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.deals.rules import (
    EUROPEAN_UNION,
    Holding,
    Place,
    exclusive_holdings,
    rule_on_covenant,
    sixth_holder_notice,
    territory_of,
)
from hansa.programs.territories import Covenant, PostcodeRange, Territory

DAY = date(2026, 3, 2)
YEAR = (date(2026, 1, 1), date(2027, 1, 1))
NORTH = Territory("North", ("DE", "DK"), coverage="exclusive")
WEST = Territory("West", ("US", "CA"), regions=("US-WA", "US-OR"))
HARBOUR = Territory("Harbour", ("DE", "SE"), postcodes=(PostcodeRange("DE", "20", "22"),))
MIXED = Territory("Mixed", ("DE",), regions=("DE-BY",), postcodes=(PostcodeRange("DE", "20", "22"),))


def names(place, *territories):
    return [territory.name for territory in territory_of(place, territories)]


def test_a_place_lies_in_the_territories_of_its_country_in_order():
    assert names(Place("DE"), WEST, NORTH, Territory("All", ("DE",))) == ["North", "All"]
    assert names(Place("FR"), WEST, NORTH) == []


def test_a_territory_without_countries_covers_no_place():
    assert names(Place("DE"), Territory("Word")) == []


@pytest.mark.parametrize(
    ("place", "lies"),
    [
        (Place("US", "US-WA"), True),
        (Place("US", "WA"), True),
        (Place("US", "wa"), True),
        (Place("US", "CA"), False),
        (Place("US"), False),
        (Place("CA"), True),
        (Place("CA", "BC"), True),
    ],
)
def test_regions_narrow_their_own_country(place, lies):
    assert (names(place, WEST) == ["West"]) is lies


@pytest.mark.parametrize(
    ("place", "lies"),
    [
        (Place("DE", postcode="20095"), True),
        (Place("DE", postcode="22999"), True),
        (Place("DE", postcode="19999"), False),
        (Place("DE", postcode="23000"), False),
        (Place("DE"), False),
        (Place("SE", postcode="99999"), True),
    ],
)
def test_postcodes_narrow_their_own_country(place, lies):
    assert (names(place, HARBOUR) == ["Harbour"]) is lies


def test_a_region_or_a_postcode_is_enough():
    assert names(Place("DE", "BY", "80331"), MIXED) == ["Mixed"]
    assert names(Place("DE", "HH", "20095"), MIXED) == ["Mixed"]
    assert names(Place("DE", "HH", "80331"), MIXED) == []


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_holding_stands_from_a_day_until_another(day, holds):
    assert Holding("North", "7", *YEAR).holds_on(day) is holds


def test_a_holding_without_end_stands_on():
    assert Holding("North", "7", DAY).holds_on(DAY) is True
    assert Holding("North", "7", DAY).holds_on(date(9999, 1, 1)) is True


def held(*territories, holdings, segment="Public", family="Boats", place=Place("DE"), on=DAY):  # noqa: B008 - frozen
    return exclusive_holdings(place, segment=segment, family=family, on=on, territories=territories, holdings=holdings)


def test_the_holders_of_an_exclusive_territory_are_named():
    late, other = Holding("North", "8", *YEAR), Holding("South", "9", *YEAR)
    early, gone = Holding("North", "7", *YEAR), Holding("North", "6", date(2025, 1, 1), date(2026, 1, 1))

    assert held(NORTH, holdings=[late, other, early, gone]) == (early, late)
    assert held(NORTH, holdings=[late, gone], on=date(2025, 6, 1)) == (gone,)
    assert held(NORTH, holdings=[late], place=Place("FR")) == ()


def test_territories_come_in_the_order_of_the_program():
    inner = Territory("Inner", ("DE",), coverage="exclusive")
    holdings = [Holding("North", "1", *YEAR), Holding("Inner", "2", *YEAR)]

    assert [each.holder_id for each in held(inner, NORTH, holdings=holdings)] == ["2", "1"]


@pytest.mark.parametrize("coverage", ["open", "selective"])
def test_only_exclusive_territories_give_priority(coverage):
    territory = Territory("North", ("DE",), coverage=coverage)

    assert held(territory, holdings=[Holding("North", "7", *YEAR)]) == ()


@pytest.mark.parametrize(
    ("said", "covers"),
    [
        ({"segments": ("Public",)}, True),
        ({"segments": ("Retail",)}, False),
        ({"families": ("Boats", "Sails")}, True),
        ({"families": ("Sails",)}, False),
        ({"segments": ("Public",), "families": ("Sails",)}, False),
        ({"segments": ("Retail",), "families": ("Boats",)}, False),
    ],
)
def test_a_territory_covers_only_its_segments_and_families(said, covers):
    territory = Territory("North", ("DE",), coverage="exclusive", **said)

    assert bool(held(territory, holdings=[Holding("North", "7", *YEAR)])) is covers


def holders(count, **said):
    return [Holding("North", str(number), **{"from_on": YEAR[0], **said}) for number in range(count)]


def test_five_exclusive_holders_are_within_the_rule():
    assert sixth_holder_notice(NORTH, holders(5), DAY) is None


def test_a_sixth_exclusive_holder_is_a_notice_for_counsel():
    assert sixth_holder_notice(NORTH, holders(6), DAY) == (
        "From 2026-03-02 on North has 6 exclusive holders, and lies in the European Union (DE, DK). Regulation (EU) "
        "2022/720, Article 1(1)(h) and Article 4(b)(i), knows exclusive distribution with at most 5 for a territory; "
        "with more, a restriction of active sales by others may fall outside the block exemption. Have counsel look at "
        "this; it is a notice, not legal advice. Passive sales stay free in any case."
    )


def test_a_holder_with_two_holdings_counts_once():
    assert sixth_holder_notice(NORTH, holders(5) + holders(5), DAY) is None


def test_only_holders_of_the_same_days_count():
    ended = holders(5, until_on=date(2026, 3, 2))

    assert sixth_holder_notice(NORTH, [*ended, Holding("North", "9", DAY)], date(2026, 1, 1)) is None
    assert sixth_holder_notice(NORTH, holders(6, until_on=DAY), DAY) is None


def test_a_sixth_holder_to_come_is_noticed_before_its_day():
    notice = sixth_holder_notice(NORTH, [*holders(5), Holding("North", "9", date(2026, 5, 1))], DAY)

    assert notice is not None
    assert notice.startswith("From 2026-05-01 on North has 6 exclusive holders")


@pytest.mark.parametrize(
    "territory",
    [
        Territory("North", ("GB", "CH", "NO"), coverage="exclusive"),
        Territory("North", ("DE",), coverage="selective"),
        Territory("North", ("DE",), coverage="open"),
        Territory("South", ("DE",), coverage="exclusive"),
    ],
)
def test_elsewhere_there_is_no_notice(territory):
    assert sixth_holder_notice(territory, holders(6), DAY) is None


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


def covenanted(consequence, coverage="exclusive", measure="net_amount"):
    return Territory(
        "North", ("DE",), coverage=coverage, covenant=Covenant(measure, "quarter", Decimal(100), consequence)
    )


@pytest.mark.parametrize("consequence", ["notice", "selective", "open"])
@pytest.mark.parametrize("result", ["100", "100.01"])
def test_a_target_that_is_reached_changes_nothing(consequence, result):
    ruling = rule_on_covenant(covenanted(consequence), Decimal(result))

    assert ruling.outcome == "exclusive"
    assert ruling.reason == "The target of North was reached."
    assert ruling.grounds == f"{result} of 100 (net_amount, by the quarter)."


@pytest.mark.parametrize(
    ("consequence", "coverage", "outcome", "reason"),
    [
        ("notice", "exclusive", "exclusive", "Its coverage stays exclusive; this is a notice."),
        ("notice", "selective", "selective", "Its coverage stays selective; this is a notice."),
        ("selective", "exclusive", "selective", "its coverage becomes selective."),
        ("open", "exclusive", "open", "its coverage becomes open."),
    ],
)
def test_a_target_that_is_missed_has_its_consequence(consequence, coverage, outcome, reason):
    ruling = rule_on_covenant(covenanted(consequence, coverage, "quantity"), Decimal("99.99"))

    assert ruling.outcome == outcome
    assert ruling.reason.startswith("The target of North was missed")
    assert ruling.reason.endswith(reason)
    assert ruling.grounds == "99.99 of 100 (quantity, by the quarter)."


def test_a_territory_without_covenant_has_no_target():
    with pytest.raises(ValueError, match="North has no covenant"):
        rule_on_covenant(NORTH, Decimal(1))
