"""A registration by its network and code, for whoever may do something with it; API and screens reach it alike."""

from __future__ import annotations

from datetime import datetime

from hansa.deals import queries
from hansa.deals.models import Registration
from hansa.deals.operations.failures import StepRefused
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug


def seen_registration(slug: str, code: str) -> Registration:
    """A registration for those who may see registrations, with its network and partner."""
    network = network_by_slug(slug)
    current_scope().require("deals.view")
    return queries.registration_by_code(network.id, code)


def own_registration(slug: str, code: str, capability: str) -> Registration:
    """An own registration, for those who have a capability; NotFound for anybody else's."""
    network = network_by_slug(slug)
    current_scope().require(capability)
    registration = queries.registration_by_code(network.id, code)
    if registration.partner_id != current_scope().organization_id:
        raise NotFound()
    return registration


def held_registration(slug: str, code: str, *, at: datetime) -> Registration:
    """An own registration, for those who register; refused in the same words whatever was found before its answer."""
    registration = own_registration(slug, code, "deals.register")
    if words := queries.held_back(registration, at=at):
        raise StepRefused(words)
    return registration


def decidable_registration(slug: str, code: str) -> Registration:
    """A registration of a network, for those who decide."""
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "deals.decide")
    return queries.registration_by_code(network.id, code)
