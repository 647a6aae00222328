import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from hansa.activity import queries, receipts
from hansa.activity.models import Event, Link, Receipt, ReceiptText
from hansa.activity.operations import ReceiptNotPossible, issue_receipt, make_signing_key, record, sign_head
from hansa.activity.rules import DIGEST_FACT, digest_of
from hansa.kit.failures import NotFound
from hansa.kit.scope import Scope, UnscopedAccess, acting, system
from hansa.people.models import Person

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=5)
NETWORK, OPERATOR, PARTNER, RIVAL = (UUID(int=each) for each in (0xA, 0xB, 0xC, 0xD))
RUNNING = Scope(organization_id=OPERATOR, operates=frozenset({NETWORK}))
HOLDING = Scope(organization_id=PARTNER)
OUTSIDE = Scope(organization_id=RIVAL)
SUBMITTED = {"customer": "Müller & Söhne", "amount": 120_000}
pytestmark = pytest.mark.django_db(transaction=True)


def happen(network=NETWORK, parties=(), **facts):
    with acting(system("test")):
        person = Person.objects.create_user(f"{uuid4()}@example.org", name="A")
        return record("test.thing.happened", subject=person, at=NOW, network_id=network, parties=parties, facts=facts)


@pytest.fixture
def event(transactional_db):
    """The partner's submission at place 2 of a chain of 3."""
    with acting(system("test")):
        make_signing_key(network_id=NETWORK, at=NOW)
    happen(amount="100")
    submission = happen(parties=[PARTNER])
    happen()
    return submission


def issued(event, *, scope=HOLDING, holder=PARTNER, submitted=SUBMITTED, at=LATER):
    with acting(scope):
        return issue_receipt(event=event, holder_id=holder, submitted=submitted, at=at)


def verified(receipt, *, scope=RUNNING, key=None):
    """The receipt as its holder downloads it against the log as `scope` exports it."""
    with acting(HOLDING):
        text, known = queries.receipt_document(receipt), queries.public_key(NETWORK)
    with acting(scope):
        lines = list(queries.export_of(NETWORK))
    return receipts.verify_receipt(text, log_lines=lines, key=key or known)


def stored():
    with acting(system("test")):
        return Receipt.objects.count(), ReceiptText.objects.count()


def test_a_receipt_attests_the_events_place_the_head_and_what_was_submitted(event):
    receipt = issued(event)

    with acting(system("test")):
        links = {link.seq: bytes(link.hash) for link in Link.objects.filter(network_id=NETWORK)}
        document = json.loads(queries.receipt_document(receipt))
    text = '{"amount":120000,"customer":"Müller & Söhne"}'
    assert document["event"] == {
        "id": str(event.id),
        "at": "2026-03-01T12:00:00.000000Z",
        "seq": 2,
        "hash": links[2].hex(),
    }
    assert document["head"] == {"seq": 3, "hash": links[3].hex()}
    assert document["submitted"] == SUBMITTED
    assert document["submitted_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert (document["issued_at"], document["holder"]) == ("2026-03-01T12:00:05.000000Z", str(PARTNER))
    assert (document["code"], len(receipt.code)) == (receipt.code, 8)


def test_its_holder_verifies_it_against_the_whole_log(event):
    found = verified(issued(event))

    assert (found.faults, found.unchecked, found.log.links) == ([], [], 3)


def test_its_holder_verifies_it_against_its_own_part_of_the_log(event):
    found = verified(issued(event), scope=HOLDING)

    assert (found.faults, found.log.links, found.log.whole) == ([], 1, False)
    assert [each.split(",")[0] for each in found.unchecked] == [
        "the rest of the chain",
        "the head at place 3",
    ]


def test_asked_again_the_same_receipt_comes_back(event):
    first = issued(event)
    happen()
    again, by_operator = issued(event, at=LATER + timedelta(days=1)), issued(event, scope=RUNNING)

    assert {first.id, again.id, by_operator.id} == {first.id}
    assert (again.at, bytes(again.signature), again.head_seq) == (LATER, bytes(first.signature), 3)
    assert stored() == (1, 1)


def test_asked_by_many_at_once_one_receipt_is_issued(event):
    def ask(_):
        try:
            return issued(event).id
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert stored() == (1, 1)


def test_each_party_gets_a_receipt_of_its_own(event):
    shared = happen(parties=[PARTNER, RIVAL])
    own, theirs = issued(shared), issued(shared, scope=OUTSIDE, holder=RIVAL)

    assert own.code != theirs.code
    assert stored() == (2, 2)


def test_who_caused_the_event_may_hold_its_receipt():
    with acting(system("test")):
        make_signing_key(network_id=NETWORK, at=NOW)
        person = Person.objects.create_user("own@example.org", name="Own")
    with acting(RUNNING):
        direct = record("test.thing.happened", subject=person, at=NOW, network_id=NETWORK)

    assert issued(direct, scope=RUNNING, holder=OPERATOR).holder_id == OPERATOR


@pytest.mark.parametrize("scope", [OUTSIDE, Scope(), Scope(organization_id=RIVAL, operates=frozenset({UUID(int=9)}))])
def test_an_outsider_gets_none_and_nothing_is_stored(event, scope):
    for holder in (PARTNER, RIVAL):
        with pytest.raises(NotFound):
            issued(event, scope=scope, holder=holder)
    assert stored() == (0, 0)


def test_a_party_gets_none_for_another(event):
    with pytest.raises(NotFound):
        issued(event, holder=RIVAL)
    assert stored() == (0, 0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scope": RUNNING, "holder": RIVAL}, "The event does not name the organization that the receipt is for."),
        ({"submitted": {"share": 0.5}}, "What was submitted cannot be signed: a float in it has no canonical text."),
        ({"submitted": {"on": NOW}}, "What was submitted cannot be signed: a datetime in it has no canonical text."),
        ({"submitted": {1: "x"}}, "What was submitted cannot be signed: a name in it is no text."),
        ({"submitted": {"a": "x" * 65_536}}, "What was submitted cannot be signed: it is longer than 65,536 bytes."),
    ],
)
def test_what_cannot_be_attested_is_refused_and_nothing_is_stored(event, changes, said):
    with pytest.raises(ReceiptNotPossible) as refused:
        issued(event, **changes)
    assert (refused.value.detail, refused.value.status, stored()) == (said, 409, (0, 0))


def test_an_event_that_is_not_committed_has_no_place_yet(event):
    with pytest.raises(ReceiptNotPossible, match="no place in its chain yet"), acting(HOLDING):
        fresh = record("test.thing.happened", subject=Person(pk=uuid4()), at=NOW, network_id=NETWORK)
        issue_receipt(event=fresh, holder_id=PARTNER, submitted=SUBMITTED, at=NOW)
    assert stored() == (0, 0)


def test_a_chain_without_a_key_signs_nothing():
    with pytest.raises(ReceiptNotPossible, match="no key to sign with"):
        issued(happen(network=UUID(int=9), parties=[PARTNER]))
    assert stored() == (0, 0)


def test_another_submission_for_the_same_event_is_refused(event):
    receipt = issued(event)
    with pytest.raises(ReceiptNotPossible, match="stands for something else"):
        issued(event, submitted={**SUBMITTED, "amount": 1})
    assert (issued(event).id, stored()) == (receipt.id, (1, 1))


def test_an_event_that_seals_a_digest_vouches_only_for_that(event):
    sealed = happen(parties=[PARTNER], **{DIGEST_FACT: digest_of(SUBMITTED).hex()})
    with pytest.raises(ReceiptNotPossible, match="stands for something else"):
        issued(sealed, submitted={})
    assert (stored(), verified(issued(sealed)).faults) == ((0, 0), [])


def test_an_altered_event_is_not_attested(event, tamper):
    tamper("update activity_event set at = at - interval '1 day' where id = %s", event.id)
    with pytest.raises(ReceiptNotPossible, match="at place 2 does not say what was sealed"):
        issued(event)
    assert stored() == (0, 0)


def test_a_third_organization_sees_neither_row_nor_code(event):
    receipt = issued(event)

    with acting(OUTSIDE):
        assert (Receipt.objects.count(), ReceiptText.objects.count()) == (0, 0)
        with pytest.raises(NotFound):
            queries.receipt_named(receipt.code)
        assert list(queries.receipts_of(subject_id=event.subject_id)) == []
    for scope in (HOLDING, RUNNING):
        with acting(scope):
            assert queries.receipt_named(receipt.code).id == receipt.id
            assert [each.id for each in queries.receipts_of(subject_id=event.subject_id)] == [receipt.id]
    with pytest.raises(UnscopedAccess):
        Receipt.objects.count()


@pytest.mark.parametrize(("scope", "seen"), [(OUTSIDE, 0), (HOLDING, 1), (RUNNING, 1), (Scope(), 0)])
def test_the_database_shows_rows_to_holder_and_operator_alone(event, scope, seen):
    issued(event)
    for table in ("activity_receipt", "activity_receipttext"):
        with acting(scope), connection.cursor() as cursor:
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone() == (seen,)


def test_a_holder_cannot_write_a_receipt_past_the_first_wall(event):
    receipt = issued(event)
    columns = "network_id, seq, hash, head_seq, head_hash, digest, at, signature, key_id"
    forged = (
        f"insert into activity_receipt (code, holder_id, event_id, {columns}) select 'forged', %s, event_id, {columns}"
    )

    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        acting(HOLDING),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"{forged} from activity_receipt where id = %s", [RIVAL, receipt.id])
    with pytest.raises(ProgrammingError, match="row-level security"), acting(HOLDING):
        ReceiptText.objects.filter(receipt=receipt).update(text="{}")
    assert (stored(), verified(receipt).faults) == ((1, 1), [])


def test_a_receipt_can_be_neither_changed_nor_deleted(event):
    receipt = issued(event)
    with acting(system("test")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Receipt.objects.filter(id=receipt.id).update(code="other")
        with pytest.raises(IntegrityError), transaction.atomic():
            connection.cursor().execute("delete from activity_receipt")
    assert stored() == (1, 1)


def test_what_was_submitted_can_be_erased_and_the_receipt_stays(event):
    receipt = issued(event)
    with acting(system("test")):
        ReceiptText.objects.filter(receipt=receipt).delete()
        with pytest.raises(NotFound, match="erased"):
            queries.receipt_document(receipt)
    assert stored() == (1, 0)


def test_a_row_of_the_log_that_was_altered_by_sql_shows_at_its_place(event, tamper):
    receipt = issued(event)
    with acting(system("test")):
        first = Event.objects.get(link__network_id=NETWORK, link__seq=1)
    tamper("update activity_event set payload = replace(payload, '100', '900') where id = %s", first.id)

    assert verified(receipt).faults == [
        f"Event {first.id} at place 1 does not say what was sealed.",
        f"The seal of event {first.id} at place 1 does not match its text.",
    ]


def test_a_column_that_was_altered_by_sql_shows_though_the_sealed_text_stands(event, tamper):
    receipt = issued(event)
    tamper("""update activity_event set facts = '{"amount": "900"}' where id = %s""", event.id)

    said = [f"Event {event.id} at place 2 does not say what was sealed."]
    assert verified(receipt).faults == said
    assert verified(receipt, scope=HOLDING).faults == said


def test_an_event_that_was_taken_out_by_sql_shows_to_its_holder_alone_too(event, tamper):
    receipt = issued(event)
    tamper("delete from activity_link where event_id = %s", event.id)
    missing = f"Event {event.id}, which the receipt names at place 2, is not in the log"

    assert [each for each in verified(receipt, scope=HOLDING).faults if each.startswith(missing)]
    assert [each.split(" ", 2)[2] for each in verified(receipt).faults[:2]] == [
        "stands at place 3 where 2 was due.",
        "at place 3 is not sealed to the one before it.",
    ]


def test_a_tail_that_was_cut_off_by_sql_shows(event, tamper):
    receipt = issued(event)
    tamper("delete from activity_link where network_id = %s and seq > 1", NETWORK)

    ends = "which ends at place 1: it was taken before, or its end was cut off."
    assert [each.endswith(ends) for each in verified(receipt).faults] == [True, True]


def test_a_receipt_of_another_networks_key_is_told(event):
    receipt, other = issued(event), UUID(int=9)
    with acting(system("test")):
        key = bytes(make_signing_key(network_id=other, at=NOW).public)

    said = verified(receipt, key=key).faults
    assert [each for each in said if each.endswith("which is not the network's.")] == said != []


def test_signed_heads_and_receipts_stand_beside_each_other(event):
    receipt = issued(event)
    with acting(system("test")):
        sign_head(network_id=NETWORK, at=LATER, holder_id=PARTNER)

    found = verified(receipt)
    assert (found.faults, found.log.heads) == ([], 1)
