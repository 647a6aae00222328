"""A partner registers many deals from one file, and sees who may register by mail."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from hansa.catalog.queries import families_of
from hansa.kit.scope import acting
from tests.journeys.desk import Desk

pytestmark = pytest.mark.browser
PLACE = "/networks/aurora-channel/deals"


def file_for(desk: Desk, *rows: str) -> dict[str, object]:
    """A file of registrations; `{family}` is a product family of the network."""
    with acting(desk.world.scope("elm.owner")):
        family = families_of(desk.world.networks["aurora-channel"].id)[0]
    lines = ["own_reference,customer_name,family,country,title,amount,submit", *rows]
    text = "\n".join(lines).format(family=family)
    return {"name": "deals.csv", "mimeType": "text/csv", "buffer": text.encode()}


def test_a_file_is_looked_at_registered_and_answered_row_by_row(desk: Desk) -> None:
    page = desk.open("elm.owner", PLACE)
    page.get_by_role("link", name="Import").click()
    rows = (
        "A-1,Cobalt Works,{family},FR,Cobalt fleet,50000,yes",
        "A-2,Umber Mills,{family},IT,Umber yard,,no",
        "A-3,,Boats,XX,,many,no",
    )
    page.locator("input[type=file]").set_input_files(files=[file_for(desk, *rows)])  # type: ignore[list-item]
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("1 row cannot be registered")).to_be_visible()
    expect(page.get_by_role("cell", name="a country by its two letters, such as DE")).to_be_visible()
    page.get_by_role("button", name="Register 2 rows").click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    desk.work()
    expect(page.get_by_role("heading", name="What became of the rows")).to_be_visible()
    page.get_by_role("link", name="Cobalt fleet").click()
    expect(page.get_by_text("In review").first).to_be_visible()


def test_the_partner_ends_its_address_for_mail(desk: Desk) -> None:
    page = desk.open("elm.owner", PLACE)
    page.get_by_role("link", name="By mail").click()
    expect(page.get_by_text("Something is missing")).to_be_visible()
    page.get_by_role("button", name="End the address").click()
    expect(page.get_by_text("Ended")).to_be_visible()
