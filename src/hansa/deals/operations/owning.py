"""A partner's own registration, taken hold of for a step."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hansa.deals.models import Registration
from hansa.deals.operations.clocks import expire_in
from hansa.deals.operations.common import locked, take_turns
from hansa.deals.operations.failures import StepRefused
from hansa.deals.queries import held_back
from hansa.kit.failures import NotFound
from hansa.kit.scope import acting, current_scope, system


def own(registration_id: UUID, *, at: datetime) -> Registration:
    """A registration of the acting organization for those who may register, its network's lock and its row held.

    The network's lock always comes first: whoever checks holds it and asks for rows. What expired by then is out of the
    way. Raises NotFound, and StepRefused before the answer is due: a step that one could take and another not would tell
    what was found.
    """
    scope = current_scope()
    scope.require("deals.register")
    mine = Registration.objects.filter(id=registration_id, partner_id=scope.organization_id)
    network_id = mine.values_list("network_id", flat=True).first()
    if network_id is None:
        raise NotFound()
    take_turns(network_id)
    with acting(system("protections end by their stored instant")):
        expire_in(network_id, at=at)
    registration = locked(registration_id)
    if words := held_back(registration, at=at):
        raise StepRefused(words)
    return registration
