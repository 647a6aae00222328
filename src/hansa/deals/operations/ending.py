"""What becomes of a member's registrations when its membership ends: the stated rule, carried out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from hansa.activity.models import Event
from hansa.deals.models import Registration
from hansa.deals.operations.clocks import end_protection, expire_in, let_go, take_up
from hansa.deals.operations.common import in_turn, take_turns
from hansa.deals.operations.submitting import take_back
from hansa.deals.rules import Action, ReviewState, on_end_of_membership
from hansa.networks.models import Membership, State


@transaction.atomic
def end_registrations(event_id: UUID, at: datetime) -> None:
    """After a membership was moved: where it has ended, withdraw what is not approved, end what is protected, take up who waits.

    Everything carries the instant at which the membership ended, however late this runs; twice does it once. Within the
    platform's own scope.
    """
    event: Event = Event.objects.get(id=event_id)
    membership: Membership = Membership.objects.get(id=event.subject_id)
    if membership.state != State.ENDED:
        return
    take_turns(membership.network_id)
    ended_at = in_turn(membership.network_id, at=event.at)
    expire_in(membership.network_id, at=ended_at)
    held = Registration.objects.filter(network_id=membership.network_id, partner_id=membership.organization_id)
    rows = list(held.select_for_update(of=("self",)).select_related("network", "partner", "company").order_by("id"))
    done = {row.id: on_end_of_membership(ReviewState(row.review)) for row in rows}
    for registration in rows:
        if done[registration.id] is Action.WITHDRAW:
            take_back(registration, at=ended_at)
    for registration in rows:
        if done[registration.id] is Action.WITHDRAW:
            let_go(registration, at=ended_at)
    for registration in rows:
        if done[registration.id] is Action.EXPIRE:
            end_protection(registration, at=ended_at)
            take_up(registration.project_id, at=ended_at)
