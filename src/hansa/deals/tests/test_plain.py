import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.deals.rules import (
    Answer,
    ClaimInputs,
    NotReadable,
    Outcome,
    Standing,
    Verdict,
    canonical,
    from_plain,
    to_plain,
)
from hansa.deals.tests.cases import RULES, START, claim
from hansa.programs.engagement import RulesOfEngagement


@pytest.mark.parametrize("words", [Outcome, Standing, Verdict, Answer])
def test_words_that_are_stored_are_those_of_the_code(words):
    assert [word.value for word in words] == [word.name for word in words]


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.datetimes(timezones=st.just(UTC)) | st.dates())
def test_a_number_or_a_day_is_read_as_it_was_written(value):
    again = from_plain(type(value), json.loads(canonical(to_plain(value))))

    assert again == value
    assert str(again) == str(value)


@dataclass(frozen=True)
class Sample:
    """One field of each type that is stored."""

    count: int
    open: bool
    on: date
    hour: time
    at: datetime
    rate: Decimal
    days: frozenset[date] = frozenset()
    word: Literal["one", "two"] = "one"
    names: tuple[str, ...] | None = None


SAMPLE = Sample(1, True, date(2026, 3, 2), time(9, 30), START, Decimal("1.50"))


PLAIN = {
    "count": 1,
    "open": True,
    "on": "2026-03-02",
    "hour": "09:30:00",
    "at": "2026-03-02T10:00:00.000000+00:00",
    "rate": "1.50",
    "days": [],
    "word": "one",
    "names": None,
}


def test_each_type_has_its_plain_form():
    assert to_plain(SAMPLE) == PLAIN
    assert from_plain(Sample, PLAIN) == SAMPLE


def test_a_set_is_a_sorted_list():
    sample = replace(SAMPLE, days=frozenset({date(2026, 5, 1), date(2026, 1, 1), date(2026, 3, 1)}))

    assert to_plain(sample)["days"] == ["2026-01-01", "2026-03-01", "2026-05-01"]
    assert from_plain(Sample, to_plain(sample)) == sample


def test_an_instant_is_stored_in_utc():
    there = START.astimezone(timezone(timedelta(hours=-5)))

    assert to_plain(there) == "2026-03-02T10:00:00.000000+00:00"


def test_a_field_that_did_not_exist_yet_takes_its_default():
    older = {key: value for key, value in PLAIN.items() if key not in {"days", "word", "names"}}

    assert from_plain(Sample, older) == SAMPLE
    assert from_plain(RulesOfEngagement, {}) == RULES


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"count": "1"}, "count: expected int"),
        ({"count": True}, "count: expected int"),
        ({"open": 1}, "open: expected bool"),
        ({"on": "2026-02-30"}, "on: expected date"),
        ({"on": 20260302}, "on: expected date"),
        ({"hour": "9"}, "hour: expected time"),
        ({"at": "2026-03-02T10:00:00"}, "at: expected datetime"),
        ({"at": None}, "at: expected datetime"),
        ({"rate": "1,5"}, "rate: expected Decimal"),
        ({"rate": 1.5}, "rate: expected Decimal"),
        ({"days": "2026-01-01"}, "days: expected a list"),
        ({"days": ["2026-01-01", "x"]}, r"days\[1\]: expected date"),
        ({"word": "three"}, "word: expected one of one, two"),
        ({"names": [1]}, r"names\[0\]: expected str"),
        ({"size": 1}, "size: expected a field of Sample"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_path(changed, words):
    with pytest.raises(NotReadable, match=f"^{words}$"):
        from_plain(Sample, PLAIN | changed)


@pytest.mark.parametrize(
    ("kind", "plain", "words"),
    [
        (Sample, [], "the whole: expected a mapping"),
        (Sample, {**PLAIN, "rate": None}, "rate: expected Decimal"),
        (ClaimInputs, {"claim": {}}, "claim.id: expected a value"),
        (
            ClaimInputs,
            {**to_plain(ClaimInputs(claim(), (), START)), "rivals": [{"x": 1}]},
            r"rivals\[0\].x: expected a field of Rival",
        ),
        (Outcome, "PERHAPS", "the whole: expected Outcome"),
    ],
)
def test_a_path_leads_into_what_is_inside(kind, plain, words):
    with pytest.raises(NotReadable, match=f"^{words}$"):
        from_plain(kind, plain)


@pytest.mark.parametrize("value", [1.5, {"a": 1}, b"x", Sample])
def test_what_has_no_exact_form_is_refused(value):
    with pytest.raises(TypeError, match="has no exact plain form"):
        to_plain(value)


def test_an_instant_without_zone_is_refused():
    with pytest.raises(TypeError, match="an instant without zone"):
        to_plain(datetime(2026, 3, 2))


def test_a_canonical_text_has_one_form():
    assert canonical({"b": [1, None], "a": "é"}) == '{"a":"é","b":[1,null]}'
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))
