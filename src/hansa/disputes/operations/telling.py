"""A reaction to what happens in a case: those who must know find it in their inbox, with the page to act on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hansa.activity.models import Event
from hansa.activity.operations import notify
from hansa.disputes.models import Case
from hansa.networks.models import Steward
from hansa.organizations.models import Affiliation
from hansa.organizations.rules import capabilities_of

SIDES, OPERATOR = "disputes.file", "disputes.decide"
TOLD: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "disputes.case.filed": (_("A case was filed about %(subject)s. Show what speaks for you."), (SIDES, OPERATOR)),
    "disputes.case.evidence": (_("New evidence in the case about %(subject)s."), (SIDES,)),
    "disputes.case.rested": (_("The other side has shown everything about %(subject)s."), (SIDES,)),
    "disputes.case.assigned": (_("Somebody was assigned to decide the case about %(subject)s."), (SIDES, OPERATOR)),
    "disputes.case.evidence_closed": (_("Evidence about %(subject)s is complete: decide it."), (OPERATOR,)),
    "disputes.case.escalated": (_("The decision about %(subject)s is late."), (OPERATOR,)),
    "disputes.case.proposed": (_("A remedy is proposed about %(subject)s: accept or appeal it."), (SIDES,)),
    "disputes.case.accepted": (_("The other side accepted the remedy about %(subject)s."), (SIDES,)),
    "disputes.case.appealed": (_("The remedy about %(subject)s was appealed."), (SIDES, OPERATOR)),
    "disputes.case.final": (_("The case about %(subject)s is over: its remedy is final."), (SIDES, OPERATOR)),
    "disputes.case.withdrawn": (_("The case about %(subject)s was withdrawn."), (SIDES, OPERATOR)),
}


@transaction.atomic
def tell_of_case(event_id: UUID, at: datetime) -> None:
    """Put an event of a case into the inbox of the sides' people and the operator's; twice does it once.

    A side is not told what it did itself. Within the platform's own scope.
    """
    event: Event = Event.objects.get(id=event_id)
    case: Case = Case.objects.select_related("network").get(id=event.subject_id)
    words, capabilities = TOLD[event.kind]
    url = reverse("disputes:case", args=[case.network.slug, case.code])
    text = (str(words) % {"subject": case.subject_label})[:300]
    for organization_id, person_id in _whom(case, event, capabilities, at):
        notify(person_id=person_id, organization_id=organization_id, text=text, url=url, at=at, event_id=event_id)


def _whom(case: Case, event: Event, capabilities: tuple[str, ...], at: datetime) -> Iterator[tuple[UUID, UUID]]:
    """(organization, person) of everybody to tell: a side's people who may speak for it, the operator's who decide."""
    wanted: dict[UUID, set[str]] = {}
    did = dict(zip(("CLAIMANT", "RESPONDENT"), case.parties, strict=True)).get(event.facts.get("side", ""))
    for party in case.parties if SIDES in capabilities else ():
        if party not in (event.actor_organization_id, did):
            wanted.setdefault(party, set()).add(SIDES)
    for runs in _running(case, at) if OPERATOR in capabilities else ():
        wanted.setdefault(runs, set()).add(OPERATOR)
    standing = Affiliation.objects.filter(organization_id__in=wanted, ended_at=None, suspended_at=None)
    rows = standing.order_by("organization_id", "person_id").values_list("organization_id", "person_id", "roles")
    for where, who, roles in rows:
        if wanted[where] & capabilities_of(roles) and who != event.actor_id:
            yield where, who


def _running(case: Case, at: datetime) -> list[UUID]:
    """The organizations that run the network: its operator, or the stewards of that day."""
    if case.network.operator_id is not None:
        return [case.network.operator_id]
    standing = Steward.objects.filter(network_id=case.network_id, elected_on__lte=at.date())
    return list(standing.exclude(until_on__lte=at.date()).values_list("organization_id", flat=True))
