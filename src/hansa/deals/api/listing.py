"""Many registrations from one file over the API."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Router, Status
from ninja.files import UploadedFile

from hansa.deals import queries
from hansa.deals.api.schemas import ListedOut, ListedPage, ListedSummary
from hansa.deals.models import RegistrationList
from hansa.deals.operations import confirm_registrations, receive_registrations
from hansa.kit.api import REFUSALS
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug

router = Router(tags=["deals"])
LISTS = "/networks/{slug}/registration-lists"
COUNTED = [name for name in ListedSummary.model_fields if name.endswith("_rows")]
TOLD = ("code", "file_name", "sha256", "state", "received_at", "started_at", "settled_at", *COUNTED)


@router.get(LISTS, response={200: ListedPage, **REFUSALS}, operation_id="list_registration_lists")
def list_lists(request: HttpRequest, slug: str, cursor: str | None = None) -> dict[str, Any]:
    """Files of registrations that your organization sent, the latest first."""
    rows = queries.registration_lists(network_by_slug(slug).id)
    page = page_of(rows, order=queries.LIST_ORDER, cursor=cursor)
    return {"items": [_summary(row) for row in page.items], "next": page.next, "previous": page.previous}


@router.post(LISTS, response={200: ListedOut, 201: ListedOut, **REFUSALS}, operation_id="send_registration_list")
def send_list(request: HttpRequest, slug: str, file: File[UploadedFile]) -> Status[dict[str, Any]]:
    """Send a CSV or XLSX of at most 500 registrations. Nothing is registered yet: each row says what is wrong with it.

    The same file again is the list that it was: 200.
    """
    network = network_by_slug(slug)
    current_scope().require("deals.register")
    found, new = receive_registrations(
        network=network, file_name=file.name or "registrations", chunks=file.chunks(), at=timezone.now()
    )
    return Status(201 if new else 200, _whole(slug, found.code))


@router.get(f"{LISTS}/{{code}}", response={200: ListedOut, **REFUSALS}, operation_id="get_registration_list")
def get_list(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """One file: its rows, what is wrong with them, and what became of each."""
    return _whole(slug, code)


@router.post(
    f"{LISTS}/{{code}}/confirmation",
    response={202: ListedOut, **REFUSALS},
    operation_id="confirm_registration_list",
)
def confirm_list(request: HttpRequest, slug: str, code: str) -> Status[dict[str, Any]]:
    """Register the good rows, one by one in the order of the file; ask again for what became of them."""
    found = queries.registration_list_by_code(network_by_slug(slug).id, code)
    confirm_registrations(list_id=found.id, at=timezone.now())
    return Status(202, _whole(slug, code))


def _summary(found: RegistrationList) -> dict[str, Any]:
    return {name: getattr(found, name) for name in TOLD}


def _whole(slug: str, code: str) -> dict[str, Any]:
    found = queries.registration_list_by_code(network_by_slug(slug).id, code)
    rows = [
        {
            "row": row.row,
            "state": row.state,
            "said": row.said,
            "problems": [{"column": column, "expected": expected} for column, expected in row.problems],
            "reason": row.reason,
            "registration": row.registration.code if row.registration else None,
        }
        for row in queries.rows_of_list(found)
    ]
    return {**_summary(found), "rows": rows}
