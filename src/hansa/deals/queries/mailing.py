"""Who registers by mail, and what became of their mails."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from hansa.deals.models import MailInvitation, ReceivedMail
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope
from hansa.networks.models import Membership, State

INVITATION_ORDER = ("-created_at", "-id")
LATEST_MAILS = 20


def mail_invitations(network_id: UUID) -> QuerySet[MailInvitation]:
    """Invitations to register by mail: all of a network for those who run it, a partner its own; the newest first.

    `mails_read` and `last_mail_at` are counted over what the scope may see: they are the partner's alone.
    """
    current_scope().require("deals.view")
    rows: QuerySet[MailInvitation] = MailInvitation.objects.filter(network_id=network_id)
    rows = rows.select_related("network", "partner", "person").order_by(*INVITATION_ORDER)
    own = Q(partner_id=current_scope().organization_id)
    return rows.annotate(mails_read=Count("mails", filter=own), last_mail_at=Max("mails__received_at", filter=own))


def mail_invitation_by_code(network_id: UUID, code: str) -> MailInvitation:
    """One of them; NotFound otherwise."""
    found = mail_invitations(network_id).filter(code=code).first()
    if found is None:
        raise NotFound()
    return found


def latest_mails(network_id: UUID) -> list[ReceivedMail]:
    """The latest mails of the acting organization's people, and what became of each."""
    rows = ReceivedMail.objects.filter(network_id=network_id).select_related("invitation__person", "registration")
    return list(rows.order_by("-received_at", "-id")[:LATEST_MAILS])


def members_to_invite(network_id: UUID) -> list[Membership]:
    """The active members of a network, by name, for those who run it."""
    current_scope().require_operator(network_id, "networks.manage")
    rows = Membership.objects.filter(network_id=network_id, state=State.ACTIVE).select_related("organization")
    return list(rows.order_by("organization__name", "id"))
