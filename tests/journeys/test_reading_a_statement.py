from __future__ import annotations

import pytest
from playwright.sync_api import expect

from hansa.incentives.models import StatementLine
from hansa.kit.scope import acting
from tests.journeys.desk import Desk

pytestmark = pytest.mark.browser
NETWORK = "/networks/aurora-channel"


def addresses_of_elm(desk: Desk) -> list[str]:
    """What elm and its vendor may read, and fir, which sells in the same network, may not."""
    world = desk.world
    statement = world.statements["aurora-channel", "elm"]
    with acting(world.scope("elm.owner")):
        line = StatementLine.objects.get(statement=statement)
    member = world.memberships["aurora-channel", "elm"]
    report = world.reports["aurora-channel", "delta"]
    return [
        f"{NETWORK}/statements/{statement.code}",
        f"{NETWORK}/statements/{statement.code}/lines/{line.id}",
        f"{NETWORK}/statements/{statement.code}/csv",
        f"{NETWORK}/partners/{member.code}",
        f"{NETWORK}/sales/reports/{report.code}",
        f"{NETWORK}/settlement/{world.runs['aurora-channel'].code}",
    ]


def test_a_partner_opens_its_statement_down_to_a_sales_line_with_its_share(desk: Desk) -> None:
    page = desk.open("elm.owner", "/")
    page.get_by_role("link", name="Statements", exact=True).click()
    page.get_by_role("link", name="2025-Q1").click()
    expect(page.get_by_role("heading", name="Statement for 2025-Q1")).to_be_visible()
    expect(page.get_by_text("1.7% of net sales").first).to_be_visible()
    shares = page.get_by_role("table", name="Sales lines with their shares")
    expect(shares.locator("tbody tr")).to_have_count(2)


def test_a_rival_partner_is_refused_what_another_has_earned_and_sold(desk: Desk) -> None:
    rival, vendor = desk.open("fir.owner", "/"), desk.open("aurora.owner", "/")
    for address in addresses_of_elm(desk):
        assert rival.request.get(address).status == 404, address
        assert vendor.request.get(address).status == 200, address
    rival.goto(addresses_of_elm(desk)[0])
    expect(rival.get_by_role("heading", name="Statement")).to_have_count(0)
