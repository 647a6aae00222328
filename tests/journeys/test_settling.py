from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hansa.kit.scope import acting
from hansa.sales.operations.reading import check_report
from hansa.sales.operations.receiving import receive_report
from tests.journeys.desk import Desk
from tests.world.documents import HEADER, READING

pytestmark = pytest.mark.browser


def test_finance_previews_a_quarter_commits_it_and_the_partner_reads_every_sales_line(desk: Desk) -> None:
    two_sales_of_june(desk)
    page = desk.open("aurora.finance", "/networks/aurora-channel/settlement")
    page.get_by_role("link", name="Settle a period").first.click()
    choose(page, "2025-Q2")
    page.get_by_role("button", name="Compute the preview").click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    desk.work()

    expect(page.get_by_text("Waits for finance to commit it, or to settle again.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="volume")).to_contain_text("€8,500.00")
    page.get_by_role("link", name="Commit").click()
    expect(page.get_by_text("€12,000.00 · 2 postings")).to_be_visible()
    page.get_by_role("button", name="Commit").click()
    expect(page.get_by_text("The settlement of 2025-Q2 is committed.")).to_be_visible()

    partner = desk.open("elm.owner", "/networks/aurora-channel/statements?period=2025-Q2")
    partner.get_by_role("link", name="2025-Q2", exact=True).click()
    expect(partner.get_by_role("row").filter(has_text="Accrued with this statement")).to_contain_text("€8,500.00")
    shares = partner.get_by_role("table", name="Sales lines with their shares")
    expect(shares.get_by_role("row").filter(has_text="J-1")).to_contain_text("6,800.00")
    expect(shares.get_by_role("row").filter(has_text="J-2")).to_contain_text("1,700.00")


def test_settling_again_posts_nothing_when_nothing_has_changed(desk: Desk) -> None:
    page = desk.open("aurora.finance", "/networks/aurora-channel/settlement/new")
    choose(page, "2025-Q1")
    page.get_by_role("button", name="Compute the preview").click()
    desk.work()
    expect(page.locator(".metric", has_text="Difference to post")).to_contain_text("€0")


def choose(page: Page, period: str) -> None:
    offers = page.get_by_label("Period and program version")
    value = offers.locator("option", has_text=period).first.get_attribute("value")
    offers.select_option(value)


def two_sales_of_june(desk: Desk) -> None:
    world, scope = desk.world, desk.world.scope("delta.owner")
    elm, sku = world.secrets["number aurora-channel elm"], world.skus["aurora-channel"]
    lines = [f"J-{n},1,2025-06-0{n},{elm},,{sku},1,{amount}.00,EUR,Ada" for n, amount in ((1, 400_000), (2, 100_000))]
    with acting(scope):
        report, _ = receive_report(
            network=world.networks["aurora-channel"],
            sender=world.organizations["delta"],
            month=date(2025, 6, 1),
            file_name="june.csv",
            chunks=["\n".join([HEADER, *lines, ""]).encode()],
            at=timezone.now(),
            reading=READING,
        )
    check_report(report_id=report.id, scope=scope, at=timezone.now())
