"""A case is opened with frozen facts, shown evidence, and perhaps taken back."""

from contextlib import suppress

import pytest
from django.db import DatabaseError, connection

from hansa.activity.models import Event
from hansa.disputes.models import Acceptance, Appeal, Case, Evidence, Grounds, Remedy
from hansa.disputes.operations import (
    CaseRefused,
    FilingRefused,
    NotASide,
    Subject,
    add_evidence,
    withdraw_case,
)
from hansa.disputes.queries import case_file, cases_about
from hansa.disputes.tests.story import (
    DAY,
    DECIDED,
    DECISION_UNTIL,
    EVIDENCE_UNTIL,
    INSTANT,
    NOW,
    SUBJECT,
)
from hansa.kit.failures import NotAllowed, NotFound, Unprocessable
from hansa.kit.scope import acting, system
from hansa.kit.uploads import FileTooLarge

pytestmark = pytest.mark.django_db


def events(kind=""):
    with acting(system("test")):
        rows = Event.objects.filter(kind__startswith=kind or "disputes.case.").order_by("at", "id")
        return [(event.kind, event.facts) for event in rows]


def count():
    with acting(system("test")):
        return [model.objects.count() for model in (Case, Grounds, Evidence, Remedy, Acceptance, Appeal)]


def show(story, case, *, by="frida", at=NOW + DAY, text="We were there first.", **file):
    with acting(story.scope(by)):
        return add_evidence(case=case, text=text, at=at, **file)


def test_a_case_keeps_what_it_was_filed_with(story):
    case = story.again(story.open())

    assert (case.state, case.round, case.adjudicator_id) == ("FILED", 1, None)
    assert (case.evidence_until, case.decision_until, case.appeal_until) == (EVIDENCE_UNTIL, DECISION_UNTIL, None)
    assert case.rules == {
        "file_within_days": 30,
        "evidence_days": 10,
        "decision_days": 20,
        "appeal_days": 14,
        "remedies": ["uphold", "swap_priority", "split", "compensate"],
        "program_version": "v2026abc",
    }
    assert case.decision == {
        "reason": "This project cannot be protected at present.",
        "rule": "first_in_time",
        "facts": {"Submitted": "1 March 2026"},
    }
    assert (case.opened_by_id, case.decided_at) == (story.people["paul"].id, DECIDED)


def test_a_filing_is_one_event_that_both_sides_may_read(story):
    case = story.open()

    [(kind, facts)] = events()
    assert kind == "disputes.case.filed"
    assert facts == {
        "code": case.code,
        "kind": "REGISTRATION",
        "subject_type": "deals.registration",
        "subject_id": "0190-1",
        "program_version": "v2026abc",
        "evidence_until": "2026-03-20T09:00:00+00:00",
        "side": "CLAIMANT",
    }
    for who, sees in (("paul", 1), ("frida", 1), ("vera", 1), ("hanna", 0), ("olaf", 0)):
        with acting(story.scope(who)):
            assert Event.objects.filter(kind="disputes.case.filed").count() == sees, who


@pytest.mark.parametrize(("who", "sees"), [("vera", 1), ("paul", 0), ("frida", 0), ("hanna", 0), ("olaf", 0)])
def test_grounds_and_inputs_are_for_those_who_run_the_network(story, who, sees):
    story.open()
    with acting(story.scope(who)):
        rows = [(row.grounds, row.inputs, row.interested) for row in Grounds.objects.all()]
    assert rows == [("Fir's claim of 27 February stands.", {"rivals": ["fir"]}, [story.people["otto"].id])] * sees


def test_the_statement_is_the_first_evidence(story):
    case = story.open()
    with acting(story.scope("frida")):
        assert [(piece.side, piece.text) for piece in case_file(case).evidence] == [
            ("CLAIMANT", "We were there first.")
        ]


def test_without_a_statement_nothing_is_shown_yet(story):
    story.open(statement="")
    assert count() == [1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(("at", "opens"), [(DECIDED + 30 * DAY - INSTANT, True), (DECIDED + 30 * DAY, False)])
def test_a_case_is_filed_in_time_or_not_at_all(story, at, opens):
    if opens:
        assert story.open(at=at).state == "FILED"
        return
    with pytest.raises(FilingRefused, match="The 30 days"):
        story.open(at=at)
    assert (count(), events()) == ([0] * 6, [])


def test_a_decision_is_disputed_once_by_its_sides(story):
    story.open()
    with pytest.raises(FilingRefused, match="There is a case about this decision already"):
        story.open(at=NOW + DAY)
    swapped = {"claimant_id": story.organizations["fir"].id, "respondent_id": story.organizations["elm"].id}
    with pytest.raises(FilingRefused):
        story.open(by="frida", **swapped)
    assert count()[0] == 1


def test_another_company_and_another_decision_may_be_disputed(story):
    story.open()
    third = {"claimant_id": story.organizations["hazel"].id, "respondent_id": story.organizations["vendor"].id}
    story.open(by="hanna", **third)
    story.open(subject=Subject("REGISTRATION", SUBJECT.type, "0190-2", "Registration q2w3e4"))
    assert count()[0] == 3


def test_what_was_withdrawn_may_be_filed_again_in_time(story):
    case = story.open()
    with acting(story.scope("paul")):
        withdraw_case(case=case, at=NOW + DAY)
    again = story.open(at=NOW + 2 * DAY)
    assert (again.state, story.again(case).state) == ("FILED", "WITHDRAWN")


def test_those_who_run_the_network_may_open_a_case_for_a_member(story):
    case = story.open(by="mara", statement="")
    assert (case.claimant_id, case.opened_by_id) == (story.organizations["elm"].id, story.people["mara"].id)


@pytest.mark.parametrize(
    ("by", "failure"),
    [("frida", NotFound), ("hanna", NotFound), ("olaf", NotFound), ("rosa", NotAllowed), ("finn", NotAllowed)],
)
def test_nobody_else_opens_a_case_for_a_company(story, by, failure):
    with pytest.raises(failure):
        story.open(by=by)
    assert (count(), events()) == ([0] * 6, [])


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"subject": Subject("REGISTRATION", "x", "1", "")}, "subject"),
        ({"subject": Subject("GRUDGE", "x", "1", "Something")}, "kind"),
        ({"subject": Subject("REGISTRATION", "x", "1", "Something", "https://elsewhere.example")}, "url"),
        ({"statement": "x" * 5_001}, "statement"),
        ({"statement": "\x00"}, "statement"),
        ({"respondent_id": "elm"}, "respondent"),
        ({"respondent_id": "outsider"}, "respondent"),
    ],
)
def test_a_case_names_its_subject_and_two_sides_of_the_network(story, changes, column):
    named = changes.get("respondent_id")
    values = {**changes, "respondent_id": story.organizations[named].id} if named else changes
    with pytest.raises(Unprocessable) as refusal:
        story.open(**values)
    assert [problem.column for problem in refusal.value.problems] == [column]
    assert count() == [0] * 6


def test_a_case_is_found_from_the_page_of_its_decision(story):
    case = story.open()
    for who, found in (("paul", [case]), ("frida", [case]), ("mara", [case]), ("hanna", [])):
        with acting(story.scope(who)):
            assert list(cases_about("deals.registration", "0190-1")) == found


def test_both_sides_show_evidence_and_read_the_same_case_file(story):
    case = story.open()
    show(story, case, by="frida", text=" Ours is older. ")
    show(story, case, by="paul", text="It is not.", at=NOW + 2 * DAY)

    files = []
    for who in ("paul", "frida", "mara"):
        with acting(story.scope(who)):
            files.append([(piece.side, piece.text, piece.submitted_at) for piece in case_file(case).evidence])
    assert files[0] == files[1] == files[2]
    assert files[0] == [
        ("CLAIMANT", "We were there first.", NOW),
        ("RESPONDENT", "Ours is older.", NOW + DAY),
        ("CLAIMANT", "It is not.", NOW + 2 * DAY),
    ]


@pytest.mark.parametrize(("at", "taken"), [(EVIDENCE_UNTIL - INSTANT, True), (EVIDENCE_UNTIL, False)])
def test_evidence_comes_in_time_or_not_at_all(story, at, taken):
    case = story.open()
    if taken:
        assert show(story, case, at=at).submitted_at == at
        return
    with pytest.raises(CaseRefused):
        show(story, case, at=at)
    assert (count()[2], story.again(case).state) == (1, "FILED")


@pytest.mark.parametrize(
    ("by", "failure"), [("vera", NotASide), ("hanna", NotFound), ("olaf", NotFound), ("rosa", NotAllowed)]
)
def test_only_the_sides_show_evidence(story, by, failure):
    case = story.open()
    with pytest.raises(failure):
        show(story, case, by=by)
    assert (count()[2], len(events())) == (1, 1)


@pytest.mark.parametrize("text", ["", "   ", "x" * 5_001, "nul\x00"])
def test_evidence_says_something(story, text):
    case = story.open()
    with pytest.raises(Unprocessable):
        show(story, case, text=text)
    assert count()[2] == 1


def test_a_side_shows_at_most_fifty_pieces(story):
    case = story.open()
    with acting(story.scope("frida")):
        pieces = [Evidence(case=case, side="RESPONDENT", text="x", submitted_at=NOW) for _ in range(50)]
        Evidence.objects.bulk_create(pieces)
    with pytest.raises(Unprocessable):
        show(story, case)
    assert show(story, case, by="paul").side == "CLAIMANT"


def test_a_file_is_stored_under_a_random_name_and_sealed_by_its_digest(story, tmp_path, settings):
    settings.FILES_ROOT = tmp_path
    case = story.open()
    piece = show(story, case, file_name="C:\\offers\\march.pdf", chunks=[b"%PDF", b"-1.7 offer"])

    assert (piece.file_name, piece.bytes) == ("march.pdf", 14)
    assert (tmp_path / piece.stored_as).read_bytes() == b"%PDF-1.7 offer"
    assert "march" not in piece.stored_as
    assert events("disputes.case.evidence")[0][1]["sha256"] == piece.sha256


@pytest.mark.parametrize(
    ("chunks", "limit", "failure"),
    [([b"MZ\x90\x00"], 100, Unprocessable), ([], 100, Unprocessable), ([b"long text"], 5, FileTooLarge)],
)
def test_a_file_that_is_refused_leaves_nothing(story, tmp_path, settings, chunks, limit, failure):
    settings.FILES_ROOT, settings.UPLOAD_LIMIT = tmp_path, limit
    case = story.open()
    with pytest.raises(failure):
        show(story, case, file_name="virus.pdf", chunks=chunks)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert count()[2] == 1


def test_a_file_whose_row_cannot_be_written_is_taken_away(story, tmp_path, settings, monkeypatch):
    settings.FILES_ROOT = tmp_path
    case = story.open()
    monkeypatch.setattr("hansa.disputes.operations.showing.note", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        show(story, case, file_name="a.txt", chunks=[b"text"])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_side_that_filed_withdraws(story):
    case = story.open()
    with acting(story.scope("paul")):
        gone = withdraw_case(case=case, at=NOW + DAY)
    assert (gone.state, gone.closed_at) == ("WITHDRAWN", NOW + DAY)
    assert [kind for kind, _ in events()] == ["disputes.case.filed", "disputes.case.withdrawn"]


@pytest.mark.parametrize(
    ("by", "failure"), [("frida", NotASide), ("vera", NotASide), ("hanna", NotFound), ("rosa", NotAllowed)]
)
def test_nobody_else_withdraws(story, by, failure):
    case = story.open()
    with pytest.raises(failure), acting(story.scope(by)):
        withdraw_case(case=case, at=NOW + DAY)
    assert story.again(case).state == "FILED"


def test_a_case_is_not_withdrawn_from_under_a_proposed_remedy(story):
    case = story.proposed()
    with pytest.raises(CaseRefused, match="only until a remedy is proposed"), acting(story.scope("paul")):
        withdraw_case(case=case, at=EVIDENCE_UNTIL + 2 * DAY)
    assert story.again(case).state == "PROPOSED"


FORGED = (
    "update disputes_case set state = 'FINAL', closed_at = now()",
    "update disputes_case set decision = '{}'",
    "delete from disputes_case",
    "insert into disputes_remedy (case_id, stage, kind, terms, rule, reason, precedent_text, at)"
    " select id, 'FINAL', 'swap_priority', '{}', 'x', 'x', 'x', now() from disputes_case",
    "update disputes_evidence set text = 'Forged'",
    "delete from disputes_evidence",
    "update disputes_grounds set interested = '{}'",
)


@pytest.mark.parametrize("statement", FORGED, ids=lambda text: " ".join(text.split()[:3]))
@pytest.mark.parametrize("who", ["paul", "hanna"])
def test_the_second_wall_keeps_a_side_from_writing_its_own_remedy(story, who, statement):
    case = story.open()
    with suppress(DatabaseError), acting(story.scope(who)), connection.cursor() as cursor:
        cursor.execute(statement)
    after = story.again(case)
    assert (after.state, after.decision["rule"], count()) == ("FILED", "first_in_time", [1, 1, 1, 0, 0, 0])


def test_the_database_freezes_a_case_even_for_the_platform(story):
    case = story.open()
    for column, value in (("decision", "{}"), ("rules", "{}"), ("subject_id", "x"), ("opened_at", "2020-01-01")):
        with pytest.raises(DatabaseError, match="never changes"), acting(system("test")), connection.cursor() as cursor:
            cursor.execute(f"update disputes_case set {column} = %s where id = %s", [value, case.id])
    with acting(story.scope("paul")):
        withdraw_case(case=case, at=NOW + DAY)
    with pytest.raises(DatabaseError, match="is over"), acting(system("test")), connection.cursor() as cursor:
        cursor.execute("update disputes_case set state = 'FILED', closed_at = null where id = %s", [case.id])
    assert story.again(case).state == "WITHDRAWN"
