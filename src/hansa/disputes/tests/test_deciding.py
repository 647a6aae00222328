"""From the adjudicator without interest to a remedy that is final."""

import pytest

from hansa.activity.models import Event, Notification
from hansa.disputes.models import Acceptance, Precedent, Remedy
from hansa.disputes.operations import (
    AdjudicatorRefused,
    CaseRefused,
    NotASide,
    accept_remedy,
    add_evidence,
    appeal,
    assign_adjudicator,
    decide,
    propose_remedy,
)
from hansa.disputes.operations.telling import tell_of_case
from hansa.disputes.queries import adjudicators_for
from hansa.disputes.rules.course import Side
from hansa.disputes.rules.terms import Terms
from hansa.disputes.tests.story import DAY, DECISION_UNTIL, EVIDENCE_UNTIL, INSTANT, NOW, TEXTS, join
from hansa.kernel.money import Money
from hansa.kit.failures import NotAllowed, NotFound, Unprocessable
from hansa.kit.scope import acting, system
from hansa.organizations.models import Affiliation
from hansa.programs.engagement import Disputes

pytestmark = pytest.mark.django_db
PROPOSED = EVIDENCE_UNTIL + DAY
APPEAL_UNTIL = PROPOSED + 14 * DAY
SPLIT = Terms("split", 6_000, 4_000)


def assign(story, case, who, *, by="vera", at=NOW + DAY):
    with acting(story.scope(by)):
        return assign_adjudicator(case=case, person_id=story.people[who].id, at=at)


def answer(story, case, by, what, *, at=PROPOSED + DAY):
    with acting(story.scope(by)):
        return (
            accept_remedy(case=case, at=at) if what == "accept" else appeal(case=case, reason="Read it again.", at=at)
        )


def settle(story, case, by, terms=SPLIT, *, at=PROPOSED + 3 * DAY):
    with acting(story.scope(by)):
        return decide(case=case, terms=terms, at=at, **TEXTS)


def final_events():
    with acting(system("test")):
        return [event.facts for event in Event.objects.filter(kind="disputes.case.final").order_by("at", "id")]


def precedents(story, who="hanna"):
    with acting(story.scope(who)):
        return [(p.kind, p.rule, p.remedy, p.text, p.month.isoformat()) for p in Precedent.objects.all()]


def test_an_adjudicator_is_assigned_and_the_taking_of_evidence_begins(story):
    case = assign(story, story.open(), "mara")
    assert (case.state, case.adjudicator_id) == ("EVIDENCE", story.people["mara"].id)
    assert case.evidence_until == EVIDENCE_UNTIL


def test_the_form_lists_who_may_decide_and_why_others_may_not(story):
    with acting(system("test")):
        join(story, "tina", "fir", "rep")
    case = story.open(by="vera", statement="")
    with acting(story.scope("vera")):
        rulings = {str(person): ruling.reason for person, ruling in adjudicators_for(case)}
    assert rulings == {
        "Vera": "This person has filed the case or spoken for one of the sides.",
        "Mara": "This person has no interest in the case.",
        "Otto": "This person has an interest in what is disputed.",
        "Tina": "This person works for one of the sides.",
    }


@pytest.mark.parametrize(
    ("who", "failure"), [("otto", AdjudicatorRefused), ("finn", Unprocessable), ("paul", Unprocessable)]
)
def test_nobody_with_an_interest_or_from_elsewhere_is_assigned(story, who, failure):
    case = story.open()
    with pytest.raises(failure):
        assign(story, case, who)
    assert story.again(case).adjudicator_id is None


@pytest.mark.parametrize(
    ("by", "failure"), [("finn", NotAllowed), ("paul", NotFound), ("hanna", NotFound), ("olaf", NotFound)]
)
def test_only_those_who_run_the_network_assign(story, by, failure):
    case = story.open()
    with pytest.raises(failure):
        assign(story, case, "mara", by=by)
    assert story.again(case).state == "FILED"


def test_somebody_else_may_be_assigned_while_it_is_undecided(story):
    case = assign(story, story.assigned(), "vera", at=EVIDENCE_UNTIL + DAY)
    assert (case.state, case.adjudicator_id) == ("DECIDING", story.people["vera"].id)
    with pytest.raises(AdjudicatorRefused, match="Somebody else"):
        story.propose(case, at=PROPOSED)


def test_who_was_assigned_and_then_joined_a_side_does_not_decide(story):
    case = story.deciding()
    with acting(system("test")):
        join(story, "mara", "fir", "rep")
    with pytest.raises(AdjudicatorRefused, match="works for one of the sides"):
        story.propose(case, at=PROPOSED)
    assert story.again(case).state == "DECIDING"


def test_an_operator_that_is_a_side_finds_somebody_without_interest(story):
    vendor = {"respondent_id": story.organizations["vendor"].id}
    case = story.open(**vendor)
    with acting(story.scope("tina")):
        add_evidence(case=case, text="It was ours first.", at=NOW + DAY)
    for who in ("otto", "tina"):
        with pytest.raises(AdjudicatorRefused):
            assign(story, case, who)
    assign(story, case, "mara")
    with pytest.raises(NotASide, match="cannot speak"), acting(story.scope("mara")):
        add_evidence(case=case, text="And I decide.", at=NOW + 2 * DAY)


@pytest.mark.parametrize(("at", "fits"), [(EVIDENCE_UNTIL - INSTANT, False), (EVIDENCE_UNTIL, True)])
def test_a_remedy_is_proposed_once_the_time_for_evidence_has_passed(story, at, fits):
    case = story.assigned()
    if not fits:
        with pytest.raises(CaseRefused):
            story.propose(case, at=at)
        assert story.again(case).state == "EVIDENCE"
        return
    remedy = story.propose(case, at=at, terms=SPLIT)
    after = story.again(case)
    assert (after.state, after.appeal_until) == ("PROPOSED", at + 14 * DAY)
    assert (remedy.stage, remedy.terms) == (
        "PROPOSED",
        {"kind": "split", "shares": {"CLAIMANT": 6_000, "RESPONDENT": 4_000}},
    )


@pytest.mark.parametrize(
    ("who", "failure"), [("vera", AdjudicatorRefused), ("finn", NotAllowed), ("paul", NotFound), ("olaf", NotFound)]
)
def test_only_the_adjudicator_proposes(story, who, failure):
    case = story.deciding()
    with pytest.raises(failure):
        story.propose(case, at=PROPOSED, by=who)
    with acting(system("test")):
        assert Remedy.objects.count() == 0


@pytest.mark.parametrize(
    ("terms", "texts", "column"),
    [
        (Terms("split", 6_000, 4_001), {}, "claimant_share"),
        (Terms("compensate", amount=Money(100, "USD"), to=Side.CLAIMANT), {}, "amount"),
        (Terms("uphold"), {"reason": " "}, "reason"),
        (Terms("uphold"), {"rule": ""}, "rule"),
        (Terms("uphold"), {"precedent_text": ""}, "precedent_text"),
        (Terms("uphold"), {"precedent_text": "Elm  gmbh was late."}, "precedent_text"),
        (Terms("uphold"), {"precedent_text": "See registration K7X2M9."}, "precedent_text"),
        (Terms("uphold"), {"rule": "What Fir GmbH said"}, "rule"),
    ],
)
def test_a_remedy_is_whole_and_what_is_published_names_nobody(story, terms, texts, column):
    case = story.deciding()
    with pytest.raises(Unprocessable) as refusal:
        story.propose(case, at=PROPOSED, terms=terms, **texts)
    assert [problem.column for problem in refusal.value.problems] == [column]
    assert story.again(case).state == "DECIDING"


def test_only_what_the_frozen_rules_allow_is_ordered(story):
    case = story.deciding(rules=Disputes(30, 10, 20, 14, remedies=("uphold",)))
    with pytest.raises(Unprocessable):
        story.propose(case, at=PROPOSED, terms=SPLIT)


@pytest.mark.parametrize(("at", "steps"), [(APPEAL_UNTIL - INSTANT, 0), (APPEAL_UNTIL, 1), (APPEAL_UNTIL + 9 * DAY, 1)])
def test_a_remedy_that_nobody_appeals_is_final_from_its_instant(story, at, steps):
    case = story.proposed(terms=SPLIT)
    assert story.lapse(at) == steps
    after = story.again(case)
    if not steps:
        assert (after.state, final_events()) == ("PROPOSED", [])
        return
    assert (after.state, after.closed_at) == ("FINAL", APPEAL_UNTIL)
    assert precedents(story) == [("REGISTRATION", TEXTS["rule"], "split", TEXTS["precedent_text"], "2026-04-01")]
    assert story.lapse(at + DAY) == 0


def test_the_final_event_carries_what_the_deciding_module_needs(story):
    case = story.proposed(terms=Terms("compensate", amount=Money(50_000, "EUR"), to=Side.CLAIMANT))
    story.lapse(APPEAL_UNTIL)
    assert final_events() == [
        {
            "code": case.code,
            "kind": "REGISTRATION",
            "subject_type": "deals.registration",
            "subject_id": "0190-1",
            "claimant": str(story.organizations["elm"].id),
            "respondent": str(story.organizations["fir"].id),
            "terms": {"kind": "compensate", "amount": {"minor": 50_000, "currency": "EUR"}, "to": "CLAIMANT"},
            "settled": False,
            "program_version": "v2026abc",
        }
    ]


def test_both_sides_accept_and_the_case_is_settled_without_a_precedent(story):
    case = story.proposed(terms=SPLIT)
    assert answer(story, case, "paul", "accept").state == "PROPOSED"
    settled = answer(story, case, "frida", "accept")

    assert (settled.state, settled.closed_at) == ("SETTLED", PROPOSED + DAY)
    assert [facts["settled"] for facts in final_events()] == [True]
    assert precedents(story) == []
    with acting(story.scope("paul")):
        assert [remedy.stage for remedy in Remedy.objects.order_by("at")] == ["PROPOSED", "FINAL"]


def test_who_has_accepted_cannot_appeal_but_the_other_side_can(story):
    case = story.proposed()
    answer(story, case, "paul", "accept")
    with pytest.raises(CaseRefused, match="cannot be appealed any more"):
        answer(story, case, "paul", "appeal")
    with pytest.raises(CaseRefused, match="Nothing more"):
        answer(story, case, "paul", "accept")
    assert answer(story, case, "frida", "appeal").state == "APPEALED"


@pytest.mark.parametrize("what", ["accept", "appeal"])
@pytest.mark.parametrize(
    ("by", "failure"), [("vera", NotASide), ("rosa", NotAllowed), ("hanna", NotFound), ("olaf", NotFound)]
)
def test_only_the_sides_answer(story, what, by, failure):
    case = story.proposed()
    with pytest.raises(failure):
        answer(story, case, by, what)
    assert story.again(case).state == "PROPOSED"


@pytest.mark.parametrize("what", ["accept", "appeal"])
@pytest.mark.parametrize(("at", "fits"), [(APPEAL_UNTIL - INSTANT, True), (APPEAL_UNTIL, False)])
def test_an_answer_comes_in_time_whether_or_not_the_job_has_run(story, what, at, fits):
    case = story.proposed()
    if fits:
        answer(story, case, "frida", what, at=at)
        return
    with pytest.raises(CaseRefused):
        answer(story, case, "frida", what, at=at)
    assert story.lapse(at) == 1
    assert story.again(case).state == "FINAL"


def test_an_appeal_says_why(story):
    case = story.proposed()
    with pytest.raises(Unprocessable), acting(story.scope("paul")):
        appeal(case=case, reason="  ", at=PROPOSED + DAY)
    assert story.again(case).state == "PROPOSED"


def test_an_appeal_is_decided_for_good_by_somebody_else(story):
    case = answer(story, story.proposed(), "frida", "appeal")
    assert (case.state, case.round, case.adjudicator_id, case.appeal_until) == ("APPEALED", 2, None, None)
    assert case.decision_until == PROPOSED + 21 * DAY
    with pytest.raises(AdjudicatorRefused, match="decided the case before"):
        assign(story, case, "mara", at=PROPOSED + 2 * DAY)
    assert assign(story, case, "tina", at=PROPOSED + 2 * DAY).state == "DECIDING"

    with pytest.raises(CaseRefused, match="once only"):
        story.propose(case, at=PROPOSED + 3 * DAY, by="tina")
    remedy = settle(story, case, "tina")

    after = story.again(case)
    assert (after.state, after.closed_at, remedy.stage) == ("FINAL", PROPOSED + 3 * DAY, "FINAL")
    assert [row[2] for row in precedents(story)] == ["split"]
    with pytest.raises(CaseRefused):
        answer(story, case, "paul", "appeal", at=PROPOSED + 4 * DAY)


def test_a_first_decision_is_never_final_at_once(story):
    case = story.deciding()
    with pytest.raises(CaseRefused, match="can be appealed"):
        settle(story, case, "mara")
    assert story.again(case).state == "DECIDING"


def test_on_appeal_nothing_is_withdrawn_or_shown(story):
    case = answer(story, story.proposed(), "paul", "appeal")
    with pytest.raises(CaseRefused), acting(story.scope("paul")):
        add_evidence(case=case, text="One more thing.", at=PROPOSED + 2 * DAY)


@pytest.mark.parametrize(("at", "steps"), [(DECISION_UNTIL - INSTANT, 0), (DECISION_UNTIL, 1)])
def test_a_late_decision_is_escalated_and_still_possible(story, at, steps):
    case = story.deciding()
    assert story.lapse(at) == steps
    assert story.again(case).escalated_at == (DECISION_UNTIL if steps else None)
    assert story.lapse(at) == 0
    story.propose(case, at=at)
    assert story.again(case).state == "PROPOSED"


def test_a_case_that_nobody_touches_goes_as_far_as_its_clocks_alone_can(story):
    case = story.open()
    assert story.lapse(DECISION_UNTIL + 100 * DAY) == 2
    after = story.again(case)
    assert (after.state, after.escalated_at) == ("DECIDING", DECISION_UNTIL)


def test_an_appeal_that_is_not_decided_in_time_is_escalated_anew(story):
    case = story.deciding()
    story.lapse(DECISION_UNTIL)
    story.propose(case, at=DECISION_UNTIL + DAY)
    case = answer(story, case, "paul", "appeal", at=DECISION_UNTIL + 2 * DAY)
    assert case.escalated_at is None
    assert story.lapse(DECISION_UNTIL + 22 * DAY - INSTANT) == 0
    assert story.lapse(DECISION_UNTIL + 22 * DAY) == 1


def test_everybody_concerned_finds_a_case_in_the_inbox_once(story):
    case = story.open()
    with acting(system("test")):
        event = Event.objects.get(kind="disputes.case.filed")
        for _ in range(2):
            tell_of_case(event.id, NOW)
        rows = Notification.objects.values_list("person_id", "organization_id", "text", "url")
        names = {person.id: who for who, person in story.people.items()}
        told = {names[person]: (text, url) for person, _, text, url in rows}
    assert sorted(told) == ["frida", "mara", "otto", "tina", "vera"]
    assert told["frida"] == (
        "A case was filed about Registration k7x2m9. Show what speaks for you.",
        f"/networks/nordwind/cases/{case.code}",
    )
    assert len(rows) == 5


def test_nobody_is_told_whose_access_was_suspended(story):
    story.open()
    with acting(system("test")):
        Affiliation.objects.filter(person=story.people["frida"]).update(suspended_at=NOW)
        tell_of_case(Event.objects.get(kind="disputes.case.filed").id, NOW)
        assert not Notification.objects.filter(person_id=story.people["frida"].id).exists()


def test_only_the_other_side_is_told_of_an_acceptance(story):
    answer(story, story.proposed(), "paul", "accept")
    with acting(system("test")):
        tell_of_case(Event.objects.get(kind="disputes.case.accepted").id, NOW)
        told = set(Notification.objects.values_list("person_id", flat=True))
        assert Acceptance.objects.count() == 1
    assert told == {story.people["frida"].id}


def test_what_is_proposed_is_the_persons_own(story):
    case = story.deciding()
    with acting(story.scope("mara")):
        remedy = propose_remedy(case=case, terms=Terms("uphold"), at=PROPOSED, **TEXTS)
    assert remedy.by_id == story.people["mara"].id
