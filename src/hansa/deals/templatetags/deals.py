"""How reviews, stages, decisions and fields of registrations are written on a page."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from django.template import Library
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from hansa.deals.rules.budget import Measure
from hansa.deals.rules.wording import instant
from hansa.ui.templatetags.hansa import percent

register = Library()

REVIEW_KINDS = {
    "DRAFT": "draft",
    "SUBMITTED": "progress",
    "IN_REVIEW": "progress",
    "ACTION_REQUIRED": "waiting",
    "APPROVED": "settled",
    "REJECTED": "refused",
    "WITHDRAWN": "draft",
    "EXPIRED": "draft",
}
REVIEW_WORDS: dict[str, str | Promise] = {
    "DRAFT": _("Draft"),
    "SUBMITTED": _("In review"),
    "IN_REVIEW": _("In review"),
    "ACTION_REQUIRED": _("Action required"),
    "APPROVED": _("Approved"),
    "REJECTED": _("Rejected"),
    "WITHDRAWN": _("Withdrawn"),
    "EXPIRED": _("Expired"),
}
STAGE_WORDS: dict[str, str | Promise] = {
    "PROSPECT": _("Prospect"),
    "QUALIFIED": _("Qualified"),
    "TECHNICAL_VALIDATION": _("Technical validation"),
    "BUSINESS_VALIDATION": _("Business validation"),
    "COMMITTED": _("Committed"),
    "LAUNCHED": _("Launched"),
    "CLOSED_LOST": _("Closed lost"),
}
LOSS_WORDS: dict[str, str | Promise] = {
    "DUPLICATE": _("Registered twice"),
    "NO_BUDGET": _("No budget"),
    "BUDGET_CUT": _("Budget was cut"),
    "PRICE": _("Price"),
    "TERMS": _("Terms"),
    "LOST_TO_COMPETITOR": _("Lost to a competitor"),
    "LOST_TO_PARTNER": _("Lost to another partner"),
    "BOUGHT_DIRECT": _("Bought direct"),
    "BUILT_IN_HOUSE": _("Built in house"),
    "KEPT_WHAT_THEY_HAVE": _("Kept what they have"),
    "MISSING_FEATURE": _("A feature is missing"),
    "TECHNICAL_MISFIT": _("Does not fit technically"),
    "SECURITY_OR_COMPLIANCE": _("Security or compliance"),
    "DELIVERY_TIME": _("Delivery time"),
    "NO_ANSWER": _("No answer any more"),
    "POSTPONED": _("Postponed"),
    "PROJECT_ENDED": _("The project ended"),
    "CUSTOMER_CHANGED": _("The customer changed"),
    "OTHER": _("Other"),
}
DECISION_WORDS: dict[str, str | Promise] = {
    "eligibility": _("May it be registered?"),
    "claim": _("Whose claim goes first?"),
    "protection": _("How long is it protected?"),
    "extension": _("Is the protection extended?"),
    "lapse": _("What follows from no decision in time?"),
    "remedy": _("Who changes places by the remedy?"),
}
OUTCOME_WORDS: dict[str, str | Promise] = {
    "True": _("Yes"),
    "False": _("No"),
    "None": _("No"),
    "protect": _("Protected"),
    "wait": _("Waits in turn"),
    "queue": _("Left to the operator"),
    "duplicate": _("Its own duplicate"),
    "escalate": _("Escalated"),
    "approve": _("Approved"),
    "reject": _("Rejected"),
}
MEASURE_WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "fields": (_("Fields on the form"), _("what fits on a phone and is filled in within a minute")),
    "required": (_("Of these, needed"), _("customer, product family, country, and a title of one's own")),
    "screens": (_("Screens from New to In review"), _("each further screen loses some of those who began")),
    "business_median": (_("Business hours to a decision, the median"), _("half of all know within a working day")),
    "business_p90": (_("Business hours to a decision, nine of ten"), _("what the rules of engagement promise")),
    "resubmitted": (_("Sent again after changes"), _("more, and the form does not say what is needed")),
}
FIELD_WORDS: dict[str, str | Promise] = {
    "company": _("customer"),
    "customer": _("customer"),
    "family": _("product family"),
    "country": _("country"),
    "title": _("title"),
    "amount_minor": _("amount"),
    "close_on": _("expected close"),
    "problem": _("what the customer needs"),
    "contact": _("contact"),
    "next_steps": _("next steps"),
    "own_reference": _("your reference"),
}


@register.filter
def review_kind(review: str) -> str:
    """The kind of `c-state` as which a review is shown."""
    return REVIEW_KINDS.get(review, "draft")


@register.filter
def review_word(review: str) -> str | Promise:
    """A review in the reader's language."""
    return REVIEW_WORDS.get(review, review)


@register.filter
def stage_word(stage: str) -> str | Promise:
    """A stage in the reader's language."""
    return STAGE_WORDS.get(stage, stage)


@register.filter
def loss_word(reason: str) -> str | Promise:
    """Why a sale was lost, in the reader's language."""
    return LOSS_WORDS.get(reason, reason)


@register.filter
def decision_word(kind: str) -> str | Promise:
    """The question that a decision of a kind answers."""
    return DECISION_WORDS.get(kind, kind)


@register.filter
def outcome_word(outcome: object) -> str | Promise:
    """The outcome of a decision in the reader's language; an instant to the second, in UTC."""
    if isinstance(outcome, datetime):
        return instant(outcome.replace(microsecond=0))
    return OUTCOME_WORDS.get(str(outcome), str(outcome))


@register.filter
def field_word(name: str) -> str | Promise:
    """A field of a registration in the reader's language."""
    return FIELD_WORDS.get(name, name)


@register.filter
def country_word(code: str) -> str:
    """The name of a country by its two letters."""
    return str(countries.name(code)) or code


@register.filter
def hours(value: Fraction | None) -> str:
    """Hours with one decimal, as the reader writes them; a dash where there are none."""
    return "–" if value is None else localize(round(float(value), 1))


@register.filter
def measured(measure: Measure, part: str = "value") -> str:
    """A figure of the budget or its cap: a share as one, hours with a decimal, counts whole."""
    value: Fraction | None = getattr(measure, part)
    if value is None:
        return "–"
    if measure.name == "resubmitted":
        return percent(value)
    return hours(value) if measure.name.startswith("business") and part == "value" else str(int(value))


@register.filter
def flat_inputs(inputs: object) -> list[tuple[str, str]]:
    """Stored inputs as pairs of a path and a value, in their order; what is empty is left out.

    >>> flat_inputs({"claim": {"tier": "Gold", "amount": None}, "at": "2026"})
    [('claim · tier', 'Gold'), ('at', '2026')]
    """
    return list(_pairs(inputs, ()))[:60]


def _pairs(value: object, path: tuple[str, ...]) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for name, each in value.items() for pair in _pairs(each, (*path, str(name).replace("_", " ")))]
    if isinstance(value, list):
        return [pair for place, each in enumerate(value, 1) for pair in _pairs(each, (*path, str(place)))]
    return [(" · ".join(path), str(value))] if value not in (None, "", False) else []
