"""Who registers by mail, over the API. The address itself is told by mail alone."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from hansa.deals import queries
from hansa.deals.api.schemas import MailInvitationIn, MailInvitationOut, MailInvitationPage
from hansa.deals.models import MailInvitation
from hansa.deals.operations import invite_by_mail, revoke_mail_invitation
from hansa.kit.api import REFUSALS
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug

router = Router(tags=["deals"])
INVITATIONS = "/networks/{slug}/mail-invitations"


@router.get(INVITATIONS, response={200: MailInvitationPage, **REFUSALS}, operation_id="list_mail_invitations")
def list_invitations(request: HttpRequest, slug: str, cursor: str | None = None) -> dict[str, Any]:
    """Who may register by mail: all of a network that you run, else your own people; the newest first."""
    rows = queries.mail_invitations(network_by_slug(slug).id)
    page = page_of(rows, order=queries.INVITATION_ORDER, cursor=cursor)
    return {"items": [_told(row) for row in page.items], "next": page.next, "previous": page.previous}


@router.post(INVITATIONS, response={201: MailInvitationOut, **REFUSALS}, operation_id="invite_by_mail")
def post_invitation(request: HttpRequest, slug: str, body: MailInvitationIn) -> Status[dict[str, Any]]:
    """Send a person of an active member an address by which they register deals; an earlier one of theirs ends."""
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "networks.manage")
    member = next((row for row in queries.members_to_invite(network.id) if row.code == body.member), None)
    made, _token = invite_by_mail(
        network=network,
        membership_id=member.id if member else None,
        email=body.email,
        days=body.days,
        at=timezone.now(),
    )
    return Status(201, _told(made))


@router.post(
    f"{INVITATIONS}/{{code}}/revocation",
    response={200: MailInvitationOut, **REFUSALS},
    operation_id="revoke_mail_invitation",
)
def post_revocation(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """End an address; the next mail to it is not read."""
    invitation = queries.mail_invitation_by_code(network_by_slug(slug).id, code)
    return _told(revoke_mail_invitation(invitation_id=invitation.id, at=timezone.now()))


def _told(row: MailInvitation) -> dict[str, Any]:
    names = ("code", "created_at", "expires_at", "revoked_at")
    return {
        **{name: getattr(row, name) for name in names},
        "partner": row.partner.name,
        "person": row.person.name,
        "email": row.sent_to,
    }
