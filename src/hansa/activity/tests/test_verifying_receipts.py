import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hansa.activity.receipts import verify_receipt
from hansa.activity.rules import DIGEST_FACT, canonical, digest_of
from hansa.activity.tests.paper import HOLDER, KEY, NETWORK, RIVAL, SUBMITTED, chain, event_id, log_of, receipt
from hansa.kernel.problem import Refused

TEXT = receipt().text()
DOCUMENT = json.loads(TEXT)
WHOSE = f"whose key signed it; compare {KEY.hex()}, which the receipt itself names, with the key that the network publishes."
ALONE = "the event and its chain, for no event log was given; only the signature was checked."
BROKEN = "The signature does not hold: the receipt was altered, or not signed with the key that it names."


def rendered(document):
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def nested(depth):
    return 1 if depth == 0 else [nested(depth - 1)]


def problems(text, **options):
    with pytest.raises(Refused) as refused:
        verify_receipt(text, **options)
    return [str(problem) for problem in refused.value.problems]


def faults(text=TEXT, links=None, *, key=KEY, **log):
    return verify_receipt(text, log_lines=log_of(chain() if links is None else links, **log), key=key).faults


def test_a_receipt_is_one_document_that_a_person_can_read():
    expected = (
        "{\n"
        '  "hansa_receipt": 1,\n'
        '  "code": "k7x2m9p4",\n'
        f'  "network": "{NETWORK}",\n'
        f'  "holder": "{HOLDER}",\n'
        '  "event": {\n'
        f'    "id": "{event_id(2)}",\n'
        '    "at": "2026-03-01T12:02:00.000000Z",\n'
        '    "seq": 2,\n'
        f'    "hash": "{chain()[1].hash.hex()}"\n'
        "  },\n"
        '  "head": {\n'
        '    "seq": 3,\n'
        f'    "hash": "{chain()[2].hash.hex()}"\n'
        "  },\n"
        '  "issued_at": "2026-03-01T12:03:00.000000Z",\n'
        '  "submitted": {\n'
        '    "amount": 120000,\n'
        '    "customer": "Müller & Söhne",\n'
        '    "lines": [\n'
        "      {\n"
        '        "product": "bike"\n'
        "      },\n"
        "      null\n"
        "    ]\n"
        "  },\n"
        '  "submitted_sha256": "0ac74389ca1e9274d2f56b3177ba6f60db39840831c6021abac2e00d5d4cbf7e",\n'
        '  "key": "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8",\n'
        '  "signature": "c1da3683f74cb6f9926b118bc46b2c00dd3688db6b08322fef51dd0ffcec4c8e'
        '3295ec7c149d5960fe88a92b7d2c53f45c59f4cf578d608a73e5874022e8e90f"\n'
        "}\n"
    )
    assert expected == TEXT


def test_the_signature_is_over_the_canonical_text_of_every_field_but_three():
    signed = {name: DOCUMENT[name] for name in DOCUMENT if name not in {"submitted", "key", "signature"}}

    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(DOCUMENT["key"]))
    public.verify(bytes.fromhex(DOCUMENT["signature"]), canonical(signed).encode())
    assert DOCUMENT[DIGEST_FACT] == digest_of(SUBMITTED).hex()


def test_without_a_log_only_the_signature_is_checked_and_this_is_said():
    found = verify_receipt(TEXT)

    assert (found.valid, found.faults, found.log, found.unchecked) == (True, [], None, [WHOSE, ALONE])
    assert (found.attested, found.submitted, found.key) == (receipt().attested, SUBMITTED, KEY)
    assert verify_receipt(TEXT, key=KEY).unchecked == [ALONE]


def test_with_the_whole_log_and_the_key_nothing_is_left_open():
    found = verify_receipt(TEXT, log_lines=log_of(chain()), key=KEY)

    assert (found.faults, found.unchecked, found.log.links, found.log.whole) == ([], [], 4, True)


@settings(max_examples=400)
@given(st.integers(0, len(TEXT.encode()) - 1), st.integers(1, 255))
@example(len(TEXT.encode()) - 1, ord("\n") ^ ord(" "))
@example(1, ord("\n") ^ ord("\r"))
def test_no_byte_can_be_another(place, flip):
    altered = bytearray(TEXT.encode())
    altered[place] ^= flip
    try:
        found = verify_receipt(altered.decode())
    except (Refused, UnicodeDecodeError):
        return
    assert found.faults != []


@pytest.mark.parametrize("bit", range(8))
def test_no_bit_can_be_another(bit):
    for place in range(len(TEXT.encode())):
        altered = bytearray(TEXT.encode())
        altered[place] ^= 1 << bit
        try:
            assert verify_receipt(altered.decode()).faults != [], place
        except (Refused, UnicodeDecodeError):
            continue


def test_no_byte_can_be_left_out_or_doubled():
    for place in range(len(TEXT)):
        for altered in (TEXT[:place] + TEXT[place + 1 :], TEXT[: place + 1] + TEXT[place:]):
            if altered == TEXT:
                continue
            try:
                assert verify_receipt(altered).faults != []
            except Refused:
                continue


CHANGED = {
    "code": "k7x2m9p5",
    "network": str(HOLDER),
    "holder": str(NETWORK),
    "event.id": str(event_id(3)),
    "event.at": "2026-03-01T12:02:00.000001Z",
    "event.seq": 1,
    "event.hash": "00" * 32,
    "head.seq": 4,
    "head.hash": "00" * 32,
    "issued_at": "2026-03-01T12:03:00.000001Z",
    "key": RIVAL.public_key().public_bytes_raw().hex(),
    "signature": "00" * 64,
}


def changed(path, value):
    document = json.loads(TEXT)
    *outer, name = path.split(".")
    (document[outer[0]] if outer else document)[name] = value
    return rendered(document)


@pytest.mark.parametrize("path", CHANGED)
def test_a_signed_field_that_says_something_else_breaks_the_signature(path):
    assert verify_receipt(changed(path, CHANGED[path])).faults == [BROKEN]


@pytest.mark.parametrize("value", [{}, {**SUBMITTED, "amount": 1}, {**SUBMITTED, "more": True}])
def test_something_else_submitted_has_another_digest(value):
    altered = verify_receipt(rendered({**DOCUMENT, "submitted": dict(sorted(value.items()))}))

    assert altered.faults == ["What the receipt says was submitted is not what was signed: its digest is another."]


def test_a_digest_that_fits_something_else_breaks_the_signature():
    document = {**DOCUMENT, "submitted": {"amount": 1}, DIGEST_FACT: digest_of({"amount": 1}).hex()}
    assert verify_receipt(rendered(document)).faults == [BROKEN]


WRONG = [
    ("hansa_receipt", 2, "r.json, hansa_receipt: 1, the form of receipts that this release knows"),
    ("hansa_receipt", True, "r.json, hansa_receipt: 1, the form of receipts that this release knows"),
    ("code", 7, "r.json, code: 1 to 16 letters and digits"),
    ("code", "k7 x2", "r.json, code: 1 to 16 letters and digits"),
    ("network", "nordwind", "r.json, network: an identifier (UUID)"),
    ("holder", "0000000000000000000000000000000B", "r.json, holder: an identifier (UUID)"),
    ("holder", 11, "r.json, holder: an identifier (UUID)"),
    ("event", [], "r.json, event: an object"),
    ("event.at", "2026-03-01T12:02:00+00:00", "r.json, event.at: a moment in UTC such as 2026-03-01T12:00:00.000000Z"),
    ("event.at", 0, "r.json, event.at: a moment in UTC such as 2026-03-01T12:00:00.000000Z"),
    ("event.seq", 0, "r.json, event.seq: a place in the chain: a whole number from 1"),
    ("event.seq", True, "r.json, event.seq: a place in the chain: a whole number from 1"),
    ("event.seq", 2.0, "r.json, event.seq: a place in the chain: a whole number from 1"),
    ("event.seq", 2**63, "r.json, event.seq: a place in the chain: a whole number from 1"),
    ("event.hash", "00" * 31, "r.json, event.hash: 32 bytes in hex"),
    ("event.hash", "ZZ" * 32, "r.json, event.hash: 32 bytes in hex"),
    ("event.more", 1, "r.json, event: no other fields than id, at, seq, hash"),
    ("head.hash", None, "r.json, head.hash: 32 bytes in hex"),
    (
        "issued_at",
        "2026-02-30T12:03:00.000000Z",
        "r.json, issued_at: a moment in UTC such as 2026-03-01T12:00:00.000000Z",
    ),
    ("submitted", "Elm", "r.json, submitted: an object"),
    (DIGEST_FACT, DOCUMENT[DIGEST_FACT].upper(), "r.json, submitted_sha256: 32 bytes in hex"),
    ("key", "", "r.json, key: 32 bytes in hex"),
    ("signature", "00", "r.json, signature: 64 bytes in hex"),
]


@pytest.mark.parametrize(("path", "value", "said"), WRONG)
def test_what_has_not_the_form_is_named(path, value, said):
    assert said in problems(changed(path, value), file="r.json")


@pytest.mark.parametrize("name", list(DOCUMENT))
def test_no_field_may_be_missing(name):
    said = problems(rendered({key: value for key, value in DOCUMENT.items() if key != name}), file="r.json")
    assert [each for each in said if each.startswith(f"r.json, {name}")] == said != []


def test_a_field_that_no_receipt_has_is_named():
    said = problems(rendered({**DOCUMENT, "note": "paid"}), file="r.json")
    assert [each.startswith("r.json: no other fields than hansa_receipt, code, network,") for each in said] == [True]


def test_every_problem_is_named_at_once():
    assert problems(rendered({**DOCUMENT, "key": 1, "code": 2}), file="r.json") == [
        "r.json, code: 1 to 16 letters and digits",
        "r.json, key: 32 bytes in hex",
    ]


@pytest.mark.parametrize(
    "submitted",
    [
        {"share": 0.5},
        {"amount": 2**53},
        {"name": "\ud800"},
        {"a" * 70_000: 1},
        {"deep": nested(20)},
    ],
)
def test_what_has_no_one_text_cannot_have_been_signed(submitted):
    text = json.dumps({**DOCUMENT, "submitted": submitted}, indent=2) + "\n"
    assert [each for each in problems(text, file="r") if "r, submitted: what was submitted, as it can be" in each]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "1",
        "{",
        '{"hansa_receipt": NaN}',
        "[" * 100_000,
        '{"hansa_receipt": ' + "1" * 5_000 + "}",
        " " * 4_194_305,
        "\ufeff" + TEXT,
        TEXT + " " * 4_194_304,
    ],
    ids=range(10),
)
def test_what_is_no_receipt_is_refused(text):
    assert problems(text, file="r") == ["r: one JSON object of at most 4,194,304 characters"]


@pytest.mark.parametrize(
    "text",
    [
        canonical(DOCUMENT),
        TEXT.replace("\n", "\r\n"),
        TEXT.rstrip(),
        TEXT.replace("ü", "\\u00fc"),
        TEXT.replace('"code"', '"code": "other",\n  "code"'),
    ],
    ids=["canonical", "other line ends", "no last line end", "escaped", "a field twice"],
)
def test_another_spelling_of_the_same_is_refused(text):
    assert problems(text, file="r") == ["r: the receipt as it was handed out, to the last space and line end"]


def test_the_largest_submission_at_its_deepest_stays_below_the_limit():
    large = {"a": [nested(14)] * 2_100}
    text = replace(receipt().but(digest=digest_of(large)), submitted=large).text()

    assert len(canonical(large)) > 60_000
    assert 1_000_000 < len(text) < 4_194_304
    assert verify_receipt(text).faults == []


def test_a_receipt_of_another_network_is_told_by_its_key_and_by_the_log():
    forged = receipt().text(RIVAL)
    rival = RIVAL.public_key().public_bytes_raw()

    assert verify_receipt(forged).faults == []
    assert verify_receipt(forged, key=KEY).faults == [
        f"The receipt names the key {rival.hex()}, which is not the network's."
    ]
    assert faults(forged, key=None) == [f"The log does not name the key {rival.hex()} among the network's."]
    assert faults(receipt().but(network_id=HOLDER).text()) == [
        f"The log is of network {NETWORK}, the receipt of network {HOLDER}."
    ]


def test_the_logs_heads_are_held_against_the_given_key_too():
    rival = RIVAL.public_key().public_bytes_raw()
    assert faults(receipt().text(RIVAL), key=rival) == [
        "The head signed at place 4 on 01 March 2026 is signed with a key that is not the network's."
    ]


def test_a_log_under_another_networks_name_is_found_out_by_its_events():
    found = faults(receipt().but(network_id=HOLDER).text(), network=HOLDER)
    assert found == [f"Event {event_id(place)} at place {place} belongs to another network." for place in (1, 2, 3, 4)]


def test_a_head_that_cannot_be_is_a_fault():
    assert verify_receipt(receipt().but(head_seq=1).text()).faults == [
        "The head at place 1 lies before the event at place 2."
    ]
    assert verify_receipt(receipt().but(head_seq=2).text()).faults == [
        "The head at place 2 is the event itself, and yet has another seal."
    ]


def test_an_event_that_was_altered_in_the_log_is_found():
    lines = [line.replace("12:02:00", "12:02:59") for line in log_of(chain())]
    assert verify_receipt(TEXT, log_lines=lines, key=KEY).faults == [
        f"The seal of event {event_id(2)} at place 2 does not match its text.",
        f"Event {event_id(2)} at place 2 gives another moment than the receipt.",
    ]


def test_a_chain_that_was_written_anew_is_found_though_it_is_whole():
    anew = chain(facts={1: {"amount": "9"}})

    assert faults(links=anew) == [
        f"Event {event_id(2)} has another seal in the log, at place 2, than in the receipt.",
        "The chain has another seal at place 3 than the head that the receipt names.",
    ]


def test_an_event_at_another_place_is_found():
    document = receipt().but(seq=1, hash=chain()[0].hash)
    assert faults(document.text()) == [
        f"Event {event_id(2)} stands in the log at place 2, in the receipt at place 1.",
        f"Event {event_id(2)} has another seal in the log, at place 2, than in the receipt.",
    ]


def test_a_log_that_ends_before_the_event_is_a_fault():
    ends = "which ends at place 1: it was taken before, or its end was cut off"
    assert faults(links=chain()[:1]) == [
        f"Event {event_id(2)}, which the receipt names at place 2, is not in the log, {ends}.",
        f"The head at place 3, which the receipt names, is not in the log, {ends}.",
    ]


def test_an_event_that_was_taken_out_is_found():
    assert faults(links=[chain()[0], *chain()[2:]]) == [
        f"Event {event_id(3)} stands at place 3 where 2 was due.",
        f"Event {event_id(3)} at place 3 is not sealed to the one before it.",
        f"Event {event_id(2)}, which the receipt names at place 2, is not in the log.",
    ]


def test_the_digest_that_the_event_itself_seals_is_compared():
    sealed = chain(facts={2: {DIGEST_FACT: digest_of(SUBMITTED).hex()}})
    other = chain(facts={2: {DIGEST_FACT: "00" * 32}})

    assert faults(receipt(sealed).text(), sealed) == []
    assert faults(receipt(other).text(), other) == [
        f"Event {event_id(2)} at place 2 seals the digest of something else than what the receipt says."
    ]


PART = "the rest of the chain, for the log is the part of it that its taker may read."


def test_a_part_of_the_log_shows_the_event_and_says_what_it_leaves_open():
    found = verify_receipt(TEXT, log_lines=log_of(chain()[1:2], whole=False), key=KEY)

    assert (found.faults, found.log.whole) == ([], False)
    assert found.unchecked == [
        PART,
        "the head at place 3, for it is not in this part of the chain; who runs the network can take the whole.",
    ]


def test_a_part_that_has_the_head_too_leaves_only_the_gaps_open():
    found = verify_receipt(TEXT, log_lines=log_of(chain()[1:3], whole=False), key=KEY)
    assert (found.faults, found.unchecked) == ([], [PART])


def test_a_part_of_the_log_without_the_event_is_a_fault():
    assert faults(links=chain()[:1], whole=False) == [
        f"Event {event_id(2)}, which the receipt names at place 2, is not in the log, a part of the chain;"
        " the part that the receipt's holder takes has it, if taken after it."
    ]


def test_a_broken_log_is_refused_with_its_line():
    lines = log_of(chain())
    lines[2] = lines[2].replace('"seq":2', '"seq":"2"')
    assert problems(TEXT, log_lines=lines, log_file="log.jsonl") == [
        "log.jsonl, row 3, seq: a place in the chain: a whole number from 1"
    ]
