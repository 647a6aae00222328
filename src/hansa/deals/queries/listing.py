"""Files of many registrations, for the organization that sent them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from hansa.deals.models import ListedRow, RegistrationList
from hansa.deals.rules.listing import COLUMNS, OF_RESULT
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope

RowState = ListedRow.State
LIST_ORDER = ("-received_at", "-id")
RESULT_HEADERS = (*OF_RESULT, *COLUMNS)


def registration_lists(network_id: UUID) -> QuerySet[RegistrationList]:
    """The files that the acting organization sent to a network, the latest first, with `<state>_rows` counted."""
    current_scope().require("deals.register")
    counts = {f"{state.lower()}_rows": Count("rows", filter=Q(rows__state=state)) for state in RowState.values}
    rows: QuerySet[RegistrationList] = RegistrationList.objects.filter(network_id=network_id)
    return rows.select_related("network").annotate(**counts).order_by(*LIST_ORDER)


def registration_list_by_code(network_id: UUID, code: str) -> RegistrationList:
    """One of them; NotFound otherwise."""
    found = registration_lists(network_id).filter(code=code).first()
    if found is None:
        raise NotFound()
    return found


def rows_of_list(found: RegistrationList) -> list[ListedRow]:
    """Its rows as the sender counts them."""
    return list(ListedRow.objects.filter(file=found).select_related("network", "registration").order_by("row"))


def result_rows(found: RegistrationList) -> Iterator[list[str | int]]:
    """What became of each row, beside what it said: a table that can be mended and sent again."""
    for row in rows_of_list(found):
        wrong = " ".join(f"{column}: {expected}." if column else f"{expected}." for column, expected in row.problems)
        code = row.registration.code if row.registration else ""
        said = [row.said.get(column, "") for column in COLUMNS]
        yield [row.row, row.get_state_display(), code, row.reason or wrong, *said]
