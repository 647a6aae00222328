import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from hansa.activity import queries, receipts
from hansa.activity.models import SignedHead
from hansa.activity.operations import sign_head, sign_todays_heads
from hansa.activity.tests.paper import chain, log_of
from hansa.cli.log import app
from hansa.kernel.problem import Refused
from hansa.kit.scope import Scope, acting, system
from hansa.ledger.tests.story import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def network(transactional_db):
    from hansa.ledger.tests.story import tell

    story = tell()
    with acting(system("test")):
        sign_head(network_id=story.network.id, at=NOW, holder_id=story.organizations["alpine"].id)
    return story


def exported(story, scope=None):
    with acting(scope or system("test")):
        return list(queries.export_of(story.network.id)), queries.public_key(story.network.id)


def test_an_export_verifies_without_the_platform(network):
    lines, key = exported(network)

    found = receipts.verify(lines, file="log", key=key)

    assert (found.links, found.heads, found.whole, found.faults) == (2, 1, True, [])


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [("founded", "changed", "does not match its text"), ('"seq":2', '"seq":3', "where 2 was due")],
)
def test_an_altered_line_is_found(network, old, new, fault):
    lines, key = exported(network)
    found = receipts.verify([line.replace(old, new) for line in lines], file="log", key=key)
    assert any(fault in said for said in found.faults)


def test_a_cut_tail_is_found_by_the_signed_head(network):
    lines, key = exported(network)
    found = receipts.verify([lines[0], lines[1], lines[3]], file="log", key=key)
    assert [said for said in found.faults if said.endswith("is no longer in the chain.")] == found.faults != []


def test_a_head_signed_by_another_key_is_found(network):
    lines, _ = exported(network)
    found = receipts.verify(lines, file="log", key=bytes(32))
    assert found.faults == [
        "The head signed at place 2 on 15 April 2026 is signed with a key that is not the network's."
    ]


def test_a_party_exports_what_it_may_read_and_its_own_head(network):
    lines, key = exported(network, Scope(organization_id=network.organizations["alpine"].id))
    found = receipts.verify(lines, file="log", key=key)
    assert (found.links, found.heads, found.whole, found.faults) == (0, 1, False, [])


@pytest.mark.parametrize("lines", [[], ["{}"], ["["], ['{"hansa_log":1}'], ["[]"]])
def test_what_is_no_log_is_refused(lines):
    with pytest.raises(Refused):
        receipts.verify(lines, file="log")


def changed(number, old, new):
    """The lines of a log on paper with one of them changed."""
    lines = log_of(chain(2))
    assert old in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(old, new, 1)
    return lines


@pytest.mark.parametrize(
    ("number", "old", "new", "said"),
    [
        (1, '"whole":true', '"whole":1', "log, row 1, whole: true or false"),
        (1, '"network":"0', '"network":"x', "log, row 1, network: an identifier (UUID)"),
        (1, '"keys":["', '"keys":["0', "log, row 1, keys: a list of keys, each 32 bytes in hex"),
        (
            1,
            '"hansa_log":1',
            '"hansa_log":2',
            "log, row 1, hansa_log: the first line of an event log that Hansa exported",
        ),
        (2, '"hash":"', '"hash":"zz', "log, row 2, hash: 32 bytes in hex"),
        (2, '"previous":"0', '"previous":"', "log, row 2, previous: 32 bytes in hex"),
        (3, '"seq":2', '"seq":"2"', "log, row 3, seq: a place in the chain: a whole number from 1"),
        (3, '"seq":2', '"seq":2.5', "log, row 3, seq: a place in the chain: a whole number from 1"),
        (3, '"payload":"{', '"payload":"', "log, row 3, payload: the text of an event: one JSON object"),
        (3, '\\"id\\"', '\\"di\\"', "log, row 3, payload: the text of an event with its id"),
        (3, "thing", "\\ud800", "log, row 3, payload: a text"),
        (3, '"payload":', '"paid":', "log, row 3: a link (`payload`) or a signed head (`head`)"),
        (4, '"at":"2026', '"at":"26', "log, row 4, head.at: a moment in UTC such as 2026-03-01T12:00:00.000000Z"),
        (4, '"signature":"', '"signature":"0', "log, row 4, head.signature: 64 bytes in hex"),
        (4, '{"head":{', '{"head":3,"x":{', "log, row 4, head: an object"),
        (4, "{", "", "log, row 4: one JSON object"),
    ],
)
def test_a_broken_line_is_named_with_its_number(number, old, new, said):
    with pytest.raises(Refused) as refused:
        receipts.verify(changed(number, old, new), file="log")
    assert [str(problem) for problem in refused.value.problems] == [said]


def test_every_broken_line_is_named():
    lines = [line.replace('"hash":"', '"hash":"-') for line in log_of(chain(2))]
    with pytest.raises(Refused) as refused:
        receipts.verify(lines, file="log")
    assert [problem.row for problem in refused.value.problems] == [2, 3, 4]


def test_columns_that_say_something_else_than_what_was_sealed_are_exported_and_found():
    first, second = chain(2)
    lines = log_of([first, replace(second, recomputed_payload=second.payload.replace("happened", "unhappened"))])

    assert ["columns" in json.loads(line) for line in lines] == [False, False, True, False]
    assert receipts.verify(lines, file="log").faults == [
        f"Event {second.event_id} at place 2 does not say what was sealed."
    ]


def test_the_command_says_what_it_found(network, tmp_path):
    lines, key = exported(network)
    file = tmp_path / "log.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    whole = CliRunner().invoke(app, ["verify", str(file), "--key", key.hex()])
    file.write_text("\n".join(lines).replace("founded", "changed"), encoding="utf-8")
    altered = CliRunner().invoke(app, ["verify", str(file), "--key", key.hex()])
    nothing = CliRunner().invoke(app, ["verify", str(tmp_path / "none")])

    assert (whole.exit_code, altered.exit_code, nothing.exit_code) == (0, 1, 2)
    assert "Nothing was altered." in whole.output


def test_a_day_signs_each_networks_head_once(network):
    with acting(system("test")):
        assert sign_todays_heads(at=datetime(2026, 4, 16, tzinfo=UTC)) == 1
        assert sign_todays_heads(at=datetime(2026, 4, 16, 23, tzinfo=UTC)) == 0
        assert SignedHead.objects.filter(holder_id=None).count() == 1


def test_the_first_line_names_the_network(network):
    top = json.loads(exported(network)[0][0])
    assert (top["network"], top["whole"]) == (str(network.network.id), True)
