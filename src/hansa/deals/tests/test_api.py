"""The API of registrations: each address, who may use it, and what it answers."""

from datetime import timedelta

import pytest

from hansa.activity.models import Event
from hansa.deals.models import Match, Registration
from hansa.deals.operations import submit_registration
from hansa.deals.tests.story import NOW, other_project, registrations_of
from hansa.kit.scope import acting, system

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
BODY = {"family": "Road bikes", "country": "SE", "title": "Fleet", "amount_minor": 5_000_000}
WRITES = {
    "submission": {},
    "withdrawal": {},
    "stage": {"stage": "QUALIFIED"},
    "extension": {"evidence": "They have asked for an offer."},
    "amendment": {"title": "Fleet and yard"},
}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def rivals(story, clock):
    """A protected claim and one that may be the same, an hour later."""
    first = story.submit("alpine")
    second = story.submit("bay", {"name": "Harbour Logistics Norden AB"}, at=NOW + timedelta(seconds=1))
    clock.move_to(LATER, tick=False)
    return first, second


def test_a_draft_is_begun_changed_and_submitted(story, ask):
    status, made = ask("alpine", "post", "registrations", {**BODY, "customer": story.customer.code})
    place = f"registrations/{made['code']}"
    assert (status, made["review"], made["steps"]) == (201, "DRAFT", ["edit", "submit", "withdraw", "stage"])

    changed, edited = ask("alpine", "patch", place, {"title": "Harbour fleet", "amount_minor": None})
    assert (changed, edited["title"], edited["amount_minor"], edited["family"]) == (
        200,
        "Harbour fleet",
        None,
        "Road bikes",
    )

    ask("alpine", "patch", place, {"amount_minor": 200_000})
    done, submitted = ask("alpine", "post", f"{place}/submission")
    assert (done, submitted["review"], submitted["submitted_at"]) == (200, "IN_REVIEW", "2026-03-10T09:00:00Z")
    assert submitted["answer_at"] == "2026-03-10T09:15:00Z"


def test_a_draft_is_given_another_customer(story, ask):
    made = story.draft("alpine")
    status, edited = ask("alpine", "patch", f"registrations/{made.code}", {"customer": {"name": "Quarry Ltd"}})
    assert (status, edited["customer"]) == (200, {"name": "Quarry Ltd"})


def test_one_call_registers_a_company_of_its_own(story, ask):
    body = {**BODY, "customer": {"name": "Quarry Ltd", "city": "Lund"}, "submit": True}
    status, made = ask("alpine", "post", "registrations", body)
    assert (status, made["review"], made["customer"]) == (201, "IN_REVIEW", {"name": "Quarry Ltd", "city": "Lund"})


def test_the_same_key_registers_once(story, ask):
    body = {**BODY, "customer": story.customer.code, "submit": True}
    answers = [ask("alpine", "post", "registrations", body, **{"Idempotency-Key": "one"}) for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0][0] == 201
    assert len(registrations_of(story.network.id)) == 1
    with acting(system("looking in a test")):
        assert Event.objects.filter(kind="deals.registration.submitted").count() == 1


def test_what_the_rules_refuse_leaves_no_draft(story, ask):
    body = {**BODY, "customer": story.customer.code, "amount_minor": 99_999, "submit": True}
    status, problem = ask("bay", "post", "registrations", body)
    assert (status, problem["type"]) == (422, "/docs/problems#registration-refused")
    assert registrations_of(story.network.id) == []


def test_the_own_twin_is_named(story, ask):
    first = story.submit("alpine")
    status, problem = ask("alpine", "post", "registrations", {**BODY, "customer": story.customer.code, "submit": True})
    assert (status, problem["type"]) == (409, "/docs/problems#already-registered")
    assert first.code in problem["detail"]


def test_everybody_lists_what_it_may_see(story, rivals, ask):
    story.draft("bay", facts=other_project(country="DK"))
    listed = {name: [row["review"] for row in ask(name, "get", "registrations")[1]["items"]]
              for name in ("alpine", "fjord", "bay", "vendor")}  # fmt: skip
    assert listed == {
        "alpine": ["APPROVED"],
        "fjord": ["APPROVED"],
        "bay": ["IN_REVIEW", "DRAFT"],
        "vendor": ["IN_REVIEW", "APPROVED"],
    }


def test_filters_and_pages_follow_what_is_seen(story, rivals, ask):
    for number in range(31):
        story.draft("bay", facts=other_project(title=f"Draft {number}"))
    _, first = ask("bay", "get", "registrations?review=DRAFT")
    _, second = ask("bay", "get", f"registrations?review=DRAFT&cursor={first['next']}")
    assert (len(first["items"]), len(second["items"]), second["next"]) == (30, 1, None)
    assert len(ask("bay", "get", "registrations?review=IN_REVIEW&stage=PROSPECT")[1]["items"]) == 1
    assert ask("bay", "get", "registrations?stage=LAUNCHED")[1]["items"] == []
    assert ask("bay", "get", "registrations?review=SECRET")[0] == 422


def test_a_distributor_reads_its_resellers_deal_and_changes_nothing(rivals, ask):
    place = f"registrations/{rivals[0].code}"
    assert ask("fjord", "get", place)[1]["steps"] == []
    assert [ask("fjord", "post", f"{place}/{step}", body)[0] for step, body in WRITES.items()] == [404] * 5


@pytest.mark.parametrize("name", ["bay", "stranger"])
@pytest.mark.parametrize("part", ["", "/versions", "/decisions", "/receipt"])
def test_what_is_not_ones_own_is_not_there(rivals, ask, name, part):
    foreign = ask(name, "get", f"registrations/{rivals[0].code}{part}")
    assert foreign == ask(name, "get", f"registrations/zzzzzzzz{part}")
    assert foreign[0] == 404


@pytest.mark.parametrize("name", ["bay", "stranger"])
@pytest.mark.parametrize("step", WRITES)
def test_nobody_takes_a_step_for_somebody_else(story, rivals, ask, name, step):
    assert ask(name, "post", f"registrations/{rivals[0].code}/{step}", WRITES[step])[0] == 404
    assert ask(name, "patch", f"registrations/{rivals[0].code}", {"title": "Mine"})[0] == 404
    assert story.again(rivals[0]).title == "Fleet for the harbour"


@pytest.mark.parametrize("name", ["alpine", "fjord", "stranger"])
@pytest.mark.parametrize("step", ["rejection", "return"])
def test_only_those_who_run_the_network_decide(rivals, ask, name, step):
    assert ask(name, "post", f"registrations/{rivals[1].code}/{step}", {"reason": "Not now, please."})[0] == 404


def test_a_stranger_neither_lists_nor_registers(story, ask):
    assert ask("stranger", "get", "registrations")[0] == 404
    assert ask("stranger", "post", "registrations", {**BODY, "customer": "x"})[0] == 404


def test_an_approved_deal_is_moved_extended_and_amended(story, rivals, ask):
    place = f"registrations/{rivals[0].code}"
    assert ask("alpine", "post", f"{place}/stage", {"stage": "COMMITTED"})[1]["stage"] == "COMMITTED"
    status, asked = ask("alpine", "post", f"{place}/extension", {"evidence": "An offer is out."})
    assert (status, asked["granted"], asked["until_after"]) == (200, True, "2026-07-08T09:00:00Z")
    assert ask("alpine", "post", f"{place}/extension", {"evidence": "Again."})[1]["granted"] is False
    status, amended = ask("alpine", "post", f"{place}/amendment", {"title": "Fleet and yard"})
    assert (status, amended["title"], amended["review"]) == (200, "Fleet and yard", "APPROVED")


def test_another_amount_is_decided_anew(rivals, ask):
    place = f"registrations/{rivals[0].code}"
    status, amended = ask("alpine", "post", f"{place}/amendment", {"amount_minor": 6_000_000})
    assert (status, amended["review"], amended["protected_until"]) == (200, "IN_REVIEW", None)
    assert [row["number"] for row in ask("alpine", "get", f"{place}/versions")[1]["items"]] == [2, 1]


def test_a_lost_sale_needs_a_reason(rivals, ask):
    place = f"registrations/{rivals[0].code}/stage"
    assert ask("alpine", "post", place, {"stage": "CLOSED_LOST"})[0] == 409
    status, lost = ask("alpine", "post", place, {"stage": "CLOSED_LOST", "loss_reason": "PRICE"})
    assert (status, lost["stage"], lost["loss_reason"], lost["steps"]) == (200, "CLOSED_LOST", "PRICE", [])


def test_what_waits_for_a_decision_is_withdrawn(rivals, ask):
    status, withdrawn = ask("bay", "post", f"registrations/{rivals[1].code}/withdrawal")
    assert (status, withdrawn["review"], withdrawn["steps"]) == (200, "WITHDRAWN", [])


def test_the_operator_sends_back_and_the_partner_sends_again(rivals, ask):
    place = f"registrations/{rivals[1].code}"
    status, back = ask("vendor", "post", f"{place}/return", {"reason": "Say which site it is for."})
    assert (status, back["review"], back["turn"]) == (200, "ACTION_REQUIRED", "partner")
    assert ask("bay", "get", place)[1]["reason"] == "Say which site it is for."
    assert ask("bay", "patch", place, {"problem": "Malmö"})[1]["problem"] == "Malmö"
    assert ask("bay", "patch", place, {"country": "DK"})[0] == 409
    assert ask("bay", "post", f"{place}/submission")[1]["review"] == "IN_REVIEW"


def test_the_operator_rejects_with_a_reason(rivals, ask):
    place = f"registrations/{rivals[1].code}"
    assert ask("vendor", "post", f"{place}/rejection", {"reason": "no"})[0] == 422
    status, rejected = ask("vendor", "post", f"{place}/rejection", {"reason": "They have chosen already."})
    assert (status, rejected["review"], rejected["reason"]) == (200, "REJECTED", "They have chosen already.")


def test_a_match_is_listed_and_answered_once(story, rivals, ask):
    (match,) = ask("vendor", "get", "registration-matches")[1]["items"]
    assert (match["earlier"]["code"], match["later"]["code"]) == (rivals[0].code, rivals[1].code)
    assert match["verdict"] == "review"
    place = f"registration-matches/{match['id']}/answer"
    assert ask("vendor", "post", place, {"answer": "ANOTHER"})[0] == 422
    status, answered = ask("vendor", "post", place, {"answer": "SAME"})
    assert (status, answered["answer"], answered["later"]["waits"]) == (200, "SAME", True)
    assert ask("vendor", "post", place, {"answer": "SAME"})[0] == 409
    assert ask("vendor", "get", "registration-matches")[1]["items"] == []
    assert len(ask("vendor", "get", "registration-matches?all=true")[1]["items"]) == 1


@pytest.mark.parametrize("name", ["alpine", "bay", "fjord", "stranger"])
def test_matches_are_the_operators_alone(rivals, ask, name):
    with acting(system("looking in a test")):
        match = Match.objects.get()
    assert ask(name, "get", "registration-matches")[0] == 404
    assert ask(name, "post", f"registration-matches/{match.id}/answer", {"answer": "SAME"})[0] == 404


def test_a_decision_is_replayed_and_is_the_same(rivals, ask):
    place = f"registrations/{rivals[1].code}/decisions"
    rows = ask("vendor", "get", place)[1]["items"]
    assert {row["kind"]: row["ruling"]["outcome"] for row in rows} == {"claim": "QUEUE", "eligibility": True}
    for row in rows:
        replayed = ask("vendor", "get", f"{place}/{row['code']}/replay")[1]
        assert (replayed["is_same"], replayed["stored"]) == (True, replayed["replayed"])


def test_a_partner_reads_and_replays_what_was_decided_over_its_own_facts(rivals, ask):
    place = f"registrations/{rivals[0].code}/decisions"
    kinds = {row["kind"]: row["code"] for row in ask("alpine", "get", place)[1]["items"]}
    assert set(kinds) == {"eligibility", "protection"}
    assert ask("alpine", "get", f"{place}/{kinds['protection']}/replay")[1]["is_same"] is True
    assert ask("fjord", "get", place)[1]["items"] == []
    hidden = {row["kind"]: row["code"] for row in ask("vendor", "get", place)[1]["items"]}["claim"]
    assert ask("alpine", "get", f"{place}/{hidden}/replay")[0] == 404


def test_a_program_cannot_do_what_its_token_does_not_list(story, client):
    from hansa.organizations.operations import make_api_token

    made = story.draft("alpine")
    with acting(story.scope("alpine")):
        _token, secret = make_api_token(
            name="reader", capabilities=["networks.view", "deals.view"], expires_at=NOW + timedelta(days=9), at=NOW
        )
    headers = {"Authorization": f"Bearer {secret}"}
    place = f"/api/v1/networks/nordwind/registrations/{made.code}"
    assert client.get(place, headers=headers).status_code == 200
    assert client.post(f"{place}/submission", headers=headers).status_code == 403
    with acting(story.scope("alpine")):
        submit_registration(registration_id=made.id, at=NOW)
        assert Registration.objects.get(id=made.id).submitted_at == NOW
