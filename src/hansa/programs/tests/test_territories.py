from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hansa.kernel.problem import Refused
from hansa.programs import document
from hansa.programs.territories import Covenant, PostcodeRange, Territory, overlaps
from hansa.programs.tests.texts import TEXT

HEAD = TEXT.split("territories:")[0]
FIRST = len(HEAD.splitlines()) + 1
WHOLE = """\
territories:
  - name: Harbours
    countries: [DE, US]
    regions: [US-WA]
    postcodes: [{country: DE, from: 20, until: 2599}]
    segments: [Public]
    families: [Boats]
    coverage: exclusive
    covenant: {measure: quantity, period: quarter, at_least: 12.5, consequence: open}
  - name: Word
"""


def read(said):
    return document.parse(HEAD + said).territories


def problem(line):
    """Where the one problem of a single territory stands, and what was expected there."""
    with pytest.raises(Refused) as refusal:
        read(f"territories:\n  - {line}\n")
    [found] = refusal.value.problems
    assert found.row == FIRST + 1
    return found.column.removeprefix("territories[0]").removeprefix("."), found.expected


def exclusive(name, *countries, **said):
    return Territory(name, countries, coverage="exclusive", **said)


def found(*territories):
    return [(each.first, each.second, each.words) for each in overlaps(territories)]


def codes(start, end, country="DE"):
    return PostcodeRange(country, start, end)


def test_all_of_a_territory_is_read():
    assert read(WHOLE) == (
        Territory(
            "Harbours",
            ("DE", "US"),
            regions=("US-WA",),
            postcodes=(PostcodeRange("DE", "20", "2599"),),
            segments=("Public",),
            families=("Boats",),
            coverage="exclusive",
            covenant=Covenant("quantity", "quarter", Decimal("12.5"), "open"),
        ),
        Territory("Word"),
    )


def test_what_is_left_out_takes_its_default():
    [territory] = read(
        "territories: [{name: A, countries: [DE], coverage: selective, covenant: {period: year, at_least: 9.99}}]\n"
    )

    assert territory.covenant == Covenant("net_amount", "year", Decimal("9.99"), "notice")
    assert read("territories: [{name: A, countries: [DE]}]\n") == (Territory("A", ("DE",)),)


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("{countries: [DE]}", "name", "a value: this key is required"),
        ("{name: A, countries: [de]}", "countries[0]", "an ISO 3166-1 code such as DE; not de"),
        ("{name: A, countries: [DE], regions: [Bavaria]}", "regions[0]", "an ISO 3166-2 code such as US-WA; not Bav"),
        ("{name: A, countries: [DE], regions: [US-WA]}", "regions[0]", "a region of one of its countries; US is not"),
        ("{name: A, countries: [DE], coverage: closed}", "coverage", "one of open, selective, exclusive; not closed"),
        ("{name: A, coverage: exclusive}", "coverage", "countries beside it"),
        ("{name: A, countries: [DE], segments: []}", "segments", "a list with at least one item"),
        ("{name: A, countries: [DE], postcodes: [20]}", "postcodes[0]", "a mapping"),
        (
            "{name: A, countries: [DE], postcodes: [{country: DK, from: 1, until: 2}]}",
            "postcodes[0].country",
            "one of its countries; DK is not among them",
        ),
        (
            "{name: A, countries: [DE], postcodes: [{country: DE, from: 2}]}",
            "postcodes[0].until",
            "a value: this key is required",
        ),
        (
            "{name: A, countries: [DE], postcodes: [{country: DE, from: 2, until: 3, to: 4}]}",
            "postcodes[0].to",
            "a known key",
        ),
        (
            "{name: A, countries: [DE], postcodes: [{country: DE, from: sw1, until: SW2}]}",
            "postcodes[0].from",
            "the first capital letters and digits",
        ),
        (
            "{name: A, countries: [DE], postcodes: [{country: DE, from: 1, until: 2-3}]}",
            "postcodes[0].until",
            "the first capital letters and digits",
        ),
        (
            "{name: A, countries: [DE], postcodes: [{country: DE, from: 25, until: 20}]}",
            "postcodes[0].until",
            "a prefix that does not lie before 25",
        ),
        (
            "{name: A, countries: [DE], covenant: {period: year, at_least: 1}}",
            "covenant",
            "a covenant only where the coverage is selective or exclusive",
        ),
        (
            "{name: A, countries: [DE], coverage: exclusive, covenant: {at_least: 1}}",
            "covenant.period",
            "a value: this key is required",
        ),
        (
            "{name: A, countries: [DE], coverage: exclusive, covenant: {period: year, at_least: -1}}",
            "covenant.at_least",
            "a number of at least 0 with at most 2 decimals",
        ),
        (
            "{name: A, countries: [DE], coverage: exclusive, covenant: {period: week, at_least: 1}}",
            "covenant.period",
            "one of month, quarter, half, year; not week",
        ),
        (
            "{name: A, countries: [DE], coverage: exclusive, covenant: {period: year, at_least: 0.001}}",
            "covenant.at_least",
            "a number of at least 0 with at most 2 decimals",
        ),
        (
            "{name: A, countries: [DE], coverage: selective, covenant: {period: year, at_least: 1, consequence: selective}}",
            "covenant.consequence",
            "notice or open: the territory is selective already",
        ),
    ],
)
def test_each_error_has_its_line_and_says_what_was_expected(line, column, expected):
    where, what = problem(line)

    assert where == column
    assert what.startswith(expected)


@pytest.mark.parametrize(
    ("range_", "code", "holds"),
    [
        (codes("20", "25"), "20095", True),
        (codes("20", "25"), "25999", True),
        (codes("20", "25"), "26000", False),
        (codes("20", "25"), "19999", False),
        (codes("20", "25"), "2", False),
        (codes("20", "25"), "", False),
        (codes("2", "2599"), "25 99 1", True),
        (codes("2", "2599"), "26001", False),
        (codes("SW1", "SW2", "GB"), "sw1a 1aa", True),
        (codes("SW1", "SW2", "GB"), "SW-2 3AB", True),
        (codes("SW1", "SW2", "GB"), "SE1 1AA", False),
    ],
)
def test_a_range_holds_the_postcodes_that_begin_within_it(range_, code, holds):
    assert range_.holds(code) is holds


@given(*[st.text("0123", min_size=1, max_size=3)] * 4)
def test_ranges_meet_exactly_where_some_postcode_lies_in_both(a, b, c, d):
    one, other = codes(*sorted((a, b))), codes(*sorted((c, d)))
    every = [f"{number:03}" for number in range(1000)]
    together = any(one.holds(code) and other.holds(code) for code in every)

    assert one.meets(other) == other.meets(one) == together
    assert one.meets(codes(other.start, other.end, "DK")) is False


def test_exclusive_territories_of_one_country_overlap():
    assert found(exclusive("North", "DE", "DK"), exclusive("South", "AT", "DK", "DE")) == [
        ("North", "South", "North and South are both exclusive in DE, DK.")
    ]


@pytest.mark.parametrize(
    "other",
    [
        exclusive("B", "AT"),
        Territory("B", ("DE",)),
        Territory("B", ("DE",), coverage="selective"),
        exclusive("B", "DE", segments=("Retail",)),
        exclusive("B", "DE", families=("Sails",)),
    ],
)
def test_without_a_common_place_segment_and_family_nothing_overlaps(other):
    assert found(exclusive("A", "DE", segments=("Public",), families=("Boats",)), other) == []


@pytest.mark.parametrize("said", [{}, {"segments": ("Public", "Retail")}, {"families": ("Boats",)}])
def test_what_names_no_segment_or_family_meets_every_one(said):
    assert len(found(exclusive("A", "DE", segments=("Public",)), exclusive("B", "DE", **said))) == 1


def test_regions_and_postcodes_are_compared_country_by_country():
    washington = exclusive("A", "US", "CA", regions=("US-WA", "US-OR"))

    assert found(washington, exclusive("B", "US", regions=("US-CA",))) == []
    assert found(washington, exclusive("B", "US", regions=("US-OR", "US-CA")))[0][2].endswith("exclusive in US-OR.")
    assert found(washington, exclusive("B", "US", "CA", regions=("US-CA",)))[0][2].endswith("exclusive in CA.")
    assert found(washington, exclusive("B", "US"))[0][2].endswith("exclusive in US.")


def test_postcode_ranges_that_meet_are_named():
    one = exclusive("A", "DE", postcodes=(codes("20", "25"), codes("80", "81")))

    assert found(one, exclusive("B", "DE", postcodes=(codes("26", "30"),))) == []
    assert found(one, exclusive("B", "DE", postcodes=(codes("255", "30"),)))[0][2] == (
        "A and B are both exclusive in DE 20 to 25 and 255 to 30."
    )
    assert found(exclusive("B", "DE"), one)[0][2] == "B and A are both exclusive in DE."


@pytest.mark.parametrize("swapped", [False, True])
def test_a_region_and_a_postcode_may_meet(swapped):
    pair = [exclusive("A", "DE", regions=("DE-BY",)), exclusive("B", "DE", postcodes=(codes("80", "81"),))]
    [(_, _, words)] = found(*(reversed(pair) if swapped else pair))

    assert words.endswith("in DE, as far as the regions of one hold the postcodes of the other.")


def test_every_pair_is_found_in_the_order_of_the_document():
    pairs = [(one, other) for one, other, _ in found(*(exclusive(name, "DE") for name in "ABC"))]

    assert pairs == [("A", "B"), ("A", "C"), ("B", "C")]


def test_the_schema_takes_what_the_reader_takes():
    validator = Draft202012Validator(document.schema())

    assert [error.message for error in validator.iter_errors(yaml.load(HEAD + WHOLE, yaml.BaseLoader))] == []
    assert list(validator.iter_errors(yaml.load((HEAD + WHOLE).replace("open", "closed"), yaml.BaseLoader)))
    assert list(validator.iter_errors(yaml.load((HEAD + WHOLE).replace("at_least", "goal"), yaml.BaseLoader)))
