from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import Desk

pytestmark = pytest.mark.browser


def test_an_auditor_verifies_the_chain_of_events_and_the_ledger(desk: Desk) -> None:
    page = desk.open("aurora.auditor", "/networks/aurora-channel/events")
    page.get_by_role("button", name="Verify the chain").or_(page.get_by_role("link", name="Verify the chain")).click()
    expect(page.get_by_text("Nothing was altered")).to_be_visible()
    page.goto("/networks/aurora-channel/ledger")
    page.get_by_role("button", name="Verify the ledger").or_(page.get_by_role("link", name="Verify the ledger")).click()
    expect(page.get_by_text("Every entry is as it was posted")).to_be_visible()


def test_a_partner_verifies_what_names_it(desk: Desk) -> None:
    page = desk.open("elm.owner", "/networks/aurora-channel/events")
    page.get_by_role("button", name="Verify").or_(page.get_by_role("link", name="Verify")).first.click()
    expect(page.get_by_text("What you may read is unaltered")).to_be_visible()
