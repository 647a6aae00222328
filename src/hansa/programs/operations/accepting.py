"""Accepting the rules of engagement, version by version."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hansa.activity.operations import record
from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow
from hansa.kit.scope import current_scope
from hansa.networks.models import Membership, Network, State
from hansa.programs.models import RulesAcceptance
from hansa.programs.queries import terms_of


class RulesMovedOn(NotPossibleNow):
    """The version that was read is not the one in force."""

    title = "Other rules of engagement are in force"


@transaction.atomic
def accept_rules(*, network: Network, version: str, at: datetime) -> RulesAcceptance:
    """Accept the rules of engagement of the version in force, by its code: for a member, or for oneself at the operator.

    One authorized person (`deals.register`) binds a member, as each of its registrations does; the vendor's own sales
    people stand under the rules one by one. Accepting twice is the same acceptance. Raises NotFound, NotAllowed,
    RulesMovedOn.
    """
    scope = current_scope()
    members = Membership.objects.filter(network=network, organization_id=scope.organization_id, state=State.ACTIVE)
    if scope.organization_id is None or not (network.id in scope.operates or members.exists()):
        raise NotFound()
    scope.require("deals.register")
    if scope.person_id is None:
        raise NotAllowed("Rules are accepted by a person.")
    terms = terms_of(network, day=at.date())
    if terms is None or terms.version.code != version:
        now = f"Version {terms.version.label} is in force" if terms else "No program is in force"
        raise RulesMovedOn(f"{now}: only the rules of the version in force are accepted. Read them and accept them.")
    if terms.acceptance is not None:
        return terms.acceptance
    acceptance: RulesAcceptance
    acceptance, is_new = RulesAcceptance.objects.get_or_create(
        network=network, organization_id=scope.organization_id, person_id=scope.person_id, sha256=terms.sha256,
        defaults={"version": terms.version, "at": at},
    )  # fmt: skip
    if is_new:
        record(
            "programs.rules.accepted", subject=acceptance, at=at, network_id=network.id, parties=[scope.organization_id],
            facts={"label": terms.version.label, "version": terms.version.code, "sha256": terms.sha256},
        )  # fmt: skip
    return acceptance
