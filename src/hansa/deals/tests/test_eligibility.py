import pytest

from hansa.deals.rules import ReviewState, on_end_of_membership, rule_on_eligibility
from hansa.deals.rules.eligibility import reaches
from hansa.deals.tests.cases import RULES, claim, eligible, euro, member
from hansa.engines.settlement import Who
from hansa.kernel.money import CurrencyMismatch, Money

WHO = "The program does not let members of your type, tier or territory register projects."


def reason(asked, by, rules=RULES):
    ruling = rule_on_eligibility(asked, by, rules)
    return None if ruling.outcome else ruling.reason


def test_a_member_may_register_where_nothing_is_said():
    ruling = rule_on_eligibility(claim(), member(), RULES)

    assert ruling.outcome is True
    assert ruling.reason == "You may register this project."
    assert ruling.grounds == "Every condition is met."


@pytest.mark.parametrize("status", ["INVITED", "APPLIED", "SUSPENDED", "DECLINED"])
def test_only_active_members_register(status):
    assert reason(claim(), member(status=status)) == "Only active members can register a project."


def test_a_terminated_partner_registers_nothing():
    expected = "Your membership has ended, so nothing can be registered any more."

    assert reason(claim(), member(status="ENDED")) == expected


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (Who(types=("Reseller", "Shop")), True),
        (Who(types=("Shop",)), False),
        (Who(tiers=("Silver",)), True),
        (Who(tiers=("Gold",)), False),
        (Who(territories=("North",)), True),
        (Who(territories=("South",)), False),
        (Who(types=("Reseller",), tiers=("Gold",)), False),
    ],
)
def test_the_program_says_who_may_register(who, may):
    assert reason(claim(), member(), eligible(who=who)) == (None if may else WHO)


def test_only_listed_families_are_registered():
    rules = eligible(families=("Boats", "Sails"))

    assert reason(claim(family="Boats"), member(), rules) is None
    assert reason(claim(family="Masts"), member(), rules) == "Projects with Masts cannot be registered."


@pytest.mark.parametrize(("amount", "may"), [("5000", True), ("4999.99", False), ("5000.01", True), (None, False)])
def test_a_project_has_a_smallest_size(amount, may):
    asked = claim(amount=amount and euro(amount))
    expected = None if may else "A project of less than 5,000.00 EUR cannot be registered."

    assert reason(asked, member(), eligible(minimum=euro("5000"))) == expected


def test_an_unknown_amount_is_fine_where_no_size_is_asked_for():
    assert reason(claim(amount=None), member()) is None


def test_two_currencies_are_never_compared():
    with pytest.raises(CurrencyMismatch):
        reason(claim(amount=Money(10**9, "USD")), member(), eligible(minimum=euro("1")))


@pytest.mark.parametrize(("count", "may"), [(0, True), (2, True), (3, False), (4, False)])
def test_so_many_may_be_open_at_once(count, may):
    expected = None if may else f"You have {count} open registrations; 3 may be open at once."

    assert reason(claim(), member(open_count=count), eligible(open_quota=3)) == expected


@pytest.mark.parametrize(("count", "may"), [(0, True), (1, True), (2, False), (3, False)])
def test_so_many_may_be_submitted_on_a_day(count, may):
    expected = None if may else f"You have submitted {count} registrations today; 2 a day are possible."

    assert reason(claim(), member(submitted_today=count), eligible(daily_quota=2)) == expected


@pytest.mark.parametrize(("count", "may"), [(0, True), (2, True), (3, False)])
def test_a_registration_is_sent_again_only_so_often(count, may):
    expected = None if may else "A registration can be sent again 2 times; this one has been."

    assert reason(claim(resubmission=count), member()) == expected


def test_everything_that_is_missing_is_said_at_once():
    rules = eligible(who=Who(tiers=("Gold",)), families=("Sails",))
    ruling = rule_on_eligibility(claim(), member(status="SUSPENDED"), rules)

    assert ruling.reason == (
        f"Only active members can register a project. {WHO} Projects with Boats cannot be registered."
    )
    assert ruling.grounds == "Not eligible: 3 condition(s) are not met."


def test_the_operators_own_people_are_under_the_rules_for_projects_only():
    rules = eligible(who=Who(tiers=("Gold",)), families=("Boats",), open_quota=1, daily_quota=1)
    own = member(status="", open_count=9, submitted_today=9, is_operator=True)

    assert reason(claim(), own, rules) is None
    assert reason(claim(family="Masts"), own, rules) == "Projects with Masts cannot be registered."


def test_an_amount_reaches_what_it_equals():
    assert reaches(euro("1"), euro("1")) is True
    assert reaches(euro("0.99"), euro("1")) is False
    assert reaches(None, euro("0")) is False


@pytest.mark.parametrize(
    ("state", "action"),
    [
        ("DRAFT", "withdraw"),
        ("SUBMITTED", "withdraw"),
        ("IN_REVIEW", "withdraw"),
        ("ACTION_REQUIRED", "withdraw"),
        ("APPROVED", "expire"),
        ("REJECTED", None),
        ("WITHDRAWN", None),
        ("EXPIRED", None),
    ],
)
def test_where_a_membership_ends_a_stated_rule_applies(state, action):
    assert on_end_of_membership(ReviewState(state)) == action


def test_a_first_registration_is_within_every_quota():
    assert reason(claim(), member(), eligible(open_quota=1, daily_quota=1)) is None
