from datetime import UTC, date, datetime

import pytest

from hansa.activity.models import Event, Notification, SignedHead
from hansa.incentives.models import RunState, Statement, StatementLine
from hansa.incentives.operations import runs
from hansa.incentives.operations.commitment import LedgerHasMoved, NotPreviewed, SalesHaveChanged
from hansa.incentives.operations.handing import hand_over_statements
from hansa.incentives.operations.runs import PeriodNotEnded, compute_run, request_run
from hansa.incentives.queries import lines_of, shares_of
from hansa.incentives.tests.story import HELMETS, LINES, NOW, REACH, kept
from hansa.kit.failures import NotAllowed, NotFound, Unprocessable
from hansa.kit.scope import acting, system
from hansa.ledger.models import Entry, Period, PeriodState, Transaction
from hansa.ledger.operations.closing import begin_closing, finish_closing
from hansa.ledger.operations.posting import reverse
from hansa.ledger.operations.rates import RatesRefused, enter_rate, import_ecb
from hansa.ledger.queries import verify
from hansa.ledger.tests.story import books, events, owed
from hansa.ledger.tests.test_closing import at_once

pytestmark = pytest.mark.django_db


def test_a_preview_posts_nothing_and_says_what_it_would_post(settling):
    run = settling.preview()

    assert run.state == RunState.PREVIEWED
    assert run.result == {
        "currency": "EUR", "payouts": 4, "paid": 3, "total": 10_300 + 600 + 6_050, "posted_before": 0,
        "difference": 16_950,
    }  # fmt: skip
    assert books()["Transaction"] == []


def test_a_commit_posts_each_payout_and_issues_a_statement_to_each_payee(settling):
    settling.settle()

    assert (owed(settling.story), owed(settling.story, "bay")) == (10_300, 0)
    statement = settling.statement()
    assert (statement.opening, statement.accrued, statement.closing) == (0, 10_300, 10_300)
    with acting(system("test")):
        assert sorted(Statement.objects.values_list("payee", flat=True)) == ["D-1", "Lena", "R-1", "R-2"]


def test_a_second_run_over_the_same_facts_posts_nothing(settling):
    settling.settle()
    ledger, statements = books(), len(kept()["Statement"])

    again = settling.settle()

    assert (books(), again.result["difference"], len(kept()["Statement"])) == (ledger, 0, statements)


def test_a_run_is_committed_once(settling):
    run = settling.settle()
    before, happened = kept(), events()

    with pytest.raises(NotPreviewed):
        settling.commit(run)

    assert (kept(), events()) == (before, happened)


@pytest.mark.django_db(transaction=True)
def test_two_who_commit_at_once_post_once(lasting_settling):
    run = lasting_settling.preview()

    answers = at_once(lambda: lasting_settling.commit(run), lambda: lasting_settling.commit(run))

    assert sorted(type(answer).__name__ for answer in answers) == ["NotPreviewed", "SettlementRun"]
    assert owed(lasting_settling.story) == 10_300


def test_two_previews_of_one_period_cannot_both_be_committed(settling):
    first, second = settling.preview(), settling.preview()
    settling.commit(first)
    before = kept()

    with pytest.raises(LedgerHasMoved):
        settling.commit(second)

    assert kept() == before


def test_a_preview_is_refused_when_sales_came_after_it(settling):
    run = settling.preview()
    settling.sell(("R-2", "B-1", "1", "800.00", "EUR", ""), sender="bay")
    before = kept()

    with pytest.raises(SalesHaveChanged):
        settling.commit(run)

    assert kept() == before


def test_sales_that_come_late_post_the_difference_into_the_open_period(settling):
    settling.settle()
    story = settling.story
    with acting(story.scope("finn")):
        april = Period.objects.get(state=PeriodState.OPEN)
        begin_closing(period_id=april.id, at=NOW)
        seal = finish_closing(period_id=april.id, at=NOW).seal
    settling.sell(("R-2", "B-1", "1", "800.00", "EUR", ""), sender="bay")

    run = settling.settle()

    second = settling.statement("R-2", edition=2)
    assert (owed(story, "bay"), run.journal.period.starts_on) == (3_400, date(2026, 5, 1))
    assert (second.opening, second.accrued, second.closing) == (0, 3_400, 3_400)
    with acting(story.scope("finn")):
        assert (Period.objects.get(id=april.id).seal, verify(story.network.id)) == (seal, [])


def test_a_payee_whose_sales_vanished_gives_back_what_it_got(settling):
    with acting(system("test")):
        report = settling.story.network.sales_reports.get()
    settling.settle()
    settling.sell(LINES[2], replaces=report)

    settling.settle()

    assert owed(settling.story) == 0
    taken = settling.statement("R-1", edition=2)
    assert (taken.opening, taken.accrued, taken.closing) == (10_300, -10_300, 0)


def test_an_incentive_that_is_no_longer_in_the_program_is_taken_back(settling):
    settling.settle()
    version = settling.publish(HELMETS, REACH, label="2026b")

    run = settling.settle(version=version)

    assert (owed(settling.story), run.result["difference"]) == (0, -10_300)
    with acting(system("test")):
        line = StatementLine.objects.get(statement=settling.statement("R-1", edition=2))
        assert (line.rule, line.difference) == ("This incentive is no longer in the program.", -10_300)


def test_a_reversed_transaction_is_posted_again_by_the_next_settlement(settling):
    settling.settle()
    story = settling.story
    with acting(story.scope("finn")):
        original = Transaction.objects.get(beneficiary="partner:R-1")
        reverse(network=story.network, original=original, reason="Entered for the wrong year", at=NOW)
    assert owed(story) == 0

    settling.settle()

    assert owed(story) == 10_300


def test_what_is_posted_can_be_recomputed_from_its_explanation(settling):
    settling.settle()

    with acting(system("test")):
        posted = Transaction.objects.get(beneficiary="partner:R-1")
        amount = -Entry.objects.get(transaction=posted, account__beneficiary="partner:R-1").amount
    told = posted.explanation
    assert (told["base"], told["band_from"], "files" in told["inputs"]) == (515_000, "1000.00", False)
    assert told["target"] == told["base"] * 2 // 100 == amount + told["posted_before"]


def test_shares_sum_to_the_payout_and_name_the_lines_of_the_run(settling):
    with acting(system("test")):
        report = settling.story.network.sales_reports.get()
    settling.settle()
    settling.sell(*LINES, replaces=report)

    with acting(settling.story.scope("pia")):
        shares = shares_of(lines_of(settling.statement())[0])

    assert [(s["line_id"], str(s["share"])) for s in shares] == [("L-1", "100.00"), ("L-2", "3.00")]


def test_a_crash_between_engine_and_result_leaves_a_run_that_can_run_again(settling, monkeypatch):
    scope = settling.story.scope("finn")
    with acting(scope):
        run = request_run(version=settling.version, period="2026-Q1", at=NOW)
    with monkeypatch.context() as broken:
        broken.setattr(runs, "_finish", _crash)
        with pytest.raises(SystemError):
            compute_run(run_id=run.id, scope=scope, at=NOW)
    assert settling.again(run).state == RunState.RUNNING

    compute_run(run_id=run.id, scope=scope, at=NOW)
    settling.commit(run)

    assert owed(settling.story) == 10_300


def _crash(*arguments: object) -> None:
    raise SystemError("killed")


def test_a_run_that_is_computed_twice_stays_as_it_is(settling):
    run = settling.preview()
    before = kept()

    compute_run(run_id=run.id, scope=settling.story.scope("finn"), at=NOW)

    assert kept() == before


def test_a_period_that_has_not_ended_cannot_be_settled(settling):
    early = datetime(2026, 3, 31, 23, 59, tzinfo=UTC)
    before = kept()
    with acting(settling.story.scope("finn")):
        with pytest.raises(PeriodNotEnded, match="ends on 01 April 2026"):
            request_run(version=settling.version, period="2026-Q1", at=early)
        with pytest.raises(Unprocessable):
            request_run(version=settling.version, period="2026-01", at=NOW)
    assert kept() == before


@pytest.mark.parametrize(
    ("who", "failure"), [("anna", NotAllowed), ("pia", NotFound), ("bo", NotFound), ("sam", NotFound)]
)
def test_only_the_operators_finance_settles(settling, who, failure):
    run = settling.preview()
    before, happened = kept(), events()

    with pytest.raises(failure):
        settling.commit(run, by=who)
    with pytest.raises(failure), acting(settling.story.scope(who)):
        request_run(version=settling.version, period="2026-Q1", at=NOW)

    assert (kept(), events()) == (before, happened)


def dollars(settling):
    return settling.sell(("R-2", "B-1", "1", "2000.00", "USD", ""), on=date(2026, 2, 14), sender="bay")


def test_a_missing_rate_stops_the_settlement_and_is_named(settling):
    dollars(settling)

    run = settling.preview()

    assert (run.state, run.problem_count) == (RunState.FAILED, 1)
    assert "a USD rate for 2026-02-14" in run.problems[0][3]
    assert books()["Transaction"] == []


def test_a_rate_that_is_corrected_later_posts_the_difference_only(settling):
    dollars(settling)
    with acting(settling.story.scope("finn")):
        enter_rate(network=settling.story.network, currency="USD", on=date(2026, 2, 13), rate="0.90", at=NOW)
    settling.settle()
    assert owed(settling.story, "bay") == 5_400
    with acting(settling.story.scope("finn")):
        enter_rate(
            network=settling.story.network, currency="USD", on=date(2026, 2, 13), rate="0.95", at=NOW, reason="Misread"
        )

    run = settling.settle()

    assert (owed(settling.story, "bay"), run.result["difference"]) == (5_600, 200 + 100)


@pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity", "1e3", "1_000", "1,5", "", "٣"])
def test_a_rate_that_is_no_number_above_zero_is_refused(settling, rate):
    before = books()
    with acting(settling.story.scope("finn")), pytest.raises(RatesRefused):
        enter_rate(network=settling.story.network, currency="USD", on=date(2026, 2, 13), rate=rate, at=NOW)
    assert books() == before


def test_a_known_rate_is_corrected_only_with_a_reason(settling):
    network = settling.story.network
    with acting(settling.story.scope("finn")):
        enter_rate(network=network, currency="USD", on=date(2026, 2, 13), rate="0.90", at=NOW)
        before = books()
        with pytest.raises(RatesRefused):
            enter_rate(network=network, currency="USD", on=date(2026, 2, 13), rate="0.95", at=NOW)
    assert books() == before


TABLE = b"Date,USD,JPY,\n2026-02-13,1.25,160,\n2026-02-12,N/A,159.5,\n"


def test_the_banks_table_is_taken_once_and_keeps_what_is_known(settling):
    network = settling.story.network
    with acting(settling.story.scope("finn")):
        assert import_ecb(network=network, content=TABLE, at=NOW) == 3
        assert import_ecb(network=network, content=TABLE, at=NOW) == 0
        assert network.rates.get(currency="USD").rate == "0.8"


@pytest.mark.parametrize(
    ("content", "row", "column"),
    [
        (b"Date,USD\n2026-02-13,0\n", 2, "USD"),
        (b"Date,USD\n2026-02-13,1.2\n2026-02-13,1.3\n", 0, "Date"),
        (b"Date,USD\nyesterday,1.2\n", 2, "Date"),
        (b"\xff\xfe", 0, ""),
        (b"USD,Date\n", 1, "Date"),
        (b"PK\x03\x04broken", 0, ""),
    ],
)
def test_a_table_with_a_fault_is_refused_whole(settling, content, row, column):
    before = books()
    with acting(settling.story.scope("finn")), pytest.raises(RatesRefused) as refused:
        import_ecb(network=settling.story.network, content=content, at=NOW)
    assert [(problem.row, problem.column) for problem in refused.value.problems] == [(row, column)]
    assert books() == before


@pytest.mark.django_db(transaction=True)
def test_after_a_commit_each_beneficiary_holds_a_signed_head_and_its_people_are_told_once(lasting_settling):
    story = lasting_settling.story
    run = lasting_settling.settle()
    with acting(system("test")):
        event = Event.objects.get(kind="incentives.run.committed", subject_id=run.id)
    for _ in range(2):
        with acting(system("reaction")):
            hand_over_statements(event.id, NOW)

    with acting(system("test")):
        holders = set(SignedHead.objects.values_list("holder_id", flat=True))
        told = set(Notification.objects.values_list("person_id", flat=True))
        assert (SignedHead.objects.count(), Notification.objects.count()) == (3, 3)
    assert holders == {story.organizations[key].id for key in ("alpine", "bay", "fjord")}
    assert told == {story.people[who] for who in ("pia", "bo", "dora")}
