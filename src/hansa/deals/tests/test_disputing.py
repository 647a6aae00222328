"""A decision is disputed, its remedy carried out; a case tells a partner nothing that its answer did not."""

import re
from datetime import timedelta

import pytest

from hansa.activity.models import Event
from hansa.companies.operations import know_company
from hansa.customers.operations import MergeRefused, merge_customers
from hansa.deals import queries
from hansa.deals.models import Contest, Match, Waiting
from hansa.deals.operations import (
    StepRefused,
    answer_match,
    carry_out_remedy,
    dispute_registration,
    open_case_between,
    reject_registration,
)
from hansa.deals.rules import PENDING
from hansa.deals.tests.story import LATER, NOW
from hansa.disputes.models import Case, Grounds
from hansa.disputes.operations import AdjudicatorRefused, assign_adjudicator, lapse_clocks, propose_remedy
from hansa.disputes.rules.course import Side
from hansa.disputes.rules.terms import Terms
from hansa.kernel.money import Money
from hansa.kit.failures import NotFound, Unprocessable
from hansa.kit.scope import acting, system
from hansa.organizations.operations import affiliate
from hansa.people.models import Person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TEXTS = {"rule": "First in time", "reason": "The first one was complete.", "precedent_text": "Time decides."}


@pytest.fixture
def rivals(story):
    """Alpine's claim is protected, Bay's waits behind it."""
    first = story.submit("alpine")
    second = story.submit("bay", at=NOW + timedelta(minutes=1))
    story.later(hours=1)
    return story.again(first), story.again(second)


@pytest.fixture
def judge(story):
    """Somebody of the vendor who has decided nothing."""
    with acting(system("a judge")):
        person = Person.objects.create_user("judge@example.org", password="correct horse battery", name="Judge")
        affiliate(person_id=person.id, organization_id=story.organizations["vendor"].id, roles=["owner"], at=NOW)
    story.people["judge"], story.organizations["judge"] = person, story.organizations["vendor"]
    return person


def dispute(story, who, registration, at=LATER):
    with acting(story.scope(who)):
        return dispute_registration(registration_id=registration.id, statement="We were first.", at=at)


def ordered(story, judge, case, terms):
    """The registrations after the remedy became final and was carried out, twice."""
    with acting(story.scope("vendor")):
        assign_adjudicator(case=case, person_id=judge.id, at=LATER)
    with acting(system("clocks")):
        lapse_clocks(at=LATER + 10 * DAY)
    with acting(story.scope("judge")):
        propose_remedy(case=case, terms=terms, at=LATER + 11 * DAY, **TEXTS)
    with acting(system("clocks")):
        lapse_clocks(at=LATER + 25 * DAY)
        final = Event.objects.get(kind="disputes.case.final", subject_id=case.id)
        for _ in range(2):
            carry_out_remedy(final.id, LATER + 25 * DAY)


def waiting(story):
    with acting(system("looking in a test")):
        return [row.registration_id for row in Waiting.objects.all()]


def events(kind):
    with acting(system("looking in a test")):
        return list(Event.objects.filter(kind=kind).order_by("id"))


def test_a_partner_that_waits_in_silence_disputes_against_the_operator_and_the_file_names_no_rival(story, rivals):
    case = dispute(story, "bay", rivals[1])
    assert (case.claimant_id, case.respondent_id) == (
        story.organizations["bay"].id, story.organizations["vendor"].id,
    )  # fmt: skip
    told = f"{case.decision} {case.subject_label} {case.subject_url} {case.rules}"
    assert not any(word in told for word in ("Alpine", str(rivals[0].id), rivals[0].code))
    assert case.decision["facts"]["Review"] == "In review"
    with acting(system("looking in a test")):
        kept = Grounds.objects.get(case=case)
    assert rivals[0].code in str(kept.inputs)
    assert story.people["bay"].id in kept.interested


def test_a_registration_in_the_queue_reads_the_same_in_its_case_as_one_that_waits(story, rivals):
    waits = dispute(story, "bay", rivals[1])
    queued = story.submit("fjord", {"name": "Harbour Logistic", "country": "SE"}, at=NOW + timedelta(minutes=2))
    other = dispute(story, "fjord", story.again(queued))
    assert other.decision["reason"] == waits.decision["reason"]
    assert other.decision["facts"]["Review"] == waits.decision["facts"]["Review"]
    assert other.respondent_id == waits.respondent_id


def test_nothing_is_disputed_before_the_answer_nor_twice_nor_after_the_days_of_the_rules(story, rivals):
    early = story.submit("fjord", at=LATER)
    with pytest.raises(StepRefused, match="Nothing has been decided"):
        dispute(story, "fjord", early)
    with pytest.raises(StepRefused, match="30 days in which"):
        dispute(story, "bay", rivals[1], at=LATER + 30 * DAY)
    dispute(story, "bay", rivals[1])
    with pytest.raises(StepRefused, match="a case about this registration already"):
        dispute(story, "bay", rivals[1])
    with acting(system("looking in a test")):
        assert Case.objects.count() == Contest.objects.count() == 1


def test_rivals_strangers_and_the_silent_cannot_open_a_case(story, rivals):
    for who in ("alpine", "fjord", "vendor", "stranger"):
        with pytest.raises(NotFound):
            dispute(story, who, rivals[1])
    with acting(story.scope("bay")), pytest.raises(Unprocessable):
        dispute_registration(registration_id=rivals[1].id, statement="  ", at=LATER)
    with acting(system("looking in a test")):
        assert not Case.objects.exists()


def test_the_operator_disputes_nothing_of_its_own_alone(story):
    direct = story.submit("vendor")
    with pytest.raises(StepRefused, match="You run this network yourself"):
        dispute(story, "vendor", direct)


def test_a_swap_protects_the_claimant_and_who_held_the_project_waits_behind_it(story, rivals, judge):
    case = dispute(story, "bay", rivals[1])
    ordered(story, judge, case, Terms("swap_priority"))
    held, claimed = map(story.again, rivals)
    at = LATER + 25 * DAY
    assert (claimed.review, claimed.protected_from, claimed.protected_until) == ("APPROVED", at, at + 60 * DAY)
    assert (held.review, held.protected_until, held.answer_at) == ("IN_REVIEW", None, at)
    assert waiting(story) == [held.id]
    assert [event.subject_id for event in events("deals.registration.displaced")] == [held.id]
    assert len(events("deals.registration.remedied")) == 1
    told = events("deals.registration.displaced")[0]
    assert case.code not in str(told.facts)
    assert str(case.claimant_id) not in str(told.facts) + str(told.parties)


def test_who_lost_its_place_disputes_that_once_and_no_case_goes_round_for_ever(story, rivals, judge):
    ordered(story, judge, dispute(story, "bay", rivals[1]), Terms("swap_priority"))
    at = LATER + 25 * DAY
    with pytest.raises(StepRefused, match="its remedy is final"):
        dispute(story, "bay", rivals[1], at=at + DAY)
    case = dispute(story, "alpine", rivals[0], at=at + DAY)
    assert case.decided_at == at


def test_after_the_claimants_protection_who_stepped_back_is_taken_up(story, rivals, judge):
    ordered(story, judge, dispute(story, "bay", rivals[1]), Terms("swap_priority"))
    story.later(days=86)
    held, claimed = map(story.again, rivals)
    assert (held.review, claimed.review) == ("APPROVED", "EXPIRED")


def test_a_split_leaves_the_protection_and_keeps_the_share(story, rivals, judge):
    case = dispute(story, "bay", rivals[1])
    ordered(story, judge, case, Terms("split", claimant_share=4_000, respondent_share=6_000))
    assert [story.again(each).review for each in rivals] == ["APPROVED", "IN_REVIEW"]
    with acting(story.scope("bay")):
        [row] = queries.contests_of(rivals[1])
    assert (row.remedy, row.share_bp, row.award_minor) == ("split", 4_000, None)


def test_a_compensation_is_kept_with_the_side_that_is_owed_it(story, rivals, judge):
    case = dispute(story, "bay", rivals[1])
    ordered(story, judge, case, Terms("compensate", amount=Money(120_050, "EUR"), to=Side.CLAIMANT))
    with acting(story.scope("bay")):
        [row] = queries.contests_of(rivals[1])
    assert (row.award, row.share_bp) == (Money(120_050, "EUR"), None)
    with acting(story.scope("alpine")):
        assert queries.contests_of(rivals[0]) == []


def between(story, rivals):
    with acting(system("looking in a test")):
        match = Match.objects.get(later=rivals[1])
    with acting(story.scope("vendor")):
        return open_case_between(match_id=match.id, at=LATER)


def test_between_two_both_sides_are_heard_and_neither_reads_who_the_other_is(story, rivals):
    case = between(story, rivals)
    for who, own in (("alpine", rivals[0]), ("bay", rivals[1])):
        with acting(story.scope(who)):
            assert Case.objects.get().id == case.id
            match_id = case.subject_id
            assert queries.own_in_match(story.network.id, match_id) == own
            assert [row.registration_id for row in Contest.objects.all()] == [own.id]
    told = f"{case.decision} {case.subject_label}"
    assert not any(word in told for word in ("Alpine", "Bay", rivals[0].code, rivals[1].code, rivals[0].title))


def test_a_swap_between_two_changes_their_places(story, rivals, judge):
    ordered(story, judge, between(story, rivals), Terms("swap_priority"))
    assert [story.again(each).review for each in rivals] == ["IN_REVIEW", "APPROVED"]
    with acting(system("looking in a test")):
        assert Contest.objects.exclude(carried_at=None).count() == 2


def test_only_who_runs_the_network_opens_a_case_between_two(story, rivals):
    with acting(system("looking in a test")):
        match = Match.objects.get()
    for who in ("alpine", "bay", "stranger"):
        with acting(story.scope(who)), pytest.raises(NotFound):
            open_case_between(match_id=match.id, at=LATER)


def test_no_case_between_two_that_were_said_to_be_other_projects_nor_before_both_are_answered(story):
    story.submit("alpine")
    story.submit("bay", {"name": "Harbour Logistics", "country": "SE"}, at=NOW + timedelta(minutes=1))
    with acting(system("looking in a test")):
        match = Match.objects.get()
    with acting(story.scope("vendor")):
        answer_match(match_id=match.id, answer="SAME", reason="", at=NOW + timedelta(minutes=2))
        with pytest.raises(StepRefused, match="once both were answered"):
            open_case_between(match_id=match.id, at=NOW + timedelta(minutes=3))
        Match.objects.filter(id=match.id).update(answer="ANOTHER")
        with pytest.raises(StepRefused, match="mean the same project"):
            open_case_between(match_id=match.id, at=LATER)


def test_a_merge_of_two_protected_customers_is_refused_and_opens_one_case(story):
    with acting(story.scope("vendor")):
        twin = know_company(space=story.network.id, facts={"name": "Tarnhelm Shipping", "country": "SE"}, at=NOW)
    first, second = story.submit("alpine"), story.submit("bay", twin.code, at=NOW + timedelta(minutes=1))
    story.later(hours=1)
    for _ in range(2):
        with acting(story.scope("vendor")), pytest.raises(MergeRefused, match="A case between the two"):
            merge_customers(network=story.network, company=twin, into=story.customer, reason="One firm.", at=LATER)
    with acting(system("looking in a test")):
        [case] = Case.objects.all()
    assert (case.claimant_id, case.respondent_id) == (second.partner_id, first.partner_id)
    assert [story.again(each).review for each in (first, second)] == ["APPROVED", "APPROVED"]


def test_after_a_swap_in_the_case_of_a_merge_the_merge_goes_through(story, judge):
    with acting(story.scope("vendor")):
        twin = know_company(space=story.network.id, facts={"name": "Tarnhelm Shipping", "country": "SE"}, at=NOW)
    first, second = story.submit("alpine"), story.submit("bay", twin.code, at=NOW + timedelta(minutes=1))
    story.later(hours=1)
    said = {"network": story.network, "company": twin, "into": story.customer, "reason": "One firm."}
    with acting(story.scope("vendor")), pytest.raises(MergeRefused):
        merge_customers(**said, at=LATER)
    with acting(system("looking in a test")):
        case = Case.objects.get()
    ordered(story, judge, case, Terms("swap_priority"))
    assert [story.again(each).review for each in (first, second)] == ["IN_REVIEW", "APPROVED"]
    with acting(story.scope("vendor")):
        merge_customers(**said, at=LATER + 26 * DAY)
    assert waiting(story) == [first.id]


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(LATER, tick=False)
    return time_machine


def test_over_the_screen_a_partner_disputes_and_the_operator_opens_a_case_between(story, rivals, browser, clock):
    deal = f"/networks/nordwind/deals/{rivals[1].code}"
    page = browser("bay").get(deal).content.decode()
    assert f'href="{deal}/dispute"' in page
    empty = browser("bay").post(f"{deal}/dispute", {"statement": ""})
    assert empty.status_code == 422
    done = browser("bay").post(f"{deal}/dispute", {"statement": "We were first."})
    assert done.status_code == 302
    with acting(system("looking in a test")):
        case, match = Case.objects.get(), Match.objects.get()
    assert done["Location"] == f"/networks/nordwind/cases/{case.code}"
    page = browser("bay").get(deal).content.decode()
    assert case.code in page
    assert f"{deal}/dispute" not in page
    again = browser("vendor").post(f"/networks/nordwind/deals/matches/{match.id}/case")
    assert again.status_code == 302
    with acting(system("looking in a test")):
        assert Case.objects.count() == 1  # one of the two is in a case already


def test_a_page_says_the_same_of_a_case_whether_a_rival_is_there_or_not(story, rivals, browser, clock):
    queued = story.submit("fjord", {"name": "Harbour Logistic", "country": "SE"}, at=NOW + timedelta(minutes=2))
    pages = [
        browser(who).get(f"/networks/nordwind/deals/{made.code}/dispute").content.decode()
        for who, made in (("bay", rivals[1]), ("fjord", queued))
    ]
    start, end = "<main", "</main>"
    shown = [page[page.index(start) : page.index(end)] for page in pages]
    for made, name in ((rivals[1], "Harbour Logistics AB"), (queued, "Harbour Logistic")):
        shown = [each.replace(made.code, "CODE").replace(f"{name} ·", "NAME ·") for each in shown]
    tokens = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", each) for each in shown]
    assert tokens[0] == tokens[1]


def test_over_the_api_a_case_is_opened_once_and_by_nobody_else(story, rivals, ask, clock):
    path = f"registrations/{rivals[1].code}/case"
    for who, status in (("alpine", 404), ("fjord", 404), ("vendor", 404), ("stranger", 404)):
        assert ask(who, "post", path, {"statement": "Ours."})[0] == status
    opened = ask("bay", "post", path, {"statement": "We were first."})
    assert opened[0] == 201
    assert ask("bay", "post", path, {"statement": "We were first."})[0] == 409
    with acting(system("looking in a test")):
        assert [case.code for case in Case.objects.all()] == [opened[1]["case"]]


def test_over_the_api_a_refused_merge_answers_409_and_its_case_stays(story, ask, clock):
    with acting(story.scope("vendor")):
        twin = know_company(space=story.network.id, facts={"name": "Tarnhelm Shipping", "country": "SE"}, at=NOW)
    story.submit("alpine")
    story.submit("bay", twin.code, at=NOW + timedelta(minutes=1))
    story.later(hours=1)
    body = {"into": story.customer.code, "reason": "One firm."}
    status, problem = ask("vendor", "post", f"customers/{twin.code}/merger", body)
    assert (status, problem["type"]) == (409, "/docs/problems#merge-refused")
    with acting(system("looking in a test")):
        assert Case.objects.count() == 1


def test_whoever_rejected_or_sent_back_does_not_decide_about_it(story, rivals):
    with acting(story.scope("vendor")):
        reject_registration(registration_id=rivals[1].id, reason="No order is in sight.", at=LATER)
    case = dispute(story, "bay", story.again(rivals[1]), at=LATER + DAY)
    with acting(story.scope("vendor")), pytest.raises(AdjudicatorRefused, match="interest in what is disputed"):
        assign_adjudicator(case=case, person_id=story.people["vendor"].id, at=LATER + DAY)


def test_whoever_ordered_a_change_of_places_does_not_decide_about_what_came_of_it(story, rivals, judge):
    ordered(story, judge, dispute(story, "bay", rivals[1]), Terms("swap_priority"))
    again = dispute(story, "alpine", story.again(rivals[0]), at=LATER + 26 * DAY)
    with acting(system("looking in a test")):
        assert judge.id in Grounds.objects.get(case=again).interested


def test_who_lost_its_place_reads_nothing_of_the_protection_that_was(story, rivals, judge):
    ordered(story, judge, dispute(story, "bay", rivals[1]), Terms("swap_priority"))
    for who in ("alpine", "vendor"):
        with acting(story.scope(who)):
            seen = queries.as_seen(story.again(rivals[0]), at=LATER + 26 * DAY)
        assert (seen.review, seen.reason, seen.protected_until) == ("IN_REVIEW", PENDING, None)
