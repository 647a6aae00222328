from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.desk import Desk

pytestmark = pytest.mark.browser


def test_a_program_is_changed_mended_as_one_types_compared_and_published(desk: Desk) -> None:
    program = desk.world.programs["aurora-channel"]
    page = desk.open("aurora.manager", f"/networks/aurora-channel/programs/{program.code}/")
    page.get_by_role("link", name="Open the draft").click()
    expect(page.get_by_text("No errors. It could be published as version 2025-b.")).to_be_visible()

    change(page, "rate: 1.7%", "rate: lots")
    expect(page.get_by_role("heading", name="1 error")).to_be_visible()
    expect(page.get_by_role("button", name="Line 14")).to_be_visible()
    change(page, "rate: lots", "rate: 2%")
    expect(page.get_by_text("No errors. It could be published as version 2025-b.")).to_be_visible()
    page.get_by_role("button", name="Save and publish").click()

    expect(page.get_by_role("heading", name="Publish version 2025-b", exact=True)).to_be_visible()
    expect(page.locator("ins, .diff-added").filter(has_text="rate: 2%").first).to_be_visible()
    page.get_by_label("Note").fill("Two per cent from now on.")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Version 2025-b is published.")).to_be_visible()

    reader = desk.open("elm.owner", page.url.removeprefix(desk.address))
    expect(reader.get_by_text("Two per cent from now on.")).to_be_visible()


def test_a_draft_is_not_shown_to_a_partner(desk: Desk) -> None:
    program = desk.world.programs["aurora-channel"]
    page = desk.open("elm.owner", f"/networks/aurora-channel/programs/{program.code}/")
    expect(page.get_by_role("link", name="Open the draft")).to_have_count(0)
    answer = page.goto(f"/networks/aurora-channel/programs/{program.code}/draft")
    assert answer is not None
    assert answer.status in {403, 404}


def change(page: Page, before: str, after: str) -> None:
    text = page.get_by_label("The program as YAML")
    value = text.input_value()
    assert before in value
    text.fill(value.replace(before, after, 1))
