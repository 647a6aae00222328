from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from hansa.activity.operations import record
from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow
from hansa.kit.scope import Scope, acting, current_scope, system
from hansa.organizations.models import Affiliation, Invitation, Organization
from hansa.organizations.operations.affiliations import begin_affiliation, checked_roles
from hansa.organizations.queries import DEAD_LINK, hash_of, invitation_by_secret
from hansa.organizations.rules import ROLE_LABELS, capabilities_of, roles_for_those_in_care, roles_within
from hansa.people.models import Person
from hansa.people.operations import checked_email, open_account
from hansa.people.queries import person_by_email

LIFETIME = timedelta(days=14)


class SignInFirst(NotAllowed):
    """The invited address has an account: only who can sign in to it may accept."""

    title = "Sign in to accept this invitation"


class NotTheInvited(NotAllowed):
    """Somebody is signed in with another address than the invited one."""

    title = "This invitation is for somebody else"


@transaction.atomic
def invite_person(
    *, email: str, roles: Sequence[str], at: datetime, organization_id: UUID | None = None
) -> tuple[Invitation, str]:
    """Offer an e-mail address roles in the acting organization, or in one that is in its care, and mail the link.

    Returns the invitation and the link's secret (256 random bits), which is kept nowhere: whoever opens the link has
    read the mail, and that is what confirms the address. An earlier offer to the same address ends. If the mail cannot
    be sent, nothing happened (409).
    """
    organization = _organization_to_invite_into(organization_id)
    wanted = checked_roles(roles)
    if not set(wanted) <= _roles_to_offer(organization):
        raise NotAllowed("You cannot give these roles.")
    address = checked_email(email)
    current = Affiliation.objects.filter(organization=organization, ended_at=None, person__email=address)
    if current.exists():
        raise NotPossibleNow("This person belongs to the organization already.")
    _still_open(organization, address).update(withdrawn_at=at)
    invitation, secret = _write_invitation(organization, address, wanted, at=at)
    _record("sent", invitation, at=at)
    _mail(invitation, secret)
    return invitation, secret


@transaction.atomic
def withdraw_invitation(*, invitation_id: UUID, at: datetime) -> Invitation:
    """Take an offer back; its link is dead from the next request on."""
    invitation: Invitation | None = Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation_id).first()
    if invitation is None:
        raise NotFound()
    scope = current_scope()
    own = invitation.organization_id == scope.organization_id
    scope.require("people.manage" if own else "networks.manage")
    if invitation.accepted_at or invitation.withdrawn_at:
        raise NotPossibleNow("This invitation has been accepted or withdrawn.")
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    _record("withdrawn", invitation, at=at)
    return invitation


@transaction.atomic
def accept_invitation(*, secret: str, at: datetime, name: str = "", password: str = "") -> Affiliation:
    """Take up an offer: as the signed-in person of the invited address, or with a new account of that address.

    A link that does not exist, is used, withdrawn or expired is NotFound in the same words. Another signed-in address
    is refused (403), an address with an account asks to sign in (403). The first person who may manage others ends
    the custody of the organization.
    """
    asking = current_scope().person_id
    with acting(system("accepting an invitation")):
        held = Invitation.objects.select_for_update(of=("self",)).filter(token_hash=hash_of(secret)).first()
        invitation = invitation_by_secret(secret, at=at)
        if held is None or invitation is None:
            raise NotFound(DEAD_LINK)
        person = _person_of(invitation, asking=asking, name=name, password=password)
        as_person = Scope(
            organization_id=invitation.organization_id, person_id=person.id, system="accepting an invitation"
        )
        with acting(as_person):
            return _take_up(invitation, person, at=at)


def _organization_to_invite_into(organization_id: UUID | None) -> Organization:
    scope = current_scope()
    found: Organization | None = Organization.objects.filter(pk=organization_id or scope.organization_id).first()
    if found is None:
        raise NotFound()
    if found.pk == scope.organization_id or scope.system:
        scope.require("people.manage")
    elif found.custodian_id == scope.organization_id:
        scope.require("networks.manage")
    else:
        raise NotAllowed("Only the organization itself invites its people.")
    return found


def _roles_to_offer(organization: Organization) -> frozenset[str]:
    scope = current_scope()
    if scope.system:
        return frozenset(ROLE_LABELS)
    if organization.pk == scope.organization_id:
        return roles_within(scope.capabilities)
    return roles_for_those_in_care(scope.capabilities)


def _still_open(organization: Organization, address: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(organization=organization, email=address, accepted_at=None, withdrawn_at=None)


def _write_invitation(
    organization: Organization, address: str, roles: list[str], *, at: datetime
) -> tuple[Invitation, str]:
    secret = secrets.token_urlsafe(32)
    invitation = Invitation(
        organization=organization,
        sender_organization_id=current_scope().organization_id or organization.pk,
        email=address,
        roles=roles,
        token_hash=hash_of(secret),
        created_at=at,
        expires_at=at + LIFETIME,
    )
    invitation.save(force_insert=True)
    return invitation, secret


def _mail(invitation: Invitation, secret: str) -> None:
    sender_id = current_scope().person_id
    sender = Person.objects.filter(pk=sender_id).first() if sender_id else None
    words = {
        "organization": invitation.organization.name,
        "sender": sender,
        "roles": [ROLE_LABELS[role] for role in invitation.roles],
        "until": invitation.expires_at,
        "link": f"{settings.BASE_URL}/invitations/{secret}",
    }
    subject = _("Your invitation to %(organization)s") % words
    try:
        send_mail(subject, render_to_string("organizations/mail/invitation.txt", words), None, [invitation.email])
    except (OSError, SMTPException) as error:
        raise NotPossibleNow("The mail server does not take the invitation. Nothing was changed; try again.") from error


def _person_of(invitation: Invitation, *, asking: UUID | None, name: str, password: str) -> Person:
    known = person_by_email(invitation.email)
    if asking is not None and (known is None or known.id != asking):
        raise NotTheInvited("You are signed in with another e-mail address. Sign out and open the link again.")
    if known is None:
        return open_account(email=invitation.email, name=name, password=password)
    if asking is None or not known.is_active:
        raise SignInFirst("This e-mail address has an account. Sign in, then accept.")
    return known


def _take_up(invitation: Invitation, person: Person, *, at: datetime) -> Affiliation:
    organization = invitation.organization
    affiliation = begin_affiliation(person_id=person.id, organization_id=organization.id, roles=invitation.roles, at=at)
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    custodian = organization.custodian_id
    takes_over = custodian is not None and "people.manage" in capabilities_of(invitation.roles)
    if takes_over:
        organization.custodian = None
        organization.save(update_fields=["custodian"])
    _record("accepted", invitation, at=at, person=str(person.id), custody_ended=takes_over)
    return affiliation


def _record(what: str, invitation: Invitation, *, at: datetime, **facts: object) -> None:
    record(
        f"organizations.invitation.{what}",
        subject=invitation,
        at=at,
        parties=[invitation.organization_id, invitation.sender_organization_id],
        facts={"organization": str(invitation.organization_id), "roles": invitation.roles, **facts},
        text={"email": invitation.email},
    )
