from __future__ import annotations

from django.template import Library

from hansa.activity.models import Event
from hansa.activity.words import in_words

register = Library()


@register.filter
def event_words(event: Event) -> str:
    """What happened, as a sentence."""
    return in_words(event.kind, event.facts)
