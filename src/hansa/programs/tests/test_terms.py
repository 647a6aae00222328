"""What members read before they accept the rules of engagement, and when they are asked again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hansa.engines.settlement import Who
from hansa.kernel.money import Money
from hansa.programs import document
from hansa.programs.engagement import (
    DEFAULT_RULES,
    BusinessHours,
    Clocks,
    Disputes,
    Eligibility,
    Extensions,
    Protection,
    RulesOfEngagement,
)
from hansa.programs.rules.terms import digest_of_rules, sentences_of
from hansa.programs.tests.texts import TEXT

FULL = RulesOfEngagement(
    registration=Eligibility(
        Who(types=("Reseller", "Shop"), tiers=("Gold",)), ("Boats", "Sails"), Money(500_000, "EUR"), 1, 40, 10
    ),
    protection=(Protection(120, ("Gold",), None, Money(2_000_000, "EUR")), Protection(60)),
    extensions=Extensions(2, 45, "optional"),
    priority=("exclusive_territory", "tier", "first_in_time"),
    clocks=Clocks(15, 8, "reject", 1, (14, 3), BusinessHours(days=("mon", "tue"))),
    disputes=Disputes(30, 10, 20, 14, ("uphold", "split")),
)


def test_what_the_protected_are_told_of_others_is_said():
    assert sentences_of(RulesOfEngagement())[-1] == ("Nobody is told who else has registered a project, nor how many.")
    assert sentences_of(RulesOfEngagement(disclosure=("waiting",)))[-1] == (
        "Whoever is protected is told how many wait behind it, and nobody is told who."
    )


def test_the_rules_read_as_sentences():
    assert sentences_of(FULL) == (
        "Members of the type Reseller or Shop and of the tier Gold may register projects of Boats and Sails.",
        "A project is worth at least 5,000.00 EUR.",
        "At most 40 registrations of a member may be open at once, and 10 be submitted on one day.",
        "What is sent back for changes may be sent again 1 time.",
        "A project of the tier Gold from 20,000.00 EUR on is protected for 120 days.",
        "Any other project is protected for 60 days.",
        "A protection may be extended 2 times by 45 days.",
        "Of two claims on one project these decide, one after the other: who holds the territory exclusively; the higher"
        " tier; who was first.",
        "Nobody is answered before 15 minutes after the submission, whatever was found.",
        "What must be looked at is decided within 8 business hours (Monday and Tuesday, 09:00 to 17:00 in the partner's"
        " country, public holidays aside); after that the registration is closed and may be submitted anew.",
        "What is sent back is mended within 1 day, or the registration ends.",
        "You are reminded 14 and 3 days before a protection ends.",
        "A decision may be disputed within 30 days and appealed within 14 days; what may be ordered: the decision stands,"
        " a split.",
        "Nobody is told who else has registered a project, nor how many.",
    )


def test_a_program_that_says_nothing_has_rules_too():
    said = sentences_of(DEFAULT_RULES)
    assert said[0] == "Every member may register projects of every product family."
    assert "A project is protected for 90 days." in said
    assert "Of two claims on one project the first in time goes first." in said
    assert "A protection may be extended 1 time by 30 days; show what has happened since." in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"protection": (Protection(30, families=("Boats",)),)}, "Any other project is protected for 90 days."),
        ({"extensions": Extensions(0)}, "A protection is not extended."),
        ({"registration": Eligibility(resubmissions=0)}, "What is sent back for changes may not be sent again."),
    ],
)
def test_what_differs_is_said(change, words):
    assert words in sentences_of(replace(DEFAULT_RULES, **change))


def test_the_same_section_in_other_words_has_the_same_digest():
    short = document.parse(TEXT).engagement
    spelled = document.parse(
        f"{TEXT}rules_of_engagement: {{priority: [first_in_time], extensions: {{days: 30, count: 1}}}} # as ever\n"
    ).engagement
    assert digest_of_rules(short) == digest_of_rules(spelled) == digest_of_rules(DEFAULT_RULES)


@given(some.integers(1, 99), some.integers(1, 99), some.sampled_from(["required", "optional"]))
def test_digests_are_equal_exactly_where_the_sections_are(count, days, evidence):
    one = replace(DEFAULT_RULES, extensions=Extensions(count, days, evidence))
    assert (digest_of_rules(one) == digest_of_rules(DEFAULT_RULES)) == (one == DEFAULT_RULES)


def test_each_part_counts_for_the_digest():
    digests = {digest_of_rules(DEFAULT_RULES)}
    for part in ("registration", "protection", "extensions", "priority", "clocks", "disputes"):
        digests.add(digest_of_rules(replace(DEFAULT_RULES, **{part: getattr(FULL, part)})))
    assert len(digests) == 7
