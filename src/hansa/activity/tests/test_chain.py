from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from hansa.activity.models import Event, Link
from hansa.activity.operations import make_signing_key, record, sign_head
from hansa.activity.queries import head_of, verify_chain
from hansa.activity.rules import GENESIS, seal
from hansa.kit.scope import Scope, UnscopedAccess, acting, system
from hansa.people.models import Person

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def happen(network, kind="test.thing.happened", **facts):
    with acting(system("test")):
        person = Person.objects.create_user(f"{uuid4()}@example.org", name="A")
        return record(kind, subject=person, at=NOW, network_id=network, facts=facts)


def test_each_event_is_sealed_to_the_one_before_it():
    network = uuid4()
    first, second = happen(network), happen(network)

    with acting(system("test")):
        links = list(Link.objects.filter(network_id=network).order_by("seq"))

    assert [link.seq for link in links] == [1, 2]
    assert bytes(links[0].hash) == seal(GENESIS, 1, first.payload)
    assert bytes(links[1].hash) == seal(bytes(links[0].hash), 2, second.payload)


def test_a_whole_chain_has_no_faults():
    network = uuid4()
    for count in range(3):
        happen(network, count=count)

    with acting(system("test")):
        assert verify_chain(network) == (3, [])


def test_an_altered_event_is_found(tamper):
    network = uuid4()
    event = happen(network, amount="100")
    happen(network)

    tamper("update activity_event set payload = replace(payload, '100', '900') where id = %s", event.id)

    with acting(system("test")):
        count, faults = verify_chain(network)
    assert count == 2
    assert faults == [
        f"Event {event.id} at place 1 does not say what was sealed.",
        f"The seal of event {event.id} at place 1 does not match its text.",
    ]


def test_a_cut_tail_is_found_by_a_head_that_was_signed_before(tamper):
    network = uuid4()
    happen(network)
    last = happen(network)
    with acting(system("test")):
        make_signing_key(network_id=network, at=NOW)
        sign_head(network_id=network, at=NOW)

    tamper("delete from activity_link where event_id = %s", last.id)
    tamper("delete from activity_event where id = %s", last.id)

    with acting(system("test")):
        assert verify_chain(network) == (1, ["The head signed at place 2 on 01 March 2026 is no longer in the chain."])


def test_an_event_can_be_neither_changed_nor_deleted():
    event = happen(uuid4())

    with acting(system("test")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.filter(id=event.id).update(kind="other")
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.filter(id=event.id).delete()
        assert Event.objects.get(id=event.id).kind == "test.thing.happened"


def test_the_application_cannot_write_a_link():
    event = happen(uuid4())

    with pytest.raises(DatabaseError, match="permission denied"), acting(system("test")), connection.cursor() as cursor:
        cursor.execute(
            "insert into activity_link values (%s, %s, 9, ''::bytea, ''::bytea)", [event.id, event.network_id]
        )


def test_a_rolled_back_change_leaves_no_event():
    network = uuid4()
    with pytest.raises(RuntimeError), acting(system("test")):
        person = Person.objects.create_user("gone@example.org", name="Gone")
        record("test.thing.happened", subject=person, at=NOW, network_id=network)
        raise RuntimeError

    with acting(system("test")):
        assert head_of(network) is None


def test_an_outsider_sees_no_event_and_a_party_does():
    network, party = uuid4(), uuid4()
    with acting(system("test")):
        person = Person.objects.create_user("p@example.org", name="P")
        record("test.thing.happened", subject=person, at=NOW, network_id=network, parties=[party])

    with acting(Scope(organization_id=uuid4())):
        assert Event.objects.count() == 0
    with acting(Scope(organization_id=party)):
        assert Event.objects.count() == 1
    with acting(Scope(organization_id=uuid4(), operates=frozenset({network}))):
        assert Event.objects.count() == 1


def test_without_a_scope_nothing_can_be_read():
    with pytest.raises(UnscopedAccess):
        Event.objects.count()


def test_the_database_is_silent_where_the_first_wall_is_missing():
    happen(uuid4())

    with acting(Scope(organization_id=uuid4())), connection.cursor() as cursor:
        cursor.execute("select count(*) from activity_event")
        assert cursor.fetchone() == (0,)
