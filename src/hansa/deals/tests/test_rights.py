"""Rights that stand beside claims: named accounts and exclusive territories."""

from datetime import date, timedelta

import pytest

from hansa.customers.operations import name_account
from hansa.deals.models import Decision
from hansa.deals.tests.story import NOW, other_project
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.scope import acting, system
from hansa.programs.models import TerritoryHolding
from hansa.programs.operations import end_holding, hold_territory

pytestmark = pytest.mark.django_db
NORWAY = other_project(country="NO")


def give(story, name, *, territory="Harbours", from_on=date(2026, 3, 1), until_on=None):
    with acting(story.scope("vendor")):
        return hold_territory(
            network=story.network, territory=territory, holder_id=story.organizations[name].id, from_on=from_on,
            until_on=until_on, at=NOW,
        )  # fmt: skip


def name(story, holder, **more):
    with acting(story.scope("vendor")):
        return name_account(
            network=story.network, company=story.customer, holder_id=story.organizations[holder].id,
            from_on=date(2026, 3, 1), at=NOW, **more,
        )  # fmt: skip


def grounds_of(registration):
    with acting(system("looking in a test")):
        return Decision.objects.get(registration=registration, kind="claim").ruling["grounds"]


def test_the_holder_of_a_named_account_goes_first(story):
    name(story, "bay")
    other = story.submit("alpine")
    assert (other.review, other.protected_until) == ("IN_REVIEW", None)
    assert story.submit("bay", at=NOW + timedelta(days=1)).review == "APPROVED"


def test_a_named_account_of_the_vendor_binds_partners_and_names_nobody_to_them(story):
    name(story, "vendor")
    made = story.submit("alpine")
    assert made.reason == "Your registration is in review. You will be told as soon as it is decided."
    assert "Named account" in grounds_of(made)


def test_a_named_account_for_one_family_leaves_the_others_free(story):
    name(story, "bay", family="Cargo bikes")
    assert story.submit("alpine").review == "APPROVED"
    assert (
        story.submit("alpine", facts=other_project(family="Cargo bikes"), at=NOW + timedelta(seconds=1)).review
        == "IN_REVIEW"
    )


def test_a_named_account_that_has_ended_counts_no_more(story):
    name(story, "bay", until_on=date(2026, 3, 10))
    assert story.submit("alpine").review == "APPROVED"


def test_the_holder_of_an_exclusive_territory_goes_first(story):
    give(story, "bay")
    assert story.submit("alpine", facts=NORWAY).review == "IN_REVIEW"
    assert story.submit("bay", facts=NORWAY, at=NOW + timedelta(days=2)).review == "APPROVED"


def test_outside_the_exclusive_territory_time_decides(story):
    give(story, "bay")
    assert story.submit("alpine").review == "APPROVED"


def test_an_open_territory_gives_its_holder_nothing(story):
    give(story, "bay", territory="North")
    assert story.submit("alpine").review == "APPROVED"


def test_a_holding_counts_on_its_days_alone(story):
    holding = give(story, "bay", until_on=date(2026, 4, 1))
    with acting(story.scope("vendor")):
        end_holding(network=story.network, holding_id=holding.id, until_on=date(2026, 3, 10), at=NOW)
    assert story.submit("alpine", facts=NORWAY).review == "APPROVED"


@pytest.mark.parametrize(
    ("more", "column"),
    [({"territory": "Moon"}, "territory"), ({"until_on": date(2026, 3, 1)}, "until_on")],
)
def test_a_wrong_holding_is_refused_by_name(story, more, column):
    with pytest.raises(Unprocessable) as refused:
        give(story, "bay", **more)
    assert [problem.column for problem in refused.value.problems] == [column]


def test_a_territory_is_not_held_twice_on_a_day_nor_by_an_outsider(story):
    give(story, "bay")
    for holder, column in (("bay", "from_on"), ("stranger", "holder")):
        with pytest.raises(Unprocessable) as refused:
            give(story, holder, from_on=date(2026, 5, 1))
        assert [problem.column for problem in refused.value.problems] == [column]


def test_only_those_who_run_the_network_give_territories_and_a_holder_sees_its_own(story):
    holding = give(story, "bay")
    for other in ("alpine", "fjord", "stranger"):
        with acting(story.scope(other)):
            assert not TerritoryHolding.objects.exists()
            with pytest.raises(NotFound):
                end_holding(network=story.network, holding_id=holding.id, until_on=date(2026, 4, 1), at=NOW)
    with acting(story.scope("bay")):
        assert TerritoryHolding.objects.count() == 1
        with pytest.raises(NotFound):
            end_holding(network=story.network, holding_id=holding.id, until_on=date(2026, 4, 1), at=NOW)
