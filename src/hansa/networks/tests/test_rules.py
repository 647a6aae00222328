from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.networks.rules import CannotPlace, Span, moves_for, place, problems_of_role, problems_of_slug
from hansa.networks.rules.roster_file import guess_columns, read_rows, read_sheet, unknown_words

JANUARY, APRIL, JULY = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)
DAYS = st.integers(0, 40).map(lambda days: JANUARY + timedelta(days))


def test_a_later_row_ends_the_one_before():
    new, shortened, replaced = place([Span(JANUARY, None, "a")], APRIL)

    assert new == Span(APRIL, None)
    assert shortened == [Span(JANUARY, APRIL, "a")]
    assert replaced == []


def test_a_row_between_two_ends_where_the_later_begins():
    new, shortened, _ = place([Span(JANUARY, JULY, "a"), Span(JULY, None, "b")], APRIL)

    assert new == Span(APRIL, JULY)
    assert shortened == [Span(JANUARY, APRIL, "a")]


def test_a_row_of_the_same_day_is_replaced():
    new, shortened, replaced = place([Span(JANUARY, JULY, "a"), Span(JULY, None, "b")], JANUARY)

    assert (new, shortened) == (Span(JANUARY, JULY), [])
    assert replaced == [Span(JANUARY, JULY, "a")]


def test_only_the_first_row_may_begin_nowhere():
    assert place([], None)[0] == Span(None, None)
    with pytest.raises(CannotPlace):
        place([Span(JANUARY, None)], None)


@given(st.booleans(), st.lists(DAYS, max_size=12))
def test_spans_never_overlap(unbounded, starts):
    rows: list[Span] = []
    for number, start in enumerate([*([None] if unbounded else []), *starts]):
        new, shortened, replaced = place(rows, start)
        changed = {span.key: span for span in shortened}
        gone = {span.key for span in replaced}
        rows = [changed.get(row.key, row) for row in rows if row.key not in gone]
        rows.append(Span(new.start, new.until, number))

    for day in (JANUARY + timedelta(days) for days in range(-1, 42)):
        assert sum(row.holds_on(day) for row in rows) <= 1
    assert all(row.start is None or row.until is None or row.start < row.until for row in rows)


@given(st.lists(DAYS, min_size=1, max_size=12))
def test_from_the_first_day_on_every_day_has_a_standing(starts):
    rows: list[Span] = []
    for number, start in enumerate(starts):
        new, shortened, replaced = place(rows, start)
        changed = {span.key: span for span in shortened}
        rows = [changed.get(row.key, row) for row in rows if row not in replaced]
        rows.append(Span(new.start, new.until, number))

    for days in range(60):
        day = min(starts) + timedelta(days)
        assert sum(row.holds_on(day) for row in rows) == 1


def test_who_runs_the_network_cannot_accept_for_a_company_with_people():
    assert moves_for("INVITED", operator=True, member=False) == ("DECLINED",)
    assert moves_for("INVITED", operator=True, member=False, in_care=True) == ("ACTIVE", "DECLINED")
    assert moves_for("APPLIED", operator=False, member=True) == ("DECLINED",)
    assert moves_for("SUSPENDED", operator=False, member=True) == ("ENDED",)


@pytest.mark.parametrize("slug", ["", "New Slug", "-a", "a--b", "new", "x" * 41, "ü"])
def test_an_address_is_a_plain_word(slug):
    assert [problem.column for problem in problems_of_slug(slug)] == ["slug"]
    assert problems_of_slug("nordwind-2") == []


def test_a_type_holds_no_separator():
    assert [p.column for p in problems_of_role(types=("A|B",), tier="", territory="")] == ["types"]
    assert [p.column for p in problems_of_role(types=(), tier="", territory="")] == ["types"]
    assert [p.column for p in problems_of_role(types=("Shop",), tier="x" * 61, territory=" y")] == ["tier", "territory"]


def sheet(text):
    found, problems = read_sheet(text.encode(), "list.csv")
    assert problems == []
    return found


def test_rows_are_read_by_their_headings():
    found = sheet("Number;Company;Business type;Level;Web\nP1;Alpha;Shop|Reseller;Gold;alpha.example\n")

    reading = read_rows(found, guess_columns(found.header), file="list.csv", countries={"DE"}, spellings={})

    assert reading.problems == []
    assert [(one.row, one.number, one.types, one.tier) for one in reading.listed] == [
        (2, "P1", ("Shop", "Reseller"), "Gold")
    ]
    assert reading.listed[0].record["website"] == "https://alpha.example"


def test_what_is_wrong_is_named_by_row_and_column():
    found = sheet("number,name,type,country,since\nP1,Alpha,Shop,Germany,2026-13-01\n\nP2,,Shop,DE,\n")

    reading = read_rows(found, guess_columns(found.header), file="list.csv", countries={"DE"}, spellings={})

    assert [(p.file, p.row, p.column) for p in reading.problems] == [
        ("list.csv", 2, "country"),
        ("list.csv", 2, "country"),
        ("list.csv", 2, "since"),
        ("list.csv", 4, "name"),
    ]


def test_a_missing_column_is_named():
    found = sheet("name,city\nAlpha,Bremen\n")

    reading = read_rows(found, guess_columns(found.header), file="l", countries=set(), spellings={})

    assert [problem.column for problem in reading.problems] == ["number", "types"]


def test_misspelt_words_are_named_once_with_the_nearest_and_mapped_once():
    found = sheet("number,name,type\n1,A,Specialist Shp\n2,B,Specialist Shp\n3,C,Specialist Shop\n")
    columns, known = guess_columns(found.header), {"types": {"Specialist Shop", "Distributor"}}
    first = read_rows(found, columns, file="l", countries=set(), spellings={})

    (unknown,) = unknown_words(first.listed, known)
    assert (unknown.word, unknown.count, unknown.nearest) == ("Specialist Shp", 2, "Specialist Shop")

    meant = {("types", "Specialist Shp"): "Specialist Shop"}
    second = read_rows(found, columns, file="l", countries=set(), spellings=meant)
    assert unknown_words(second.listed, known) == []
    assert {one.types for one in second.listed} == {("Specialist Shop",)}


@pytest.mark.parametrize("content", [b"", b"number,name\n", b"a,b\n\xff,\n", b"x" * (1024 * 1024 + 1)])
def test_a_file_that_is_no_list_says_what_was_expected(content):
    _, problems = read_sheet(content, "list.csv")

    assert len(problems) == 1
    assert problems[0].file == "list.csv"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content):
    found, _ = read_sheet(content, "l")
    read_rows(found, guess_columns(found.header), file="l", countries=set(), spellings={})
