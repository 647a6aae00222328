"""What is published of a final case, to whom, and that it tells nobody who the sides were."""

from dataclasses import replace
from datetime import date

import pytest

from hansa.disputes.models import Precedent
from hansa.disputes.queries import precedents_of
from hansa.disputes.rules.terms import Terms
from hansa.disputes.tests.story import DAY, EVIDENCE_UNTIL, SUBJECT
from hansa.kit.failures import NotAllowed
from hansa.kit.scope import acting, system
from hansa.networks.models import Membership
from hansa.networks.operations.membership import create_network

pytestmark = pytest.mark.django_db
FIRST = "A claim counts from the day on which it is complete."
SECOND = "Who kept a customer for years goes before who met it last week."


@pytest.fixture
def published(story):
    """Two precedents: of April (first in time, the decision stands) and of June (incumbent, the sides change places)."""
    texts = {"rule": "First in time", "precedent_text": FIRST}
    case = story.deciding()
    story.propose(case, at=EVIDENCE_UNTIL + DAY, **texts)
    later = story.deciding(subject=replace(SUBJECT, kind="HAND_OFF", id="2"))
    story.lapse(EVIDENCE_UNTIL + 20 * DAY)
    texts = {"rule": "Incumbent", "precedent_text": SECOND}
    story.propose(later, at=EVIDENCE_UNTIL + 60 * DAY, terms=Terms("swap_priority"), **texts)
    story.lapse(EVIDENCE_UNTIL + 80 * DAY)
    return story


def found(story, who="hanna", **wanted):
    with acting(story.scope(who)):
        return [row.text for row in precedents_of(story.network.id, **wanted)]


def test_the_latest_month_comes_first(published):
    assert found(published) == [SECOND, FIRST]


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        ({"words": "claim"}, [FIRST]),
        ({"words": "CLAIM complete"}, [FIRST]),
        ({"words": "claim customer"}, []),
        ({"words": "incumbent"}, [SECOND]),
        ({"words": "100%"}, []),
        ({"kind": "REGISTRATION"}, [FIRST]),
        ({"kind": "HAND_OFF"}, [SECOND]),
        ({"remedy": "swap_priority"}, [SECOND]),
        ({"remedy": "split"}, []),
        ({"since": date(2026, 6, 1)}, [SECOND]),
        ({"since": date(2026, 4, 1)}, [SECOND, FIRST]),
        ({"words": "who", "kind": "REGISTRATION"}, []),
    ],
)
def test_precedents_are_found_by_words_kind_remedy_and_month(published, wanted, texts):
    assert found(published, **wanted) == texts


@pytest.mark.parametrize("who", ["vera", "finn", "paul", "rosa", "frida", "hanna"])
def test_every_member_reads_them(published, who):
    assert len(found(published, who)) == 2


def test_an_outsider_and_who_has_only_applied_read_none(published):
    assert found(published, "olaf") == []
    with acting(system("test")):
        Membership.objects.filter(organization=published.organizations["hazel"]).update(state="APPLIED")
    assert found(published, "hanna") == []


def test_who_may_not_see_cases_reads_none(published):
    scope = published.scope("hanna")
    with acting(replace(scope, capabilities=scope.capabilities - {"disputes.view"})), pytest.raises(NotAllowed):
        precedents_of(published.network.id)


def test_another_network_has_its_own(published):
    with acting(published.scope("vera")):
        other = create_network(slug="other", name="Other", kind="VENDOR", currency="EUR", at=EVIDENCE_UNTIL)
    with acting(published.scope("vera")):
        assert list(precedents_of(other.id)) == []


def test_a_precedent_says_nothing_of_its_case_or_its_day(published):
    with acting(published.scope("hanna")):
        rows = list(Precedent.objects.order_by("month").values())
    assert [set(row) for row in rows] == [{"id", "code", "network_id", "kind", "rule", "remedy", "text", "month"}] * 2
    assert [row["month"] for row in rows] == [date(2026, 4, 1), date(2026, 6, 1)]
    assert {row["id"].version for row in rows} == {4}, "an id of version 7 would tell the millisecond"


def test_the_month_is_that_of_the_instant_in_utc(story):
    case = story.proposed(at=EVIDENCE_UNTIL + DAY)
    story.lapse(story.again(case).appeal_until + 90 * DAY)
    with acting(story.scope("hanna")):
        assert Precedent.objects.get().month == date(2026, 4, 1)
