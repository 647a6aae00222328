"""What registering costs the partners of a network, for those who run it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Case, F, Min, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Greatest

from hansa.deals.models import Decision, Registration
from hansa.deals.queries.calendars import calendar_over
from hansa.deals.rules import Outcome, ReviewState, time_between
from hansa.deals.rules.budget import Effort, Figures, Measure, figures_of, measures_of
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.programs.engagement import BusinessHours, RulesOfEngagement

DAYS, MONTHS, MOST = 90, 6, 20_000
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Budget:
    """The figures of the last 90 days with their caps, and month by month, the latest first."""

    figures: Figures
    measures: tuple[Measure, ...]
    months: list[tuple[date, Figures]]


def budget_of(network: Network, rules: RulesOfEngagement, *, at: datetime) -> Budget:
    """What registering costs, of what partners submitted (the newest 20,000); the operator's own opportunities aside.

    A registration is decided when the rules or a person said what becomes of it, though no earlier than its answer: one
    that then waits in line is decided too.
    """
    current_scope().require_operator(network.id, "deals.view")
    first = _months_back(at.date(), MONTHS - 1)
    earliest = min(at - timedelta(days=DAYS), datetime.combine(first, time(), UTC))
    efforts = list(_efforts(network, rules.clocks.business_hours, since=earliest))
    figures = figures_of([each for each in efforts if each.submitted_at >= at - timedelta(days=DAYS)])
    months = [_months_back(at.date(), back) for back in range(MONTHS)]
    by_month = {month: [each for each in efforts if _month(each.submitted_at) == month] for month in months}
    trend = [(month, figures_of(found)) for month, found in by_month.items()]
    return Budget(figures, measures_of(figures, decision_hours=rules.clocks.decision_hours), trend)


def _efforts(network: Network, hours: BusinessHours, *, since: datetime) -> Iterator[Effort]:
    names = ("submitted_at", "decided", "resubmissions", "partner__country", "partner__region")
    for submitted_at, decided, resubmissions, country, region in _decided(network, since).values_list(*names)[:MOST]:
        if decided is None:
            yield Effort(submitted_at, None, None, resubmissions)
            continue
        calendar = calendar_over(country, region, hours, range(submitted_at.year, decided.year + 1))
        business = time_between(submitted_at, decided, calendar)
        yield Effort(submitted_at, _hours(decided - submitted_at), _hours(business), resubmissions)


def _decided(network: Network, since: datetime) -> QuerySet[Any]:
    """Partners' registrations with `decided`: when the rules said what becomes of them, else when they were answered."""
    ruled = Decision.objects.filter(registration=OuterRef("pk"), kind="claim", at__gte=OuterRef("submitted_at"))
    ruled = ruled.exclude(ruling__outcome=Outcome.QUEUE.value).order_by().values("registration").annotate(n=Min("at"))
    rows = Registration.objects.filter(network=network, submitted_at__gte=since).exclude(review=ReviewState.DRAFT)
    rows = rows.exclude(partner_id=network.operator_id).annotate(ruled=Subquery(ruled.values("n")))
    said = Case(When(ruled__isnull=False, then=Greatest("ruled", "answer_at")), default=F("answered_at"))
    found: QuerySet[Any] = rows.annotate(decided=said).order_by("-submitted_at", "-id")
    return found


def _hours(span: timedelta) -> Fraction:
    return Fraction(span // timedelta(microseconds=1), HOUR // timedelta(microseconds=1))


def _month(at: datetime) -> date:
    return at.astimezone(UTC).date().replace(day=1)


def _months_back(day: date, months: int) -> date:
    """The first day of the month so many months before.

    >>> _months_back(date(2026, 2, 10), 3)
    datetime.date(2025, 11, 1)
    """
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
