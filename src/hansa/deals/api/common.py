"""What the endpoints of registrations share: where they stand, telling one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hansa.deals import queries
from hansa.deals.api.schemas import RegistrationOut
from hansa.deals.models import Registration
from hansa.deals.operations.common import rules_on

REGISTRATIONS = "/networks/{slug}/registrations"
REGISTRATION = "/networks/{slug}/registrations/{code}"
_COPIED = [name for name in RegistrationOut.model_fields if name != "amount_minor"]


def told(registration: Registration, *, at: datetime, alone: bool = False) -> dict[str, Any]:
    """A registration as the asker may see it; `alone`, with how many wait behind it where the rules tell."""
    seen = queries.as_seen(registration, at=at)
    if alone:
        _version, rules = rules_on(registration.network_id, (registration.submitted_at or at).date())
        seen = queries.with_standing(seen, registration, rules)
    amount = seen.amount.minor if seen.amount else None
    return {**{name: getattr(seen, name) for name in _COPIED}, "amount_minor": amount}
