"""Lists of registrations, by what the scope sees of them; the board."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import RowNumber

from hansa.deals.models import Registration, Waiting
from hansa.deals.queries.seen import OWN_DOING, Seen, as_seen
from hansa.deals.rules import ENDED, OPEN_STAGES, ReviewState, Stage
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope

ORDER = ("-created_at", "-id")
BOARD_STAGES = (*OPEN_STAGES, Stage.LAUNCHED)
ON_A_COLUMN = 25


@dataclass(frozen=True, slots=True)
class Column:
    """A stage of the board: how many sales stand there, their sum in minor units, the newest of them."""

    stage: Stage
    count: int
    sum_minor: int
    cards: list[Seen]


def note_waiting(rows: Iterable[Registration], among: Collection[UUID] | None = None) -> None:
    """Note on registrations that are seen together who of them waits, for those who run the network.

    `among` are the ids of those that wait, where they are known; otherwise they are asked for, by one query.
    """
    known = list(rows)
    if among is None:
        found = Waiting.objects.filter(registration_id__in=[row.pk for row in known])
        among = set(found.values_list("registration_id", flat=True))
    for row in known:
        row.is_waiting = row.pk in among  # type: ignore[attr-defined]  # as `registrations` annotates it


def registrations(network_id: UUID | None = None) -> QuerySet[Any]:
    """Registrations that the scope may see, in one network or in all of its networks, the newest first."""
    current_scope().require("deals.view")
    waiting = Exists(Waiting.objects.filter(registration_id=OuterRef("pk")))
    rows: QuerySet[Any] = Registration.objects.select_related("network", "partner").annotate(is_waiting=waiting)
    return (rows if network_id is None else rows.filter(network_id=network_id)).order_by(*ORDER)


def registrations_as_seen(
    network_id: UUID | None = None, *, at: datetime, review: str = "", stage: str = "", own: bool = False
) -> QuerySet[Any]:
    """Registrations by what the scope sees of them: a filter on what is stored would tell what was found."""
    rows = registrations(network_id)
    if own:
        rows = rows.filter(partner_id=current_scope().organization_id)
    if review:
        rows = rows.annotate(shown=_shown(at)).filter(shown=review)
    return rows.filter(stage=stage) if stage else rows


def _shown(at: datetime) -> Case:
    """`as_seen(…).review` for many rows; a test runs both over the same."""
    runs = Q(network_id__in=current_scope().operates)
    ended = Q(review=ReviewState.APPROVED, protected_until__lte=at)
    ended |= Q(review=ReviewState.ACTION_REQUIRED, action_due__lte=at)
    return Case(
        When(ended & (runs | Q(answer_at__lte=at)), then=Value(ReviewState.EXPIRED.value)),
        When(runs | Q(answer_at=None) | Q(review__in=OWN_DOING), then=F("review")),
        When(Q(review=ReviewState.SUBMITTED) | Q(answer_at__gt=at), then=Value(ReviewState.IN_REVIEW.value)),
        default=F("review"),
        output_field=CharField(),
    )


def counts_by_review(network_id: UUID, *, at: datetime) -> dict[str, int]:
    """How many registrations of a network the scope sees in each review."""
    rows = registrations(network_id).order_by().annotate(shown=_shown(at)).values("shown").annotate(n=Count("pk"))
    return {row["shown"]: row["n"] for row in rows}


def board_of(network_id: UUID, *, at: datetime) -> list[Column]:
    """The sales that go on or were won, by stage, with sums; the newest of each stage."""
    rows = registrations(network_id).annotate(shown=_shown(at)).exclude(shown__in=ENDED).filter(stage__in=BOARD_STAGES)
    place = Window(RowNumber(), partition_by=F("stage"), order_by=[F("created_at").desc(), F("id").desc()])
    cards = list(rows.annotate(place=place).filter(place__lte=ON_A_COLUMN))
    totals = {
        row["stage"]: (row["n"], row["total"] or 0)
        for row in rows.order_by().values("stage").annotate(n=Count("pk"), total=Sum("amount_minor"))
    }
    return [
        Column(stage, *totals.get(stage, (0, 0)), [as_seen(row, at=at) for row in cards if row.stage == stage])
        for stage in BOARD_STAGES
    ]


def registration_by_code(network_id: UUID, code: str) -> Registration:
    """A registration of a network that the scope may see; NotFound otherwise."""
    rows = Registration.objects.filter(network_id=network_id, code=code)
    found: Registration | None = rows.select_related("network", "partner").first()
    if found is None:
        raise NotFound()
    return found
