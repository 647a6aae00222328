"""What the fields of a registration must look like, to the last character."""

from dataclasses import replace

import pytest

from hansa.deals.rules.fields import LENGTHS, Facts, changed_fields, problems_of

GOOD = Facts(family="Boats", country="DE", title="Fleet")
COUNTRIES, FAMILIES = {"DE", "DK"}, ["Sails", "Boats"]


def said_of(families=FAMILIES, **changes):
    found = problems_of(replace(GOOD, **changes), countries=COUNTRIES, families=families)
    assert all((problem.file, problem.row) == ("", 0) for problem in found)
    return [(problem.column, problem.expected) for problem in found]


def test_what_is_left_out_is_no_problem():
    assert said_of() == []


def test_only_family_country_and_title_are_needed():
    assert (GOOD.problem, GOOD.contact, GOOD.next_steps, GOOD.own_reference) == ("", "", "", "")
    assert (GOOD.amount_minor, GOOD.close_on) == (None, None)


def test_each_text_has_its_length():
    assert LENGTHS == {
        "title": 120,
        "problem": 2000,
        "contact": 160,
        "next_steps": 300,
        "own_reference": 60,
        "family": 80,
    }


@pytest.mark.parametrize(("field", "longest"), [item for item in LENGTHS.items() if item[0] != "family"])
def test_a_text_may_be_as_long_as_said_and_no_longer(field, longest):
    assert said_of(**{field: "x" * longest}) == []
    assert said_of(**{field: "x" * (longest + 1)}) == [(field, f"up to {longest:,} visible characters")]


def test_a_family_too_long_is_refused_even_if_the_catalogue_has_it():
    assert said_of(family="x" * 80, families={"x" * 80}) == []
    assert said_of(family="x" * 81, families={"x" * 81}) == [("family", "up to 80 visible characters")]


@pytest.mark.parametrize("hidden", ["\x00", "\u200b", "\u202e", "\x1b", "\u2028"])
@pytest.mark.parametrize("field", ["title", "problem", "contact"])
def test_characters_that_nobody_sees_are_refused(field, hidden):
    assert said_of(**{field: f"Fleet{hidden}"}) == [(field, f"up to {LENGTHS[field]:,} visible characters")]


def test_only_the_problem_may_have_lines():
    assert said_of(problem="one\r\ntwo\tthree\nfour") == []
    for line in ("\n", "\r", "\t"):
        assert said_of(next_steps=f"one{line}two") == [("next_steps", "up to 300 visible characters")]


@pytest.mark.parametrize("title", ["", "  "])
def test_a_title_is_needed(title):
    assert said_of(title=title) == [("title", "a title by which you know the project")]


def test_a_family_and_a_country_are_of_the_network():
    assert said_of(family="Kites") == [("family", "one of Boats, Sails")]
    assert said_of(families=set()) == [("family", "one of no family: the catalogue is empty")]
    assert said_of(country="FR") == [("country", "a country by its two letters, such as DE")]


@pytest.mark.parametrize("amount", [None, 0, 1, 10**15])
def test_an_amount_may_be_left_out_or_nothing(amount):
    assert said_of(amount_minor=amount) == []


@pytest.mark.parametrize("amount", [-1, 10**15 + 1])
def test_an_amount_below_nothing_or_past_all_sense_is_refused(amount):
    assert said_of(amount_minor=amount) == [("amount", "an amount of 0 or more")]


def test_everything_that_is_wrong_is_said_at_once():
    assert [field for field, _ in said_of(title="", family="", country="", amount_minor=-1)] == [
        "title",
        "family",
        "country",
        "amount",
    ]


def test_changed_fields_are_those_that_differ_and_those_that_are_new():
    assert changed_fields({"b": 1, "a": 1, "c": 3}, {"c": 4, "b": 2, "a": 1}) == ("b", "c")
    assert changed_fields({}, {"a": 1}) == ("a",)
    assert changed_fields({"gone": 1}, {}) == ()
