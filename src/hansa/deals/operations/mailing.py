"""A mail to an invitation's address: judged, read, registered like any other, answered (decision 0008)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django_countries import countries

from hansa.activity.operations import record
from hansa.catalog.queries import families_of
from hansa.deals.models import MailInvitation, ReceivedMail, Registration
from hansa.deals.operations.drafting import draft_registration
from hansa.deals.operations.inviting import address_of, token_of
from hansa.deals.operations.submitting import submit_registration
from hansa.deals.rules.mail_message import Received, read_message
from hansa.deals.rules.mail_reply import Reply, empty_form, read_reply
from hansa.deals.rules.mail_sender import A_DAY, Sending, rule_on_sending
from hansa.kit.failures import Failure
from hansa.kit.scope import acting, system
from hansa.kit.signatures import LookUp, from_dns, is_signed_by
from hansa.networks.queries import scope_of
from hansa.organizations.queries import hash_of
from hansa.people.queries import confirmed_address_of

log = logging.getLogger(__name__)
Outcome = ReceivedMail.Outcome
MAIL_CAME = system("a mail came in for an invitation to register by mail")


@dataclass(frozen=True, slots=True)
class Judged:
    """A mail that was read: what became of it, and what is answered; `missing` are pairs of a label and what was expected."""

    mail: ReceivedMail
    missing: tuple[tuple[str, str], ...] = ()


def receive_mail(*, recipient: str, returns_to: str, raw: bytes, at: datetime, look_up: LookUp = from_dns) -> None:
    """Take one mail as it came over SMTP. Whatever it is, the sending server is told the same.

    To an unknown, ended or revoked address nothing happens and nothing is answered. Otherwise the mail is recorded once
    by its Message-ID, and one that counts is registered and answered. Raises TimeoutError where the DNS keeps silent.
    """
    token = token_of(recipient)
    invitation = _open_invitation(token, at)
    if invitation is None:
        log.info("a mail of %d bytes came for no open invitation", len(raw))
        return
    message = read_message(raw)
    is_signed = is_signed_by(raw, invitation.sent_to.rpartition("@")[2], look_up=look_up)
    judged = take_mail(
        invitation_id=invitation.id,
        message=message,
        is_signed=is_signed,
        has_return=bool(returns_to.strip("<> ")),
        at=at,
    )
    if judged is not None:
        _answer(judged, invitation, message, reply_to=address_of(token), at=at)


@transaction.atomic
def take_mail(
    *, invitation_id: UUID, message: Received, is_signed: bool, has_return: bool, at: datetime
) -> Judged | None:
    """Judge a mail to an invitation, and register what it says as the invited person, within what that person may do.

    None where nothing is answered: the same mail again, one that does not count, one too many.
    """
    with acting(MAIL_CAME):
        rows = MailInvitation.objects.select_for_update(of=("self",)).select_related("network", "person")
        invitation = rows.get(id=invitation_id)
        if ReceivedMail.objects.filter(invitation=invitation, message_sha256=message.digest).exists():
            return None
        sending = _sending(invitation, message, is_signed=is_signed, has_return=has_return, at=at)
        if sending.today > A_DAY:
            return None  # the first one too many has been recorded
        ruling = rule_on_sending(sending)
        if ruling.outcome and is_signed and invitation.signed_at is None:
            invitation.signed_at = at
            invitation.save(update_fields=["signed_at"])
        scope = scope_of(organization_id=invitation.partner_id, person_id=invitation.person_id, on=at.date())
    with acting(scope):
        mail = ReceivedMail(
            network=invitation.network, partner_id=invitation.partner_id, invitation=invitation,
            message_sha256=message.digest, received_at=at, outcome=Outcome.IGNORED, reason=ruling.reason,
        )  # fmt: skip
        judged = Judged(mail)
        if ruling.outcome:
            judged = _read(mail, message, at=at)
        mail.save(force_insert=True)
        _record(mail, by=ruling.grounds, at=at)
    return judged if ruling.outcome else None


def _open_invitation(token: str, at: datetime) -> MailInvitation | None:
    """The invitation of a token while it is open, and its person has still that address and may still register."""
    if not token:
        return None
    with acting(MAIL_CAME):
        rows = MailInvitation.objects.select_related("network", "person")
        found: MailInvitation | None = rows.filter(token_hash=hash_of(token)).first()
        if found is None or not found.is_open(at) or confirmed_address_of(found.person) != found.sent_to:
            return None
        scope = scope_of(organization_id=found.partner_id, person_id=found.person_id, on=at.date())
        return found if scope.can("deals.register") else None


def _sending(
    invitation: MailInvitation, message: Received, *, is_signed: bool, has_return: bool, at: datetime
) -> Sending:
    same_address = MailInvitation.objects.filter(person_id=invitation.person_id, sent_to=invitation.sent_to)
    return Sending(
        sender=message.sender,
        invited=invitation.sent_to,
        is_automatic=message.is_automatic,
        has_return=has_return,
        is_signed=is_signed,
        was_signed=same_address.exclude(signed_at=None).exists(),
        today=ReceivedMail.objects.filter(invitation=invitation, received_at__gt=at - timedelta(days=1)).count(),
    )


def _read(mail: ReceivedMail, message: Received, *, at: datetime) -> Judged:
    """Read what a mail says and register it; a refusal says why and leaves nothing else."""
    network = mail.network
    if not message.text.strip():
        mail.outcome, mail.reason = Outcome.INCOMPLETE, "it has no plain text"
        return Judged(mail, (("", "plain text; this mail has none that can be read"),))
    reply: Reply = read_reply(
        message.text, currency=network.currency, countries=dict(countries), families=families_of(network.id)
    )
    if reply.problems:
        mail.outcome, mail.reason = Outcome.INCOMPLETE, ", ".join(label for label, _expected in reply.problems)
        return Judged(mail, reply.problems)
    try:
        with transaction.atomic():
            made = draft_registration(network=network, customer=reply.deal.customer, facts=reply.deal.facts, at=at)
            mail.registration = submit_registration(registration_id=made.id, at=at)
    except Failure as refusal:
        mail.outcome, mail.reason = Outcome.REFUSED, refusal.detail
        return Judged(mail, tuple((each.column, each.expected) for each in refusal.problems))
    mail.outcome, mail.reason = Outcome.REGISTERED, ""
    return Judged(mail)


def _answer(judged: Judged, invitation: MailInvitation, message: Received, *, reply_to: str, at: datetime) -> None:
    """Answer the person in the words of any other answer: nothing of the mail itself but its number is repeated."""
    mail, network = judged.mail, invitation.network
    registration: Registration | None = mail.registration
    with translation.override(invitation.person.locale):
        words = {"mail": mail, "network": network, "person": invitation.person, "missing": judged.missing,
                 "registration": registration, "form": empty_form(), "currency": network.currency,
                 "link": f"{settings.BASE_URL}/networks/{network.slug}/deals"}  # fmt: skip
        body = render_to_string("deals/mail/answer.txt", words)
        subject = _("Registered: %(code)s") % {"code": registration.code} if registration else _("Not registered yet")
    headers = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    if message.number:
        headers |= {"In-Reply-To": message.number, "References": message.number}
    try:
        EmailMessage(subject, body, None, [invitation.sent_to], reply_to=[reply_to], headers=headers).send()
    except (OSError, SMTPException) as error:
        log.warning("the answer to mail %s cannot be sent: %s", mail.id, error)
        return
    with acting(MAIL_CAME):
        ReceivedMail.objects.filter(id=mail.id).update(answered_at=at)


def _record(mail: ReceivedMail, *, by: str, at: datetime) -> None:
    registration = mail.registration.code if mail.registration else ""
    facts = {"code": mail.invitation.code, "outcome": mail.outcome, "registration": registration,
             "message_sha256": mail.message_sha256, "by": by}  # fmt: skip
    if mail.outcome == Outcome.IGNORED:
        facts["reason"] = mail.reason
    record(
        "deals.mail.received", subject=mail.invitation, at=at, network_id=mail.network_id, parties=[mail.partner_id],
        facts=facts,
    )  # fmt: skip
