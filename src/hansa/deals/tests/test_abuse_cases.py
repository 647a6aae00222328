"""Abuse and bad-input cases 20 to 28: registrations and channel conflict, each with the answer that is expected."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client

from hansa.activity.models import Event
from hansa.deals.models import Decision, Extension, Match, Registration, Version, Waiting
from hansa.deals.operations import (
    RegistrationRefused,
    StepRefused,
    amend_registration,
    answer_match,
    extend_protection,
    submit_registration,
    withdraw_registration,
)
from hansa.deals.operations.ending import end_registrations
from hansa.deals.rules import PENDING
from hansa.deals.tests.story import LATER, NOW, PROJECT, Story, admitted, build_story, other_project
from hansa.kit.failures import NotFound
from hansa.kit.scope import acting, system
from hansa.networks.models import Membership
from hansa.networks.operations.membership import Role, move_membership, set_standing

pytestmark = pytest.mark.django_db
CUSTOMER = {
    "name": "Harbour Logistics AB", "country": "SE", "city": "Lund", "domain": "harbour-logistics.se", "tax_id": "SE556012579001",
}  # fmt: skip
ENDED_AT = NOW + timedelta(days=3)


def stored(model, **filters):
    with acting(system("looking in a test")):
        return list(model.objects.filter(**filters))


@pytest.mark.django_db(transaction=True)
def test_case_20_two_resellers_at_the_same_millisecond_and_the_loser_sees_in_review(time_machine):
    time_machine.move_to(NOW, tick=False)
    told = build_story()
    clients = {name: Client() for name in ("alpine", "bay")}
    for name, client in clients.items():
        client.force_login(told.people[name])
    answers, barrier = {}, threading.Barrier(len(clients), timeout=60)
    facts = {"family": "Road bikes", "country": "SE", "title": "Fleet", "amount_minor": 5_000_000, "submit": True}

    def register(name: str) -> None:
        body = json.dumps({**facts, "customer": told.customer.code})
        barrier.wait()
        address = "/api/v1/networks/nordwind/registrations"
        answers[name] = clients[name].post(address, body, content_type="application/json")
        connections["default"].close()

    threads = [threading.Thread(target=register, args=(name,)) for name in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = {name: answer.json() for name, answer in answers.items()}
    assert [answer.status_code for answer in answers.values()] == [201, 201]
    assert {(one["review"], one["submitted_at"], one["answer_at"], one["reason"]) for one in made.values()} == {
        ("IN_REVIEW", "2026-03-10T09:00:00Z", "2026-03-10T09:15:00Z", PENDING)
    }
    now_stored = {row.code: row.review for row in stored(Registration)}
    assert sorted(now_stored.values()) == ["APPROVED", "IN_REVIEW"]
    time_machine.move_to(LATER, tick=False)
    winner, loser = sorted(made, key=lambda name: now_stored[made[name]["code"]])
    shown = clients[loser].get(f"/api/v1/networks/nordwind/registrations/{made[loser]['code']}")
    assert (shown.json()["review"], shown.json()["reason"]) == ("IN_REVIEW", PENDING)
    body = shown.content.decode()
    for secret in (made[winner]["code"], told.organizations[winner].name, str(told.organizations[winner].id)):
        assert secret not in body


@pytest.mark.parametrize(
    "spelling",
    [
        {"name": "HARBOUR LOGISTICS AKTIEBOLAG"},
        {"name": "Harbour\u200b Logistics"},
        {"name": "H\u0430rbour Logistics AB"},
        {"name": "Logistics Harbour AB"},
        {"name": "HarbourLogistics"},
        {"name": "Harbor Logistics AB", "domain": "WWW.Harbour-Logistics.SE."},
        {"name": "Harbour Logistic", "domain": "https://harbour-logistics.se/en"},
        {"name": "Quay Haulage Lund", "tax_id": "se 556012-5790 01"},
    ],
    ids=["capitals", "zero width", "Cyrillic", "order", "joined", "trailing dot", "address", "tax id with spaces"],
)
def test_case_21_no_spelling_of_the_customer_is_a_way_around_a_protection(story, spelling):
    first = story.submit("alpine", CUSTOMER)
    second = story.submit("bay", {"country": "SE", **spelling}, at=NOW + timedelta(seconds=1))
    assert (first.review, second.review) == ("APPROVED", "IN_REVIEW")
    waits = stored(Waiting, registration=second)
    assert waits or stored(Match, earlier=first, later=second, answer="")
    assert not waits or second.project_id == first.project_id


def test_case_22_guessing_customers_is_stopped_told_the_same_and_seen_by_the_vendor(story, ask, time_machine):
    story.submit("alpine", {"name": "Guess Number 3 Quarry", "country": "SE"}, at=NOW - timedelta(days=1))
    time_machine.move_to(NOW, tick=False)
    body = {"family": "Road bikes", "country": "SE", "title": "Guess", "amount_minor": 200_000, "submit": True}

    def guess(number):
        return ask("bay", "post", "registrations", {**body, "customer": {"name": f"Guess Number {number} Quarry"}})

    answers = [guess(number) for number in range(6)]
    assert {status for status, _ in answers} == {201}
    assert {(one["review"], one["reason"], one["answer_at"]) for _, one in answers} == {
        ("IN_REVIEW", PENDING, "2026-03-10T09:15:00Z")
    }
    status, refused = guess(7)
    assert (status, "6 a day are possible" in refused["detail"]) == (422, True)
    assert len(stored(Registration, partner=story.organizations["bay"])) == 6
    (alert,) = stored(Event, kind="deals.quota.used_up")
    assert alert.subject_id == stored(Registration, code=answers[5][1]["code"])[0].id
    with acting(story.scope("vendor")):
        assert Event.objects.filter(id=alert.id).exists()
    for other in ("bay", "alpine", "fjord"):
        with acting(story.scope(other)):
            assert not Event.objects.filter(id=alert.id).exists()


def test_case_23_squatting_meets_a_cap_on_open_registrations(story):
    for day in range(6):
        story.submit("bay", {"name": f"Squat {'abcdef'[day] * 5} Works"}, at=NOW + timedelta(days=day))
    seventh = story.draft("bay", {"name": "Squat Ghghg Works"})
    with acting(story.scope("bay")), pytest.raises(RegistrationRefused, match="You have 6 open registrations; 6 may"):
        submit_registration(registration_id=seventh.id, at=NOW + timedelta(days=7))
    assert story.again(seventh).submitted_at is None


def test_case_23_nobody_holds_for_ever_an_extension_needs_evidence_and_is_granted_once(story):
    held = story.submit("alpine")
    with acting(story.scope("alpine")):
        refused = extend_protection(registration_id=held.id, evidence="  ", at=NOW + timedelta(days=80))
        granted = extend_protection(registration_id=held.id, evidence="Demo held on 2 May", at=NOW + timedelta(days=80))
        again = extend_protection(registration_id=held.id, evidence="Another demo", at=NOW + timedelta(days=81))
    assert [(each.granted, each.until_after) for each in (refused, granted, again)] == [
        (False, None), (True, NOW + timedelta(days=120)), (False, None)
    ]  # fmt: skip
    assert story.again(held).protected_until == NOW + timedelta(days=120)
    assert len(stored(Extension)) == 3


@pytest.mark.parametrize(("early", "review"), [(0, "APPROVED"), (1, "IN_REVIEW")])
def test_case_24_the_stored_instant_decides_however_late_the_clock_runs(story, early, review):
    first = story.submit("alpine")
    assert first.protected_until == NOW + timedelta(days=90)  # clocks change in between; a day stays 24 hours
    at = first.protected_until - timedelta(microseconds=early)
    assert story.submit("bay", at=at).review == review
    assert story.again(first).review == ("APPROVED" if early else "EXPIRED")


@pytest.mark.parametrize(("early", "reviews"), [(0, ["EXPIRED", "APPROVED"]), (1, ["APPROVED", "IN_REVIEW"])])
def test_case_24_an_answer_at_the_end_of_a_protection_has_one_outcome(story, early, reviews):
    first = story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(days=80))
    (match,) = stored(Match)
    at = NOW + timedelta(days=90) - timedelta(microseconds=early)
    with acting(story.scope("vendor")):
        answer_match(match_id=match.id, answer="SAME", reason="", at=at)
    assert [story.again(each).review for each in (first, second)] == reviews
    assert story.again(second).protected_from == (None if early else at)


def test_case_25_another_amount_is_decided_again_and_the_version_before_is_kept(story):
    held, at = story.submit("alpine"), NOW + timedelta(days=5)
    with acting(story.scope("alpine")):
        amended = amend_registration(registration_id=held.id, facts=other_project(amount_minor=9_000_000), at=at)
    assert (amended.review, amended.submitted_at) == ("APPROVED", at)
    assert amended.answer_at == at + timedelta(minutes=15)
    assert amended.protected_until == at + timedelta(days=90)
    versions = sorted(stored(Version), key=lambda version: version.number)
    assert [version.values["amount_minor"] for version in versions] == [5_000_000, 9_000_000]
    assert len(stored(Decision, kind="claim")) == 2


def test_case_25_an_amendment_is_no_way_past_anothers_protection(story):
    story.submit("bay", facts=other_project(country="DK"))
    held = story.submit("alpine", at=NOW + timedelta(seconds=1))
    with acting(story.scope("alpine")):
        amended = amend_registration(
            registration_id=held.id, facts=other_project(country="DK"), at=NOW + timedelta(days=1)
        )
    assert (amended.review, amended.protected_until) == ("IN_REVIEW", None)


def test_case_26_no_step_is_skipped(story, ask, time_machine):
    time_machine.move_to(LATER, tick=False)
    made = story.draft("alpine")
    place = f"registrations/{made.code}"
    before = story.again(made).__dict__ | {"_state": None}
    for step, body in {
        "stage": {"stage": "LAUNCHED"},
        "extension": {"evidence": "They have asked for an offer."},
        "amendment": {"title": "Fleet and yard"},
    }.items():
        assert ask("alpine", "post", f"{place}/{step}", body)[0] == 409, step
    for forged in ({"review": "APPROVED"}, {"protected_until": "2030-01-01T00:00:00Z"}, {"stage": "LAUNCHED"}):
        assert ask("alpine", "patch", place, forged)[0] in {200, 422}
    assert ask("alpine", "post", f"{place}/rejection", {"reason": "It is mine."})[0] in {403, 404}
    assert story.again(made).__dict__ | {"_state": None} == before
    with acting(story.scope("alpine")):
        submit_registration(registration_id=made.id, at=NOW)
        with pytest.raises(StepRefused):
            submit_registration(registration_id=made.id, at=LATER)
    assert ask("alpine", "post", f"{place}/withdrawal")[0] == 409
    assert story.again(made).review == "APPROVED"


def ended(story: Story, name: str) -> None:
    """The membership ends, and what follows from it is carried out, late and twice."""
    with acting(system("looking in a test")):
        membership = Membership.objects.get(organization=story.organizations[name])
    with acting(story.scope("vendor")):
        move_membership(membership=membership, state="ENDED", reason="The contract ended.", at=ENDED_AT)
    (event,) = stored(Event, kind="networks.membership.moved", subject_id=membership.id, facts__to="ENDED")
    for _ in range(2):
        with acting(system("a reaction")):
            end_registrations(event.id, ENDED_AT + timedelta(days=1))


def test_case_27_a_member_that_leaves_gives_up_what_it_held_and_who_waits_is_taken_up(story, ask, time_machine):
    held, waiting = story.submit("alpine"), story.submit("bay", at=NOW + timedelta(hours=1))
    behind = story.submit("alpine", facts=other_project(country="DK"), at=NOW + timedelta(hours=1))
    draft = story.draft("alpine", facts=other_project(country="FI"))
    ended(story, "alpine")
    assert [story.again(each).review for each in (held, behind, draft)] == ["EXPIRED", "EXPIRED", "WITHDRAWN"]
    taken = story.again(waiting)
    assert (taken.review, taken.protected_from) == ("APPROVED", ENDED_AT)
    assert not stored(Waiting)
    assert len(stored(Event, kind="deals.registration.expired")) == 2
    time_machine.move_to(ENDED_AT + timedelta(days=2), tick=False)
    for method, path in (("get", f"registrations/{held.code}"), ("post", f"registrations/{held.code}/submission")):
        assert ask("alpine", method, path)[0] in {200, 403, 404, 409}


def test_case_27_what_waits_is_withdrawn_before_it_could_be_taken_up(story):
    story.submit("bay")
    waiting = story.submit("alpine", at=NOW + timedelta(hours=1))
    ended(story, "alpine")
    assert story.again(waiting).review == "WITHDRAWN"
    assert not stored(Waiting)
    assert story.later(days=61)
    assert story.again(waiting).review == "WITHDRAWN"


def test_case_27_when_the_program_has_run_out_the_stored_protections_stay_and_the_plain_rules_hold(story):
    late = NOW.replace(year=2027, month=1, day=2)
    held = story.submit("alpine", at=late - timedelta(days=10))
    assert story.submit("bay", at=late).review == "IN_REVIEW"
    assert story.again(held).protected_until == late + timedelta(days=80)
    beside = story.submit("bay", facts=replace(PROJECT, country="DK"), at=late)
    assert beside.protected_until == late + timedelta(days=90)


def test_case_28_a_distributor_sees_its_resellers_deals_and_none_through_another(story):
    for key, number in (("second", "D-2"), ("delta", "R-3")):
        admitted(story, key, number=number)
    with acting(story.scope("vendor")):
        membership = Membership.objects.get(organization=story.organizations["delta"])
        role = Role(("Reseller",), upstream_id=story.organizations["second"].id)
        set_standing(membership=membership, role=role, since=NOW.date() - timedelta(days=1), at=NOW)
    through, other = story.submit("alpine"), story.submit("delta", facts=other_project(country="DK"))
    direct = story.submit("bay", facts=other_project(country="NO"))
    matrix = {
        "fjord": {through.id}, "second": {other.id}, "alpine": {through.id}, "delta": {other.id}, "bay": {direct.id},
        "vendor": {through.id, other.id, direct.id}, "stranger": set(),
    }  # fmt: skip
    for name, expected in matrix.items():
        with acting(story.scope(name)):
            assert set(Registration.objects.values_list("id", flat=True)) == expected, name
    for name in ("fjord", "second"):
        with acting(story.scope(name)), pytest.raises(NotFound):
            withdraw_registration(registration_id=through.id, at=LATER)
    assert story.again(through).review == "APPROVED"
