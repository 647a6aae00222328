"""What a partner does while it holds a project: stages, extensions, amendments; and every decision over again."""

from datetime import timedelta

import pytest

from hansa.deals.models import Decision, Extension, Version, Waiting
from hansa.deals.operations import (
    StepRefused,
    amend_registration,
    answer_match,
    extend_protection,
    set_stage,
)
from hansa.deals.rules import replay, ruling_from_plain
from hansa.deals.tests.story import LATER, NOW, other_project
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db


def everything(model, **filters):
    with acting(system("looking in a test")):
        return list(model.objects.filter(**filters))


def test_the_stage_moves_and_a_win_needs_an_approval(story):
    held, waiting = story.submit("alpine"), story.submit("bay", at=NOW + timedelta(seconds=1))
    with acting(story.scope("alpine")):
        assert set_stage(registration_id=held.id, stage="COMMITTED", at=LATER).stage == "COMMITTED"
        assert set_stage(registration_id=held.id, stage="LAUNCHED", at=LATER).stage == "LAUNCHED"
        with pytest.raises(StepRefused, match="has ended"):
            set_stage(registration_id=held.id, stage="PROSPECT", at=LATER)
    with acting(story.scope("bay")), pytest.raises(StepRefused, match="Only an approved registration can be won"):
        set_stage(registration_id=waiting.id, stage="LAUNCHED", at=LATER)
    assert story.again(waiting).stage == "PROSPECT"


@pytest.mark.parametrize(("stage", "loss"), [("WON", ""), ("CLOSED_LOST", "BAD_LUCK")])
def test_stages_and_reasons_are_those_of_the_lists(story, stage, loss):
    held = story.submit("alpine")
    with acting(story.scope("alpine")), pytest.raises(Unprocessable):
        set_stage(registration_id=held.id, stage=stage, loss_reason=loss, at=LATER)


def test_a_lost_sale_needs_a_reason_and_frees_its_project(story):
    held, waiting = story.submit("alpine"), story.submit("bay", at=NOW + timedelta(seconds=1))
    with acting(story.scope("alpine")):
        with pytest.raises(StepRefused, match="needs a reason"):
            set_stage(registration_id=held.id, stage="CLOSED_LOST", at=LATER)
        set_stage(registration_id=held.id, stage="CLOSED_LOST", loss_reason="PRICE", at=NOW + timedelta(days=2))
    assert (story.again(held).review, story.again(held).loss_reason) == ("EXPIRED", "PRICE")
    taken = story.again(waiting)
    assert (taken.review, taken.protected_from) == ("APPROVED", NOW + timedelta(days=2))
    assert not everything(Waiting)


def test_what_is_not_protected_is_not_extended(story):
    story.submit("alpine")
    waiting = story.submit("bay", at=NOW + timedelta(seconds=1))
    with acting(story.scope("bay")), pytest.raises(StepRefused):
        extend_protection(registration_id=waiting.id, evidence="Demo", at=LATER)
    assert everything(Extension) == []


def test_an_amendment_of_the_title_keeps_the_protection_and_the_version_before(story):
    held = story.submit("alpine")
    with acting(story.scope("alpine")):
        amended = amend_registration(registration_id=held.id, facts=other_project(title="Fleet, second lot"), at=LATER)
    assert (amended.review, amended.protected_until) == ("APPROVED", NOW + timedelta(days=90))
    versions = sorted(everything(Version), key=lambda version: version.number)
    assert [(version.values["title"], version.changed) for version in versions][1] == ("Fleet, second lot", ["title"])
    assert versions[0].values["title"] == "Fleet for the harbour"


def test_whoever_amends_to_another_project_leaves_the_first_to_who_waits(story):
    held, waiting = story.submit("alpine"), story.submit("bay", at=NOW + timedelta(seconds=1))
    with acting(story.scope("alpine")):
        amend_registration(registration_id=held.id, facts=other_project(country="DK"), at=NOW + timedelta(days=3))
    assert (story.again(held).review, story.again(held).country) == ("APPROVED", "DK")
    assert story.again(waiting).review == "APPROVED"
    assert story.again(waiting).project_id != story.again(held).project_id


@pytest.mark.parametrize("name", ["bay", "fjord", "vendor", "stranger"])
def test_only_the_partner_itself_changes_its_registration(story, name):
    held = story.submit("alpine")
    with acting(story.scope(name)):
        for operation, said in (
            (set_stage, {"stage": "QUALIFIED"}), (extend_protection, {"evidence": "x"}),
            (amend_registration, {"facts": other_project()}),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                operation(registration_id=held.id, at=LATER, **said)
    assert story.again(held).stage == "PROSPECT"


def test_every_decision_can_be_made_again_from_what_was_stored(story):
    story.submit("alpine")
    story.submit("bay", at=NOW + timedelta(seconds=1))
    story.submit("vendor", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=2))
    story.later(days=91)
    decisions = everything(Decision)
    assert {decision.kind for decision in decisions} == {"eligibility", "claim", "protection", "lapse"}
    for decision in decisions:
        again = replay(decision.kind, decision.inputs, decision.rules)
        assert again == ruling_from_plain(decision.kind, decision.ruling)


def test_under_other_rules_a_stored_decision_can_come_out_otherwise(story):
    story.submit("alpine")
    (protection,) = everything(Decision, kind="protection")
    shorter = {**protection.rules, "protection": [{"days": 10, "tiers": None, "families": None, "minimum": None}]}
    assert replay("protection", protection.inputs, shorter).outcome == NOW + timedelta(days=10)


def test_an_answer_of_the_operator_is_decided_with_what_matching_had_said(story):
    story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    from hansa.deals.models import Match

    (match,) = everything(Match)
    with acting(story.scope("vendor")):
        answer_match(match_id=match.id, answer="SAME", reason="", at=NOW + timedelta(hours=1))
    first, last = everything(Decision, registration=second, kind="claim")
    assert [rival["answer"] for rival in first.inputs["rivals"] + last.inputs["rivals"]] == [None, "SAME"]
    assert [first.ruling["outcome"], last.ruling["outcome"]] == ["QUEUE", "WAIT"]
