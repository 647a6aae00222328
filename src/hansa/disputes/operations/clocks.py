"""What follows when time passes: evidence closes, a late decision is escalated, a remedy that nobody appealed is final."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from hansa.disputes.models import Case
from hansa.disputes.operations.steps import run_clocks
from hansa.disputes.queries import cases_due


def lapse_clocks(*, at: datetime) -> int:
    """Do what the clocks of all cases demand at an instant, a transaction for each case; returns how many steps.

    Within the platform's own scope. A case that somebody holds is left to them: every operation runs the clocks first.
    """
    return sum(_lapse(case_id, at) for case_id in cases_due(at))


@transaction.atomic
def _lapse(case_id: UUID, at: datetime) -> int:
    rows = Case.objects.select_for_update(of=("self",), skip_locked=True).select_related("network")
    case: Case | None = rows.filter(id=case_id).first()
    return 0 if case is None else run_clocks(case, at=at)
