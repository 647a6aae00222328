from datetime import date

import pytest

from hansa.customers.rules import (
    FIELDS,
    listed_account,
    problems_of_mapping,
    problems_of_named_account,
    suggested_mapping,
)

MAPPING = {"name": "Company", "country": "Land", "reference": "No", "segment": "Class"}
MARCH, MAY, JUNE = date(2026, 3, 1), date(2026, 5, 1), date(2026, 6, 1)


def read(**cells):
    return listed_account(7, cells, MAPPING, countries={"DE", "US"}, file="list.csv")


def test_a_row_is_read_by_its_columns():
    account, problems = read(Company=" Quartz  Harbour ", Land="de", No="C-7", Class="Public", Other="ignored")

    assert problems == []
    assert (account.row, account.facts["name"], account.facts["country"]) == (7, "Quartz Harbour", "DE")
    assert (account.reference, account.segment) == ("C-7", "Public")


def test_the_country_of_rows_that_name_none_stands_in_only_there():
    mapping = {**MAPPING, "default_country": "US"}
    found = [
        listed_account(2, {"Company": "A", "Land": land}, mapping, countries={"DE", "US"}, file="f")[0].facts["country"]
        for land in ("", "DE")
    ]

    assert found == ["US", "DE"]


@pytest.mark.parametrize(
    ("cells", "column", "expected"),
    [
        ({"Company": ""}, "name", "the name of the company"),
        ({"Company": "A", "Land": "Germany"}, "country", "up to 2 visible characters"),
        ({"Company": "A", "Land": "XX"}, "country", "a country by its two letters, such as DE"),
        ({"Company": "A", "No": "x" * 81}, "reference", "up to 80 visible characters"),
        ({"Company": "A", "Class": "x" * 61}, "segment", "up to 60 visible characters"),
        ({"Company": "A\x07"}, "name", "up to 200 visible characters"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_place(cells, column, expected):
    _, problems = read(**cells)

    assert (problems[0].file, problems[0].row, problems[0].column, problems[0].expected) == (
        "list.csv",
        7,
        column,
        expected,
    )


def test_the_digest_tells_every_field_apart():
    first = read(Company="Quartz", No="C-7")[0].digest

    assert first == read(Company="Quartz", No="C-7", Other="x")[0].digest
    assert len({first, read(Company="Quartz")[0].digest, read(Company="Quartz", Class="C-7")[0].digest}) == 3


@pytest.mark.parametrize(
    ("headers", "field", "found"),
    [
        (["Employer"], "name", "Employer"),
        (["Account Name", "Name"], "name", "Name"),
        (["VAT-ID"], "tax_id", "VAT-ID"),
        (["Zip"], "postcode", "Zip"),
        (["PLZ"], "postcode", "PLZ"),
        (["State"], "region", "State"),
        (["URL"], "domain", "URL"),
        (["D-U-N-S"], "duns", "D-U-N-S"),
    ],
)
def test_usual_headers_are_recognised(headers, field, found):
    assert suggested_mapping(headers)[field] == found


def test_every_field_is_recognised_by_its_own_name():
    assert set(suggested_mapping([field.replace("_", " ") for field in FIELDS])) == set(FIELDS)


def test_a_mapping_may_leave_fields_out_but_not_the_name():
    assert problems_of_mapping({"name": "a", "city": ""}, headers=["a"], countries={"DE"}, file="f") == []
    assert [p.column for p in problems_of_mapping({"city": "a"}, headers=["a"], countries={"DE"}, file="f")] == ["name"]


@pytest.mark.parametrize(
    ("start", "end", "taken", "column"),
    [
        (MARCH, None, [], None),
        (MARCH, MAY, [], None),
        (MARCH, MARCH, [], "until_on"),
        (MAY, MARCH, [], "until_on"),
        (MARCH, MAY, [(MAY, None)], None),
        (MARCH, None, [(MAY, None)], "from_on"),
        (JUNE, None, [(MARCH, MAY)], None),
        (MARCH, None, [(MARCH, MAY)], "from_on"),
        (JUNE, None, [(MARCH, None)], "from_on"),
    ],
)
def test_a_holder_has_an_account_once_on_a_day(start, end, taken, column):
    problems = problems_of_named_account(family="", reason="", from_on=start, until_on=end, taken=taken)

    assert [problem.column for problem in problems] == ([column] if column else [])


@pytest.mark.parametrize(("field", "text"), [("family", "x" * 81), ("reason", "x" * 301), ("reason", "a\x00")])
def test_the_texts_of_a_named_account_have_their_limits(field, text):
    said = {"family": "", "reason": "", field: text}
    problems = problems_of_named_account(from_on=MARCH, until_on=None, taken=[], **said)

    assert [problem.column for problem in problems] == [field]
