from datetime import date

import pytest

from hansa.deals.rules import Place, exclusive_holdings, territory_of
from hansa.programs.rules.holdings import Holding
from hansa.programs.territories import PostcodeRange, Territory

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
