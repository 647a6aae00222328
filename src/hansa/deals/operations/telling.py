"""A reaction to what happens to a registration: its partner's people find it in their inbox, with the page to act on."""

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
from hansa.deals.models import Registration
from hansa.organizations.models import Affiliation
from hansa.organizations.rules import capabilities_of

ANSWERED, REGISTERS = "deals.registration.answered", "deals.register"
TOLD: Mapping[str, str | Promise] = {
    "deals.registration.reminded": _("The protection of %(title)s ends on %(until)s. Ask for a longer one in time."),
    "deals.registration.unmended": _("%(title)s has ended: what was missing was not sent in time."),
    "deals.registration.displaced": _(
        "%(title)s is not protected any more: a final remedy gave its place to another claim."
    ),
    ANSWERED: "",  # by the answer, below
}
ANSWERS: Mapping[str, str | Promise] = {
    "APPROVED": _("%(title)s is approved and protected until %(until)s."),
    "REJECTED": _("%(title)s was rejected. Read why."),
    "ACTION_REQUIRED": _("%(title)s was sent back: mend what is missing by %(due)s."),
}


@transaction.atomic
def tell_of_registration(event_id: UUID, at: datetime) -> None:
    """Put an event of a registration into the inbox of its partner's people; twice does it once.

    Whoever registered it is told; where that person left, everybody of the partner who may register. Within the
    platform's own scope.
    """
    event: Event = Event.objects.get(id=event_id)
    registration: Registration = Registration.objects.select_related("network").get(id=event.subject_id)
    words = ANSWERS.get(event.facts["review"]) if event.kind == ANSWERED else TOLD[event.kind]
    if not words:
        return
    text = (str(words) % _named(registration))[:300]
    url = reverse("deals:deal", args=[registration.network.slug, registration.code])
    for person_id in _whom(registration):
        notify(
            person_id=person_id, organization_id=registration.partner_id, text=text, url=url, at=at, event_id=event_id
        )


def _named(registration: Registration) -> dict[str, str]:
    until, due = registration.protected_until, registration.action_due
    return {
        "title": registration.title,
        "until": f"{until:%Y-%m-%d %H:%M} UTC" if until else "",
        "due": f"{due:%Y-%m-%d %H:%M} UTC" if due else "",
    }


def _whom(registration: Registration) -> Iterator[UUID]:
    standing = Affiliation.objects.filter(organization_id=registration.partner_id, ended_at=None, suspended_at=None)
    rows = standing.order_by("person_id").values_list("person_id", "roles")
    able: list[UUID] = [person for person, roles in rows if REGISTERS in capabilities_of(roles)]
    yield from [each for each in able if each == registration.created_by_id] or able
