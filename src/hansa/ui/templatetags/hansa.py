"""Filters and tags of every screen: amounts, quantities, times, icons. The wording lives in `hansa.ui.formats`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.template import Context, Library
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale

from hansa.kernel.money import Money
from hansa.ui import formats

register = Library()

NOTHING = "–"


def reader_locale() -> str:
    """Babel's locale for the language of this request."""
    return formats.known_locale(to_locale(get_language() or "en"))


def as_money(value: Money | int | None, currency: str) -> Money | None:
    """The amount that a template names: Money, or minor units with a currency; None stays None."""
    if value is None or isinstance(value, Money):
        return value
    return Money(int(value), currency)


@register.filter
def money(value: Money | int | None, currency: str = "") -> str:
    """All digits: `{{ amount|money }}` for Money, `{{ minor|money:"EUR" }}` for minor units."""
    amount = as_money(value, currency)
    return NOTHING if amount is None else formats.exact_money(amount.minor, amount.currency, locale=reader_locale())


@register.filter
def shortmoney(value: Money | int | None, currency: str = "") -> SafeString | str:
    """Shortened from 100,000 on, with all digits on hover and for screen readers."""
    amount = as_money(value, currency)
    if amount is None:
        return NOTHING
    locale = reader_locale()
    exact = formats.exact_money(amount.minor, amount.currency, locale=locale)
    return shortened(formats.short_money(amount.minor, amount.currency, locale=locale), exact)


@register.filter
def quantity(value: int | Decimal | None) -> str:
    """A count with the reader's grouping."""
    return NOTHING if value is None else formats.quantity(value, locale=reader_locale())


@register.filter
def shortquantity(value: int | Decimal | None) -> SafeString | str:
    """A count shortened from 100,000 on, with all digits on hover and for screen readers."""
    if value is None:
        return NOTHING
    locale = reader_locale()
    return shortened(formats.short_quantity(value, locale=locale), formats.quantity(value, locale=locale))


@register.filter
def percent(share: Decimal | Fraction | float | None, digits: int = 0) -> str:
    """A share of 1 as a percentage: `{{ 0.125|percent:1 }}` is 12.5%."""
    return NOTHING if share is None else formats.percent(share, digits=digits, locale=reader_locale())


@register.filter
def initials(name: str) -> str:
    """One or two letters that stand for a name."""
    return formats.initials(name)


@register.filter
def hue(name: str) -> int:
    """The number, 0 to 7, of the colour that stands for a name."""
    return formats.hue(name)


@register.simple_tag(takes_context=True)
def since(context: Context, moment: datetime | None) -> SafeString | str:
    """A `time` element: relative words, with the exact instant and zone on hover.

    The present moment is the context's `now`; without it the exact instant is written out.
    """
    if moment is None:
        return NOTHING
    locale = reader_locale()
    exact = formats.exact_time(moment, zone=timezone.get_current_timezone(), locale=locale)
    now = context.get("now")
    if now is None:
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), exact)
    words = formats.relative_time(moment, now, locale=locale)
    return format_html('<time datetime="{}" title="{}" data-relative>{}</time>', moment.isoformat(), exact, words)


@register.simple_tag(takes_context=True)
def deadline(context: Context, until: date | datetime | None) -> SafeString | str:
    """The day and how long is left: a date is the last day, a datetime the moment. Without `now`, the day."""
    if until is None:
        return NOTHING
    zone = timezone.get_current_timezone()
    now = context.get("now")
    local = until.astimezone(zone) if isinstance(until, datetime) else until
    if now is None:
        return format_html(
            '<time datetime="{}">{}</time>', until.isoformat(), formats.full_day(local, locale=reader_locale())
        )
    here = now.astimezone(zone)
    left = formats.time_left(until, here)
    written = formats.day(local, now=here, locale=reader_locale())
    shape = (
        '<span class="deadline deadline-{}"><time datetime="{}" title="{}">{}</time> '
        '<span class="deadline-left">{}</span></span>'
    )
    return format_html(shape, left.urgency, until.isoformat(), exact_end(until), written, left.words)


def exact_end(until: date | datetime) -> str:
    """What the hover over a deadline says: the instant with its zone, or the day in full."""
    locale = reader_locale()
    if isinstance(until, datetime):
        return formats.exact_time(until, zone=timezone.get_current_timezone(), locale=locale)
    return formats.full_day(until, locale=locale)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing from the sprite (names: `ui/assets/icons.txt`). Without a label screen readers pass over it."""
    address = static("dist/icons.svg")
    if label:
        shape = '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>'
        return format_html(shape, label, address, name)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', address, name)


@register.simple_tag(takes_context=True)
def address_with(context: Context, **changes: Any) -> str:
    """This page's address with some query values replaced; None or "" takes one away: filters live in the address."""
    request = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else str(request.path)


def shortened(short: str, exact: str) -> SafeString | str:
    """A short wording whose exact one is a hover away and read to screen readers; one wording if both are the same."""
    if short == exact:
        return exact
    shape = (
        '<span class="shortened" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>'
    )
    return format_html(shape, exact, short, exact)
