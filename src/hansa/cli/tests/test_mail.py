"""Registering by mail over real SMTP: a listener on a loopback port, the real database, the answer as it is sent."""

import asyncio
import os
import signal
import smtplib
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import datetime
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from hansa.cli.mail import LATER, Desk, listen, take_one
from hansa.deals import queries
from hansa.deals.models import ReceivedMail
from hansa.deals.operations import invite_by_mail, token_of
from hansa.deals.rules.mail_message import LARGEST
from hansa.deals.tests.story import build_story, registrations_of
from hansa.kit.scope import acting, system
from hansa.networks.models import Membership

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("mail")]
FORM = (
    "Customer: Quarry Works\nCountry: Sweden\nProduct family: Road bikes\nAmount: 50,000 EUR\nWhat they need: bikes\n"
)


@pytest.fixture
def address():
    story = build_story()
    with acting(system("confirming an address in a test")):
        person = story.people["bay"]
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        member = Membership.objects.get(organization=story.organizations["bay"])
    with acting(story.scope("vendor")):
        invite_by_mail(network=story.network, membership_id=member.id, email=person.email, at=timezone.now())
    (invitation,) = outbox.outbox
    outbox.outbox.clear()
    return story, invitation.reply_to[0]


@contextmanager
def door(take=take_one):
    """The real listener on a free port, in a thread of its own."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    desk = Desk(is_ours=lambda recipient: bool(token_of(recipient)), take=take)
    found = []

    async def open_it():
        found.append(await listen(desk, host="127.0.0.1", port=0))
        ready.set()

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(open_it(), loop)
    assert ready.wait(10)
    try:
        yield partial(smtplib.SMTP, "127.0.0.1", found[0].sockets[0].getsockname()[1], timeout=20)
    finally:
        loop.call_soon_threadsafe(found[0].close)
        desk.hands.shutdown(wait=True)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def raw(text=FORM, *, sender="bay@example.org", number="<first@example.org>"):
    return f"From: Bay <{sender}>\nSubject: Re: Register deals\nMessage-ID: {number}\n\n{text}"


def send(connect, recipient, message, sender="bay@example.org"):
    with connect() as smtp:
        smtp.ehlo()
        smtp.mail(sender)
        smtp.rcpt(recipient)
        return smtp.data(message)


def mails():
    with acting(system("looking in a test")):
        return list(ReceivedMail.objects.order_by("id").values_list("outcome", flat=True))


def test_a_reply_over_smtp_becomes_a_registration_in_review(address, client):
    story, recipient = address
    with door() as connect:
        assert send(connect, recipient, raw())[0] == 250
        assert send(connect, recipient, raw())[0] == 250  # a server that lost the first answer sends it again
    (made,) = registrations_of(story.network.id)
    assert (made.partner_id, made.amount_minor) == (story.organizations["bay"].id, 5_000_000)
    with acting(story.scope("bay")):
        assert queries.as_seen(made, at=datetime.now(made.submitted_at.tzinfo)).review == "IN_REVIEW"
    client.force_login(story.people["bay"])
    assert "In review" in client.get(reverse("deals:deal", args=["nordwind", made.code])).content.decode()
    (answer,) = outbox.outbox
    assert (answer.to, answer.subject, answer.reply_to) == (
        ["bay@example.org"], f"Registered: {made.code}", [recipient],
    )  # fmt: skip
    with acting(system("looking in a test")):
        assert ReceivedMail.objects.get().answered_at is not None


def test_the_answer_is_a_file_where_no_mail_server_is_set(address, settings, tmp_path):
    _, recipient = address
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    with door() as connect:
        send(connect, recipient, raw("Hello"))
    (file,) = (tmp_path / "mail").iterdir()
    assert "Not registered yet" in file.read_text()


def test_everybody_is_told_the_same_over_smtp(address):
    _, recipient = address
    unknown = f"deals+{'0' * 40}@post.hansa.example"
    with door() as connect:
        told = {
            send(connect, recipient, raw()),
            send(connect, recipient, raw(sender="evil@b.example", number="<second@b.example>"), "evil@b.example"),
            send(connect, unknown, raw()),
            send(connect, recipient, b"\xff\x00 no mail at all"),
        }
    assert told == {(250, b"2.0.0 Taken")}
    assert sorted(mails()) == ["IGNORED", "IGNORED", "REGISTERED"]
    assert len(outbox.outbox) == 1


def test_nothing_is_relayed_and_one_address_is_taken_at_a_time(address):
    _, recipient = address
    with door() as connect, connect() as smtp:
        smtp.ehlo()
        smtp.mail("bay@example.org")
        assert [smtp.rcpt(to)[0] for to in ("a@b.example", "deals@post.hansa.example", recipient, recipient)] == [
            550, 550, 250, 452,
        ]  # fmt: skip


def test_a_mail_is_counted_while_it_comes(address):
    _, recipient = address
    with door() as connect:
        line = "x" * 70 + "\n"
        assert send(connect, recipient, raw(line * (LARGEST // 71 + 10)))[0] == 552
        assert send(connect, recipient, raw(FORM + "\n" + line * 3_000))[0] == 250
    assert mails() == ["REGISTERED"]


def test_what_fails_here_is_the_senders_to_try_again(address):
    def broken(recipient, returns_to, raw):
        raise TimeoutError("the DNS does not answer")

    _, recipient = address
    with door(broken) as connect:
        code, words = send(connect, recipient, raw())
    assert f"{code} {words.decode()}" == LATER
    assert mails() == []


def test_the_same_mail_at_the_same_instant_is_taken_once(address):
    story, recipient = address
    with door() as connect:
        senders = [threading.Thread(target=send, args=(connect, recipient, raw())) for _ in range(6)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
    assert (len(registrations_of(story.network.id)), mails(), len(outbox.outbox)) == (1, ["REGISTERED"], 1)


def command(tmp_path, **environment):
    told = {**os.environ, "HANSA_HOME": str(tmp_path), **environment}
    told.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", "hansa.cli", "mail"], env=told, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_command_takes_no_mail_unless_it_is_told_for_which_domain(tmp_path):
    refused = command(tmp_path, HANSA_MAIL_DOMAIN="")
    assert (refused.returncode, "HANSA_MAIL_DOMAIN is not set" in refused.stderr) == (2, True)
    wrong = command(tmp_path, HANSA_MAIL_DOMAIN="deals.example", HANSA_MAIL_LISTEN="everywhere")
    assert (wrong.returncode, "such as 127.0.0.1:8025" in wrong.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "faults"),
    [
        ({}, []),
        ({"HANSA_MAIL_DOMAIN": "deals.example", "HANSA_EMAIL_URL": "smtp://localhost"}, []),
        ({"HANSA_MAIL_DOMAIN": "deals.example"}, ["HANSA_EMAIL_URL"]),
        ({"HANSA_MAIL_LISTEN": "0.0.0.0:25"}, ["0.0.0.0"]),
        ({"HANSA_MAIL_LISTEN": "25"}, ["such as"]),
        ({"HANSA_MAIL_DOMAIN": "not a domain", "HANSA_EMAIL_URL": "smtp://localhost"}, ["is no domain"]),
    ],
)
def test_the_check_says_what_is_misconfigured(monkeypatch, environment, faults):
    from hansa.site.checks import mail_faults

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = list(mail_faults())
    assert len(found) == len(faults)
    assert all(words in fault for words, fault in zip(faults, found, strict=True))


def test_the_command_listens_until_it_is_told_to_stop(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {**os.environ, "HANSA_HOME": str(tmp_path), "HANSA_MAIL_DOMAIN": "deals.example",
            "HANSA_MAIL_LISTEN": f"127.0.0.1:{port}", "HANSA_DB_ROLE": "app"}  # fmt: skip
    told["DJANGO_SETTINGS_MODULE"] = "hansa.site.settings"
    command = [sys.executable, "-m", "hansa.cli", "mail"]
    with subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout.readline() == f"Mail is taken at 127.0.0.1:{port}.\n"
            with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
                smtp.ehlo()
                smtp.mail("a@b.example")
                assert [smtp.rcpt(to)[0] for to in ("deals+x@deals.example", "a@b.example")] == [250, 550]
        finally:
            running.send_signal(signal.SIGTERM)
            assert running.wait(60) == 0
