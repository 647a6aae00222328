"""What follows from what: event -> named reactions. The one place where a module's event sets another module to work."""

from __future__ import annotations

from collections.abc import Mapping

from hansa.activity.outbox import Reaction

REACTIONS: Mapping[str, Mapping[str, Reaction]] = {}
