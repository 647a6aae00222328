"""A side says that it has shown everything; once both have, nobody waits for the clock."""

from threading import Barrier

import pytest

from hansa.activity.models import Event
from hansa.disputes.models import Rest
from hansa.disputes.operations import CaseRefused, NotASide, add_evidence, propose_remedy, rest_case, showing
from hansa.disputes.queries import case_file
from hansa.disputes.rules.terms import Terms
from hansa.disputes.tests.story import DAY, EVIDENCE_UNTIL, NOW, TEXTS
from hansa.disputes.tests.test_races import as_, at_once
from hansa.kit.failures import NotAllowed, NotFound
from hansa.kit.scope import acting, system


def rest(story, case, *, by, at=NOW + DAY):
    with acting(story.scope(by)):
        return rest_case(case=case, at=at)


def closings():
    with acting(system("test")):
        return Event.objects.filter(kind="disputes.case.evidence_closed").count()


@pytest.mark.django_db
def test_of_one_side_alone_nothing_ends_but_what_it_may_show(story):
    case = story.assigned()
    rest(story, case, by="frida")
    assert story.again(case).state == "EVIDENCE"
    with (
        pytest.raises(CaseRefused, match="Your side has said that it has shown everything"),
        acting(story.scope("frida")),
    ):
        add_evidence(case=case, text="One more.", at=NOW + 2 * DAY)
    with acting(story.scope("paul")):
        add_evidence(case=case, text="One more.", at=NOW + 2 * DAY)
        assert [*case_file(case).rested] == ["RESPONDENT"]
    with pytest.raises(CaseRefused):
        rest(story, case, by="frida", at=NOW + 2 * DAY)


@pytest.mark.django_db
def test_once_both_have_shown_everything_the_days_of_the_adjudicator_begin(story):
    case, closed = story.assigned(), NOW + 3 * DAY
    rest(story, case, by="frida")
    rest(story, case, by="paul", at=closed)
    after = story.again(case)
    assert (after.state, after.evidence_until, after.decision_until) == ("DECIDING", closed, closed + 20 * DAY)
    assert closings() == 1
    with acting(story.scope("mara")):
        propose_remedy(case=case, terms=Terms("uphold"), at=closed, **TEXTS)


@pytest.mark.django_db
def test_a_case_that_nobody_decides_yet_is_closed_to_evidence_as_well(story):
    case = story.open()
    for who in ("paul", "frida"):
        rest(story, case, by=who)
    assert story.again(case).state == "DECIDING"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("by", "failure"), [("vera", NotASide), ("hanna", NotFound), ("olaf", NotFound), ("rosa", NotAllowed)]
)
def test_only_the_sides_say_so(story, by, failure):
    case = story.open()
    with pytest.raises(failure):
        rest(story, case, by=by)


@pytest.mark.django_db
def test_after_the_time_for_evidence_nobody_needs_to(story):
    case = story.open()
    with pytest.raises(CaseRefused, match="Only while evidence is taken"):
        rest(story, case, by="paul", at=EVIDENCE_UNTIL)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_two_sides_that_say_so_at_once_close_the_evidence_once(lasting_story, attempt):
    story, case = lasting_story, lasting_story.assigned()
    at_once(*[as_(story, who, rest_case, case=case, at=NOW + DAY) for who in ("paul", "frida")])
    assert (story.again(case).state, closings()) == ("DECIDING", 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_neither_side_would_see_the_other(lasting_story, monkeypatch):
    story, case, both_asked = lasting_story, lasting_story.assigned(), Barrier(2)
    asked = showing.rested_by

    def before_either_commits(found):
        rested = asked(found)
        both_asked.wait(timeout=20)
        return rested

    monkeypatch.setattr(showing, "locked", lambda found, *, at: story.again(found))
    monkeypatch.setattr(showing, "rested_by", before_either_commits)
    at_once(*[as_(story, who, rest_case, case=case, at=NOW + DAY) for who in ("paul", "frida")])
    with acting(system("test")):
        assert Rest.objects.count() == 2
    assert (story.again(case).state, closings()) == ("EVIDENCE", 0)
