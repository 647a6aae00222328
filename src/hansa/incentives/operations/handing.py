"""After a commit: each beneficiary holds a signed head of the log, and its people find the statement in their inbox."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from hansa.activity.models import Event, SignedHead
from hansa.activity.operations import notify, sign_head_for
from hansa.incentives.models import SettlementRun, Statement
from hansa.organizations.models import Affiliation
from hansa.organizations.rules import capabilities_of


@transaction.atomic
def hand_over_statements(event_id: UUID, at: datetime) -> None:
    """Hand a head that covers a commit to each beneficiary of the run, and tell its people; twice does it once.

    Nobody gets mail: the statement waits in the inbox of those who may see statements. Within the platform's own scope.
    """
    event: Event = Event.objects.select_related("link").get(id=event_id)
    run: SettlementRun = SettlementRun.objects.select_related("network").get(id=event.subject_id)
    by_party: dict[UUID, list[Statement]] = defaultdict(list)
    for statement in Statement.objects.filter(run=run, party__isnull=False).order_by("payee_kind", "payee"):
        by_party[statement.party_id].append(statement)
    held = SignedHead.objects.filter(network_id=run.network_id, holder_id__in=by_party, seq__gte=event.link.seq)
    waiting = sorted(by_party.keys() - set(held.values_list("holder_id", flat=True)))
    sign_head_for(network_id=run.network_id, holder_ids=waiting, at=at)
    for organization_id, person_id in _readers_of_statements(list(by_party)):
        statement = by_party[organization_id][0]
        words = {"period": run.period, "network": run.network.name}
        notify(
            person_id=person_id,
            organization_id=organization_id,
            text=(_("Your statement for %(period)s in %(network)s is issued.") % words)[:300],
            url=reverse("incentives:statement", args=[run.network.slug, statement.code]),
            at=at,
            event_id=event_id,
        )


def _readers_of_statements(organization_ids: list[UUID]) -> list[tuple[UUID, UUID]]:
    """(organization, person) of everybody who may see an organization's statements now."""
    standing = Affiliation.objects.filter(organization_id__in=organization_ids, ended_at=None, suspended_at=None)
    rows = standing.order_by("organization_id", "person_id").values_list("organization_id", "person_id", "roles")
    return [(where, who) for where, who, roles in rows if "statements.view" in capabilities_of(roles)]
