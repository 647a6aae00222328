"""Inviting a company that may or may not be known yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from hansa.kernel.problem import Problem
from hansa.kit.failures import Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Membership, Network
from hansa.networks.operations.membership import Role, invite_member
from hansa.organizations.operations import create_organization
from hansa.organizations.queries import organization_by_code


@transaction.atomic
def invite_company(
    *,
    network: Network,
    number: str,
    role: Role,
    at: datetime,
    since: date | None = None,
    organization_code: str = "",
    values: Mapping[str, str] | None = None,
    identifiers: Sequence[tuple[str, str]] = (),
) -> Membership:
    """Invite the organization with a code that the scope may see, or record a new one from `values` and invite it.

    A new organization is in the care of the acting one until its own people take over. Two events are recorded for a
    new one: its record, and the invitation.
    """
    current_scope().require_operator(network.id, "networks.manage")
    if organization_code:
        organization = organization_by_code(organization_code)
        if organization is None:
            raise Unprocessable(
                "The organization is not known.",
                problems=[Problem("", 0, "organization", "an organization that you may see")],
            )
    else:
        made = create_organization(at=at, values={"name": "", **(values or {})}, identifiers=identifiers)
        organization = made.organization
    return invite_member(network=network, organization=organization, number=number, role=role, at=at, since=since)
