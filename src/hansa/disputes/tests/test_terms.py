"""What may be ordered, what may be published, what may be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.disputes.rules.course import Side
from hansa.disputes.rules.terms import (
    LARGEST_AMOUNT,
    WHOLE,
    Terms,
    as_stored,
    kind_of_file,
    names_in,
    problems_of_terms,
    problems_of_text,
    terms_from,
)
from hansa.kernel.money import Money

ALL = ("uphold", "swap_priority", "split", "compensate")
EUR = Money(50_000, "EUR")


def wrong(terms, allowed=ALL):
    return [problem.column for problem in problems_of_terms(terms, allowed=allowed, currency="EUR")]


@pytest.mark.parametrize(
    ("claimant", "respondent", "fine"),
    [
        (6_000, 4_000, True),
        (1, 9_999, True),
        (9_999, 1, True),
        (6_000, 4_001, False),
        (6_000, 3_999, False),
        (0, 10_000, False),
        (10_000, 0, False),
        (10_001, -1, False),
        (10_000, None, False),
        (None, None, False),
    ],
)
def test_the_shares_of_a_split_sum_to_the_whole_exactly(claimant, respondent, fine):
    assert wrong(Terms("split", claimant, respondent)) == ([] if fine else ["claimant_share"])


@pytest.mark.parametrize(
    ("amount", "to", "said"),
    [
        (EUR, Side.CLAIMANT, []),
        (EUR, Side.RESPONDENT, []),
        (Money(1, "EUR"), Side.CLAIMANT, []),
        (Money(LARGEST_AMOUNT, "EUR"), Side.CLAIMANT, []),
        (Money(LARGEST_AMOUNT + 1, "EUR"), Side.CLAIMANT, ["amount"]),
        (Money(0, "EUR"), Side.CLAIMANT, ["amount"]),
        (Money(-1, "EUR"), Side.CLAIMANT, ["amount"]),
        (Money(100, "USD"), Side.CLAIMANT, ["amount"]),
        (EUR, None, ["to"]),
        (None, None, ["amount", "to"]),
    ],
)
def test_a_compensation_is_an_amount_above_zero_to_one_side(amount, to, said):
    assert wrong(Terms("compensate", amount=amount, to=to)) == said


@pytest.mark.parametrize("kind", ["uphold", "swap_priority"])
def test_other_remedies_carry_neither_shares_nor_amounts(kind):
    assert wrong(Terms(kind)) == []
    assert wrong(Terms(kind, 5_000, 5_000)) == ["claimant_share"]
    assert wrong(Terms(kind, amount=EUR, to=Side.CLAIMANT)) == ["amount"]
    assert wrong(Terms("split", 5_000, 5_000, EUR, Side.CLAIMANT)) == ["amount"]


def test_only_what_the_frozen_rules_allow_can_be_ordered():
    assert wrong(Terms("split", 5_000, 5_000), allowed=("uphold",)) == ["remedy"]
    assert wrong(Terms("uphold"), allowed=("uphold",)) == []
    assert wrong(Terms("banish")) == ["remedy"]


@pytest.mark.parametrize(
    ("terms", "stored"),
    [
        (Terms("uphold"), {"kind": "uphold"}),
        (Terms("split", 2_500, 7_500), {"kind": "split", "shares": {"CLAIMANT": 2_500, "RESPONDENT": 7_500}}),
        (
            Terms("compensate", amount=EUR, to=Side.RESPONDENT),
            {"kind": "compensate", "amount": {"minor": 50_000, "currency": "EUR"}, "to": "RESPONDENT"},
        ),
    ],
)
def test_terms_are_stored_as_the_deciding_module_reads_them(terms, stored):
    assert as_stored(terms) == stored
    assert terms_from(stored) == terms


@given(st.integers(1, WHOLE - 1))
def test_every_split_that_is_stored_is_read_back_whole(share):
    terms = terms_from(as_stored(Terms("split", share, WHOLE - share)))
    assert terms.claimant_share + terms.respondent_share == WHOLE


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("elm was first", ["Elm"]),
        ("Because ELM, in fact, was first.", ["Elm"]),
        ("The elmwood was first", []),
        ("North  Wind\nGmbH filed", ["North Wind GmbH"]),
        ("A claim counts from its day.", []),
        ("AB was first", []),
    ],
)
def test_a_precedent_names_nobody(text, named):
    assert names_in(text, ["Elm", "North Wind GmbH", "AB"]) == named


@pytest.mark.parametrize(("text", "count"), [("", 1), ("x", 0), ("x" * 20, 0), ("x" * 21, 1), ("nul\x00", 1)])
def test_a_text_is_there_and_not_too_long(text, count):
    assert len(problems_of_text("reason", text, longest=20, needed="why")) == count


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n\x00\xff", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"PK\x03\x04\x14", "Office document"),
        ("Grüße, 12 €".encode(), "text"),
        ("Grü".encode()[:3], "text"),
        (b"a,b\r\n1,2\r\n", "text"),
        (b"", ""),
        (b"MZ\x90\x00", ""),
        (b"a\x00b", ""),
        (b"\xff\xfe\x00a", ""),
        (b"GIF89a\x01\x00", ""),
    ],
)
def test_evidence_is_told_by_its_content(head, kind):
    assert kind_of_file(head) == kind
