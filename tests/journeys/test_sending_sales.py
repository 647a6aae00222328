from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.desk import Desk

pytestmark = pytest.mark.browser
COLUMNS = {
    "Invoice number": "Beleg",
    "Sold on": "Wann",
    "Partner (reseller) id": "An wen",
    "Product (SKU)": "Ware",
    "Quantity": "Stk",
    "Net amount": "Summe",
    "Currency": "Geld",
}
ROWS = """\
Beleg;Wann;An wen;Ware;Stk;Summe;Geld
F-1;02.06.2025;{elm};{sku};1;400.000,00;EUR
F-2;31.06.2025;{elm};{sku};2;1.000,50;EUR
F-3;05.06.2025;NOBODY;{sku};1;99,00;EUR
F-4;06.06.2025;{elm};{sku};-1;-500,00;EUR
"""


def test_a_distributor_sends_sales_names_the_columns_and_repairs_the_rows(desk: Desk) -> None:
    page = desk.open("delta.owner", "/networks/aurora-channel/sales/reports")
    send(page, "june.csv", content_for(desk))
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    desk.work()

    name_the_columns(page)
    page.get_by_role("button", name="Look at the first rows").first.click()
    expect(page.get_by_text("2 of 4 rows are taken; 2 wait to be repaired.")).to_be_visible()
    page.get_by_role("button", name="Take the report").first.click()
    desk.work()

    expect(page.get_by_text("2 rows wait to be repaired or discarded.")).to_be_visible()
    vendor = desk.open("aurora.partners", "/")
    vendor.get_by_role("link", name="Rows to repair").click()
    expect(vendor.get_by_text("june.csv")).to_be_visible()
    page.get_by_label("Sold on, 3").fill("2025-06-30")
    page.get_by_role("button", name="Try row 3 again").click()
    expect(page.get_by_text("1 row was taken. 1 still waits.")).to_be_visible()
    page.get_by_label("Partner (reseller) id, 4").fill(number_of(desk, "elm"))
    page.get_by_role("button", name="Try row 4 again").click()
    expect(page.get_by_text("1 row was taken. Nothing waits any more.")).to_be_visible()
    expect(page.locator(".metric", has_text="Lines taken")).to_contain_text("4")
    expect(page.locator(".metric", has_text="Net amount taken").locator("[title]").first).to_have_attribute(
        "title", "€400,599.50"
    )


def test_the_same_columns_are_known_the_next_time_and_the_same_file_adds_nothing(desk: Desk) -> None:
    address = "/networks/aurora-channel/sales/reports"
    page = desk.open("delta.owner", address)
    send(page, "june.csv", content_for(desk))
    desk.work()
    name_the_columns(page)
    page.get_by_role("button", name="Look at the first rows").first.click()
    page.get_by_role("button", name="Take the report").first.click()
    desk.work()
    expect(page.get_by_text("2 rows wait to be repaired or discarded.")).to_be_visible()
    first = page.url
    page.goto(address)
    send(page, "june.csv", content_for(desk))
    assert page.url == first
    page.goto(address)
    send(page, "june-2.csv", content_for(desk).replace("F-4;06", "F-4;07"))
    desk.work()
    expect(page.get_by_text("It replaces an earlier report of the same month.")).to_be_visible()


def content_for(desk: Desk) -> str:
    return ROWS.format(elm=number_of(desk, "elm"), sku=desk.world.skus["aurora-channel"])


def number_of(desk: Desk, company: str) -> str:
    return desk.world.secrets[f"number aurora-channel {company}"]


def send(page: Page, name: str, content: str) -> None:
    page.get_by_role("link", name="Send a report").click()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content.encode()})
    page.get_by_label("Month").select_option("2025-06-01")
    page.get_by_role("button", name="Send and check").click()
    page.get_by_role("heading", name="Sales of").wait_for()


def name_the_columns(page: Page) -> None:
    for field, column in COLUMNS.items():
        page.get_by_label(field, exact=True).select_option(column)
    page.get_by_label("Before the decimals stands").select_option(",")
    page.get_by_label("Between thousands stands").select_option(".")
    page.get_by_label("Days are written as").select_option("dmy")
