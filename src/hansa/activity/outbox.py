"""The outbox: what follows from an event is a job written in the event's own transaction.

`site.reactions` fills the table of reactions once at start; nothing below it knows what its events set off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from hansa.activity.models import Event
from hansa.kit import jobs

Reaction = Callable[[UUID, datetime], None]
_reactions: dict[str, Mapping[str, Reaction]] = {}


def wire(table: Mapping[str, Mapping[str, Reaction]]) -> None:
    """Set which named reactions follow on which kind of event (kind -> name -> function of event id and moment)."""
    _reactions.clear()
    _reactions.update(table)


def announce(event: Event) -> None:
    """Queue the reactions to an event; they run after the commit, each at least once."""
    for name in _reactions.get(event.kind, {}):
        jobs.defer("hansa.activity.tasks.react", event_id=str(event.id), kind=event.kind, reaction=name)


def reaction(kind: str, name: str) -> Reaction:
    """The function behind a queued reaction."""
    return _reactions[kind][name]
