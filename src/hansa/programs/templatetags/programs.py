"""Words of territories in the reader's language."""

from __future__ import annotations

from decimal import Decimal

from django.template import Library
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from hansa.kernel.money import Money
from hansa.programs.rules.grid import Part
from hansa.programs.territories import Covenant
from hansa.ui.templatetags.hansa import money

register = Library()

COVERAGES: dict[str, tuple[str, str | Promise]] = {
    "exclusive": ("settled", _("Exclusive")),
    "selective": ("progress", _("Selective")),
    "open": ("draft", _("Open")),
}
OUTCOMES: dict[str, tuple[str, str | Promise]] = {
    "kept": ("settled", _("Reached")),
    "notice": ("waiting", _("Missed: a notice")),
    "selective": ("refused", _("Missed: selective")),
    "open": ("refused", _("Missed: open")),
}
PERIODS: dict[str, str | Promise] = {
    "month": _("each month"),
    "quarter": _("each quarter"),
    "half": _("each half year"),
    "year": _("each year"),
}
CONSEQUENCES: dict[str, str | Promise] = {
    "notice": _("Where it is missed, a notice follows; the holding stays as it is."),
    "selective": _("Where it is missed, the holding becomes selective: others may be chosen beside its holder."),
    "open": _("Where it is missed, the holding becomes open: it reserves nothing any more."),
}


@register.filter
def coverage_word(coverage: str) -> str | Promise:
    """A coverage in the reader's language."""
    return COVERAGES.get(coverage, ("", coverage))[1]


@register.filter
def coverage_kind(coverage: str) -> str:
    """The kind of `c-state` as which a coverage is shown."""
    return COVERAGES.get(coverage, ("draft", ""))[0]


@register.filter
def outcome_word(outcome: str) -> str | Promise:
    """What followed from a covenant's result, in the reader's language."""
    return OUTCOMES.get(outcome, ("", outcome))[1]


@register.filter
def outcome_kind(outcome: str) -> str:
    """The kind of `c-state` as which an outcome is shown."""
    return OUTCOMES.get(outcome, ("draft", ""))[0]


@register.filter
def each_period(covenant: Covenant) -> str | Promise:
    """How often a covenant is looked at."""
    return PERIODS[covenant.period]


@register.filter
def consequence_words(covenant: Covenant) -> str | Promise:
    """What follows where a covenant is missed."""
    return CONSEQUENCES[covenant.consequence]


@register.filter
def major(amount: Decimal, currency: str) -> str:
    """An amount that a document names in its major unit, as money."""
    return money(Money.from_decimal(amount, currency))


@register.filter
def part_words(part: Part) -> str:
    """A part of the world: a country, alone or with its region or postcodes."""
    country = str(countries.name(part.country)) or part.country
    if part.region:
        return f"{country}, {part.region}"
    if part.postcodes is None:
        return country
    said = {"country": country, "start": part.postcodes.start, "end": part.postcodes.end}
    return gettext("%(country)s, postcodes %(start)s to %(end)s") % said
