"""Screens and endpoints, as both sides, the operator's people, another member and an outsider."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hansa.activity.models import Event
from hansa.disputes.models import Acceptance, Appeal, Evidence, Remedy
from hansa.disputes.operations import accept_remedy, add_evidence, appeal, assign_adjudicator, rest_case
from hansa.disputes.queries import cases_of, course_of, side_of
from hansa.disputes.rules.course import waits_for
from hansa.disputes.rules.terms import Terms
from hansa.disputes.tests.story import DAY, DECISION, SUBJECT, TEXTS
from hansa.kit.pagination import page_of
from hansa.kit.scope import acting, current_scope, system
from hansa.organizations.models import Acquaintance, Affiliation

pytestmark = pytest.mark.django_db
REMEDY = {"remedy": "split", "claimant_share": 6_000, "respondent_share": 4_000, **TEXTS}
BASE = "/networks/nordwind/cases"


@pytest.fixture
def now():
    """Screens and endpoints read the clock: cases of these tests were opened eleven days ago."""
    return timezone.now() - 11 * DAY


@pytest.fixture
def case(story, now):
    """A case that mara is to decide; the time for evidence passed yesterday."""
    return opened(story, now)


@pytest.fixture
def running(story):
    """A case in which evidence is taken."""
    return opened(story, timezone.now() - DAY)


def opened(story, at, **changes):
    decision = replace(DECISION, decided_at=at - DAY)
    made = story.open(at=at, decision=decision, **changes)
    with acting(story.scope("vera")):
        assign_adjudicator(case=made, person_id=story.people["mara"].id, at=at)
    story.lapse(timezone.now())
    return story.again(made)


def proposed(story, case, terms=None):
    story.propose(case, at=timezone.now() - DAY / 2, terms=terms)
    return story.again(case)


def call(story, who, method, address, body=None, status=200, **sent):
    data = sent or ({} if body is None else {"data": json.dumps(body), "content_type": "application/json"})
    response = getattr(story.browser(who), method)(f"/api/v1{address}", **data)
    assert response.status_code == status, response.content
    return response.json() if response.content and response["Content-Type"].startswith("application/") else response


def page(story, who, address, status=200):
    response = story.browser(who).get(address)
    assert response.status_code == status, address
    return response.content.decode()


def post(story, who, address, data=None, status=302):
    response = story.browser(who).post(address, data or {})
    assert response.status_code == status, response.content.decode()[-3000:]
    return response


@pytest.mark.parametrize("who", ["paul", "frida", "mara", "vera", "rosa", "finn"])
def test_sides_and_operator_read_the_case(story, case, who):
    shown = page(story, who, f"{BASE}/{case.code}")
    assert "Registration k7x2m9" in shown
    assert "This project cannot be protected at present." in shown
    assert "We were there first." in shown
    assert "Program version v2026abc" in shown
    assert ("Fir&#x27;s claim of 27 February stands." in shown) == (who in ("mara", "vera"))
    assert "Case</h" not in shown


@pytest.mark.parametrize(
    "rest",
    ["", "/evidence", "/withdrawal", "/acceptance", "/appeal", "/adjudicator", "/proposal", "/decision"],
)
@pytest.mark.parametrize("who", ["hanna", "olaf"])
def test_another_member_and_an_outsider_find_nothing(story, case, who, rest):
    browser = story.browser(who)
    for method in (browser.get, browser.post):
        answer = method(f"{BASE}/{case.code}{rest}")
        other = method(f"{BASE}/zzzzzzzz{rest}")
        assert answer.status_code == other.status_code
        assert answer.status_code in (404, 405)
    with acting(system("test")):
        assert [model.objects.count() for model in (Evidence, Remedy, Acceptance, Appeal)] == [1, 0, 0, 0]


def test_a_side_reads_no_name_of_the_other_though_they_know_each_other_from_elsewhere(story, running):
    elm, fir = story.organizations["elm"], story.organizations["fir"]
    with acting(system("test")):
        for viewer, subject in ((elm, fir), (fir, elm)):
            Acquaintance(viewer=viewer, subject=subject, network_id=uuid4()).save(force_insert=True)
    with acting(story.scope("frida")):
        add_evidence(case=running, text="Ours is older.", at=timezone.now())
    names = {who: call(story, who, "get", f"{BASE}/{running.code}")["names"] for who in ("paul", "frida", "mara")}
    assert names == {
        "paul": {"CLAIMANT": "Elm GmbH", "RESPONDENT": ""},
        "frida": {"CLAIMANT": "", "RESPONDENT": "Fir GmbH"},
        "mara": {"CLAIMANT": "Elm GmbH", "RESPONDENT": "Fir GmbH"},
    }
    assert "Fir GmbH" not in page(story, "paul", f"{BASE}/{running.code}")
    with acting(story.scope("paul")):
        told = Event.objects.get(kind="disputes.case.evidence")
    assert (told.facts["side"], told.actor_id, told.actor_organization_id) == ("RESPONDENT", None, None)


def test_a_member_knows_whom_its_own_case_against_the_operator_is_against(story):
    case = story.open(respondent_id=story.organizations["vendor"].id)
    told = call(story, "paul", "get", f"{BASE}/{case.code}")["names"]
    assert told == {"CLAIMANT": "Elm GmbH", "RESPONDENT": "Vendor GmbH"}
    other = story.open(by="vera", subject=replace(SUBJECT, id="2"), respondent_id=story.organizations["vendor"].id)
    assert call(story, "paul", "get", f"{BASE}/{other.code}")["names"]["RESPONDENT"] == ""


def test_the_adjudicator_is_named_only_to_those_who_run_the_network(story, case):
    assert "Mara" in page(story, "vera", f"{BASE}/{case.code}")
    assert "Mara" not in page(story, "paul", f"{BASE}/{case.code}")


def test_the_list_says_who_must_act(story, case):
    for who, waits in (("mara", True), ("vera", False), ("paul", False), ("frida", False)):
        [row] = call(story, who, "get", BASE)["items"]
        assert (row["waits"], row["state"]) == (waits, "DECIDING"), who
    assert "You must propose a remedy." in page(story, "mara", BASE)
    assert "The adjudicator must decide." in page(story, "paul", BASE)
    assert call(story, "hanna", "get", BASE)["items"] == []
    call(story, "olaf", "get", BASE, status=404)


def test_lists_that_are_empty_say_what_they_are_for(story):
    assert "No case is open" in page(story, "paul", BASE)
    assert "Nothing waits for you" in page(story, "paul", f"{BASE}?show=mine")
    assert "No case is over yet" in page(story, "paul", f"{BASE}?show=over")
    assert "No precedent yet" in page(story, "paul", "/networks/nordwind/precedents")
    assert "No precedent fits" in page(story, "paul", "/networks/nordwind/precedents?q=none")


def test_evidence_with_a_file_is_shown_and_read_by_the_other_side(story, running, tmp_path, settings):
    settings.FILES_ROOT = tmp_path
    file = SimpleUploadedFile("offer.pdf", b"%PDF-1.7 offer")
    post(story, "frida", f"{BASE}/{running.code}/evidence", {"text": "Our offer is older.", "file": file})

    shown = page(story, "paul", f"{BASE}/{running.code}")
    assert "Our offer is older." in shown
    assert "offer.pdf" in shown
    with acting(system("test")):
        piece = Evidence.objects.get(side="RESPONDENT")
    address = f"{BASE}/{running.code}/evidence/{piece.id}"
    saved = story.browser("paul").get(address)
    assert b"".join(saved.streaming_content) == b"%PDF-1.7 offer"
    assert saved["Content-Disposition"] == 'attachment; filename="offer.pdf"'
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert story.browser("mara").get(f"/api/v1{address}/file").status_code == 200
    for who in ("hanna", "olaf"):
        assert story.browser(who).get(address).status_code == 404


def test_evidence_that_is_refused_says_why_at_its_field(story, running, tmp_path, settings):
    settings.FILES_ROOT = tmp_path
    address = f"{BASE}/{running.code}/evidence"
    file = SimpleUploadedFile("virus.pdf", b"MZ\x90\x00")
    assert "a PDF, a picture" in post(story, "paul", address, {"text": "x", "file": file}, 422).content.decode()
    assert "This field is required" in post(story, "paul", address, {"text": ""}, 422).content.decode()
    post(story, "vera", address, {"text": "x"}, 403)
    post(story, "rosa", address, {"text": "x"}, 403)


def test_evidence_that_comes_too_late_is_refused_in_words(story, case):
    browser = story.browser("paul")
    told = browser.post(f"{BASE}/{case.code}/evidence", {"text": "Late."}, follow=True).content.decode()
    assert "Evidence is taken only before the case is decided" in told


def test_a_piece_without_a_file_has_none_to_download(story, running):
    with acting(system("test")):
        piece = Evidence.objects.get()
    assert story.browser("paul").get(f"{BASE}/{running.code}/evidence/{piece.id}").status_code == 404
    call(story, "paul", "get", f"{BASE}/{running.code}/evidence/{piece.id}/file", status=404)


def test_a_case_from_proposal_to_settlement_on_screen(story, case):
    form = page(story, "mara", f"{BASE}/{case.code}/proposal")
    assert "Both sides may accept it or appeal it for 14 days." in form
    values = {"remedy": "split", "claimant_share": "62.5", **TEXTS}
    post(story, "mara", f"{BASE}/{case.code}/proposal", values)

    shown = page(story, "frida", f"{BASE}/{case.code}")
    assert "It is split: 62.5% to the claimant, 37.5% to the respondent." in shown
    assert "Accept the remedy" in shown
    post(story, "paul", f"{BASE}/{case.code}/acceptance")
    post(story, "frida", f"{BASE}/{case.code}/acceptance")
    shown = page(story, "paul", f"{BASE}/{case.code}")
    assert "Settled" in shown
    assert "Both sides accepted it." in shown
    assert "Nobody has to act." in page(story, "paul", f"{BASE}?show=over")


def test_a_case_from_appeal_to_precedent_on_screen(story, case):
    proposed(story, case, Terms("uphold"))
    assert "Somebody who has not decided it before" in page(story, "paul", f"{BASE}/{case.code}/appeal")
    post(story, "paul", f"{BASE}/{case.code}/appeal", {"reason": "Read it again."})
    choice = page(story, "vera", f"{BASE}/{case.code}/adjudicator")
    assert "This person has decided the case before" in choice
    assert "This person has an interest in what is disputed." in choice
    post(story, "vera", f"{BASE}/{case.code}/adjudicator", {"person": str(story.people["tina"].id)})
    assert "You must decide the appeal." in page(story, "tina", f"{BASE}/{case.code}")
    post(story, "tina", f"{BASE}/{case.code}/decision", {"remedy": "swap_priority", **TEXTS})

    assert "The claimant takes the respondent" in page(story, "frida", f"{BASE}/{case.code}")
    published = page(
        story, "hanna", "/networks/nordwind/precedents?q=complete+day&kind=REGISTRATION&remedy=swap_priority"
    )
    assert TEXTS["precedent_text"] in published
    assert case.code not in published
    assert "k7x2m9" not in published
    assert "No precedent fits" in page(story, "hanna", "/networks/nordwind/precedents?remedy=uphold")
    assert page(story, "olaf", "/networks/nordwind/precedents", 404)


def test_forms_say_what_is_wrong_and_keep_what_was_written(story, case):
    address = f"{BASE}/{case.code}/proposal"
    for values, said in (
        ({"remedy": "split"}, "two shares of at least 1 basis point that sum to 10000"),
        ({"remedy": "compensate", "amount": "1.005"}, "This currency has fewer decimals."),
        ({"remedy": "compensate", "to": "CLAIMANT"}, "an amount above zero in EUR"),
        ({"remedy": "uphold", "precedent_text": "Elm GmbH was late."}, "without Elm GmbH"),
    ):
        shown = post(story, "mara", address, {**TEXTS, **values}, 422).content.decode()
        assert said in shown, values
        assert TEXTS["reason"] in shown
    assert "This field is required" in post(story, "mara", address, {"remedy": "uphold"}, 422).content.decode()


def test_a_compensation_is_told_in_words(story, case):
    values = {"remedy": "compensate", "amount": "500", "to": "RESPONDENT", **TEXTS}
    post(story, "mara", f"{BASE}/{case.code}/proposal", values)
    assert "the claimant pays the respondent €500.00." in page(story, "paul", f"{BASE}/{case.code}")


def test_who_is_not_assigned_sees_no_form_and_cannot_post_one(story, case):
    address = f"{BASE}/{case.code}/proposal"
    assert "Only the person who is assigned decides this case." in page(story, "vera", address)
    post(story, "vera", address, {"remedy": "uphold", **TEXTS}, 422)
    assert story.again(case).state == "DECIDING"


def test_a_case_is_withdrawn_on_screen_by_who_filed_it(story, running):
    address = f"{BASE}/{running.code}/withdrawal"
    assert "Withdraw this case?" in page(story, "paul", address)
    post(story, "frida", address, status=403)
    post(story, "vera", address, status=403)
    post(story, "paul", address)
    assert story.again(running).state == "WITHDRAWN"
    assert "only until a remedy" in story.browser("paul").post(address, follow=True).content.decode()


def test_what_is_refused_by_the_state_is_told_on_the_page(story, case):
    told = story.browser("paul").post(f"{BASE}/{case.code}/acceptance", follow=True).content.decode()
    assert "No proposed remedy waits to be accepted." in told
    shown = post(story, "paul", f"{BASE}/{case.code}/appeal", {"reason": "No."}, 422).content.decode()
    assert "Only a proposed remedy can be appealed" in shown
    shown = post(story, "mara", f"{BASE}/{case.code}/decision", {"remedy": "uphold", **TEXTS}, 422).content.decode()
    assert "Only an appeal is decided for good" in shown


def test_nobody_free_to_decide_is_said_with_what_to_do(story, case):
    with acting(system("test")):
        deciding = [story.people[who] for who in ("vera", "tina")]
        Affiliation.objects.filter(person__in=deciding).update(suspended_at=timezone.now())
    proposed(story, case)
    with acting(story.scope("paul")):
        appeal(case=case, reason="No.", at=timezone.now())
    assert "None of your people may decide this case." in page(story, "mara", f"{BASE}/{case.code}/adjudicator")


def test_both_sides_have_shown_everything_on_screen_and_over_the_api(story, running):
    assert "We have shown everything" in page(story, "paul", f"{BASE}/{running.code}")
    assert "We have shown everything" not in page(story, "vera", f"{BASE}/{running.code}")
    post(story, "paul", f"{BASE}/{running.code}/rest")
    shown = page(story, "frida", f"{BASE}/{running.code}")
    assert "Has shown everything" in shown
    assert "We have shown everything" in shown
    assert "We have shown everything" not in page(story, "paul", f"{BASE}/{running.code}")
    told = story.browser("paul").post(f"{BASE}/{running.code}/rest", follow=True).content.decode()
    assert "Your side has said that it has shown everything." in told
    assert call(story, "frida", "get", f"{BASE}/{running.code}")["rested"] == ["CLAIMANT"]
    assert call(story, "frida", "post", f"{BASE}/{running.code}/rest")["state"] == "DECIDING"


def test_a_case_over_the_api(story, case, tmp_path, settings):
    settings.FILES_ROOT = tmp_path
    address = f"{BASE}/{case.code}"
    remedy = call(story, "mara", "post", f"{address}/proposal", REMEDY, 201)
    assert remedy["terms"] == {"kind": "split", "shares": {"CLAIMANT": 6_000, "RESPONDENT": 4_000}}
    accepted = call(story, "paul", "post", f"{address}/acceptance")
    assert (accepted["state"], accepted["accepted"], accepted["waits"], accepted["side"]) == (
        *("PROPOSED", ["CLAIMANT"]),
        *(False, "CLAIMANT"),
    )
    appealed = call(story, "frida", "post", f"{address}/appeal", {"reason": "No."})
    assert (appealed["state"], appealed["appeal"]["side"], appealed["round"]) == ("APPEALED", "RESPONDENT", 2)
    rulings = {each["name"]: each["may"] for each in call(story, "vera", "get", f"{address}/adjudicator")["items"]}
    assert rulings == {"Vera": True, "Mara": False, "Otto": False, "Tina": True}
    chosen = call(story, "vera", "put", f"{address}/adjudicator", {"person": str(story.people["tina"].id)})
    assert chosen["state"] == "DECIDING"
    body = {"remedy": "compensate", "amount": {"minor": 5_000, "currency": "EUR"}, "to": "CLAIMANT", **TEXTS}
    call(story, "tina", "post", f"{address}/decision", body, 201)
    detail = call(story, "paul", "get", address)
    assert (detail["state"], [each["stage"] for each in detail["remedies"]]) == ("FINAL", ["PROPOSED", "FINAL"])
    [published] = call(story, "hanna", "get", "/networks/nordwind/precedents?q=complete")["items"]
    assert set(published) == {"code", "kind", "rule", "remedy", "text", "month"}
    assert published["month"].endswith("-01")


def test_refusals_over_the_api_are_named(story, running):
    address = f"{BASE}/{running.code}"
    for who, method, rest, body, status, kind in (
        ("frida", "post", "/withdrawal", None, 403, "not-a-side"),
        ("vera", "post", "/acceptance", None, 403, "not-a-side"),
        ("rosa", "post", "/acceptance", None, 403, "not-allowed"),
        ("paul", "post", "/acceptance", None, 409, "case-refused"),
        ("paul", "post", "/proposal", REMEDY, 404, "not-found"),
        ("mara", "post", "/proposal", REMEDY, 409, "case-refused"),
        ("vera", "put", "/adjudicator", {"person": str(story.people["otto"].id)}, 409, "adjudicator-refused"),
        ("vera", "put", "/adjudicator", {"person": str(story.people["paul"].id)}, 422, "unprocessable"),
        ("hanna", "get", "", None, 404, "not-found"),
    ):
        problem = call(story, who, method, f"{address}{rest}", body, status)
        assert problem["type"] == f"/docs/problems#{kind}", (who, rest)


def test_evidence_over_the_api(story, running, tmp_path, settings):
    settings.FILES_ROOT = tmp_path
    file = SimpleUploadedFile("note.txt", b"ours")
    piece = call(
        story, "frida", "post", f"{BASE}/{running.code}/evidence", data={"text": "Ours.", "file": file}, status=201
    )
    assert (piece["side"], piece["bytes"], piece["file_name"]) == ("RESPONDENT", 4, "note.txt")
    assert (
        call(story, "paul", "post", f"{BASE}/{running.code}/evidence", data={"text": "No."}, status=201)["bytes"] == 0
    )


def test_the_same_acceptance_sent_again_with_its_key_is_one(story, case):
    proposed(story, case)
    browser = story.browser("paul")
    address, key = f"/api/v1{BASE}/{case.code}/acceptance", {"Idempotency-Key": "once"}
    first, again = (browser.post(address, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotent-Replay"]) == (200, 200, "true")
    with acting(system("test")):
        assert Acceptance.objects.count() == 1


def test_filters_of_lists_over_the_api(story, case):
    assert len(call(story, "paul", "get", f"{BASE}?over=false")["items"]) == 1
    assert call(story, "paul", "get", f"{BASE}?over=true")["items"] == []
    assert len(call(story, "mara", "get", f"{BASE}?waiting=true")["items"]) == 1
    assert call(story, "vera", "get", f"{BASE}?waiting=true")["items"] == []


def many(story):
    """A case in every state, some of them answered by one side."""
    for number, stage in enumerate(
        ("filed", "evidence", "deciding", "proposed", "accepted", "appealed", "over", "rested")
    ):
        at = timezone.now() - (DAY if stage in ("filed", "evidence", "rested") else 11 * DAY)
        decision = replace(DECISION, decided_at=at)
        made = story.open(
            at=at, decision=decision, subject=replace(SUBJECT, id=str(number)), statement="" if number % 2 else "x"
        )
        if stage == "rested":
            with acting(story.scope("paul")):
                rest_case(case=made, at=timezone.now())
        if stage in ("filed", "rested"):
            continue
        with acting(story.scope("vera")):
            assign_adjudicator(case=made, person_id=story.people["mara"].id, at=at)
        story.lapse(timezone.now())
        if stage in ("evidence", "deciding"):
            continue
        proposed(story, made)
        for who in {"accepted": ["paul"], "over": ["paul", "frida"]}.get(stage, []):
            with acting(story.scope(who)):
                accept_remedy(case=made, at=timezone.now())
        if stage == "appealed":
            with acting(story.scope("frida")):
                appeal(case=made, reason="No.", at=timezone.now())


@pytest.mark.parametrize("who", ["vera", "mara", "finn", "paul", "rosa", "frida", "hanna"])
def test_what_waits_in_the_list_is_what_the_rule_says(story, who):
    many(story)
    with acting(story.scope(who)):
        scope, rows = current_scope(), list(cases_of(story.network.id))
        for row in rows:
            side = side_of(row, scope.organization_id) if scope.can("disputes.file") else None
            expected = waits_for(
                course_of(row),
                operates=row.network_id in scope.operates and scope.can("disputes.decide"),
                adjudicates=row.adjudicator_id == scope.person_id and scope.can("disputes.decide"),
                side=side,
                shown=side in course_of(row).rested
                or (side is not None and Evidence.objects.filter(case=row, side=side.value).exists()),
            )
            assert bool(row.waits) is expected, (who, row.state)
            assert row.due_at == (course_of(row).due_at or row.closed_at)
    assert len(rows) == (0 if who == "hanna" else 8)


def test_what_waits_for_somebody_comes_first_and_pages_hold_together(story):
    many(story)
    with acting(story.scope("paul")):
        order = ("-waits", "due_at", "id")
        first = page_of(cases_of(story.network.id), order=order, size=3)
        second = page_of(cases_of(story.network.id), order=order, size=3, cursor=first.next)
        waiting = [row.waits for row in [*first.items, *second.items]]
        assert waiting == sorted(waiting, reverse=True)
        assert not {row.id for row in first.items} & {row.id for row in second.items}


def test_the_list_asks_the_database_as_often_for_many_as_for_few(story, case):
    browser = story.browser("paul")
    browser.get(BASE)
    with CaptureQueriesContext(connection) as few:
        browser.get(BASE)
    many(story)
    with CaptureQueriesContext(connection) as more:
        browser.get(BASE)
    assert len(more) == len(few)
