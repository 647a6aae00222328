"""What the endpoints of registrations share: finding one, refusing before its answer, telling it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hansa.deals import queries
from hansa.deals.api.schemas import RegistrationOut
from hansa.deals.models import Registration
from hansa.deals.operations import StepRefused
from hansa.deals.operations.common import rules_on
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug

REGISTRATIONS = "/networks/{slug}/registrations"
REGISTRATION = "/networks/{slug}/registrations/{code}"
_COPIED = [name for name in RegistrationOut.model_fields if name != "amount_minor"]


def found(slug: str, code: str) -> Registration:
    """A registration for those who may see registrations."""
    network = network_by_slug(slug)
    current_scope().require("deals.view")
    return queries.registration_by_code(network.id, code)


def own(slug: str, code: str, capability: str) -> Registration:
    """An own registration, for those who have a capability; NotFound for anybody else's."""
    network = network_by_slug(slug)
    current_scope().require(capability)
    registration = queries.registration_by_code(network.id, code)
    if registration.partner_id != current_scope().organization_id:
        raise NotFound()
    return registration


def held(slug: str, code: str, *, at: datetime) -> Registration:
    """An own registration, for those who register; refused in the same words whatever was found before its answer."""
    registration = own(slug, code, "deals.register")
    if words := queries.held_back(registration, at=at):
        raise StepRefused(words)
    return registration


def decidable(slug: str, code: str) -> Registration:
    """A registration of a network, for those who decide."""
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "deals.decide")
    return queries.registration_by_code(network.id, code)


def told(registration: Registration, *, at: datetime, alone: bool = False) -> dict[str, Any]:
    """A registration as the asker may see it; `alone`, with how many wait behind it where the rules tell."""
    seen = queries.as_seen(registration, at=at)
    if alone:
        _version, rules = rules_on(registration.network_id, (registration.submitted_at or at).date())
        seen = queries.with_standing(seen, registration, rules)
    amount = seen.amount.minor if seen.amount else None
    return {**{name: getattr(seen, name) for name in _COPIED}, "amount_minor": amount}
