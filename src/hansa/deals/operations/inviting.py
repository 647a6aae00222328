"""Inviting somebody to register by mail: an address of their own, which ends by itself and can be taken back."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from hansa.activity.operations import record
from hansa.catalog.queries import families_of
from hansa.deals.models import MailInvitation
from hansa.deals.operations.failures import NoMailTaken
from hansa.deals.rules.mail_reply import empty_form
from hansa.kernel.problem import Problem
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, current_scope, system
from hansa.networks.models import Membership, Network, State
from hansa.networks.queries import scope_of
from hansa.organizations.queries import hash_of
from hansa.people.models import Person
from hansa.people.queries import confirmed_address_of, person_by_email

BEGINNING = "deals+"
LONGEST_DAYS = 365


@transaction.atomic
def invite_by_mail(
    *, network: Network, membership_id: UUID | None, email: str, at: datetime, days: int = 90
) -> tuple[MailInvitation, str]:
    """Give a person of an active member an address to register deals by, and mail it to them with the form.

    Returns the invitation and its token (160 random bits), which is kept nowhere. The person must have confirmed the
    address and may register for that member. An earlier address of theirs in this network ends. Raises NotFound,
    NoMailTaken, Unprocessable; if the mail cannot be sent nothing happened (NotPossibleNow).
    """
    current_scope().require_operator(network.id, "networks.manage")
    if not settings.MAIL_DOMAIN:
        raise NoMailTaken("Set HANSA_MAIL_DOMAIN and run `hansa mail` first.")
    members = Membership.objects.filter(network=network, id=membership_id, state=State.ACTIVE)
    member = members.select_related("organization").first()
    person = _invited(member, email, at) if member else None
    _refuse_wrong(member, person, days)
    assert member is not None
    assert person is not None
    earlier = MailInvitation.objects.filter(network=network, partner_id=member.organization_id, person=person)
    earlier.filter(revoked_at=None).update(revoked_at=at)
    token = secrets.token_hex(20)  # lower case: some servers change the case of an address
    invitation = MailInvitation(
        network=network, partner_id=member.organization_id, person=person, sent_to=person.email,
        token_hash=hash_of(token), created_at=at, created_by_id=current_scope().person_id,
        expires_at=at + timedelta(days=days),
    )  # fmt: skip
    invitation.save(force_insert=True)
    _record("invited", invitation, at=at)
    _mail(invitation, member.organization.name, address_of(token))
    return invitation, token


@transaction.atomic
def revoke_mail_invitation(*, invitation_id: UUID, at: datetime) -> MailInvitation:
    """End an address; the next mail to it is not read. By those who run the network, or who run the partner's record."""
    rows = MailInvitation.objects.select_for_update(of=("self",))
    invitation: MailInvitation | None = rows.filter(id=invitation_id).first()
    if invitation is None:
        raise NotFound()
    scope = current_scope()
    scope.require("organization.edit" if invitation.partner_id == scope.organization_id else "networks.manage")
    if not invitation.is_open(at):
        raise NotPossibleNow("This address has ended already.")
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    _record("revoked", invitation, at=at)
    return invitation


def address_of(token: str) -> str:
    """The address of a token."""
    return f"{BEGINNING}{token}@{settings.MAIL_DOMAIN}"


def token_of(address: str) -> str:
    """The token of an address of this installation; empty for any other.

    The domain is compared without case, as mail does.
    """
    local, _, domain = address.strip().strip("<>").casefold().rpartition("@")
    ours = bool(settings.MAIL_DOMAIN) and domain == settings.MAIL_DOMAIN and local.startswith(BEGINNING)
    return local.removeprefix(BEGINNING) if ours else ""


def _invited(member: Membership, email: str, at: datetime) -> Person | None:
    """The person of a member who has this address and may register; nobody else is told apart from nobody."""
    with acting(system("looking for the person who is invited to register by mail")):
        person = person_by_email(email)
        if person is None or confirmed_address_of(person).casefold() != email.strip().casefold():
            return None
        scope = scope_of(organization_id=member.organization_id, person_id=person.id, on=at.date())
    return person if scope.can("deals.register") else None


def _refuse_wrong(member: Membership | None, person: Person | None, days: int) -> None:
    problems = []
    if member is None:
        problems.append(Problem("", 0, "member", "an active member of the network"))
    elif person is None:
        problems.append(Problem("", 0, "email", "the confirmed address of one of its people who may register deals"))
    if not 1 <= days <= LONGEST_DAYS:
        problems.append(Problem("", 0, "days", f"1 to {LONGEST_DAYS} days"))
    if problems:
        raise Unprocessable("Nobody was invited.", problems=problems)


def _mail(invitation: MailInvitation, partner: str, address: str) -> None:
    network, person = invitation.network, invitation.person
    with translation.override(person.locale):
        words = {"network": network, "person": person, "partner": partner, "until": invitation.expires_at,
                 "form": empty_form(), "currency": network.currency, "families": families_of(network.id)}  # fmt: skip
        body = render_to_string("deals/mail/invitation.txt", words)
        subject = _("Register deals by replying to this mail")
    try:
        EmailMessage(subject, body, None, [invitation.sent_to], reply_to=[address]).send()
    except (OSError, SMTPException) as error:
        raise NotPossibleNow("The mail server does not take the invitation. Nothing was changed; try again.") from error


def _record(what: str, invitation: MailInvitation, *, at: datetime) -> None:
    record(
        f"deals.mail.{what}", subject=invitation, at=at, network_id=invitation.network_id,
        parties=[invitation.partner_id],
        facts={"code": invitation.code, "person": str(invitation.person_id), "until": invitation.expires_at.isoformat()},
    )  # fmt: skip
