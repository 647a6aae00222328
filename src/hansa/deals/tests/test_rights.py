"""Rights that stand beside claims: named accounts and exclusive territories."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from hansa.customers.operations import name_account
from hansa.deals.models import Decision
from hansa.deals.operations import set_stage
from hansa.deals.tests.story import LATER, NOW, other_project, registrations_of
from hansa.kernel.plain import to_plain
from hansa.kernel.ruling import ruling_to_plain
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.scope import acting, system
from hansa.programs.models import CovenantResult, ProgramVersion, TerritoryHolding
from hansa.programs.operations import end_holding, hold_territory
from hansa.programs.rules.covenants import CovenantInputs, rule_on_covenant
from hansa.programs.territories import Covenant, Territory

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
    ("outcome", "first", "second"),
    [("kept", "IN_REVIEW", "IN_REVIEW"), ("notice", "IN_REVIEW", "IN_REVIEW"), ("selective", "IN_REVIEW", "APPROVED"),
     ("open", "IN_REVIEW", "APPROVED")],
)  # fmt: skip
def test_a_holder_that_missed_its_covenant_goes_first_no_more_from_the_day_of_the_consequence(
    story, outcome, first, second
):
    holding = give(story, "bay", from_on=date(2026, 1, 1))
    followed(story, holding, outcome, from_on=date(2026, 3, 12))

    assert story.submit("alpine", facts=NORWAY).review == first
    later = other_project(country="NO", family="Cargo bikes")
    assert story.submit("alpine", facts=later, at=NOW + timedelta(days=2)).review == second


def test_another_holder_stays_exclusive_where_one_missed_its_covenant(story):
    missed = give(story, "bay", from_on=date(2026, 1, 1))
    give(story, "fjord", from_on=date(2026, 1, 1))
    followed(story, missed, "open", from_on=NOW.date())

    assert story.submit("alpine", facts=NORWAY).review == "IN_REVIEW"
    assert "Exclusive territory" in grounds_of(registrations_of(story.network.id)[-1])


def test_exclusivity_never_refuses_a_claim_so_that_passive_sales_stay_free(story):
    give(story, "bay")
    submitted = story.submit("alpine", facts=NORWAY)

    assert (submitted.review, submitted.stage) == ("IN_REVIEW", "PROSPECT")
    with acting(story.scope("alpine")):
        moved = set_stage(registration_id=submitted.id, stage="COMMITTED", at=NOW + timedelta(days=1))
    assert moved.stage == "COMMITTED"


def followed(story, holding, outcome, *, from_on):
    """A result of the holding with that outcome, as `programs` keeps it."""
    target = {"kept": 1}.get(outcome, 100)
    covenant = Covenant("net_amount", "month", Decimal(target), "notice" if outcome in ("kept", "notice") else outcome)
    inputs = CovenantInputs(
        Territory("Harbours", ("NO",), coverage="exclusive", covenant=covenant), "2026-01", Decimal(50)
    )
    ruling = rule_on_covenant(inputs)
    assert ruling.outcome == outcome
    with acting(story.scope("vendor")):
        CovenantResult(
            network=story.network, holding=holding, period="2026-01", period_from=date(2026, 1, 1),
            period_until=date(2026, 2, 1), result=5000, currency="EUR", source="Report", inputs=to_plain(inputs),
            ruling=ruling_to_plain(ruling), outcome=ruling.outcome, from_on=from_on,
            program_version=ProgramVersion.objects.get(), at=NOW,
        ).save(force_insert=True)  # fmt: skip


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


def test_who_has_won_a_sale_to_the_customer_is_the_incumbent(story):
    assert story.submit("alpine", facts=NORWAY).claim["incumbent"] is False
    won = story.submit("bay", facts=other_project(family="Cargo bikes"))
    with acting(story.scope("bay")):
        set_stage(registration_id=won.id, stage="COMMITTED", at=LATER)
    before = story.submit("bay", facts=NORWAY, at=LATER + timedelta(seconds=1))
    with acting(story.scope("bay")):
        set_stage(registration_id=won.id, stage="LAUNCHED", at=LATER + timedelta(seconds=2))
    after = story.submit("bay", at=LATER + timedelta(days=1))
    rival = story.submit("alpine", at=LATER + timedelta(days=1, seconds=1))
    assert [each.claim["incumbent"] for each in (before, after, rival)] == [False, True, False]
