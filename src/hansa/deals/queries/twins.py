"""Which of one's own projects look like the one that is being registered: one's own rows, and nobody else's."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from hansa.companies.models import FACTS, Company
from hansa.deals.models import Registration
from hansa.deals.queries.seen import Seen, as_seen
from hansa.deals.rules import ReviewState, Stage
from hansa.engines.matching import Company as Described
from hansa.engines.matching import Verdict, score
from hansa.kit.scope import current_scope
from hansa.networks.models import Network

OPEN = (ReviewState.SUBMITTED, ReviewState.IN_REVIEW, ReviewState.ACTION_REQUIRED, ReviewState.APPROVED)
MOST = 50


def own_twins(
    network: Network, customer: Described, *, family: str, country: str, at: datetime, aside: Registration | None = None
) -> list[Seen]:
    """The acting organization's open registrations of a family and country whose customer is this one, or may be.

    `aside` is the registration itself, where it exists already. What was closed as lost, or has ended by its stored
    instant, is none.
    """
    rows = Registration.objects.filter(
        network=network, partner_id=current_scope().organization_id, family=family, country=country, review__in=OPEN
    )
    rows = rows.exclude(stage=Stage.CLOSED_LOST).exclude(Q(protected_until__lte=at) & Q(review=ReviewState.APPROVED))
    if aside is not None:
        rows = rows.exclude(id=aside.id)
    newest = rows.select_related("network", "partner", "company").order_by("-submitted_at", "-id")[:MOST]
    alike = [row for row in newest if score(customer, described(row.company)).verdict is not Verdict.DIFFERENT]
    return [as_seen(row, at=at) for row in alike]


def described(company: Company) -> Described:
    """A company as matching reads it."""
    return Described(**{name: getattr(company, name) for name in FACTS})
