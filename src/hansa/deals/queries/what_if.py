"""A period's decisions over again under other rules, for those who run the network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from hansa.deals.models import Decision, Registration
from hansa.deals.rules import NotReadable
from hansa.deals.rules.what_if import Difference, Stored, WhatIf, what_if
from hansa.kernel.problem import Problem
from hansa.kit.failures import Unprocessable
from hansa.kit.scope import current_scope
from hansa.programs.engagement import RulesOfEngagement

MOST, SHOWN = 20_000, 200
BY_RULES = ("claim", "eligibility", "protection", "extension", "lapse")


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer, and the first differences with the registrations that they are about, in the order of the decisions."""

    answer: WhatIf
    rows: list[tuple[Difference, Registration]]
    by_kind: dict[str, int]


def ask_what_if(network_id: UUID, rules: RulesOfEngagement, *, since: date, until: date) -> Asked:
    """What the decisions of a network from a day on until before another (UTC) would have been under other rules.

    What a case ordered is not asked: it is no matter of these rules. Raises Unprocessable for a period that is none, or
    that holds more than MOST decisions.
    """
    current_scope().require_operator(network_id, "deals.decide")
    if until <= since:
        raise Unprocessable("Nothing was asked.", problems=[Problem("", 0, "until", "a day after the first one")])
    period = (datetime.combine(since, time(), UTC), datetime.combine(until, time(), UTC))
    rows = Decision.objects.filter(network_id=network_id, kind__in=BY_RULES, at__gte=period[0], at__lt=period[1])
    count = rows.count()
    if count > MOST:
        expected = f"a period of at most {MOST:,} decisions; this one holds {count:,}"
        raise Unprocessable("Nothing was asked.", problems=[Problem("", 0, "until", expected)])
    stored = rows.order_by("at", "id").values_list("code", "kind", "inputs", "ruling")
    try:
        answer = what_if((Stored(*row) for row in stored.iterator(chunk_size=500)), rules)
    except NotReadable as wrong:
        raise Unprocessable(f"What is stored of a decision cannot be read: {wrong}.") from wrong
    return Asked(answer, _told(answer), _by_kind(answer))


def _told(answer: WhatIf) -> list[tuple[Difference, Registration]]:
    shown = answer.differences[:SHOWN]
    rows = Decision.objects.filter(code__in=[each.code for each in shown])
    about = {
        row.code: row.registration for row in rows.select_related("registration__partner", "registration__network")
    }
    return [(each, about[each.code]) for each in shown]


def _by_kind(answer: WhatIf) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in answer.differences:
        found[each.kind] = found.get(each.kind, 0) + 1
    return found
