"""From a draft to an answer: who is protected, who waits, and what each of them sees."""

from datetime import timedelta

import pytest

from hansa.activity.models import Event
from hansa.deals.models import Decision, Match, Project, Registration, Version, Waiting
from hansa.deals.operations import (
    AlreadyRegistered,
    RegistrationRefused,
    StepRefused,
    answer_match,
    ask_for_changes,
    draft_registration,
    edit_registration,
    reject_registration,
    submit_registration,
    withdraw_registration,
)
from hansa.deals.queries import shown_review
from hansa.deals.rules import ReviewState
from hansa.deals.tests.story import NOW, PROJECT, other_project, registrations_of
from hansa.kit.failures import NotAllowed, NotFound, Unprocessable
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db


def everything(model, **filters):
    with acting(system("looking in a test")):
        return list(model.objects.filter(**filters))


def events_of(registration, kind):
    with acting(system("looking in a test")):
        return list(Event.objects.filter(subject_id=registration.id, kind=f"deals.registration.{kind}"))


def seen_by(story, name, registration, at):
    with acting(story.scope(name)):
        return shown_review(Registration.objects.get(id=registration.id), at=at)


def test_a_free_project_is_protected_by_the_rules_of_the_tier(story):
    made = story.submit("alpine")
    assert made.review == ReviewState.APPROVED
    assert (made.protected_from, made.protected_until) == (NOW, NOW + timedelta(days=90))
    assert story.submit("bay", facts=other_project(country="NO")).protected_until == NOW + timedelta(days=60)


def test_what_was_decided_shows_only_at_the_earliest_instant_of_any_answer(story):
    made = story.submit("alpine")
    assert seen_by(story, "alpine", made, NOW + timedelta(minutes=15) - timedelta(microseconds=1)) == "IN_REVIEW"
    assert seen_by(story, "alpine", made, NOW + timedelta(minutes=15)) == "APPROVED"
    assert seen_by(story, "vendor", made, NOW) == "APPROVED"


def test_the_second_waits_and_sees_that_it_is_in_review(story):
    first, second = story.submit("alpine"), story.submit("bay", at=NOW + timedelta(seconds=1))
    assert (first.review, second.review) == ("APPROVED", "IN_REVIEW")
    assert second.project_id == first.project_id
    assert [row.registration_id for row in everything(Waiting)] == [second.id]
    assert seen_by(story, "bay", second, NOW + timedelta(days=30)) == "IN_REVIEW"


def test_a_partner_that_waits_reads_what_one_in_review_reads(story):
    first, second = story.submit("alpine"), story.submit("bay", at=NOW + timedelta(seconds=1))
    with acting(story.scope("bay")):
        shown = Registration.objects.get(id=second.id)
        assert shown.reason == "Your registration is in review. You will be told as soon as it is decided."
        assert list(Registration.objects.values_list("id", flat=True)) == [second.id]
        assert [model.objects.count() for model in (Waiting, Match, Project)] == [0, 0, 0]
        assert {row.kind for row in Decision.objects.all()} == {"eligibility"}
    assert first.answer_at - first.submitted_at == second.answer_at - second.submitted_at


def test_a_company_that_may_be_the_customer_goes_to_the_operator(story):
    story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    (match,) = everything(Match)
    assert (second.review, match.verdict, match.answer) == ("IN_REVIEW", "review", "")
    assert not everything(Waiting)
    assert second.decision_due is not None


def test_another_project_is_protected_beside_the_first(story):
    story.submit("alpine")
    other_family = story.submit("bay", facts=other_project(family="Cargo bikes"))
    other_country = story.submit("bay", facts=other_project(country="DK"), at=NOW + timedelta(seconds=1))
    assert (other_family.review, other_country.review) == ("APPROVED", "APPROVED")


def test_the_vendors_own_sales_stand_under_the_same_clock(story):
    story.submit("vendor")
    assert story.submit("alpine", at=NOW + timedelta(microseconds=1)).review == "IN_REVIEW"
    assert story.submit("alpine", facts=other_project(country="DK"), at=NOW + timedelta(seconds=1)).review == "APPROVED"
    late = story.submit("vendor", facts=other_project(country="DK"), at=NOW + timedelta(seconds=2))
    assert late.review == "IN_REVIEW"


def test_the_same_project_twice_by_one_partner_is_told_as_its_own(story):
    first = story.submit("alpine")
    twin = story.draft("alpine", {"name": "Harbour Logistics"}, at=NOW + timedelta(seconds=1))
    with acting(story.scope("alpine")), pytest.raises(AlreadyRegistered, match=first.code):
        submit_registration(registration_id=twin.id, at=NOW + timedelta(seconds=1))
    assert story.again(twin).review == "DRAFT"
    assert story.again(twin).submitted_at is None


def test_what_the_rules_do_not_allow_is_refused_with_every_reason_and_nothing_changes(story):
    small = story.draft("bay", facts=other_project(amount_minor=99_999))
    with acting(story.scope("bay")), pytest.raises(RegistrationRefused, match=r"less than 1,000.00 EUR"):
        submit_registration(registration_id=small.id, at=NOW)
    assert story.again(small).review == "DRAFT"
    assert [everything(model) for model in (Decision, Version, Project)] == [[], [], []]


def test_a_check_that_cannot_run_protects_nothing(story, monkeypatch):
    from django.db import DatabaseError

    from hansa.deals.operations import checking

    def broken(*_, **__):
        raise DatabaseError("the key table is away")

    monkeypatch.setattr(checking, "candidates", broken)
    made = story.submit("alpine")
    assert (made.review, made.protected_until, made.project) == ("IN_REVIEW", None, None)
    assert made.decision_due is not None


def test_a_submission_keeps_what_it_said_and_names_it_in_the_log(story):
    made = story.submit("alpine")
    (version,) = everything(Version)
    assert (version.number, version.values["title"]) == (1, "Fleet for the harbour")
    (event,) = events_of(made, "submitted")
    assert set(event.parties) == {story.organizations["alpine"].id, story.organizations["fjord"].id}
    assert len(event.facts["submitted_sha256"]) == 64


def test_the_ruling_is_no_event_that_the_partner_may_read(story):
    made = story.submit("alpine")
    with acting(story.scope("alpine")):
        kinds = set(Event.objects.filter(subject_id=made.id).values_list("kind", flat=True))
    assert kinds == {"deals.registration.drafted", "deals.registration.submitted"}


def test_the_answer_is_told_when_it_is_due(story):
    made = story.submit("alpine")
    story.later(minutes=14)
    assert events_of(made, "answered") == []
    story.later(minutes=15)
    (event,) = events_of(made, "answered")
    assert (event.facts["review"], event.at) == ("APPROVED", NOW + timedelta(minutes=15))


def test_who_waits_is_taken_up_when_the_protection_ends(story):
    first, second = story.submit("alpine"), story.submit("bay", at=NOW + timedelta(hours=1))
    story.later(days=91)
    ended, taken = story.again(first), story.again(second)
    assert (ended.review, taken.review) == ("EXPIRED", "APPROVED")
    assert taken.protected_from == NOW + timedelta(days=90)
    assert taken.protected_until == NOW + timedelta(days=150)
    assert not everything(Waiting)


def test_another_project_said_the_operator_so_both_are_protected(story):
    story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    (match,) = everything(Match)
    with acting(story.scope("vendor")):
        answer_match(
            match_id=match.id, answer="ANOTHER", reason="a branch with its own purse", at=NOW + timedelta(hours=1)
        )
    assert story.again(second).review == "APPROVED"


def test_the_same_project_said_the_operator_so_the_later_waits(story):
    first = story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    (match,) = everything(Match)
    with acting(story.scope("vendor")):
        answer_match(match_id=match.id, answer="SAME", reason="", at=NOW + timedelta(hours=1))
    assert story.again(second).review == "IN_REVIEW"
    assert [(row.registration_id, row.project_id) for row in everything(Waiting)] == [(second.id, first.project_id)]


def test_another_project_needs_a_reason_and_an_answer_stays(story):
    story.submit("alpine")
    story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    (match,) = everything(Match)
    with acting(story.scope("vendor")):
        with pytest.raises(Unprocessable):
            answer_match(match_id=match.id, answer="ANOTHER", reason="no", at=NOW)
        answer_match(match_id=match.id, answer="SAME", reason="", at=NOW + timedelta(seconds=2))
        with pytest.raises(StepRefused, match="answered already: the same project"):
            answer_match(match_id=match.id, answer="ANOTHER", reason="on second thought", at=NOW)


def test_only_those_who_run_the_network_answer_a_match(story):
    story.submit("alpine")
    story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    (match,) = everything(Match)
    for name in ("alpine", "bay", "fjord", "stranger"):
        with acting(story.scope(name)), pytest.raises(NotFound):
            answer_match(match_id=match.id, answer="SAME", reason="", at=NOW)
    assert everything(Match)[0].answer == ""


def test_what_is_sent_back_is_mended_and_sent_again_within_the_limit(story):
    story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    for round_ in range(2):
        with acting(story.scope("vendor")):
            ask_for_changes(
                registration_id=second.id, reason="Say which site it is for.", at=NOW + timedelta(hours=4 * round_ + 1)
            )
        assert seen_by(story, "bay", second, NOW + timedelta(hours=4 * round_ + 2)) == "ACTION_REQUIRED"
        with acting(story.scope("bay")):
            edit_registration(
                registration_id=second.id,
                facts=other_project(problem="The site in Malmö"),
                at=NOW + timedelta(hours=4 * round_ + 2),
            )
            if round_ == 1:
                with pytest.raises(RegistrationRefused, match="sent again 1 times"):
                    submit_registration(registration_id=second.id, at=NOW + timedelta(hours=7))
            else:
                submit_registration(registration_id=second.id, at=NOW + timedelta(hours=2))
    assert story.again(second).resubmissions == 1


def test_what_was_sent_back_keeps_its_project(story):
    story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    with acting(story.scope("vendor")):
        ask_for_changes(registration_id=second.id, reason="Say which site it is for.", at=NOW + timedelta(hours=1))
    with acting(story.scope("bay")), pytest.raises(StepRefused, match="country"):
        edit_registration(registration_id=second.id, facts=other_project(country="DK"), at=NOW + timedelta(hours=2))


def test_a_rejection_is_read_at_the_answer(story):
    second = story.submit("alpine", at=NOW) and story.submit("bay", at=NOW + timedelta(seconds=1))
    with acting(story.scope("vendor")):
        reject_registration(
            registration_id=second.id, reason="The customer has chosen already.", at=NOW + timedelta(minutes=1)
        )
    assert seen_by(story, "bay", second, NOW + timedelta(minutes=2)) == "IN_REVIEW"
    assert seen_by(story, "bay", second, NOW + timedelta(minutes=16)) == "REJECTED"
    assert not everything(Waiting)


def test_nobody_decides_what_they_submitted_themselves(story):
    story.submit("alpine")
    direct = story.submit("vendor", at=NOW + timedelta(seconds=1))
    with acting(story.scope("vendor")), pytest.raises(NotAllowed):
        reject_registration(registration_id=direct.id, reason="We step back.", at=NOW)


def test_nobody_decides_about_what_stands_beside_its_own_registration(story):
    direct = story.submit("vendor")
    beside = story.submit("alpine", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    (match,) = everything(Match)
    assert {match.earlier_id, match.later_id} == {direct.id, beside.id}
    for decide in (
        lambda: answer_match(match_id=match.id, answer="SAME", reason="", at=NOW + timedelta(hours=1)),
        lambda: reject_registration(registration_id=beside.id, reason="We do that ourselves.", at=NOW),
        lambda: ask_for_changes(registration_id=beside.id, reason="Who decides there?", at=NOW),
    ):
        with acting(story.scope("vendor")), pytest.raises(NotAllowed, match="registered what stands beside it"):
            decide()
    assert (story.again(beside).review, everything(Match)[0].answer) == ("IN_REVIEW", "")


def test_a_protection_decided_before_the_answer_counts_from_the_submission(story):
    story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    (match,) = everything(Match)
    with acting(story.scope("vendor")):
        answer_match(match_id=match.id, answer="ANOTHER", reason="another yard", at=NOW + timedelta(minutes=5))
    after, start = story.again(second), NOW + timedelta(seconds=1)
    assert (after.protected_from, after.protected_until) == (start, start + timedelta(days=60))
    protection = next(
        row for row in everything(Decision) if row.kind == "protection" and row.registration_id == second.id
    )
    assert protection.at == start


def test_a_withdrawn_registration_waits_no_more(story):
    story.submit("alpine")
    second = story.submit("bay", at=NOW + timedelta(seconds=1))
    with acting(story.scope("bay")):
        withdraw_registration(registration_id=second.id, at=NOW + timedelta(hours=1))
    assert (story.again(second).review, everything(Waiting)) == ("WITHDRAWN", [])
    with acting(story.scope("bay")), pytest.raises(StepRefused, match="withdrawn"):
        submit_registration(registration_id=second.id, at=NOW + timedelta(hours=2))


def test_an_approved_registration_is_not_withdrawn(story):
    made = story.submit("alpine")
    with acting(story.scope("alpine")), pytest.raises(StepRefused, match="expire or amend"):
        withdraw_registration(registration_id=made.id, at=NOW + timedelta(hours=1))


def test_what_the_operator_lets_lapse_is_escalated(story):
    story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    due = story.again(second).decision_due
    assert due.isoformat() == "2026-03-12T09:00:01+00:00"
    story.later(days=3)
    assert story.again(second).escalated_at == NOW + timedelta(days=3)


@pytest.mark.parametrize("name", ["bay", "stranger"])
def test_a_rivals_registration_does_not_exist_for_others(story, name):
    made = story.submit("alpine")
    with acting(story.scope(name)):
        assert not Registration.objects.exists()
        for operation in (submit_registration, withdraw_registration):
            with pytest.raises(NotFound):
                operation(registration_id=made.id, at=NOW)
    assert story.again(made).review == "APPROVED"


def test_a_draft_is_the_partners_alone(story):
    made = story.draft("alpine")
    for name in ("vendor", "fjord", "bay"):
        with acting(story.scope(name)):
            assert not Registration.objects.filter(id=made.id).exists()


def test_only_members_register(story):
    with acting(story.scope("stranger")), pytest.raises(NotFound):
        draft_registration(network=story.network, customer={"name": "Some Quarry"}, facts=PROJECT, at=NOW)
    assert registrations_of(story.network.id) == []


@pytest.mark.parametrize(
    ("changes", "column"),
    [({"family": "Boats"}, "family"), ({"country": "XX"}, "country"), ({"title": " "}, "title"), ({"amount_minor": -1}, "amount"),
     ({"title": "x" * 121}, "title"), ({"contact": "a\x00b"}, "contact")],
)  # fmt: skip
def test_wrong_facts_are_refused_by_name(story, changes, column):
    with acting(story.scope("alpine")), pytest.raises(Unprocessable) as refused:
        draft_registration(network=story.network, customer=story.customer.code, facts=other_project(**changes), at=NOW)
    assert [problem.column for problem in refused.value.problems] == [column]


def test_before_the_answer_every_step_is_refused_in_the_same_words(story):
    held, waiting = story.submit("alpine"), story.submit("bay", at=NOW)
    said = []
    for name, registration in (("alpine", held), ("bay", waiting)):
        with acting(story.scope(name)), pytest.raises(StepRefused) as refused:
            withdraw_registration(registration_id=registration.id, at=NOW + timedelta(minutes=14))
        said.append(refused.value.detail)
    assert said[0] == said[1]
    assert said[0].startswith("This registration is in review. Nothing can be changed before its answer")


def test_a_rejection_frees_the_quota_only_when_it_is_answered(story):
    for number in range(5):
        story.submit("bay", {"name": f"Open Number {number} Quarry"}, at=NOW - timedelta(days=2, minutes=number))
    story.submit("alpine")
    sixth = story.submit("bay", at=NOW)
    with acting(story.scope("vendor")):
        reject_registration(
            registration_id=sixth.id, reason="The customer has chosen already.", at=NOW + timedelta(minutes=1)
        )
    seventh = story.draft("bay", {"name": "Seventh Guess Mine"})
    with acting(story.scope("bay")):
        with pytest.raises(RegistrationRefused, match="6 open registrations"):
            submit_registration(registration_id=seventh.id, at=NOW + timedelta(minutes=2))
        assert submit_registration(registration_id=seventh.id, at=NOW + timedelta(minutes=15)).submitted_at is not None
