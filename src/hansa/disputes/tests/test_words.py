"""How a case is written on a page and told in an inbox; the job that runs its clocks."""

import pytest
from django.utils.translation import override

from hansa.activity.models import Event, Notification
from hansa.activity.words import SENTENCES
from hansa.disputes import tasks
from hansa.disputes.models import Case, Kind, RemedyKind, Side, State
from hansa.disputes.operations import accept_remedy, appeal, withdraw_case
from hansa.disputes.operations.telling import TOLD, tell_of_case
from hansa.disputes.rules import course
from hansa.disputes.rules.terms import REMEDIES
from hansa.disputes.templatetags import disputes as words
from hansa.disputes.tests.story import DAY, DECISION_UNTIL, EVIDENCE_UNTIL, NOW
from hansa.kit.scope import acting, system
from hansa.site.reactions import REACTIONS

LATER = EVIDENCE_UNTIL + 2 * DAY


def test_models_and_rules_name_the_same_states_sides_and_remedies():
    assert set(State.values) == {state.value for state in course.State}
    assert set(Side.values) == {side.value for side in course.Side}
    assert tuple(RemedyKind.values) == REMEDIES


def test_everything_has_words():
    assert set(words.STATE_WORDS) == set(words.STATE_KINDS) == set(State.values)
    assert set(words.KIND_WORDS) == set(Kind.values)
    assert set(words.REMEDY_WORDS) == set(RemedyKind.values)
    assert set(words.SIDE_WORDS) == set(Side.values)
    assert set(TOLD) == {kind for kind in SENTENCES if kind.startswith("disputes.")}


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ({"kind": "uphold"}, "The decision stands."),
        ({"kind": "swap_priority"}, "The claimant takes the respondent's place."),
        (
            {"kind": "split", "shares": {"CLAIMANT": 6_000, "RESPONDENT": 4_000}},
            "It is split: 60% to the claimant, 40% to the respondent.",
        ),
        (
            {"kind": "split", "shares": {"CLAIMANT": 3_333, "RESPONDENT": 6_667}},
            "It is split: 33.33% to the claimant, 66.67% to the respondent.",
        ),
        (
            {"kind": "compensate", "amount": {"minor": 123_456, "currency": "EUR"}, "to": "CLAIMANT"},
            "The decision stands, and the respondent pays the claimant €1,234.56.",
        ),
        (
            {"kind": "compensate", "amount": {"minor": 500, "currency": "JPY"}, "to": "RESPONDENT"},
            "The decision stands, and the claimant pays the respondent ¥500.",
        ),
    ],
)
def test_terms_are_told_in_a_sentence(stored, said):
    with override("en"):
        assert words.terms_in_words(stored) == said


@pytest.mark.parametrize(
    ("state", "late", "kind", "word"),
    [
        ("FILED", False, "waiting", "Filed"),
        ("DECIDING", False, "progress", "Being decided"),
        ("DECIDING", True, "refused", "Late"),
        ("APPEALED", True, "refused", "Late"),
        ("PROPOSED", True, "waiting", "Remedy proposed"),
        ("FINAL", True, "settled", "Final"),
        ("WITHDRAWN", False, "draft", "Withdrawn"),
    ],
)
def test_a_state_is_told_by_word_and_colour(state, late, kind, word):
    case = Case(state=state, escalated_at=NOW if late else None)
    assert (words.case_state_kind(case), str(words.case_state_word(case))) == (kind, word)


def test_what_an_older_release_wrote_is_shown_by_its_name():
    assert words.case_event_words(Event(kind="disputes.case.unknown")) == "disputes.case.unknown"
    assert words.case_event_kind(Event(kind="disputes.case.unknown")) == "progress"
    assert words.side_word("NEITHER") == "NEITHER"
    assert words.remedy_word("x") == words.case_kind_word("x") == "x"


def test_every_event_of_a_case_tells_somebody():
    assert {kind for kind in REACTIONS if kind.startswith("disputes.case.")} == set(TOLD)


def told(kind):
    """Who is told of the latest event of a kind, by name."""
    with acting(system("test")):
        Notification.objects.all().delete()
        tell_of_case(Event.objects.filter(kind=kind).latest("at", "id").id, NOW)
        return sorted(Notification.objects.values_list("person_id", flat=True))


@pytest.mark.django_db
def test_each_step_is_told_to_those_who_must_know(story):
    names = {person.id: who for who, person in story.people.items()}
    case = story.deciding()
    assert {names[each] for each in told("disputes.case.assigned")} == {"mara", "otto", "tina", "paul", "frida"}
    assert {names[each] for each in told("disputes.case.evidence_closed")} == {"vera", "mara", "otto", "tina"}
    story.lapse(DECISION_UNTIL)
    assert {names[each] for each in told("disputes.case.escalated")} == {"vera", "mara", "otto", "tina"}
    story.propose(case, at=DECISION_UNTIL)
    assert {names[each] for each in told("disputes.case.proposed")} == {"paul", "frida"}
    with acting(story.scope("frida")):
        appeal(case=case, reason="No.", at=DECISION_UNTIL + DAY)
    assert {names[each] for each in told("disputes.case.appealed")} == {"paul", "vera", "mara", "otto", "tina"}


@pytest.mark.django_db
def test_an_end_is_told_to_everybody_but_who_made_it(story):
    names = {person.id: who for who, person in story.people.items()}
    case = story.proposed()
    for who in ("paul", "frida"):
        with acting(story.scope(who)):
            accept_remedy(case=case, at=LATER)
    assert {names[each] for each in told("disputes.case.final")} == {"paul", "vera", "mara", "otto", "tina"}


@pytest.mark.django_db
def test_a_withdrawal_is_told_to_the_other_side(story):
    case = story.open()
    with acting(story.scope("paul")):
        withdraw_case(case=case, at=NOW + DAY)
    assert story.people["frida"].id in told("disputes.case.withdrawn")
    assert story.people["paul"].id not in told("disputes.case.withdrawn")


@pytest.mark.django_db
def test_the_job_runs_the_clocks_by_the_wall_clock(story):
    case = story.open()
    tasks.lapse(0)
    assert story.again(case).state == "DECIDING", "the story's clocks ran out in spring"
    tasks.lapse(0)
    with acting(system("test")):
        assert Event.objects.filter(kind="disputes.case.evidence_closed").count() == 1
