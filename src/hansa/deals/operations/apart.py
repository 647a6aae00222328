"""What a partner says of its own projects: that one is another than those it has registered."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from hansa.deals.models import Registration
from hansa.deals.rules import ReviewState
from hansa.kernel.problem import Problem
from hansa.kit.failures import Unprocessable


def own_codes(network_id: UUID, partner_id: UUID, codes: Collection[str]) -> list[str]:
    """Codes of a partner's own registrations of a network, each once. Raises Unprocessable for any that is none."""
    known = Registration.objects.filter(network_id=network_id, partner_id=partner_id, code__in=set(codes))
    found = sorted(known.values_list("code", flat=True))
    if set(found) != set(codes):
        problems = [Problem("", 0, "another_than", "codes of your own registrations")]
        raise Unprocessable("The registration was not kept.", problems=problems)
    return found


def said_apart(registration: Registration) -> dict[UUID, Registration]:
    """The partner's own registrations that it said are another project than this one, whichever of the two it said it of."""
    rows = Registration.objects.filter(network_id=registration.network_id, partner_id=registration.partner_id)
    said = Q(code__in=registration.another_than) | Q(another_than__contains=[registration.code])
    return {row.id: row for row in rows.filter(said).exclude(id=registration.id)}


def protected_apart(registration: Registration) -> frozenset[UUID]:
    """The projects that are protected for those: a project is protected once, so this one needs its own."""
    apart = said_apart(registration).values()
    return frozenset(row.project_id for row in apart if row.review == ReviewState.APPROVED and row.project_id)
