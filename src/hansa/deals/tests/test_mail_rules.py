"""Reading a mail and the form in it: pure, and never an exception, whatever comes."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.deals.rules.mail_message import read_message
from hansa.deals.rules.mail_reply import LABELS, empty_form, read_reply
from hansa.deals.rules.mail_sender import Sending, rule_on_sending

COUNTRIES = {"SE": "Sweden", "DE": "Germany"}
FORM = """Customer: Quarry Works
Website: www.quarry-works.se
Country: Sweden
Product family: road bikes
Amount: 50,000
Close date: 2026-06-30
What they need: Bikes for the site,
twelve of them
"""
MAIL = b"""From: Bay <bay@example.org>
To: deals+00@post.hansa.example
Subject: Re: Register deals
Message-ID: <one@example.org>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

Customer: M=F6lndal
--b
Content-Type: text/html

<p>Customer: <b>Other</b></p>
--b--
"""
SENDING = Sending(
    sender="bay@example.org", invited="Bay@example.org", is_automatic=False, has_return=True, is_signed=False,
    was_signed=False, today=0,
)  # fmt: skip


def read(text, families=("Road bikes", "Cargo bikes")):
    return read_reply(text, currency="EUR", countries=COUNTRIES, families=families)


def quoted(text, mark="> "):
    return "".join(f"{mark}{line}\n" for line in text.splitlines())


def filled(**values):
    form = empty_form()
    for label, value in values.items():
        form = form.replace(f"{label.replace('_', ' ')}: ", f"{label.replace('_', ' ')}: {value}")
    return form


def test_a_form_becomes_facts():
    reply = read(FORM)
    assert reply.problems == ()
    assert reply.deal.customer == {"name": "Quarry Works", "domain": "quarry-works.se", "country": "SE"}
    facts = reply.deal.facts
    assert (facts.family, facts.country, facts.title, facts.amount_minor, str(facts.close_on)) == (
        "Road bikes", "SE", "Quarry Works: Road bikes", 5_000_000, "2026-06-30",
    )  # fmt: skip
    assert facts.problem == "Bikes for the site,\ntwelve of them"
    assert reply.deal.submits


def test_what_is_missing_is_said_by_its_label():
    assert dict(read("Customer:\nCountry: Atlantis\nAmount: a lot\nClose date: soon").problems) == {
        "Customer": "the name of the company",
        "Country": "a country by its two letters, such as DE",
        "Product family": "one of Cargo bikes, Road bikes",
        "Amount": "an amount in EUR, such as 50000 or 50000.00",
        "Close date": "a day as year-month-day, such as 2026-06-30",
    }


def test_the_only_product_family_says_itself():
    assert read("Customer: A\nCountry: SE", families=("Road bikes",)).problems == ()


def test_the_form_may_be_filled_in_where_it_is_quoted():
    form = filled(Customer="Quarry Works", Country="se", Product_family="Cargo bikes")
    for text in (quoted(form), quoted(quoted(form), "|").replace("|", ">"), f"-----Original Message-----\n{form}"):
        reply = read(f"Please register this.\n\n{text}")
        assert (reply.problems, reply.deal.facts.title) == ((), "Quarry Works: Cargo bikes")


def test_what_one_writes_goes_before_the_form():
    reply = read(
        "Customer: New Quarry\nCountry: DE\n\n" + quoted(filled(Customer="Old Quarry", Country="SE", Amount="5"))
    )
    assert (reply.deal.customer["name"], reply.deal.facts.country, reply.deal.facts.amount_minor) == (
        "New Quarry",
        "DE",
        500,
    )


@pytest.mark.parametrize(
    "below",
    [
        quoted(FORM),
        quoted(FORM, ">>"),
        "-----Original Message-----\n" + FORM,
        "From: Somebody <a@b.example>\nSent: Monday\n" + FORM,
        "________________________________\n" + FORM,
        "-- \n" + FORM,
    ],
)
def test_other_mails_below_are_not_read(below):
    assert [label for label, _ in read(f"See below.\n\n{below}").problems] == ["Customer", "Country", "Product family"]


def test_a_value_that_stands_there_twice_is_asked_for():
    assert read(FORM + "\nAmount: 60,000").problems == (("Amount", "one value; it stands there twice"),)
    assert read(FORM + "\nAmount: 50,000").problems == ()


def test_the_form_in_the_mail_holds_known_labels_and_no_value():
    reply = read(quoted(empty_form()))
    assert {label for label, _ in reply.problems} <= set(LABELS)
    assert reply.deal.facts.amount_minor is None


def test_a_mail_is_read_by_its_plain_text():
    found = read_message(MAIL)
    assert (found.sender, found.number, found.is_automatic) == ("bay@example.org", "<one@example.org>", False)
    assert found.text == "Customer: Mölndal"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"From: Bay <bay@example.org>", b"From: a@b.example, bay@example.org"),
        (b"From: Bay <bay@example.org>", b"From: bay@example.org\nFrom: a@b.example"),
        (b"From: Bay <bay@example.org>", b"Sender: bay@example.org"),
        (b"From: Bay <bay@example.org>", b"From: bay@example.org@b.example"),
    ],
)
def test_a_sender_is_one_address_in_one_header(old, new):
    assert read_message(MAIL.replace(old, new)).sender == ""


@pytest.mark.parametrize("name", [b"<bay@example.org> evil@b.example", b'"bay@example.org" <evil@b.example>'])
def test_a_name_is_no_address(name):
    assert read_message(MAIL.replace(b"Bay <bay@example.org>", name)).sender != "bay@example.org"


@pytest.mark.parametrize(
    "number", [b"<a b@c>", b"<a@b>\n X-Evil: 1", b"no brackets", b"<" + b"a" * 300 + b">", "<é@b>".encode()]
)
def test_a_number_that_could_break_a_header_is_not_repeated(number):
    found = read_message(MAIL.replace(b"<one@example.org>", number))
    assert found.number == ""
    assert found.digest != read_message(MAIL).digest


def test_mails_without_a_number_are_told_apart_by_what_they_say():
    bare = MAIL.replace(b"Message-ID: <one@example.org>\n", b"")
    assert read_message(bare).digest == read_message(bare).digest != read_message(bare + b"x").digest


@pytest.mark.parametrize(
    "header", [b"Auto-Submitted: auto-replied", b"Precedence: Bulk", b"List-Id: <l.example>", b"X-Autoreply: yes"]
)
def test_machines_say_what_they_are(header):
    assert read_message(header + b"\n" + MAIL).is_automatic
    assert not read_message(b"Auto-Submitted: no\n" + MAIL).is_automatic


def test_html_and_attachments_are_not_read():
    only_html = MAIL.replace(b"text/plain", b"text/html")
    attached = MAIL.replace(b'charset="iso-8859-1"', b'charset="iso-8859-1"\nContent-Disposition: attachment')
    assert (read_message(only_html).text, read_message(attached).text) == ("", "")


@pytest.mark.parametrize(
    "codec", [b"punycode", b"unicode_escape", b"zlib", b"nonsense", b"utf-7", b"undefined", b"idna"]
)
def test_no_codec_does_more_than_letters(codec):
    assert "ndal" in read_message(MAIL.replace(b"iso-8859-1", codec)).text


def test_a_bomb_of_parts_is_no_text():
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(4_000))
    assert read_message(b"From: bay@example.org\n" + nested).text == ""


def test_no_mutated_mail_breaks_the_reader():
    dice = random.Random(8)
    base = MAIL + FORM.encode()
    for _ in range(3_000):
        raw = bytearray(base)
        for _ in range(dice.randrange(1, 30)):
            place = dice.randrange(len(raw))
            act = dice.randrange(3)
            if act == 0:
                raw[place] = dice.randrange(256)
            elif act == 1:
                del raw[place : place + dice.randrange(1, 20)]
                raw = raw or bytearray(b" ")
            else:
                raw[place:place] = bytes(raw[dice.randrange(len(raw)) :][: dice.randrange(1, 40)])
        found = read_message(bytes(raw))
        reply = read(found.text)
        assert "\n" not in found.number
        assert {label for label, _ in reply.problems} <= set(LABELS)


@settings(max_examples=300)
@given(st.binary(max_size=2_000), st.text(max_size=1_500))
def test_nothing_that_anybody_sends_breaks_the_reader(raw, text):
    assert len(read_message(raw).digest) == 64
    read(text)
    read(f"{FORM}{text}\n{quoted(empty_form())}")


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"is_signed": True, "was_signed": True}, True),
        ({"was_signed": True}, False),
        ({"sender": "evil@b.example"}, False),
        ({"sender": "", "is_signed": True}, False),
        ({"is_automatic": True}, False),
        ({"has_return": False}, False),
        ({"today": 19}, True),
        ({"today": 20}, False),
    ],
)
def test_a_mail_counts_by_its_sender_and_by_its_signature_where_it_is_known_to_have_one(changes, counts):
    ruling = rule_on_sending(replace(SENDING, **changes))
    assert ruling.outcome is counts
    assert ruling.reason
