"""Giving territories, and what came of their covenants."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection

from hansa.activity.models import Event
from hansa.kernel.money import Money
from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, system
from hansa.networks.models import Membership
from hansa.networks.operations.membership import move_membership
from hansa.programs.models import CovenantResult, TerritoryHolding
from hansa.programs.operations import (
    HoldingNotConfirmed,
    end_holding,
    hold_territory,
    record_covenant_result,
)
from hansa.programs.operations.holdings import end_holdings_of_member
from hansa.programs.queries import exclusive_spans, notice_of, periods_due, replay_of, territories_on, territory_at
from hansa.programs.tests.parted import HARBOURS, MAY, crowd, divided, given, recorded, rows

REACHED, MISSED = Money(100_050, "EUR"), Money(100_049, "EUR")


@pytest.fixture
def story(db):
    return divided()


def last_event(kind):
    with acting(system("reading what happened")):
        return Event.objects.filter(kind=kind).order_by("-id").first()


def spans(story, who="anna"):
    with acting(story.scope(who)):
        return [(each.holder_id, each.until_on) for each in exclusive_spans(story.network.id)]


def five(story):
    crowd(story, 3)
    for name in ("fjord", "kranich", "extra1", "extra2", "extra3"):
        given(story, name)


def test_a_sixth_exclusive_holder_has_to_be_confirmed(story):
    five(story)
    before = rows()
    with pytest.raises(HoldingNotConfirmed) as refused:
        given(story, "fuchs")

    assert refused.value.status == 409
    assert refused.value.detail.startswith(
        "From 2026-01-01 on Häfen has 6 exclusive holders, and lies in the European Economic Area (DE). Regulation (EU) "
        "2022/720, Article 1(1)(h) and Article 4(b)(i), knows"
    )
    assert "it is a notice for counsel, not legal advice" in refused.value.detail
    assert rows() == before


def test_what_was_confirmed_is_sealed_and_no_party_reads_it(story):
    five(story)
    held = given(story, "fuchs", confirmed=True)
    event = last_event("programs.territory.flagged")

    assert event.facts == {
        "territory": "Häfen",
        "rule": "Regulation (EU) 2022/720, Article 1(1)(h) and Article 4(b)(i)",
        "holders": 6,
        "from": "2026-01-01",
    }
    assert event.subject_id == held.id
    with acting(story.scope("frido")):
        kinds = set(Event.objects.filter(subject_id=held.id).values_list("kind", flat=True))
    assert kinds == {"programs.territory.held"}


def test_the_operator_alone_is_shown_the_notice(story):
    five(story)
    given(story, "fuchs", confirmed=True)
    for who, shown in (("anna", True), ("frido", False), ("pia", False)):
        with acting(story.scope(who)):
            harbours = territories_on(story.network.id, MAY.date())[0]
            assert (notice_of(story.network.id, harbours, day=MAY.date()) is not None) is shown


def test_a_confirmation_that_nothing_asks_for_records_nothing(story):
    given(story, "fuchs", confirmed=True)

    assert last_event("programs.territory.flagged") is None


def test_days_that_the_sixth_does_not_share_ask_for_nothing(story):
    five(story)

    assert given(story, "fuchs", from_on=date(2025, 1, 1), until_on=date(2026, 1, 1)).id


def test_who_lost_its_exclusivity_counts_no_more(story):
    five(story)
    with acting(system("reading a row")):
        first = TerritoryHolding.objects.order_by("id").first()
    recorded(story, first, MISSED)

    assert given(story, "fuchs", from_on=MAY.date()).id
    assert last_event("programs.territory.flagged") is None


@pytest.mark.parametrize(
    ("figure", "outcome", "until"),
    [(REACHED, "kept", None), (MISSED, "selective", MAY.date()), (Money(-5, "EUR"), "selective", MAY.date())],
)
def test_a_result_is_ruled_on_and_a_missed_one_takes_the_exclusivity_from_today_on(story, figure, outcome, until):
    held = given(story, "kranich")
    made = recorded(story, held, figure)

    assert (made.outcome, made.from_on, made.result, made.currency) == (outcome, MAY.date(), figure.minor, "EUR")
    assert (str(made.period_from), str(made.period_until)) == ("2026-01-01", "2026-04-01")
    assert (made.program_version.label, made.source) == ("2026", "Report of April")
    assert spans(story) == [(str(held.holder_id), until)]
    assert last_event("programs.covenant.ruled").facts == {
        "territory": "Häfen", "period": "2026-Q1", "outcome": outcome, "from": "2026-05-04",
    }  # fmt: skip


def test_a_quantity_is_measured_as_one(story):
    held = given(story, "kranich", territory="Nord")
    made = recorded(story, held, Decimal("9.5"))

    assert (made.outcome, made.result, made.currency, made.figure) == ("open", Decimal("9.5"), "", Decimal("9.5"))
    assert made.ruling["grounds"] == "9.5 of 10 (quantity, by the quarter)."


def test_a_consequence_may_hold_from_a_later_day(story):
    held = given(story, "kranich")
    recorded(story, held, MISSED, from_on=date(2026, 7, 1))

    assert spans(story) == [(str(held.holder_id), date(2026, 7, 1))]


def test_a_target_that_is_reached_later_gives_nothing_back(story):
    held = given(story, "kranich")
    recorded(story, held, MISSED)
    recorded(story, held, REACHED, period="2026-Q2", at=MAY + timedelta(days=90))

    assert spans(story) == [(str(held.holder_id), MAY.date())]


def test_a_correction_counts_alone_and_both_stay(story):
    held = given(story, "kranich")
    wrong = recorded(story, held, MISSED)
    right = recorded(story, held, REACHED, period="", corrects=wrong.code, at=MAY + timedelta(days=1))

    assert (right.outcome, right.corrects_id, right.period) == ("kept", wrong.id, "2026-Q1")
    assert spans(story) == [(str(held.holder_id), None)]
    before = rows()
    with pytest.raises(NotPossibleNow, match="corrected already"):
        recorded(story, held, MISSED, period="", corrects=wrong.code)
    assert rows() == before


def test_a_correction_of_a_loss_keeps_its_day(story):
    held = given(story, "kranich")
    wrong = recorded(story, held, MISSED)
    again = recorded(story, held, Money(7, "EUR"), period="", corrects=wrong.code, at=MAY + timedelta(days=9))

    assert (again.outcome, again.from_on) == ("selective", MAY.date())


@pytest.mark.parametrize(
    ("figure", "more", "column"),
    [
        (Decimal(5), {}, "figure"),
        (Money(5, "USD"), {}, "figure"),
        (Money(10**18, "EUR"), {}, "figure"),
        (MISSED, {"source": "  "}, "source"),
        (MISSED, {"source": "x" * 301}, "source"),
        (MISSED, {"from_on": date(2026, 5, 3)}, "from_on"),
    ],
)
def test_a_wrong_result_is_refused_by_name(story, figure, more, column):
    held = given(story, "kranich")
    before = rows()
    with pytest.raises(Unprocessable) as refused:
        recorded(story, held, figure, **more)

    assert [each.column for each in refused.value.problems] == [column]
    assert rows() == before


@pytest.mark.parametrize("figure", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e-10")])
def test_no_quantity_is_no_result(story, figure):
    held = given(story, "kranich", territory="Nord")
    with pytest.raises(Unprocessable):
        recorded(story, held, figure)


@pytest.mark.parametrize(
    ("period", "at"), [("2026-Q2", MAY), ("2026", MAY), ("", MAY), ("2025-Q4", MAY), ("2026-Q1", MAY.replace(month=3))]
)
def test_only_ended_periods_that_were_held_throughout_are_recorded(story, period, at):
    held = given(story, "kranich")
    before = rows()
    with pytest.raises(NotPossibleNow, match="There is nothing to record"):
        recorded(story, held, MISSED, period=period, at=at)
    assert rows() == before


def test_a_period_is_recorded_once(story):
    held = given(story, "kranich")
    recorded(story, held, REACHED)
    before = rows()
    with pytest.raises(NotPossibleNow, match="that have no result yet: none at present"):
        recorded(story, held, MISSED)
    assert rows() == before


def test_periods_are_due_by_the_day_asked_about(story):
    held = given(story, "kranich")
    with acting(story.scope("pia")):
        due = periods_due(held, day=date(2026, 7, 1))
    assert [(each.period.label, each.version.label, each.currency) for each in due] == [
        ("2026-Q1", "2026", "EUR"), ("2026-Q2", "2026", "EUR"),
    ]  # fmt: skip


def test_a_ruling_is_the_same_over_again_and_one_that_was_altered_is_not(story):
    made = recorded(story, given(story, "kranich"), MISSED)
    replayed = replay_of(made)
    assert (replayed.is_same, replayed.ruling) == (True, made.ruling)

    made.ruling = {**made.ruling, "outcome": "kept"}
    assert replay_of(made).is_same is False
    made.inputs = {"territory": "Häfen"}
    assert replay_of(made).is_same is False


@pytest.mark.parametrize(
    ("who", "failure"), [("aron", NotAllowed), ("pia", NotFound), ("frido", NotFound), ("otto", NotFound)]
)
def test_nobody_else_gives_ends_or_records(story, who, failure):
    held = given(story, "kranich")
    wrong = recorded(story, held, MISSED)
    before = rows()
    said = {"network": story.network, "at": MAY}
    for call in (
        lambda: hold_territory(territory="Nord", holder_id=held.holder_id, from_on=MAY.date(), **said),
        lambda: end_holding(holding_id=held.id, until_on=MAY.date(), **said),
        lambda: record_covenant_result(holding_id=held.id, figure=REACHED, source="Mine", corrects=wrong.code, **said),
    ):
        with acting(story.scope(who)), pytest.raises(failure):
            call()
    assert rows() == before


@pytest.mark.parametrize(
    ("who", "seen"), [("anna", 1), ("aron", 1), ("pia", 1), ("frido", 0), ("dina", 0), ("otto", 0)]
)
def test_the_operator_and_the_holder_see_a_result(story, who, seen):
    recorded(story, given(story, "kranich"), MISSED)
    with acting(story.scope(who)):
        assert CovenantResult.objects.count() == seen
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from programs_covenantresult")
            assert cursor.fetchone() == (seen,)


def test_a_result_is_never_changed(story):
    made = recorded(story, given(story, "kranich"), MISSED)
    for statement in ("update programs_covenantresult set outcome = 'kept'", "delete from programs_covenantresult"):
        with pytest.raises(DatabaseError, match="append-only"), acting(system("trying")), connection.cursor() as cursor:
            cursor.execute(statement)
    with acting(system("reading a row")):
        assert CovenantResult.objects.get().outcome == made.outcome


def test_a_rival_cannot_write_a_result_past_the_first_wall(story):
    made = recorded(story, given(story, "kranich"), MISSED)
    names = [each.attname for each in CovenantResult._meta.fields if each.name not in ("id", "code", "corrects")]
    copy = CovenantResult(**{name: getattr(made, name) for name in names}, corrects=made)
    with pytest.raises(DatabaseError, match="row-level security"), acting(story.scope("pia")):
        copy.save(force_insert=True)


def test_a_territory_is_found_by_its_address_while_it_is_defined_or_held(story):
    with acting(story.scope("pia")):
        assert territory_at(story.network.id, HARBOURS, day=MAY.date()).name == "Häfen"
        with pytest.raises(NotFound):
            territory_at(story.network.id, "hafen", day=MAY.date())
    given(story, "kranich")
    for who in ("anna", "pia"):
        with acting(story.scope(who)):
            assert territory_at(story.network.id, HARBOURS, day=date(2025, 12, 31)).defined is None
    with acting(story.scope("frido")), pytest.raises(NotFound):
        territory_at(story.network.id, HARBOURS, day=date(2025, 12, 31))


def leaves(story, name, at):
    """The membership ends, and what follows from it is carried out, late and twice."""
    with acting(system("looking in a test")):
        membership = Membership.objects.get(organization=story.companies[name])
    with acting(story.scope("anna")):
        move_membership(membership=membership, state="ENDED", reason="The contract ended.", at=at)
    event = last_event("networks.membership.moved")
    for _ in range(2):
        with acting(system("a reaction")):
            end_holdings_of_member(event.id, at + timedelta(days=1))


def test_who_leaves_the_network_holds_nothing_from_that_day_on(story):
    held = given(story, "fjord")
    given(story, "kranich")
    leaves(story, "fjord", MAY)
    ends = {holding.holder_id: holding.until_on for holding in stored(TerritoryHolding)}
    assert ends == {held.holder_id: MAY.date(), story.companies["kranich"].id: None}
    assert last_event("programs.territory.ended").facts == {"territory": "Häfen", "until": str(MAY.date())}
    with acting(system("reading what happened")):
        assert Event.objects.filter(kind="programs.territory.ended").count() == 1


@pytest.mark.parametrize(("from_on", "until_on", "left"), [
    (date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 1)),
    (MAY.date(), None, MAY.date() + timedelta(days=1)),
    (date(2026, 7, 1), date(2026, 9, 1), date(2026, 7, 2)),
])  # fmt: skip
def test_what_has_ended_before_stays_and_what_would_begin_keeps_its_first_day(story, from_on, until_on, left):
    given(story, "fjord", from_on=from_on, until_on=until_on)
    leaves(story, "fjord", MAY)
    assert [holding.until_on for holding in stored(TerritoryHolding)] == [left]


def stored(model):
    with acting(system("looking in a test")):
        return list(model.objects.all())
