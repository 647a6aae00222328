"""Two customers become one, and so do their projects; never against a protection."""

from datetime import timedelta

import pytest

from hansa.companies.models import Company
from hansa.companies.operations import know_company
from hansa.customers.operations import MergeRefused, merge_customers
from hansa.deals.models import Project
from hansa.deals.tests.story import NOW, other_project
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(story):
    with acting(story.scope("vendor")):
        return know_company(space=story.network.id, facts={"name": "Tarnhelm Shipping", "country": "SE"}, at=NOW)


def merge(story, twin):
    with acting(story.scope("vendor")):
        merge_customers(network=story.network, company=twin, into=story.customer, reason="one firm since 2019", at=NOW)


def projects():
    with acting(system("looking in a test")):
        return list(Project.objects.order_by("id").values_list("company_id", "family", "country"))


def test_two_protected_claims_refuse_the_merge_and_nothing_changes(story, twin):
    first, second = story.submit("alpine"), story.submit("bay", twin.code)
    with pytest.raises(MergeRefused, match="must not take a protection away"):
        merge(story, twin)
    assert [story.again(each).review for each in (first, second)] == ["APPROVED", "APPROVED"]
    assert {company for company, _, _ in projects()} == {story.customer.id, twin.id}
    with acting(system("looking in a test")):
        assert Company.objects.get(id=twin.id).merged_into_id is None


def test_a_project_goes_over_to_the_customer_that_stays(story, twin):
    made = story.submit("bay", twin.code)
    merge(story, twin)
    assert projects() == [(story.customer.id, "Road bikes", "SE")]
    assert story.submit("alpine", at=NOW + timedelta(hours=1)).project_id == made.project_id
    assert story.submit("alpine", facts=other_project(country="DK"), at=NOW + timedelta(hours=2)).review == "APPROVED"


def test_who_waits_on_one_project_waits_on_the_joined_one(story, twin):
    first = story.submit("alpine")
    story.submit("bay", twin.code, at=NOW + timedelta(seconds=1))
    waiting = story.submit("fjord", twin.code, at=NOW + timedelta(seconds=2))
    with acting(system("a protection that ended is out of the way")):
        from hansa.deals.models import Registration

        Registration.objects.filter(id=first.id).update(review="EXPIRED")
    merge(story, twin)
    assert story.again(waiting).project_id == first.project_id
