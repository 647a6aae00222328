"""Who is invited to register by mail, and what becomes of the mails: judged, registered, answered, recorded once."""

import base64
import re
from datetime import timedelta

import dkim
import pytest
from allauth.account.models import EmailAddress
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import mail as outbox
from django.urls import reverse

from hansa.activity.models import Event
from hansa.deals.models import MailInvitation, ReceivedMail
from hansa.deals.operations import NoMailTaken, invite_by_mail, receive_mail, revoke_mail_invitation
from hansa.deals.queries import mail_invitations
from hansa.deals.tests.story import NOW, registrations_of
from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, system
from hansa.kit.signatures import is_signed_by
from hansa.networks.models import Membership
from hansa.organizations.models import Affiliation

pytestmark = pytest.mark.django_db

FORM = "Customer: Quarry Works\nCountry: SE\nProduct family: Road bikes\nAmount: 50000\nWhat they need: bikes\n"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
)
ZONE = {b"s1._domainkey.example.org.": b"v=DKIM1; k=rsa; p=" + PUBLIC}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def post(story):
    """The story with confirmed addresses, and one who is invited; `post(text)` sends a mail to that address."""
    with acting(system("confirming addresses in a test")):
        for person in story.people.values():
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return Post(story)


class Post:
    def __init__(self, story):
        self.story, self.count, self.asked = story, 0, []
        self.invitation, self.token = self.invite("bay")
        outbox.outbox.clear()

    def invite(self, name, *, by="vendor", at=NOW, **more):
        with acting(self.story.scope(by)):
            return invite_by_mail(
                network=self.story.network, membership_id=self.member(name), email=f"{name}@example.org", at=at, **more
            )

    def member(self, name):
        with acting(system("looking in a test")):
            rows = Membership.objects.filter(organization_id=self.story.organizations[name].id)
            return rows.values_list("id", flat=True).first()

    def look_up(self, name, timeout=5):
        self.asked.append(name)
        return ZONE.get(name)

    def raw(self, text=FORM, *, number=None, sender="bay@example.org", headers=""):
        self.count += 1
        number = number or f"<{self.count}@example.org>"
        return (
            f"From: {sender}\r\nTo: x@post.hansa.example\r\nSubject: Re\r\nMessage-ID: {number}\r\n{headers}\r\n".encode()
            + text.replace("\n", "\r\n").encode()
        )

    def __call__(self, text=FORM, *, raw=None, token=None, returns_to="bay@example.org", at=NOW, look_up=None, **more):
        recipient = f"Deals+{token or self.token}@POST.hansa.example"
        content = raw or self.raw(text, **more)
        receive_mail(recipient=recipient, returns_to=returns_to, raw=content, at=at, look_up=look_up or self.look_up)

    def outcomes(self):
        with acting(system("looking in a test")):
            return list(ReceivedMail.objects.order_by("id").values_list("outcome", flat=True))

    def events(self):
        with acting(system("looking in a test")):
            return list(Event.objects.filter(kind__startswith="deals.mail").order_by("id").values_list("kind", "facts"))


def signed(raw, *, domain=b"example.org", **more):
    signature = dkim.sign(raw, b"s1", domain, PEM, include_headers=[b"from", b"to", b"subject", b"message-id"], **more)
    return signature + raw


def test_the_invitation_is_mailed_with_the_form_and_its_token_is_kept_as_a_hash(post):
    invitation, token = post.invite("alpine", days=30)
    (sent,) = outbox.outbox
    assert (sent.to, sent.reply_to) == (["alpine@example.org"], [f"deals+{token}@post.hansa.example"])
    assert [
        words in sent.body
        for words in ("Customer: ", "What they need: ", "Product family: Cargo bikes, Road bikes.", token)
    ] == [True] * 3 + [False]
    assert (len(token), token in invitation.token_hash) == (40, False)
    assert invitation.expires_at == NOW + timedelta(days=30)
    assert post.events()[-1][0] == "deals.mail.invited"
    assert token not in str(post.events())


def test_a_mail_is_registered_as_the_invited_person_and_answered(post, story):
    post()
    (made,) = registrations_of(story.network.id)
    assert (made.partner_id, made.created_by_id, made.submitted_at) == (
        story.organizations["bay"].id, story.people["bay"].id, NOW,
    )  # fmt: skip
    assert (made.title, made.amount_minor, made.problem) == ("Quarry Works: Road bikes", 5_000_000, "bikes")
    (answer,) = outbox.outbox
    assert (answer.subject, answer.to) == (f"Registered: {made.code}", ["bay@example.org"])
    assert "is in review" in answer.body
    assert "from 2026-03-10 09:00:00 UTC and is answered at 2026-03-10 09:15:00 UTC at the earliest" in answer.body
    assert f"/networks/nordwind/deals/{made.code}" in answer.body
    assert answer.extra_headers["Auto-Submitted"] == "auto-replied"
    assert answer.extra_headers["In-Reply-To"] == "<1@example.org>"
    assert post.events()[-1][1]["registration"] == made.code


def test_the_answer_is_the_same_whatever_the_check_has_found(post, story):
    post.invite("alpine")
    story.submit("alpine", {"name": "Quarry Works", "country": "SE"})
    outbox.outbox.clear()
    post()
    post(FORM.replace("Quarry Works", "Zinnia Mills"), number="<2@example.org>")
    taken, free = (re.sub(r"\b[2-9a-z]{8}\b(?=\.|\n)", "CODE", each.body) for each in outbox.outbox)
    assert taken == free


def test_the_same_mail_twice_adds_nothing(post, story):
    raw = post.raw()
    post(raw=raw)
    post(raw=raw)
    post(FORM.replace("Quarry", "Other"), number="<1@example.org>")
    assert (len(registrations_of(story.network.id)), len(outbox.outbox), post.outcomes()) == (1, 1, ["REGISTERED"])
    assert [kind for kind, _ in post.events()].count("deals.mail.received") == 1


def test_what_is_missing_is_answered_in_words(post, story):
    post("Hello, please register something.")
    (answer,) = outbox.outbox
    assert answer.subject == "Not registered yet"
    assert "- Customer: the name of the company" in answer.body
    assert "Customer: \n" in answer.body
    assert (registrations_of(story.network.id), post.outcomes()) == ([], ["INCOMPLETE"])


def test_a_mail_without_plain_text_is_answered(post):
    raw = post.raw(headers="Content-Type: text/html\r\n")
    post(raw=raw)
    assert "plain text" in outbox.outbox[0].body
    assert post.outcomes() == ["INCOMPLETE"]


def test_what_the_rules_refuse_is_answered_with_the_reason(post, story):
    post(FORM.replace("50000", "10"))
    assert "less than 1,000.00 EUR" in outbox.outbox[0].body
    assert (registrations_of(story.network.id), post.outcomes()) == ([], ["REFUSED"])


def test_the_quota_of_a_day_holds_for_mails_too(post, story):
    for number in range(8):
        post(
            FORM.replace("Quarry Works", f"Quarry {'abcdefgh'[number] * 7} {number}").replace(
                "SE", ["SE", "DK", "NO", "FI", "IS", "DE", "FR", "NL"][number]
            )
        )
    assert post.outcomes() == ["REGISTERED"] * 6 + ["REFUSED"] * 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": "evil@example.org"},
        {"sender": '"bay@example.org" <evil@b.example>'},
        {"sender": "evil@b.example, bay@example.org"},
        {"headers": "Auto-Submitted: auto-replied\r\n"},
        {"headers": "Precedence: list\r\n"},
        {"returns_to": ""},
        {"returns_to": "<>"},
    ],
)
def test_a_mail_that_does_not_count_is_recorded_and_never_answered(post, story, wrong):
    post(**wrong)
    assert (registrations_of(story.network.id), outbox.outbox, post.outcomes()) == ([], [], ["IGNORED"])
    assert post.events()[-1][1]["outcome"] == "IGNORED"


def test_a_mail_to_no_open_address_changes_nothing(post, story, clock):
    before = post.events()
    post(token="0" * 40)
    post(at=NOW + timedelta(days=90))
    receive_mail(recipient=f"deals+{post.token}@elsewhere.example", returns_to="a@b.example", raw=post.raw(), at=NOW)
    with acting(system("an address is not confirmed any more")):
        EmailAddress.objects.filter(email="bay@example.org").update(verified=False)
    post()
    with acting(system("it is confirmed again, and a role is taken away")):
        EmailAddress.objects.filter(email="bay@example.org").update(verified=True)
        Affiliation.objects.filter(person=story.people["bay"]).update(roles=["read_only"])
    post()
    with acting(system("the role is given back, and another address is used")):
        Affiliation.objects.filter(person=story.people["bay"]).update(roles=["owner"])
        type(story.people["bay"]).objects.filter(id=story.people["bay"].id).update(email="new@example.org")
    post()
    assert (post.events(), post.outcomes(), outbox.outbox, registrations_of(story.network.id)) == (before, [], [], [])


def test_an_address_is_revoked_and_replaced(post, story):
    second, token = post.invite("bay")
    outbox.outbox.clear()
    post()
    assert post.outcomes() == []
    with acting(story.scope("bay")):
        revoke_mail_invitation(invitation_id=second.id, at=NOW)
        with pytest.raises(NotPossibleNow):
            revoke_mail_invitation(invitation_id=second.id, at=NOW)
    post(token=token)
    assert (post.outcomes(), outbox.outbox, registrations_of(story.network.id)) == ([], [], [])


def test_a_day_has_an_end(post, story):
    for _ in range(25):
        post("Hello")
    assert (post.outcomes(), len(outbox.outbox)) == (["INCOMPLETE"] * 20 + ["IGNORED"], 20)
    post(at=NOW + timedelta(days=1, seconds=1))
    assert len(registrations_of(story.network.id)) == 1


def test_from_the_first_signed_mail_on_each_must_be_signed(post, story):
    post(raw=signed(post.raw()))
    assert post.outcomes() == ["REGISTERED"]
    assert post.events()[-1][1]["by"] == "signed"
    forged = FORM.replace("Quarry Works", "Zinnia Mills")
    post(forged)
    post(raw=signed(post.raw(forged)).replace(b"Zinnia", b"Zirkon"))
    post(raw=signed(post.raw(forged), domain=b"b.example"))
    assert (post.outcomes()[1:], len(outbox.outbox)) == (["IGNORED"] * 3, 1)
    post(raw=signed(post.raw(forged)))
    assert len(registrations_of(story.network.id)) == 2
    assert set(post.asked) == {b"s1._domainkey.example.org."}
    _, token = post.invite("bay", at=NOW)
    post(forged, token=token)
    assert post.outcomes()[-1] == "IGNORED"


def test_where_the_dns_keeps_silent_nothing_is_judged(post):
    def silent(name, timeout=5):
        raise dkim.DnsTimeoutError("no answer")

    with pytest.raises(TimeoutError):
        post(raw=signed(post.raw()), look_up=silent)
    assert post.outcomes() == []


def test_a_signature_counts_for_its_domain_and_the_whole_mail():
    raw = b"From: a@mail.example.org\r\nSubject: x\r\n\r\nbody\r\n"
    by = lambda text, domain: is_signed_by(text, domain, look_up=lambda name, timeout=5: ZONE.get(name))  # noqa: E731
    mine = dkim.sign(raw, b"s1", b"example.org", PEM, include_headers=[b"from"]) + raw
    assert [by(mine, domain) for domain in ("mail.example.org", "example.org", "org", "b.example")] == [
        True,
        True,
        False,
        False,
    ]
    assert not by(mine + b"more", "example.org")
    assert not by(
        dkim.sign(raw, b"s1", b"example.org", PEM, include_headers=[b"from"], length=True) + raw, "example.org"
    )
    assert not by(dkim.sign(raw, b"s2", b"example.org", PEM, include_headers=[b"from"]) + raw, "example.org")
    assert not by(raw, "example.org")
    assert not by(b"DKIM-Signature: d=example.org; h=from; v\r\n" + raw, "example.org")
    assert not by(b"\0\xff" * 99, "example.org")


def test_nothing_of_a_mail_reaches_the_head_of_its_answer(post):
    post("Customer: A\r\nBcc: evil@b.example\r\n", number="<1@example.org>\r\n Bcc: evil@b.example")
    (answer,) = outbox.outbox
    assert (answer.recipients(), "In-Reply-To" in answer.extra_headers) == (["bay@example.org"], False)
    assert "evil" not in answer.message().as_string()


@pytest.mark.parametrize(
    ("name", "email", "days", "column"),
    [
        ("bay", "alpine@example.org", 9, "email"),
        ("bay", "nobody@example.org", 9, "email"),
        ("bay", "bay@example.org", 0, "days"),
        ("stranger", "stranger@example.org", 9, "member"),
    ],
)
def test_only_a_person_of_that_member_who_may_register_is_invited(post, story, name, email, days, column):
    before = post.events()
    with acting(story.scope("vendor")), pytest.raises(Unprocessable) as refusal:
        invite_by_mail(network=story.network, membership_id=post.member(name), email=email, days=days, at=NOW)
    assert [problem.column for problem in refusal.value.problems] == [column]
    assert (post.events(), outbox.outbox) == (before, [])


def test_others_neither_invite_nor_revoke(post, story, settings):
    for name in ("bay", "alpine", "stranger"):
        with pytest.raises(NotFound):
            post.invite("bay", by=name)
    for name in ("alpine", "fjord", "stranger"):
        with acting(story.scope(name)):
            assert MailInvitation.objects.count() == 0
            with pytest.raises(NotFound):
                revoke_mail_invitation(invitation_id=post.invitation.id, at=NOW)
    with acting(system("a role is taken away")):
        Affiliation.objects.filter(person=story.people["bay"]).update(roles=["rep"])
    with acting(story.scope("bay")), pytest.raises(NotAllowed):
        revoke_mail_invitation(invitation_id=post.invitation.id, at=NOW)
    settings.MAIL_DOMAIN = ""
    with pytest.raises(NoMailTaken):
        post.invite("bay")
    with acting(system("looking in a test")):
        assert MailInvitation.objects.filter(revoked_at=None).count() == 1


def test_what_became_of_mails_is_the_partners_alone(post, story):
    post()
    with acting(story.scope("vendor")):
        assert ReceivedMail.objects.count() == 0
        assert mail_invitations(story.network.id).get().mails_read == 0
    with acting(story.scope("bay")):
        assert ReceivedMail.objects.count() == 1
        assert mail_invitations(story.network.id).get().last_mail_at == NOW


def test_the_page_invites_lists_and_ends(post, story, browser):
    place = reverse("deals:by_mail", args=["nordwind"])
    said = {"member": str(post.member("alpine")), "email": "alpine@example.org", "days": "30"}
    assert browser("bay").post(place, said).status_code == 404
    assert browser("vendor").post(place, {**said, "email": "bay@example.org"}).status_code == 422
    assert browser("vendor").post(place, said).status_code == 302
    shown = browser("vendor").get(place).content.decode()
    assert [words in shown for words in ("Alpine Cycles", "Bay Bikes", "Invite somebody")] == [True] * 3
    post()
    shown = browser("bay").get(place).content.decode()
    assert [words in shown for words in ("Quarry Works: Road bikes", "Alpine", "Invite somebody")] == [
        True,
        False,
        False,
    ]
    ending = reverse("deals:mail_revocation", args=["nordwind", post.invitation.code])
    assert browser("alpine").post(ending).status_code == 404
    assert browser("bay").post(ending).status_code == 302
    assert "Ended" in browser("bay").get(place).content.decode()
    assert browser("stranger").get(place).status_code == 404


def test_the_api_invites_lists_and_ends(post, story, ask):
    with acting(system("looking in a test")):
        code = Membership.objects.get(id=post.member("alpine")).code
    body = {"member": code, "email": "alpine@example.org", "days": 10}
    assert ask("bay", "post", "mail-invitations", body)[0] == 404
    status, made = ask("vendor", "post", "mail-invitations", body)
    assert (status, made["email"], made["revoked_at"]) == (201, "alpine@example.org", None)
    assert len(ask("vendor", "get", "mail-invitations")[1]["items"]) == 2
    assert [row["person"] for row in ask("alpine", "get", "mail-invitations")[1]["items"]] == ["Alpine"]
    ending = f"mail-invitations/{made['code']}/revocation"
    assert ask("bay", "post", ending)[0] == 404
    assert ask("alpine", "post", ending)[1]["revoked_at"] is not None
    assert ask("vendor", "post", ending)[0] == 409
    assert ask("vendor", "post", "mail-invitations", {**body, "member": "zzzzzzzz"})[0] == 422
