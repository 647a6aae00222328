from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa.kit.failures import NotAllowed, NotFound, Unprocessable
from hansa.kit.scope import acting, system
from hansa.ledger.models import Entry, Period, PeriodState, Transaction
from hansa.ledger.operations.closing import begin_closing, finish_closing
from hansa.ledger.operations.posting import AlreadyReversed, NotReversible, reverse
from hansa.ledger.queries import verify
from hansa.ledger.rules import Leg
from hansa.ledger.tests.story import MARCH_END, NOW, books, events, owed

pytestmark = pytest.mark.django_db


def test_an_accrual_is_an_expense_against_what_is_owed(story):
    story.post(story.posting(12_345))

    with acting(system("test")):
        legs = list(Entry.objects.order_by("account__kind").values_list("account__kind", "amount", "currency"))
    assert legs == [("REBATE_ACCRUED", -12_345, "EUR"), ("REBATE_EXPENSE", 12_345, "EUR")]


def test_legs_that_do_not_sum_to_zero_are_refused_and_nothing_changes(story):
    before, happened = books(), events()
    crooked = (Leg("REBATE_EXPENSE", "", 100, "EUR"), Leg("REBATE_ACCRUED", "partner:R-1", -99, "EUR"))

    with pytest.raises(Unprocessable, match="does not balance"):
        story.post(story.posting(100), story.posting(1, source="other", legs=crooked))

    assert (books(), events()) == (before, happened)


def test_two_currencies_must_each_balance(story):
    mixed = (Leg("REBATE_EXPENSE", "", 100, "EUR"), Leg("REBATE_ACCRUED", "partner:R-1", -100, "USD"))

    with pytest.raises(Unprocessable):
        story.post(story.posting(0, legs=mixed))


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_transaction_that_is_off_by_one(lasting_story):
    story = lasting_story
    story.post(story.posting(100))
    before = books()

    with pytest.raises(IntegrityError, match="is off by"), acting(story.scope("finn")):
        entry = Entry.objects.first()
        Entry.objects.create(
            transaction_id=entry.transaction_id, account_id=entry.account_id, network_id=entry.network_id,
            amount=1, currency="EUR",
        )  # fmt: skip

    assert books() == before


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_entry set amount = amount + 1",
        "delete from ledger_entry",
        "update ledger_transaction set beneficiary = 'partner:R-2'",
        "delete from ledger_transaction",
        "update ledger_journal set purpose = 'x'",
        "delete from ledger_journal",
        "truncate ledger_entry cascade",
    ],
)
def test_the_application_can_change_no_posting_by_sql(story, statement):
    story.post(story.posting(100))
    before = books()

    with pytest.raises(DatabaseError), transaction.atomic(), acting(story.scope("finn")), connection.cursor() as cursor:
        cursor.execute(statement)

    assert books() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", ["update ledger_entry set amount = 0", "delete from ledger_transaction"])
def test_not_even_the_owner_of_the_tables_can_change_a_posting(lasting_story, as_owner, statement):
    lasting_story.post(lasting_story.posting(100))
    before = books()

    with pytest.raises(Exception, match="append-only"):
        as_owner(statement)

    assert books() == before


def test_the_same_source_is_posted_once(story):
    story.post(story.posting(100))
    before = books()

    with pytest.raises(IntegrityError, match="exactly_once"), transaction.atomic():
        story.post(story.posting(100))

    assert books() == before


AMOUNTS = st.lists(st.integers(-(10**12), 10**12).filter(bool), min_size=1, max_size=8)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=AMOUNTS, order=st.randoms())
def test_the_order_of_arrival_does_not_matter(story, amounts, order):
    postings = [story.posting(amount, source=f"{place}") for place, amount in enumerate(amounts)]
    mixed = list(postings)
    order.shuffle(mixed)
    with transaction.atomic():
        story.post(*mixed)
        in_mixed_order, found = owed(story), _faults(story)
        transaction.set_rollback(True)
    with transaction.atomic():
        for posting in postings:
            story.post(posting)
        one_by_one = owed(story)
        transaction.set_rollback(True)

    assert (in_mixed_order, one_by_one, found) == (sum(amounts), sum(amounts), [])


def test_a_late_fact_is_posted_into_the_open_period_and_the_closed_one_stays(story):
    story.post(story.posting(100))
    with acting(story.scope("finn")):
        april = Period.objects.get(state=PeriodState.OPEN)
        begin_closing(period_id=april.id, at=NOW)
        sealed = finish_closing(period_id=april.id, at=NOW).seal

    journal = story.post(story.posting(50, source="late"))

    with acting(story.scope("finn")):
        late = Transaction.objects.get(source="late")
        assert (journal.period.starts_on, late.effective_on, late.posted_at) == (date(2026, 5, 1), MARCH_END, NOW)
        assert Period.objects.get(id=april.id).seal == sealed
        assert _faults(story) == []
    assert owed(story) == 150


def test_a_reversal_posts_the_opposite_and_names_what_it_takes_back(story):
    story.post(story.posting(100))
    with acting(story.scope("finn")):
        original = Transaction.objects.get()
        reverse(network=story.network, original=original, reason="Wrong partner", at=NOW)
        taken = Transaction.objects.get(reverses=original)

    assert (owed(story), taken.explanation["reason"]) == (0, "Wrong partner")


def test_a_transaction_is_taken_back_once_and_a_reversal_never(story):
    story.post(story.posting(100))
    with acting(story.scope("finn")):
        original = Transaction.objects.get()
        reverse(network=story.network, original=original, reason="Wrong", at=NOW)
        before = books()
        with pytest.raises(AlreadyReversed):
            reverse(network=story.network, original=original, reason="Again", at=NOW)
        with pytest.raises(NotReversible):
            reverse(network=story.network, original=original.reversal, reason="Back", at=NOW)

    assert books() == before


def test_a_reversal_needs_a_reason(story):
    story.post(story.posting(100))
    with acting(story.scope("finn")), pytest.raises(Unprocessable):
        reverse(network=story.network, original=Transaction.objects.get(), reason="  ", at=NOW)
    assert owed(story) == 100


@pytest.mark.parametrize(("who", "failure"), [("anna", NotAllowed), ("pia", NotFound), ("sam", NotFound)])
def test_only_the_operators_finance_posts_reverses_and_closes(story, who, failure):
    story.post(story.posting(100))
    with acting(system("test")):
        original, period = Transaction.objects.get(), Period.objects.get()
    before, happened = books(), events()

    with pytest.raises(failure):
        story.post(story.posting(1, source="theirs"), by=who)
    with pytest.raises(failure), acting(story.scope(who)):
        reverse(network=story.network, original=original, reason="Mine", at=NOW)
    with pytest.raises(failure), acting(story.scope(who)):
        begin_closing(period_id=period.id, at=NOW)

    assert (books(), events()) == (before, happened)


def test_a_partner_sees_its_own_leg_and_nothing_of_a_rival(story):
    story.post(story.posting(100), story.posting(777, source="bay", payee="bay"))

    with acting(story.scope("pia")):
        seen = list(Entry.objects.values_list("amount", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("select amount from ledger_entry")
            behind = cursor.fetchall()

    assert (seen, behind) == ([-100], [(-100,)])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("update ledger_entry set amount = 2 * amount", "does not say what was sealed"),
        ("update ledger_entry set amount = amount + 1 where amount > 0", "does not sum to zero"),
        ("delete from ledger_entry; delete from ledger_transaction; delete from ledger_journal", "which is gone"),
        ("update ledger_transaction set beneficiary = 'partner:R-2'", "does not say what was sealed"),
        ("update ledger_journal set digest = repeat('0', 64)", "does not hold what the event log sealed"),
    ],
)
def test_what_an_intruder_changes_is_found(lasting_story, tamper, statement, fault):
    lasting_story.post(lasting_story.posting(100))

    for part in statement.split(";"):
        tamper(part)

    assert any(fault in found for found in _faults(lasting_story))


@pytest.mark.django_db(transaction=True)
def test_a_closed_period_that_was_changed_no_longer_fits_its_seal(lasting_story, tamper):
    story = lasting_story
    story.post(story.posting(100))
    with acting(story.scope("finn")):
        april = Period.objects.get()
        begin_closing(period_id=april.id, at=NOW)
        finish_closing(period_id=april.id, at=NOW)

    tamper("update ledger_entry set amount = amount * 3")

    assert "The period from 01 April 2026 no longer fits its seal." in _faults(story)


def _faults(story):
    with acting(system("verifying in a test")):
        return verify(story.network.id)
