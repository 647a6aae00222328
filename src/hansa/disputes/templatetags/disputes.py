"""How states, sides, remedies and events of cases are written on a page."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.template import Library
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansa.activity.models import Event
from hansa.activity.words import in_words
from hansa.disputes.models import Case
from hansa.disputes.rules.course import OVER, State
from hansa.disputes.rules.terms import WHOLE, terms_from
from hansa.ui.templatetags.hansa import money, percent

register = Library()

STATE_KINDS = {
    "FILED": "waiting",
    "EVIDENCE": "progress",
    "DECIDING": "progress",
    "PROPOSED": "waiting",
    "APPEALED": "waiting",
    "FINAL": "settled",
    "SETTLED": "settled",
    "WITHDRAWN": "draft",
}
STATE_WORDS: dict[str, str | Promise] = {
    "FILED": gettext_lazy("Filed"),
    "EVIDENCE": gettext_lazy("Taking evidence"),
    "DECIDING": gettext_lazy("Being decided"),
    "PROPOSED": gettext_lazy("Remedy proposed"),
    "APPEALED": gettext_lazy("Appealed"),
    "FINAL": gettext_lazy("Final"),
    "SETTLED": gettext_lazy("Settled"),
    "WITHDRAWN": gettext_lazy("Withdrawn"),
}
KIND_WORDS: dict[str, str | Promise] = {
    "REGISTRATION": gettext_lazy("Registration"),
    "STATEMENT_LINE": gettext_lazy("Statement line"),
    "WORK_ORDER": gettext_lazy("Work order"),
    "HAND_OFF": gettext_lazy("Hand-off"),
}
SIDE_WORDS: dict[str, str | Promise] = {
    "CLAIMANT": gettext_lazy("Claimant"),
    "RESPONDENT": gettext_lazy("Respondent"),
}
REMEDY_WORDS: dict[str, str | Promise] = {
    "uphold": gettext_lazy("The decision stands"),
    "swap_priority": gettext_lazy("The sides change places"),
    "split": gettext_lazy("It is split"),
    "compensate": gettext_lazy("One side is compensated"),
}
EVENT_KINDS = {
    "disputes.case.escalated": "refused",
    "disputes.case.final": "settled",
    "disputes.case.withdrawn": "draft",
}


@register.filter
def case_state_kind(case: Case) -> str:
    """The kind of `c-state` of a case: red where its decision is late."""
    return "refused" if is_late(case) else STATE_KINDS.get(case.state, "draft")


@register.filter
def case_state_word(case: Case) -> str | Promise:
    """A case's state in the reader's language."""
    return _("Late") if is_late(case) else STATE_WORDS.get(case.state, case.state)


@register.filter
def is_late(case: Case) -> bool:
    """Whether the decision at hand has not come in time."""
    return case.escalated_at is not None and case.state in (State.DECIDING, State.APPEALED)


@register.filter
def is_over(case: Case) -> bool:
    """Whether nothing more can be done in a case."""
    return case.state in OVER


@register.filter
def case_kind_word(kind: str) -> str | Promise:
    """What kind of decision is disputed."""
    return KIND_WORDS.get(kind, kind)


@register.filter
def side_word(side: str) -> str | Promise:
    """A side of a case."""
    return SIDE_WORDS.get(side, side)


@register.filter
def remedy_word(kind: str) -> str | Promise:
    """A remedy by its kind alone."""
    return REMEDY_WORDS.get(kind, kind)


@register.filter
def terms_in_words(stored: Mapping[str, Any]) -> str:
    """What a remedy orders, as a sentence."""
    terms = terms_from(stored)
    if terms.claimant_share is not None and terms.respondent_share is not None:
        shares = {"claimant": _share(terms.claimant_share), "respondent": _share(terms.respondent_share)}
        return _("It is split: %(claimant)s to the claimant, %(respondent)s to the respondent.") % shares
    if terms.amount is not None:
        words = {"amount": money(terms.amount)}
        if terms.to == "CLAIMANT":
            return _("The decision stands, and the respondent pays the claimant %(amount)s.") % words
        return _("The decision stands, and the claimant pays the respondent %(amount)s.") % words
    if terms.kind == "swap_priority":
        return _("The claimant takes the respondent's place.")
    return _("The decision stands.")


def _share(points: int) -> str:
    return percent(Decimal(points) / WHOLE, 0 if points % 100 == 0 else 2)


@register.filter
def case_event_words(event: Event) -> str:
    """What an event of a case says in one line."""
    return in_words(event.kind, event.facts)


@register.filter
def case_event_kind(event: Event) -> str:
    """The kind of `c-timeline-item` for an event of a case."""
    return EVENT_KINDS.get(event.kind, "progress")
