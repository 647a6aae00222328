"""Named accounts and account lists over the API."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from hansa.customers import queries
from hansa.customers.api.schemas import (
    ListOut,
    ListPage,
    MappingIn,
    NamedAccountEnd,
    NamedAccountIn,
    NamedAccountOut,
    NamedAccountPage,
)
from hansa.customers.models import AccountList, NamedAccount
from hansa.customers.operations import confirm_columns, end_named_account, name_account, receive_list, send_to_taking
from hansa.kernel.problem import Problem
from hansa.kit.api import REFUSALS
from hansa.kit.failures import Unprocessable
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import network_by_slug

router = Router(tags=["customers"])
NAMED = "/networks/{slug}/named-accounts"
LISTS = "/networks/{slug}/customer-lists"


@router.get(NAMED, response={200: NamedAccountPage, **REFUSALS}, operation_id="list_named_accounts")
def list_named_accounts(
    request: HttpRequest, slug: str, all: bool = False, cursor: str | None = None
) -> dict[str, Any]:
    """Named accounts that are held or will be, with `all` also those of the past: one's own, or all of a network one runs."""
    on = None if all else timezone.now().date()
    page = page_of(queries.named_accounts_of(network_by_slug(slug).id, on=on), order=("-from_on", "id"), cursor=cursor)
    return {"items": [_named(row) for row in page.items], "next": page.next, "previous": page.previous}


@router.post(NAMED, response={201: NamedAccountOut, **REFUSALS}, operation_id="name_account")
def post_named_account(request: HttpRequest, slug: str, body: NamedAccountIn) -> Status[dict[str, Any]]:
    """Give an account to a partner or to your own direct sales. The holder may read it."""
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "customers.manage")
    named = name_account(
        network=network,
        company=queries.customer_by_code(network.id, body.customer),
        holder_id=_holder(network, body.holder),
        at=timezone.now(),
        **body.dict(exclude={"customer", "holder"}),
    )
    return Status(201, _named(named))


@router.post(
    f"{NAMED}/{{named_account_id}}/end", response={200: NamedAccountOut, **REFUSALS}, operation_id="end_named_account"
)
def post_end(request: HttpRequest, slug: str, named_account_id: UUID, body: NamedAccountEnd) -> dict[str, Any]:
    """End a named account before a day."""
    network = network_by_slug(slug)
    ended = end_named_account(network=network, named_account_id=named_account_id, at=timezone.now(), **body.dict())
    return _named(ended)


@router.get(LISTS, response={200: ListPage, **REFUSALS}, operation_id="list_customer_lists")
def list_customer_lists(request: HttpRequest, slug: str, cursor: str | None = None) -> dict[str, Any]:
    """Account lists that were sent, for those who run the network."""
    page = page_of(queries.lists_of(network_by_slug(slug).id), order=("-received_at", "-id"), cursor=cursor)
    return {"items": [_list(row) for row in page.items], "next": page.next, "previous": page.previous}


@router.post(LISTS, response={200: ListOut, 202: ListOut, **REFUSALS}, operation_id="send_customer_list")
def send_customer_list(
    request: HttpRequest, slug: str, file: File[UploadedFile], mapping: Form[str] = ""
) -> Status[dict[str, Any]]:
    """Send a list as CSV or XLSX. With `mapping` (JSON: field to header) it is taken: 202; without it waits for its columns."""
    network = network_by_slug(slug)
    received, new = receive_list(
        network=network, file_name=file.name or "list", chunks=file.chunks(), at=timezone.now()
    )
    if new and mapping:
        return Status(202, _list(_take(received, _mapping(mapping))))
    return Status(200, _list(received))


@router.get(f"{LISTS}/{{code}}", response={200: ListOut, **REFUSALS}, operation_id="get_customer_list")
def get_customer_list(request: HttpRequest, slug: str, code: str) -> dict[str, Any]:
    """One list with its progress, counts and problems."""
    return _list(queries.list_by_code(network_by_slug(slug).id, code))


@router.post(f"{LISTS}/{{code}}/mapping", response={202: ListOut, **REFUSALS}, operation_id="map_customer_list")
def map_customer_list(request: HttpRequest, slug: str, code: str, body: MappingIn) -> Status[dict[str, Any]]:
    """Say which column holds what; the list is taken from now on."""
    return Status(202, _list(_take(queries.list_by_code(network_by_slug(slug).id, code), body.mapping)))


def _take(account_list: AccountList, mapping: dict[str, str]) -> AccountList:
    confirmed = confirm_columns(account_list=account_list, mapping=mapping, at=timezone.now())
    send_to_taking(confirmed)
    return confirmed


def _mapping(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        expected = "a JSON object of fields and headers"
        raise Unprocessable("The columns cannot be read like this.", problems=[Problem("", 0, "mapping", expected)])
    return found


def _holder(network: Network, number: str) -> UUID:
    found = next((each for each in queries.holders_of(network) if each.number == number), None)
    if found is None:
        expected = "the partner number of an active member, or nothing for your own direct sales"
        raise Unprocessable("The account was not named.", problems=[Problem("", 0, "holder", expected)])
    return found.organization_id


def _named(row: NamedAccount) -> dict[str, Any]:
    names = ("id", "family", "from_on", "until_on", "reason")
    customer = {"customer": row.company.code, "customer_name": row.company.name, "holder": row.holder.name}
    return {**customer, **{name: getattr(row, name) for name in names}}


def _list(row: AccountList) -> dict[str, Any]:
    names = [name for name in ListOut.model_fields if name != "problems"]
    problems = [{"row": at, "column": column, "expected": expected} for at, column, expected in row.problems]
    return {**{name: getattr(row, name) for name in names}, "problems": problems}
