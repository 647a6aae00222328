from datetime import date

import pytest

from hansa.kernel.period import FiscalYear, period_holding, period_named, periods_between, year_before

JULY = FiscalYear(7, 1)
MID_MONTH = FiscalYear(2, 15)


@pytest.mark.parametrize(
    ("label", "start", "until"),
    [
        ("2019-07", date(2019, 7, 1), date(2019, 8, 1)),
        ("2019-Q3", date(2020, 1, 1), date(2020, 4, 1)),
        ("2019-H2", date(2020, 1, 1), date(2020, 7, 1)),
        ("2019", date(2019, 7, 1), date(2020, 7, 1)),
    ],
)
def test_a_label_names_its_days(label: str, start: date, until: date) -> None:
    named = period_named(label, JULY)
    assert (named.label, named.start, named.until) == (label, start, until)


@pytest.mark.parametrize("label", ["2019-13", "2019-Q5", "2019-H0", "19", "2019-q1", "2019-7", ""])
def test_what_is_no_label_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="is not a period"):
        period_named(label, JULY)


def test_a_fiscal_month_is_named_by_its_first_day() -> None:
    found = period_holding("month", date(2020, 1, 14), MID_MONTH)
    assert (found.label, found.start, found.until) == ("2019-12", date(2019, 12, 15), date(2020, 1, 15))
    assert period_holding("quarter", date(2020, 2, 14), MID_MONTH).label == "2019-Q4"


def test_periods_that_overlap_are_whole() -> None:
    found = periods_between("quarter", date(2019, 7, 2), date(2019, 10, 2), JULY)
    assert [each.label for each in found] == ["2019-Q1", "2019-Q2"]


def test_the_year_before_has_the_same_number() -> None:
    assert year_before(period_named("2019-Q3", JULY), JULY).label == "2018-Q3"
    assert year_before(period_named("2020-02", JULY), JULY).label == "2019-02"
